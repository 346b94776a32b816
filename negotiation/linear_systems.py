"""Linear systems in floats or in rational numbers.

Rational ones by Gaussian elimination with the first pivot that is not zero; rows that need no change are left
alone, so that sparse systems stay cheap. Cost: cubic in the number of unknowns.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from negotiation.numeric import NumberArray, fraction_array


def solve_linear(system: NumberArray, right: NumberArray) -> NumberArray:
    """Return the solution of a linear system; object arrays are taken as `Fraction`.

    Parameters
    ----------
    system : array, shape (n, n)
        Not singular.
    right : array, shape (n,) or (n, k)
        One or several right-hand sides.

    Examples
    --------
    >>> half = np.array([[Fraction(1, 2), Fraction(0)], [Fraction(-1), Fraction(1)]], dtype=object)
    >>> solve_linear(half, np.array([Fraction(1), Fraction(0)], dtype=object)).tolist()
    [Fraction(2, 1), Fraction(2, 1)]
    """
    if system.dtype != object:
        solution: NumberArray = np.linalg.solve(system, right)
        return solution
    columns = right if right.ndim == 2 else right[:, None]
    whole = fraction_array(np.concatenate([system, columns], axis=1))
    rows: list[list[Fraction]] = whole.tolist()
    size = len(rows)
    for k in range(size):
        pivot = next(r for r in range(k, size) if rows[r][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        head = rows[k][k]
        rows[k] = [entry / head if entry else entry for entry in rows[k]]
        for r in range(size):
            factor = rows[r][k]
            if r != k and factor != 0:
                rows[r] = [
                    entry - factor * other if other else entry
                    for entry, other in zip(rows[r], rows[k], strict=True)
                ]
    found: NumberArray = np.empty(columns.shape, dtype=object)
    for r, row in enumerate(rows):
        found[r] = row[size:]
    return found if right.ndim == 2 else found[:, 0]
