"""Exact polynomials in one variable: sign and real roots, by Sturm's theorem.

A polynomial is a tuple of `Fraction` coefficients, lowest degree first, without trailing zeros. Used where
an equilibrium condition is a polynomial inequality in the discount factor and knife edges decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

Polynomial: TypeAlias = tuple[Fraction, ...]

ROOT_WIDTH = Fraction(1, 2**60)
"""Roots that are not known exactly are bracketed to this width."""

LARGEST_DENOMINATOR = 2**29
"""Rational roots with denominators up to this are recognised: a bracket holds at most one such number."""


@dataclass(frozen=True)
class Root:
    """A real root: the only one of `polynomial` in [low, high]; exact where low equals high."""

    low: Fraction
    high: Fraction
    polynomial: Polynomial

    @property
    def is_exact(self) -> bool:
        """Whether the root is a known rational number."""
        return self.low == self.high

    def halved(self) -> Root:
        """Return the same root in a bracket of half the width."""
        middle = (self.low + self.high) / 2
        at_middle = evaluate(self.polynomial, middle)
        if at_middle == 0:
            return Root(middle, middle, self.polynomial)
        if (at_middle > 0) == (evaluate(self.polynomial, self.low) > 0):
            return Root(middle, self.high, self.polynomial)
        return Root(self.low, middle, self.polynomial)


def trimmed(coefficients: Iterable[Fraction]) -> Polynomial:
    """Return the polynomial without zero leading coefficients.

    Examples
    --------
    >>> trimmed([Fraction(1), Fraction(0)])
    (Fraction(1, 1),)
    """
    found = list(coefficients)
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def evaluate(polynomial: Polynomial, x: Fraction) -> Fraction:
    """Return the value at x (Horner's rule)."""
    total = Fraction(0)
    for coefficient in reversed(polynomial):
        total = total * x + coefficient
    return total


def derivative(polynomial: Polynomial) -> Polynomial:
    """Return the derivative."""
    return trimmed(k * c for k, c in enumerate(polynomial) if k)


def divided(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Return quotient and remainder of a division.

    Examples
    --------
    >>> one = Fraction(1)
    >>> divided((-one, 0 * one, one), (-one, one))[1]
    ()
    """
    rest = list(numerator)
    quotient = [Fraction(0)] * max(0, len(rest) - len(divisor) + 1)
    while len(rest) >= len(divisor):
        factor = rest[-1] / divisor[-1]
        shift = len(rest) - len(divisor)
        quotient[shift] = factor
        for k, coefficient in enumerate(divisor):
            rest[shift + k] -= factor * coefficient
        rest.pop()
    return trimmed(quotient), trimmed(rest)


def common_divisor(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return the monic greatest common divisor."""
    while other:
        one, other = other, divided(one, other)[1]
    return tuple(c / one[-1] for c in one)


def square_free(polynomial: Polynomial) -> Polynomial:
    """Return the polynomial with each root once."""
    if len(polynomial) < 3:
        return polynomial
    return divided(polynomial, common_divisor(polynomial, derivative(polynomial)))[0]


def roots_inside(polynomial: Polynomial, low: Fraction, high: Fraction) -> tuple[Root, ...]:
    """Return all real roots in the open interval (low, high), in order, each once.

    Parameters
    ----------
    polynomial : tuple of Fraction
        Not zero.
    low, high : Fraction
        Ends of the interval.

    Returns
    -------
    tuple of Root
        Roots of linear polynomials, and rational roots with denominators up to `LARGEST_DENOMINATOR`, are
        exact; others are bracketed to `ROOT_WIDTH`.

    Examples
    --------
    >>> one = Fraction(1)
    >>> [root.low for root in roots_inside((-one, 7 * one), 0 * one, one)]
    [Fraction(1, 7)]
    """
    base = square_free(polynomial)
    for end in (low, high):
        if evaluate(base, end) == 0:
            base = divided(base, (-end, Fraction(1)))[0]
    if len(base) < 2:
        return ()
    if len(base) == 2:
        root = -base[0] / base[1]
        return (Root(root, root, base),) if low < root < high else ()
    chain = _sturm_chain(base)
    return tuple(_narrowed(root) for root in _isolated(base, chain, low, high))


def count_roots(polynomial: Polynomial, low: Fraction, high: Fraction) -> int:
    """Return how many distinct real roots lie in [low, high].

    Examples
    --------
    >>> one = Fraction(1)
    >>> count_roots((-one, 0 * one, one), -one, one), count_roots((-one, 0 * one, one), 0 * one, one / 2)
    (2, 0)
    """
    base = square_free(polynomial)
    ends = 0
    for end in {low, high}:
        if evaluate(base, end) == 0:
            base = divided(base, (-end, Fraction(1)))[0]
            ends += 1
    chain = _sturm_chain(base)
    return ends + _changes(chain, low) - _changes(chain, high)


def distinct_roots(polynomials: Iterable[Polynomial], low: Fraction, high: Fraction) -> list[Root]:
    """Return the distinct roots of all polynomials in (low, high), in order, in disjoint brackets.

    Examples
    --------
    >>> one = Fraction(1)
    >>> found = distinct_roots([(-one, 2 * one), (one, -5 * one, 6 * one)], 0 * one, one)
    >>> [str(root.low) for root in found]
    ['1/3', '1/2']
    """
    found: list[Root] = []
    for polynomial in dict.fromkeys(polynomials):
        for root in roots_inside(polynomial, low, high):
            known = next((k for k, other in enumerate(found) if _same(root, other)), None)
            if known is None:
                found.append(root)
            elif root.is_exact:
                found[known] = root
    settled = False
    while not settled:
        found.sort(key=lambda root: (root.low, root.high))
        settled = True
        for k in range(len(found) - 1):
            if found[k].high >= found[k + 1].low:
                found[k], found[k + 1] = found[k].halved(), found[k + 1].halved()
                settled = False
    return found


def _same(one: Root, other: Root) -> bool:
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low > high:
        return False
    # Each bracket holds one root of its polynomial: they are the same if the common part holds a shared one.
    shared = common_divisor(one.polynomial, other.polynomial)
    return _sign(evaluate(shared, low)) * _sign(evaluate(shared, high)) <= 0


def sign_at(polynomial: Polynomial, root: Root) -> int:
    """Return the sign of a polynomial at a root of another one: -1, 0 or 1, exactly.

    Examples
    --------
    >>> one = Fraction(1)
    >>> half = roots_inside((-one, 0 * one, 2 * one), 0 * one, one)[0]
    >>> sign_at((-one, 0 * one, 4 * one), half), sign_at((-one, 0 * one, 2 * one), half)
    (1, 0)
    """
    if not polynomial:
        return 0
    if root.is_exact:
        return _sign(evaluate(polynomial, root.low))
    shared = common_divisor(polynomial, root.polynomial)
    # The bracket holds one simple root of root.polynomial: a shared factor changes sign there or has no root.
    if _sign(evaluate(shared, root.low)) != _sign(evaluate(shared, root.high)):
        return 0
    others = _sturm_chain(square_free(polynomial))
    while _changes(others, root.low) != _changes(others, root.high):
        root = root.halved()
    return _sign(evaluate(polynomial, (root.low + root.high) / 2))


def _sturm_chain(polynomial: Polynomial) -> list[Polynomial]:
    chain = [polynomial, derivative(polynomial)]
    while chain[-1]:
        rest = divided(chain[-2], chain[-1])[1]
        chain.append(tuple(-c for c in rest))
    return chain[:-1]


def _changes(chain: list[Polynomial], x: Fraction) -> int:
    signs = [s for s in (_sign(evaluate(p, x)) for p in chain) if s]
    return sum(a != b for a, b in pairwise(signs))


def _isolated(base: Polynomial, chain: list[Polynomial], low: Fraction, high: Fraction) -> list[Root]:
    count = _changes(chain, low) - _changes(chain, high)
    if count == 0:
        return []
    if count == 1:
        return [Root(low, high, base)]
    middle = (low + high) / 2
    while evaluate(base, middle) == 0:
        middle = (low + 2 * middle) / 3
    return _isolated(base, chain, low, middle) + _isolated(base, chain, middle, high)


def _narrowed(root: Root) -> Root:
    while root.high - root.low > ROOT_WIDTH:
        root = root.halved()
    guess = ((root.low + root.high) / 2).limit_denominator(LARGEST_DENOMINATOR)
    if root.low <= guess <= root.high and evaluate(root.polynomial, guess) == 0:
        return Root(guess, guess, root.polynomial)
    return root


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
