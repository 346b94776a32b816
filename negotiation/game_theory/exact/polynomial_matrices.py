"""Small matrices of polynomials: minors, null spaces and subresultants.

Minors are computed row by row from the minors of earlier rows, without divisions, so that entries may be from
any ring, such as polynomials in one or two unknowns. Cost: 2^n products for n columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import combinations
from typing import Any

from flint import fmpq_poly

from negotiation.game_theory.exact.number_fields import NumberField
from negotiation.game_theory.exact.polynomials import Polynomial
from negotiation.game_theory.exact.support_game import Numbers, vector


def maximal_minors(matrix: Numbers) -> list[Any]:
    """Return the minors of the largest size, one for each choice of columns (of rows in a tall matrix)."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    count, width = wide.shape
    known: dict[tuple[int, ...], Any] = {(): 1}
    for at in range(count):
        known = {
            chosen: reduce(
                lambda a, b: a + b,
                (
                    known[chosen[:k] + chosen[k + 1 :]] * wide[at, column] * (-1) ** (at + k)
                    for k, column in enumerate(chosen)
                ),
            )
            for chosen in combinations(range(width), at + 1)
        }
    return list(known.values())


def kernel(matrix: Numbers) -> Numbers:
    """Return a vector v with matrix v = 0, from the minors; the matrix has one row fewer than columns."""
    minors = reversed(maximal_minors(matrix))
    return vector([p if k % 2 == 0 else -p for k, p in enumerate(minors)])


def common_kernel(matrix: Numbers) -> tuple[Numbers, Polynomial] | None:
    """Return a vector v of polynomials in t with `matrix` v = 0 for all t, and a further polynomial in t.

    The entries of v have no common divisor. Where the polynomial is not 0, v is unique up to a factor. None
    is returned if there is no such vector.
    """
    rows, width = matrix.shape
    for chosen in combinations(range(rows), width - 1):
        kernel_vector = kernel(matrix[list(chosen)])
        common = common_divisor(kernel_vector)
        if not common.is_zero():
            reduced = vector([p // common for p in kernel_vector])
            annihilated = all((matrix[k] @ reduced).is_zero() for k in range(rows) if k not in chosen)
            return (reduced, common) if annihilated else None
    return None


def determinant(matrix: Numbers) -> Any:
    """Return the determinant of a square matrix."""
    (result,) = maximal_minors(matrix)
    return result


def null_space(field: NumberField, matrix: Numbers) -> list[list[Polynomial]]:
    """Return a basis of a matrix's null space over a number field, from minors unless they all vanish."""
    rows, width = matrix.shape
    for chosen in combinations(range(rows), width - 1):
        vectors = field.reduced(kernel(matrix[list(chosen)]))
        if not all(p.is_zero() for p in vectors):
            left = [matrix[k] @ vector(vectors) for k in range(rows) if k not in chosen]
            return [vectors] if all(p.is_zero() for p in field.reduced(left)) else []
    return field.null_space([list(row) for row in matrix], width)


def subresultant(f: Sequence[Polynomial], g: Sequence[Polynomial], degree: int) -> list[Polynomial]:
    """Return the subresultant of f and g of degree 0 or 1.

    All three are polynomials in s, given by their coefficients, which are polynomials in t, from the lowest
    degree up. The subresultant is in the ideal of f and g, so that it vanishes wherever both do. Of degree 0
    it is the resultant (Basu, Pollack and Roy 2006, "Algorithms in Real Algebraic Geometry", section 8.3).
    """
    m, n = len(f) - 1, len(g) - 1
    if m == n == degree:
        return list(f)
    width = m + n - degree
    rows = [
        [fmpq_poly(0)] * k + [*reversed(f)] + [fmpq_poly(0)] * (width - m - 1 - k) for k in range(n - degree)
    ]
    rows += [
        [fmpq_poly(0)] * k + [*reversed(g)] + [fmpq_poly(0)] * (width - n - 1 - k) for k in range(m - degree)
    ]
    return [
        determinant(matrix_of([[*row[: len(rows) - 1], row[width - 1 - power]] for row in rows]))
        for power in range(degree + 1)
    ]


def common_divisor(polynomials: Iterable[Polynomial]) -> Polynomial:
    """Return the greatest common divisor; 0 if all polynomials are 0."""
    return reduce(lambda a, b: a.gcd(b), polynomials, fmpq_poly(0))


def in_first_unknown(p: Any) -> list[Polynomial]:
    """Return the coefficients of a polynomial in s and t by powers of s, lowest first: polynomials in t."""
    by_power: dict[int, dict[int, Any]] = {}
    for (s, t), c in p.to_dict().items():
        by_power.setdefault(s, {})[t] = c
    if not by_power:
        return []
    return [
        fmpq_poly([by_power.get(d, {}).get(e, 0) for e in range(max(by_power.get(d, {0: 0})) + 1)])
        for d in range(max(by_power) + 1)
    ]


def matrix_of(rows: Sequence[Sequence[Any]]) -> Numbers:
    """Return rows of objects as a matrix."""
    return vector([entry for row in rows for entry in row]).reshape(len(rows), -1)
