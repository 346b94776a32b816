"""The limits of best responses, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of best responses, and the reasons for their sizes."""

    # Most states of a problem that is solved in rational numbers: their digits grow with the states.
    exact_states: int = 60
    # Most rows of a problem, pairs of a state and an own action: computing them takes seconds.
    most_rows: int = 1_000_000
    # Most states of a problem, or pairs of a state and a policy's memory: a dense system of this size takes
    # seconds and half a gigabyte.
    most_states: int = 8_000
    # Most rounds of policy iteration; a dozen are usual.
    most_rounds: int = 1_000
    # Normal quantile of an interval of 95 percent.
    quantile: float = 1.96


NUMERICS = Numerics()
