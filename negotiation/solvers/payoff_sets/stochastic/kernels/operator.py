"""Compiled operator of equilibrium payoffs in stochastic games, for two players who discount alike.

W(s) is a polygon for each state s, u(s) the worst payoffs. A profile a in s has the continuations
C = {sum P(s'|s, a) w(s') : w(s') in W(s')}; it is enforced by w in C if, for both players i,

    (1 - delta) g_i(a) + delta w_i >= max over a_i' of (1 - delta) g_i(a') + delta sum P(s'|s, a') u_i(s'),

that is w >= b. In a direction lambda, if the extreme point of C is enforced, the profile goes on; otherwise
the best enforced continuation lies on one of the two lines w_i = b_i (Abreu and Sannikov 2014), at most four
points, and the profile stops there. The support h of the equilibrium payoffs then satisfies

    h(s) <= max over a of [ stop value, or (1 - delta) lambda g + delta sum P h(s') ],

so that it is at most the value of that program (Abreu, Brooks and Sannikov find these values by pivoting).

`draw` mixes each continuation with a centre, w <- (1 - draw) w + draw c, and `relax` moves b: 0 and a little
for an outer bound; for an inner bound a little draw and a negative relax leave room to spare.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import Rows, best_points, room_for
from negotiation.solvers.payoff_sets.stochastic.kernels.punishments import departing, row_values

Setting: TypeAlias = tuple[float, float, float, float]
"""Discount factor, draw, relax (absolute), size."""

Options: TypeAlias = tuple[BoolArray, FloatArray, IntArray, BoolArray]
"""Whether a row goes on in a direction (R, 2N); binding continuations (R, 4, 2), their number; alive (R,)."""


@njit(cache=True, nogil=True)
def needed(rows: Rows, threats: FloatArray, setting: Setting, strict: bool | np.bool_) -> FloatArray:
    """Return b for each row, shape (R, 2): the least expected continuation that enforces the profile.

    With `strict`, departures that pay no more now and lead the same way are left out: they never pay, and
    asking for room to spare would lose the profile.
    """
    delta, _, relax, _ = setting
    b = np.empty((len(rows[0]), 2))
    for i in range(2):
        by_row = row_values(rows, i, delta, threats[:, i].copy())
        for s in range(len(rows[2])):
            n2 = rows[2][s, 1]
            for r in range(rows[1][s], rows[1][s + 1]):
                if strict:
                    p, q = (r - rows[1][s]) // n2, (r - rows[1][s]) % n2
                    most = -np.inf
                    for k in range(rows[2][s, i]):
                        other = rows[1][s] + (k * n2 + q if i == 0 else p * n2 + k)
                        idle = rows[6][other] == rows[6][r] and rows[0][other, i] <= rows[0][r, i]
                        if not idle:
                            most = max(most, by_row[other])
                else:
                    most = departing(rows, s, r, i, by_row, False)
                b[r, i] = (most - (1.0 - delta) * rows[0][r, i]) / delta - relax
    return b


@njit(cache=True, nogil=True)
def continuations(
    rows: Rows, r: int, corners: FloatArray, centre: FloatArray, draw: float, out: FloatArray
) -> None:
    """Write the vertices of the expected continuation set of a row, one at each middle."""
    count = corners.shape[1]
    out[:count] = 0.0
    for e in range(rows[3][r], rows[3][r + 1]):
        s, p = rows[4][e], rows[5][e]
        if draw == 0.0:
            for n in range(count):
                out[n, 0] += p * corners[s, n, 0]
                out[n, 1] += p * corners[s, n, 1]
        else:
            for n in range(count):
                for i in range(2):
                    out[n, i] += p * ((1.0 - draw) * corners[s, n, i] + draw * centre[s, i])


@njit(cache=True, nogil=True)
def across(polygon: FloatArray, count: int, axis: int, at: float) -> tuple[float, float]:
    """Return the least and greatest other coordinate of a polygon on a line across an axis."""
    low, high = np.inf, -np.inf
    p = polygon[count - 1, axis] - at
    for k in range(count):
        q = polygon[k, axis] - at
        if (p <= 0.0) != (q <= 0.0):
            before = polygon[k - 1 if k > 0 else count - 1, 1 - axis]
            value = before + p / (p - q) * (polygon[k, 1 - axis] - before)
            low, high = min(low, value), max(high, value)
        if q == 0.0:
            low, high = min(low, polygon[k, 1 - axis]), max(high, polygon[k, 1 - axis])
        p = q
    return low, high


@njit(cache=True, nogil=True)
def binding(polygon: FloatArray, count: int, b0: float, b1: float, out: FloatArray) -> int:
    """Write the extreme enforced continuations at which a constraint binds; return their number."""
    n = 0
    if b0 > -np.inf:
        low, high = across(polygon, count, 0, b0)
        if low <= high and high >= b1:
            out[n, 0], out[n, 1] = b0, high
            out[n + 1, 0], out[n + 1, 1] = b0, max(low, b1)
            n += 2
    if b1 > -np.inf:
        low, high = across(polygon, count, 1, b1)
        if low <= high and high >= b0:
            out[n, 0], out[n, 1] = high, b1
            out[n + 1, 0], out[n + 1, 1] = max(low, b0), b1
            n += 2
    return n


@njit(cache=True, nogil=True)
def options(
    rows: Rows,
    corners: FloatArray,
    b: FloatArray,
    centre: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    setting: Setting,
) -> Options:
    """Return, for each row, in which directions it goes on and where it may stop; it may not be enforced."""
    total, count = len(rows[0]), corners.shape[1]
    goes_on = np.zeros((total, 2 * count), np.bool_)
    stops, numbers = np.empty((total, 4, 2)), np.zeros(total, np.int64)
    left, polygon = alive.copy(), np.empty((count, 2))
    for r in range(total):
        if not left[r]:
            continue
        if b[r, 0] == np.inf or b[r, 1] == np.inf or leads_to(rows, r, empty):
            left[r] = False
            continue
        continuations(rows, r, corners, centre, setting[1], polygon)
        some, before = False, polygon[count - 1, 0] >= b[r, 0] and polygon[count - 1, 1] >= b[r, 1]
        for n in range(count):
            now = bool(polygon[n, 0] >= b[r, 0] and polygon[n, 1] >= b[r, 1])
            # At a normal both ends of its edge are extreme; at a middle one vertex is.
            goes_on[r, 2 * n], goes_on[r, 2 * n + 1] = now or before, now
            some, before = some or now, now
        numbers[r] = binding(polygon, count, b[r, 0], b[r, 1], stops[r])
        left[r] = some or numbers[r] > 0
    return goes_on, stops, numbers, left


@njit(cache=True, nogil=True)
def leads_to(rows: Rows, r: int, empty: BoolArray) -> bool:
    """Whether a row leads to one of these states with positive probability."""
    for e in range(rows[3][r], rows[3][r + 1]):  # noqa: SIM110 - compiled code has no any() over a generator
        if empty[rows[4][e]]:
            return True
    return False


@njit(cache=True, nogil=True)
def mark_empty(rows: Rows, alive: BoolArray, empty: BoolArray, threats: FloatArray) -> bool:
    """Mark states without a row alive as empty, with infinite threats; return whether there is a new one."""
    new = False
    for s in range(len(empty)):
        if not empty[s] and not alive[rows[1][s] : rows[1][s + 1]].any():
            empty[s], new = True, True
            threats[s, 0] = threats[s, 1] = np.inf
    return new


@njit(cache=True, nogil=True)
def rewards_of(rows: Rows, centre: FloatArray, setting: Setting) -> FloatArray:
    """Return what a row yields but for the mixed part of its continuation, shape (R, 2)."""
    delta, draw, _, _ = setting
    out = np.empty((len(rows[0]), 2))
    for r in range(len(out)):
        for i in range(2):
            out[r, i] = (1.0 - delta) * rows[0][r, i]
            if draw > 0.0:
                out[r, i] += delta * draw * expected_at(rows, r, centre, i)
    return out


@njit(cache=True, nogil=True)
def expected_at(rows: Rows, r: int, points: FloatArray, i: int) -> float:
    """Return a coordinate of the expectation of a point by state after a row."""
    total = 0.0
    for e in range(rows[3][r], rows[3][r + 1]):
        total += rows[5][e] * points[rows[4][e], i]
    return total


@njit(cache=True, nogil=True)
def expected_corner(rows: Rows, r: int, corners: FloatArray, n: int, i: int) -> float:
    """Return a coordinate of the expectation of the corner at a middle after a row."""
    total = 0.0
    for e in range(rows[3][r], rows[3][r + 1]):
        total += rows[5][e] * corners[rows[4][e], n, i]
    return total


@njit(cache=True, nogil=True)
def best_stops(
    payoffs: FloatArray,
    goes_on: BoolArray,
    stops: FloatArray,
    numbers: IntArray,
    delta: float,
    x: float,
    y: float,
    values: FloatArray,
    places: FloatArray,
) -> None:
    """Fill the best value of a direction among each row's stopping points; infinite where it goes on."""
    for r in range(len(payoffs)):
        values[r] = np.inf if goes_on[r] else -np.inf
        if goes_on[r]:
            continue
        for m in range(numbers[r]):
            px = (1.0 - delta) * payoffs[r, 0] + delta * stops[r, m, 0]
            py = (1.0 - delta) * payoffs[r, 1] + delta * stops[r, m, 1]
            if x * px + y * py > values[r]:
                values[r] = x * px + y * py
                places[r, 0], places[r, 1] = px, py


