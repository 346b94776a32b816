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

SMALL = 24
"""Up to so many unknowns plain elimination is faster than LAPACK."""

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
def solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of a linear system that is strictly diagonally dominant by rows."""
    n = len(matrix)
    if n > SMALL:
        right[:] = np.linalg.solve(matrix, right)
        return right
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
    return right


@njit(cache=True, nogil=True)
def policy_values(
    rows: Rows,
    members: IntArray,
    policy: IntArray,
    goes_on: BoolArray,
    rewards: FloatArray,
    delta: float,
    values: FloatArray,
) -> None:
    """Fill in the values (S, m) of the members whose row in the policy goes on; all others are given."""
    place, many = np.full(len(policy), -1, np.int64), 0
    for s in members:
        if goes_on[s]:
            place[s] = many
            many += 1
    if many == 0:
        return
    matrix, right = np.zeros((many, many)), np.empty((many, values.shape[1]))
    for s in members:
        k = place[s]
        if k < 0:
            continue
        r = policy[s]
        matrix[k, k] = 1.0
        right[k] = rewards[r]
        for e in range(rows[3][r], rows[3][r + 1]):
            t = rows[4][e]
            if place[t] >= 0:
                matrix[k, place[t]] -= delta * rows[5][e]
            else:
                for i in range(values.shape[1]):
                    right[k, i] += delta * rows[5][e] * values[t, i]
    found = solved(matrix, right)
    for s in members:
        if place[s] >= 0:
            values[s] = found[place[s]]


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
) -> float:
    """Fill in each state's best payoffs in a direction and the rows behind them; return what is left over.

    `stops[r]` is the value at which row r stops, `stop_points[r]` its payoffs; where infinite it goes on.
    `greedy` gets the rows that are best for one step, against the values given.
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
            changed, left = False, 0.0
            for s in members:
                if empty[s]:
                    continue
                best, most = best_row(rows, s, stops, alive, rewards, delta, x, y, values)
                if step > 0:
                    left = max(left, most - values[s])
                if step == 0 or most > values[s] + IMPROVED * size:
                    changed = changed or policy[s] != best
                    policy[s] = best
                    goes_on[s] = stops[best] == np.inf
                    if not goes_on[s]:
                        points[s] = stop_points[best]
            if not changed:
                break
            policy_values(rows, members, policy, goes_on, rewards, delta, points)
            for s in members:
                values[s] = x * points[s, 0] + y * points[s, 1]
        over = max(over, left)
    return over / (1.0 - delta)


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
) -> None:
    """Fill in a player's values of the best departures from a policy, or its floors where these are more."""
    states = len(policy)
    replies, goes_on = np.zeros(states, np.int64), np.zeros(states, np.bool_)
    column = values.reshape(-1, 1).copy()
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
        policy_values(rows, members, replies, goes_on, reward, delta, column)
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
    reward = ((1.0 - delta) * rows[0][:, player]).copy().reshape(-1, 1)
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
            replied(rows, members, policy, player, floors, empty, reward, delta, values, size)
    # What a last step would still lower is taken off everywhere.
    by_row, most = row_values(rows, player, delta, values), 0.0
    for s in range(len(empty)):
        if not empty[s]:
            most = max(most, values[s] - least_row(rows, s, player, floors, alive, by_row)[1])
    for s in range(len(empty)):
        values[s] = np.inf if empty[s] else values[s] - most / (1.0 - delta)
    return values
