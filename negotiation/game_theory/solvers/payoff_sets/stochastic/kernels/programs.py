"""Compiled Markov programs behind the payoff sets of stochastic games: best values in a direction.

In a direction, a state's best payoff is that of the best of its profiles; a profile either stops, at a value
that is known, or goes on, at (1 - delta) g + delta sum P x. Policy iteration (Howard 1960) from the policy
that is best against the values given, one strongly connected component of states after another. Whatever is
left over when a program stops is added to the bound, so that it stays one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


class Options(NamedTuple):
    """What each row can do in each of K directions."""

    # (R, K): whether the row goes on in a direction.
    goes_on: BoolArray
    # (R, 4, 2): the payoffs at which it may stop: where a constraint binds.
    places: FloatArray
    # (R,): their numbers.
    numbers: IntArray
    # (R,): whether any continuation enforces the row.
    alive: BoolArray
    # (R, 2): each player's least payoff at which the row is enforced; infinite where it is not.
    floors: FloatArray


class Ranking(NamedTuple):
    """What one step from given values yields in each state and each of K directions."""

    # (S, K): the best row; -1 for none.
    rows: IntArray
    # (S, K): its value.
    values: FloatArray
    # (S, K): what no other row exceeds.
    seconds: FloatArray
    # (S, K, 2): the payoffs of the best row.
    points: FloatArray
    # (S, K): the values from which the step was made.
    heights: FloatArray


class Program(NamedTuple):
    """What each row is worth in a direction."""

    x: float
    y: float
    k: int | np.int64
    given: Options
    ranking: Ranking
    # (R, 2): what a row that goes on yields besides the discounted values of the states that follow.
    rewards: FloatArray
    discount: float
    # (S,): states without a row alive, which have no value.
    empty: BoolArray


class Policy(NamedTuple):
    """One row for each state, with what playing them is worth."""

    # (S,)
    rows: IntArray
    # (S,): whether the row goes on; where it stops, its value is given and not computed.
    goes_on: BoolArray
    # (S, m): values, of m numbers at once.
    values: FloatArray
    # (S, m): what one step of the policy adds to them: the rounding of the linear system.
    left: FloatArray


class Room(NamedTuple):
    """Room for the linear system of a policy, and for values in a direction."""

    # (S,): where each state is in the system; -1 for all between two systems.
    places: IntArray
    # (S, S)
    matrix: FloatArray
    # (S, m)
    right: FloatArray
    # (S,)
    values: FloatArray


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
    return Policy(
        np.full(states, -1, np.int64), np.zeros(states, np.bool_), np.zeros((states, many)),
        np.zeros((states, many)),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def room_for(states: int, many: int | np.int64) -> Room:
    """Return room for the linear systems of a game with so many states, for values of so many numbers."""
    return Room(
        np.full(states, -1, np.int64), np.empty((states, states)), np.empty((states, many)), np.zeros(states)
    )


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
    places, matrix, right, _ = room
    values, many = policy.values, 0
    for s in members:
        if policy.goes_on[s]:
            places[s] = many
            many += 1
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
        for i in range(values.shape[1]):
            policy.left[s, i] = 0.0
            if places[s] >= 0:
                values[s, i] = right[places[s], i]
    for s in members:
        r = policy.rows[s]
        for i in range(values.shape[1]):
            if places[s] >= 0:
                policy.left[s, i] = rewards[r, i] + discount * expected(game, r, values[:, i]) - values[s, i]
        places[s] = -1


@njit(cache=True, nogil=True)
def best_stop(places: FloatArray, number: int | np.int64, x: float, y: float) -> tuple[int, float]:
    """Return the farthest of a number of places in a direction, and how far it is; without any, -infinity."""
    best, most = 0, -np.inf
    for m in range(number):
        value = x * places[m, 0] + y * places[m, 1]
        if value > most:
            best, most = m, value
    return best, most


@njit(cache=True, nogil=True)
def best_row(game: CompressedGame, program: Program, s: int, values: FloatArray) -> tuple[int, float]:
    """Return the best row of a state against values by state, and its own value."""
    x, y, given, rewards = program.x, program.y, program.given, program.rewards
    best, most = -1, -np.inf
    # max over a of [ stop value, or lambda reward(a) + discount sum P(t|s, a) x(t) ]
    for r in range(game.firsts[s], game.firsts[s + 1]):
        if given.alive[r]:
            if given.goes_on[r, program.k]:
                now = x * rewards[r, 0] + y * rewards[r, 1]
                value = now + program.discount * expected(game, r, values)
            else:
                _, value = best_stop(given.places[r], given.numbers[r], x, y)
            if value > most:
                best, most = r, value
    return best, most


@njit(cache=True, nogil=True)
def play(program: Program, policy: Policy, s: int, r: int | np.int64) -> None:
    """Have a policy play a row in a state; where the row stops, its payoffs are those of the place."""
    policy.rows[s], policy.goes_on[s] = r, program.given.goes_on[r, program.k]
    if not policy.goes_on[s]:
        places = program.given.places[r]
        m, _ = best_stop(places, program.given.numbers[r], program.x, program.y)
        for i in range(2):
            policy.values[s, i], policy.left[s, i] = places[m, i], 0.0


@njit(cache=True, nogil=True)
def play_ranked(program: Program, policy: Policy, members: IntArray) -> None:
    """Have a policy play the ranking's best rows."""
    ranking, goes_on, k = program.ranking, program.given.goes_on, program.k
    for s in members:
        if not program.empty[s]:
            r = ranking.rows[s, k]
            policy.rows[s], policy.goes_on[s] = r, goes_on[r, k]
            if not policy.goes_on[s]:
                for i in range(2):
                    policy.values[s, i], policy.left[s, i] = ranking.points[s, k, i], 0.0