@njit(cache=True, nogil=True)
def supported(
    rows: Rows,
    given: Options,
    directions: FloatArray,
    levels: FloatArray,
    rewards: FloatArray,
    empty: BoolArray,
    setting: Setting,
    step: int | np.int64,
    corners: FloatArray,
    points: FloatArray,
    policies: IntArray,
    nexts: FloatArray,
    sources: IntArray,
) -> None:
    """Solve the program of every `step`-th direction.

    `levels` (S, K) comes with upper bounds of the values and gets the values; `points` (S, K, 2) and
    `policies` (S, K) get the payoffs and rows behind them; `nexts` (S, K, 2) and `sources` (S, K) what one
    step generates and the rows that do.
    """
    delta, draw, _, size = setting
    goes_on, stops, numbers, alive = given
    total = len(rows[0])
    values, places = np.empty(total), np.empty((total, 2))
    found, policy = np.zeros((len(empty), 2)), np.empty(len(empty), np.int64)
    greedy, work = np.empty(len(empty), np.int64), room_for(len(empty), np.int64(2))
    for k in range(0, len(directions), step):
        x, y = directions[k, 0], directions[k, 1]
        best_stops(rows[0], goes_on[:, k], stops, numbers, delta, x, y, values, places)
        over = best_points(
            rows, values, places, alive, empty, rewards, delta * (1.0 - draw), x, y, levels[:, k].copy(),
            size, found, policy, greedy, work,
        )  # fmt: skip
        for s in range(len(empty)):
            points[s, k, 0], points[s, k, 1] = found[s, 0], found[s, 1]
            policies[s, k] = policy[s]
            if not empty[s]:
                r, n = greedy[s], k // 2
                sources[s, k] = r
                if not goes_on[r, 2 * n + 1]:
                    n = n - 1 if n > 0 else corners.shape[1] - 1
                for i in range(2):
                    nexts[s, k, i] = places[r, i]
                    if goes_on[r, k]:
                        at = (1.0 - draw) * expected_corner(rows, r, corners, n, i)
                        nexts[s, k, i] = rewards[r, i] + delta * at
            levels[s, k] = min(levels[s, k], x * found[s, 0] + y * found[s, 1] + max(over, 0.0))


@njit(cache=True, nogil=True)
def floors_of(rows: Rows, corners: FloatArray, given: Options, setting: Setting) -> FloatArray:
    """Return each player's least payoff at which each row is enforced, (R, 2); infinite where none is."""
    total, count = len(rows[0]), corners.shape[1]
    out, polygon = np.full((total, 2), np.inf), np.empty((count, 2))
    centre = np.zeros((len(corners), 2))
    for r in range(total):
        if not given[3][r]:
            continue
        continuations(rows, r, corners, centre, 0.0, polygon)
        for i in range(2):
            least = np.inf
            for n in range(count):
                if given[0][r, 2 * n + 1]:
                    least = min(least, polygon[n, i])
            for m in range(given[2][r]):
                least = min(least, given[1][r, m, i])
            out[r, i] = (1.0 - setting[0]) * rows[0][r, i] + setting[0] * least
    return out
