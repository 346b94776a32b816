"""Which deviation binds just above a profile's threshold, and which one gains where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import Number
from negotiation.game_theory.games import RepeatedGame, unilateral_payoffs
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.result import Binding
from negotiation.game_theory.solvers.thresholds.target import Target
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import Automaton


def profile_binding(target: Target, delta: Fraction, strategy: Automaton) -> Binding | None:
    """Return what binds: on the path, else in another's punishment, else in one's own."""
    stage, d = target.stage, float(delta)
    values = value(RepeatedGame(stage, d), strategy).values
    place = {state: k for k, state in enumerate(strategy.states)}
    ranges = np.ptp(stage.payoffs.reshape(-1, 2), axis=0)
    ranges[ranges == 0.0] = 1.0
    found: list[tuple[bool, int, float, Binding]] = []
    for state, s in place.items():
        index = stage.profile_index(strategy.actions[state])
        for i, player in enumerate(stage.players):
            own = unilateral_payoffs(stage.payoffs, index, i)
            for after, a in _tempting(strategy, stage.actions[i], state, i, own).items():
                later = sum(float(p) * float(values[place[m], i]) for m, p in after)
                # In shares of the player's own range.
                margin = (float(values[s, i]) - (1.0 - d) * float(own[a]) - d * later) / float(ranges[i])
                rank = 0 if state == strategy.initial else 2 if state in dict(after) else 1
                loose = margin > NUMERICS.binding_at_threshold
                binding = Binding(player, stage.actions[i][a], stage.actions[i][index[i]], state)
                found.append((loose, 0 if loose else rank, margin, binding))
    return min(found, key=lambda row: row[:3])[3] if found else None


def _tempting(
    strategy: Automaton, labels: Sequence[str], state: str, player: int, own: Sequence[Number]
) -> dict[tuple[tuple[str, Number], ...], int]:
    """Return, for each lottery that a player's deviations lead to, the one that pays most, the first of them.

    Deviations with the same continuation differ in what they pay at once alone.
    """
    profile = strategy.actions[state]
    best: dict[tuple[tuple[str, Number], ...], int] = {}
    for a, action in enumerate(labels):
        if action != profile[player]:
            key = (*profile[:player], action, *profile[player + 1 :])
            after = tuple(strategy.next_states(state, key).items())
            if after not in best or own[a] > own[best[after]]:
                best[after] = a
    return best


def temptation(target: Target, player: int) -> Binding:
    """Return a player's best deviation from the target itself."""
    players, labels = target.stage.players, target.stage.actions[player]
    action = labels[target.best_other_action(player, target.index)]
    return Binding(players[player], action, target.profile[player], ", ".join(target.profile))
