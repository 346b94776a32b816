"""The limits of computations on private readings, with what each bounds and why.

Gains are compared with a tolerance of `KNIFE_EDGE` times the payoff range, as in the whole package.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Sizes at which computations stop."""

    # Most public states: each pair of readings needs a dense linear system of this size, about a second.
    public_states: int = 3_000

    # Most pairs of public state and belief that are followed for one side; those left out are reported.
    pairs: int = 4_000

    # Periods for which beliefs are followed by default: a year of reaction lags of 14 days.
    depth: int = 26

    # Most steps of policy iteration, which normally needs only a few.
    policies: int = 1_000


NUMERICS = Numerics()
