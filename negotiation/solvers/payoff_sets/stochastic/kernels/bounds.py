"""Compiled outer bounds of the payoff sets of a stochastic game, by iteration from above."""

from typing import TypeAlias

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import copied, largest_distance
from negotiation.solvers.payoff_sets.stochastic.kernels.normals import found_normals
from negotiation.solvers.payoff_sets.stochastic.kernels.operator import (
    Options,
    Setting,
    floors_of,
    mark_empty,
    needed,
    options,
    rewards_of,
    supported,
)
from negotiation.solvers.payoff_sets.stochastic.kernels.polygons import (
    at_middles,
    extreme_vertex,
    interleaved,
    merged_normals,
    polygon_of,
    uniform_normals,
)
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import Rows
from negotiation.solvers.payoff_sets.stochastic.kernels.punishments import punishments

START = 16
"""Directions of the first iterate where directions follow the sets."""

Family: TypeAlias = tuple[FloatArray, IntArray, FloatArray, BoolArray, BoolArray]
"""Polygons (S, capacity, 2), their numbers of vertices, threats (S, 2), rows alive, states that are empty."""

DEPTH = 1e-4
"""Depth of cuts that are not made, as a share of the last change, while the sets move by more than `fine`."""

QUIET = 3
"""Steps without a change after which the sets have settled: normals found in one step cut in the next."""

Outer: TypeAlias = tuple[Family, FloatArray, int, float]
"""The sets, the normals they are given by, the number of iterations and the last change."""


@njit(cache=True, nogil=True)
def raised_threats(rows: Rows, floors: FloatArray, family: Family, setting: Setting) -> None:
    """Raise the threats to what punishments are worth at the least, in place.

    `floors` (R, 2): what each player surely gets where a row is prescribed.
    """
    _, _, threats, alive, empty = family
    for i in range(2):
        found = punishments(
            rows, i, floors[:, i].copy(), alive, empty, setting[0], threats[:, i].copy(), setting[3]
        )
        for s in range(len(empty)):
            threats[s, i] = max(threats[s, i], found[s])


@njit(cache=True, nogil=True)
def first_family(rows: Rows, capacity: int) -> Family:
    """Return the square of all payoffs for every state, and threats below everything."""
    states = len(rows[2])
    polygons, counts = np.zeros((states, capacity, 2)), np.full(states, 4)
    high = np.array([rows[0][:, 0].max(), rows[0][:, 1].max()])
    for s in range(states):
        polygons[s, 1, 0] = polygons[s, 2, 0] = high[0]
        polygons[s, 2, 1] = polygons[s, 3, 1] = high[1]
    alive, empty = np.ones(len(rows[0]), np.bool_), np.zeros(states, np.bool_)
    return polygons, counts, np.zeros((states, 2)), alive, empty


@njit(cache=True, nogil=True)
def levels_of(polygons: FloatArray, counts: IntArray, directions: FloatArray) -> FloatArray:
    """Return how far each state's polygon reaches in each direction, shape (S, K)."""
    out = np.zeros((len(counts), len(directions)))
    for s in range(len(counts)):
        if counts[s] > 0:
            for k in range(len(directions)):
                x, y = directions[k, 0], directions[k, 1]
                v = extreme_vertex(polygons[s], counts[s], x, y)
                out[s, k] = x * polygons[s, v, 0] + y * polygons[s, v, 1]
    return out


@njit(cache=True, nogil=True)
def redrawn(
    family: Family, normals: FloatArray, order: IntArray, levels: FloatArray, size: float, fine: float
) -> tuple[float, BoolArray]:
    """Replace the polygons by those at most `levels` along the normals; return the change.

    And which normals have an edge.

    A state of which nothing is left becomes one without vertices.
    """
    polygons, counts, _, _, empty = family
    change, used = 0.0, np.zeros(len(normals), np.bool_)
    new = np.empty((len(normals) + 8, 2))
    for s in range(len(counts)):
        if empty[s]:
            counts[s] = 0
            continue
        count = polygon_of(normals, order, levels[s], size, fine, used, new)
        if count > 0:
            change = max(change, largest_distance(polygons[s], counts[s], new, count))
        copied(new, count, polygons[s])
        counts[s] = count
    return change, used


def outer_sets(
    rows: Rows, setting: Setting, follow: bool, most: int, fine: float, tolerance: float, limit: int
) -> Outer:
    """Iterate the operator from above, from the square of all payoffs and the pure minmax values.

    With `follow` the normals are those of the sets themselves, so that the limit is exact; otherwise there
    are `most` of them, at equal angles. Corners are cut where that takes away more than `fine` (relative to
    the size). Not compiled itself: that would optimise all that it calls once more.
    """
    family = first_family(rows, most + 8)
    raised_threats(rows, np.full((len(rows[0]), 2), -np.inf), family, setting)
    normals, centre = uniform_normals(START if follow else most), np.zeros((len(rows[2]), 2))
    outer: Outer = iterated(
        rows, family, normals, centre, setting, follow, most, fine, tolerance, QUIET, limit
    )
    return outer


