"""The limits of the search for a text, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the search, and the reasons for their sizes."""

    # Fresh draws behind every share that is printed: half an interval of 95 percent is then at most .022.
    fresh: int = 2048
    # Level of the simultaneous lower bounds.
    level: float = 0.05
    # Draws at which texts are looked at first: a text that holds in nine of ten fails four of sixteen with
    # chance .07.
    draws: int = 16
    # Texts that are looked at again, and at how many draws (half an interval: .06).
    finalists: int = 100
    draws_again: int = 256
    # Most texts that are looked at, in all: some minutes of the core game.
    texts: int = 2000
    # Texts of the frontier that are asked at fresh draws, beside those that are best by some measure.
    shown: int = 8
    # Profiles times draws of games that are held together: 32 MB of payoffs.
    payoffs_at_once: int = 2**21
    # Most draws that are held together.
    draws_at_once: int = 256
    # Texts that are timed to estimate the total time, after as many that are not timed.
    timed: int = 5
    # Seconds from which on the time that a search is expected to take is said.
    said: float = 10.0

    # Days of the longest clock: ten years, after which nothing of the record says what is left.
    longest_clock: int = 3_652


NUMERICS = Numerics()
