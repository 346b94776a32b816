"""Compiled proof that a polygon W contains the equilibrium payoffs: any larger set shrinks back to it.

Let n_j be the outward normals of W, the axes among them, with levels h_j. For any other levels h' the set
that they bound generates, in direction n_j with profile a, at most

    n_j (I - D) g(a) + sum_k mu_k h'_k - sum_i nu_i (u'_i + needed_i(a)),   D n_j = sum_k mu_k n_k - sum_i
    nu_i e_i,

with mu, nu >= 0, by the duality of linear programs; u'_i is -h' at -e_i or a payoff that the player is sure
of. With weights (mu, nu) frozen as they suit W the bound is affine in h' and rises with it. If it is at
most h_j for h' = h, and if some x > 0 has (sum_k mu_k x_k + sum_i nu_i x_(-e_i)) < x_j in every row (j, a),
then whatever generates itself and is within h + s x is within h + s gamma x with gamma < 1, hence within W:
there is no bound on s. So W contains the set, wherever an iteration that led to W began. Of several bounds
of a row any may be used at any s.

x is found as W was: it satisfies x_j = 1 + the largest of its rows, a system that is triangular but for the
edges that cuts are on, whose x are found by policy iteration. Every inequality is then evaluated.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_policies import (
    CORNER,
    Extremes,
    solved,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_shapes import Shape
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_sweeps import BOTTOM, SIDES, TOP, Cuts
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import ORBITS


class Nodes(NamedTuple):
    """The normals of a polygon and the axes, by angle from (-1, 0) on, and their images under D."""

    # (m, 2): of length 1.
    normals: FloatArray
    # (m,): the vertex between each and the next.
    vertices: IntArray
    # (k,): the node of each edge of the polygon.
    of_edge: IntArray
    # (4,): the nodes (-1, 0), (0, -1), (1, 0), (0, 1).
    axes: IntArray
    # (m,): the node p such that D n is between p and p + 1.
    before: IntArray
    # (m, 2): D n as a combination of these two.
    shares: FloatArray
    # (m,)
    levels: FloatArray


class Rows(NamedTuple):
    """Bounds by constraints, sorted by the node that is bounded."""

    # (m + 1,): where the rows of each node begin.
    starts: IntArray
    # (rows,): whether nothing enforces the profile: weights are then a ray, of which any multiple may be
    # added.
    out: BoolArray
    # The node of the edge that a cut, or the ray, is on.
    edges: IntArray
    # (rows, 3): mu of that edge, nu of the threats; 0 for a threat that does not fall.
    weights: FloatArray
    # By how much the bound is below the level; of a ray, by how much what it asks for exceeds the set.
    slack: FloatArray
    # By how much the bound without constraints is above the level.
    over: FloatArray


class Claim(NamedTuple):
    """A polygon, and what is to be proven about it."""

    # (profiles, 2): (I - D) g(a).
    stage: FloatArray
    # (2,)
    deltas: FloatArray
    # (profiles, 2): the least continuation payoffs.
    low: FloatArray
    # floor, high: (2,): what players are sure of, and the most that they can get.
    floor: FloatArray
    high: FloatArray
    # (2,): whether the threat is a payoff that the player is sure of, and does not fall as the set grows.
    sure: BoolArray
    # By how much every bound has to hold, for rounding.
    room: float


@njit(cache=True, nogil=True)
def nodes_of(shape: Shape, ends: Extremes, deltas: FloatArray) -> Nodes:
    """Return the nodes of a polygon, counter-clockwise from its leftmost vertex."""
    points, n = shape.points, len(shape.points)
    normals, vertices = np.empty((n + SIDES, 2)), np.empty(n + SIDES, np.int64)
    of_edge, axes, m = np.empty(n, np.int64), np.zeros(SIDES, np.int64), 0
    # Where the leftmost vertex is also the top one it ends the last quadrant.
    turns = np.array([0, ends.bottom, shape.right, ends.top if ends.top > 0 else n])
    directions = np.array([[-1.0, 0.0], [0.0, -1.0], [1.0, 0.0], [0.0, 1.0]])
    axis = 0
    for k in range(n + 1):
        # An axis stands before the edge that begins at its extreme vertex.
        while axis < SIDES and turns[axis] == k:
            normals[m], vertices[m], axes[axis] = directions[axis], k % n, m
            axis, m = axis + 1, m + 1
        if k < n:
            j = k + 1 if k + 1 < n else 0
            ex, ey = points[j, 0] - points[k, 0], points[j, 1] - points[k, 1]
            length = np.sqrt(ex * ex + ey * ey)
            normals[m, 0], normals[m, 1], vertices[m], of_edge[k] = ey / length, -ex / length, j, m
            m += 1
    levels, before, shares = np.empty(m), np.empty(m, np.int64), np.empty((m, 2))
    for j in range(m):
        v = vertices[j]
        levels[j] = normals[j, 0] * points[v, 0] + normals[j, 1] * points[v, 1]
    p = 0
    for j in range(m):
        x, y = deltas[0] * normals[j, 0], deltas[1] * normals[j, 1]
        if x == 0.0 or y == 0.0:
            before[j], shares[j, 0], shares[j, 1] = j, abs(x) + abs(y), 0.0
            continue
        while p + 1 < m and normals[p + 1, 0] * y - normals[p + 1, 1] * x >= 0.0:
            p += 1
        q = p + 1 if p + 1 < m else 0
        turn = normals[p, 0] * normals[q, 1] - normals[p, 1] * normals[q, 0]
        before[j] = p
        shares[j, 0] = (x * normals[q, 1] - y * normals[q, 0]) / turn
        shares[j, 1] = (normals[p, 0] * y - normals[p, 1] * x) / turn
    return Nodes(normals[:m].copy(), vertices[:m].copy(), of_edge, axes, before, shares, levels)


class Bounds(NamedTuple):
    """The half-planes that, beside the constraints, bound the continuations that enforce one profile."""

    # (n,): the axis of the constraint that each is combined with; -1 for both constraints and no half-plane.
    along: IntArray
    # (n,)
    nodes: IntArray


@njit(cache=True, nogil=True)
def bounds_of(a: int, cuts: Cuts, nodes: Nodes) -> Bounds:
    """Return the half-planes of a profile's cuts."""
    along, places, n = np.empty(SIDES, np.int64), np.zeros(SIDES, np.int64), 0
    for side in range(SIDES):
        if cuts.exist[a, side]:
            corner = cuts.edges[a, side] == CORNER
            along[n] = -1 if corner else (0 if side in (TOP, BOTTOM) else 1)
            places[n] = 0 if corner else nodes.of_edge[cuts.edges[a, side]]
            n += 1
    return Bounds(along[:n].copy(), places[:n].copy())


