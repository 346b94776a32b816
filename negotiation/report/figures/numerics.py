"""Sizes below which nothing is drawn, and the limits of a figure that has nothing to show."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The least that figures and screens show."""

    # Chances below this are not drawn on an automaton's arrows, and the figure says so.
    least_chance: float = 1e-4

    # Discount factors: intervals shorter than this are drawn as points.
    point: float = 1e-3

    # Share of the largest worth that is shown as zero.
    rounding: float = 1e-9

    # Where a share, or a percent of GDP, of nothing is drawn on an axis of logarithms.
    least_on_log: float = 1e-3

    # What a range of nothing counts as, so that places on it can be told in shares.
    least_range: float = 1e-12


NUMERICS = Numerics()
