"""The numbers of the panel's models: priors and draws, each with what it is for."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """See the comment above each."""

    # Standard deviation of the normal prior of a coefficient, by standard deviation of its column: a factor
    # of e in a rate is two of them away. Assumption of decision 66.
    effect_prior: float = 0.5

    # That of the logarithm of the rate a year: anything from one step in fifty years to fifty in one.
    level_prior: float = 2.0

    # That of the logarithm of the Weibull shape.
    shape_prior: float = 0.5

    # Of the natural logarithm of a cumulated hazard in a search: beyond it a row has no chance at all.
    largest_exponent: float = 50.0

    # A search ends where no slope of the log density is larger.
    least_slope: float = 1e-8

    # Resamplings of disputes behind an interval, and their seed.
    resamplings: int = 2000
    seed: int = 66


NUMERICS = Numerics()
