"""Small numbers of figures: what is too small to draw, and what stands for zero."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The small numbers of figures."""

    # Chances below this are not drawn on an automaton's arrows, and the figure says so.
    least_chance: float = 1e-4

    # Discount factors: intervals shorter than this are drawn as points.
    point: float = 1e-3

    # Values smaller than this share of the largest are shown as zero.
    rounding: float = 1e-9

    # Where a zero is drawn on a logarithmic axis of shares or of percent of GDP.
    least_on_log: float = 1e-3

    # What a range of zero is replaced by, so that it can be divided by.
    least_range: float = 1e-12


NUMERICS = Numerics()