@njit(cache=True, nogil=True)
def is_played(program: Program, policy: Policy) -> bool:
    """Whether the rows of a policy go on or stop in this direction as they do in the policy."""
    given, k = program.given, program.k
    for s in range(len(program.empty)):
        r = policy.rows[s]
        if program.empty[s]:
            continue
        if r < 0 or given.goes_on[r, k] != policy.goes_on[s]:
            return False
        if not policy.goes_on[s]:
            m, _ = best_stop(given.places[r], given.numbers[r], program.x, program.y)
            for i in range(2):
                if policy.values[s, i] != given.places[r, m, i]:
                    return False
    return True


@njit(cache=True, nogil=True)
def write_values(program: Program, members: IntArray, policy: Policy, values: FloatArray) -> float:
    """Write what the members' payoffs are in the direction; return the most by which the ranking's rise."""
    lift, heights, k = 0.0, program.ranking.heights, program.k
    for s in members:
        if not program.empty[s]:
            values[s] = program.x * policy.values[s, 0] + program.y * policy.values[s, 1]
            lift = max(lift, values[s] - heights[s, k])
    return lift


@njit(cache=True, nogil=True)
def improved(
    game: CompressedGame,
    program: Program,
    members: IntArray,
    policy: Policy,
    values: FloatArray,
    lift: float,
) -> tuple[bool, float]:
    """Improve a policy in all members in which one step does; return whether it has changed, and by how much.

    `lift`: the most by which values exceed the heights of the ranking. No row is worth more than in the
    ranking by more than the discounted lift, so that as a rule no row needs to be looked at.
    """
    ranking, k, empty = program.ranking, program.k, program.empty
    above, slack = program.discount * lift + NUMERICS.cut * game.size, NUMERICS.rounding * game.size
    changed, left = False, 0.0
    for s in members:
        if empty[s]:
            continue
        left = max(left, program.x * policy.left[s, 0] + program.y * policy.left[s, 1])
        # Of the rows that are not played.
        first = ranking.rows[s, k] != policy.rows[s]
        others = ranking.values[s, k] if first else ranking.seconds[s, k]
        if others + above < values[s]:
            continue
        row, most = best_row(game, program, s, values)
        left = max(left, most - values[s])
        if most > values[s] + slack and row != policy.rows[s]:
            changed = True
            play(program, policy, s, row)
    return changed, left


@njit(cache=True, nogil=True)
def best_points(game: CompressedGame, program: Program, best: Policy, room: Room) -> float:
    """Solve a program; return what is left over, in its values.

    `best` gets the rows and the payoffs of each state; it comes with those of another direction, which are
    kept where they are best in this one too. Otherwise the first policy is the best one for one step.
    """
    values, known, over, lift = room.values, is_played(program, best), 0.0, 0.0
    if known:
        lift = write_values(program, game.order, best, values)
        changed, over = improved(game, program, game.order, best, values, lift)
        if not changed:
            return over / (1.0 - program.discount)
    over, lift = 0.0, 0.0
    for c in range(len(game.starts) - 1):
        members = game.order[game.starts[c] : game.starts[c + 1]]
        play_ranked(program, best, members)
        left, raised = 0.0, lift
        for _ in range(NUMERICS.policies):
            policy_values(game, members, best, program.rewards, program.discount, room)
            raised = max(lift, write_values(program, members, best, values))
            changed, left = improved(game, program, members, best, values, raised)
            if not changed:
                break
        over, lift = max(over, left), raised
    # Values that one step raises by at most `over` are short by at most the sum over t of discount^t over.
    return over / (1.0 - program.discount)
