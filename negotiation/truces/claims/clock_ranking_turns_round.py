"""Ninety days against a year: at equal renewal, and at equal survival a month."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.solvers.closed_forms.clock_comparison import compare_clocks
from negotiation.truces.claims.clocks import DAYS, INSTRUMENTS, PARAMETERS, clock_cases
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws

SHORT, LONG = DAYS


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by side how much more the year has to lose at equal renewal, and the 90 days at survival."""
    found = {
        f"{at}, {country}": np.empty(len(draws))
        for at in ("equal renewal", "equal survival")
        for country in draws.scenario.countries
    }
    for k, country, gain, stake, periods, delta, renewal in clock_cases(draws):
        both = compare_clocks(gain, stake, periods, delta, renewal)
        at = {name: float(clock.margins[0]) for name, clock in both.equal_renewal.items()}
        found[f"equal renewal, {country}"][k] = at[LONG] - at[SHORT]
        at = {name: float(clock.margins[0]) for name, clock in both.equal_survival.items()}
        found[f"equal survival, {country}"][k] = at[SHORT] - at[LONG]
    return found


CLAIM = Claim(
    "clock_ranking_turns_round",
    7,
    2,
    "At equal renewal the year has more to lose in its last period than 90 days, at equal monthly survival "
    "less.",
    inequalities,
    INSTRUMENTS,
    PARAMETERS,
    notes="The temptation cancels; what is left is close to a theorem for patient players.",
)
