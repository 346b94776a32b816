"""Rational functions of one variable with rational coefficients: arithmetic and value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from negotiation.game_theory.exact.polynomials import Polynomial, evaluate, polynomial

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class RationalFunction:
    """A quotient of two polynomials without common factor; the denominator is monic."""

    numerator: Polynomial
    denominator: Polynomial

    @classmethod
    def of(cls, *coefficients: Fraction) -> RationalFunction:
        """Return a polynomial, coefficients from the lowest degree up."""
        return cls(polynomial(coefficients), polynomial([ONE]))

    def at(self, x: Fraction) -> Fraction | None:
        """Return the value, or None at a pole."""
        below = evaluate(self.denominator, x)
        return evaluate(self.numerator, x) / below if below else None

    @property
    def is_polynomial(self) -> bool:
        """Whether the denominator is 1: such functions are added and multiplied without a common divisor."""
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
