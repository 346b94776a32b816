"""Compiled Markov programs behind the payoff sets of stochastic games: best values in a direction.

In a direction, a state's best payoff is that of the best of its profiles; a profile either stops, at a value
that is known, or goes on, at (1 - delta) g + delta sum P x. Policy iteration (Howard 1960) from the policy
that is best against the values given, one strongly connected component of states after another. Whatever is
left over when a program stops is added to the bound, so that it stays one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.compiling import njit
from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.solvers.payoff_sets.stochastic.numerics import NUMERICS


class Program(NamedTuple):
    """What each row is worth in a direction.

    Parameters
    ----------
    x, y : float
        The direction.
    stops : array, shape (R,)
        The value at which a row stops; infinite where it goes on.
    places : array, shape (R, 2)
        The payoffs at which it stops.
    rewards : array, shape (R, 2)
        What a row that goes on yields besides the discounted values of the states that follow.
    discount : float
        Factor of these.
    alive : array of bool, shape (R,)
        The rows that may be chosen.
    empty : array of bool, shape (S,)
        States without a row alive, which have no value.
    """

    x: float
    y: float
    stops: FloatArray
    places: FloatArray
    rewards: FloatArray
    discount: float
    alive: BoolArray
    empty: BoolArray


class Policy(NamedTuple):
    """One row for each state, with what playing them is worth.

    Parameters
    ----------
    rows : array of int, shape (S,)
    goes_on : array of bool, shape (S,)
        Whether the row goes on; where it stops, its value is given and not computed.
    values : array, shape (S, m)
        Values, of m numbers at once.
    """

    rows: IntArray
    goes_on: BoolArray
    values: FloatArray


class Room(NamedTuple):
    """Room for the linear system of a policy: places (S,), matrix (S, S), right side (S, m)."""

    places: IntArray
    matrix: FloatArray
    right: FloatArray


@njit(cache=True, nogil=True)
def expected(game: CompressedGame, r: int, values: FloatArray) -> float:
    """Return the expectation of a value by state after a row."""
    first, end = game.indptr[r], game.indptr[r + 1]
    whole = first + (end - first) // 4 * 4
    # Four sums side by side: one would wait for each addition before the next.
    a = b = c = d = 0.0
    for e in range(first, whole, 4):
        a += game.chances[e] * values[game.nexts[e]]
        b += game.chances[e + 1] * values[game.nexts[e + 1]]
        c += game.chances[e + 2] * values[game.nexts[e + 2]]
        d += game.chances[e + 3] * values[game.nexts[e + 3]]
    for e in range(whole, end):
        a += game.chances[e] * values[game.nexts[e]]
    return (a + b) + (c + d)


@njit(cache=True, nogil=True)
def policy_of(states: int, many: int | np.int64) -> Policy:
    """Return a policy of so many states, its values of so many numbers, that is still to be filled in."""
    return Policy(np.full(states, -1, np.int64), np.zeros(states, np.bool_), np.zeros((states, many)))


@njit(cache=True, nogil=True)
def room_for(states: int, many: int | np.int64) -> Room:
    """Return room for the linear systems of a game with so many states, for values of so many numbers."""
    return Room(np.empty(states, np.int64), np.empty((states, states)), np.empty((states, many)))


@njit(cache=True, nogil=True)
def solve_in_place(matrix: FloatArray, right: FloatArray, n: int) -> None:
    """Solve a linear system that is strictly diagonally dominant by rows; `right` gets the solution."""
    # Dominance is inherited by what elimination leaves, so that no pivot is small and no rows are exchanged.
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
    game: CompressedGame,
    members: IntArray,
    policy: Policy,
    rewards: FloatArray,
    discount: float,
    room: Room,
) -> None:
    """Fill in the policy's values of the members whose row goes on; those of all others are given."""
    places, matrix, right = room
    values, many = policy.values, 0
    for s in range(len(places)):
        places[s] = -1
    for s in members:
        if policy.goes_on[s]:
            places[s] = many
            many += 1
    if many == 0:
        return
    for k in range(many):
        for j in range(many):
            matrix[k, j] = 0.0
    # x(s) - discount sum of P(t|s) x(t) = reward(s) + discount sum of P(u|s) x(u), over members t that go on
    # and all others u, whose values are known.
    for s in members:
        k = places[s]
        if k < 0:
            continue
        r = policy.rows[s]
        matrix[k, k] = 1.0
        for i in range(values.shape[1]):
            right[k, i] = rewards[r, i]
        for e in range(game.indptr[r], game.indptr[r + 1]):
            t = game.nexts[e]
            if places[t] >= 0:
                matrix[k, places[t]] -= discount * game.chances[e]
            else:
                for i in range(values.shape[1]):
                    right[k, i] += discount * game.chances[e] * values[t, i]
    solve_in_place(matrix, right, many)
    for s in members:
        if places[s] >= 0:
            for i in range(values.shape[1]):
                values[s, i] = right[places[s], i]