@njit(cache=True, nogil=True)
def iterated(
    rows: Rows,
    family: Family,
    normals: FloatArray,
    centre: FloatArray,
    setting: Setting,
    follow: bool,
    most: int,
    fine: float,
    tolerance: float,
    quiet: int,
    limit: int,
) -> Outer:
    """Iterate the operator, in place, until the sets have moved by at most `tolerance` for `quiet` steps.

    Changes are relative to the size.
    """
    polygons, counts, threats, alive, empty = family
    order, size, strict = np.arange(len(normals)), setting[3], setting[1] > 0.0
    rewards, change, step, still = rewards_of(rows, centre, setting), np.inf, 0, 0
    while step < limit and still < quiet:
        step += 1
        # What is far shallower than the sets still move is not worth a corner yet.
        depth = max(fine, DEPTH * change) if change < 1.0 else fine
        corners = at_middles(polygons, counts, normals)
        b = needed(rows, threats, setting, strict)
        given = options(rows, corners, b, centre, alive, empty, setting)
        for r in range(len(alive)):
            alive[r] = given[3][r]
        if mark_empty(rows, alive, empty, threats):
            for s in range(len(empty)):
                counts[s] = 0 if empty[s] else counts[s]
            change, still = np.inf, 0
            continue
        if empty.all():
            return family, normals, step, 0.0
        directions = interleaved(normals)
        levels = levels_of(polygons, counts, directions)
        points, nexts = programs(rows, given, directions, levels, rewards, empty, setting, corners, follow)
        before = threats.copy()
        raised_threats(rows, floors_of(rows, corners, given, setting), family, setting)
        cut_at_threats(normals, levels, threats, empty)
        change, used = redrawn(family, normals, order, levels[:, 0::2].copy(), size, depth)
        change = max(change, raised_by(rows, family, before)) / size
        if mark_empty(rows, alive, empty, threats):
            change = np.inf
        elif follow:
            found = found_normals(nexts, points, directions, levels, empty, size, depth, most)
            wanted, order = merged_normals(found, normals[used], most)
            normals = refitted(family, normals, wanted, order, used, size, depth)
        still = still + 1 if change <= tolerance else 0
    return family, normals, step, change


@njit(cache=True, nogil=True)
def programs(
    rows: Rows,
    given: Options,
    directions: FloatArray,
    levels: FloatArray,
    rewards: FloatArray,
    empty: BoolArray,
    setting: Setting,
    corners: FloatArray,
    follow: bool,
) -> tuple[FloatArray, FloatArray]:
    """Lower the levels to the programs' values; return their payoffs, and what one step generates."""
    shape = (len(empty), len(directions))
    points, nexts = np.zeros((*shape, 2)), np.zeros((*shape, 2))
    policies, sources = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    every = 1 if follow else 2
    supported(
        rows, given, directions, levels, rewards, empty, setting, every, corners, points, policies, nexts,
        sources,
    )  # fmt: skip
    return points, nexts


@njit(cache=True, nogil=True)
def raised_by(rows: Rows, family: Family, before: FloatArray) -> float:
    """Return by how much threats have risen; the rows of states of which nothing is left are dropped."""
    _, counts, threats, alive, empty = family
    change = 0.0
    for s in range(len(empty)):
        if not empty[s]:
            for i in range(2):
                change = max(change, abs(threats[s, i] - before[s, i]))
            if counts[s] == 0:
                alive[rows[1][s] : rows[1][s + 1]] = False
    return change


@njit(cache=True, nogil=True)
def cut_at_threats(normals: FloatArray, levels: FloatArray, threats: FloatArray, empty: BoolArray) -> None:
    """Lower the levels along the negative axes to the threats, and raise the threats to them, in place."""
    for n in range(len(normals)):
        for i in range(2):
            if normals[n, i] == -1.0 and normals[n, 1 - i] == 0.0:
                for s in range(len(empty)):
                    if not empty[s]:
                        threats[s, i] = max(threats[s, i], -levels[s, 2 * n])
                        levels[s, 2 * n] = min(levels[s, 2 * n], -threats[s, i])


@njit(cache=True, nogil=True)
def refitted(
    family: Family,
    normals: FloatArray,
    wanted: FloatArray,
    order: IntArray,
    used: BoolArray,
    size: float,
    fine: float,
) -> FloatArray:
    """Return the wanted normals; where they lack a normal of an edge, the polygons are drawn around."""
    polygons, counts, _, _, _ = family
    for n in range(len(normals)):
        if used[n]:
            missing = True
            for m in range(len(wanted)):
                if wanted[m, 0] == normals[n, 0] and wanted[m, 1] == normals[n, 1]:
                    missing = False
                    break
            if missing:
                redrawn(family, wanted, order, levels_of(polygons, counts, wanted), size, fine)
                break
    return wanted
