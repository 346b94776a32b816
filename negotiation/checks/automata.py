"""One-shot-deviation check of an automaton in a repeated game under perfect monitoring.

Every player's every single deviation, in every state that some history reaches, is compared with compliance
(one-shot-deviation principle; Abreu 1988). Shares no code with the solvers. The arithmetic and its cost are
in `verify_one_shot`.
"""

from __future__ import annotations

from math import prod

from negotiation.checks.one_shot import Setting, one_shot_verdict
from negotiation.errors import InvalidStrategy
from negotiation.games import Profile, RepeatedGame, StageGame
from negotiation.numeric import Number, as_fraction
from negotiation.solutions.verdict import Verdict
from negotiation.strategies import OTHERWISE, Automaton


def verify_automaton(game: RepeatedGame, automaton: Automaton, *, exact: bool = False) -> Verdict:
    """Check whether an automaton is a subgame perfect equilibrium of a repeated game.

    Parameters
    ----------
    game : RepeatedGame
        Stage game and discount factors, perfect monitoring.
    automaton : Automaton
        Transitions keyed by profiles of action labels.
    exact : bool, optional
        Whether to compute in rational numbers.

    Returns
    -------
    Verdict
        The margin is in average discounted payoffs.

    Raises
    ------
    InvalidStrategy
        If an action profile has no transition, or a state's actions or a key are not a profile of the game.
    UnknownAction
        If the automaton names an action that a player does not have.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from negotiation.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> verify_automaton(RepeatedGame(stage, Fraction(1, 7)), grim, exact=True).margin
    Fraction(0, 1)
    """
    stage = game.stage

    def after(state: str, profile: Profile) -> dict[str, Number]:
        """Return the next states of the automaton in the numbers of the check."""
        chances = automaton.next_states(state, profile)
        return {s: as_fraction(p) if exact else float(p) for s, p in chances.items()}

    setting = Setting(
        stage,
        automaton.actions,
        reachable_states(stage, automaton),
        after,
        stage.exact_payoffs() if exact else stage.payoffs - stage.payoffs.min(),
        game.exact_discount_factors if exact else [float(delta) for delta in game.discount_factors],
        exact,
    )
    return one_shot_verdict(setting, "subgame perfect equilibrium")


def reachable_states(stage: StageGame, automaton: Automaton) -> tuple[str, ...]:
    """Return the states that some history reaches, in the automaton's order.

    Every action profile counts, on the path or off it; an `OTHERWISE` transition counts only where some
    profile is not named.
    """
    total = prod(stage.n_actions)
    frontier = [state for state, p in automaton.start.items() if p > 0]
    found = set(frontier)
    while frontier:
        state = frontier.pop()
        row = automaton.transitions[state]
        named = _named_profiles(stage, automaton, state)
        if len(named) < total and OTHERWISE not in row:
            raise InvalidStrategy(
                f"state {state!r} names {len(named)} of {total} action profiles and has no "
                f"{OTHERWISE!r} transition; add one"
            )
        for key, target in row.items():
            if key == OTHERWISE and len(named) == total:
                continue
            successors = {target} if isinstance(target, str) else {s for s, p in target.items() if p > 0}
            frontier.extend(successors - found)
            found |= successors
    return tuple(state for state in automaton.states if state in found)


def _named_profiles(stage: StageGame, automaton: Automaton, state: str) -> set[tuple[int, ...]]:
    keys = [key for key in automaton.transitions[state] if key != OTHERWISE]
    if any(isinstance(key, str) for key in keys):
        raise InvalidStrategy(
            "under perfect monitoring transitions are keyed by action profiles; "
            f"state {state!r} has {next(key for key in keys if isinstance(key, str))!r}. For signals, give "
            "the game monitoring=PublicSignal(...)"
        )
    for profile in (automaton.actions[state], *keys):
        if len(profile) != stage.n_players:
            raise InvalidStrategy(
                f"a profile names one action for each of {stage.players}; state {state!r} has {profile!r}"
            )
    return {stage.profile_index(key) for key in keys}
