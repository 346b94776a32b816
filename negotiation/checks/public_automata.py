"""One-shot-deviation check of a public automaton in a repeated game with a public signal.

Play moves on the signal alone, V = (1 - delta) u + delta sum over y of pi(y | a(s)) P(s' | s, y) V, and a
departure changes what the signal may be. No departure gains in any state that the signals can lead to iff the
automaton is a perfect public equilibrium (Fudenberg, Levine and Maskin 1994; Abreu, Pearce and Stacchetti
1990). Shares no code with the solvers. The arithmetic and its cost are in `verify_one_shot`.
"""

from __future__ import annotations

import numpy as np

from negotiation.checks.one_shot import Setting, one_shot_verdict
from negotiation.errors import InvalidStrategy
from negotiation.games import Profile, PublicSignal, RepeatedGame, StageGame
from negotiation.numeric import Number, NumberArray, as_fraction
from negotiation.solutions.verdict import Verdict
from negotiation.strategies import Automaton
from negotiation.strategies.automaton import OTHERWISE


def verify_public_automaton(game: RepeatedGame, automaton: Automaton, *, exact: bool = False) -> Verdict:
    """Check whether a public automaton is a perfect public equilibrium of a repeated game.

    Parameters
    ----------
    game : RepeatedGame
        With `monitoring=` a public signal.
    automaton : Automaton
        Transitions keyed by signal labels or `OTHERWISE`.
    exact : bool, optional
        Whether to compute in rational numbers. Floats are then taken at their exact binary value, and a
        distribution of signals is divided by its exact sum.

    Returns
    -------
    Verdict
        The margin is in average discounted payoffs, over all states that some history of signals leads to,
        whatever the players do: states off the path count.

    Raises
    ------
    InvalidStrategy
        If the game has no signal, a key is an action profile, or a signal that can occur has no transition.
    UnknownSignal
        If a key is not a signal of the game.
    UnknownAction
        If the automaton names an action that a player does not have.

    Examples
    --------
    >>> from fractions import Fraction
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> tenth = Fraction(1, 10)
    >>> kept, broken = [1 - tenth, tenth], [tenth, 1 - tenth]
    >>> signal = PublicSignal([[kept, broken], [broken, broken]], ("calm", "alarm"))
    >>> grim = Automaton(["peace", "war"], "peace", {"peace": ("C", "C"), "war": ("D", "D")},
    ...                  {"peace": {"calm": "peace", "alarm": "war"}, "war": {OTHERWISE: "war"}})
    >>> verdict = verify_public_automaton(RepeatedGame(stage, Fraction(1, 5), signal), grim, exact=True)
    >>> verdict.concept, verdict.holds, verdict.margin
    ('perfect public equilibrium', True, Fraction(28, 205))
    """
    stage, signal = game.stage, game.monitoring
    if signal is None:
        raise InvalidStrategy("a public automaton needs a RepeatedGame with monitoring=PublicSignal(...)")
    states = public_states(stage, signal, automaton)
    moves = {state: _row(signal, automaton, state, exact) for state in states}
    chances = signal.exact_probabilities() if exact else _normalised(signal)

    def after(state: str, profile: Profile) -> dict[str, Number]:
        """Return the next states, over the signals that a profile sends."""
        found: dict[str, Number] = {}
        for label, chance in zip(signal.signals, chances[stage.profile_index(profile)].tolist(), strict=True):
            if chance:
                for successor, p in moves[state][label].items():
                    found[successor] = found.get(successor, 0) + chance * p
        return found

    setting = Setting(
        stage,
        automaton.actions,
        states,
        after,
        stage.exact_payoffs() if exact else stage.payoffs - stage.payoffs.min(),
        game.exact_discount_factors if exact else [float(delta) for delta in game.discount_factors],
        exact,
    )
    return one_shot_verdict(setting, "perfect public equilibrium")


def public_states(stage: StageGame, signal: PublicSignal, automaton: Automaton) -> tuple[str, ...]:
    """Return the states that some history of signals leads to, in the automaton's order.

    A signal counts if some action profile sends it with positive probability.

    Raises
    ------
    InvalidStrategy
        If a key is an action profile, or a signal that counts has no transition.
    UnknownSignal
        If a key is not a signal of the game.
    UnknownAction, InvalidGame
        If a state's actions are not a profile of the stage game.

    Examples
    --------
    >>> stage = StageGame([[[0, 0]]], actions=(("stay",), ("stay",)))
    >>> signal = PublicSignal([[[1, 0]]], ("calm", "alarm"))
    >>> spare = Automaton("ab", "a", {"a": ("stay", "stay"), "b": ("stay", "stay")},
    ...                   {"a": {"calm": "a", "alarm": "b"}, "b": {OTHERWISE: "b"}})
    >>> public_states(stage, signal, spare)
    ('a',)
    """
    for state in automaton.states:
        stage.profile_index(automaton.actions[state])
        _check_keys(signal, automaton, state)
    sent = signal.probabilities.reshape(-1, signal.n_signals).max(axis=0) > 0
    possible = [label for label, occurs in zip(signal.signals, sent, strict=True) if occurs]
    frontier = [state for state, p in automaton.start.items() if p > 0]
    found = set(frontier)
    while frontier:
        state = frontier.pop()
        for label in possible:
            successors = {s for s, p in automaton.next_states(state, label).items() if p > 0}
            frontier.extend(successors - found)
            found |= successors
    return tuple(state for state in automaton.states if state in found)


def require_reached(stage: StageGame, signal: PublicSignal, automaton: Automaton) -> None:
    """Raise unless some history of signals leads to every state of the automaton.

    Raises
    ------
    InvalidStrategy
        If a state is never reached; the first one is named.

    Examples
    --------
    >>> stage = StageGame([[[0, 0]]], actions=(("stay",), ("stay",)))
    >>> spare = Automaton("ab", "a", {"a": ("stay", "stay"), "b": ("stay", "stay")},
    ...                   {"a": {OTHERWISE: "a"}, "b": {OTHERWISE: "b"}})
    >>> require_reached(stage, PublicSignal([[[1]]], ["calm"]), spare)
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidStrategy: no history of signals leads to state 'b'; remove it, or add a \
transition to it. Reached: ('a',)
    """
    reached = public_states(stage, signal, automaton)
    spare = [state for state in automaton.states if state not in reached]
    if spare:
        raise InvalidStrategy(
            f"no history of signals leads to state {spare[0]!r}; remove it, or add a transition to it. "
            f"Reached: {reached}"
        )


def _check_keys(signal: PublicSignal, automaton: Automaton, state: str) -> None:
    for key in automaton.transitions[state]:
        if not isinstance(key, str):
            raise InvalidStrategy(
                f"with a public signal transitions are keyed by signals {signal.signals} or {OTHERWISE!r}; "
                f"state {state!r} has the action profile {key!r}"
            )
        if key != OTHERWISE:
            signal.signal_index(key)


def _row(signal: PublicSignal, automaton: Automaton, state: str, exact: bool) -> dict[str, dict[str, Number]]:
    """Return the lottery over next states after each signal; none after one that nothing sends."""
    named = automaton.transitions[state]
    return {
        label: {
            s: as_fraction(p) if exact else float(p) for s, p in automaton.next_states(state, label).items()
        }
        for label in signal.signals
        if label in named or OTHERWISE in named
    }


def _normalised(signal: PublicSignal) -> NumberArray:
    chances: NumberArray = signal.probabilities / np.sum(signal.probabilities, axis=-1, keepdims=True)
    return chances
