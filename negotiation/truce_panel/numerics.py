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

    # The same for the shape of the factors of truces (`spell_pace.py`). Assumption of decision 68.
    frailty_prior: float = 1.0

    # Of the natural logarithm of a cumulated hazard in a search: beyond it a row has no chance at all.
    largest_exponent: float = 50.0

    # A search ends where no slope of the log density is larger.
    least_slope: float = 1e-8

    # Of the logarithm of a hazard ratio: beyond it rows set no bound, one group being done before another.
    largest_log_ratio: float = 8.0

    # Ends of an interval: nine tenths.
    interval: tuple[float, float] = (0.05, 0.95)

    # Standard deviation of the normal prior of the logarithm of a cell's rate about that of all: most cells
    # are within a factor of seven of it. Assumption.
    cell_prior: float = 1.0

    # Of the logarithm of the shape of the gamma distribution of disputes' factors: from wild to all alike.
    log_frailty: tuple[float, float] = (-4.0, 6.0)

    # Days about the end of a clock in which an end counts as the clock's.
    clock_days: int = 30

    # Draws behind a theory's share (a power of two, as the sequence has them), and their seed.
    draws: int = 256
    draw_seed: int = 67

    # Payoffs of draws that are solved together: tens of megabytes.
    profiles_at_once: int = 2_000_000

    # Pairs of postures of the largest game that has calmer levels too: without them sixteen instruments fit.
    largest_game: int = 65_536

    # GDP in USD bn where the card has that of neither side.
    middling_gdp: float = 1000.0

    # Days of the longest clock that a text of the package may have.
    longest_clock: int = 36_525

    # The ends of nine tenths of a distribution.
    band: tuple[float, float] = (0.05, 0.95)

    # Resamplings of disputes behind an interval, and their seed.
    resamplings: int = 2000
    seed: int = 66


NUMERICS = Numerics()
