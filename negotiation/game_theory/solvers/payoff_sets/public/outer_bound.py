"""Outer bound of perfect public equilibrium payoffs: half-planes whose normals are chosen on the way.

See `public/payoffs.py` for the operator. A round lowers the levels of the half-planes until they settle, at
first loosely. Then the normals of the edges of the generated set are added to the evenly spread ones. If the
set is a polygon, a few rounds find its edges; if its boundary is curved, edges are added up to a limit.

Frozen bases lower the levels far towards the set by one linear system. The multipliers of a solved program
bound a profile's reach in a direction by a linear function of the levels b of W, for any b
(`kernels/operator.py`): with one basis for each profile a and direction k

    F(b)_k = max_a f_ak + L_ak . b,  L >= 0.

F is monotone, convex, and nowhere below the operator. So the levels h of the equilibrium set have h <= F(h).
The limit of the operator under these bases is the fixed point of F below b, found by policy iteration (Howard
1960): choose the best profile of each direction, solve the linear system, and repeat.

A separate proof shows that the fixed point bounds the set, however it was found. Let h <= b, and let b* and u
> 0 have F(b*) <= b*, and L_ak . u < u_k for every pair that matters, f_ak + L_ak . b > b*_k. Then h <= b*:
else take the least t with h <= b* + t u, attained in direction k by profile a, h_k <= f_ak + L_ak . h. That
is more than b*_k, so the pair matters, and h_k <= f_ak + L_ak . b* + t L_ak . u < b*_k + t u_k, a
contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.public.constraints import SignalConstraints
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import Reach


from typing import NamedTuple


@dataclass(frozen=True, eq=False)
class OuterBound:
    """Half-planes that contain the set, in scaled payoffs, and the payoffs that they generate."""

    # directions, levels: (L, 2) and (L,): outward normals and levels.
    directions: FloatArray
    levels: FloatArray
    # (k, 2): the vertices of their intersection.
    polygon: FloatArray
    # (m, 2): what is generated farthest in these directions and half-way between them.
    points: FloatArray
    # (A,): whether a continuation in the set enforces the profile.
    alive: IntArray
    steps: int
    change: float
    # How far the half-planes reach beyond what they generate.
    beyond: float
    # Whether that is small beside the distance of the polygon from what it generates.
    settled: bool


def outer_bound(constraints: SignalConstraints, is_common: bool, budget: Budget) -> OuterBound:
    """Return the outer bound, from the box of pure minmax and greatest payoffs and the feasible set."""
    alive = 1 - constraints.hopeless
    directions = direction_array(NUMERICS.spread)
    levels = first_levels(constraints, directions, is_common)
    none = np.empty((0, 2))
    first = OuterBound(directions, levels, none, none, alive, 0, np.inf, np.inf, False)
    result = _narrowed(constraints, first, NUMERICS.loose, NUMERICS.most_normals, NUMERICS.rounds, budget)
    # What the half-planes reach beyond what they generate adds up over time: no inner bound is nearer.
    if (
        result.settled
        and not budget.less(result.steps).is_spent
        and result.beyond > NUMERICS.far * (1.0 - float(constraints.deltas.max()))
    ):
        return refined_bound(constraints, result, result.points, budget)
    return result


def refined_bound(
    constraints: SignalConstraints, outer: OuterBound, inner: FloatArray, budget: Budget
) -> OuterBound:
    """Return the outer bound with more half-planes, first along edges of an inner one well within it."""
    room = NUMERICS.finest_normals
    normals, beyond = _edge_normals(inner, outer.polygon)
    if not len(normals):
        return outer
    refined = _with_normals(outer, normals, NUMERICS.dropped * outer.beyond, room)
    share = NUMERICS.fine * beyond
    return _narrowed(constraints, refined, share, room, NUMERICS.refining, budget)


def _narrowed(
    constraints: SignalConstraints, outer: OuterBound, loose: float, most: int, rounds: int, budget: Budget
) -> OuterBound:
    """Return an outer bound after rounds that lower its levels and add normals."""
    from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import maximisers, new_reach

    numbers, alive = constraints.compiled(), outer.alive.copy()
    impatience = 1.0 - float(constraints.deltas.max())
    # Steps shrink like delta^n: stopping at a change of c leaves c / (1 - delta).
    tolerance = max(NUMERICS.settled, loose * impatience)
    for _ in range(rounds):
        directions, levels = outer.directions, outer.levels.copy()
        programs = Programs(numbers, HalfPlanes(directions, levels), KNIFE_EDGE)
        reach = new_reach(alive, directions, programs)
        taken, change = lowered(programs, reach, tolerance, budget.less(outer.steps))
        steps = outer.steps + taken
        if np.isneginf(levels).any():
            none = np.empty((0, 2))
            return OuterBound(directions, levels, none, none, alive, steps, 0.0, 0.0, True)
        polygon = polygon_of(directions, levels)
        # In a direction that is the normal of an edge any of its points may be found; half-way, corners are.
        between = middles(directions)
        # Two searches: along the normals, and half-way between, where corners are found.
        bound = (
            maximisers(directions, programs, reach),
            maximisers(between, programs, new_reach(reach.alive, between, programs)),
        )
        points = np.vstack([each.points[each.profiles >= 0] for each in bound])
        settled, before = change <= tolerance, tolerance
        normals, beyond = _edge_normals(points, polygon)
        # A change of c a step adds up to c / (1 - delta) over time: that is to be small beside what is left.
        tolerance = max(NUMERICS.settled, NUMERICS.fine * beyond * impatience)
        last = OuterBound(directions, levels, polygon, points, alive, steps, change, beyond, settled)
        outer = _with_normals(last, normals, NUMERICS.dropped * beyond, most)
        # Ends where levels do not settle, the budget is spent, or no normal was added at a tolerance that
        # would not get finer.
        if not settled or budget.less(steps).is_spent or (before <= 2.0 * tolerance and outer is last):
            break
    return last


def _with_normals(outer: OuterBound, normals: FloatArray, least: float, most: int) -> OuterBound:
    """Return the bound with more normals, and without half-planes that matter by at most `least`.

    If there is no room or no new normal, the bound is returned unchanged.
    """
    needed = _needed(outer.directions, outer.levels, outer.polygon, least)
    room = most - int(needed.sum())
    if room <= 0 or not len(normals):
        return outer
    spread = direction_array(NUMERICS.spread)
    directions = direction_array(np.vstack([normals[:room], outer.directions[needed], spread]))
    return replace(outer, directions=directions, levels=(directions @ outer.polygon.T).max(axis=1))


def lowered(
    programs: Programs, reach: Reach, tolerance: float, budget: Budget, spared: FloatArray | None = None
) -> tuple[int, float]:
    """Lower the levels, in place, until a step of the operator settles them; return steps and last change.

    After each step the levels fall further to the fixed point under its bases (`settled_levels`). If `spared`
    is given, the levels are lower than the reach by that much in each direction.
    """
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import sweep

    levels, steps = programs.planes.levels, 0
    less = np.zeros_like(levels) if spared is None else spared
    while True:
        change, steps = sweep(programs, reach, less), steps + 1
        if change <= tolerance or np.isneginf(levels).any():
            return steps, change
        left = np.flatnonzero(reach.alive)
        bases = Bases(reach.fixed[left] - less, reach.shares[left], reach.held[left])
        # After each sweep a leap: where all levels would come to rest under the bases just found. For an
        # outer bound only if that is proven.
        frozen = settled_levels(bases, levels, proven=spared is None)
        if frozen is not None:
            levels[:] = np.minimum(levels, frozen)
        if budget.less(steps).is_spent:
            return steps, change


def first_levels(constraints: SignalConstraints, directions: FloatArray, is_common: bool) -> FloatArray:
    """Return the levels of the box or, with a common discount factor, of the feasible set if lower."""
    low, high = constraints.minmax, constraints.payoffs.max(axis=0)
    high = np.maximum(high, low)
    corners = np.array([[x, y] for x in (low[0], high[0]) for y in (low[1], high[1])])
    levels: FloatArray = (directions @ corners.T).max(axis=1)
    if is_common:
        # With one discount factor averages are feasible payoffs; with unlike ones players trade over time,
        # and only the box is sure.
        levels = np.minimum(levels, (directions @ constraints.payoffs.T).max(axis=1) + 2.0 * KNIFE_EDGE)
    return levels


def polygon_of(directions: FloatArray, levels: FloatArray) -> FloatArray:
    """Return the vertices of an intersection of half-planes that have a point in common up to rounding."""
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import intersection

    polygon = np.empty((0, 2))
    # An intersection that is a point or a segment may be empty by rounding: half-planes are moved out until
    # it is not.
    for slack in NUMERICS.slacks:
        polygon = intersection(HalfPlanes(directions, levels), slack)
        if len(polygon):
            break
    return polygon


def middles(directions: FloatArray) -> FloatArray:
    """Return the directions half-way between neighbours, for directions sorted by angle."""
    sums = directions + np.roll(directions, -1, axis=0)
    result: FloatArray = sums / np.hypot(sums[:, 0], sums[:, 1])[:, None]
    return result


def hull_of(points: FloatArray, distance: float) -> FloatArray:
    """Return the hull's corners, counter-clockwise, without those within a distance of the others' edges."""
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import convex_hull, simplified

    order, hull = np.empty(max(1, len(points)), np.int64), np.empty((2 * len(points) + 4, 2))
    count = convex_hull(np.ascontiguousarray(points), len(points), 1.0, order, hull)
    return hull[: simplified(hull, count, distance)].copy() if count > 2 else hull[:count].copy()


def flattened(polygon: FloatArray) -> FloatArray:
    """Return a polygon in scaled payoffs as the point or segment that it is up to `flat`, or else itself."""
    if len(polygon) < 2:
        return polygon
    if np.ptp(polygon, axis=0).max() <= NUMERICS.flat:
        return np.asarray(polygon.mean(axis=0, keepdims=True))
    away = polygon[:, None] - polygon
    ends = [int(k) for k in np.unravel_index(int((away**2).sum(axis=2).argmax()), away.shape[:2])]
    along, offset = polygon[ends[1]] - polygon[ends[0]], polygon - polygon[ends[0]]
    width = np.abs(along[0] * offset[:, 1] - along[1] * offset[:, 0]).max() / np.hypot(*along)
    ends = sorted(ends, key=lambda k: (float(polygon[k, 0]), float(polygon[k, 1])))
    return polygon[ends] if width <= NUMERICS.flat else polygon


def _needed(directions: FloatArray, levels: FloatArray, polygon: FloatArray, least: float) -> BoolArray:
    """Return the half-planes without which the polygon would reach farther by more than `least`.

    Of two neighbours that could both be dropped, one is kept.
    """
    edges = np.roll(polygon, -1, axis=0) - polygon
    long = np.hypot(edges[:, 0], edges[:, 1]) > NUMERICS.shortest
    near = np.abs(levels[:, None] - directions @ polygon.T) <= 10.0 * NUMERICS.slacks[0]
    needed: BoolArray = np.asarray((near & np.roll(near, -1, axis=1) & long).any(axis=1))
    binding = np.flatnonzero(needed)
    gone = False
    for position, k in enumerate(binding):
        before, after = binding[position - 1], binding[(position + 1) % len(binding)]
        pair = directions[[before, after]]
        turn = float(pair[0, 0] * pair[1, 1] - pair[0, 1] * pair[1, 0])
        without = _beyond(pair, levels[[before, after]], directions[k]) if turn > 0.0 else np.inf
        # Of neighbours one at most goes: what the other would add was reckoned with this one there.
        gone = not gone and without - float(levels[k]) <= least
        needed[k] = not gone
    return needed


def _beyond(pair: FloatArray, levels: FloatArray, direction: FloatArray) -> float:
    """Return how far the corner of two half-planes reaches in a direction."""
    (a, b), (c, d) = pair.tolist()
    first, second = levels.tolist()
    x, y = d * first - b * second, a * second - c * first
    return float((direction[0] * x + direction[1] * y) / (a * d - b * c))


def _edge_normals(points: FloatArray, polygon: FloatArray) -> tuple[FloatArray, float]:
    """Return the normals of the generated set's edges that the polygon exceeds, and by how much.

    The normals have shape (k, 2), in decreasing order of the excess; there are none if the sets nearly agree.
    """
    none = np.empty((0, 2))
    if not len(points) or not len(polygon):
        return none, 0.0
    hull = hull_of(points, 0.1 * NUMERICS.narrow)
    edges = np.roll(hull, -1, axis=0) - hull
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    used = lengths > NUMERICS.shortest
    if not used.any():
        return none, float(np.ptp(polygon, axis=0).max())
    normals = np.stack([edges[used, 1], -edges[used, 0]], axis=1) / lengths[used, None]
    beyond = (normals @ polygon.T).max(axis=1) - (normals * hull[used]).sum(axis=1)
    order = np.argsort(-beyond, kind="stable")
    order = order[beyond[order] > max(NUMERICS.narrow, NUMERICS.added * beyond.max())]
    return normals[order], float(beyond.max())


class Bases(NamedTuple):
    """One linear bound f + L b of the reach in each direction, for each profile that is left."""

    # (A, L): the parts f without levels.
    fixed: FloatArray
    # (A, L, J): nonnegative multipliers.
    shares: FloatArray
    # (A, L, J): the directions whose levels they multiply.
    held: IntArray

    def bounds(self, levels: FloatArray) -> FloatArray:
        """Return f + L b for each profile and direction, shape (A, L)."""
        return self.fixed + self.growth(levels)

    def growth(self, levels: FloatArray) -> FloatArray:
        """Return L b for each profile and direction, shape (A, L)."""
        result: FloatArray = np.einsum("akj,akj->ak", self.shares, levels[self.held])
        return result


def settled_levels(bases: Bases, levels: FloatArray, *, proven: bool = True) -> FloatArray | None:
    """Return levels that bound the set if the given ones do; None if none are proven.

    Shapes: `levels` (L,).
    """
    now = bases.bounds(levels)
    chosen = now.argmax(axis=0)
    for _ in range(NUMERICS.policies):
        policy_levels = _solution(
            bases, chosen, bases.fixed[chosen, np.arange(len(levels))] + NUMERICS.lifted
        )
        if policy_levels is None:
            return None
        then = bases.bounds(policy_levels)
        # F(b*) <= b*: what was chosen is best at its own solution, lifted by a little so that rounding does
        # not undo the inequality.
        if (then.max(axis=0) <= policy_levels).all():
            return policy_levels if not proven or _falls(bases, chosen, now > policy_levels) else None
        chosen = then.argmax(axis=0)
    return None


def _falls(bases: Bases, chosen: IntArray, matters: BoolArray) -> bool:
    """Return whether there are weights u with L u < u for every pair that matters.

    They solve u = 1 + max L u, which is found by policy iteration too.
    """
    any_matters = matters.any(axis=0)
    for _ in range(NUMERICS.policies):
        weights = _solution(bases, chosen, np.ones(len(chosen)))
        if weights is None or weights.min() <= 0.0:
            return False
        # u solves u = 1 + L u for one choice of profiles: L u < u for these; for the others it is seen, and
        # the worst are chosen next.
        growth = bases.growth(weights)
        if (growth < weights - NUMERICS.falls)[matters].all():
            return True
        chosen = np.where(any_matters, np.where(matters, growth, -np.inf).argmax(axis=0), chosen)
    return False


def _solution(bases: Bases, chosen: IntArray, right: FloatArray) -> FloatArray | None:
    """Return the solution of x = right + L x with the chosen profiles; None if there is none."""
    every = np.arange(len(chosen))
    matrix = np.eye(len(chosen))
    np.subtract.at(matrix, (every[:, None], bases.held[chosen, every]), bases.shares[chosen, every])
    try:
        solved: FloatArray = np.linalg.solve(matrix, right).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return None
    return solved if np.isfinite(solved).all() else None
