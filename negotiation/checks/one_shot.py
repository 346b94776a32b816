"""What the checks of automata share: values, and every single departure compared with compliance.

A check says which states count and where play goes after a profile in a state; the rest is the same under
perfect monitoring (`verify_automaton`) and with a public signal (`verify_public_automaton`). Values solve
V = (1 - delta) u + delta T V. Shares no code with the solvers. Cost: one linear system for each player, and
(states x players x actions) comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from negotiation.games import Profile, StageGame, unilateral_payoffs
from negotiation.linear_systems import solve_linear
from negotiation.numeric import KNIFE_EDGE, Number, NumberArray, payoff_tolerance
from negotiation.solutions.verdict import Deviation, Verdict, judge

After: TypeAlias = Callable[[str, Profile], Mapping[str, Number]]
"""The lottery over the next state, in the numbers of the check, after a profile is played in a state."""


@dataclass(frozen=True)
class Setting:
    """What every step of the check reads.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    actions : mapping from state to profile
        What is prescribed.
    states : tuple of str
        The states that count.
    after : callable
        Where play goes; all floats, or all `Fraction`.
    payoffs : array, shape (n_1, ..., n_N, N)
        Floats or `Fraction`.
    deltas : sequence of float or Fraction
        One for each player.
    exact : bool
        Whether the numbers are rational.
    """

    stage: StageGame
    actions: Mapping[str, Profile]
    states: tuple[str, ...]
    after: After
    payoffs: NumberArray
    deltas: Sequence[Number]
    exact: bool


def one_shot_verdict(setting: Setting, concept: str) -> Verdict:
    """Return the verdict on all single departures in all states that count."""
    stage = setting.stage
    worst: Deviation | None = None
    for i in range(stage.n_players):
        values = state_values(setting, i)
        for state in setting.states:
            candidate = best_deviation(setting, state, i, values)
            if candidate is not None and (worst is None or candidate.gain > worst.gain):
                worst = candidate
    checked = len(setting.states) * sum(n - 1 for n in stage.n_actions)
    return judge(concept, worst, payoff_tolerance(stage.payoffs, KNIFE_EDGE), setting.exact, checked)


def state_values(setting: Setting, player: int) -> dict[str, Number]:
    """Return the player's average discounted value in each state that counts."""
    states, delta = setting.states, setting.deltas[player]
    size = len(states)
    position = {state: k for k, state in enumerate(states)}
    kind = object if setting.exact else np.float64
    system, right = np.zeros((size, size), dtype=kind), np.zeros(size, dtype=kind)
    for k, state in enumerate(states):
        profile = setting.actions[state]
        system[k, k] += 1
        for successor, chance in setting.after(state, profile).items():
            if chance:
                system[k, position[successor]] -= delta * chance
        right[k] = (1 - delta) * setting.payoffs[(*setting.stage.profile_index(profile), player)]
    return dict(zip(states, solve_linear(system, right).tolist(), strict=True))


def best_deviation(
    setting: Setting, state: str, player: int, values: Mapping[str, Number]
) -> Deviation | None:
    """Return the player's most tempting single departure in a state, or None without an alternative."""
    stage, delta = setting.stage, setting.deltas[player]
    profile = setting.actions[state]
    index = stage.profile_index(profile)
    own = unilateral_payoffs(setting.payoffs, index, player)
    best: Deviation | None = None
    for a, action in enumerate(stage.actions[player]):
        if a == index[player]:
            continue
        key = (*profile[:player], action, *profile[player + 1 :])
        chances = setting.after(state, key)
        continuation: Number = sum(chance * values[s] for s, chance in chances.items() if chance)
        gain = (1 - delta) * own[a] + delta * continuation - values[state]
        if best is None or gain > best.gain:
            best = Deviation(stage.players[player], action, profile[player], gain, state)
    return best
