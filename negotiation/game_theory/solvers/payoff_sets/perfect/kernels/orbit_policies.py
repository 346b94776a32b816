"""Compiled policy iteration for payoff sets if players discount differently.

`orbit_sweeps.py` builds the whole boundary from the few points at which constraints cut it. Those points
lie on edges of the boundary, so they are a fixed point: cuts -> set -> cuts. All choices are frozen: which
profile generates each vertex, from which cut it is reached, and which edge carries each cut. Then a vertex
that is m maps away from the cut p is an affine function of it with slope D^m, a cut on the edge from v to v'
is

    p = v + theta (v' - v),   theta = (low_i - v_i) / (v'_i - v_i),   low_i = u_i + what the profile needs,

and u_i is the coordinate of a vertex or the minmax payoff. The iteration solves this system to first order
for all cuts at once (Newton's method, which is policy iteration where a set is piecewise affine in its
cuts), builds the set again, and stops when the cuts stay. The unknowns are as many as there are cuts from
which a vertex is reached: a handful, however many vertices there are.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_sweeps import (
    BOTTOM,
    LEFT,
    RIGHT,
    SIDES,
    START,
    TOP,
    Chain,
    Cuts,
    Maps,
    empty_chain,
    swept_polygon,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import ORBITS

# In place of an edge: the corner of both constraints.
CORNER = START


class Play(NamedTuple):
    """What is to be solved."""

    fixed: FloatArray
    factors: FloatArray
    # (profiles, 2): how much more than the worst payoff has to follow; minus infinity where nothing can be
    # gained.
    needed: FloatArray
    # (2,): payoffs that each player is sure of.
    floor: FloatArray
    tail: float
    near: float
    # Movement of the cuts at which the policy has settled.
    still: float


class Extremes(NamedTuple):
    """Positions of the vertices that are farthest left, up and down, and the threats."""

    left: int
    top: int
    bottom: int
    threats: FloatArray


class Generated(NamedTuple):
    """A set that its own cuts generate: vertices and their number, the cuts, and whether it settled."""

    polygon: Chain
    total: int
    cuts: Cuts
    threats: FloatArray
    steps: int
    settled: bool


class Room(NamedTuple):
    """Scratch space for a polygon and a quarter of one, allocated once because fresh memory is slow."""

    polygon: Chain
    quarter: Chain
    # (2,): the first flag is raised when time is up, and checked after each step.
    stop: BoolArray


@njit(cache=True, nogil=True)
def empty_room(capacity: int, stop: BoolArray) -> Room:
    """Return an empty `Room` for up to `capacity` vertices."""
    return Room(empty_chain(capacity), empty_chain(capacity), stop)


@njit(cache=True, nogil=True)
def extremes_of(points: FloatArray, n: int, floor: FloatArray) -> Extremes:
    """Return the extreme vertices of a polygon, with threats not below `floor`."""
    left = top = bottom = 0
    for k in range(1, n):
        if points[k, 0] < points[left, 0]:
            left = k
        if points[k, 1] > points[top, 1]:
            top = k
        if points[k, 1] < points[bottom, 1]:
            bottom = k
    threats = np.array([max(floor[0], points[left, 0]), max(floor[1], points[bottom, 1])])
    return Extremes(left, top, bottom, threats)


@njit(cache=True, nogil=True)
def crossed(points: FloatArray, n: int, span: tuple[int, int], axis: int, level: float) -> tuple[int, float]:
    """Return the edge on which a coordinate crosses a level, and the other coordinate there; -1 if none.

    From the first vertex of the span to the last, cyclically, the coordinate is monotone.
    """
    first, last = span
    length = last - first if last > first else last - first + n
    rises = points[last, axis] > points[first, axis]
    # Half-open, so that a level at a vertex is on one edge and not on two.
    low, high = (
        (points[first, axis], points[last, axis]) if rises else (points[last, axis], points[first, axis])
    )
    if not low < level <= high:
        return -1, 0.0
    a, b = 0, length
    # Bisection by position: the coordinate is monotone between the two ends, and the edges are many.
    while b - a > 1:
        middle = (a + b) // 2
        if (points[(first + middle) % n, axis] < level) == rises:
            a = middle
        else:
            b = middle
    k, j = (first + a) % n, (first + a + 1) % n
    part = (level - points[k, axis]) / (points[j, axis] - points[k, axis])
    return k, points[k, 1 - axis] + part * (points[j, 1 - axis] - points[k, 1 - axis])


@njit(cache=True, nogil=True)
def fill_cuts(points: FloatArray, n: int, ends: Extremes, low: FloatArray, cuts: Cuts) -> None:
    """Write where each profile's constraints cut a polygon, counter-clockwise from its right."""
    left, top, bottom, _ = ends
    cuts.exist[:] = False
    right = 0
    for k in range(1, n):
        if points[k, 0] > points[right, 0]:
            right = k
    for a in range(len(low)):
        x, y = low[a]
        # Counter-clockwise from the right end to the left one is the upper part of the boundary, from there
        # back the lower one. A vertical line that meets the set meets both.
        above, up = crossed(points, n, (right, left), 0, x)
        below, down = crossed(points, n, (left, right), 0, x)
        if above >= 0 and below >= 0 and up >= y:
            put_cut(cuts, a, TOP, (x, up), above)
            # Where the other constraint binds above the lower boundary the end of the line is the corner of
            # both constraints, which lies inside the set and on no edge.
            put_cut(cuts, a, BOTTOM, (x, max(down, y)), below if down >= y else CORNER)
        beside, far = crossed(points, n, (bottom, top), 1, y)
        facing, close = crossed(points, n, (top, bottom), 1, y)
        if beside >= 0 and facing >= 0 and far >= x:
            put_cut(cuts, a, RIGHT, (far, y), beside)
            put_cut(cuts, a, LEFT, (max(close, x), y), facing if close >= x else CORNER)


