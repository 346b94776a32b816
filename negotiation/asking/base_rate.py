"""The base rate of a move, its chance by a day or by month, and the past scores of this forecaster.

The chance comes from the constant rate by spell, which is the record's rate of the series times a factor of
the spell. The factor is estimated from other truces of the panel and updated by the days with a move since
the signing. The interval covers the uncertainty of the factor, by its gamma distribution, but not the
uncertainty of the record's rates.

This forecaster is the default of `forecast`, in Python and as a command. Among the forecasters in the stored
scores, the interval of its gain over the constant rate has the largest lower end, on average over sets of
questions whose outcomes were unknown when the forecasters were fixed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from negotiation.base.reading.numbers import expect_day
from negotiation.disputes import Scenario
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.errors import InvalidDate, InvalidOptions
from negotiation.truce_panel.spell_pace import BY_SPELL, CONSTANT, constant_rate_by_spell
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.forecast import forecast as by_theories
from negotiation.truces.prediction.forecast import renewal_rows, rows_asked
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreement_text, scenario_for
from negotiation.truces.record.events import DIRECTIONS, events_of, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.renewals import text_in_force
from negotiation.truces.record.timeline import has_record, looking_back_to, record_begins, record_ends

DAY = timedelta(days=1)

# Scores of forecasters on the sets of questions, as `paper/sources/spells.py` makes them.
SCORES = Path(__file__).parent / "data" / "scores.csv"

# Name of the pool of decision record 54 in the scores, and as a choice of `forecast`.
POOLED, POOL = "all pooled", "pool"


@dataclass(frozen=True)
class BaseRate:
    """The number of such moves in the record, and the chance of one by a day."""

    # country, instrument, direction: Of the series; "up" is harsher, "down" is calmer.
    country: str
    instrument: str
    direction: str
    # Number of moves of the series in the record.
    came: int
    # Length of the record in years.
    years: float
    # chance, low, high: Chance of at least one move by `until`, and its limits for 90 percent of the
    # distribution of the spell's factor.
    chance: float
    low: float
    high: float
    # Last day of the forecast.
    until: date


def whole_record(world: Scenario, day: date) -> tuple[Scenario, Past]:
    """Return a dispute that looks back to the first row of its record, and its public record up to a day."""
    back = looking_back_to(world, record_begins(world) - DAY)
    return back, past_of(back, day + DAY)


def base_rate(
    world: Scenario, day: date, series: tuple[str, str, str], until: date | None = None
) -> BaseRate:
    """Return the number of moves of a series in the record, and the chance of another by a day.

    `day` is the last day of the record that is used. `series` is a country, an instrument and a direction,
    "up" or "down". `until` is the last day of the forecast, by default one year after `day`.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> world = load_scenario("us-china-2025")
    >>> found = base_rate(world, date(2025, 11, 30), ("CHN", "tariff", "up"), date(2026, 6, 30))
    >>> found.came > 0, found.low < found.chance < found.high
    (True, True)
    """
    country, instrument, direction = series
    back, past = whole_record(world, day)
    end = day + timedelta(days=DAYS_A_YEAR) if until is None else until
    k, d = pairs_of(back).index((country, instrument)), DIRECTIONS.index(direction)
    band = constant_rate_by_spell(back, past, [(past.as_of, end + DAY)])
    record = events_of(back, past)
    came = sum(event.pair == k and event.direction == d for event in record.events)
    chance, low, high = (float(each[0, k, d]) for each in band)
    return BaseRate(
        country, instrument, direction, came, record.exposure / DAYS_A_YEAR, chance, low, high, end
    )


def forecast(
    name: str | AgreementText | None = None,
    as_of: date | str | None = None,
    months: int = 12,
    *,
    scenario: Dispute | None = None,
    by: str | None = None,
    theories: Iterable[str] | None = None,
    posterior: str | Path | None = None,
) -> Forecast:
    """Return the chance of each move in each month after a day, from the record that was public on that day.

    Parameters
    ----------
    name : str or Agreement, optional
        The agreement, or its name, such as "2025-10-busan"; by default the text in force on the day.
    as_of : date or str, optional
        Last day that the forecast uses. By default the last day to which the dispute's sources were read, or
        the end of the record of a `Scenario`.
    months : int, default 12
        Number of whole months to forecast.
    scenario : Scenario, str or Path, optional
        The scenario, its name or its folder; by default the agreement's dispute.
    by : str, optional
        A rule, such as "shrunk", or "pool" for the pool of baselines and theories (decision record 54). By
        default the constant rate by spell, which is ahead in the stored scores.
    theories : iterable of str, optional
        Names from `theories()` to use in place of a rule, or "all" for all theories with a form in continuous
        time. The forecast is the mean of their chances, with weights earned in earlier months.
    posterior : str or Path, optional
        Path of a table of parameter draws by theory (see `write_draws`), for theories or for "pool". The band
        of each probability then contains 90 percent of the weight. Each draw of all theories takes some
        seconds.

    Returns
    -------
    Forecast
        See `.rows`, `.table()`, `.to_pandas()` and `.score(record, until)`.

    Raises
    ------
    UnknownTruce, UnknownScenario
        If there is no such agreement or dispute.
    InvalidDate
        If `as_of` is not a date, the agreement was not signed by the day, no text is in force, or the record
        does not reach the day.
    InvalidGame
        If `months` is out of range, no theory is named, or draws of a theory are missing.
    InvalidOptions
        If `by` is given together with `theories`, or `posterior` without theories and without "pool".
    InvalidFile
        If the table of draws cannot be read, or the folder of the dispute has a fault.
    UnknownTheory, UnknownBaseline
        If a name is not known.
    UnknownCountry, UnknownInstrument, UnknownLevel
        If a clause or reading names a country, an instrument or a level that the scenario does not have.

    Examples
    --------
    >>> result = forecast(months=1)
    >>> result.truce, str(result.as_of), result.rows[0].month
    ('2026-09-washington', '2026-10-10', '2026-11')
    >>> result = forecast("2025-10-busan", "2025-11-30", 1, theories=["moment", "renegotiation"])
    >>> len(result.rows), result.rows[0].month, result.theories
    (24, '2025-12', ('moment', 'renegotiation'))
    """
    world, text, day = forecast_asked(name, scenario, as_of)
    if theories is not None or by == POOL:
        if theories is not None and by is not None:
            raise InvalidOptions(f"give either `theories` or `by`, not both; got `theories` and by={by!r}")
        return by_theories(text, day, months, scenario=world, theories=theories, posterior=posterior)
    if posterior is not None:
        raise InvalidOptions(
            "`posterior` applies only to theories; name them in `theories`, or pool all of them with "
            "by='pool'"
        )
    return rule_forecast(text, day, months, world, by)


def forecast_asked(
    name: str | AgreementText | None, scenario: Dispute | None, as_of: date | str | None
) -> tuple[Scenario, str | AgreementText, date]:
    """Return the dispute as it is known on the day of a forecast, the agreement, and the day.

    The agreement is `name`, or the name of the text in force on the day. Raise `InvalidDate` if `name` is
    None and no text is in force on the day.

    Examples
    --------
    >>> forecast_asked("2025-10-busan", None, None)[1:]
    ('2025-10-busan', datetime.date(2026, 10, 10))
    """
    if isinstance(scenario, Scenario):
        world, last = scenario, record_ends(scenario)
    else:
        world = load_scenario(scenario or MAIN) if name is None else scenario_for(name, scenario)
        last = world.definition.date if has_record(world) else record_ends(world)
    day = last if as_of is None else expect_day(as_of)
    # A dispute known as of an earlier day gets the rows up to the day of the forecast.
    if not isinstance(scenario, Scenario) and (name is None or day > record_ends(world)):
        world = world.as_of(min(day, last))
    if name is not None:
        return world, name, day
    text = text_in_force(world, day)
    if text is None:
        raise InvalidDate(
            f"no text is in force on {day} in {world.name!r}; name a truce, or give another day"
        )
    return world, text.id, day


def rule_forecast(
    name: str | AgreementText, as_of: date, months: int, world: Scenario, rule: str | None = None
) -> Forecast:
    """Return the chance of each move, by a rule, and of each renewal in each month after a day.

    `as_of` is the last day that is used, and `months` the number of months. `rule` is the name of a
    baseline; None is the constant rate by spell. Chances of moves have a band under the constant rate by
    spell, and none under a baseline. Chances of renewals do not depend on the rule and always have a band.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = rule_forecast("2025-10-busan", date(2025, 11, 30), 1, load_scenario("us-china-2025"))
    >>> len(found.rows), all(row.low <= row.probability <= row.high for row in found.rows)
    (24, True)
    """
    blank = rows_asked(name, as_of, months, world)
    back, past = whole_record(world, as_of)
    windows = month_windows(date.fromisoformat(f"{blank.rows[0].month}-01"), months)
    if rule is None:
        band = constant_rate_by_spell(back, past, windows)
    else:
        band = (forecast_ahead(baseline(rule), back, past, windows),) * 3
    # Rows are ordered by month and then by series, like the chances.
    rows = tuple(
        replace(row, probability=float(chance), low=float(low), high=float(high))
        for row, chance, low, high in zip(blank.rows, *(each.ravel() for each in band), strict=True)
    )
    renewed = renewal_rows(world, agreement_text(name, world), past, as_of, windows[-1][1])
    return replace(blank, rows=(*rows, *renewed))


def stored_scores() -> dict[str, dict[str, float]]:
    """Return the log scores by forecaster and by set of questions.

    Examples
    --------
    >>> list(stored_scores()[BY_SPELL])
    ['2026-first', '2026-second']
    """
    scores: dict[str, dict[str, float]] = {}
    with SCORES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scores.setdefault(row["predictor"], {})[row["form"]] = float(row["log"])
    return scores


def scored_so_far() -> str:
    """Return a sentence with the scores of the constant rate by spell and of other forecasters."""
    scores = stored_scores()

    def said(name: str) -> str:
        """Return the stored log scores of a forecaster, joined by "and"."""
        return " and ".join(f"{x:.3f}" for x in scores[name].values())

    return (
        f"Its log scores on the US-China questions of 2026 are {said(BY_SPELL)}, smaller being better; "
        f"the constant rate has {said(CONSTANT)}, the pool of baselines and theories {said(POOLED)}."
    )
