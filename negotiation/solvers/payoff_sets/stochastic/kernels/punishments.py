"""Compiled: the worst that a player can be held to in a stochastic game, by policy iteration.

What is prescribed is chosen against the player, who then departs as is best. Companion of `state_programs`.
Cost: a few policies, each one linear system.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import (
    IMPROVED,
    STEPS,
    Rows,
    Work,
    expected,
    policy_values,
    room_for,
)


@njit(cache=True, nogil=True)
def departing(rows: Rows, s: int, r: int, player: int, values: FloatArray, own: bool) -> float:
    """Return the best of a player's values by row over departures from r; with `own`, r itself too."""
    n2 = rows[2][s, 1]
    place = r - rows[1][s]
    i, j = place // n2, place % n2
    best = -np.inf
    for k in range(rows[2][s, player]):
        other = rows[1][s] + (k * n2 + j if player == 0 else i * n2 + k)
        if own or other != r:
            best = max(best, values[other])
    return best


@njit(cache=True, nogil=True)
def row_values(rows: Rows, player: int, delta: float, by_state: FloatArray) -> FloatArray:
    """Return (1 - delta) g + delta sum P v of a player for every row."""
    out = np.empty(len(rows[0]))
    for r in range(len(out)):
        out[r] = (1.0 - delta) * rows[0][r, player] + delta * expected(rows, r, by_state)
    return out


@njit(cache=True, nogil=True)
def best_departure(
    rows: Rows,
    r: int,
    s: int,
    player: int,
    floor: float,
    reward: FloatArray,
    delta: float,
    values: FloatArray,
) -> tuple[int, float]:
    """Return the best row that a player can make of a row, and its value; -1 if the floor is worth more."""
    n2 = rows[2][s, 1]
    i, j = (r - rows[1][s]) // n2, (r - rows[1][s]) % n2
    best, most = -1, floor
    for k in range(rows[2][s, player]):
        other = rows[1][s] + (k * n2 + j if player == 0 else i * n2 + k)
        value = reward[other, 0] + delta * expected(rows, other, values)
        if value > most:
            best, most = other, value
    return best, most


@njit(cache=True, nogil=True)
def replied(
    rows: Rows,
    members: IntArray,
    policy: IntArray,
    player: int,
    floors: FloatArray,
    empty: BoolArray,
    reward: FloatArray,
    delta: float,
    values: FloatArray,
    size: float,
    work: Work,
) -> None:
    """Fill in a player's values of the best departures from a policy, or its floors where these are more."""
    states = len(policy)
    replies, goes_on = np.zeros(states, np.int64), np.zeros(states, np.bool_)
    column = np.empty((states, 1))
    for s in range(states):
        column[s, 0] = values[s]
    for step in range(STEPS):
        changed = False
        for s in members:
            if empty[s]:
                continue
            r = policy[s]
            best, most = best_departure(rows, r, s, player, floors[r], reward, delta, values)
            if step == 0 or most > values[s] + IMPROVED * size:
                changed = True
                replies[s], goes_on[s] = max(best, 0), best >= 0
                if best < 0:
                    column[s, 0] = floors[r]
        if not changed:
            break
        policy_values(rows, members, replies, goes_on, reward, delta, column, work)
        for s in members:
            values[s] = column[s, 0]


@njit(cache=True, nogil=True)
def least_row(
    rows: Rows, s: int, player: int, floors: FloatArray, alive: BoolArray, by_row: FloatArray
) -> tuple[int, float]:
    """Return the row of a state that is worst for a player who departs from it as is best, and its value."""
    best, least = -1, np.inf
    for r in range(rows[1][s], rows[1][s + 1]):
        if alive[r]:
            value = max(floors[r], departing(rows, s, r, player, by_row, True))
            if best < 0 or value < least:
                best, least = r, value
    return best, least


@njit(cache=True, nogil=True)
def punishments(
    rows: Rows,
    player: int,
    floors: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    delta: float,
    start: FloatArray,
    size: float,
) -> FloatArray:
    """Return a lower bound of a player's worst payoff by state: the value of the game against the player.

    `floors[r]` is what the player surely gets where row r is prescribed. With all floors minus infinity
    this is the pure minmax. Empty states are infinite.
    """
    policy, values = np.zeros(len(empty), np.int64), start.copy()
    work = room_for(len(empty), np.int64(1))
    reward = np.empty((len(rows[0]), 1))
    for r in range(len(reward)):
        reward[r, 0] = (1.0 - delta) * rows[0][r, player]
    for c in range(len(rows[8]) - 1):
        members = rows[7][rows[8][c] : rows[8][c + 1]]
        for step in range(STEPS):
            changed = False
            by_row = row_values(rows, player, delta, values)
            for s in members:
                if empty[s]:
                    continue
                best, least = least_row(rows, s, player, floors, alive, by_row)
                if step == 0 or least < values[s] - IMPROVED * size:
                    changed = changed or step == 0 or policy[s] != best
                    policy[s] = best
            if not changed:
                break
            replied(rows, members, policy, player, floors, empty, reward, delta, values, size, work)
    # What a last step would still lower is taken off everywhere.
    by_row, most = row_values(rows, player, delta, values), 0.0
    for s in range(len(empty)):
        if not empty[s]:
            most = max(most, values[s] - least_row(rows, s, player, floors, alive, by_row)[1])
    for s in range(len(empty)):
        values[s] = np.inf if empty[s] else values[s] - most / (1.0 - delta)
    return values
