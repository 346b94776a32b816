"""Rational matrices: rank and null space, and the sign of the determinant with the solution of a system."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from flint import fmpq_mat, fmpz_mat

from negotiation.game_theory.exact.polynomials import fraction, rational


def rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    """Return the rank of a matrix of rational numbers.

    Examples
    --------
    >>> rank([[Fraction(1, 3), Fraction(2, 3)], [Fraction(1, 2), Fraction(1)]])
    1
    """
    return int(_matrix(matrix).rank())


def null_space(matrix: Sequence[Sequence[int]], width: int) -> tuple[int, list[int]]:
    """Return the dimension of the null space of a whole matrix, and where it is 1 a vector that spans it.

    The vector has no common divisor and no negative sum.

    Examples
    --------
    >>> null_space([[2, -1]], 2), null_space([], 2)
    ((1, [1, 2]), (2, []))
    """
    flat = [entry for row in matrix for entry in row]
    basis, dimension = fmpz_mat(len(matrix), width, flat).nullspace()
    if dimension != 1:
        return int(dimension), []
    vector = [int(basis[k, 0]) for k in range(width)]
    shared = gcd(*vector) * (-1 if sum(vector) < 0 else 1)
    return 1, [entry // shared for entry in vector]


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
