"""Beliefs about the other side's reading: Bayes' rule on the public signals, and the beliefs that arise.

After the own action a and the signal y in public state s, side i's belief mu about the other's reading
becomes

    mu'(k) proportional to mu(k) P(y | a, a_j(s, k)).

Where slips make every signal possible this is always defined; after a signal that the believed readings
exclude the belief stays as it was (off the path any belief would do). Pairs (s, mu) are explored breadth
first, the own departures included, so that what follows a departure is checked too. Cost: one update for each
pair, own action and signal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.numerics import NUMERICS
from negotiation.game_theory.solvers.readings.values import ReadingTables


@dataclass(frozen=True, eq=False)
class ReachedBeliefs:
    """Pairs of public state and belief of one side."""

    states: tuple[int, ...]
    # (B, K_j): belief about the other's reading.
    beliefs: FloatArray
    # Fewest periods in which the pair arises.
    depths: tuple[int, ...]
    # Public states of pairs that were found but not followed further; empty where nothing was left out.
    open_states: frozenset[int]


def posterior(chances: FloatArray, belief: FloatArray) -> FloatArray:
    """Return the belief after each signal, shape (Y, K_j).

    Shapes: `chances` (K_j, Y), `belief` (K_j,).

    Examples
    --------
    >>> posterior(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0.5, 0.5])).round(3).tolist()
    [[0.75, 0.25], [0.125, 0.875]]
    """
    weights = belief[:, None] * chances
    total = np.broadcast_to(weights.sum(axis=0), weights.shape)
    # A signal that no believed reading can give says nothing about the believed readings.
    kept = np.repeat(belief[:, None], chances.shape[1], axis=1)
    found: FloatArray = np.divide(weights, total, out=kept, where=total > 0).T
    return found


def reached_beliefs(
    readings: PrivateReadings, tables: ReadingTables, player: int, depth: int
) -> ReachedBeliefs:
    """Return the pairs of public state and belief that arise within so many periods."""
    prior = np.array([float(p) for p in readings.priors[1 - player].values()])
    seen = {_key(0, prior): None}
    states, beliefs, depths = [0], [prior], [0]
    open_states: set[int] = set()
    kinds: dict[tuple[int, ...], FloatArray] = {}
    k = 0
    while k < len(states):
        state, belief = states[k], beliefs[k]
        if depths[k] >= depth or len(states) >= NUMERICS.pairs:
            open_states.add(state)
        else:
            theirs = tuple(int(a) for a in tables.actions[1 - player][state])
            if theirs not in kinds:
                kinds[theirs] = signal_kinds(tables, player, theirs)
            for chances in kinds[theirs]:
                after = posterior(chances, belief)
                for y in np.flatnonzero((chances > 0).any(axis=0)):
                    pair = (int(tables.following[state, y]), after[y])
                    if _key(*pair) not in seen:
                        seen[_key(*pair)] = None
                        states.append(pair[0])
                        beliefs.append(pair[1])
                        depths.append(depths[k] + 1)
        k += 1
    return ReachedBeliefs(tuple(states), np.array(beliefs), tuple(depths), frozenset(open_states))


def signal_kinds(tables: ReadingTables, player: int, theirs: tuple[int, ...]) -> FloatArray:
    """Return the different signal structures that own actions give, shape (number, K_j, Y)."""
    chances = np.moveaxis(tables.chances, player, 0)[:, list(theirs)]
    kinds: FloatArray = np.unique(chances.reshape(len(chances), -1), axis=0).reshape(-1, *chances.shape[1:])
    return kinds


def _key(state: int, belief: FloatArray) -> tuple[int, ...]:
    return (state, *(round(float(p) / KNIFE_EDGE) for p in belief))
