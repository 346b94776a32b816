"""A forecast by theories: each row the mean of what they say, its band where they lie.

Theories weigh as much as what they said of earlier months under agreements has earned them, at central
values; none is picked. Without draws a band is the least and the most of them, and no interval; with draws of
their parameters it holds nine tenths of the weight. A renewal is said by no theory: its chance in a leg is
the share of the clocks that ran out in that leg and were renewed, by Laplace's rule, drawn towards the share
of all legs by two clocks; its band is that of the beta distribution with this mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from scipy.special import betaincinv

from negotiation.truces.estimation.kept_draws import KeptDraws
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.at_draws import at_draws
from negotiation.truces.prediction.months import (
    RENEWED,
    ForecastRow,
    month_labels,
    month_windows,
)
from negotiation.truces.prediction.pools.bands import BAND, spread_of
from negotiation.truces.prediction.pools.candidates import theories_pooled
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.events import DIRECTIONS, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.renewals import clock_end, ends_by_leg
from negotiation.world import Scenario
from negotiation.world.observation import LEGS


def rows_by_theory(
    scenario: Scenario,
    agreement: AgreementText,
    as_of: date,
    months: int,
    names: Iterable[str],
    draws: Mapping[str, KeptDraws] | None = None,
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
    draws : mapping from str to KeptDraws, optional
        Draws of parameters by theory; central values if not given.

    Returns
    -------
    tuple of ForecastRow
        By month, country, instrument and direction; renewals last, if the clock runs out in these months.
    """
    past = with_agreement(past_of(scenario, as_of + timedelta(days=1)), agreement)
    labels = month_labels(as_of, months)
    windows = month_windows(date.fromisoformat(f"{labels[0]}-01"), months)
    theories = theory_forecasters(scenario, names)
    drawn = {} if draws is None else at_draws(theories, draws)
    found = spread_of(theories_pooled(theories), scenario, past, windows, drawn)
    low, high = (found.quantile(x) for x in (BAND if drawn else (0.0, 1.0)))
    mean = found.mean
    rows = [
        ForecastRow(
            label, country, name, DIRECTIONS[d], float(mean[m, k, d]),
            float(min(low[m, k, d], mean[m, k, d])), float(max(high[m, k, d], mean[m, k, d])),
        )
        for m, label in enumerate(labels)
        for k, (country, name) in enumerate(pairs_of(scenario))
        for d in (0, 1)
    ]  # fmt: skip
    return (*rows, *renewal_rows(scenario, agreement, past, as_of, windows[-1][1]))


def renewal_rows(
    scenario: Scenario, agreement: AgreementText, past: Past, as_of: date, until: date
) -> tuple[ForecastRow, ...]:
    """Return the chances of renewal by leg, if the clock runs out before a day; none else.

    Parameters
    ----------
    scenario : Scenario
        The dispute.
    agreement : AgreementText
        The agreement in force.
    past : Past
        With its amendments.
    as_of, until : date
        Last day that is seen, and first day after the forecast.

    Returns
    -------
    tuple of ForecastRow
        With bands of nine tenths of a beta distribution.
    """
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
        weight = NUMERICS.clocks_of_all_legs
        found[leg] = (own + weight * pooled) / (of + weight)
    return found


def with_agreement(past: Past, agreement: AgreementText) -> Past:
    """Return a past that knows the agreement, where it is in no dispute's folder.

    Parameters
    ----------
    past : Past
        What was public.
    agreement : AgreementText
        The one in force.
    """
    if agreement.id in {one.id for one in past.agreements}:
        return past
    return replace(past, agreements=(*past.agreements, agreement))
