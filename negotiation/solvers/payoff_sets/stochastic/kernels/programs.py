"""Compiled Markov programs behind the payoff sets of stochastic games: best values, and worst punishments.

In a direction, a state's best payoff is that of the best of its profiles; a profile either stops, at a value
that is known, or goes on: (1 - delta) g + delta sum P x. Policy iteration (Howard 1960) from the policy that
is best against the values given. A player's punishment is a game of perfect information: the profile
prescribed is chosen against the player, who then departs as is best (Shapley 1953; Hoffman and Karp 1966).
Whatever is left over when a program stops is added to the bound, so that it stays one.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray

Rows: TypeAlias = tuple[
    FloatArray, IntArray, IntArray, IntArray, IntArray, FloatArray, IntArray, IntArray, IntArray
]
"""Payoffs (R, 2), first row of each state (S + 1), actions (S, 2), indptr (R + 1), indices, probabilities, a
number for each row, the same for rows with the same transitions; and the states by strongly connected
component, those to which others lead first, with the start of each component. Programs are solved a
component at a time."""

Work: TypeAlias = tuple[IntArray, FloatArray, FloatArray]
"""Room for a policy's linear system: places (S,), matrix (S, S), right side (S, m)."""

STEPS = 60
IMPROVED = 4e-16
"""Improvement of a value, relative to the size, that changes a policy."""


@njit(cache=True, nogil=True)
def expected(rows: Rows, r: int, values: FloatArray) -> float:
    """Return the expectation of a value by state after a row."""
    total = 0.0
    for e in range(rows[3][r], rows[3][r + 1]):
        total += rows[5][e] * values[rows[4][e]]
    return total


@njit(cache=True, nogil=True)
def room_for(states: int, many: int | np.int64) -> Work:
    """Return room for the linear systems of a game with so many states, for values of so many numbers."""
    return np.empty(states, np.int64), np.empty((states, states)), np.empty((states, many))


@njit(cache=True, nogil=True)
def solve_in_place(matrix: FloatArray, right: FloatArray, n: int) -> None:
    """Solve a linear system that is strictly diagonally dominant by rows; `right` gets the solution."""
    for k in range(n):
        for i in range(k + 1, n):
            if matrix[i, k] != 0.0:
                factor = matrix[i, k] / matrix[k, k]
                for j in range(k + 1, n):
                    matrix[i, j] -= factor * matrix[k, j]
                for j in range(right.shape[1]):
                    right[i, j] -= factor * right[k, j]
    for k in range(n - 1, -1, -1):
        for j in range(right.shape[1]):
            total = right[k, j]
            for i in range(k + 1, n):
                total -= matrix[k, i] * right[i, j]
            right[k, j] = total / matrix[k, k]


@njit(cache=True, nogil=True)
def policy_values(
    rows: Rows,
    members: IntArray,
    policy: IntArray,
    goes_on: BoolArray,
    rewards: FloatArray,
    delta: float,
    values: FloatArray,
    work: Work,
) -> None:
    """Fill in the values (S, m) of the members whose row in the policy goes on; all others are given."""
    place, matrix, right = work
    many = 0
    for s in range(len(place)):
        place[s] = -1
    for s in members:
        if goes_on[s]:
            place[s] = many
            many += 1
    if many == 0:
        return
    for k in range(many):
        for j in range(many):
            matrix[k, j] = 0.0
    for s in members:
        k = place[s]
        if k < 0:
            continue
        r = policy[s]
        matrix[k, k] = 1.0
        for i in range(values.shape[1]):
            right[k, i] = rewards[r, i]
        for e in range(rows[3][r], rows[3][r + 1]):
            t = rows[4][e]
            if place[t] >= 0:
                matrix[k, place[t]] -= delta * rows[5][e]
            else:
                for i in range(values.shape[1]):
                    right[k, i] += delta * rows[5][e] * values[t, i]
    solve_in_place(matrix, right, many)
    for s in members:
        if place[s] >= 0:
            for i in range(values.shape[1]):
                values[s, i] = right[place[s], i]


@njit(cache=True, nogil=True)
def best_row(
    rows: Rows,
    s: int,
    stops: FloatArray,
    alive: BoolArray,
    rewards: FloatArray,
    delta: float,
    x: float,
    y: float,
    values: FloatArray,
) -> tuple[int, float]:
    """Return the best row of a state in a direction, and its value."""
    best, most = -1, -np.inf
    for r in range(rows[1][s], rows[1][s + 1]):
        if alive[r]:
            value = stops[r]
            if value == np.inf:
                value = x * rewards[r, 0] + y * rewards[r, 1] + delta * expected(rows, r, values)
            if value > most:
                best, most = r, value
    return best, most


@njit(cache=True, nogil=True)
def best_points(
    rows: Rows,
    stops: FloatArray,
    stop_points: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    rewards: FloatArray,
    delta: float,
    x: float,
    y: float,
    start: FloatArray,
    size: float,
    points: FloatArray,
    policy: IntArray,
    greedy: IntArray,
    work: Work,
) -> float:
    """Fill in each state's best payoffs in a direction and the rows behind them; return what is left over.

    `stops[r]` is the value at which row r stops, `stop_points[r]` its payoffs; where infinite it goes on.
    `greedy` gets the rows that are best for one step, against the values given: the first policy.
    """
    states = len(empty)
    values, goes_on, over = start.copy(), np.zeros(states, np.bool_), 0.0
    for s in range(states):
        policy[s] = greedy[s] = -1
        if not empty[s]:
            greedy[s], _ = best_row(rows, s, stops, alive, rewards, delta, x, y, start)
    for c in range(len(rows[8]) - 1):
        members = rows[7][rows[8][c] : rows[8][c + 1]]
        left = 0.0
        for step in range(STEPS):
            changed, left = step == 0, 0.0
            for s in members:
                if empty[s]:
                    continue
                best = greedy[s]
                if step > 0:
                    best, most = best_row(rows, s, stops, alive, rewards, delta, x, y, values)
                    left = max(left, most - values[s])
                    if most <= values[s] + IMPROVED * size:
                        continue
                    changed = changed or policy[s] != best
                policy[s] = best
                goes_on[s] = stops[best] == np.inf
                if not goes_on[s]:
                    points[s, 0], points[s, 1] = stop_points[best, 0], stop_points[best, 1]
            if not changed:
                break
            policy_values(rows, members, policy, goes_on, rewards, delta, points, work)
            for s in members:
                values[s] = x * points[s, 0] + y * points[s, 1]
        over = max(over, left)
    return over / (1.0 - delta)
