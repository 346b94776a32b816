"""Compiled search for a profile's critical discount factor, game by game, by outer bounds; for small games.

The operator is that of Abreu and Sannikov (2014), written for a few profiles: cuts of the polygon are found
edge by edge. It is iterated until the threats that it has raised exclude the profile, or it settles. Where it
settles, the threats give a lower bound of the threshold as well: threats fall with patience, so no
equilibrium plays the profile below the discount factor that the threats found above it ask for. If that bound
is not excluded itself, it is the threshold; if the threats jump, the bracket is halved until it is closed.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import bounds, convex_hull, largest_distance

SETTLED = 1e-12
ROOM = 1e-12
"""Relaxation of the constraints, and of the profile's own, relative to the size: as on a knife edge."""

ULPS = 1e-15
SLOW = 64
"""Every so many iterations the change is measured as a distance of sets, and not vertex by vertex."""

GUESSES = (0.0, 0.0625, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0)
"""Shares of the way from the lower bound to 1 that are tried, up to the largest discount factor."""

NONE = 2.0
"""In place of a discount factor where there is none."""

Game: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
"""Payoffs and deviation gains by profile, minmax payoffs, the profile's own payoffs and gains."""

Buffers: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, IntArray, IntArray]
Span: TypeAlias = tuple[float, float]


@njit(cache=True, nogil=True)
def game_of(payoffs: FloatArray, row: int, column: int) -> Game:
    """Return a game's arrays from its payoffs, shape (n, m, 2), shifted to start at zero."""
    n, m, _ = payoffs.shape
    own, gains = np.empty((n * m, 2)), np.empty((n * m, 2))
    least = (payoffs[:, :, 0].min(), payoffs[:, :, 1].min())
    for i in range(n):
        for j in range(m):
            own[i * m + j, 0] = payoffs[i, j, 0] - least[0]
            own[i * m + j, 1] = payoffs[i, j, 1] - least[1]
            gains[i * m + j, 0] = payoffs[:, j, 0].max() - payoffs[i, j, 0]
            gains[i * m + j, 1] = payoffs[i, :, 1].max() - payoffs[i, j, 1]
    minmax = np.array([(own[:, 0] + gains[:, 0]).min(), (own[:, 1] + gains[:, 1]).min()])
    k = row * m + column
    return own, gains, minmax, own[k].copy(), gains[k].copy()


@njit(cache=True, nogil=True)
def needed(own: FloatArray, gain: FloatArray, threats: FloatArray) -> float:
    """Return the discount factor from which threats deter both players, `NONE` where none does."""
    low = 0.0
    for i in range(2):
        if gain[i] > 0.0:
            stake = own[i] - threats[i]
            low = max(low, gain[i] / (gain[i] + stake) if stake > 0.0 else NONE)
    return low


@njit(cache=True, nogil=True)
def undeterred(own: FloatArray, gain: FloatArray, threats: FloatArray, delta: float, room: float) -> bool:
    """Whether a player gains from its best deviation though its threat follows for ever."""
    for i in range(2):  # noqa: SIM110 - compiled code has no any() over a generator
        if delta * (own[i] - threats[i]) < (1.0 - delta) * gain[i] - room:
            return True
    return False


@njit(cache=True, nogil=True)
def cut(polygon: FloatArray, count: int, axis: int, at: float) -> Span:
    """Return where a line across an axis meets the polygon, least and greatest; (1, -1) where nowhere."""
    low, high = np.inf, -np.inf
    for k in range(count):
        after = k + 1 if k + 1 < count else 0
        x, u = polygon[k, axis], polygon[after, axis]
        if min(x, u) <= at <= max(x, u):
            y, v = polygon[k, 1 - axis], polygon[after, 1 - axis]
            if x == u:
                low, high = min(low, y, v), max(high, y, v)
            else:
                meets = y + (at - x) / (u - x) * (v - y)
                low, high = min(low, meets), max(high, meets)
    return (low, high) if low <= high else (1.0, -1.0)


@njit(cache=True, nogil=True)
def generated(
    game: Game,
    active: IntArray,
    n_active: int,
    polygon: FloatArray,
    count: int,
    threats: FloatArray,
    delta: float,
    size: float,
    points: FloatArray,
) -> tuple[int, int]:
    """Write the points of the operator to `points`; return their number and that of profiles left."""
    ratio, near = (1.0 - delta) / delta, ULPS * size
    n_points, kept = 0, 0
    for position in range(n_active):
        k = active[position]
        b = (
            threats[0] + ratio * game[1][k, 0] - ROOM * size,
            threats[1] + ratio * game[1][k, 1] - ROOM * size,
        )
        before = n_points
        if game[0][k, 0] >= b[0] and game[0][k, 1] >= b[1]:
            points[n_points, 0], points[n_points, 1] = game[0][k, 0], game[0][k, 1]
            n_points += 1
        else:
            for axis in range(2):
                low, high = cut(polygon, count, axis, b[axis])
                if low > high or high < b[1 - axis] - near:
                    continue
                for w in (max(high, b[1 - axis]), max(low, b[1 - axis])):
                    points[n_points, axis] = (1.0 - delta) * game[0][k, axis] + delta * b[axis]
                    points[n_points, 1 - axis] = (1.0 - delta) * game[0][k, 1 - axis] + delta * w
                    n_points += 1
            if n_points == before and not some_above(polygon, count, b[0], b[1]):
                continue
        active[kept] = k
        kept += 1
    return n_points, kept


