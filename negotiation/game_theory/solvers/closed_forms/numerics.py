"""The tolerances and limits of the closed forms, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the closed forms, and the reasons for their sizes."""

    # Most issues of a linkage: each of the 2**14 sets of issues is a possible breach.
    most_linked_issues: int = 14
    # Most periods of a survival curve: 8 MB per column.
    longest_curve: int = 1_000_000
    # Largest probability of never happening that counts as zero: the rounding of a few hundred products.
    surely: float = 1e-12
    # Most periods of a clock with sealed alarms: each length is tried.
    longest_clock: int = 10_000
    # Most bits of the fractions of the longest clock: all clocks then take some seconds.
    most_clock_bits: int = 30_000
    # Most bits of delta^N as a fraction: the rest then takes some seconds.
    most_power_bits: int = 2_000_000
    # The same if the values of all N periods are kept, in some 100 MB.
    most_value_bits: int = 200_000
    # Most periods of cover of a threat: more than two years of fortnights.
    most_cover: int = 60


NUMERICS = Numerics()
