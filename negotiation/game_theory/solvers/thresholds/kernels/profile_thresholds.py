"""Compiled search for a profile's critical discount factor, game by game, by outer bounds; for small games.

The operator is that of Abreu and Sannikov (2014), written for a few profiles: cuts of the polygon are found
edge by edge. It is iterated until the threats that it has raised exclude the profile, or it settles. Where it
settles, the threats give a lower bound of the threshold as well: threats fall with patience, so no
equilibrium plays the profile below the discount factor that the threats found above it ask for. If that bound
is not excluded itself, it is the threshold; if the threats jump, the bracket is halved until it is closed.
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
    """A stage game and the profile that is asked for."""

    stage: Stage
    # (2,): pure minmax payoffs.
    minmax: FloatArray
    # own, gain: (2,): the profile's payoffs and deviation gains.
    own: FloatArray
    gain: FloatArray
    # (k, 2): the feasible set.
    start: FloatArray
    # Relaxation of the constraints, and of the profile's own, as on a knife edge.
    room: float


class Buffers(NamedTuple):
    """Room for a set, for what it generates, for the hull of that, and for the profiles that are left."""

    polygon: FloatArray
    points: FloatArray
    hull: FloatArray
    order: IntArray
    active: IntArray


@njit(cache=True, nogil=True)
def game_of(stage: Stage, minmax: FloatArray, profile: int, buffers: Buffers) -> Game:
    """Return what is asked of a profile of a stage game."""
    count = convex_hull(stage.payoffs, len(stage.payoffs), stage.size, buffers.order, buffers.hull)
    own, gain, start = stage.payoffs[profile], stage.gains[profile], buffers.hull[:count].copy()
    return Game(stage, minmax, own, gain, start, NUMERICS.relaxed * stage.size)


@njit(cache=True, nogil=True)
def buffers_for(profiles: int) -> Buffers:
    """Return room for games of so many profiles, each of which generates at most four points."""
    capacity = 4 * profiles + 4
    hull, order = np.empty((2 * capacity + 4, 2)), np.empty(capacity, np.int64)
    polygon, points = np.empty((capacity, 2)), np.empty((capacity, 2))
    return Buffers(polygon, points, hull, order, np.empty(profiles, np.int64))


@njit(cache=True, nogil=True)
def needed(own: FloatArray, gain: FloatArray, threats: FloatArray) -> float:
    """Return the discount factor from which threats deter both players, `no_threshold` where none does."""
    low = 0.0
    # delta (g_i - u_i) >= (1 - delta) h_i  iff  delta >= h_i / (h_i + g_i - u_i).
    for i in range(2):
        if gain[i] > 0.0:
            stake = own[i] - threats[i]
            low = max(low, gain[i] / (gain[i] + stake) if stake > 0.0 else NUMERICS.no_threshold)
    return low


@njit(cache=True, nogil=True)
def undeterred(game: Game, threats: FloatArray, delta: float) -> bool:
    """Whether a player gains from its best deviation though its threat follows for ever."""
    own, gain = game.own, game.gain
    for i in range(2):  # noqa: SIM110 - compiled code has no any() over a generator
        if delta * (own[i] - threats[i]) < (1.0 - delta) * gain[i] - game.room:
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
    """Write the points of the operator to `to.points`; return their number and that of profiles left.

    Overwrites `to.active`.
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
    """Whether the outer bound excludes the profile; `threats` gets the worst payoffs that were found."""
    polygon, points, hull, order, active = buffers
    size, settled = game.stage.size, NUMERICS.settled * game.stage.size
    count, left = len(game.start), len(active)
    polygon[:count] = game.start
    active[:] = np.arange(left)
    threats[:] = game.minmax
    for step in range(limit):
        if undeterred(game, threats, delta):
            return True
        # Once a profile's own threats no longer deter both players it is excluded, however far the set still
        # shrinks: most searches end here.
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
    """Return the bracket of the threshold in one game.

    First a discount factor at which the profile is excluded (or the threshold itself), then one at which it
    is not; (largest, none) where it is excluded at the largest one, (none, none) where at all.
    """
    none, (stage, _) = NUMERICS.no_threshold, shifted_stage(payoffs)
    profile, minmax = row * stage.columns + column, pure_minmax(stage)
    own, gain = stage.payoffs[profile], stage.gains[profile]
    # Nobody gains by departing: a stage equilibrium is one at every discount factor.
    if gain.max() <= 0.0:
        return 0.0, 0.0
    # No threat is worse than the minmax payoffs: below what these ask for nothing keeps the profile.
    low = needed(own, gain, minmax)
    if low > 1.0:
        return none, none
    buffers = buffers_for(len(stage.payoffs))
    game = game_of(stage, minmax, profile, buffers)
    threats, bottom, high = np.empty(2), low, none
    # Exclusion is quick to show and the set at a large discount factor slow to settle: guesses go up.
    for share in NUMERICS.first_guesses:
        delta = min(bottom + share * (1.0 - bottom), largest)
        if not excluded(game, delta, limit, threats, buffers):
            high = delta
            break
        low = delta
    while high < 1.0 and high - low > width:
        # Threats found at `high` bound the threshold from below.
        # Threats at `high` are the lowest that any smaller discount factor has, so that the threshold is no
        # less. If it is not excluded there, it is the threshold, and the bracket is closed in one step.
        bound = min(needed(own, gain, threats), high)
        delta = bound if bound > low + width else 0.5 * (low + high)
        kept = (threats[0], threats[1])
        if excluded(game, delta, limit, threats, buffers):
            low = delta
            # Those found at an excluded discount factor bound nothing.
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
