"""Compiled certificates of payoff sets if players discount differently: inner and outer bound.

Inner: every stored vertex p_k is drawn in a little from v_k = f_a(w_k). If each w_k is in the hull of the
p_k and keeps the players to a, that hull is within what it generates (Abreu, Pearce and Stacchetti 1990).

Outer: all that the polygon generates is inside it, and any larger set shrinks back to it
(`orbit_escapes.py`). Every inequality is evaluated with room for rounding.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.clipped_polygons import clipped
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_escapes import (
    Claim,
    escapes,
    nodes_of,
    ray_of,
    rows_of,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_policies import (
    empty_cuts,
    extremes_of,
    fill_cuts,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_shapes import (
    Shape,
    depth,
    inner_radius,
    is_convex,
    shape_of,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import ORBITS


class Rules(NamedTuple):
    """The game: stage payoffs, discount factors, needed continuations, sure payoffs, and the range."""

    payoffs: FloatArray
    deltas: FloatArray
    needed: FloatArray
    floor: FloatArray
    size: float


class Drawn(NamedTuple):
    """The point to which vertices were drawn in, and by which share."""

    centre: FloatArray
    share: float


@njit(cache=True, nogil=True)
def inner_holds(
    rules: Rules, drawn: Drawn, points: FloatArray, owners: IntArray, continuations: FloatArray
) -> bool:
    """Return whether points generate themselves, with continuations in their hull and incentives met.

    Shapes: `points` (k, 2), `owners` (k,), `continuations` (k, 2).
    """
    room = ORBITS.rounding * rules.size
    inner = points + drawn.share * (drawn.centre - points)
    shape = shape_of(inner)
    if not is_convex(shape, room) or not is_convex(shape_of(points), room):
        return False
    # Where the centre is r deep in the hull of the v, the p are share r deep: what is near the v is beyond.
    if drawn.share * inner_radius(points, drawn.centre[0], drawn.centre[1]) < 2.0 * room:
        return False
    # The worst points of the drawn-in hull itself are the threats: nothing outside of what is certified is
    # used.
    low_x, low_y = inner[:, 0].min(), inner[:, 1].min()
    for k in range(len(points)):
        a, x, y = owners[k], continuations[k, 0], continuations[k, 1]
        if x < low_x + rules.needed[a, 0] + room or y < low_y + rules.needed[a, 1] + room:
            return False
        # Deep by more than rounding, so that the exact continuation is in the exact hull.
        if depth(shape, x, y) < room:
            return False
        for i in range(2):
            # v = (1 - delta) g + delta w.
            now = rules.payoffs[a, i]
            if abs(now + rules.deltas[i] * (continuations[k, i] - now) - points[k, i]) > room:
                return False
    return True


@njit(cache=True, nogil=True)
def outer_holds(rules: Rules, points: FloatArray) -> bool:
    """Return whether a polygon, counter-clockwise from the leftmost vertex, holds all equilibrium payoffs."""
    shape, room = shape_of(points), ORBITS.rounding * rules.size
    if not is_convex(shape, room):
        return False
    ends = extremes_of(points, len(points), rules.floor)
    profiles, low = len(rules.payoffs), ends.threats + rules.needed
    # A profile that the polygon's own continuations do not enforce generates nothing within it; how far
    # beyond it would begin to is a ray, which the escapes have to exclude.
    rays = np.full(profiles, -1)
    stage = (1.0 - rules.deltas) * rules.payoffs
    sure = np.array([points[ends.left, 0] <= rules.floor[0], points[ends.bottom, 1] <= rules.floor[1]])
    high = np.array([rules.payoffs[:, 0].max(), rules.payoffs[:, 1].max()])
    claim = Claim(stage, rules.deltas, low, rules.floor, high, sure, room)
    nodes = nodes_of(shape, ends, rules.deltas)
    work = np.empty((2, len(points) + 8, 2))
    for a in range(profiles):
        enforced = above(points, low[a], (points[ends.left, 0], points[ends.bottom, 1]), work)
        if len(enforced) == 0:
            rays[a], over = ray_of(a, claim, nodes)
            if rays[a] < 0 or over <= room:
                return False
        elif not images_inside(shape, enforced, stage[a], rules.deltas, room):
            return False
    # Cuts are looked for from the rightmost vertex on.
    # `crossed` takes monotone runs from the right on.
    cuts, turned = empty_cuts(profiles), np.concatenate((points[shape.right :], points[: shape.right]))
    fill_cuts(turned, len(points), extremes_of(turned, len(points), rules.floor), low, cuts)
    for a in range(profiles):
        for side in range(cuts.exist.shape[1]):
            if cuts.exist[a, side] and cuts.edges[a, side] >= 0:
                # Back to positions from the leftmost vertex on.
                cuts.edges[a, side] = (cuts.edges[a, side] + shape.right) % len(points)
    rows, known = rows_of(points, claim, nodes, cuts, rays)
    return bool(known and escapes(ORBITS.tight * rules.size, claim, nodes, rows))


@njit(cache=True, nogil=True)
def above(points: FloatArray, low: FloatArray, least: tuple[float, float], work: FloatArray) -> FloatArray:
    """Return the part of a polygon at or above both levels, written to `work` where a level cuts it."""
    kept = points
    for axis in range(2):
        # A level below the whole polygon cuts nothing; without the test most of the time would go into
        # copies.
        if low[axis] > least[axis]:
            kept = work[axis, : clipped(kept, len(kept), axis, low[axis], work[axis])]
    return kept


@njit(cache=True, nogil=True)
def images_inside(
    shape: Shape, images: FloatArray, fixed: FloatArray, deltas: FloatArray, room: float
) -> bool:
    """Return whether (I - D) g + D w is inside a polygon for all w, the vertices of another one in order.

    All are inside if the images' lower boundary is above the polygon's and their upper boundary below, both
    between its ends. So each point is compared with one edge. The certificate spends most of its time here.
    """
    points, right, n, count = shape.points, shape.right, len(shape.points), len(images)
    first = last = 0
    for k in range(1, count):
        first = k if images[k, 0] < images[first, 0] else first
        last = k if images[k, 0] > images[last, 0] else last
    if fixed[0] + deltas[0] * images[first, 0] < points[0, 0] + room:
        return False
    if fixed[0] + deltas[0] * images[last, 0] > points[right, 0] - room:
        return False
    for side in range(2):
        # From the leftmost on below, from the rightmost on above, either end included in both.
        k, end, forward = (first, last, 1.0) if side == 0 else (last, first, -1.0)
        edge, least, most = (0, 0, right) if side == 0 else (right, right, n)
        while True:
            x, y = fixed[0] + deltas[0] * images[k, 0], fixed[1] + deltas[1] * images[k, 1]
            # Images come in order along the boundary, so that the edge that spans the next one is the same or
            # a neighbour.
            while edge + 1 < most and forward * (points[edge + 1, 0] - x) < 0.0:
                edge += 1
            while edge > least and forward * (points[edge, 0] - x) > 0.0:
                edge -= 1
            j = edge + 1 if edge + 1 < n else 0
            ex, ey = points[j, 0] - points[edge, 0], points[j, 1] - points[edge, 1]
            # The length of an edge is at most the sum of its extents.
            if ex * (y - points[edge, 1]) - ey * (x - points[edge, 0]) < room * (abs(ex) + abs(ey)):
                return False
            if k == end:
                break
            k = k + 1 if k + 1 < count else 0
    return True
