"""The resolvent (I - x T)^-1 of a matrix T of rational numbers, as polynomials in x.

By Cramer's rule (I - x T)^-1 u = N(x) / D(x) with D(x) = det(I - x T) and N(x) = adj(I - x T) u. D is the
characteristic polynomial of T read backwards. N has degree below S, the size of T, and (I - x T)^-1 =
sum_k x^k T^k, so that N(x) is what D(x) sum_k x^k T^k u has below x^S: S products of T with a vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import fmpq, fmpq_mat, fmpq_poly

from negotiation.exact.polynomials import Polynomial, rational


class Resolvent(NamedTuple):
    """A matrix T with D(x) = det(I - x T); see `resolvent`."""

    transitions: fmpq_mat
    determinant: Polynomial

    def numerators(self, vector: Sequence[Fraction]) -> list[Polynomial]:
        """Return the entries of N(x) = adj(I - x T) u for a vector u.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> print(*resolvent([[half, half], [0, Fraction(1)]]).numerators([Fraction(1), Fraction(3)]))
        1/2*x + 1 (-3/2)*x + 3
        """
        size = len(vector)
        power = fmpq_mat(size, 1, [rational(u) for u in vector])
        series: list[list[fmpq]] = []
        for _ in range(size):
            series.append(power.entries())
            power = self.transitions * power
        # Column s of the series is sum_k x^k (T^k u)_s below x^S.
        columns = (fmpq_poly(list(column)) for column in zip(*series, strict=True))
        return [(self.determinant * column).truncate(size) for column in columns]


def resolvent(transitions: Sequence[Sequence[Fraction]]) -> Resolvent:
    """Return the resolvent of a square matrix.

    Examples
    --------
    >>> print(resolvent([[Fraction(1, 2), Fraction(1, 2)], [Fraction(0), Fraction(1)]]).determinant)
    1/2*x^2 + (-3/2)*x + 1
    """
    matrix = fmpq_mat([[rational(entry) for entry in row] for row in transitions])
    backwards = matrix.charpoly().coeffs()[::-1]
    return Resolvent(matrix, fmpq_poly(backwards))
