"""Compiled search for a profile's critical discount factor, game by game, by outer bounds; for small games.

The operator of Abreu and Sannikov (2014) is written here for games with few profiles: cuts of the polygon are
found edge by edge. It is iterated until the threats that it has raised exclude the profile, or the set
settles. If it settles, the threats also give a lower bound of the threshold: the least discount factor at
which they deter both players. Threats fall with patience, so no equilibrium plays the profile below that
bound. If the profile is not excluded at the bound, the bound is the threshold. If the threats jump, the
bracket is halved until it is narrow.
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import (
    bounds,
    convex_hull,
    largest_distance,
    some_above,
)
from negotiation.game_theory.solvers.payoff_sets.common.stage import Stage, pure_minmax, shifted_stage
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS

Span: TypeAlias = tuple[float, float]


class Game(NamedTuple):
    """A stage game and the profile whose threshold is computed."""

    stage: Stage
    # (2,): pure minmax payoffs.
    minmax: FloatArray
    # own, gain: (2,): the profile's payoffs and deviation gains.
    own: FloatArray
    gain: FloatArray
    # (k, 2): the feasible set.
    start: FloatArray
    # Relaxation of the constraints, including the profile's own, by a knife edge.
    room: float


class Buffers(NamedTuple):
    """Work arrays: a polygon, the points that it generates, their hull and order, and remaining profiles."""

    polygon: FloatArray
    points: FloatArray
    hull: FloatArray
    order: IntArray
    active: IntArray


@njit(cache=True, nogil=True)
def game_of(stage: Stage, minmax: FloatArray, profile: int, buffers: Buffers) -> Game:
    """Return the data of a profile, given by its position, in a stage game."""
    count = convex_hull(stage.payoffs, len(stage.payoffs), stage.size, buffers.order, buffers.hull)
    own, gain, start = stage.payoffs[profile], stage.gains[profile], buffers.hull[:count].copy()
    return Game(stage, minmax, own, gain, start, NUMERICS.relaxed * stage.size)


@njit(cache=True, nogil=True)
def buffers_for(profiles: int) -> Buffers:
    """Return work arrays for games with this many profiles, each of which generates at most four points."""
    capacity = 4 * profiles + 4
    hull, order = np.empty((2 * capacity + 4, 2)), np.empty(capacity, np.int64)
    polygon, points = np.empty((capacity, 2)), np.empty((capacity, 2))
    return Buffers(polygon, points, hull, order, np.empty(profiles, np.int64))


@njit(cache=True, nogil=True)
def needed(own: FloatArray, gain: FloatArray, threats: FloatArray) -> float:
    """Return the least discount factor at which threats deter both players, or `no_threshold` if none."""
    low = 0.0
    # delta (g_i - u_i) >= (1 - delta) h_i  iff  delta >= h_i / (h_i + g_i - u_i).
    for i in range(2):
        if gain[i] > 0.0:
            stake = own[i] - threats[i]
            low = max(low, gain[i] / (gain[i] + stake) if stake > 0.0 else NUMERICS.no_threshold)
    return low


@njit(cache=True, nogil=True)
def undeterred(game: Game, threats: FloatArray, delta: float) -> bool:
    """Return whether a player gains from the best deviation although the threat follows for ever."""
    own, gain = game.own, game.gain
    for i in range(2):  # noqa: SIM110 - compiled code has no any() over a generator
        if delta * (own[i] - threats[i]) < (1.0 - delta) * gain[i] - game.room:
            return True
    return False


@njit(cache=True, nogil=True)
def cut(polygon: FloatArray, count: int, axis: int, at: float) -> Span:
    """Return the least and greatest other coordinate of the polygon at coordinate `at` of an axis.

    The result is (1, -1) if the line does not meet the polygon.
    """
    low, high = np.inf, -np.inf
    for k in range(count):
        after = k + 1 if k + 1 < count else 0
        x, u = polygon[k, axis], polygon[after, axis]
        if min(x, u) <= at <= max(x, u):
            y, v = polygon[k, 1 - axis], polygon[after, 1 - axis]
            # An edge along the line: both its ends.
            if x == u:
                low, high = min(low, y, v), max(high, y, v)
            else:
                meets = y + (at - x) / (u - x) * (v - y)
                low, high = min(low, meets), max(high, meets)
    return (low, high) if low <= high else (1.0, -1.0)


@njit(cache=True, nogil=True)
def generated(
    game: Game, polygon: FloatArray, count: int, threats: FloatArray, delta: float, left: int, to: Buffers
) -> tuple[int, int]:
    """Write the points that the operator generates to `to.points`; return the numbers of points and profiles.

    Only the first `left` profiles of `to.active` are used. Those that generate a point, or may still be
    enforced, are kept at the beginning of `to.active`, and the second result is their number.
    """
    payoffs, gains, points, active = game.stage.payoffs, game.stage.gains, to.points, to.active
    ratio, near, room = (1.0 - delta) / delta, NUMERICS.rounding * game.stage.size, game.room
    n_points, kept = 0, 0
    for position in range(left):
        k = active[position]
        # b = u + (1 - delta) / delta h, and (1 - delta) g + delta C(a, W, u) as in `abreu_sannikov.py`.
        b = (threats[0] + ratio * gains[k, 0] - room, threats[1] + ratio * gains[k, 1] - room)
        before = n_points
        if payoffs[k, 0] >= b[0] and payoffs[k, 1] >= b[1]:
            points[n_points, 0], points[n_points, 1] = payoffs[k, 0], payoffs[k, 1]
            n_points += 1
        else:
            for axis in range(2):
                low, high = cut(polygon, count, axis, b[axis])
                if low > high or high < b[1 - axis] - near:
                    continue
                for w in (max(high, b[1 - axis]), max(low, b[1 - axis])):
                    points[n_points, axis] = (1.0 - delta) * payoffs[k, axis] + delta * b[axis]
                    points[n_points, 1 - axis] = (1.0 - delta) * payoffs[k, 1 - axis] + delta * w
                    n_points += 1
            if n_points == before and not some_above(polygon, count, b[0], b[1]):
                continue
        active[kept] = k
        kept += 1
    return n_points, kept


@njit(cache=True, nogil=True)
def excluded(game: Game, delta: float, limit: int, threats: FloatArray, buffers: Buffers) -> bool:
    """Return whether the outer bound excludes the profile; write the worst payoffs found to `threats`."""
    polygon, points, hull, order, active = buffers
    size, settled = game.stage.size, NUMERICS.settled * game.stage.size
    count, left = len(game.start), len(active)
    polygon[:count] = game.start
    active[:] = np.arange(left)
    threats[:] = game.minmax
    for step in range(limit):
        if undeterred(game, threats, delta):
            return True
        # A profile is excluded as soon as the threats found do not deter both players, before the set
        # settles. Most searches end here.
        n_points, left = generated(game, polygon, count, threats, delta, left, buffers)
        if n_points == 0:
            return True
        n_hull = convex_hull(points, n_points, size, order, hull)
        # As in `abreu_sannikov.iterate`: vertex by vertex while their number stays, by distance now and then.
        change = np.abs(hull[:count] - polygon[:count]).max() if n_hull == count else np.inf
        if change > settled and step % NUMERICS.measured_every == NUMERICS.measured_every - 1:
            change = largest_distance(polygon, count, hull, n_hull)
        count = n_hull
        polygon[:count] = hull[:count]
        x_min, _, y_min, _ = bounds(polygon, count)
        raised = max(x_min - threats[0], y_min - threats[1])
        threats[0], threats[1] = max(threats[0], x_min), max(threats[1], y_min)
        if max(change, raised) <= settled:
            break
    return undeterred(game, threats, delta)


@njit(cache=True, nogil=True)
def threshold(payoffs: FloatArray, row: int, column: int, largest: float, width: float, limit: int) -> Span:
    """Return the bracket of the threshold in one game, with payoffs of shape (n, m, 2).

    Its lower end is a discount factor at which the profile is excluded, or the threshold itself; at its upper
    end the profile is not excluded. It is (`largest`, none) if the profile is excluded at `largest`, and
    (none, none) if no discount factor works, where none is `NUMERICS.no_threshold`.
    """
    none, (stage, _) = NUMERICS.no_threshold, shifted_stage(payoffs)
    profile, minmax = row * stage.columns + column, pure_minmax(stage)
    own, gain = stage.payoffs[profile], stage.gains[profile]
    # No player gains by deviating: a stage equilibrium is an equilibrium at every discount factor.
    if gain.max() <= 0.0:
        return 0.0, 0.0
    # No threat is worse than the minmax payoffs, so the threshold is at least the one that they give.
    low = needed(own, gain, minmax)
    if low > 1.0:
        return none, none
    buffers = buffers_for(len(stage.payoffs))
    game = game_of(stage, minmax, profile, buffers)
    threats, bottom, high = np.empty(2), low, none
    # Guesses increase, since exclusion is found quickly and sets at large discount factors settle slowly.
    for share in NUMERICS.first_guesses:
        delta = min(bottom + share * (1.0 - bottom), largest)
        if not excluded(game, delta, limit, threats, buffers):
            high = delta
            break
        low = delta
    while high < 1.0 and high - low > width:
        # Threats at any smaller discount factor are no lower than at `high`, so the threshold is at least the
        # bound that they give. If the profile is not excluded there, this is the threshold.
        bound = min(needed(own, gain, threats), high)
        delta = bound if bound > low + width else 0.5 * (low + high)
        kept = (threats[0], threats[1])
        if excluded(game, delta, limit, threats, buffers):
            low = delta
            # Threats found at an excluded discount factor give no bound.
            threats[0], threats[1] = kept
        else:
            high = delta
            low = max(low, bound)
    return low, high


@njit(cache=True, nogil=True)
def thresholds(
    payoffs: FloatArray, row: int, column: int, largest: float, width: float, limit: int, out: FloatArray
) -> None:
    """Fill `out`, shape (games, 2), with the brackets in games with payoffs of shape (games, n, m, 2)."""
    for b in range(len(payoffs)):
        out[b, 0], out[b, 1] = threshold(payoffs[b], row, column, largest, width, limit)
