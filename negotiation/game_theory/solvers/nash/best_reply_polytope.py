"""All vertices of a best-reply polytope: in integers, or in doubles with a proof of each.

In integers: the search starts at the vertex zero. From every basis, one lexicographic pivot along each edge
leads to a neighbouring basis, until no edge leads to a new one. The lexicographic rule makes the polytope
simple (a vertex has as many edges as dimensions), and its graph is connected (Balinski 1961), so no basis is
missed. Each vertex of the polytope itself is the limit of at least one of the bases. The number of bases is
at most the upper bound for simple polytopes (McMullen 1970), `most_bases`. Cost: one pivot for each basis,
and one ratio test for each basis and edge.

In doubles: the fast method for games from about 8x8, where integer pivoting takes long. Each vertex is proven
by rigorous bounds on rounding errors (`kernels/certified_bases.py`). The list is complete because the set of
proven vertices is closed under neighbours. A proof fails if the polytope is degenerate or nearly so; then
there is no answer, and integers must be used. Cost: some microseconds per vertex at 12x12; the number of
vertices is at most `most_bases`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, inf
from time import monotonic

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.nash.integer_tableau import Tableau, first_tableau
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix


@dataclass(frozen=True, eq=False)
class VertexList:
    """The vertices that were found, other than zero."""

    # In increasing order. The bits of each are its tight constraints: own actions (from bit 0) that are not
    # played, then the other player's best replies.
    vertices: tuple[int, ...]
    complete: bool
    # Whether some vertex has more tight constraints than dimensions (certain only where complete).
    degenerate: bool
    # Number of bases that were met.
    bases: int
    # Number of dimensions of the polytope: the actions of the player who mixes.
    dimension: int


def polytope_vertices(matrix: IntegerMatrix, *, max_bases: float = inf, stop_at: float = inf) -> VertexList:
    """Return the vertices of {z >= 0 : matrix z <= 1} other than zero, as bits of their tight constraints.

    Bit k < d stands for z_k = 0, and bit d + j for equality in row j. The search ends incomplete after
    `max_bases` bases, or when `monotonic()` passes `stop_at`.

    Shapes: `matrix` (rows, d).

    Examples
    --------
    >>> polytope_vertices([[2, 1], [1, 2]]).vertices
    (6, 9, 12)
    """
    start = first_tableau(matrix)
    seen = {_basis(start)}
    vertices: set[int] = set()
    pending: list[tuple[Tableau, int, int]] = []
    degenerate, complete = _visit(start, seen, vertices, pending), True
    while pending:
        if len(seen) - len(pending) >= max_bases or monotonic() > stop_at:
            complete = False
            break
        tableau, row, column = pending.pop()
        degenerate |= _visit(tableau.pivoted(row, column), seen, vertices, pending)
    zero = (1 << start.dimension) - 1
    return VertexList(
        tuple(sorted(vertices - {zero})), complete, degenerate, len(seen) - len(pending), start.dimension
    )


def most_bases(dimension: int, rows: int) -> int:
    """Return the largest number of vertices of a simple polytope {z >= 0 : M z <= 1} with this many rows.

    M has the shape (`rows`, `dimension`), so that the polytope has at most `rows + dimension` facets.

    Examples
    --------
    >>> most_bases(3, 3), most_bases(12, 12)
    (8, 24752)
    """
    facets = dimension + rows
    upper, lower = (dimension + 1) // 2, dimension // 2
    return comb(facets - upper, lower) + comb(facets - lower - 1, upper - 1)


def _basis(tableau: Tableau) -> int:
    return sum(1 << variable for variable in tableau.basic)


def _visit(
    tableau: Tableau, seen: set[int], vertices: set[int], pending: list[tuple[Tableau, int, int]]
) -> bool:
    """Add the vertex of a basis and the pivots to new neighbours; return whether the vertex is degenerate."""
    tight = tableau.tight()
    vertices.add(tight)
    basis = _basis(tableau)
    for column, entering in enumerate(tableau.nonbasic):
        row = tableau.leaving_row(column)
        neighbour = basis ^ (1 << entering) ^ (1 << tableau.basic[row])
        if neighbour not in seen:
            seen.add(neighbour)
            pending.append((tableau, row, column))
    return tight.bit_count() > tableau.dimension


def certified_vertices(matrix: IntegerMatrix, *, stop_at: float = inf) -> VertexList | None:
    """Return the vertices of {z >= 0 : matrix z <= 1} as `polytope_vertices`, or None if a proof fails.

    A proof fails at degenerate vertices and for more than 62 rows and dimensions together. The list is
    incomplete if `monotonic()` passes `stop_at`, or after `NUMERICS.most_certified_bases` bases.

    Shapes: `matrix` (rows, d).

    Examples
    --------
    >>> certified_vertices([[2, 1], [1, 2]]).vertices
    (6, 9, 12)
    >>> certified_vertices([[2, 2], [1, 2]]) is None
    True
    """
    rows, dimension = len(matrix), len(matrix[0])
    if rows + dimension > 62:
        return None
    from negotiation.game_theory.solvers.nash.kernels.certified_bases import extend_bases

    M = _between_one_and_two(matrix)
    room = min(most_bases(dimension, rows), NUMERICS.most_certified_bases)
    bases = np.empty(room, dtype=np.int64)
    table = np.full(1 << (2 * room).bit_length(), -1, dtype=np.int64)
    done = count = 0
    while count == 0 or done < count:
        done, count = extend_bases(M, bases, table, done, count, NUMERICS.bases_between_looks)
        if done < 0:
            return None
        if count < 0 or monotonic() > stop_at:
            break
    tight = np.sort(bases[1:done])  # the first is zero
    return VertexList(tuple(tight.tolist()), done == count, False, done, dimension)


def _between_one_and_two(matrix: IntegerMatrix) -> FloatArray:
    """Return positive integers mapped affinely into [1, 2], 1 to 1, each to within two roundings."""
    span = max(max(row) for row in matrix) - 1 or 1
    return np.array([[1.0 + (value - 1) / span for value in row] for row in matrix])
