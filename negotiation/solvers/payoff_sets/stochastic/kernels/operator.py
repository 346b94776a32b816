"""Compiled operator of equilibrium payoffs in stochastic games, for two players who discount alike.

W(s) is a polygon for each state s, u(s) the worst payoffs. A profile a in s has the continuations
C = {sum P(s'|s, a) w(s') : w(s') in W(s')}; it is enforced by w in C if, for both players i,

    (1 - delta) g_i(a) + delta w_i >= max over a_i' of (1 - delta) g_i(a') + delta sum P(s'|s, a') u_i(s'),

that is w >= b. In a direction lambda, if the extreme point of C is enforced, the profile goes on; otherwise
the best enforced continuation lies on one of the two lines w_i = b_i (Abreu and Sannikov 2014), at most four
points, and the profile stops there. The support h of the equilibrium payoffs then satisfies

    h(s) <= max over a of [ stop value, or (1 - delta) lambda g + delta sum P h(s') ],

so that it is at most the value of that program (Abreu, Brooks and Sannikov find these values by pivoting).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.compiling import njit
from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.solvers.payoff_sets.stochastic.kernels.polygons import HalfPlanes
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import (
    Program,
    best_points,
    expected,
    policy_of,
    room_for,
)
from negotiation.solvers.payoff_sets.stochastic.kernels.punishments import row_values


class Terms(NamedTuple):
    """On what terms continuations enforce a profile.

    Parameters
    ----------
    draw : float
        How far each continuation is drawn to the centre, w <- (1 - draw) w + draw c. Zero for an outer bound;
        a little leaves room to spare in an inner one.
    relax : float
        By how much b is lowered. A little for an outer bound; negative for an inner one.
    centre : array, shape (S, 2)
        The centre c of each state.
    """

    draw: float
    relax: float
    centre: FloatArray


class Options(NamedTuple):
    """What each row can do.

    Parameters
    ----------
    goes_on : array of bool, shape (R, 2 N)
        Whether the row goes on in a direction.
    stops : array, shape (R, 4, 2)
        The enforced continuations at which a constraint binds.
    numbers : array of int, shape (R,)
        Their numbers.
    alive : array of bool, shape (R,)
        Whether any continuation enforces the row.
    floors : array, shape (R, 2)
        Each player's least payoff at which the row is enforced; infinite where it is not.
    """

    goes_on: BoolArray
    stops: FloatArray
    numbers: IntArray
    alive: BoolArray
    floors: FloatArray


class Supports(NamedTuple):
    """What supports the sets in each of K directions.

    Parameters
    ----------
    points : array, shape (S, K, 2)
        Payoffs of the best policy.
    policies : array of int, shape (S, K)
        Its rows.
    nexts : array, shape (S, K, 2)
        The best payoffs that one step from the sets given generates.
    sources : array of int, shape (S, K)
        The rows that do.
    """

    points: FloatArray
    policies: IntArray
    nexts: FloatArray
    sources: IntArray


@njit(cache=True, nogil=True)
def needed(game: CompressedGame, threats: FloatArray, relax: float, strict: bool | np.bool_) -> FloatArray:
    """Return b for each row, shape (R, 2): the least expected continuation that enforces the profile.

    With `strict`, departures that pay no more now and lead the same way are left out: they never pay, and
    asking for room to spare would lose the profile.
    """
    b, by_row = np.empty((len(game.payoffs), 2)), np.empty(len(game.payoffs))
    for i in range(2):
        row_values(game, i, game.order, threats[:, i].copy(), by_row)
        # delta b_i = max over a_i' not a_i of (1 - delta) g_i(a') + delta sum P u_i, less (1 - delta) g_i(a)
        for s in range(len(game.actions)):
            for r in range(game.firsts[s], game.firsts[s + 1]):
                most, now = -np.inf, game.payoffs[r, i]
                for k in range(game.actions[s, i]):
                    other = game.bases[r, i] + k * game.strides[s, i]
                    idle = strict and game.kinds[other] == game.kinds[r] and game.payoffs[other, i] <= now
                    if other != r and not idle:
                        most = max(most, by_row[other])
                b[r, i] = (most - (1.0 - game.delta) * now) / game.delta - relax
    return b


@njit(cache=True, nogil=True)
def drawn(corners: FloatArray, terms: Terms) -> FloatArray:
    """Return the corners (S, N, 2) drawn to the centre of their state."""
    if terms.draw == 0.0:
        return corners
    out = np.empty_like(corners)
    for s in range(corners.shape[0]):
        for n in range(corners.shape[1]):
            for i in range(2):
                out[s, n, i] = (1.0 - terms.draw) * corners[s, n, i] + terms.draw * terms.centre[s, i]
    return out


@njit(cache=True, nogil=True)
def continuations(game: CompressedGame, r: int, corners: FloatArray, out: FloatArray) -> None:
    """Write the vertices of the expected continuation set of a row, one at each middle."""
    out[:] = 0.0
    # The vertex of sum P W(s') at a middle is sum P of the vertices there: all sets share their normals.
    for e in range(game.indptr[r], game.indptr[r + 1]):
        s, p = game.nexts[e], game.chances[e]
        for n in range(len(out)):
            out[n, 0] += p * corners[s, n, 0]
            out[n, 1] += p * corners[s, n, 1]


@njit(cache=True, nogil=True)
def across(polygon: FloatArray, axis: int, at: float) -> tuple[float, float]:
    """Return the least and greatest other coordinate of a polygon on a line across an axis."""
    low, high = np.inf, -np.inf
    p = polygon[-1, axis] - at
    for k in range(len(polygon)):
        q = polygon[k, axis] - at
        if (p <= 0.0) != (q <= 0.0):
            before = polygon[k - 1, 1 - axis]
            value = before + p / (p - q) * (polygon[k, 1 - axis] - before)
            low, high = min(low, value), max(high, value)
        if q == 0.0:
            low, high = min(low, polygon[k, 1 - axis]), max(high, polygon[k, 1 - axis])
        p = q
    return low, high


@njit(cache=True, nogil=True)
def binding(polygon: FloatArray, b0: float, b1: float, out: FloatArray) -> int:
    """Write the extreme enforced continuations at which a constraint binds; return their number."""
    n = 0
    # On the line w_0 = b_0 the part with w_1 >= b_1, and the other way round.
    if b0 > -np.inf:
        low, high = across(polygon, 0, b0)
        if low <= high and high >= b1:
            out[n, 0], out[n, 1] = b0, high
            out[n + 1, 0], out[n + 1, 1] = b0, max(low, b1)
            n += 2
    if b1 > -np.inf:
        low, high = across(polygon, 1, b1)
        if low <= high and high >= b0:
            out[n, 0], out[n, 1] = high, b1
            out[n + 1, 0], out[n + 1, 1] = max(low, b0), b1
            n += 2
    return n


@njit(cache=True, nogil=True)
def options(
    game: CompressedGame, corners: FloatArray, b: FloatArray, alive: BoolArray, empty: BoolArray
) -> Options:
    """Return, for each row, in which directions it goes on and where it may stop; it may not be enforced."""
    total, count = len(game.payoffs), corners.shape[1]
    goes_on = np.zeros((total, 2 * count), np.bool_)
    stops, numbers = np.empty((total, 4, 2)), np.zeros(total, np.int64)
    left, polygon, floors = alive.copy(), np.empty((count, 2)), np.full((total, 2), np.inf)
    for r in range(total):
        if not left[r]:
            continue
        if b[r, 0] == np.inf or b[r, 1] == np.inf or leads_to(game, r, empty):
            left[r] = False
            continue
        continuations(game, r, corners, polygon)
        some, before = False, polygon[count - 1, 0] >= b[r, 0] and polygon[count - 1, 1] >= b[r, 1]
        for n in range(count):
            now = bool(polygon[n, 0] >= b[r, 0] and polygon[n, 1] >= b[r, 1])
            # At a normal both ends of its edge are extreme; at a middle one vertex is.
            goes_on[r, 2 * n], goes_on[r, 2 * n + 1] = now or before, now
            some, before = some or now, now
        numbers[r] = binding(polygon, b[r, 0], b[r, 1], stops[r])
        left[r] = some or numbers[r] > 0
        for i in range(2):
            # The least enforced w_i is at a vertex that is enforced or where a constraint binds.
            least = np.inf
            for n in range(count):
                if goes_on[r, 2 * n + 1]:
                    least = min(least, polygon[n, i])
            for m in range(numbers[r]):
                least = min(least, stops[r, m, i])
            floors[r, i] = (1.0 - game.delta) * game.payoffs[r, i] + game.delta * least
    return Options(goes_on, stops, numbers, left, floors)


@njit(cache=True, nogil=True)
def leads_to(game: CompressedGame, r: int, empty: BoolArray) -> bool:
    """Whether a row leads to one of these states with positive probability."""
    for e in range(game.indptr[r], game.indptr[r + 1]):  # noqa: SIM110 - compiled code has no any()
        if empty[game.nexts[e]]:
            return True
    return False


@njit(cache=True, nogil=True)
def mark_empty(game: CompressedGame, alive: BoolArray, empty: BoolArray, threats: FloatArray) -> bool:
    """Mark states without a row alive as empty, with infinite threats; return whether there is a new one."""
    new = False
    for s in range(len(empty)):
        if not empty[s] and not alive[game.firsts[s] : game.firsts[s + 1]].any():
            empty[s], new = True, True
            threats[s, 0] = threats[s, 1] = np.inf
    return new


@njit(cache=True, nogil=True)
def drop_dead_ends(game: CompressedGame, alive: BoolArray, empty: BoolArray, threats: FloatArray) -> None:
    """Mark states without a row alive and drop the rows that lead there, in place, until there are none."""
    while mark_empty(game, alive, empty, threats):
        for r in range(len(alive)):
            alive[r] = alive[r] and not leads_to(game, r, empty)


@njit(cache=True, nogil=True)
def rewards_of(game: CompressedGame, terms: Terms) -> FloatArray:
    """Return (1 - delta) g + delta draw sum P c for each row, (R, 2): all but the undrawn continuation."""
    out = np.empty((len(game.payoffs), 2))
    for r in range(len(out)):
        for i in range(2):
            out[r, i] = (1.0 - game.delta) * game.payoffs[r, i]
            if terms.draw > 0.0:
                out[r, i] += game.delta * terms.draw * expected(game, r, terms.centre[:, i])
    return out


@njit(cache=True, nogil=True)
def best_stops(game: CompressedGame, given: Options, k: int, program: Program) -> None:
    """Fill in the program's best stopping points in the k-th direction; infinite where a row goes on."""
    x, y, delta = program.x, program.y, game.delta
    for r in range(len(program.stops)):
        program.stops[r] = np.inf if given.goes_on[r, k] else -np.inf
        if given.goes_on[r, k]:
            continue
        # max over the stops w of lambda [(1 - delta) g + delta w]
        for m in range(given.numbers[r]):
            px = (1.0 - delta) * game.payoffs[r, 0] + delta * given.stops[r, m, 0]
            py = (1.0 - delta) * game.payoffs[r, 1] + delta * given.stops[r, m, 1]
            if x * px + y * py > program.stops[r]:
                program.stops[r] = x * px + y * py
                program.places[r, 0], program.places[r, 1] = px, py


