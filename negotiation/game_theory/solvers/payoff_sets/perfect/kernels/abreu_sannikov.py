"""Compiled algorithm of Abreu and Sannikov (2014) for two players who discount alike: the outer bound.

With stage payoffs g(a), gains h(a) from the best deviation, a set W of continuations and threats u, let

    b(a, u) = u + (1 - delta) / delta h(a)                the least continuation that keeps players to a,
    Q(a, W, u) = {w in W: w >= b(a, u)}                    the continuations that do,
    C(a, W, u) = {g(a)} where g(a) >= b(a, u), else the extreme points of Q(a, W, u) at which w_i = b_i for
        some player i                                       (at most four),
    R(W, u) = co of all (1 - delta) g(a) + delta C(a, W, u).

From W_0, the feasible set, and u_0, the pure minmax payoffs, the algorithm iterates

    W_n = R(W_(n-1), u_(n-1)),    u_n,i = the greater of u_(n-1),i and the least w_i in W_n,

and every W_n contains the set V* of equilibrium payoffs, to which they converge. C is all of Q that matters:
an extreme point of V* whose continuation binds nobody is its own continuation, so that it is g(a). Since W
only shrinks and u only rises, a profile with empty Q is never played.

Where w_1 = b_1 the first coordinate of the point that is generated,

    (1 - delta) g_1 + delta b_1 = (1 - delta) (g_1 + h_1) + delta u_1,

is player 1's payoff from the best deviation. It is the same for all profiles of a column, since g_1 + h_1 is
the best reply's payoff there. So the points that the profiles of a column generate lie on one line, of which
only the two ends matter; the same holds for rows and player 2. Buffers hold one point per profile and two per
line. The cost of an iteration is linear in the profiles that are left.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget
from negotiation.game_theory.solvers.payoff_sets.common.polygons import (
    Box,
    bounds,
    convex_hull,
    copied,
    largest_distance,
    some_above,
    thinned,
)
from negotiation.game_theory.solvers.payoff_sets.common.stage import Stage, pure_minmax
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.chain_heights import (
    Chains,
    empty_chains,
    fill_chains,
    fill_heights,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS


class Candidate(NamedTuple):
    """W and u, and the profiles that are not out; arrays are overwritten as W shrinks."""

    # (capacity, 2): the vertices of W, and room for those of later sets.
    polygon: FloatArray
    # Their number; 0 for the empty set.
    n_vertices: int
    # (2,): u.
    threats: FloatArray
    # Positions of the profiles that are left, ascending.
    active: IntArray
    left: int


class Problem(NamedTuple):
    """The arguments of one application of R: W and its box, u, delta; constraints are relaxed by `relax`.

    If the corner of two constraints is on the boundary of W, rounding moves it outside by up to `near`.
    """

    polygon: FloatArray
    n_vertices: int
    box: Box
    threats: FloatArray
    delta: float
    relax: float
    near: float


class Room(NamedTuple):
    """Scratch space for the profiles that do not generate g."""

    chains: Chains
    # (2, profiles): b, one row an axis.
    constraints: FloatArray
    # (2, 2, profiles): by axis: the least and greatest coordinate across of W where the constraint along the
    # axis binds.
    ends: FloatArray
    # profiles, places: (profiles,): which profiles, and where each stands among the active ones.
    profiles: IntArray
    places: IntArray


class Generated(NamedTuple):
    """Generated points; of those on one line only the two ends are kept."""

    # (capacity, 2)
    points: FloatArray
    # The profile of each point; nothing is written where it is empty.
    owners: IntArray
    # (columns + rows, 2): least and greatest coordinate on the line of each column, then of each row.
    ends: FloatArray
    # (columns + rows, 2): where those two points are written, -1 if there is none. Where it is empty the ends
    # stay as they are and all points beyond are kept.
    places: IntArray


@njit(cache=True, nogil=True)
def most_points(stage: Stage, left: int) -> int:
    """Return the most points that `left` profiles can need: one each, and the ends of the lines."""
    return left + 2 * (stage.columns + len(stage.payoffs) // stage.columns)


@njit(cache=True, nogil=True)
def first_candidate(stage: Stage) -> Candidate:
    """Return W_0, the hull of the stage payoffs, and u_0, with all profiles."""
    n = len(stage.payoffs)
    # Points deep inside are left out before the hull is taken (`thinned`), which is most of them.
    hull, order = np.empty((2 * n + 4, 2)), np.empty(n, np.int64)
    points = stage.payoffs.copy()
    count = convex_hull(points, thinned(points, n), stage.size, order, hull)
    polygon, active = np.empty((most_points(stage, n), 2)), np.empty(n, np.int64)
    copied(hull, count, polygon)
    for k in range(n):
        active[k] = k
    return Candidate(polygon, count, pure_minmax(stage), active, n)


@njit(cache=True, nogil=True)
def iterate(
    stage: Stage, start: Candidate, delta: float, relax: float, tolerance: float, budget: Budget
) -> tuple[Candidate, int, float]:
    """Iterate W_n = R(W_(n-1), u_(n-1)) until W and u move by at most `tolerance`, or to the limit.

    Overwrites the arrays of `start`; returns the last set, the number of iterations and the last change.
    """
    polygon, count, threats, active, left = start
    room, made = empty_room(len(polygon), left), empty_points(stage, left)
    capacity = len(made.points)
    order, hull, change = np.empty(capacity, np.int64), np.empty((2 * capacity + 4, 2)), np.inf
    for step in range(budget.steps):
        clear(made)
        problem = problem_of(polygon, count, threats, delta, relax)
        n_points, left = operator_points(stage, problem, active, left, room, made)
        if n_points == 0:
            return Candidate(polygon, 0, threats, active, left), step + 1, 0.0
        n_hull = convex_hull(made.points, thinned(made.points, n_points), stage.size, order, hull)
        # As long as the number of vertices stays they are compared one by one, which is cheap and an upper
        # bound of the distance.
        change = np.inf
        if n_hull == count:
            change = largest_move(hull, polygon, count)
        if change > tolerance and step % NUMERICS.measured_every == NUMERICS.measured_every - 1:
            # Vertices that come and go by rounding hide that the set has settled.
            change = largest_distance(polygon, count, hull, n_hull)
        count = n_hull
        copied(hull, count, polygon)
        # u_n,i = max(u_(n-1),i, min w_i), never lower: what rounding does to W must not bring profiles back.
        x_min, _, y_min, _ = bounds(polygon, count)
        raised = max(x_min - threats[0], y_min - threats[1])
        threats[0], threats[1] = max(threats[0], x_min), max(threats[1], y_min)
        if change <= tolerance and raised <= tolerance:
            return Candidate(polygon, count, threats, active, left), step + 1, change
        if budget.stop[0]:
            break
    return Candidate(polygon, count, threats, active, left), step + 1, change


@njit(cache=True, nogil=True)
def problem_of(polygon: FloatArray, count: int, threats: FloatArray, delta: float, relax: float) -> Problem:
    """Return the arguments of R, with the polygon's box and its rounding."""
    box = bounds(polygon, count)
    near = min(relax, NUMERICS.rounding * max(box.x_max, box.y_max))
    return Problem(polygon, count, box, threats, delta, relax, near)


