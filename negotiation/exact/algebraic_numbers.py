"""Real algebraic numbers: a polynomial with whole coefficients and an interval in which it has one root.

The closed value of a threshold that is not rational. Comparison with rational and other algebraic numbers is
exact, by the signs of polynomials at the ends of an interval that is halved as often as it takes. Rational
roots are recognised whatever their denominator: it divides the leading coefficient (Gauss), so the root times
that is a whole number. Cost: an evaluation of the polynomial for each bit of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import total_ordering
from math import ceil, floor, isfinite
from numbers import Rational
from typing import TypeAlias

from negotiation.exact.minimal_polynomial import minimal_polynomial, whole
from negotiation.exact.polynomials import Polynomial, Root, common_divisor, count_roots, evaluate
from negotiation.numeric import as_fraction

LONGEST = 60
"""Polynomials whose text is longer are described by their degree."""


@total_ordering
@dataclass(frozen=True, eq=False)
class AlgebraicNumber:
    """An irrational root of a polynomial with whole coefficients.

    Parameters
    ----------
    coefficients : tuple of int
        Lowest degree first, without common divisor, the leading one positive; each root is simple.
    lower, upper : Fraction
        Ends of an interval that holds this root and no other one.
    minimal : bool
        Whether the polynomial is known to be the one of least degree; else it may have rational factors.

    Examples
    --------
    >>> half = AlgebraicNumber((-1, 0, 2), Fraction(1, 2), Fraction(1))
    >>> print(half)
    root of 2x^2 - 1 in [0.70, 0.71]
    >>> float(half), half > Fraction(7, 10), float(half.refined(Fraction(1, 10**30)).lower)
    (0.7071067811865476, True, 0.7071067811865476)
    """

    coefficients: tuple[int, ...]
    lower: Fraction
    upper: Fraction
    minimal: bool = True

    @property
    def degree(self) -> int:
        """The degree of the polynomial."""
        return len(self.coefficients) - 1

    def refined(self, width: Fraction) -> AlgebraicNumber:
        """Return the same number in an interval no wider than asked for.

        Parameters
        ----------
        width : Fraction
            Positive.
        """
        low, high = self.lower, self.upper
        rising = _sign(self.coefficients, high) > 0
        while high - low > width:
            middle = (low + high) / 2
            if (_sign(self.coefficients, middle) > 0) == rising:
                high = middle
            else:
                low = middle
        return replace(self, lower=low, upper=high)

    def __float__(self) -> float:
        number = self
        while float(number.lower) != float(number.upper):
            number = number.refined((number.upper - number.lower) / 16)
        return float(number.lower)

    def __str__(self) -> str:
        polynomial = polynomial_text(self.coefficients)
        if len(polynomial) > LONGEST:
            polynomial = f"a polynomial of degree {self.degree}"
        return f"root of {polynomial} in {self._decimal_interval()}"

    def _decimal_interval(self) -> str:
        """Return the shortest decimal interval, of two places or more, that holds no other root."""
        places = 2
        while True:
            unit = Fraction(1, 10**places)
            near = self.refined(unit / 64)
            low, high = floor(near.lower / unit), ceil(near.upper / unit)
            alone = count_roots(_rational(self.coefficients), low * unit, high * unit) == 1
            if high - low == 1 and alone:
                return f"[{low / 10**places:.{places}f}, {high / 10**places:.{places}f}]"
            places += 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AlgebraicNumber):
            return False if isinstance(other, (float, Rational)) else NotImplemented
        return self._shares_root(other)

    def __hash__(self) -> int:
        return hash((AlgebraicNumber, float(self)))

    def __lt__(self, other: object) -> bool:
        if isinstance(other, AlgebraicNumber):
            one, two = self, other
            if one._shares_root(two):
                return False
            while one.upper > two.lower and two.upper > one.lower:
                one, two = (n.refined((n.upper - n.lower) / 4) for n in (one, two))
            return one.upper <= two.lower
        if isinstance(other, float) and not isfinite(other):
            return other > 0
        if not isinstance(other, (float, Rational)):
            return NotImplemented
        point = as_fraction(other)
        if not self.lower < point < self.upper:
            return self.upper <= point
        return _sign(self.coefficients, point) == _sign(self.coefficients, self.upper)

    def _shares_root(self, other: AlgebraicNumber) -> bool:
        low, high = max(self.lower, other.lower), min(self.upper, other.upper)
        if low >= high:
            return False
        # The common part of the intervals holds at most one root of each, which is simple.
        shared = common_divisor(_rational(self.coefficients), _rational(other.coefficients))
        return evaluate(shared, low) * evaluate(shared, high) < 0


Exact: TypeAlias = Fraction | AlgebraicNumber
"""A number in closed form."""


def exact_number(root: Root) -> Exact:
    """Return a root in (0, 1), or the end of that interval, in closed form.

    Parameters
    ----------
    root : Root
        From `roots_inside` or `distinct_roots`.

    Returns
    -------
    Fraction or AlgebraicNumber
        A `Fraction` iff the root is rational.

    Examples
    --------
    >>> from negotiation.exact.polynomials import roots_inside
    >>> coefficients = tuple(Fraction(c) for c in (1, -4, 3, 1))
    >>> [str(exact_number(root)) for root in roots_inside(coefficients, Fraction(0), Fraction(1))]
    ['root of x^3 + 3x^2 - 4x + 1 in [0.35, 0.36]', 'root of x^3 + 3x^2 - 4x + 1 in [0.69, 0.70]']
    """
    if root.is_exact:
        return root.low
    numbers = whole(root.polynomial)
    found = AlgebraicNumber(numbers, root.low, root.high, minimal=False)
    near = found.refined(Fraction(1, 2 * numbers[-1]))
    for candidate in {Fraction(round(end * numbers[-1]), numbers[-1]) for end in (near.lower, near.upper)}:
        if root.low <= candidate <= root.high and _sign(numbers, candidate) == 0:
            return candidate
    numbers, minimal = minimal_polynomial(root)
    return AlgebraicNumber(numbers, root.low, root.high, minimal)


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


def _rational(coefficients: Sequence[int]) -> Polynomial:
    return tuple(Fraction(c) for c in coefficients)


def _sign(coefficients: Sequence[int], x: Fraction) -> int:
    """Return the sign at x, in whole numbers (Horner's rule)."""
    total, power = 0, 1
    for c in reversed(coefficients):
        total = total * x.numerator + c * power
        power *= x.denominator
    return (total > 0) - (total < 0)
