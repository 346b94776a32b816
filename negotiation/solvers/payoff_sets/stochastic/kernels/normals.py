"""Compiled: the normals of the edges that one step from given sets shows, for stochastic games."""

from numba import njit

from negotiation.numeric import BoolArray, FloatArray
from negotiation.solvers.payoff_sets.stochastic.kernels.polygons import (
    below_each_other,
    edge_normals,
    hulls_of,
    keep_inside,
)

PHANTOM = 1e-10
"""Distance beyond the levels, relative to the size, from which on payoffs cannot be sustained."""


@njit(cache=True, nogil=True)
def found_normals(
    nexts: FloatArray,
    points: FloatArray,
    directions: FloatArray,
    levels: FloatArray,
    empty: BoolArray,
    size: float,
    fine: float,
    most: int,
) -> FloatArray:
    """Return the edge normals of what one step generates, of the programs' payoffs, and of those that hold.

    Those of one step alone would do in the limit; the others are there at once.
    """
    return below_each_other(
        hull_normals(nexts, empty, size, fine, most),
        hull_normals(points, empty, size, fine, most),
        inside_normals(points, directions, levels, empty, size, fine, most),
    )


@njit(cache=True, nogil=True)
def hull_normals(points: FloatArray, empty: BoolArray, size: float, fine: float, most: int) -> FloatArray:
    """Return the normals of the edges of the hulls of each state's points."""
    hulls, numbers = hulls_of(points, empty, size, fine, most + 8)
    return edge_normals(hulls, numbers, size)


@njit(cache=True, nogil=True)
def inside_normals(
    points: FloatArray,
    directions: FloatArray,
    levels: FloatArray,
    empty: BoolArray,
    size: float,
    fine: float,
    most: int,
) -> FloatArray:
    """Return the normals of the hulls of those points that are not beyond the levels."""
    kept = points.copy()
    keep_inside(kept, directions, levels, empty, PHANTOM * size)
    return hull_normals(kept, empty, size, fine, most)
