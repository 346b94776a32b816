"""The numbers of exact algebra: they bound work and what is shown, never what is decided."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """At what precision is begun, and how long a text may be.

    Examples
    --------
    >>> NUMERICS.bits > 53
    True
    """

    bits: int = 64
    """Precision at which roots are enclosed and signs are first looked at: a little more than a double has,
    so that most comparisons and the nearest double need no narrowing. It is doubled as often as it takes."""

    longest_text: int = 60
    """Polynomials whose text is longer are described by their degree, so that a number fits in one line."""

    most_basis_unknowns: int = 400
    """Unknowns of the largest basis that is solved in whole numbers: about a second of work."""

    most_tableau_entries: int = 40_000
    """Entries of the largest tableau that is pivoted: one pivot takes some hundredths of a second."""

    most_pivots: int = 500
    """Exact pivots after which a program is left undecided; from a nearly best basis a handful are made."""


NUMERICS = Numerics()