@njit(cache=True, nogil=True)
def empty_room(vertices: int, profiles: int) -> Room:
    """Return room for polygons with so many vertices and for so many profiles."""
    chains, constraints = empty_chains(vertices, profiles), np.empty((2, profiles))
    ends, places = np.empty((2, 2, profiles)), np.empty(profiles, np.int64)
    return Room(chains, constraints, ends, np.empty(profiles, np.int64), places)


@njit(cache=True, nogil=True)
def empty_points(stage: Stage, left: int) -> Generated:
    """Return room for the points that `left` profiles generate, without their owners."""
    lines = stage.columns + len(stage.payoffs) // stage.columns
    points, owners = np.empty((most_points(stage, left), 2)), np.empty(0, np.int64)
    return Generated(points, owners, np.empty((lines, 2)), np.empty((lines, 2), np.int64))


@njit(cache=True, nogil=True)
def clear(made: Generated) -> None:
    """Remove all points from the lines."""
    for line in range(len(made.ends)):
        made.ends[line, 0], made.ends[line, 1] = np.inf, -np.inf
        made.places[line, 0] = made.places[line, 1] = -1


@njit(cache=True, nogil=True)
def largest_move(before: FloatArray, after: FloatArray, count: int) -> float:
    """Return the largest change of a coordinate of the first `count` points."""
    largest = 0.0
    for k in range(count):
        largest = max(largest, abs(after[k, 0] - before[k, 0]), abs(after[k, 1] - before[k, 1]))
    return largest


@njit(cache=True, nogil=True)
def operator_points(
    stage: Stage, problem: Problem, active: IntArray, left: int, room: Room, made: Generated
) -> tuple[int, int]:
    """Write points whose hull is R(W, u); return the number of points and of profiles left.

    Overwrites `active`, the ascending positions of profiles. The passes run over arrays, one task each.
    """
    n_points, kept, n_open = _split(stage, problem, active, left, room, made)
    if n_open == 0:
        return n_points, kept
    # Constraints bind on lines across W: its heights are looked up along both axes, for all profiles at once.
    fill_chains(problem.polygon, problem.n_vertices, room.chains)
    for axis in range(2):
        fill_heights(room.chains, axis, room.constraints, n_open, room.ends)
        n_points = _on_lines(stage, problem, axis, n_open, room, made, n_points)
    return n_points, _enforced(active, kept, n_open, problem, room)


