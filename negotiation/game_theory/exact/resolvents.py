"""The resolvent (I - x T)^-1 of a matrix T of rational numbers, as polynomials in x.

By Cramer's rule (I - x T)^-1 u = N(x) / D(x) with D(x) = det(I - x T) and N(x) = adj(I - x T) u. D is the
characteristic polynomial of T read backwards. From (I - x T) N(x) = D(x) u, power by power of x,

    N_0 = u,    N_k = T N_{k-1} + D_k u    for k = 1 to S - 1,

S being the size of T: S products of T with a vector (Faddeev and LeVerrier's recursion on one vector). It is
done in whole numbers, for q T and x / q, with q the common denominator of T.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz, fmpz_mat

from negotiation.game_theory.exact.polynomials import Polynomial, rational


class Resolvent(NamedTuple):
    """A matrix T = A / q with A and q whole, and the coefficients of det(I - y A); see `resolvent`."""

    whole: fmpz_mat
    common: fmpz
    coefficients: list[fmpz]

    @property
    def determinant(self) -> Polynomial:
        """D(x) = det(I - x T)."""
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
        """Return the polynomial in x that a polynomial in y = x / q is."""
        power = fmpz(1)
        found = []
        for coefficient in coefficients:
            found.append(fmpq(coefficient, power))
            power *= self.common
        return fmpq_poly(found)


def resolvent(transitions: Sequence[Sequence[Fraction]]) -> Resolvent:
    """Return the resolvent of a square matrix.

    Examples
    --------
    >>> print(resolvent([[Fraction(1, 2), Fraction(1, 2)], [Fraction(0), Fraction(1)]]).determinant)
    1/2*x^2 + (-3/2)*x + 1
    """
    whole, common = fmpq_mat([[rational(entry) for entry in row] for row in transitions]).numer_denom()
    return Resolvent(whole, common, whole.charpoly().coeffs()[::-1])
