"""Rational functions of one variable with rational coefficients: arithmetic, value, sign at a root."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from negotiation.exact.polynomials import Polynomial, common_divisor, divided, evaluate, trimmed

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class RationalFunction:
    """A quotient of two polynomials without common factor; the denominator is monic.

    Examples
    --------
    >>> x = RationalFunction.of(ZERO, ONE)
    >>> one = RationalFunction.of(ONE)
    >>> ((one - x * x) / (one - x)).numerator
    (Fraction(1, 1), Fraction(1, 1))
    >>> (x / (one + x)).at(Fraction(1, 2))
    Fraction(1, 3)
    """

    numerator: Polynomial
    denominator: Polynomial = (ONE,)

    @classmethod
    def of(cls, *coefficients: Fraction) -> RationalFunction:
        """Return a polynomial, coefficients from the lowest degree up."""
        return cls(trimmed(coefficients))

    def at(self, x: Fraction) -> Fraction | None:
        """Return the value, or None at a pole."""
        below = evaluate(self.denominator, x)
        return evaluate(self.numerator, x) / below if below else None

    def __add__(self, other: RationalFunction) -> RationalFunction:
        over = _sum(_product(self.numerator, other.denominator), _product(other.numerator, self.denominator))
        return _reduced(over, _product(self.denominator, other.denominator))

    def __neg__(self) -> RationalFunction:
        return RationalFunction(tuple(-c for c in self.numerator), self.denominator)

    def __sub__(self, other: RationalFunction) -> RationalFunction:
        return self + -other

    def __mul__(self, other: RationalFunction) -> RationalFunction:
        return _reduced(
            _product(self.numerator, other.numerator), _product(self.denominator, other.denominator)
        )

    def __truediv__(self, other: RationalFunction) -> RationalFunction:
        return _reduced(
            _product(self.numerator, other.denominator), _product(self.denominator, other.numerator)
        )


def _reduced(numerator: Polynomial, denominator: Polynomial) -> RationalFunction:
    if not denominator:
        raise ZeroDivisionError("division by the rational function zero")
    if not numerator:
        return RationalFunction(())
    shared = common_divisor(numerator, denominator)
    over, below = divided(numerator, shared)[0], divided(denominator, shared)[0]
    return RationalFunction(tuple(c / below[-1] for c in over), tuple(c / below[-1] for c in below))


def _sum(one: Polynomial, other: Polynomial) -> Polynomial:
    return trimmed(a + b for a, b in zip_longest(one, other, fillvalue=ZERO))


def _product(one: Polynomial, other: Polynomial) -> Polynomial:
    grown = [ZERO] * max(0, len(one) + len(other) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            grown[i + j] += a * b
    return trimmed(grown)
