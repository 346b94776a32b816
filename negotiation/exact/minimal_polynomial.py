"""The polynomial of least degree with whole coefficients that has a given root, by lattice reduction.

Kannan, Lenstra and Lovasz (1988, Mathematics of Computation 50): among the polynomials g below the degree of
f, those that vanish at the root are the short vectors of the lattice spanned by the rows (e_i, 2^s x^i). If
the first vector of a reduced basis (Lenstra, Lenstra and Lovasz 1982) does not vanish at the root, none does,
provided that 2^s exceeds the bound in `_bits`; if it does, its common divisor with f has the root and a
smaller degree. What is returned divides f exactly, whatever the lattice says. Cost: for degree d and
coefficients of b bits, d^2 times d^2 (b + d) steps on whole numbers of d^2 (b + d) bits: milliseconds at
degree 3, a second at degree 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm

from negotiation.exact.polynomials import Root, common_divisor, divided, evaluate

LARGEST_DEGREE = 8
LARGEST_COEFFICIENT = 2**64
"""Polynomials beyond these are not reduced."""


def whole(polynomial: Sequence[Fraction]) -> tuple[int, ...]:
    """Return the multiple with whole coefficients without common divisor, the leading one positive.

    Examples
    --------
    >>> whole((Fraction(1, 2), Fraction(0), Fraction(-3, 4)))
    (-2, 0, 3)
    """
    denominator = lcm(*(c.denominator for c in polynomial))
    numbers = [int(c * denominator) for c in polynomial]
    shared = gcd(*numbers) * (1 if numbers[-1] > 0 else -1)
    return tuple(n // shared for n in numbers)


def minimal_polynomial(root: Root) -> tuple[tuple[int, ...], bool]:
    """Return the polynomial of least degree that has a root, and whether it is known to be that.

    Parameters
    ----------
    root : Root
        Irrational, in (0, 1), with a polynomial that has each of its roots once.

    Returns
    -------
    coefficients : tuple of int
        Lowest degree first, without common divisor, the leading one positive.
    minimal : bool
        False where the degree or the coefficients are too large to tell.

    Examples
    --------
    >>> from negotiation.exact.polynomials import roots_inside
    >>> coefficients = [Fraction(c) for c in (-3, 0, 5, 0, 2)]  # (2 x^2 - 1) (x^2 + 3)
    >>> minimal_polynomial(roots_inside(tuple(coefficients), Fraction(0), Fraction(1))[0])
    ((-1, 0, 2), True)
    """
    numbers = whole(root.polynomial)
    while len(numbers) > 3:
        if len(numbers) - 1 > LARGEST_DEGREE or max(map(abs, numbers)) > LARGEST_COEFFICIENT:
            return numbers, False
        smaller = _divisor(numbers, root)
        if smaller is None:
            break
        numbers = smaller
    return numbers, True


def _divisor(numbers: tuple[int, ...], root: Root) -> tuple[int, ...] | None:
    """Return a divisor of smaller degree that has the root, or None where there is none."""
    found = tuple(Fraction(c) for c in numbers)
    bits = _bits(numbers)
    low, high = root.low, root.high
    while (high - low) * 2 ** (bits + 4) > 1:
        middle = (low + high) / 2
        if (evaluate(root.polynomial, middle) > 0) == (evaluate(root.polynomial, low) > 0):
            low = middle
        else:
            high = middle
    degree = len(numbers) - 1
    rows = [[int(i == k) for i in range(degree)] + [round(low**k * 2**bits)] for k in range(degree)]
    short = reduced_basis(rows)[0][:degree]
    shared = common_divisor(found, tuple(Fraction(c) for c in _trimmed(short)))
    # The root is simple in f: a divisor has it iff it changes sign in the bracket.
    for part in (shared, divided(found, shared)[0]):
        if 1 < len(part) < len(found) and evaluate(part, root.low) * evaluate(part, root.high) < 0:
            return whole(part)
    return None


def _trimmed(numbers: Sequence[int]) -> list[int]:
    kept = list(numbers)
    while len(kept) > 1 and kept[-1] == 0:
        kept.pop()
    return kept


def _bits(numbers: Sequence[int]) -> int:
    """Return an s with 2^s above L 4 d B^d L^d.

    B = 2^d |f| bounds the length of a divisor of f (Mignotte 1974) and L = 2^(d/2) (d + 1) B that of the
    first vector of a reduced basis. A polynomial of length L that does not vanish at the root is at least
    1 / (d B^d L^d) there, since its resultant with the divisor is a whole number.
    """
    degree = len(numbers) - 1
    divisor = degree + (isqrt(sum(n * n for n in numbers)) + 1).bit_length()
    vector = (degree + 1) // 2 + (degree + 1).bit_length() + divisor
    return vector + (4 * degree).bit_length() + degree * (divisor + vector)


def reduced_basis(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return a reduced basis of the lattice that independent rows span.

    Integral form of the algorithm of Lenstra, Lenstra and Lovasz (Cohen 1993, algorithm 2.6.7).

    Examples
    --------
    >>> reduced_basis([[1, 0, 1000], [0, 1, 1414]])[0][:2]
    [17, -12]
    """
    return _Reduction(rows).run()


class _Reduction:
    """A basis b, its Gram determinants d, and m[k][j] / d[j + 1], the coefficients that orthogonalise it."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.b = [list(row) for row in rows]
        size = len(self.b)
        self.d = [1] + [0] * size
        self.m = [[0] * size for _ in range(size)]
        self.known = -1

    def run(self) -> list[list[int]]:
        k = 0
        while k < len(self.b):
            if k > self.known:
                self._orthogonalise(k)
            if k == 0:
                k = 1
                continue
            self._subtract(k, k - 1)
            d, m = self.d, self.m[k][k - 1]
            if 4 * d[k + 1] * d[k - 1] < 3 * d[k] * d[k] - 4 * m * m:
                self._exchange(k)
                k = max(1, k - 1)
            else:
                for j in range(k - 2, -1, -1):
                    self._subtract(k, j)
                k += 1
        return self.b

    def _orthogonalise(self, k: int) -> None:
        self.known = k
        for j in range(k + 1):
            u = sum(x * y for x, y in zip(self.b[k], self.b[j], strict=True))
            for i in range(j):
                u = (self.d[i + 1] * u - self.m[k][i] * self.m[j][i]) // self.d[i]
            if j < k:
                self.m[k][j] = u
            else:
                self.d[k + 1] = u

    def _subtract(self, k: int, j: int) -> None:
        m, d = self.m[k], self.d[j + 1]
        if 2 * abs(m[j]) <= d:
            return
        times = (2 * m[j] + d) // (2 * d)
        self.b[k] = [x - times * y for x, y in zip(self.b[k], self.b[j], strict=True)]
        m[j] -= times * d
        for i in range(j):
            m[i] -= times * self.m[j][i]

    def _exchange(self, k: int) -> None:
        b, d, m = self.b, self.d, self.m
        b[k], b[k - 1] = b[k - 1], b[k]
        for j in range(k - 1):
            m[k][j], m[k - 1][j] = m[k - 1][j], m[k][j]
        here = m[k][k - 1]
        new = (d[k - 1] * d[k + 1] + here * here) // d[k]
        for i in range(k + 1, self.known + 1):
            t = m[i][k]
            m[i][k] = (d[k + 1] * m[i][k - 1] - here * t) // d[k]
            m[i][k - 1] = (new * t + here * m[i][k]) // d[k + 1]
        d[k] = new
