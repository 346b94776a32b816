"""Rational matrices: the rank, and the sign of the determinant with the solution of a system."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_mat

from negotiation.exact.polynomials import fraction, rational


def rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    """Return the rank of a matrix of rational numbers.

    Examples
    --------
    >>> rank([[Fraction(1, 3), Fraction(2, 3)], [Fraction(1, 2), Fraction(1)]])
    1
    """
    return int(_matrix(matrix).rank())


def sign_and_solution(matrix: Sequence[Sequence[int]]) -> tuple[int, list[Fraction]]:
    """Return the sign of the determinant, and the solution of matrix x = 1 (empty where it is singular).

    Examples
    --------
    >>> sign_and_solution([[0, 2], [1, 0]])
    (-1, [Fraction(1, 1), Fraction(1, 2)])
    """
    square = _matrix(matrix)
    determinant = square.det()
    if determinant == 0:
        return 0, []
    found = square.solve(fmpq_mat(len(matrix), 1, [1] * len(matrix))).entries()
    return 1 if determinant > 0 else -1, [fraction(x) for x in found]


def _matrix(rows: Sequence[Sequence[Fraction | int]]) -> fmpq_mat:
    return fmpq_mat([[rational(Fraction(entry)) for entry in row] for row in rows])
