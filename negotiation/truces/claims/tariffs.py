"""Claims about tariffs: the truce's rates beside the stage Nash rates, by draw (`world/tariff_game`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import claim_that
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.world.forms.tariff import import_market
from negotiation.world.parameter_draws import ParameterDraws

AGREEMENT = "2025-05-geneva"
INSTRUMENTS = (("USA", "tariff"), ("CHN", "tariff"))
Run = Literal["short", "long"]
DAYS: Mapping[Run, float] = {"short": 0.0, "long": math.inf}
"""Days since the rate changed in the short and in the long run."""


def rate_above_nash(draws: ParameterDraws, run: Run) -> dict[str, FloatArray]:
    """Return each side's Geneva rate less its stage Nash rate, as fractions, shape (D,)."""
    covered = agreement_text(AGREEMENT).covered()
    found = {}
    for country in draws.scenario.countries:
        instrument = draws.scenario.instrument(country, "tariff")
        rate = (instrument.level(country, covered[country, "tariff"]).value or 0.0) / 100.0
        nash = [import_market(one.case(country, "tariff"), days=DAYS[run]).nash_tariff() for one in draws]
        found[country] = rate - np.array(nash)
    return found


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
    """Return how far each side's rate is above what it would choose by itself in the short run.

    Johnson (1953) on the optimum tariff; pass-through of 2018 to 2019.
    """
    return rate_above_nash(draws, "short")


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
    """Return how far each side's rate is below what it would choose by itself in the long run.

    Ossa (2014) on unilateral optima near 62 percent.
    """
    return {country: -margin for country, margin in rate_above_nash(draws, "long").items()}
