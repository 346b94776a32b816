"""Compiled programs of equilibria with transfers: joint and worst payoffs, and what is enforced."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import (
    drop_dead_ends,
    leads_to,
    no_options,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.programs import (
    Program,
    Ranking,
    best_points,
    best_row,
    policy_of,
    room_for,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.punishments import (
    best_departure,
    held_down,
    least_row,
    punishments,
    row_values,
)


class Enforced(NamedTuple):
    """What is left when every row is enforced."""

    # (S,): joint payoffs U.
    joint: FloatArray
    # (S, 2): worst payoffs v.
    worst: FloatArray
    # (S,): the rows that give the joint payoffs.
    policy: IntArray
    # (R,): what is left of each row's joint payoff; minus infinity for rows that are not alive.
    liquidity: FloatArray
    # (S,): states without a row alive.
    empty: BoolArray
    rounds: int


@njit(cache=True, nogil=True)
def best_joint(
    game: CompressedGame, alive: BoolArray, empty: BoolArray, start: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return the highest joint payoff of each state over rows alive, and the rows behind it."""
    states, given = len(empty), no_options(len(alive), 1)
    # U(s) = max over a of (1 - delta) G + delta sum P U: the program of the direction (1, 1), no row stops.
    # With transfers a joint payoff can be split at will, so that no constraint binds a direction of its own:
    # every row goes on.
    given.goes_on[:], given.alive[:] = True, alive
    ranking = Ranking(
        np.full((states, 1), -1, np.int64), np.full((states, 1), np.inf), np.full((states, 1), np.inf),
        np.zeros((states, 1, 2)), start.copy().reshape(states, 1),
    )  # fmt: skip
    program = Program(
        1.0, 1.0, np.int64(0), given, ranking, (1.0 - game.delta) * game.payoffs, game.delta, empty
    )
    for s in range(states):
        if not empty[s]:
            # The policy that was best against the last values is where policy iteration begins.
            ranking.rows[s, 0], _ = best_row(game, program, s, start)
    best = policy_of(states, np.int64(2))
    best_points(game, program, best, room_for(states, np.int64(2)))
    return best.values[:, 0] + best.values[:, 1], best.rows


@njit(cache=True, nogil=True)
def liquidity_of(
    game: CompressedGame, joint: FloatArray, worst: FloatArray, alive: BoolArray, empty: BoolArray
) -> FloatArray:
    """Return what is left of each row's joint payoff when every player has what departing is worth."""
    out, total, by_row = np.full(len(alive), -np.inf), np.empty(len(alive)), np.empty((2, len(alive)))
    worth = np.empty((2, len(alive)))
    row_values(game, 0, game.order, joint, total)
    for i in range(2):
        row_values(game, i, game.order, worst[:, i].copy(), by_row[i])
    # (1 - delta) G + delta sum P U - sum over i of max over a_i' of (1 - delta) g_i + delta sum P v_i
    for s in range(len(empty)):
        for r in range(game.firsts[s], game.firsts[s + 1]):
            # Rows that differ in a player's own action alone have the same departures, found at the first.
            for i in range(2):
                if game.bases[r, i] == r:
                    worth[i, r] = best_departure(game, s, r, i, by_row[i])[1]
            if alive[r] and not leads_to(game, r, empty):
                out[r] = total[r] + (1.0 - game.delta) * game.payoffs[r, 1]
                for i in range(2):
                    out[r] -= worth[i, game.bases[r, i]]
    return out


@njit(cache=True, nogil=True)
def enforced(game: CompressedGame, alive: BoolArray, tolerance: float, stop: BoolArray) -> Enforced:
    """Drop, in place, rows that cannot be enforced, until all are or time is up; return what is left."""
    states = len(game.actions)
    empty, threats = np.zeros(states, np.bool_), np.zeros((states, 2))
    joint, worst = np.zeros(states), np.zeros((states, 2))
    floors, rounds = np.full(len(alive), -np.inf), 0
    # Fewer rows lower the joint payoffs and raise the worst ones, by which more rows fall: a decreasing
    # sequence, whose limit is the largest set in which every row is enforced.
    while True:
        rounds += 1
        drop_dead_ends(game, alive, empty, threats)
        joint, policy = best_joint(game, alive, empty, joint)
        for i in range(2):
            worst[:, i] = punishments(game, i, floors, alive, empty, worst[:, i].copy(), stop)
        left = liquidity_of(game, joint, worst, alive, empty)
        dropped = False
        for r in range(len(alive)):
            # Written so that a NaN drops the row.
            if alive[r] and not left[r] >= -tolerance:
                alive[r], dropped = False, True
        if not dropped or stop[0]:
            return Enforced(joint, worst, policy, left, empty, rounds)


@njit(cache=True, nogil=True)
def punishing(
    game: CompressedGame, player: int, alive: BoolArray, empty: BoolArray, worst: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return the rows that hold a player down to the worst payoffs, and the rows to which he departs."""
    rows, replies = np.zeros(len(empty), np.int64), np.zeros(len(empty), np.int64)
    held, by_row = held_down(game, player, np.full(len(alive), -np.inf), alive, empty), np.empty(len(alive))
    row_values(game, player, game.order, worst, by_row)
    for s in range(len(empty)):
        if not empty[s]:
            rows[s], _ = least_row(game, held, s, by_row)
            replies[s], _ = best_departure(game, s, rows[s], player, by_row)
    return rows, replies
