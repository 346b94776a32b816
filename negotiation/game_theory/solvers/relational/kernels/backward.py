"""Compiled: steps backwards from a horizon in a game that may be renegotiated at random in every period.

One step: with the joint payoffs U', worst payoffs v' and negotiated payoffs r' of the period that follows,

    u(a)   = (1 - delta) G(s, a) + delta sum P(s'|s, a) U'(s'),
    d_i(a) = max over a_i' of (1 - delta) g_i + delta sum P(s'|s, a_i', a_-i) [rho r_i' + (1 - rho) v_i'](s'),
    A      = {a : u(a) >= d_1(a) + d_2(a)},   U = max of u over A,   v_i = min of d_i over A.

Cost: one pass over the rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.relational.numerics import NUMERICS


class StaticGames(NamedTuple):
    """The games that are played first in every period and do not affect the state."""

    # (Q, 2): one row for each state and profile.
    payoffs: FloatArray
    # (S + 1,): the first row of each state.
    firsts: IntArray
    # (S, 2): numbers of actions.
    actions: IntArray


class TalkTerms(NamedTuple):
    """The terms on which the relation is renegotiated."""

    # rho: the probability of renegotiation at the start of a period.
    chance: float
    # first, second: the players' bargaining weights.
    first: float
    second: float
    # Largest shortfall of a profile's joint value from the values of deviating that counts as zero.
    tolerance: float


class Levels(NamedTuple):
    """Joint payoffs, shape (S,), and worst payoffs, shape (S, 2)."""

    joint: FloatArray
    worst: FloatArray


class Run(NamedTuple):
    """The result of steps backwards."""

    # levels, after: the values of the last step, and of the step before it, from which it was computed.
    levels: Levels
    after: Levels
    # The number of steps taken.
    steps: int
    # 1 if values have settled, the number of steps of the cycle if they recur, and 0 if neither was found.
    period: int
    # A state in which nothing can be enforced, or -1.
    empty: int


@njit(cache=True, nogil=True)
def sorted_out(
    total: FloatArray, own: FloatArray, counts: IntArray, tolerance: float, best: FloatArray
) -> tuple[float, float, float]:
    """Return U, v_1 and v_2 over the profiles of one state that can be enforced; infinite if there are none.

    `total[a]` and `own[i, a]` are the joint value of profile a, and the value of playing it for player i if i
    deviates to it. `counts` are the numbers of actions. `best` is scratch space for the values of the best
    deviations, by the other player's action.
    """
    rows, columns = counts[0], counts[1]
    for k in range(rows + columns):
        best[k] = -np.inf
    for i in range(rows):
        for j in range(columns):
            a = i * columns + j
            # Player 1 deviates within a column and player 2 within a row, so the value of deviating depends
            # only on the other player's action.
            best[j] = max(best[j], own[0, a])
            best[columns + i] = max(best[columns + i], own[1, a])
    joint, first, second = -np.inf, np.inf, np.inf
    for i in range(rows):
        for j in range(columns):
            a = i * columns + j
            # With payments before and after play only the sum counts: a profile can be enforced if and only
            # if its joint value is at least the sum of both players' values of deviating.
            if total[a] - best[j] - best[columns + i] >= -tolerance:
                joint = max(joint, total[a])
                first, second = min(first, best[j]), min(second, best[columns + i])
    return joint, first, second


@njit(cache=True, nogil=True)
def step_back(
    game: CompressedGame,
    static: StaticGames,
    terms: TalkTerms,
    after: Levels,
    room: FloatArray,
    before: Levels,
) -> int:
    """Write the values one period earlier; return a state in which no profile can be enforced, or -1.

    They are written to `before`, from the values `after` of the next period. `room` is scratch space of 6
    rows, each as long as the largest number of profiles or states, or of actions of both players.
    """
    keep, delta = 1.0 - game.delta, game.delta
    best, total, own = room[0], room[1], room[2:4]
    # The value of the next period for a player who deviates in this one: renegotiated with probability rho,
    # and otherwise the worst payoff.
    next_own = room[4:6]
    for s in range(len(after.joint)):
        # r_i = v_i + weight_i (U - v_1 - v_2): the surplus of an agreement is divided by the weights.
        left = after.joint[s] - after.worst[s, 0] - after.worst[s, 1]
        next_own[0, s] = after.worst[s, 0] + terms.chance * terms.first * left
        next_own[1, s] = after.worst[s, 1] + terms.chance * terms.second * left
    for s in range(len(after.joint)):
        start = game.firsts[s]
        for r in range(start, game.firsts[s + 1]):
            joint, first, second = 0.0, 0.0, 0.0
            for e in range(game.indptr[r], game.indptr[r + 1]):
                p, k = game.chances[e], game.nexts[e]
                joint += p * after.joint[k]
                first += p * next_own[0, k]
                second += p * next_own[1, k]
            total[r - start] = keep * (game.payoffs[r, 0] + game.payoffs[r, 1]) + delta * joint
            own[0, r - start] = keep * game.payoffs[r, 0] + delta * first
            own[1, r - start] = keep * game.payoffs[r, 1] + delta * second
        # Backwards within the period: first the game that moves the state, then the static game that is
        # played before it, with the values of the former as its continuation.
        moved, first, second = sorted_out(total, own, game.actions[s], terms.tolerance, best)
        if moved == -np.inf:
            return s
        start = static.firsts[s]
        for q in range(start, static.firsts[s + 1]):
            total[q - start] = keep * (static.payoffs[q, 0] + static.payoffs[q, 1]) + moved
            own[0, q - start] = keep * static.payoffs[q, 0] + first
            own[1, q - start] = keep * static.payoffs[q, 1] + second
        joint, first, second = sorted_out(total, own, static.actions[s], terms.tolerance, best)
        if joint == -np.inf:
            return s
        before.joint[s], before.worst[s, 0], before.worst[s, 1] = joint, first, second
    return -1


@njit(cache=True, nogil=True)
def distance(first: Levels, other: Levels) -> float:
    """Return the largest absolute difference between two sets of values."""
    most = 0.0
    for s in range(len(first.joint)):
        most = max(most, abs(first.joint[s] - other.joint[s]))
        for i in range(2):
            most = max(most, abs(first.worst[s, i] - other.worst[s, i]))
    return most


@njit(cache=True, nogil=True)
def copied(levels: Levels, to: Levels) -> None:
    """Copy the values of `levels` into `to`."""
    for s in range(len(levels.joint)):
        to.joint[s] = levels.joint[s]
        for i in range(2):
            to.worst[s, i] = levels.worst[s, i]


@njit(cache=True, nogil=True)
def steps_back(
    game: CompressedGame, static: StaticGames, terms: TalkTerms, start: Levels, steps: int, close: float
) -> Run:
    """Take at most `steps` steps backwards from given values, until the values settle or recur.

    Values within `close` of each other count as equal. With 0 only identical values count as equal, so that
    all further steps repeat earlier ones; with a negative number all steps are taken.
    """
    states, widest = len(start.joint), 1
    for s in range(states):
        widest = max(widest, game.firsts[s + 1] - game.firsts[s], static.firsts[s + 1] - static.firsts[s])
        widest = max(widest, game.actions[s, 0] + game.actions[s, 1])
        widest = max(widest, static.actions[s, 0] + static.actions[s, 1])
    room = np.empty((6, max(widest, states)))
    now = Levels(start.joint.copy(), start.worst.copy())
    before = Levels(start.joint.copy(), start.worst.copy())
    mark = Levels(start.joint.copy(), start.worst.copy())
    done, since, wait = 0, 0, NUMERICS.fewest_steps
    while done < steps:
        # Two sets of arrays in turns; each step overwrites the older one.
        before, now = now, before
        empty = step_back(game, static, terms, before, room, now)
        if empty >= 0:
            return Run(before, before, done, 0, empty)
        done, since = done + 1, since + 1
        moved = distance(now, before)
        # The values have settled at a fixed point of the step: period 1.
        if moved <= close:
            return Run(now, before, done, 1, -1)
        # Brent (1980): values are compared with a mark that is moved on after 1, 2, 4, ... steps.
        if distance(now, mark) <= close:
            return Run(now, before, done, since, -1)
        if since == wait:
            copied(now, mark)
            since, wait = 0, 2 * wait
    return Run(now, before, done, 0, -1)
