"""The rational numbers with one algebraic number adjoined: exact linear algebra and signs.

An element is a polynomial in the number, of lower degree than the number's irreducible polynomial. Unless it
is 0, it has an inverse modulo that polynomial, by Euclid's algorithm (Cohen 1993, "A Course in Computational
Algebraic Number Theory", section 4.2). A rational number is the case of degree 1. Cost: some multiplications
of polynomials per operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq_poly

from negotiation.game_theory.exact.algebraic_numbers import Exact, sign_at
from negotiation.game_theory.exact.polynomials import Polynomial, fraction, rational

# Lower and upper bound of a number, equal if it is rational.
Bounds: TypeAlias = tuple[Fraction, Fraction]


class NumberField:
    """The field that one real algebraic number generates.

    Examples
    --------
    >>> from negotiation.game_theory.exact.algebraic_numbers import AlgebraicNumber
    >>> root = NumberField(AlgebraicNumber((-2, 0, 1), Fraction(1), Fraction(2)))
    >>> root.null_space([[fmpq_poly([0, 1]), fmpq_poly([-2])]], 2)
    [[x, 1]]
    """

    def __init__(self, number: Exact) -> None:
        self.number = number
        self.is_rational = isinstance(number, Fraction)
        self.modulus = (
            fmpq_poly([-rational(number), 1])
            if isinstance(number, Fraction)
            else fmpq_poly(list(number.coefficients))
        )

    def reduced(self, values: Iterable[Any]) -> list[Polynomial]:
        """Return polynomials as elements of the field: their remainders modulo the number's polynomial."""
        return [fmpq_poly(value) % self.modulus for value in values]

    def sign(self, value: Polynomial) -> int:
        """Return the exact sign of an element: -1, 0 or 1."""
        return sign_at(value, self.number)

    def null_space(self, rows: Sequence[Sequence[Polynomial]], width: int) -> list[list[Polynomial]]:
        """Return a basis of the vectors of length `width` whose product with every row is 0."""
        left, pivots = [self.reduced(row) for row in rows], dict[int, list[Polynomial]]()
        for column in range(width):
            pivot = next((row for row in left if not row[column].is_zero()), None)
            if pivot is None:
                continue
            left.remove(pivot)
            unit = self.inverse(pivot[column])
            pivot = self.reduced([unit * entry for entry in pivot])
            left = [self._less(row, row[column], pivot) for row in left]
            pivots = {k: self._less(row, row[column], pivot) for k, row in pivots.items()} | {column: pivot}
        free = [k for k in range(width) if k not in pivots]
        return [
            [-pivots[k][f] if k in pivots else fmpq_poly([int(k == f)]) for k in range(width)] for f in free
        ]

    def _less(
        self, row: Sequence[Polynomial], times: Polynomial, other: Sequence[Polynomial]
    ) -> list[Polynomial]:
        if times.is_zero():
            return list(row)
        return self.reduced(a - times * b for a, b in zip(row, other, strict=True))

    def inverse(self, value: Polynomial) -> Polynomial:
        """Return the multiplicative inverse of an element other than 0."""
        common, factor, _ = value.xgcd(self.modulus)
        return factor / common[0]

    def shares(self, vector: Sequence[Polynomial], bits: int) -> list[Bounds]:
        """Return bounds of each entry's share of the sum of a positive vector, within 2**-bits."""
        if isinstance(self.number, Fraction):
            weights = [fraction(p[0]) for p in vector]
            return [(weight / sum(weights),) * 2 for weight in weights]
        near = Fraction(1, 2**bits)
        while True:
            # Terms with large coefficients cancel, so the interval is narrowed until the balls are small.
            number = self.number.refined(near)
            middle, radius = (number.lower + number.upper) / 2, (number.upper - number.lower) / 2
            with ctx.workprec(4 * near.denominator.bit_length()):
                point = arb(rational(middle), rational(radius))
                values = [p.numer()(point) / p.denom() for p in vector]
                total = sum(values, arb(0))
                balls = [value / total for value in values]
                if all(ball.rad() * 2**bits < 1 for ball in balls):
                    ends = [(fraction(b.mid().fmpq()), fraction(b.rad().fmpq())) for b in balls]
                    return [(middle - radius, middle + radius) for middle, radius in ends]
            near = near * near


def whole_multiples(values: Iterable[Polynomial]) -> list[int]:
    """Return the products of rational numbers, given as constant polynomials, with their common denominator.

    Examples
    --------
    >>> whole_multiples([fmpq_poly([1], 2), fmpq_poly([1], 3)])
    [3, 2]
    """
    fractions = [fraction(value[0]) for value in values]
    common = lcm(*(value.denominator for value in fractions))
    return [int(value * common) for value in fractions]