@njit(cache=True, nogil=True)
def put_cut(cuts: Cuts, a: int, side: int, at: tuple[float, float], edge: int) -> None:
    """Write one cut."""
    cuts.points[a, side, 0], cuts.points[a, side, 1] = at
    cuts.exist[a, side], cuts.edges[a, side] = True, edge


@njit(cache=True, nogil=True)
def empty_cuts(profiles: int) -> Cuts:
    """Return room for the cuts of so many profiles."""
    return Cuts(
        np.zeros((profiles, SIDES, 2)),
        np.zeros((profiles, SIDES), np.bool_),
        np.zeros((profiles, SIDES), np.int64),
    )


@njit(cache=True, nogil=True)
def numbered_bases(polygon: Chain, n: int, cuts: Cuts) -> IntArray:
    """Return the number of each cut's unknown, or -1 if no vertex is reached from the cut."""
    # Most cuts are on the way to no vertex: they follow from the set but do not move it, and are no unknowns.
    numbers = np.full(len(cuts.exist) * SIDES, -1)
    for k in range(n):
        if polygon.bases[k] >= 0:
            numbers[polygon.bases[k]] = 0
    count = 0
    for base in range(len(numbers)):
        if numbers[base] == 0:
            numbers[base] = count
            count += 1
    return numbers


class Frozen(NamedTuple):
    """A polygon with what was chosen for it, and the numbers of its unknowns."""

    polygon: Chain
    factors: FloatArray
    numbers: IntArray


@njit(cache=True, nogil=True)
def add_slope(row: FloatArray, frozen: Frozen, vertex: int, axis: int, share: float) -> None:
    """Add share times the derivative of a vertex's coordinate to a row over the unknowns."""
    base = frozen.polygon.bases[vertex]
    if base >= 0:
        # v = f_a1 ... f_am of the cut, and each f multiplies by the discount factor: the slope is delta ^ m.
        # A vertex that ends in a payoff g moves with no cut.
        power = frozen.factors[axis] ** frozen.polygon.depths[vertex]
        row[2 * frozen.numbers[base] + axis] += share * power


@njit(cache=True, nogil=True)
def slopes(frozen: Frozen, n: int, ends: Extremes, floor: FloatArray, cuts: Cuts) -> FloatArray:
    """Return the derivatives of all new cuts, two rows each, with respect to the old ones in use."""
    points, total = frozen.polygon.points, 2 * (frozen.numbers.max() + 1)
    threats = np.zeros((2, total))
    for axis in range(2):
        lowest = ends.left if axis == 0 else ends.bottom
        # The threat is the lowest vertex, which moves with its cut, or the minmax payoff, which does not.
        if points[lowest, axis] > floor[axis]:
            add_slope(threats[axis], frozen, lowest, axis, 1.0)
    derivatives = np.zeros((2 * len(frozen.numbers), total))
    for base in range(len(frozen.numbers)):
        a, side = base // SIDES, base % SIDES
        if not cuts.exist[a, side]:
            continue
        along = 0 if side in (TOP, BOTTOM) else 1
        # Along the axis of its constraint a cut is u + needed, so that it moves as the threat does.
        derivatives[2 * base + along] = threats[along]
        row, k = derivatives[2 * base + 1 - along], cuts.edges[a, side]
        if k == CORNER:
            row[:] = threats[1 - along]
            continue
        # p across = v + theta (v' - v), theta = (low - v) / (v' - v) along: see the head of the module.
        j = k + 1 if k + 1 < n else 0
        length = points[j, along] - points[k, along]
        theta = (cuts.points[a, side, along] - points[k, along]) / length
        slope = (points[j, 1 - along] - points[k, 1 - along]) / length
        row[:] = slope * threats[along]
        for vertex, share in ((k, 1.0 - theta), (j, theta)):
            add_slope(row, frozen, vertex, 1 - along, share)
            add_slope(row, frozen, vertex, along, -share * slope)
    return derivatives