@njit(cache=True, nogil=True)
def ray_of(a: int, claim: Claim, nodes: Nodes) -> tuple[int, float]:
    """Return the node of the first quadrant that the least continuations exceed most, and by how much."""
    best, most = -1, 0.0
    for node in range(nodes.axes[2], nodes.axes[3] + 1):
        x, y = nodes.normals[node]
        over = -nodes.levels[node]
        if x > 0.0:
            over += x * claim.low[a, 0]
        if y > 0.0:
            over += y * claim.low[a, 1]
        if over > most:
            best, most = node, over
    return best, most


@njit(cache=True, nogil=True)
def overs_of(points: FloatArray, claim: Claim, nodes: Nodes) -> FloatArray:
    """Return, by profile and node, by how much n (I - D) g + h(D n) exceeds the level."""
    m, normals = len(nodes.levels), nodes.normals
    excess = np.empty((len(claim.stage), m))
    for j in range(m):
        v, x, y = nodes.vertices[nodes.before[j]], normals[j, 0], normals[j, 1]
        beyond = x * claim.deltas[0] * points[v, 0] + y * claim.deltas[1] * points[v, 1] - nodes.levels[j]
        for a in range(len(excess)):
            excess[a, j] = x * claim.stage[a, 0] + y * claim.stage[a, 1] + beyond
    return excess


