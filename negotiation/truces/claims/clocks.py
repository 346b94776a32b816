"""The clock of the small game's truce, by draw and side: temptation, stake, and lengths in periods."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from negotiation.truces.claims.definition import TIME
from negotiation.truces.claims.linkage_buys_patience import SMALL
from negotiation.truces.verdicts.incentives_by_draw import best_deviation, small_payoffs
from negotiation.world.parameter_draws import ParameterDraws

DAYS = {"90 days": 90.0, "a year": 365.0}
RENEWAL = "state.renewal_probability"
INSTRUMENTS = SMALL
PARAMETERS = (*TIME, RENEWAL)


def clock_cases(
    draws: ParameterDraws,
) -> Iterator[tuple[int, str, float, float, dict[str, int], float, float]]:
    """Yield draw, side, temptation, stake, lengths in periods, discount factor and renewal probability.

    Temptation is that of the best joint departure from the truce, stake a period of trade war in everything.
    """
    u = small_payoffs(draws)
    stakes = np.maximum(u[:, 0, 0] - u[:, -1, -1], 0.0)
    gains = np.stack([np.maximum(best_deviation(u, i), 0.0) for i in (0, 1)], axis=1)
    lags, deltas = draws.number("reaction_lag_days"), draws.discount_factor
    renewal = draws.number(RENEWAL)
    for k in range(len(draws)):
        periods = {name: max(1, round(days / float(lags[k]))) for name, days in DAYS.items()}
        for i, country in enumerate(draws.scenario.countries):
            yield (
                k, country, float(gains[k, i]), float(stakes[k, i]), periods, float(deltas[k]),
                float(renewal[k]),
            )  # fmt: skip