@njit(cache=True, nogil=True)
def solved(system: FloatArray, right: FloatArray) -> bool:
    """Solve a small linear system in place by elimination with pivots; return whether it has one solution."""
    n = len(right)
    for k in range(n):
        # Gauss and Jordan with partial pivoting: rows below and above are cleared, so that nothing has to be
        # substituted back. A handful of unknowns.
        pivot = k
        for i in range(k + 1, n):
            if abs(system[i, k]) > abs(system[pivot, k]):
                pivot = i
        if abs(system[pivot, k]) < ORBITS.singular:
            return False
        for j in range(n):
            system[k, j], system[pivot, j] = system[pivot, j], system[k, j]
        right[k], right[pivot] = right[pivot], right[k]
        for i in range(n):
            if i != k and system[i, k] != 0.0:
                share = system[i, k] / system[k, k]
                for j in range(k, n):
                    system[i, j] -= share * system[k, j]
                right[i] -= share * right[k]
    for k in range(n):
        right[k] /= system[k, k]
    return True


@njit(cache=True, nogil=True)
def correct(cuts: Cuts, after: Cuts, rows: FloatArray, numbers: IntArray) -> None:
    """Move the new cuts to where the frozen system has its fixed point; leave them if it has none."""
    total = rows.shape[1]
    left, right = np.eye(total), np.zeros(total)
    # (I - J) (p - p_old) = p_new - p_old, for the cuts in use; all others follow.
    for base in range(len(numbers)):
        number, a, side = numbers[base], base // SIDES, base % SIDES
        if number >= 0 and after.exist[a, side]:
            for axis in range(2):
                right[2 * number + axis] = after.points[a, side, axis] - cuts.points[a, side, axis]
                left[2 * number + axis] -= rows[2 * base + axis]
    # Where the frozen system has no single fixed point the plain step is kept, a step of value iteration.
    if not solved(left, right):
        return
    for base in range(len(numbers)):
        a, side = base // SIDES, base % SIDES
        if after.exist[a, side]:
            for axis in range(2):
                for column in range(total):
                    # p_new + J (p - p_old) for every cut, unknown or not: to first order where it will be
                    # once the unknowns have settled.
                    after.points[a, side, axis] += rows[2 * base + axis, column] * right[column]


@njit(cache=True, nogil=True)
def cuts_moved(cuts: Cuts, after: Cuts) -> float:
    """Return how far the cuts moved; infinite if one appeared or disappeared."""
    moved = 0.0
    for a in range(len(cuts.exist)):
        for side in range(SIDES):
            if cuts.exist[a, side] != after.exist[a, side]:
                return np.inf
            if cuts.exist[a, side]:
                for axis in range(2):
                    moved = max(moved, abs(after.points[a, side, axis] - cuts.points[a, side, axis]))
    return moved


@njit(cache=True, nogil=True)
def fixed_set(play: Play, start: FloatArray, room: Room, limit: int, plain: int) -> Generated:
    """Return the set whose cuts generate it, found from those of another polygon.

    Shapes: `start` (k, 2).
    """
    polygon, quarter, profiles = room.polygon, room.quarter, len(play.fixed)
    cuts, after, count = empty_cuts(profiles), empty_cuts(profiles), len(start)
    polygon.points[:count] = start
    numbers = np.full(profiles * SIDES, -1)
    low, threats = np.empty((profiles, 2)), play.floor
    for step in range(limit + 1):
        # Set -> threats -> what each profile needs -> cuts; what follows turns cuts into the next set.
        ends = extremes_of(polygon.points, count, play.floor)
        # Threats count too: profiles whose constraints cut nothing follow them all the same.
        raised = np.abs(ends.threats - threats).max()
        threats = ends.threats
        for a in range(profiles):
            low[a, 0], low[a, 1] = ends.threats[0] + play.needed[a, 0], ends.threats[1] + play.needed[a, 1]
        fill_cuts(polygon.points, count, ends, low, after)
        if step > 0:
            moved = max(raised, cuts_moved(cuts, after))
            if moved <= play.still:
                return Generated(polygon, count, cuts, threats, step, True)
        if step == limit:
            break
        # The first steps are plain: far from the fixed point what was chosen will not last, and Newton's step
        # may lead away from the set.
        if step >= plain:
            frozen = Frozen(polygon, play.factors, numbers)
            correct(cuts, after, slopes(frozen, count, ends, play.floor, after), numbers)
        cuts.points[:], cuts.exist[:], cuts.edges[:] = after.points, after.exist, after.edges
        maps = Maps(play.fixed, play.factors, low, play.tail, play.near)
        count = swept_polygon(maps, cuts, quarter, polygon)
        # Too few vertices for a polygon, no more room or no more time: the caller begins elsewhere, or ends.
        if count < 3 or count >= len(polygon.points) - 1 or room.stop[0]:
            return Generated(polygon, count, cuts, threats, step, False)
        numbers = numbered_bases(polygon, count, cuts)
    return Generated(polygon, count, cuts, threats, limit, False)
