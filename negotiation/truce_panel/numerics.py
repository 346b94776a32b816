"""The priors, limits and draws of the panel's models."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The priors, limits and draws of the panel's models, with their purposes."""

    # Standard deviation of the normal prior of a coefficient of a standardised column: a factor of e in the
    # rate is two standard deviations away. Assumption of decision 66.
    effect_prior: float = 0.5

    # Standard deviation of the prior of the log rate per year: from one step in fifty years to fifty in one.
    level_prior: float = 2.0

    # Standard deviation of the prior of the logarithm of the Weibull shape.
    shape_prior: float = 0.5

    # Standard deviation of the prior of the log shape of the factors of truces (`spell_pace.py`). Assumption
    # of decision 68.
    frailty_prior: float = 1.0

    # Largest natural logarithm of a cumulative hazard in a search: beyond it a row has probability 0.
    largest_exponent: float = 50.0

    # A search ends when no slope of the log density is larger.
    least_slope: float = 1e-8

    # Largest logarithm of a hazard ratio: beyond it the rows allow any ratio, since one group ends before
    # another.
    largest_log_ratio: float = 8.0

    # Quantiles at the ends of a 90 percent interval over disputes.
    interval: tuple[float, float] = (0.05, 0.95)

    # Standard deviation of the normal prior of a cell's log rate around the overall log rate: most cells are
    # within a factor of seven. Assumption.
    cell_prior: float = 1.0

    # Range of the log shape of the gamma distribution of disputes' factors: from very different to equal.
    log_frailty: tuple[float, float] = (-4.0, 6.0)

    # Days around the end of a clock in which the end of a truce counts as that of the clock.
    clock_days: int = 30

    # Draws behind a theory's share (a power of two, for the Sobol sequence), and their seed.
    draws: int = 256
    draw_seed: int = 67

    # Payoffs of the draws that are solved together: tens of megabytes.
    profiles_at_once: int = 2_000_000

    # Profiles of the largest game with calmer levels; without these levels sixteen instruments fit.
    largest_game: int = 65_536

    # GDP in USD bn if the tables have it for neither side.
    middling_gdp: float = 1000.0

    # Days of the longest clock that a text of the package may have.
    longest_clock: int = 36_525

    # Quantiles at the ends of a 90 percent interval of a distribution.
    band: tuple[float, float] = (0.05, 0.95)

    # Resamplings of disputes behind an interval, and their seed.
    resamplings: int = 2000
    seed: int = 66


NUMERICS = Numerics()
