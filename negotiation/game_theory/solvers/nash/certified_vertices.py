"""All vertices of a non-degenerate best-reply polytope, found in doubles and proven by error bounds.

The fast way for games from about 8x8, where integer pivoting takes long. Each vertex is proven by rigorous
bounds on rounding errors (`kernels/certified_bases.py`), and their number by the closure of the set under
neighbours. Where a proof fails, because the polytope is degenerate or nearly so, there is no answer, and the
integers must decide. Cost: some microseconds a vertex at 12x12; the number of vertices is at most
`most_bases`.
"""

from __future__ import annotations

from math import inf
from time import monotonic

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.nash.best_reply_polytope import Vertex, VertexList, most_bases
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix


def certified_vertices(matrix: IntegerMatrix, *, stop_at: float = inf) -> VertexList | None:
    """Return the vertices of {z >= 0 : matrix z <= 1} other than zero, or None where a proof fails.

    Shapes: `matrix` (rows, d).

    Examples
    --------
    >>> [vertex.tight for vertex in certified_vertices([[2, 1], [1, 2]]).vertices]
    [6, 9, 12]
    >>> certified_vertices([[2, 2], [1, 2]]) is None
    True
    """
    rows, dimension = len(matrix), len(matrix[0])
    if rows + dimension > 62:
        return None
    from negotiation.game_theory.solvers.nash.kernels.certified_bases import extend_bases

    M = _between_one_and_two(matrix)
    room = min(most_bases(dimension, rows), NUMERICS.most_certified_bases)
    found = np.empty(room, dtype=np.int64)
    table = np.full(1 << (2 * room).bit_length(), -1, dtype=np.int64)
    done = count = 0
    while count == 0 or done < count:
        done, count = extend_bases(M, found, table, done, count, NUMERICS.bases_between_looks)
        if done < 0:
            return None
        if count < 0 or monotonic() > stop_at:
            break
    tight = np.sort(found[1:done])  # the first is zero
    vertices = tuple(Vertex(None, mask) for mask in tight.tolist())
    return VertexList(vertices, done == count, False, done, dimension)


def _between_one_and_two(matrix: IntegerMatrix) -> FloatArray:
    """Return the payoffs mapped affinely onto [1, 2], each to within two roundings; all 1 if constant."""
    span = max(max(row) for row in matrix) - 1 or 1
    return np.array([[1.0 + (value - 1) / span for value in row] for row in matrix])
