"""Forecasts made from the ends of the months that the record has, each scored on the months that followed.

Each is made for the agreement in force with what was public on its day: mechanisms are chosen by the weeks
before, rates and levels are those of the day. The months that follow one day are the next one's too, so that
the rows of two days hang together: how many days favour whom says less than it seems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from negotiation.labelled import Table, Tabular
from negotiation.status import Status
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.prediction.forecast_scores import ALL_MOVES, ForecastScores
from negotiation.truces.prediction.months import last_day, month_labels
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import record_begins, record_ends
from negotiation.world import Scenario


@dataclass(frozen=True, eq=False)
class RollingForecasts(Tabular):
    """Scores of forecasts from several days. Make them with `rolling_forecasts`.

    Parameters
    ----------
    scores : tuple of ForecastScores
        One for each day.
    """

    scores: tuple[ForecastScores, ...]
    status: Status = "complete"

    def better_than(self, name: str) -> int:
        """Return on how many days the forecast's mean log score over moves beats that of a baseline."""
        return sum(one.mean("forecast") < one.mean(name) for one in self.scores)

    def table(self) -> Table:
        """Return one row for each day: rows, how many came, and everybody's mean log score over moves."""
        names = self.scores[0].names if self.scores else ()
        rows = tuple(
            (
                str(one.as_of), one.truce, sum(not group.startswith("renewal") for group in one.groups),
                int(one.came[[not group.startswith("renewal") for group in one.groups]].sum()),
                *(one.mean(name, group=ALL_MOVES) for name in names),
            )
            for one in self.scores
        )  # fmt: skip
        title = "forecasts from the ends of months, log scores of the months after; smaller is better"
        return Table(title, ("day", "truce", "rows", "came", *names), rows)


def rolling_forecasts(
    scenario: Scenario,
    *,
    paths: int = 40,
    rng: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> RollingForecasts:
    """Return scores of the forecasts from each month's end with an agreement in force and a month to follow.

    Parameters
    ----------
    scenario : Scenario
        The dispute.
    paths : int, optional
        Plays forward, each.
    rng : int, optional
        Seed of all of them.
    progress : callable, optional
        Called with the number of days done and their total.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> days = [str(day) for day, _ in origins(load_scenario("us-china-2025"))]
    >>> days[0], days[-1]
    ('2025-05-31', '2025-10-31')
    """
    days = list(origins(scenario))
    found = []
    for k, (day, name) in enumerate(days):
        months = sum(last_day(month) <= record_ends(scenario) for month in month_labels(day, 12))
        made = forecast(name, day, months, scenario=scenario, paths=paths, draws=0, rng=rng)
        found.append(made.score(scenario=scenario))
        if progress is not None:
            progress(k + 1, len(days))
    return RollingForecasts(tuple(found))


def origins(scenario: Scenario) -> Iterator[tuple[date, str]]:
    """Return each month's end with an agreement in force and a whole month of record to follow, and its name.

    Parameters
    ----------
    scenario : Scenario
        The dispute.
    """
    day = last_day(f"{record_begins(scenario):%Y-%m}")
    while last_day(month_labels(day, 1)[0]) <= record_ends(scenario):
        agreement = past_of(scenario, day + timedelta(days=1)).agreement()
        if agreement is not None:
            yield day, agreement.id
        day = last_day(month_labels(day, 1)[0])
