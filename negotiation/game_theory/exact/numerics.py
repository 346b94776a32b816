"""Precisions and limits of exact algebra: they affect whether a question is decided, but not the answer."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The first precision, limits of work, and the largest length of a text.

    Examples
    --------
    >>> NUMERICS.bits > 53
    True
    """

    # Precision at which roots are enclosed and signs are first computed: a little more than that of a double,
    # so that most comparisons and the nearest double need no narrowing. It is doubled as often as necessary.
    bits: int = 64

    # Polynomials whose text is longer are described by their degree, so that a number fits in one line.
    longest_text: int = 60

    # Unknowns of the largest basis that is solved in whole numbers: about a second of work.
    most_basis_unknowns: int = 400

    # Entries of the largest tableau that is pivoted: one pivot takes some hundredths of a second.
    most_tableau_entries: int = 40_000

    # Exact pivots after which a program is left undecided; a nearly optimal basis needs a handful.
    most_pivots: int = 500

    # Isolated zeros (`isolated_zeros.py`).

    # Boxes end on multiples of this: their middles and half-widths are doubles, without rounding.
    grid: float = 2.0**-40

    # A box of this width that can neither be excluded nor be proven to have one zero is undecided: near a
    # simple zero the proof succeeds in boxes thousands of times as wide.
    least_box: float = 2.0**-16

    # Boxes that are examined if there are fewer conditions than unknowns, and so seldom isolated zeros.
    few_boxes: int = 64

    # Half-widths of boxes around a zero, tried in order until one is proven to contain no other zero.
    radii: tuple[float, ...] = (0.25, 0.06, 0.015, 2e-3, 1e-4, 1e-6)

    # Largest width of the image under Krawczyk's operator, relative to the box, at which a zero is sought in
    # it.
    near_contraction: float = 2.0

    # Steps of Newton's method; near a zero it takes five.
    newton_steps: int = 30

    # Size of a step at which Newton's method has converged; the zero is proven afterwards.
    newton_rest: float = 1e-12

    # Times that a proven box is shrunk: the error is squared each time, from 1/4 to rounding.
    tightened: int = 4

    # Share of its side at which a box is cut: not the middle, where zeros of symmetric games lie.
    cut: float = 0.47

    # Equilibria of several players (`support_mixtures.py`).

    # Bits to which irrational probabilities are enclosed: twice as many as in a double.
    shown_bits: int = 106

    # Directions along which points with two unknowns are distinguished.
    slants: tuple[int, ...] = (0, 2, 5)

    # Sets of tight conditions that are tried for the corners of a continuum: about a second.
    most_tight_sets: int = 20_000


NUMERICS = Numerics()
