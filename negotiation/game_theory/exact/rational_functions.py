"""Rational functions of one variable with rational coefficients, and the resolvent of a matrix.

The resolvent of a matrix T of rational numbers is (I - x T)^-1. By Cramer's rule (I - x T)^-1 u = N(x) / D(x)
with D(x) = det(I - x T) and N(x) = adj(I - x T) u. D has the coefficients of the characteristic polynomial of
T in reverse order. Comparing the powers of x in (I - x T) N(x) = D(x) u gives

    N_0 = u,    N_k = T N_{k-1} + D_k u    for k = 1 to S - 1,

where S is the size of T. These are S - 1 products of T with a vector (Faddeev and LeVerrier's recursion for
one vector). They are computed in integers, for q T and x / q, where q is the common denominator of T.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz, fmpz_mat

from negotiation.game_theory.exact.polynomials import Polynomial, evaluate, polynomial, rational

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class RationalFunction:
    """A quotient of two polynomials without a common factor, of which the denominator is monic."""

    numerator: Polynomial
    denominator: Polynomial

    @classmethod
    def of(cls, *coefficients: Fraction) -> RationalFunction:
        """Return the polynomial with these coefficients, from the lowest degree up."""
        return cls(polynomial(coefficients), polynomial([ONE]))

    def at(self, x: Fraction) -> Fraction | None:
        """Return the value at x, or None at a pole."""
        below = evaluate(self.denominator, x)
        return evaluate(self.numerator, x) / below if below else None

    @property
    def is_polynomial(self) -> bool:
        """Whether the denominator is 1; such functions are added and multiplied without reduction."""
        return bool(self.denominator.degree() == 0)

    def __add__(self, other: RationalFunction) -> RationalFunction:
        if self.is_polynomial and other.is_polynomial:
            return RationalFunction(self.numerator + other.numerator, self.denominator)
        over = self.numerator * other.denominator + other.numerator * self.denominator
        return _reduced(over, self.denominator * other.denominator)

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.numerator, self.denominator)

    def __sub__(self, other: RationalFunction) -> RationalFunction:
        return self + -other

    def __mul__(self, other: RationalFunction) -> RationalFunction:
        if self.is_polynomial and other.is_polynomial:
            return RationalFunction(self.numerator * other.numerator, self.denominator)
        return _reduced(self.numerator * other.numerator, self.denominator * other.denominator)

    def __truediv__(self, other: RationalFunction) -> RationalFunction:
        return _reduced(self.numerator * other.denominator, self.denominator * other.numerator)


def _reduced(numerator: Polynomial, denominator: Polynomial) -> RationalFunction:
    if not denominator:
        raise ZeroDivisionError("division by the rational function zero")
    shared = numerator.gcd(denominator)
    over, below = numerator // shared, denominator // shared
    leading = below.leading_coefficient()
    return RationalFunction(over / leading, below / leading)


class Resolvent(NamedTuple):
    """A matrix T = A / q with integers A and q, and the coefficients of det(I - y A), lowest first."""

    whole: fmpz_mat
    common: fmpz
    coefficients: list[fmpz]

    @property
    def determinant(self) -> Polynomial:
        """The polynomial D(x) = det(I - x T)."""
        return self._scaled(self.coefficients)

    def numerators(self, vector: Sequence[Fraction]) -> list[Polynomial]:
        """Return the entries of N(x) = adj(I - x T) u for a vector u.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> print(*resolvent([[half, half], [0, Fraction(1)]]).numerators([Fraction(1), Fraction(3)]))
        1/2*x + 1 (-3/2)*x + 3
        """
        u, over = fmpq_mat(len(vector), 1, [rational(v) for v in vector]).numer_denom()
        terms = [u]
        for coefficient in self.coefficients[1:-1]:
            terms.append(self.whole * terms[-1] + u * coefficient)
        columns = zip(*(term.entries() for term in terms), strict=True)
        return [self._scaled(column) / over for column in columns]

    def _scaled(self, coefficients: Sequence[fmpz]) -> Polynomial:
        """Return the polynomial in x with these coefficients of powers of y = x / q."""
        power = fmpz(1)
        result = []
        for coefficient in coefficients:
            result.append(fmpq(coefficient, power))
            power *= self.common
        return fmpq_poly(result)


def resolvent(transitions: Sequence[Sequence[Fraction]]) -> Resolvent:
    """Return the resolvent of a square matrix.

    Examples
    --------
    >>> print(resolvent([[Fraction(1, 2), Fraction(1, 2)], [Fraction(0), Fraction(1)]]).determinant)
    1/2*x^2 + (-3/2)*x + 1
    """
    whole, common = fmpq_mat([[rational(entry) for entry in row] for row in transitions]).numer_denom()
    return Resolvent(whole, common, whole.charpoly().coeffs()[::-1])
