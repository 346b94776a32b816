"""The truce's tariff rates beside the stage Nash rates, by draw (`world/tariff_game`)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.record.agreement_text import truce
from negotiation.world.instruments.tariff import import_market
from negotiation.world.parameter_draws import ParameterDraws

AGREEMENT = "2025-05-geneva"
INSTRUMENTS = (("USA", "tariff"), ("CHN", "tariff"))
Run = Literal["short", "long"]


def rate_above_nash(draws: ParameterDraws, run: Run) -> dict[str, FloatArray]:
    """Return each side's Geneva rate less its stage Nash rate, as fractions, shape (D,)."""
    covered = truce(AGREEMENT).covered()
    found = {}
    for country in draws.scenario.countries:
        instrument = draws.scenario.instrument(country, "tariff")
        levels = instrument.held_by(country)
        base = (levels[0].value or 0.0) / 100.0
        rate = (instrument.level(country, covered[country, "tariff"]).value or 0.0) / 100.0
        nash = [
            import_market(country, base, one.parameters, short_run=run == "short").nash_tariff()
            for one in draws
        ]
        found[country] = rate - np.array(nash)
    return found
