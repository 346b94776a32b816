"""Margins of a strategy by class of state: all is kept, a breach is being answered, all is over."""

from __future__ import annotations

import numpy as np

from negotiation.games import RepeatedGame
from negotiation.numeric import KNIFE_EDGE, FloatArray, payoff_tolerances
from negotiation.solvers.values.value import value
from negotiation.strategies import Automaton

KEPT, ANSWERING, OVER = "kept", "answering", "over"


def class_margins(game: RepeatedGame, automaton: Automaton) -> dict[str, float]:
    """Return the least one-shot margin of any player in the states of each class."""
    stage = game.stage
    worth = value(game, automaton).values
    where = {state: k for k, state in enumerate(automaton.states)}
    payoffs = np.asarray(stage.payoffs, dtype=np.float64)
    tolerances = payoff_tolerances(payoffs[None], KNIFE_EDGE)[0]
    found: dict[str, tuple[float, float]] = {}
    for state in automaton.states:
        kind = state if state in (KEPT, OVER) else ANSWERING
        index = stage.profile_index(automaton.actions[state])
        for i in range(stage.n_players):
            delta = float(game.discount_factors[i])
            total = (1.0 - delta) * payoffs[(*_row(index, i), i)] + delta * _after(
                automaton, state, i, stage.actions[i], worth[:, i], where
            )
            others = np.delete(total, index[i])
            margin = float(total[index[i]] - others.max(initial=-np.inf))
            margin = 0.0 if -tolerances[i] <= margin < 0.0 else margin
            size = float(np.ptp(payoffs[..., i])) or 1.0
            found[kind] = min(found.get(kind, (np.inf, np.inf)), (margin / size, margin))
    return {kind: margin for kind, (_, margin) in found.items()}


def _row(index: tuple[int, ...], player: int) -> tuple[int | slice, ...]:
    return tuple(slice(None) if j == player else a for j, a in enumerate(index))


def _after(
    automaton: Automaton,
    state: str,
    player: int,
    actions: tuple[str, ...],
    worth: FloatArray,
    where: dict[str, int],
) -> FloatArray:
    """Return what follows each action of a player in a state, shape (n_i,)."""
    played = automaton.actions[state]
    found = np.zeros(len(actions))
    for k, action in enumerate(actions):
        key = (*played[:player], action, *played[player + 1 :])
        for target, chance in automaton.next_states(state, key).items():
            found[k] += float(chance) * worth[where[target]]
    return found
