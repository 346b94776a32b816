"""The last period of a clock: the renewal that keeps it honest (Benoit and Krishna 1985)."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.solvers.closed_forms.renewal import least_renewal_probability
from negotiation.truces.claims.clocks import DAYS, INSTRUMENTS, PARAMETERS, clock_cases
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by clock and side the draw's renewal probability less the least one."""
    found = {
        f"{clock}, {country}": np.empty(len(draws)) for clock in DAYS for country in draws.scenario.countries
    }
    for k, country, gain, stake, periods, delta, renewal in clock_cases(draws):
        for clock, length in periods.items():
            least = float(least_renewal_probability(gain, stake, length, delta))
            found[f"{clock}, {country}"][k] = renewal - least
    return found


CLAIM = Claim(
    "clocks_honest",
    7,
    1,
    "The draw's renewal probability keeps the last period of the 90-day and of the one-year clock honest "
    "for both sides.",
    inequalities,
    INSTRUMENTS,
    PARAMETERS,
    unit="probability",
    notes="Trade war follows a breach and an expiry, and is taken as credible. Renewal cannot be told apart "
    "from the discount factor.",
)