@njit(cache=True, nogil=True)
def some_above(polygon: FloatArray, count: int, bx: float, by: float) -> bool:
    """Whether a vertex satisfies both constraints."""
    for k in range(count):  # noqa: SIM110 - compiled code has no any() over a generator
        if polygon[k, 0] >= bx and polygon[k, 1] >= by:
            return True
    return False


@njit(cache=True, nogil=True)
def excluded(
    game: Game,
    start: FloatArray,
    delta: float,
    size: float,
    limit: int,
    threats: FloatArray,
    buffers: Buffers,
) -> bool:
    """Whether the outer bound excludes the profile; `threats` gets the worst payoffs that were found."""
    polygon, points, hull, order, active = buffers
    count, n_active = len(start), len(game[0])
    polygon[:count] = start
    active[:] = np.arange(n_active)
    threats[:] = game[2]
    for step in range(limit):
        if undeterred(game[3], game[4], threats, delta, ROOM * size):
            return True
        n_points, n_active = generated(game, active, n_active, polygon, count, threats, delta, size, points)
        if n_points == 0:
            return True
        n_hull = convex_hull(points, n_points, size, order, hull)
        change = np.abs(hull[:count] - polygon[:count]).max() if n_hull == count else np.inf
        if change > SETTLED * size and step % SLOW == SLOW - 1:
            change = largest_distance(polygon, count, hull, n_hull)
        count = n_hull
        polygon[:count] = hull[:count]
        x_min, _, y_min, _ = bounds(polygon, count)
        raised = max(x_min - threats[0], y_min - threats[1])
        threats[0], threats[1] = max(threats[0], x_min), max(threats[1], y_min)
        if max(change, raised) <= SETTLED * size:
            break
    return undeterred(game[3], game[4], threats, delta, ROOM * size)


@njit(cache=True, nogil=True)
def threshold(payoffs: FloatArray, row: int, column: int, largest: float, width: float, limit: int) -> Span:
    """Return the bracket of the threshold in one game.

    First a discount factor at which the profile is excluded (or the threshold itself), then one at which it
    is not; (largest, NONE) where it is excluded at the largest one, (NONE, NONE) where at all.
    """
    game = game_of(payoffs, row, column)
    own, gain = game[3], game[4]
    if gain.max() <= 0.0:
        return 0.0, 0.0
    low = needed(own, gain, game[2])
    if low > 1.0:
        return NONE, NONE
    capacity = 4 * len(game[0]) + 4
    x_min, x_max, y_min, y_max = bounds(game[0], len(game[0]))
    size = max(x_max - x_min, y_max - y_min)
    order, hull = np.empty(capacity, np.int64), np.empty((2 * capacity + 4, 2))
    start = hull[: convex_hull(game[0], len(game[0]), size, order, hull)].copy()
    active = np.empty(len(game[0]), np.int64)
    buffers = (np.empty((capacity, 2)), np.empty((capacity, 2)), hull, order, active)
    threats, bottom, high = np.empty(2), low, NONE
    for share in GUESSES:
        delta = min(bottom + share * (1.0 - bottom), largest)
        if not excluded(game, start, delta, size, limit, threats, buffers):
            high = delta
            break
        low = delta
    while high < 1.0 and high - low > width:
        # Threats found at `high` bound the threshold from below.
        bound = min(needed(own, gain, threats), high)
        delta = bound if bound > low + width else 0.5 * (low + high)
        kept = (threats[0], threats[1])
        if excluded(game, start, delta, size, limit, threats, buffers):
            low = delta
            threats[0], threats[1] = kept
        else:
            high = delta
            low = max(low, bound)
    return low, high


@njit(cache=True, nogil=True)
def thresholds(
    payoffs: FloatArray, row: int, column: int, largest: float, width: float, limit: int, found: FloatArray
) -> None:
    """Fill `found`, shape (games, 2), with the brackets in games with payoffs of shape (games, n, m, 2)."""
    for b in range(len(payoffs)):
        found[b, 0], found[b, 1] = threshold(payoffs[b], row, column, largest, width, limit)
