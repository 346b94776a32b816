"""One-shot-deviation check of an automaton in a repeated game under perfect monitoring.

Values solve V = (1 - delta) u + delta T V on the states that some history reaches; then every player's every
single deviation in every such state is compared with compliance (one-shot-deviation principle; Abreu 1988).
Shares no code with the solvers. Cost: one linear system and (states x players x actions) comparisons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from negotiation.errors import InvalidStrategy
from negotiation.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.numeric import (
    KNIFE_EDGE,
    Number,
    NumberArray,
    ObjectArray,
    as_fraction,
    fraction_array,
    payoff_tolerance,
)
from negotiation.solvers.verdict import Deviation, Verdict, judge
from negotiation.strategies import OTHERWISE, Automaton


@dataclass(frozen=True)
class _Setting:
    """What every step of the check reads: the game's numbers and the reachable states."""

    stage: StageGame
    automaton: Automaton
    states: tuple[str, ...]
    payoffs: NumberArray
    deltas: Sequence[Number]
    exact: bool


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
    setting = _Setting(
        stage,
        automaton,
        reachable_states(stage, automaton),
        stage.exact_payoffs() if exact else stage.payoffs - stage.payoffs.min(),
        game.exact_discount_factors if exact else [float(delta) for delta in game.discount_factors],
        exact,
    )
    worst: Deviation | None = None
    for i in range(stage.n_players):
        values = _values(setting, i)
        for state in setting.states:
            candidate = _best_deviation(setting, state, i, values)
            if candidate is not None and (worst is None or candidate.gain > worst.gain):
                worst = candidate
    checked = len(setting.states) * sum(n - 1 for n in stage.n_actions)
    tolerance = payoff_tolerance(stage.payoffs, KNIFE_EDGE)
    return judge("subgame perfect equilibrium", worst, tolerance, exact, checked)


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
            f"state {state!r} has {keys[0]!r}"
        )
    for profile in (automaton.actions[state], *keys):
        if len(profile) != stage.n_players:
            raise InvalidStrategy(
                f"a profile names one action for each of {stage.players}; state {state!r} has {profile!r}"
            )
    return {stage.profile_index(key) for key in keys}


def _values(setting: _Setting, player: int) -> dict[str, Number]:
    """Return the player's average discounted value in each reachable state."""
    states, delta = setting.states, setting.deltas[player]
    size = len(states)
    position = {state: k for k, state in enumerate(states)}
    kind = object if setting.exact else np.float64
    system, right = np.zeros((size, size), dtype=kind), np.zeros(size, dtype=kind)
    for k, state in enumerate(states):
        profile = setting.automaton.actions[state]
        system[k, k] += 1
        for successor, chance in setting.automaton.next_states(state, profile).items():
            if chance:
                weight = as_fraction(chance) if setting.exact else float(chance)
                system[k, position[successor]] -= delta * weight
        right[k] = (1 - delta) * setting.payoffs[(*setting.stage.profile_index(profile), player)]
    solution = _solve_exactly(system, right) if setting.exact else np.linalg.solve(system, right)
    return dict(zip(states, solution.tolist(), strict=True))


def _best_deviation(
    setting: _Setting, state: str, player: int, values: dict[str, Number]
) -> Deviation | None:
    """Return the player's most tempting single departure in a state, or None without an alternative."""
    stage, delta = setting.stage, setting.deltas[player]
    profile = setting.automaton.actions[state]
    index = stage.profile_index(profile)
    own = unilateral_payoffs(setting.payoffs, index, player)
    best: Deviation | None = None
    for a, action in enumerate(stage.actions[player]):
        if a == index[player]:
            continue
        key = (*profile[:player], action, *profile[player + 1 :])
        continuation = _expected(setting, setting.automaton.next_states(state, key), values)
        gain = (1 - delta) * own[a] + delta * continuation - values[state]
        if best is None or gain > best.gain:
            best = Deviation(stage.players[player], action, profile[player], gain, state)
    return best


def _expected(setting: _Setting, lottery: dict[str, Number], values: dict[str, Number]) -> Number:
    convert = as_fraction if setting.exact else float
    total: Number = convert(0)
    for successor, chance in lottery.items():
        if chance:
            total += convert(chance) * values[successor]
    return total


def _solve_exactly(system: ObjectArray, right: ObjectArray) -> ObjectArray:
    """Solve a linear system of `Fraction` by Gaussian elimination."""
    rows = fraction_array(np.column_stack([system, right]))
    size = len(right)
    for k in range(size):
        pivot = next(r for r in range(k, size) if rows[r, k] != 0)
        rows[[k, pivot]] = rows[[pivot, k]]
        rows[k] = rows[k] / rows[k, k]
        for r in range(size):
            if r != k and rows[r, k] != 0:
                rows[r] = rows[r] - rows[r, k] * rows[k]
    result: ObjectArray = rows[:, -1]
    return result
