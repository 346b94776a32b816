"""Compiled points of the operator of Abreu and Sannikov (2014): what each action profile generates.

With stage payoff g, deviation gains h and b = u + (1 - delta) / delta h, a profile generates g where g >= b,
and otherwise (1 - delta) g + delta w for the extreme w of {w in W: w >= b} at which a constraint binds. Where
it binds for player 1, w_1 = b_1 and the first coordinate is

    (1 - delta) g_1 + delta b_1 = (1 - delta) (g_1 + h_1) + delta u_1,

player 1's payoff from the best deviation: the same for all profiles of a column, since g_1 + h_1 is the best
reply's payoff there. So what the profiles of a column generate lies on one line, of which only the two ends
matter, and rows likewise for player 2. The passes run over arrays, one task each.
"""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import bounds
from negotiation.solvers.payoff_sets.perfect.kernels.chain_heights import (
    Chains,
    empty_chains,
    fill_chains,
    fill_heights,
)

ULPS = 1e-15
"""Rounding of a point on an edge, relative to the payoffs, which start at zero."""

Box: TypeAlias = tuple[float, float, float, float]

Grid: TypeAlias = tuple[FloatArray, FloatArray, int]
"""Stage payoffs and best deviation gains, each (profiles, 2), row-major, and the number of columns."""

Problem: TypeAlias = tuple[FloatArray, int, FloatArray, float, float]
"""A polygon and its number of vertices, the threats, the discount factor and the relaxation."""

Room: TypeAlias = tuple[Chains, FloatArray, FloatArray, IntArray]
"""Chains; the constraints b of the profiles that do not generate g, one row an axis, and the far end of the
polygon where one binds; their places among the active ones."""

Lines: TypeAlias = tuple[FloatArray, IntArray]
"""Least and greatest coordinate on the line of each column, then of each row, and where those two points are
written, -1 if there is none. With no such places the ends stay as they are and all points beyond are kept."""

Points: TypeAlias = tuple[FloatArray, IntArray]
"""Points, and the profile of each; no profiles are written where the second is empty."""


@njit(cache=True, nogil=True)
def empty_room(vertices: int, profiles: int) -> Room:
    """Return room for polygons with so many vertices and for so many profiles."""
    chains = empty_chains(vertices, profiles)
    return chains, np.empty((2, profiles)), np.empty((2, 2, profiles)), np.empty(profiles, np.int64)


