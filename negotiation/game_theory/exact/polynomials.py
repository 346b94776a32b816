"""Polynomials in one variable with rational coefficients, and matrices of rational numbers, on FLINT.

A polynomial is FLINT's own `fmpq_poly`, with its arithmetic (+, -, *, //, %, gcd). Rational numbers are
`Fraction` objects, which `rational` and `fraction` convert to and from FLINT's `fmpq`. These functions decide
equilibrium conditions that are polynomial inequalities in the discount factor, also at knife edges. Factors
are found modulo primes and lifted (van Hoeij 2002). Cost: milliseconds at degree 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import TypeAlias

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_mat, fmpz_poly

Polynomial: TypeAlias = fmpq_poly


def rational(number: Fraction) -> fmpq:
    """Return a rational number as FLINT's `fmpq`."""
    return fmpq(number.numerator, number.denominator)


def fraction(number: fmpq) -> Fraction:
    """Return a rational number of FLINT as a `Fraction`.

    Examples
    --------
    >>> fraction(rational(Fraction(2, 3)))
    Fraction(2, 3)
    """
    return Fraction(int(number.p), int(number.q))


def polynomial(coefficients: Iterable[Fraction]) -> Polynomial:
    """Return the polynomial with these coefficients, lowest degree first.

    Examples
    --------
    >>> print(polynomial([Fraction(-1, 2), Fraction(0), Fraction(1)]))
    x^2 + (-1/2)
    """
    return fmpq_poly([rational(c) for c in coefficients])


def evaluate(p: Polynomial, x: Fraction) -> Fraction:
    """Return the value of a polynomial at x.

    Examples
    --------
    >>> evaluate(polynomial([Fraction(1), Fraction(2)]), Fraction(1, 4))
    Fraction(3, 2)
    """
    return fraction(p(rational(x)))


def factors(p: Polynomial) -> list[tuple[int, ...]]:
    """Return the irreducible factors over the rational numbers, each once and without constants.

    A factor is a tuple of integer coefficients, lowest degree first.

    Examples
    --------
    >>> factors(polynomial([Fraction(c) for c in (-3, 0, 5, 0, 2)]))
    [(-1, 0, 2), (3, 0, 1)]
    """
    factor_list = [factor for factor, _ in p.numer().factor()[1]]
    return sorted(tuple(int(c) for c in factor.coeffs()) for factor in factor_list)


def has_no_root(p: Polynomial, low: Fraction, high: Fraction) -> bool:
    """Return whether Descartes' rule of signs rules out every root in the open interval (low, high).

    The positive roots of (1 + t)^n p((low t + high) / (1 + t)) correspond to the roots of p in the interval.
    By the rule, without a change of sign there are none. With a change of sign there may still be none.

    Examples
    --------
    >>> square = polynomial([Fraction(-1), Fraction(0), Fraction(2)])
    >>> has_no_root(square, Fraction(0), Fraction(1)), has_no_root(square, Fraction(0), Fraction(1, 2))
    (False, True)
    """
    # The substitutions are low + (high - low) s for x, 1 / r for s, and t + 1 for r.
    onto_unit = p(fmpq_poly([rational(low), rational(high - low)]))
    moved = fmpq_poly(onto_unit.coeffs()[::-1])(fmpq_poly([1, 1]))
    return sign_changes(moved.numer()) == 0


def sign_changes(p: fmpz_poly) -> int:
    """Return the number of sign changes between successive non-zero coefficients.

    Examples
    --------
    >>> sign_changes(fmpz_poly([1, 0, -3, -2, 5]))
    2
    """
    signs = [c > 0 for c in p.coeffs() if c != 0]
    return sum(first != other for first, other in pairwise(signs))


def polynomial_text(coefficients: Sequence[int]) -> str:
    """Return a polynomial as text, highest degree first.

    Examples
    --------
    >>> polynomial_text((-1, -2, 3)), polynomial_text((0, 1)), polynomial_text((5, 0, -1))
    ('3x^2 - 2x - 1', 'x', '-x^2 + 5')
    """
    parts: list[str] = []
    for power in range(len(coefficients) - 1, -1, -1):
        c = coefficients[power]
        if c == 0:
            continue
        size = "" if abs(c) == 1 and power else str(abs(c))
        unknown = "" if power == 0 else "x" if power == 1 else f"x^{power}"
        sign = ("-" if c < 0 else "") if not parts else (" - " if c < 0 else " + ")
        parts.append(f"{sign}{size}{unknown}")
    return "".join(parts) or "0"


def rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    """Return the rank of a matrix of rational numbers.

    Examples
    --------
    >>> rank([[Fraction(1, 3), Fraction(2, 3)], [Fraction(1, 2), Fraction(1)]])
    1
    """
    return int(_matrix(matrix).rank())


def null_space(matrix: Sequence[Sequence[int]], width: int) -> tuple[int, list[int]]:
    """Return the dimension of the null space of an integer matrix and, if it is 1, a vector that spans it.

    The entries of the vector have no common divisor, and their sum is at least 0. If the dimension is not 1,
    the list is empty.

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
    """Return the sign of the determinant, and the solution of matrix x = 1 (empty if it is singular).

    Examples
    --------
    >>> sign_and_solution([[0, 2], [1, 0]])
    (-1, [Fraction(1, 1), Fraction(1, 2)])
    """
    square = _matrix(matrix)
    determinant = square.det()
    if determinant == 0:
        return 0, []
    entries = square.solve(fmpq_mat(len(matrix), 1, [1] * len(matrix))).entries()
    return 1 if determinant > 0 else -1, [fraction(x) for x in entries]


def _matrix(rows: Sequence[Sequence[Fraction | int]]) -> fmpq_mat:
    return fmpq_mat([[rational(Fraction(entry)) for entry in row] for row in rows])
