"""How often all is bargained anew: rounds of talks a year, counted in the record of a dispute."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.disputes.quantity import Quantity
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.moves import has_record, record_begins, record_ends
from negotiation.truces.record.until_changed import but_for_parameters

# Name of the rate where it is varied beside parameters.
ROUNDS = "rounds_a_year"


@but_for_parameters
def rounds_a_year(scenario: Scenario) -> Quantity:
    """Return how many rounds of talks a year end in an agreement, by the dispute's record.

    Each agreement signed within the record counts as one round in which all was bargained anew. That rounds
    come at a constant rate, and that talks without an agreement change nothing, are assumptions. With n of
    them in T years the rate is (n + 1/2) / T, and its range the central 95 percent of the gamma distribution
    of shape n + 1/2 and rate T (Jeffreys's prior for a Poisson process). A dispute without a record of moves
    is read over its last year.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = rounds_a_year(load_scenario("us-china-2025"))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.assumption
    (5.23, 1.57, 11.06, True)
    """
    from scipy.stats import gamma

    ends = record_ends(scenario)
    begins = record_begins(scenario) if has_record(scenario) else ends - timedelta(days=DAYS_A_YEAR)
    signed = [text.id for text in agreements_of(scenario) if begins < text.signed <= ends]
    years = (ends - begins).days / DAYS_A_YEAR
    shape = len(signed) + 0.5
    low, high = (float(gamma.ppf(chance, shape, scale=1.0 / years)) for chance in NUMERICS.rounds_interval)
    return Quantity(
        value=shape / years,
        low=low,
        high=high,
        unit="rounds of talks a year",
        date=str(ends),
        source=f"record of {scenario.name}, {begins} to {ends}: {', '.join(signed) or 'no agreement'}",
        assumption=True,
        note="an agreement signed counts as a round, and rounds as coming at a constant rate",
    )


def chance_a_period(rounds: FloatArray, lag_days: FloatArray) -> FloatArray:
    """Return rho, the chance that a round of talks begins a period.

    Examples
    --------
    >>> chance_a_period(np.array([0.0, 5.0]), np.array([14.0, 73.0])).round(4).tolist()
    [0.0, 0.6321]
    """
    chance: FloatArray = -np.expm1(-rounds * lag_days / DAYS_A_YEAR)
    return chance
