"""A forecast by the pool that decision 54 chose: baselines and theories by the weights that they earned.

Its chances are exact: nothing is played forward. The band is where nine tenths of the weight lies, over the
members of the pool, and of each theory over draws of its parameters. A renewal is said by no member: see
`forecast_by_theory.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from negotiation.errors import InvalidDate, UnknownName
from negotiation.truces.estimation.kept_draws import KeptDraws
from negotiation.truces.prediction.at_draws import at_draws
from negotiation.truces.prediction.forecast_by_theory import renewal_rows, with_agreement
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow, month_labels, month_windows
from negotiation.truces.prediction.pools.bands import BAND, Spread, spread_of
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreement_text, scenario_for
from negotiation.truces.record.events import DIRECTIONS, pairs_of
from negotiation.truces.record.moves import looking_back_to
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import record_begins, record_ends
from negotiation.world import Scenario


def pooled_forecast(
    name: str | AgreementText,
    as_of: date | None = None,
    months: int = 12,
    *,
    scenario: Dispute | None = None,
    choice: str = CHOSEN,
    draws: Mapping[str, KeptDraws] | None = None,
    count: int | None = None,
) -> Forecast:
    """Return the chance of each move in each month after a day, by a candidate of decision 54.

    Parameters
    ----------
    name : str or Agreement
        The agreement in force, or its name.
    as_of : date, optional
        Last day that is seen; the record's last if not given.
    months : int, optional
        How many whole months after it.
    scenario : Scenario, str or Path, optional
        The dispute; that of the agreement if not given.
    choice : str, optional
        A candidate; the one that was chosen if not given.
    draws : mapping from str to KeptDraws, optional
        Draws of parameters by theory; central values if not given, so that the band is over members alone.
    count : int, optional
        How many draws of each theory; all if not given.

    Returns
    -------
    Forecast
        A minute or two, most of it for what members said at earlier months; draws take as long again.

    Raises
    ------
    UnknownName
        If there is no such agreement or candidate.
    InvalidDate
        If the agreement was not signed by the day, or the record does not reach it.
    InvalidGame
        If draws of a theory are missing.
    """
    world = scenario_for(name, scenario)
    world.expect_two("a forecast")
    agreement = name if isinstance(name, AgreementText) else agreement_text(name, world)
    as_of = record_ends(world) if as_of is None else as_of
    if not agreement.signed <= as_of <= record_ends(world):
        raise InvalidDate(
            f"a forecast for {agreement.id} is made as of a day from {agreement.signed}, when it was signed, "
            f"to {record_ends(world)}, where the record ends; got {as_of}"
        )
    theories = theory_forecasters(world)
    named = {one.name: one for one in candidates(theories)}
    if choice not in named:
        raise UnknownName(choice, named)
    back = looking_back_to(world, record_begins(world) - timedelta(days=1))
    past = with_agreement(past_of(back, as_of + timedelta(days=1)), agreement)
    labels = month_labels(as_of, months)
    windows = month_windows(date.fromisoformat(f"{labels[0]}-01"), months)
    drawn = {} if draws is None else at_draws(theories, draws, count)
    found = spread_of(named[choice], back, past, windows, drawn)
    rows = (*_rows(back, labels, found), *renewal_rows(world, agreement, past, as_of, windows[-1][1]))
    cases = len(next(iter(drawn.values()))) if drawn else 0
    names = tuple(one.theory for one in theories)
    return Forecast(
        agreement.id, as_of, rows, (), 0, cases, 0, names=agreement.names_in(world), theories=names
    )


def _rows(scenario: Scenario, labels: tuple[str, ...], found: Spread) -> tuple[ForecastRow, ...]:
    low, mean, high = found.quantile(BAND[0]), found.mean, found.quantile(BAND[1])
    # A few cases far out can carry the mean past the band of nine tenths: the band then reaches to it.
    low, high = np.minimum(low, mean), np.maximum(high, mean)
    return tuple(
        ForecastRow(label, country, name, DIRECTIONS[d], *(float(x[m, k, d]) for x in (mean, low, high)))
        for m, label in enumerate(labels)
        for k, (country, name) in enumerate(pairs_of(scenario))
        for d in (0, 1)
    )