@njit(cache=True, nogil=True)
def most_points(grid: Grid, n_active: int) -> int:
    """Return how many points so many profiles can need: one each, and the ends of the lines."""
    payoffs, _, columns = grid
    return n_active + 2 * (columns + len(payoffs) // columns)


@njit(cache=True, nogil=True)
def empty_lines(grid: Grid) -> Lines:
    """Return lines with no point on them."""
    count = grid[2] + len(grid[0]) // grid[2]
    lines = np.empty((count, 2)), np.empty((count, 2), np.int64)
    clear(lines)
    return lines


@njit(cache=True, nogil=True)
def clear(lines: Lines) -> None:
    """Take all points from the lines."""
    ends, places = lines
    for line in range(len(ends)):
        ends[line, 0], ends[line, 1] = np.inf, -np.inf
        places[line, 0] = places[line, 1] = -1


@njit(cache=True, nogil=True)
def operator_points(
    grid: Grid, active: IntArray, n_active: int, problem: Problem, room: Room, lines: Lines, points: Points
) -> tuple[int, int]:
    """Write points whose hull is that of the operator; return their number and that of profiles left.

    Overwrites `active`, the ascending positions of profiles, and `lines`.
    """
    polygon, count, _, delta, relax = problem
    chains, constraints, chains_at, _ = room
    box = bounds(polygon, count)
    n_points, kept, n_open = _split(grid, active, n_active, box, problem, room, points)
    if n_open == 0:
        return n_points, kept
    fill_chains(polygon, count, chains)
    near = min(relax, ULPS * max(box[1], box[3]))
    for axis in range(2):
        fill_heights(chains, axis, constraints, n_open, chains_at)
        n_points = _on_lines(
            grid, active, axis, n_open, box[2 * axis], near, delta, room, lines, points, n_points
        )
    return n_points, _enforced(active, kept, n_open, box, near, problem, room)


@njit(cache=True, nogil=True, error_model="numpy")
def _split(
    grid: Grid, active: IntArray, n_active: int, box: Box, problem: Problem, room: Room, points: Points
) -> tuple[int, int, int]:
    """Write g where it supports itself, and list the other profiles that the polygon's box allows.

    Returns the number of points, of profiles that are left, and of those listed.
    """
    payoffs, gains, _ = grid
    _, _, threats, delta, relax = problem
    _, constraints, _, open_places = room
    coordinates, owners = points
    owned, ratio = len(owners) > 0, (1.0 - delta) / delta
    n_points, kept, n_open = 0, 0, 0
    for position in range(n_active):
        k = active[position]
        bx = threats[0] + ratio * gains[k, 0] - relax
        by = threats[1] + ratio * gains[k, 1] - relax
        if bx > box[1] or by > box[3]:
            continue
        if payoffs[k, 0] >= bx and payoffs[k, 1] >= by:
            coordinates[n_points, 0], coordinates[n_points, 1] = payoffs[k, 0], payoffs[k, 1]
            if owned:
                owners[n_points] = k
            n_points += 1
        else:
            constraints[0, n_open], constraints[1, n_open] = bx, by
            open_places[n_open] = kept
            n_open += 1
        active[kept] = k
        kept += 1
    return n_points, kept, n_open


@njit(cache=True, nogil=True, error_model="numpy")
def _on_lines(
    grid: Grid,
    active: IntArray,
    axis: int,
    n_open: int,
    least: float,
    near: float,
    delta: float,
    room: Room,
    lines: Lines,
    points: Points,
    n_points: int,
) -> int:
    """Write the ends of what profiles generate where the constraint along an axis binds.

    Continuations go from the other constraint, or the polygon's near chain, to its far chain. Where the
    corner of the constraints is on the boundary, rounding puts it outside by up to `near`.
    """
    payoffs, _, columns = grid
    _, constraints, chains_at, open_places = room
    ends, places = lines
    coordinates, owners = points
    narrowing, owned = len(places) > 0, len(owners) > 0
    row, end = 0, columns
    for i in range(n_open):
        b, other, top = constraints[axis, i], constraints[1 - axis, i], chains_at[axis, 1, i]
        if b < least or top < other - near:
            continue
        k = active[open_places[i]]
        while k >= end:
            row += 1
            end += columns
        line = columns + row if axis == 1 else k - end + columns
        base = (1.0 - delta) * payoffs[k, 1 - axis]
        low, high = base + delta * max(chains_at[axis, 0, i], other), base + delta * max(top, other)
        if low >= ends[line, 0] and high <= ends[line, 1]:
            continue
        for side in range(1, -1, -1):
            across = high if side == 1 else low
            if ends[line, 0] <= across <= ends[line, 1]:
                continue
            place = n_points
            if narrowing:
                beyond = 1 if across > ends[line, 1] else 0
                ends[line, beyond] = across
                if places[line, beyond] < 0:
                    places[line, beyond] = n_points
                place = places[line, beyond]
            coordinates[place, axis] = (1.0 - delta) * payoffs[k, axis] + delta * b
            coordinates[place, 1 - axis] = across
            if owned:
                owners[place] = k
            n_points = max(n_points, place + 1)
    return n_points


@njit(cache=True, nogil=True)
def _enforced(
    active: IntArray, n_active: int, n_open: int, box: Box, near: float, problem: Problem, room: Room
) -> int:
    """Drop profiles that no point of the polygon enforces; return how many are left."""
    polygon, count, _, _, _ = problem
    _, constraints, chains_at, open_places = room
    dropped = 0
    for i in range(n_open):
        bx, by = constraints[0, i], constraints[1, i]
        if (bx >= box[0] and chains_at[0, 1, i] >= by - near) or (
            by >= box[2] and chains_at[1, 1, i] >= bx - near
        ):
            continue
        if (bx >= box[0] or by >= box[2]) and not _some_above(polygon, count, bx, by):
            active[open_places[i]] = -1
            dropped += 1
    if dropped == 0:
        return n_active
    kept = 0
    for position in range(n_active):
        if active[position] >= 0:
            active[kept] = active[position]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _some_above(polygon: FloatArray, count: int, bx: float, by: float) -> bool:
    for k in range(count):  # noqa: SIM110 - compiled code has no any() over a generator
        if polygon[k, 0] >= bx and polygon[k, 1] >= by:
            return True
    return False


@njit(cache=True, nogil=True)
def lines_inside(grid: Grid, problem: Problem, chains: Chains, share: float) -> Lines:
    """Return ends of lines that are inside a polygon by a share of its extents, empty where none are."""
    payoffs, gains, columns = grid
    polygon, count, threats, delta, relax = problem
    fill_chains(polygon, count, chains)
    counts = columns, len(payoffs) // columns
    ends, at = np.empty((counts[0] + counts[1], 2)), np.empty((2, max(counts)))
    for axis in range(2):
        for line in range(counts[axis]):
            k = line if axis == 0 else line * columns
            best = payoffs[k, axis] + gains[k, axis]
            at[axis, line] = (1.0 - delta) * best + delta * (threats[axis] - relax)
        fill_parts(bounds(polygon, count), axis, at, counts[axis], chains, share, ends[axis * columns :])
    return ends, np.empty((0, 2), np.int64)


@njit(cache=True, nogil=True)
def fill_parts(
    box: Box, axis: int, at: FloatArray, count: int, chains: Chains, share: float, ends: FloatArray
) -> None:
    """Fill in the ends of axis-parallel lines' parts inside a polygon, drawn in by a share of the extents.

    Reversed infinities where there is no such part, and near the ends of the polygon, where it may be steep.
    """
    room = share * (box[1] - box[0]), share * (box[3] - box[2])
    heights = np.empty((2, 2, count))
    fill_heights(chains, axis, at, count, heights)
    for i in range(count):
        if box[2 * axis] + room[axis] <= at[axis, i] <= box[2 * axis + 1] - room[axis]:
            ends[i, 0] = heights[axis, 0, i] + room[1 - axis]
            ends[i, 1] = heights[axis, 1, i] - room[1 - axis]
        else:
            ends[i, 0], ends[i, 1] = np.inf, -np.inf
