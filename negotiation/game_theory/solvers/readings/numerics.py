"""The limits of computations on private readings, each with what it bounds and why.

Gains are compared within `KNIFE_EDGE` of the payoff range, as everywhere.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Sizes at which computations stop."""

    # Most public states: each pair of readings needs a dense linear system of this size, about a second.
    public_states: int = 3_000

    # Most pairs of public state and belief that are followed for one side; those left out are reported.
    pairs: int = 4_000

    # Periods for which beliefs are followed, unless told: a year of reaction lags of 14 days.
    depth: int = 26

    # Steps of policy iteration, which takes a few: at so many something is wrong.
    policies: int = 1_000


NUMERICS = Numerics()