@njit(cache=True, nogil=True, error_model="numpy")
def _split(
    stage: Stage, problem: Problem, active: IntArray, left: int, room: Room, made: Generated
) -> tuple[int, int, int]:
    """Write g where it supports itself, and list the other profiles that the polygon's box allows.

    Returns the number of points, of profiles that are left, and of those listed.
    """
    owned, ratio = len(made.owners) > 0, (1.0 - problem.delta) / problem.delta
    box, threats, relax = problem.box, problem.threats, problem.relax
    n_points, kept, n_open = 0, 0, 0
    for position in range(left):
        k = active[position]
        # b = u + (1 - delta) / delta h; above the box Q is empty, and C = {g} where g >= b.
        bx = threats[0] + ratio * stage.gains[k, 0] - relax
        by = threats[1] + ratio * stage.gains[k, 1] - relax
        # A profile whose constraint is above the whole set is out; since W only shrinks and u only rises it
        # need not be kept.
        if bx > box.x_max or by > box.y_max:
            continue
        if stage.payoffs[k, 0] >= bx and stage.payoffs[k, 1] >= by:
            made.points[n_points, 0], made.points[n_points, 1] = stage.payoffs[k, 0], stage.payoffs[k, 1]
            if owned:
                made.owners[n_points] = k
            n_points += 1
        else:
            room.constraints[0, n_open], room.constraints[1, n_open] = bx, by
            room.profiles[n_open], room.places[n_open] = k, kept
            n_open += 1
        active[kept] = k
        kept += 1
    return n_points, kept, n_open


@njit(cache=True, nogil=True, error_model="numpy")
def _on_lines(
    stage: Stage, problem: Problem, axis: int, n_open: int, room: Room, made: Generated, n_points: int
) -> int:
    """Write the ends of what profiles generate where the constraint along an axis binds; return the number.

    Continuations range from the other constraint, or the polygon's near chain, to its far chain.
    """
    columns, delta, box = stage.columns, problem.delta, problem.box
    least = box.x_min if axis == 0 else box.y_min
    narrowing, owned = len(made.places) > 0, len(made.owners) > 0
    row, end = 0, columns
    for i in range(n_open):
        b, other, top = room.constraints[axis, i], room.constraints[1 - axis, i], room.ends[axis, 1, i]
        # The line misses the set, or all of it on the line is below the other constraint.
        if b < least or top < other - problem.near:
            continue
        k = room.profiles[i]
        # Active profiles ascend, so that the row of a profile is found by counting on, without a division.
        while k >= end:
            row += 1
            end += columns
        line = columns + row if axis == 1 else k - end + columns
        # (1 - delta) g + delta w for the two w with w_axis = b that are lowest and highest across.
        base = (1.0 - delta) * stage.payoffs[k, 1 - axis]
        low, high = base + delta * max(room.ends[axis, 0, i], other), base + delta * max(top, other)
        # All profiles of a line generate points of one line (see the head): between the ends that are there
        # nothing is a corner.
        if low >= made.ends[line, 0] and high <= made.ends[line, 1]:
            continue
        # The high end first, then the low one: where a profile's part is one point it is written once.
        for side in range(1, -1, -1):
            across = high if side == 1 else low
            if made.ends[line, 0] <= across <= made.ends[line, 1]:
                continue
            place = n_points
            if narrowing:
                beyond = 1 if across > made.ends[line, 1] else 0
                made.ends[line, beyond] = across
                if made.places[line, beyond] < 0:
                    made.places[line, beyond] = n_points
                place = made.places[line, beyond]
            made.points[place, axis] = (1.0 - delta) * stage.payoffs[k, axis] + delta * b
            made.points[place, 1 - axis] = across
            if owned:
                made.owners[place] = k
            n_points = max(n_points, place + 1)
    return n_points


@njit(cache=True, nogil=True)
def _enforced(active: IntArray, left: int, n_open: int, problem: Problem, room: Room) -> int:
    """Drop profiles for which Q is empty; return how many are left.

    Q is not empty if a line w_i = b_i meets W above the other constraint, or if a vertex of W is above both.
    """
    box, near, dropped = problem.box, problem.near, 0
    for i in range(n_open):
        bx, by = room.constraints[0, i], room.constraints[1, i]
        if (bx >= box.x_min and room.ends[0, 1, i] >= by - near) or (
            by >= box.y_min and room.ends[1, 1, i] >= bx - near
        ):
            continue
        # Where both constraints are below the box all of W enforces the profile.
        if (bx >= box.x_min or by >= box.y_min) and not some_above(
            problem.polygon, problem.n_vertices, bx, by
        ):
            active[room.places[i]] = -1
            dropped += 1
    if dropped == 0:
        return left
    kept = 0
    for position in range(left):
        if active[position] >= 0:
            active[kept] = active[position]
            kept += 1
    return kept
