"""The chance that a clock that runs out is renewed, which no theory says: from those that ran out before.

Its chance in a leg is the share of the clocks that ran out in that leg and were renewed, by Laplace's rule,
drawn towards the share of all legs by two clocks; its band is that of the beta distribution with this mean.
"""

from __future__ import annotations

from datetime import date

from scipy.special import betaincinv

from negotiation.disputes import Scenario
from negotiation.disputes.observation import LEGS
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.months import RENEWED, ForecastRow
from negotiation.truces.prediction.pools.bands import BAND
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.past import Past
from negotiation.truces.record.renewals import clock_end, ends_by_leg


def renewal_rows(
    scenario: Scenario, agreement: AgreementText, past: Past, as_of: date, until: date
) -> tuple[ForecastRow, ...]:
    """Return the chances of renewal by leg, if the clock runs out before a day; none else."""
    end = clock_end((agreement, *past.amendments(agreement)))
    if end is None or not as_of < end < until:
        return ()
    legs = {scenario.instruments[name].leg for _, name in agreement.covered()}
    ends, rows = ends_by_leg(scenario, as_of), []
    for leg, chance in renewal_chances(scenario, as_of).items():
        weight = ends.get(leg, (0, 0))[1] + NUMERICS.clocks_of_all_legs
        low, high = (float(betaincinv(weight * chance, weight * (1.0 - chance), x)) for x in BAND)
        if leg in legs:
            rows.append(ForecastRow(f"{end:%Y-%m}", "both", leg, RENEWED, chance, low, high))
    return tuple(rows)


def renewal_chances(scenario: Scenario, as_of: date) -> dict[str, float]:
    """Return the chance that a clock that runs out is renewed, by leg, from those that ran out by a day.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> renewal_chances(load_scenario("us-china-2025"), date(2025, 11, 30))
    {'tariff': 0.875, 'control': 0.75, 'other': 0.75}
    """
    ends = ends_by_leg(scenario, as_of)
    renewed, ended = (sum(counts[k] for counts in ends.values()) for k in (0, 1))
    pooled = (renewed + 1.0) / (ended + 2.0)
    found = {}
    for leg in LEGS:
        own, of = ends.get(leg, (0, 0))
        weight = NUMERICS.clocks_of_all_legs
        found[leg] = (own + weight * pooled) / (of + weight)
    return found
