"""The numbers of exact algebra: they bound work and what is shown, never what is decided."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The first precision, limits of work, and the greatest length of a text.

    Examples
    --------
    >>> NUMERICS.bits > 53
    True
    """

    # Precision at which roots are enclosed and signs are first looked at: a little more than a double has, so
    # that most comparisons and the nearest double need no narrowing. It is doubled as often as it takes.
    bits: int = 64

    # Polynomials whose text is longer are described by their degree, so that a number fits in one line.
    longest_text: int = 60

    # Unknowns of the largest basis that is solved in whole numbers: about a second of work.
    most_basis_unknowns: int = 400

    # Entries of the largest tableau that is pivoted: one pivot takes some hundredths of a second.
    most_tableau_entries: int = 40_000

    # Exact pivots after which a program is left undecided; from a nearly best basis a handful are made.
    most_pivots: int = 500

    # Isolated zeros (`isolated_zeros.py`).

    # Boxes end on multiples of this: their middles and half-widths are doubles, without rounding.
    grid: float = 2.0**-40

    # A box of this width that can neither be left out nor be proven to have one zero is undecided: near a
    # simple zero the proof goes through in boxes thousands of times as wide.
    least_box: float = 2.0**-16

    # Boxes that are looked at where conditions are fewer than unknowns: what stays is no isolated zero.
    few_boxes: int = 64

    # Half-widths of the boxes around a zero in which it is proven to be alone, the widest that works.
    radii: tuple[float, ...] = (0.25, 0.06, 0.015, 2e-3, 1e-4, 1e-6)

    # How much wider than a box its image by Krawczyk's operator may be where a zero is looked for in it.
    near_contraction: float = 2.0

    # Steps of Newton's method to a zero, which from near it takes five.
    newton_steps: int = 30

    # Last step at which it has come to rest: what follows proves the zero, wherever it came to rest.
    newton_rest: float = 1e-12

    # Times that a proven box is drawn together: from a quarter to rounding, the error squared each time.
    tightened: int = 4

    # Where a box is cut: not in the middle, where zeros of symmetric games lie.
    cut: float = 0.47

    # Equilibria of several players (`support_mixtures.py`).

    # Bits to which probabilities that are not rational are enclosed: twice those of a double.
    shown_bits: int = 106

    # Directions along which points of two unknowns are told apart.
    slants: tuple[int, ...] = (0, 2, 5)

    # Sets of tight conditions that are tried for the corners of a continuum: about a second.
    most_tight_sets: int = 20_000


NUMERICS = Numerics()