@njit(cache=True, nogil=True)
def bounded(
    a: int, j: int, claim: Claim, nodes: Nodes, bounds: Bounds, weights: FloatArray
) -> tuple[float, int]:
    """Return the slack of the best bound of a profile at a node and its half-plane; writes its weights.

    D n = mu c - nu e along one axis, or D n = - nu, for c the normal of the half-plane; mu, nu >= 0.
    """
    best, edge = -np.inf, 0
    x, y = claim.deltas[0] * nodes.normals[j, 0], claim.deltas[1] * nodes.normals[j, 1]
    own = nodes.levels[j]
    for i in range(2):
        own -= nodes.normals[j, i] * claim.stage[a, i]
    for k in range(len(bounds.along)):
        along, node = bounds.along[k], bounds.nodes[k]
        mu, nu_0, nu_1 = 0.0, -x, -y
        if along >= 0:
            across = nodes.normals[node, 1 - along]
            mu = (y if along == 0 else x) / across if across != 0.0 else -1.0
            nu = mu * nodes.normals[node, along] - (x if along == 0 else y)
            nu_0, nu_1 = (nu, 0.0) if along == 0 else (0.0, nu)
        if mu < 0.0 or nu_0 < 0.0 or nu_1 < 0.0:
            continue
        value = mu * nodes.levels[node]
        value -= nu_0 * claim.low[a, 0] if nu_0 > 0.0 else 0.0
        value -= nu_1 * claim.low[a, 1] if nu_1 > 0.0 else 0.0
        slack = own - value - claim.room * (mu + nu_0 + nu_1)
        if slack > best:
            best, edge = slack, node
            weights[0], weights[1], weights[2] = mu, nu_0, nu_1
    return best, edge


@njit(cache=True, nogil=True)
def rows_of(points: FloatArray, claim: Claim, nodes: Nodes, cuts: Cuts, rays: IntArray) -> tuple[Rows, bool]:
    """Return the rows that need constraints, and whether each has one; `rays` are of profiles out."""
    m, profiles = len(nodes.normals), len(claim.stage)
    overs, starts = overs_of(points, claim, nodes), np.zeros(m + 1, np.int64)
    for a in range(profiles):
        for j in range(m):
            starts[j + 1] += overs[a, j] > -claim.room
    for j in range(m):
        starts[j + 1] += starts[j]
    total, filled = starts[m], starts[:m].copy()
    rows = Rows(
        starts,
        np.zeros(total, np.bool_),
        np.zeros(total, np.int64),
        np.zeros((total, 3)),
        np.zeros(total),
        np.zeros(total),
    )
    for a in range(profiles):
        bounds = bounds_of(a, cuts, nodes)
        short = ray_of(a, claim, nodes)[1] if rays[a] >= 0 else 0.0
        for j in range(m):
            if overs[a, j] <= -claim.room:
                continue
            row, filled[j] = filled[j], filled[j] + 1
            rows.over[row] = overs[a, j] + claim.room
            if rays[a] >= 0:
                rows.out[row], rows.edges[row], rows.slack[row] = True, rays[a], short
                rows.weights[row, 0] = 1.0
                rows.weights[row, 1], rows.weights[row, 2] = nodes.normals[rays[a]]
            else:
                rows.slack[row], rows.edges[row] = bounded(a, j, claim, nodes, bounds, rows.weights[row])
                if rows.slack[row] < claim.room:
                    return rows, False
            for i in range(2):
                if claim.sure[i]:
                    rows.weights[row, 1 + i] = 0.0
    return rows, True


