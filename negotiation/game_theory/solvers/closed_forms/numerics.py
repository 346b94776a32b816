"""The tolerances and limits of the closed forms, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the closed forms, and the reasons for their sizes."""

    # Issues of a linkage: a breach may be of any of 2**14 sets of them.
    most_linked_issues: int = 14
    # Periods of a survival curve: 8 MB a column.
    longest_curve: int = 1_000_000
    # An event whose chance of never coming is below this comes surely: rounding of a few hundred products.
    surely: float = 1e-12
    # Periods of a clock with sealed alarms: each is tried.
    longest_clock: int = 10_000
    # Bits of the fractions of the longest clock: all clocks then take some seconds.
    most_clock_bits: int = 30_000
    # Periods of cover of a threat: two years and more of fortnights.
    most_cover: int = 60


NUMERICS = Numerics()
