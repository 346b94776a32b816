"""Compiled: the worst that a player can be held to in a stochastic game, by policy iteration.

A player's punishment is a game of perfect information: the profile prescribed is chosen against the player,
who then departs as is best (Shapley 1953; Hoffman and Karp 1966),

    v(s) = min over a of max { floor(a), max over a_i' of (1 - delta) g_i(a_i', a_-i) + delta sum P v }.

Cost: a few policies, each a program of the player alone, which is a few linear systems.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.programs import (
    Room,
    expected,
    policy_of,
    policy_values,
    room_for,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


@njit(cache=True, nogil=True)
def best_departure(
    game: CompressedGame, s: int, r: int, player: int, by_row: FloatArray
) -> tuple[int, float]:
    """Return the row that a player best makes of row r, which may be r itself, and its value."""
    best, most = -1, -np.inf
    for k in range(game.actions[s, player]):
        other = game.bases[r, player] + k * game.strides[s, player]
        if by_row[other] > most:
            best, most = other, by_row[other]
    return best, most


@njit(cache=True, nogil=True)
def row_values(
    game: CompressedGame, player: int, states: IntArray, by_state: FloatArray, by_row: FloatArray
) -> None:
    """Fill in (1 - delta) g + delta sum P v of a player for the rows of these states."""
    for s in states:
        for r in range(game.firsts[s], game.firsts[s + 1]):
            now = (1.0 - game.delta) * game.payoffs[r, player]
            by_row[r] = now + game.delta * expected(game, r, by_state)


class Held(NamedTuple):
    """A player who is to be held down."""

    player: int
    # (R,): what the player surely gets where a row is prescribed.
    floors: FloatArray
    # (R, 1): the player's payoffs times 1 - delta.
    rewards: FloatArray
    # (R,): the rows that may be prescribed.
    alive: BoolArray
    # (S,): states without a row alive.
    empty: BoolArray


@njit(cache=True, nogil=True)
def held_down(
    game: CompressedGame, player: int, floors: FloatArray, alive: BoolArray, empty: BoolArray
) -> Held:
    """Return a player who is to be held down."""
    rewards = np.empty((len(floors), 1))
    for r in range(len(rewards)):
        rewards[r, 0] = (1.0 - game.delta) * game.payoffs[r, player]
    return Held(player, floors, rewards, alive, empty)


@njit(cache=True, nogil=True)
def least_row(game: CompressedGame, held: Held, s: int, by_row: FloatArray) -> tuple[int, float]:
    """Return the row of a state that is worst for the player, and what departing from it is worth."""
    best, least, first = -1, np.inf, game.firsts[s]
    worth = np.empty(game.firsts[s + 1] - first)
    for r in range(first, game.firsts[s + 1]):
        # Rows that differ in the player's own action alone have the same departures, found at the first.
        base = game.bases[r, held.player]
        if base == r:
            worth[r - first] = best_departure(game, s, r, held.player, by_row)[1]
        if held.alive[r]:
            # A prescribed row gives the player its floor or, if that is more, what departing from it is
            # worth.
            value = max(held.floors[r], worth[base - first])
            if best < 0 or value < least:
                best, least = r, value
    return best, least


@njit(cache=True, nogil=True)
def best_reply(game: CompressedGame, held: Held, s: int, r: int, values: FloatArray) -> tuple[int, float]:
    """Return the best row that the player can make of row r, and its value; -1 if the floor is worth more."""
    best, most = -1, held.floors[r]
    for k in range(game.actions[s, held.player]):
        other = game.bases[r, held.player] + k * game.strides[s, held.player]
        value = held.rewards[other, 0] + game.delta * expected(game, other, values)
        if value > most:
            best, most = other, value
    return best, most


@njit(cache=True, nogil=True)
def replied(
    game: CompressedGame,
    held: Held,
    members: IntArray,
    prescribed: IntArray,
    values: FloatArray,
    room: Room,
    stop: BoolArray,
) -> None:
    """Fill in the members' values of the best departures from what is prescribed, or of the floors."""
    replies = policy_of(len(prescribed), np.int64(1))
    for s in range(len(prescribed)):
        replies.values[s, 0] = values[s]
    # The player's best replies to prescriptions that are held: a Markov decision problem with the floor as an
    # option to stop.
    for step in range(NUMERICS.policies):
        changed = False
        for s in members:
            if held.empty[s]:
                continue
            best, most = best_reply(game, held, s, prescribed[s], values)
            if step == 0 or most > values[s] + NUMERICS.rounding * game.size:
                changed = True
                replies.rows[s], replies.goes_on[s] = max(best, 0), best >= 0
                if best < 0:
                    replies.values[s, 0] = held.floors[prescribed[s]]
        if not changed or stop[1]:
            break
        policy_values(game, members, replies, held.rewards, game.delta, room)
        for s in members:
            values[s] = replies.values[s, 0]


@njit(cache=True, nogil=True)
def punishments(
    game: CompressedGame,
    player: int,
    floors: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    start: FloatArray,
    stop: BoolArray,
) -> FloatArray:
    """Return a lower bound of a player's worst payoff by state: the value of the game against the player.

    `start` is one, and is returned where the second flag of `stop` is raised on the way.
    `floors[r]` is what the player surely gets where row r is prescribed. With all floors minus infinity
    this is the pure minmax. Empty states are infinite.
    """
    held = held_down(game, player, floors, alive, empty)
    prescribed, values, by_row = np.zeros(len(empty), np.int64), start.copy(), np.empty(len(floors))
    room = room_for(len(empty), np.int64(1))
    # State by state of the components in which play goes round, those that are reached last first: what a
    # component leads to is settled when its turn comes.
    for c in range(len(game.starts) - 1):
        members = game.order[game.starts[c] : game.starts[c + 1]]
        for step in range(NUMERICS.policies):
            # Policy iteration of the one who punishes (Howard 1960), around policy iteration of the one who
            # replies: `replied` values the prescriptions exactly before they are chosen anew.
            changed = False
            row_values(game, player, members, values, by_row)
            for s in members:
                if empty[s]:
                    continue
                best, least = least_row(game, held, s, by_row)
                # Only a visible gain changes a prescription, or two equally good ones would take turns for
                # ever.
                if step == 0 or least < values[s] - NUMERICS.rounding * game.size:
                    changed = changed or step == 0 or prescribed[s] != best
                    prescribed[s] = best
            if not changed:
                break
            replied(game, held, members, prescribed, values, room, stop)
            if stop[1]:
                return start.copy()
    # What a last step would still lower, at most `most` in each state, is taken off everywhere:
    # v - most / (1 - delta) is below its own image, so that the value of the game is above it.
    row_values(game, player, game.order, values, by_row)
    most = 0.0
    for s in range(len(empty)):
        if not empty[s]:
            most = max(most, values[s] - least_row(game, held, s, by_row)[1])
    for s in range(len(empty)):
        values[s] = np.inf if empty[s] else values[s] - most / (1.0 - game.delta)
    return values