@njit(cache=True, nogil=True)
def supported(
    game: CompressedGame,
    terms: Terms,
    given: Options,
    planes: HalfPlanes,
    corners: FloatArray,
    empty: BoolArray,
    step: int | np.int64,
) -> Supports:
    """Solve the program of every `step`-th direction.

    The levels of `planes` come as upper bounds of the values and become the values.
    """
    directions, levels = planes
    states, many, total = len(empty), len(directions), len(game.payoffs)
    found = Supports(
        np.zeros((states, many, 2)), np.zeros((states, many), np.int64),
        np.zeros((states, many, 2)), np.zeros((states, many), np.int64),
    )  # fmt: skip
    stops, places, rewards = np.empty(total), np.empty((total, 2)), rewards_of(game, terms)
    best, greedy = policy_of(states, np.int64(2)), np.empty(states, np.int64)
    room, share = room_for(states, np.int64(2)), 1.0 - terms.draw
    for k in range(0, many, step):
        x, y = directions[k, 0], directions[k, 1]
        program = Program(x, y, stops, places, rewards, game.delta * share, given.alive, empty)
        best_stops(game, given, k, program)
        over = best_points(game, program, levels[:, k].copy(), greedy, best, room)
        for s in range(states):
            found.points[s, k, 0], found.points[s, k, 1] = best.values[s, 0], best.values[s, 1]
            found.policies[s, k] = best.rows[s]
            if not empty[s]:
                r, n = greedy[s], k // 2
                found.sources[s, k] = r
                # At a normal either end of its edge is extreme: the one that is enforced.
                if not given.goes_on[r, 2 * n + 1]:
                    n = n - 1 if n > 0 else corners.shape[1] - 1
                for i in range(2):
                    found.nexts[s, k, i] = places[r, i]
                    if given.goes_on[r, k]:
                        ahead = share * expected(game, r, corners[:, n, i])
                        found.nexts[s, k, i] = rewards[r, i] + game.delta * ahead
            value = x * best.values[s, 0] + y * best.values[s, 1]
            levels[s, k] = min(levels[s, k], value + max(over, 0.0))
    return found
