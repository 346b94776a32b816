"""Real algebraic numbers: an irreducible polynomial with whole coefficients, and an interval with one root.

Such a number is the exact value of a threshold that is not rational. FLINT factors a polynomial over the
rational numbers and encloses the real roots of each factor in balls that are proven to contain one root each
(`fmpz_poly.complex_roots`). Two numbers are equal if and only if they have the same polynomial and the
intersection of their intervals contains the root. A polynomial vanishes at a number if and only if the
number's polynomial divides it. Every other sign or comparison is decided by narrowing the interval, without
rounding. Cost: milliseconds at degree 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cmp_to_key, lru_cache, total_ordering
from math import ceil, floor, isfinite
from numbers import Rational
from typing import TypeAlias, cast

from flint import acb, arb, ctx, fmpq_poly, fmpz_poly

from negotiation.base.numeric import as_fraction
from negotiation.errors import InvalidNumber, shown
from negotiation.game_theory.exact.numerics import NUMERICS
from negotiation.game_theory.exact.polynomials import (
    Polynomial,
    evaluate,
    factors,
    fraction,
    has_no_root,
    polynomial_text,
    rational,
)


@total_ordering
@dataclass(frozen=True, eq=False)
class AlgebraicNumber:
    """An irrational root of a polynomial with whole coefficients."""

    # Lowest degree first. Kept as the irreducible factor that has the root, without common divisor, the
    # leading one positive: the polynomial of least degree.
    coefficients: tuple[int, ...]
    # lower, upper: Ends of an interval that contains this root, which is simple, and no other root of the
    # polynomial.
    lower: Fraction
    upper: Fraction

    def __post_init__(self) -> None:
        # The sign changes at a simple root. Only one factor may change sign in the interval, or the root
        # would not be identified.
        changing = [
            factor
            for factor in _irreducible(self.coefficients)
            if _sign(factor, self.lower) * _sign(factor, self.upper) < 0
        ]
        if len(changing) != 1 or len(changing[0]) < 3:
            raise InvalidNumber(
                "exactly one irreducible factor of the polynomial, of degree 2 or more, must change sign "
                f"from `lower` to `upper`; from {shown(self.lower)} to {shown(self.upper)} the sign changes "
                f"in {shown([*map(polynomial_text, changing)]) if changing else 'no factor'}"
            )
        object.__setattr__(self, "coefficients", changing[0])

    @property
    def degree(self) -> int:
        """The degree of the number: the least degree of a polynomial with this root."""
        return len(self.coefficients) - 1

    def refined(self, width: Fraction) -> AlgebraicNumber:
        """Return the same number in an interval no wider than `width`."""
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
        # The nearest double, since both ends round to it.
        while float(number.lower) != float(number.upper):
            number = number.refined((number.upper - number.lower) / 16)
        return float(number.lower)

    def __str__(self) -> str:
        polynomial = polynomial_text(self.coefficients)
        if len(polynomial) > NUMERICS.longest_text:
            polynomial = f"a polynomial of degree {self.degree}"
        return f"root of {polynomial} in {self._decimal_interval()}"

    def _decimal_interval(self) -> str:
        """Return a decimal interval around the root, as text, with enough places to exclude other roots."""
        others = [root for root in real_roots(self.coefficients) if root != self]
        places = 2
        while True:
            unit = Fraction(1, 10**places)
            near = self.refined(unit / 64)
            low, high = floor(near.lower / unit), ceil(near.upper / unit)
            if high - low == 1 and not any(low * unit <= root <= high * unit for root in others):
                return f"[{low / 10**places:.{places}f}, {high / 10**places:.{places}f}]"
            places += 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AlgebraicNumber):
            return False if isinstance(other, (float, Rational)) else NotImplemented
        low, high = max(self.lower, other.lower), min(self.upper, other.upper)
        # The same irreducible polynomial, with a root in the intersection of the intervals: the same number.
        same = low < high and self.coefficients == other.coefficients
        return same and _sign(self.coefficients, low) * _sign(self.coefficients, high) < 0

    def __hash__(self) -> int:
        return hash((AlgebraicNumber, float(self)))

    def __lt__(self, other: object) -> bool:
        if isinstance(other, AlgebraicNumber):
            if self == other:
                return False
            first, second = _apart(self, other)
            return _ends(first)[1] < _ends(second)[0]
        if isinstance(other, float) and not isfinite(other):
            return other > 0
        if not isinstance(other, (float, Rational)):
            return NotImplemented
        point = as_fraction(other)
        if not self.lower < point < self.upper:
            return self.upper <= point
        # The point is in the interval. Above the root the polynomial has the sign of the upper end.
        return _sign(self.coefficients, point) == _sign(self.coefficients, self.upper)


# A number in closed form: a `Fraction` iff it is rational.
Exact: TypeAlias = Fraction | AlgebraicNumber


def real_roots(coefficients: tuple[int, ...]) -> Iterator[AlgebraicNumber]:
    """Yield the real roots of an irreducible polynomial of degree two or more, in order.

    Examples
    --------
    >>> [round(float(root), 3) for root in real_roots((1, -4, 3, 1))]
    [-4.049, 0.357, 0.692]
    """
    with ctx.workprec(NUMERICS.bits):
        # A list of roots with their multiplicities, unlike the library's annotation.
        complex_roots = cast("list[tuple[acb, int]]", _whole(coefficients).complex_roots())
        # An irreducible polynomial has simple roots, and their balls are disjoint. FLINT says which are real.
        balls = [root.real for root, _ in complex_roots if root.imag.is_zero()]
    ends = [(fraction(b.mid().fmpq()), fraction(b.rad().fmpq())) for b in balls]
    for middle, radius in sorted(ends):
        yield AlgebraicNumber(coefficients, middle - radius, middle + radius)


def roots(polynomials: Iterable[Polynomial], low: Fraction, high: Fraction) -> list[Exact]:
    """Return the real roots of any of the polynomials in the open interval (low, high), ascending, each once.

    Examples
    --------
    >>> from negotiation.game_theory.exact.polynomials import polynomial
    >>> one, two = polynomial(map(Fraction, (1, -4, 3, 1))), polynomial(map(Fraction, (-1, 2)))
    >>> print(*roots([one, two, one * two], Fraction(0), Fraction(1)), sep="; ")
    root of x^3 + 3x^2 - 4x + 1 in [0.35, 0.36]; 1/2; root of x^3 + 3x^2 - 4x + 1 in [0.69, 0.70]
    """
    results: set[tuple[int, ...]] = set()
    for each in polynomials:
        if not has_no_root(each, low, high):
            results.update(factors(each))
    # Different irreducible polynomials share no root.
    numbers: list[Exact] = []
    for factor in results:
        numbers += [Fraction(-factor[0], factor[1])] if len(factor) == 2 else real_roots(factor)
    return sorted((x for x in numbers if low < x < high), key=cmp_to_key(_compared))


def sign_at(p: Polynomial, number: Exact) -> int:
    """Return the exact sign of a polynomial at a number: -1, 0 or 1."""
    if isinstance(number, Fraction):
        value = evaluate(p, number)
        return (value > 0) - (value < 0)
    bits, terms = NUMERICS.bits, p.numer()
    # Ball arithmetic gives the sign if the value's ball does not contain 0, as it does at some precision
    # unless the polynomial vanishes. That is checked once, since it costs more.
    while not (sign := _ball_sign(terms, number, bits)):
        if bits == NUMERICS.bits and not p % fmpq_poly(_whole(number.coefficients)):
            return 0
        bits *= 2
        number = number.refined(Fraction(1, 2**bits))
    return sign


def between(low: Exact, high: Exact) -> Fraction:
    """Return a rational number strictly between two numbers, of which the first is smaller.

    Examples
    --------
    >>> half = AlgebraicNumber((-1, 0, 2), Fraction(1, 2), Fraction(1))
    >>> Fraction(7, 10) < between(Fraction(7, 10), half) < half
    True
    """
    low, high = _apart(low, high)
    return (_ends(low)[1] + _ends(high)[0]) / 2


def _apart(first: Exact, second: Exact) -> tuple[Exact, Exact]:
    """Return two different numbers with their intervals narrowed until these are disjoint."""
    while max(_ends(first)[0], _ends(second)[0]) <= min(_ends(first)[1], _ends(second)[1]):
        first, second = (
            x if isinstance(x, Fraction) else x.refined((x.upper - x.lower) / 4) for x in (first, second)
        )
    return first, second


def _ends(number: Exact) -> tuple[Fraction, Fraction]:
    return (number, number) if isinstance(number, Fraction) else (number.lower, number.upper)


def _compared(first: Exact, second: Exact) -> int:
    return -1 if first < second else 1


def _ball_sign(terms: fmpz_poly, number: AlgebraicNumber, bits: int) -> int:
    """Return the sign at all points of a number's interval, or 0 if this precision does not decide it."""
    with ctx.workprec(bits):
        middle, radius = (number.lower + number.upper) / 2, (number.upper - number.lower) / 2
        value = terms(arb(rational(middle), arb(rational(radius))))
        return int(value > 0) - int(value < 0)


@lru_cache(maxsize=1024)
def _whole(coefficients: tuple[int, ...]) -> fmpz_poly:
    return fmpz_poly(list(coefficients))


@lru_cache(maxsize=1024)
def _irreducible(coefficients: tuple[int, ...]) -> Sequence[tuple[int, ...]]:
    return factors(fmpq_poly(_whole(coefficients)))


def _sign(coefficients: tuple[int, ...], x: Fraction) -> int:
    value = _whole(coefficients)(rational(x))
    return int(value > 0) - int(value < 0)
