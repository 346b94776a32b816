"""A forecast by theories: each row the mean of what they say, its band the least and the most of them.

Theories weigh alike: nothing is estimated, and none is picked. A band is therefore how far theories are
apart, and no interval. A renewal is said by no theory: its chance in a leg is the share of the clocks that
ran out in that leg and were renewed, by Laplace's rule, drawn towards the share of all legs by two clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from negotiation.truces.prediction.months import (
    RENEWED,
    ForecastRow,
    month_labels,
    month_windows,
)
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.events import DIRECTIONS, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.renewals import clock_end, ends_by_leg
from negotiation.world import Scenario
from negotiation.world.observation import LEGS


def rows_by_theory(
    scenario: Scenario, agreement: AgreementText, as_of: date, months: int, names: Iterable[str]
) -> tuple[ForecastRow, ...]:
    """Return the chances of moves in each whole month after a day, and of renewals by leg.

    Parameters
    ----------
    scenario : Scenario
        The dispute.
    agreement : AgreementText
        The agreement in force.
    as_of : date
        Last day that is seen.
    months : int
        How many months.
    names : iterable of str
        Theories.

    Returns
    -------
    tuple of ForecastRow
        By month, country, instrument and direction; renewals last, if the clock runs out in these months.
    """
    past = _with(past_of(scenario, as_of + timedelta(days=1)), agreement)
    labels = month_labels(as_of, months)
    windows = month_windows(date.fromisoformat(f"{labels[0]}-01"), months)
    found = np.array([one.ahead(scenario, past, windows) for one in theory_forecasters(scenario, names)])
    rows = [
        ForecastRow(label, country, name, DIRECTIONS[d], *_spread(found[:, m, k, d].tolist()))
        for m, label in enumerate(labels)
        for k, (country, name) in enumerate(pairs_of(scenario))
        for d in (0, 1)
    ]
    end = clock_end((agreement, *past.amendments(agreement)))
    if end is not None and as_of < end < windows[-1][1]:
        legs = {scenario.instruments[name].leg for _, name in agreement.covered()}
        rows += [
            ForecastRow(f"{end:%Y-%m}", "both", leg, RENEWED, chance, chance, chance)
            for leg, chance in renewal_chances(scenario, as_of).items()
            if leg in legs
        ]
    return tuple(rows)


def renewal_chances(scenario: Scenario, as_of: date) -> dict[str, float]:
    """Return the chance that a clock that runs out is renewed, by leg, from those that ran out by a day.

    Parameters
    ----------
    scenario : Scenario
        The dispute.
    as_of : date
        Last day that is seen.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> renewal_chances(load_scenario("us-china-2025"), date(2025, 11, 30))
    {'tariff': 0.875, 'control': 0.75, 'other': 0.75}
    """
    ends = ends_by_leg(scenario, as_of)
    renewed, ended = (sum(counts[k] for counts in ends.values()) for k in (0, 1))
    pooled = (renewed + 1.0) / (ended + 2.0)
    found = {}
    for leg in LEGS:
        own, of = ends.get(leg, (0, 0))
        found[leg] = (own + 2.0 * pooled) / (of + 2.0)
    return found


def _with(past: Past, agreement: AgreementText) -> Past:
    """Return a past that knows the agreement, where it is in no dispute's folder."""
    if agreement.id in {one.id for one in past.agreements}:
        return past
    return replace(past, agreements=(*past.agreements, agreement))


def _spread(chances: list[float]) -> tuple[float, float, float]:
    return sum(chances) / len(chances), min(chances), max(chances)