@njit(cache=True, nogil=True)
def best_row(game: CompressedGame, program: Program, s: int, values: FloatArray) -> tuple[int, float]:
    """Return the best row of a state against values by state, and its own value."""
    best, most = -1, -np.inf
    # max over a of [ stop value, or lambda reward(a) + discount sum P(t|s, a) x(t) ]
    for r in range(game.firsts[s], game.firsts[s + 1]):
        if program.alive[r]:
            value = program.stops[r]
            if value == np.inf:
                now = program.x * program.rewards[r, 0] + program.y * program.rewards[r, 1]
                value = now + program.discount * expected(game, r, values)
            if value > most:
                best, most = r, value
    return best, most


@njit(cache=True, nogil=True)
def is_played(program: Program, rows: IntArray, policy: Policy) -> bool:
    """Whether a policy has these rows, which go on or stop as they do in this direction."""
    for s in range(len(rows)):
        r = rows[s]
        if r != policy.rows[s]:
            return False
        if r < 0:
            continue
        goes_on = program.stops[r] == np.inf
        if goes_on != policy.goes_on[s]:
            return False
        for i in range(2):
            if not goes_on and policy.values[s, i] != program.places[r, i]:
                return False
    return True


@njit(cache=True, nogil=True)
def best_points(
    game: CompressedGame, program: Program, start: FloatArray, greedy: IntArray, best: Policy, room: Room
) -> float:
    """Solve a program; return what is left over, in its values.

    `best` gets the rows and the payoffs of each state; it comes with those of another direction, and what is
    the same policy is not solved again. `greedy` gets the rows that are best for one step against the values
    of `start`: the first policy.
    """
    empty, places = program.empty, program.places
    values, over = start.copy(), 0.0
    for s in range(len(empty)):
        greedy[s] = -1
        if not empty[s]:
            greedy[s], _ = best_row(game, program, s, start)
    known = is_played(program, greedy, best)
    for c in range(len(game.starts) - 1):
        members = game.order[game.starts[c] : game.starts[c + 1]]
        left = 0.0
        for step in range(NUMERICS.policies):
            changed, left = step == 0, 0.0
            for s in members:
                if empty[s]:
                    continue
                row = greedy[s]
                if step > 0:
                    row, most = best_row(game, program, s, values)
                    left = max(left, most - values[s])
                    if most <= values[s] + NUMERICS.rounding * game.size:
                        continue
                    changed = changed or best.rows[s] != row
                best.rows[s], best.goes_on[s] = row, program.stops[row] == np.inf
                if not best.goes_on[s]:
                    best.values[s, 0], best.values[s, 1] = places[row, 0], places[row, 1]
            if not changed:
                break
            if not known or step > 0:
                policy_values(game, members, best, program.rewards, program.discount, room)
                known = False
            for s in members:
                values[s] = program.x * best.values[s, 0] + program.y * best.values[s, 1]
        over = max(over, left)
    # Values that one step raises by at most `over` are short by at most the sum over t of discount^t over.
    return over / (1.0 - program.discount)
