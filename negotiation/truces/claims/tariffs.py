"""Claims about tariffs: the truce's rates compared with the stage Nash rates, by draw."""

from __future__ import annotations

import math

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.truces.claims.definition import claim_that
from negotiation.truces.record.agreement_text import agreement_text

AGREEMENT = "2025-05-geneva"
INSTRUMENTS = (("USA", "tariff"), ("CHN", "tariff"))


def rate_above_nash(draws: ParameterDraws, days: float) -> dict[str, FloatArray]:
    """Return each side's Geneva rate minus its stage Nash rate, as fractions of the price, shape (D,).

    `days` is the time since the rate changed: 0 in the short run, infinite in the long run.
    """
    covered = agreement_text(AGREEMENT).covered()
    margins = {}
    for country in draws.scenario.countries:
        # Levels are in percent, the market's tariffs are fractions of the price.
        instrument = draws.scenario.instrument(country, "tariff")
        rate = (instrument.level(country, covered[country, "tariff"]).value or 0.0) / 100.0
        nash = [world.best_rate(country, "tariff", days) for world in draws]
        margins[country] = rate - np.array(nash)
    return margins


@claim_that(
    1,
    1,
    "With short-run supply slopes the Geneva rates of both sides are above their stage Nash rates.",
    INSTRUMENTS,
    (),
    unit="tariff rate, fraction",
    notes="Nash rates are those against the other side alone; pass-through of China's tariff is unsourced.",
)
def tariffs_above_short_run_nash(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return how far each Geneva rate is above the short-run optimum tariff (Johnson 1953)."""
    return rate_above_nash(draws, 0.0)


@claim_that(
    1,
    2,
    "With long-run supply slopes the Geneva rates of both sides are below their stage Nash rates.",
    INSTRUMENTS,
    (),
    unit="tariff rate, fraction",
    notes="The export-supply elasticity is an average over all partners of a country.",
)
def tariffs_below_long_run_nash(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return how far each Geneva rate is below the long-run optimum tariff; Ossa (2014) finds 62 percent."""
    return {country: -margin for country, margin in rate_above_nash(draws, math.inf).items()}