@njit(cache=True, nogil=True)
def reach_of(x: FloatArray, claim: Claim, nodes: Nodes) -> float:
    """Return an s at which h + s x bounds the box of what players are sure of and what they can get."""
    reach = 0.0
    for j in range(len(x)):
        level = claim.room
        for i in range(2):
            level += nodes.normals[j, i] * (claim.high[i] if nodes.normals[j, i] > 0.0 else claim.floor[i])
        reach = max(reach, (level - nodes.levels[j]) / x[j])
    return reach


@njit(cache=True, nogil=True)
def mark_growing(
    x: FloatArray, reach: float, nodes: Nodes, rows: Rows, tight: BoolArray
) -> tuple[bool, bool]:
    """Return whether at any s up to the reach some bound of each row is below h + s x; mark the other rows.

    This evaluates the inequalities of the proof. Without constraints a row is at most h + over + s free, with
    free < x; with them at most h - slack + s grown. The first is below h + s x for s above over / (x - free).
    The second is below everywhere if grown < x, and otherwise for s up to slack / (grown - x); a ray is for s
    up to slack / grown. Also returns whether a row was newly marked.
    """
    axes, m, holds, anew = nodes.axes, len(x), True, False
    for j in range(m):
        p = nodes.before[j]
        q = p + 1 if p + 1 < m else 0
        room = x[j] - nodes.shares[j, 0] * x[p] - nodes.shares[j, 1] * x[q]
        if not (x[j] > 0.0 and np.isfinite(x[j]) and room > (1.0 - ORBITS.shrinks) * x[j]):
            holds = False
        for row in range(rows.starts[j], rows.starts[j + 1]):
            grown = rows.weights[row, 0] * x[rows.edges[row]]
            grown += rows.weights[row, 1] * x[axes[0]] + rows.weights[row, 2] * x[axes[1]]
            if not rows.out[row]:
                grown -= ORBITS.shrinks * x[j]
            # Up to slack / grown, by a factor that no rounding makes up: to the reach, or past over / room.
            until = ORBITS.overlap * rows.slack[row]
            if grown > 0.0 and reach * grown > until and rows.over[row] * grown > until * room:
                holds = False
                anew = anew or not tight[row]
                tight[row] = True
    return holds, anew


class Growth(NamedTuple):
    """x and its derivatives with respect to the x that rows refer to out of turn."""

    # (m,)
    values: FloatArray
    # (m, unknowns)
    slopes: FloatArray
    # (m,): the number of a node's unknown, -1 if it has none.
    numbers: IntArray
    # (m,): what rows take for x at these nodes.
    guesses: FloatArray


@njit(cache=True, nogil=True)
def empty_growth(nodes: Nodes, rows: Rows, tight: BoolArray) -> Growth:
    """Return room, with an unknown for each node that a tight row refers to."""
    m = len(nodes.normals)
    numbers, count = np.full(m, -1), 0
    for row in range(len(tight)):
        for which in range(3):
            node = rows.edges[row] if which == 0 else nodes.axes[which - 1]
            if tight[row] and rows.weights[row, which] > 0.0 and numbers[node] < 0:
                numbers[node] = count
                count += 1
    return Growth(np.zeros(m), np.zeros((m, count)), numbers, np.zeros(m))


@njit(cache=True, nogil=True)
def times_of(row: int, rows: Rows) -> float:
    """Return the multiple of a ray that is added to x, so that its bound is below without another one."""
    return float(rows.over[row] / (ORBITS.overlap * rows.slack[row]))


