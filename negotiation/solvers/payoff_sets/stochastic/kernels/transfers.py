"""Compiled programs of equilibria with transfers: joint and worst payoffs, and what is enforced."""

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.kernels.operator import leads_to, mark_empty
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import Rows, best_points, room_for
from negotiation.solvers.payoff_sets.stochastic.kernels.punishments import departing, punishments, row_values


@njit(cache=True, nogil=True)
def best_joint(
    rows: Rows, alive: BoolArray, empty: BoolArray, delta: float, size: float, start: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return the highest joint payoff of each state over rows alive, and the rows behind it."""
    states = len(empty)
    points, policy = np.zeros((states, 2)), np.zeros(states, np.int64)
    best_points(
        rows, np.full(len(rows[0]), np.inf), np.zeros((1, 2)), alive, empty, (1.0 - delta) * rows[0], delta,
        1.0, 1.0, start, size, points, policy, policy.copy(), room_for(states, np.int64(2)),
    )  # fmt: skip
    return points[:, 0] + points[:, 1], policy


@njit(cache=True, nogil=True)
def liquidity(
    rows: Rows, joint: FloatArray, worst: FloatArray, alive: BoolArray, empty: BoolArray, delta: float
) -> FloatArray:
    """Return what is left of each row's joint payoff when every player has what departing is worth."""
    out = np.full(len(rows[0]), -np.inf)
    total = row_values(rows, 0, delta, joint)
    by_row = np.empty((2, len(out)))
    for i in range(2):
        by_row[i] = row_values(rows, i, delta, worst[:, i].copy())
    for s in range(len(empty)):
        for r in range(rows[1][s], rows[1][s + 1]):
            if alive[r] and not leads_to(rows, r, empty):
                out[r] = total[r] + (1.0 - delta) * rows[0][r, 1]
                for i in range(2):
                    out[r] -= departing(rows, s, r, i, by_row[i], True)
    return out


@njit(cache=True, nogil=True)
def enforced(
    rows: Rows, alive: BoolArray, delta: float, size: float, tolerance: float
) -> tuple[FloatArray, FloatArray, IntArray, FloatArray, BoolArray, int]:
    """Drop, in place, rows that cannot be enforced, until all are; return what is left.

    Joint payoffs (S,), worst payoffs (S, 2), cooperation rows (S,), liquidity by row, empty states, and the
    number of rounds.
    """
    states = len(rows[2])
    empty, threats = np.zeros(states, np.bool_), np.zeros((states, 2))
    joint, worst, policy = np.zeros(states), np.zeros((states, 2)), np.zeros(states, np.int64)
    floors, left, rounds = np.full(len(alive), -np.inf), np.zeros(len(alive)), 0
    while True:
        rounds += 1
        while mark_empty(rows, alive, empty, threats):
            for r in range(len(alive)):
                alive[r] = alive[r] and not leads_to(rows, r, empty)
        joint, policy = best_joint(rows, alive, empty, delta, size, joint)
        for i in range(2):
            worst[:, i] = punishments(rows, i, floors, alive, empty, delta, worst[:, i].copy(), size)
        left = liquidity(rows, joint, worst, alive, empty, delta)
        dropped = False
        for r in range(len(alive)):
            if alive[r] and not left[r] >= -tolerance:
                alive[r], dropped = False, True
        if not dropped:
            return joint, worst, policy, left, empty, rounds


@njit(cache=True, nogil=True)
def punishing(
    rows: Rows, player: int, alive: BoolArray, empty: BoolArray, delta: float, worst: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return the rows that hold a player down to the worst payoffs, and the rows to which he departs."""
    states = len(empty)
    policy, replies = np.zeros(states, np.int64), np.zeros(states, np.int64)
    by_row = row_values(rows, player, delta, worst)
    for s in range(states):
        if empty[s]:
            continue
        least = np.inf
        for r in range(rows[1][s], rows[1][s + 1]):
            if alive[r]:
                value = departing(rows, s, r, player, by_row, True)
                if value < least:
                    policy[s], least = r, value
        n2 = rows[2][s, 1]
        place = policy[s] - rows[1][s]
        i, j = place // n2, place % n2
        most = -np.inf
        for k in range(rows[2][s, player]):
            other = rows[1][s] + (k * n2 + j if player == 0 else i * n2 + k)
            if by_row[other] > most:
                replies[s], most = other, by_row[other]
    return policy, replies
