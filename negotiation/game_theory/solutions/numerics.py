"""The tolerances and limits of what solvers return, in one place.

Tolerances shared by the whole project (knife edge, regret) are in `negotiation/base/numeric.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Tolerances and limits of payoff sets, with reasons; distances are shares of the range of payoffs."""

    # Points farther than this beyond an outer bound are outside. Outer bounds are found to about 1e-12; with
    # less room a payoff on the bound that was rounded once or twice would be refused.
    outside: float = 1e-10
    # Points this close are the same point, rounded: the knife edge of the project, for distances.
    rounding: float = 1e-12
    # Payoffs below this are shown as zero, which they are up to rounding.
    shown: float = 1e-12
    # Points this close to half-spaces, or to a hull, of several players count as on it: both come from linear
    # programs, whose own tolerances are of this order once the payoffs are scaled back.
    on_bound: float = 1e-7
    # Largest denominator of the fractions that the coordinates of a bound are taken for in a game of
    # rationals. Two such fractions are at least 1e-14 apart, and a double near 1 resolves 1e-16.
    denominator: int = 10_000_000
    # Most steps to the nearest point of a hull, for each point that spans it. A few in all suffice; the limit
    # is for rounding that goes round in circles.
    steps: int = 20
    # Weights in a mixture of less than this are rounding, and 0.
    no_weight: float = 1e-14


NUMERICS = Numerics()
