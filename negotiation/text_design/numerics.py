"""The limits of the search for a text."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the search, and the reasons for their sizes."""

    # Fresh draws behind every printed share: half the width of a 95 percent interval is then at most .022.
    fresh: int = 2048
    # Level of the simultaneous lower bounds.
    level: float = 0.05
    # Draws in which texts are evaluated first: a text that holds in nine of ten draws fails in four or more
    # of sixteen with probability .07.
    draws: int = 16
    # Texts that are evaluated again, and the number of draws for them (half the width of an interval: .06).
    finalists: int = 100
    draws_again: int = 256
    # Most texts that are evaluated in all: some minutes in the core game.
    texts: int = 2000
    # Texts of the frontier that are scored on fresh draws, beside those that are best by a criterion.
    shown: int = 8
    # Profiles times draws of games that are in memory together: 32 MB of payoffs.
    payoffs_at_once: int = 2**21
    # Most draws that are in memory together.
    draws_at_once: int = 256
    # Texts that are timed to estimate the total time, after as many that are not timed.
    timed: int = 5
    # The expected time of a search is logged if it exceeds this number of seconds.
    said: float = 10.0

    # Days of the longest clock: ten years.
    longest_clock: int = 3_652


NUMERICS = Numerics()
