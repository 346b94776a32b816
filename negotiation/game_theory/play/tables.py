"""An automaton in a game as arrays, for compiled play: what is seen in each state, and where it leads.

Nobody departs from the automaton: in each state the prescribed profile is played, a signal is drawn (under
perfect monitoring there is one, the profile), and then the next state.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.values.public_transitions import seen_transitions
from negotiation.game_theory.strategies import Automaton
from negotiation.game_theory.strategies.public_states import check_signal_keys


class PlayTables(NamedTuple):
    """Cumulative probabilities and next states, for S states, Y signals and at most K next states."""

    # (S,): cumulative chances of the first state.
    start: FloatArray
    # (S, Y): cumulative chances of the signals under the prescribed profile.
    seen: FloatArray
    # (S, Y, K): next states after each signal, padded with the last one.
    after: IntArray
    # (S, Y, K): their cumulative chances.
    chance: FloatArray


def what_is_seen(game: RepeatedGame) -> tuple[str, ...]:
    """Return the labels of the signals: only "profile" under perfect monitoring."""
    return ("profile",) if game.monitoring is None else game.monitoring.signals


def play_tables(game: RepeatedGame, automaton: Automaton) -> PlayTables:
    """Return the arrays of an automaton's play in a game."""
    signal, states = game.monitoring, automaton.states
    position = {state: k for k, state in enumerate(states)}
    labels = what_is_seen(game)
    seen = np.ones((len(states), len(labels)))
    lotteries: list[list[dict[str, float]]] = []
    for k, state in enumerate(states):
        profile = automaton.actions[state]
        if signal is None:
            successors = seen_transitions(game, automaton, state, profile)
            lotteries.append([{s: float(p) for s, p in successors.items()}])
            continue
        check_signal_keys(automaton, state, signal)
        row = signal.probabilities[game.stage.profile_index(profile)]
        seen[k] = _cumulative(row)
        # A signal that never comes needs no transition.
        moves = [
            automaton.next_states(state, label) if p > 0 else {state: 1.0}
            for label, p in zip(labels, row.tolist(), strict=True)
        ]
        lotteries.append([{s: float(q) for s, q in lottery.items()} for lottery in moves])
    widest = max(len(lottery) for row in lotteries for lottery in row)
    after = np.zeros((len(states), len(labels), widest), dtype=np.intp)
    chance = np.ones((len(states), len(labels), widest))
    for k, row_of in enumerate(lotteries):
        for y, lottery in enumerate(row_of):
            targets = [position[s] for s in lottery]
            after[k, y] = [*targets, *[targets[-1]] * (widest - len(targets))]
            chance[k, y, : len(targets)] = _cumulative(np.array(list(lottery.values())))
    start = _cumulative(np.array([float(automaton.start.get(state, 0)) for state in states]))
    return PlayTables(start, seen, after, chance)


def _cumulative(row: FloatArray) -> FloatArray:
    """Return cumulative probabilities that reach 1 at the last outcome that can occur."""
    total: FloatArray = np.cumsum(row) / row.sum()
    last = int(np.flatnonzero(row > 0)[-1])
    total[last:] = 1.0
    return total