@njit(cache=True, nogil=True)
def grow(order: IntArray, tight: BoolArray, nodes: Nodes, rows: Rows, growth: Growth) -> None:
    """Fill in x_j = 1 + its largest tight row, node by node from the patient player's axes outwards.

    A node that D n_j is beside may be j itself: then the equation is solved for x_j.
    """
    values, slopes, numbers, guesses = growth
    axes, m, unknowns, weights = nodes.axes, len(values), slopes.shape[1], rows.weights
    for j in order:
        p = nodes.before[j]
        q = p + 1 if p + 1 < m else 0
        at_p, at_q = nodes.shares[j, 0], nodes.shares[j, 1]
        own = (at_p if p == j else 0.0) + (at_q if q == j else 0.0)
        free = (0.0 if p == j else at_p * values[p]) + (0.0 if q == j else at_q * values[q])
        free = (1.0 + free) / (1.0 - own)
        largest, best = free, -1
        for row in range(rows.starts[j], rows.starts[j + 1]):
            if tight[row]:
                value = weights[row, 0] * guesses[rows.edges[row]]
                value += weights[row, 1] * guesses[axes[0]] + weights[row, 2] * guesses[axes[1]]
                value = free + times_of(row, rows) * value / (1.0 - own) if rows.out[row] else 1.0 + value
                if value > largest:
                    largest, best = value, row
        values[j] = largest
        for k in range(unknowns):
            slope = 0.0
            if best < 0 or rows.out[best]:
                slope += (0.0 if p == j else at_p * slopes[p, k]) + (0.0 if q == j else at_q * slopes[q, k])
                slope /= 1.0 - own
            slopes[j, k] = slope
        if best >= 0:
            times = times_of(best, rows) / (1.0 - own) if rows.out[best] else 1.0
            for which in range(3):
                node = rows.edges[best] if which == 0 else axes[which - 1]
                if weights[best, which] > 0.0:
                    slopes[j, numbers[node]] += times * weights[best, which]


@njit(cache=True, nogil=True)
def outward_order(nodes: Nodes) -> IntArray:
    """Return the nodes, those first that others refer to: in each quadrant from the axis that D turns to."""
    m, axes = len(nodes.normals), nodes.axes
    left, down, right, up = axes[0], axes[1], axes[2], axes[3]
    order, n = np.empty(m, np.int64), 0
    for j in range(left, down):
        order[n], n = j, n + 1
    for j in range(right, down - 1, -1):
        order[n], n = j, n + 1
    for j in range(right + 1, up):
        order[n], n = j, n + 1
    for j in range(m - 1, up - 1, -1):
        order[n], n = j, n + 1
    return order


@njit(cache=True, nogil=True)
def guess(order: IntArray, growth: Growth) -> bool:
    """Move the guesses to where the frozen rows meet: (I - J) y' = x - J y; return whether they do."""
    unknowns = growth.slopes.shape[1]
    system, right = np.eye(unknowns), np.zeros(unknowns)
    for j in order:
        i = growth.numbers[j]
        if i >= 0:
            right[i] = growth.values[j]
            for node in order:
                k = growth.numbers[node]
                if k >= 0:
                    right[i] -= growth.slopes[j, k] * growth.guesses[node]
            system[i] -= growth.slopes[j]
    if not solved(system, right):
        return False
    for j in order:
        if growth.numbers[j] >= 0:
            growth.guesses[j] = right[growth.numbers[j]]
    return True


@njit(cache=True, nogil=True)
def escapes(near: float, claim: Claim, nodes: Nodes, rows: Rows) -> bool:
    """Return whether an x exists that proves that larger sets shrink back.

    It is computed for the rows that bind or are within `near`, and for those that turn out to need it.
    """
    tight, order = ~rows.out & (rows.slack <= near), outward_order(nodes)
    growth, anew = empty_growth(nodes, rows, tight), False
    for _ in range(ORBITS.growth_steps):
        grow(order, tight, nodes, rows, growth)
        if growth.values.min() > 0.0:
            reach = reach_of(growth.values, claim, nodes)
            holds, anew = mark_growing(growth.values, reach, nodes, rows, tight)
            if holds:
                return True
        if anew:
            guesses, growth = growth.guesses, empty_growth(nodes, rows, tight)
            growth.guesses[:] = guesses
            grow(order, tight, nodes, rows, growth)
        if not guess(order, growth):
            return False
    return False
