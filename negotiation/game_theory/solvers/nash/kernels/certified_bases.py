"""Compiled: the vertices of a simple best-reply polytope in doubles, each with a proof.

The polytope is {z >= 0 : M z <= 1}, with entries of M in [1, 2] and within two roundings of the exact ones. A
basis is represented by its tight constraints, as bits. For each basis the square system of tight rows and
positive variables is inverted. The inverse gives rigorous bounds on the error of the vertex (Rump 1999,
section 4). The basis is accepted only if every other constraint is slack by more than its bound, and is then
proven to be a simple vertex. The ratio test that leads to a neighbour may err, but a wrong neighbour fails
its own proof. If the set of proven vertices is closed under neighbours, it contains all vertices, since the
graph of a polytope is connected (Balinski 1961). Cost: cubic in the dimension for each vertex.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.inverses import invert
from negotiation.game_theory.solvers.nash.numerics import NUMERICS


class Basis(NamedTuple):
    """Work arrays for one basis at a time, reused for all; k is its number of positive variables."""

    # (d + rows,): the variables, then the slacks.
    values: FloatArray
    # free, tight: (d,) and (rows,): the positive variables and the tight rows, of which the first k are used.
    free: IntArray
    tight: IntArray
    # matrix, inverse: (min(d, rows), min(d, rows)): the system M[tight, free], which inverting overwrites,
    # and its inverse.
    matrix: FloatArray
    inverse: FloatArray
    # (min(d, rows),): the direction of an edge.
    step: FloatArray


@njit(cache=True, nogil=True)
def error_bound(M: FloatArray, basis: Basis, k: int) -> tuple[float, float]:
    """Return bounds on the error of the variables and on the rounding in a row's payoff; inf without proof.

    With R the computed inverse, a = |I - R M| and r the residual, the error is at most
    |R| (|r| + rounding) / (1 - a), in the maximum norm. The bounds are finite only if a < 1/2. The rounding
    covers the sums and the entries of M, with (k + 8) units in all.
    """
    inverse, values, free, tight = basis.inverse, basis.values, basis.free, basis.tight
    norm, defect, total, left = 0.0, 0.0, 0.0, 0.0
    # norm = |R| and defect = |R M - I|, the largest sums of absolute values in a row; total = sum of z.
    for r in range(k):
        size, miss = 0.0, 0.0
        for c in range(k):
            size += abs(inverse[r, c])
            entry = -1.0 if r == c else 0.0
            for t in range(k):
                entry += inverse[r, t] * M[tight[t], free[c]]
            miss += abs(entry)
        norm, defect = max(norm, size), max(defect, miss)
        total += abs(values[free[r]])
    # Entries of M are at most 2, so that the terms of 1 - M z are at most 1 + 2 total together.
    rounding = (k + 8) * NUMERICS.unit * (1.0 + 2.0 * total)
    for r in range(k):
        residual = 1.0
        for c in range(k):
            residual -= M[tight[r], free[c]] * values[free[c]]
        left = max(left, abs(residual))
    # The factor 1.01 is for the roundings of the bounds themselves.
    defect = 1.01 * defect + (k + 8) * NUMERICS.unit * 2.0 * k * norm
    if not defect < 0.5:
        return np.inf, np.inf
    return 1.01 * norm * (left + rounding) / (1.0 - defect), rounding


@njit(cache=True, nogil=True)
def proven_vertex(M: FloatArray, mask: int, basis: Basis) -> int:
    """Compute the basis `mask` into `basis`; return its number of positive variables, or -1 without proof."""
    values, free, tight, inverse = basis.values, basis.free, basis.tight, basis.inverse
    rows, dimension = M.shape
    k = count = 0
    for v in range(dimension):
        values[v] = 0.0
        if not (mask >> v) & 1:
            free[k] = v
            k += 1
    for j in range(rows):
        if (mask >> (dimension + j)) & 1:
            tight[count] = j
            count += 1
    # M[tight, free] z[free] = 1, so that z[free] is the sums of the rows of the inverse.
    for r in range(k):
        for c in range(k):
            basis.matrix[r, c] = M[tight[r], free[c]]
    if not invert(basis.matrix, inverse, k, NUMERICS.least_pivot):
        return -1
    for r in range(k):
        total = 0.0
        for c in range(k):
            total += inverse[r, c]
        values[free[r]] = total
    error, rounding = error_bound(M, basis, k)
    for r in range(k):
        # Positive by more than its error, or the variable may be zero and the vertex not simple.
        if not values[free[r]] > error:
            return -1
    # A slack is off by |M_j| error + rounding, and the entries of M_j are at most 2.
    for j in range(rows):
        slack = 1.0
        for r in range(k):
            slack -= M[j, free[r]] * values[free[r]]
        is_tight = (mask >> (dimension + j)) & 1
        values[dimension + j] = 0.0 if is_tight else slack
        if not is_tight and not slack > 2.0 * k * error + rounding:
            return -1
    return k


@njit(cache=True, nogil=True)
def neighbour(M: FloatArray, mask: int, entering: int, k: int, basis: Basis) -> int:
    """Return the basis at the end of the edge on which constraint `entering` becomes slack, or -1 if none."""
    values, free, tight, inverse, step = basis.values, basis.free, basis.tight, basis.inverse, basis.step
    rows, dimension = M.shape
    # The ratio test: of what falls along the edge the first to reach zero becomes tight. It is not proven
    # here; the basis that it leads to is.
    least, leaving = np.inf, -1
    # Along the edge z[free] moves by -R M[tight, e] for a variable e that enters, by -R e_j for the slack of
    # j.
    for r in range(k):
        change = 0.0
        for t in range(k):
            if entering < dimension:
                change -= inverse[r, t] * M[tight[t], entering]
            elif tight[t] == entering - dimension:
                change -= inverse[r, t]
        step[r] = change
        if change < 0.0 and values[free[r]] < -change * least:
            least, leaving = values[free[r]] / -change, free[r]
    # The slack of a row moves by -M_j times the step; the first to reach 0 leaves.
    for j in range(rows):
        if (mask >> (dimension + j)) & 1:
            continue
        change = -M[j, entering] if entering < dimension else 0.0
        for r in range(k):
            change -= M[j, free[r]] * step[r]
        if change < 0.0 and values[dimension + j] < -change * least:
            least, leaving = values[dimension + j] / -change, dimension + j
    if leaving < 0:
        return -1
    # Bits of tight constraints: one out, one in.
    return mask ^ (1 << entering) ^ (1 << leaving)


@njit(cache=True, nogil=True)
def is_new(table: npt.NDArray[np.int64], mask: int) -> bool:
    """Add a basis to the hash table, in which free places are -1; return whether it was not there before."""
    # Multiplicative hashing, by the bits in the middle of the product; the table has a power of two places,
    # more than there are bases, and is probed in order.
    place = ((mask * NUMERICS.mixer) >> 20) & (table.size - 1)
    while table[place] != -1:
        if table[place] == mask:
            return False
        place = (place + 1) & (table.size - 1)
    table[place] = mask
    return True


@njit(cache=True, nogil=True)
def extend_bases(
    M: FloatArray,
    out: npt.NDArray[np.int64],
    table: npt.NDArray[np.int64],
    done: int,
    count: int,
    most: int,
) -> tuple[int, int]:
    """Prove up to `most` of the bases in the queue and add their neighbours.

    The queue is `out[done:count]`; if `count` is 0, it starts with the origin. Returns the new `done` and
    `count`. The first is -1 if a proof failed, and the second is -1 if `out` is full.

    Shapes: `M` (rows, d), `out` (as many as there is room for), `table` (a power of two).
    """
    rows, dimension = M.shape
    size = min(rows, dimension)
    basis = Basis(
        np.empty(dimension + rows),
        np.empty(dimension, dtype=np.intp),
        np.empty(rows, dtype=np.intp),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty(size),
    )
    stop = done + most
    if count == 0:
        # The origin: all variables zero, no row tight. Its proof is exact, since all slacks are 1.
        out[0] = (1 << dimension) - 1
        is_new(table, out[0])
        count = 1
    while done < count and done < stop:
        mask = out[done]
        k = proven_vertex(M, mask, basis)
        # No proof: the caller turns to rational arithmetic.
        if k < 0:
            return -1, count
        for entering in range(dimension + rows):
            if (mask >> entering) & 1:
                other = neighbour(M, mask, entering, k, basis)
                # An edge without an end would be a ray, and the polytope is bounded: rounding, and no proof
                # either.
                if other < 0:
                    return -1, count
                if is_new(table, other):
                    if count == out.size:
                        return done, -1
                    out[count] = other
                    count += 1
        done += 1
    return done, count
