"""Public monthly measurements that accompany a record: shipments, prices, licences.

None of them is a stock. The model's stocks are steps of half the days of cover. To set a step one would need
the tons in store and the tons used per month, which no source gives. So these numbers are only shown, and the
state of a day comes from the model's motion (`state_trajectory.py`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from negotiation.base.labelled import Table
from negotiation.base.reading.models import FileModel, load_toml
from negotiation.disputes import Scenario
from negotiation.disputes.dates import Day
from negotiation.disputes.quantity import Quantity
from negotiation.truces.record.timeline import RECORD
from negotiation.truces.record.until_changed import kept_until_changed

MEASURES = "measures.toml"


class Measure(Quantity):
    """A number measured for one or more months, and the day from which it was public.

    Examples
    --------
    >>> Measure(
    ...     what="ore shipped", value=9, low=8, high=10, unit="t", date="2026-02", source="a page",
    ...     known="2026-03-20",
    ... ).known.month
    3
    """

    what: str = Field(min_length=1, description="what was measured, in a few words")
    known: Day = Field(description="day from which it was public")
    known_assumption: bool = Field(False, description="whether that day is assumed, since there is no source")


class MeasuresFile(FileModel):
    """The file `record/measures.toml` of a dispute."""

    measures: tuple[Measure, ...] = Field(description="what was measured, in any order")


def measures(scenario: Scenario) -> tuple[Measure, ...]:
    """Return the measures published by the dispute's day, by month; an empty tuple if there is no file.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> found = measures(load_scenario("us-china-2025"))
    >>> str(found[-1].date), found[-1].what, found[-1].value
    ('2025-09', 'magnets shipped to the United States', 420.5)
    """
    path = None if scenario.folder is None else scenario.folder / RECORD / MEASURES
    if path is None or not path.is_file():
        return ()
    published = [one for one in _read(path).measures if one.known <= scenario.definition.known]
    return tuple(sorted(published, key=lambda measure: (measure.date.latest, measure.what)))


def measured_table(scenario: Scenario, since: date) -> Table:
    """Return a table of the public measures whose months end after a day, one row for each."""
    rows = tuple(
        (
            str(measure.date),
            measure.what,
            measure.value,
            _marked(f"{measure.low:g} to {measure.high:g}", assumed=measure.range_assumption),
            measure.unit,
            _marked(str(measure.known), assumed=measure.known_assumption),
        )
        for measure in measures(scenario)
        if measure.date.latest > since
    )
    columns = ("measured in", "what", "value", "range", "unit", "public from")
    return Table("measured, by month: flows and prices, none of them a stock", columns, rows)


def _marked(text: str, *, assumed: bool) -> str:
    return f"{text}, assumed" if assumed else text


@kept_until_changed
def _read(path: Path) -> MeasuresFile:
    return load_toml(path, MeasuresFile)
