"""Named events: questions next to a forecast's rows, each with its settlement and a rule for its chance.

The rules come from decision 68, written before any chance was computed.

- *clock*: the share of legs with expired clocks that were renewed, by Laplace's rule.
- *clock or level*: one minus the chance that the clock of the instrument's leg is renewed and the instrument
  sees no step up by level.
- *class*: the share of a named reference class, by Laplace's rule.
- *changes*: the share of the series' past changes that would pass the bound from today's value. Changes are
  over as many months as remain until the set closes, from every month on record.

The joint law of a forecast's rows gives the number of moves, and the time of a leg's first harsher step.
Given the factor of the spell (`truce_panel/spell_pace.py`), rows are independent. The factor divided by its
mean is gamma distributed with mean 1 and shape a. Each row keeps its chance p, so its hazard at a factor of 1
is a ((1 - p)^(-1/a) - 1). The chance that none of several rows occurs is (1 + H / a)^(-a), where H is the sum
of their hazards. The number of rows that occur has a mixture of Poisson binomial laws over the quantiles of
the factor, by Gauss-Legendre quadrature.

Questions for others are a set with the fields of a ForecastBench set, without our chances. There is one
question for each row of a move, and one for each named event that opens after the forecast's day and by its
last day. Karger et al. (2025), "ForecastBench: a dynamic benchmark of AI forecasting capabilities", ICLR.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import gammaincinv

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray
from negotiation.base.reading.models import FileModel, load_toml
from negotiation.disputes import Scenario
from negotiation.disputes.files.names import CountryCode, Identifier, Listed
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.chances import above_floor
from negotiation.truces.prediction.forecast import renewal_chances
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import RENEWED, ForecastRow, last_day, month_number, month_windows
from negotiation.truces.prediction.questions import QUESTIONS
from negotiation.truces.prediction.rates import places_of
from negotiation.truces.record.events import DIRECTIONS, UP, EventRecord, events_of, level_paths, pairs_of
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.renewals import earlier_ends
from negotiation.truces.record.timeline import record_begins

HARSHEST = 2


def hazards_of(chances: FloatArray, shape: float) -> FloatArray:
    """Return the hazards of rows with given chances at a factor of 1, with the shape of `chances`.

    `shape` is the shape of the gamma distribution of the factor.

    Examples
    --------
    >>> hazards_of(np.array([0.5, 0.75]), 1.0).tolist()
    [1.0, 3.0]
    """
    hazards: FloatArray = shape * np.expm1(-np.log1p(-chances) / shape)
    return hazards


def none_of(hazards: FloatArray, shape: float) -> FloatArray:
    """Return the chance that nothing occurs, for each sum of hazards at a factor of 1.

    The result has the shape of `hazards`. `shape` is the shape of the gamma distribution of the factor.
    """
    chances: FloatArray = (1.0 + hazards / shape) ** -shape
    return chances


def law_of_number(chances: FloatArray, shape: float) -> FloatArray:
    """Return the chances of 0, 1, 2, ... moves among rows with given chances, shape (rows + 1,).

    `chances` may have any shape. `shape` is the shape of the gamma distribution of the factor.

    Examples
    --------
    >>> law_of_number(np.array([0.5, 0.5]), 1e3).round(3).tolist()
    [0.25, 0.5, 0.25]
    """
    points, weights = np.polynomial.legendre.leggauss(NUMERICS.points_of_a_factor)
    factors = gammaincinv(shape, (points + 1.0) / 2.0) / shape
    given = -np.expm1(-np.outer(hazards_of(chances.ravel(), shape), factors))
    law = np.zeros((chances.size + 1, len(factors)))
    law[0] = 1.0
    for p in given:
        law[1:] = law[1:] * (1.0 - p) + law[:-1] * p
        law[0] *= 1.0 - p
    mixed: FloatArray = law @ (weights / 2.0)
    return mixed


def band_of(law: FloatArray) -> tuple[int, int]:
    """Return the 5 and 95 percent points of a number, given the chances of 0, 1, 2, ...

    Shapes: `law` (numbers,).

    Examples
    --------
    >>> band_of(np.array([0.04, 0.06, 0.9]))
    (1, 2)
    """
    low, high = np.searchsorted(np.cumsum(law), NUMERICS.band_of_a_number)
    return int(low), int(high)


def shares_by_level(scenario: Scenario, past: Past) -> FloatArray:
    """Return the share of each pair's steps up that change the level, shape (pairs,).

    Only steps since the first day with levels on record count. The shares are shrunk towards the share of all
    pairs, and are 0 at the harshest level ever applied.
    """
    record, known = events_of(scenario, past), record_begins(scenario)
    ups = [event for event in record.events if event.direction == UP and event.day >= known]
    pairs = len(record.pairs)
    steps = np.bincount([event.pair for event in ups], minlength=pairs)
    across = np.bincount([event.pair for event in ups if not event.within], minlength=pairs)
    pooled = (across.sum() + 0.5) / (steps.sum() + 1.0)
    shares = (across + NUMERICS.steps_of_all_series * pooled) / (steps + NUMERICS.steps_of_all_series)
    places = np.array(places_of(scenario, level_paths(scenario, past).before(past.as_of)))
    return np.where(places == HARSHEST, 0.0, shares)


def first_harsher(
    hazards: FloatArray, shape: float, legs: Sequence[str], shares: FloatArray
) -> dict[str, dict[str, list[float]]]:
    """Return, by leg, the chance of a step up by the end of each window.

    A leg has two lists over windows: "step", of any step up, and "level", of a step up that changes the
    level. `hazards` are at a factor of 1, and `shape` is the shape of the factor's gamma distribution. `legs`
    has the leg of each pair, and `shares` its share of steps up that change the level. Shapes: `hazards`
    (windows, pairs, 2), `shares` (pairs,).
    """
    ups = np.cumsum(hazards[..., UP], axis=0)
    chances = {}
    for leg in dict.fromkeys(legs):
        own = np.array([name == leg for name in legs])
        both = {"step": ups[:, own].sum(axis=1), "level": (ups * shares)[:, own].sum(axis=1)}
        chances[leg] = {what: (1.0 - none_of(sums, shape)).tolist() for what, sums in both.items()}
    return chances


EVENTS = "events"

# Fields of an event that a forecast leaves out: its basis has the cases, and outcomes come later.
NOT_SAID = {"cases", "came", "outcome"}


class Case(FileModel):
    """A member of a reference class."""

    what: Listed = Field(description="description, with ids of the record")
    came: bool


class NamedEvent(FileModel):
    """A named event: a question with its settlement and the rule for its chance."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    question: Listed
    background: Listed
    series: Listed = Field(description="the series, or the papers, that decide it")
    rounding: Listed
    settled_by: Listed = Field(description="the source that settles it")
    closes: date | None = Field(None, description="last day; the last day of the set if not given")
    rule: Literal["clock", "clock or level", "class", "changes"]
    reference: str | None = Field(None, description="the reference class")
    cases: tuple[Case, ...] = ()
    actor: CountryCode | None = None
    instrument: Identifier | None = None
    above: float | None = None
    below: float | None = None
    came: bool | None = Field(None, description="the outcome; none while it is open, or void")
    outcome: Listed | None = Field(None, description="what settled it, with its day")

    @model_validator(mode="after")
    def _has_what_its_rule_needs(self) -> Self:
        pair = self.actor and self.instrument
        needed = {"class": self.cases, "clock or level": pair, "changes": pair}
        if not needed.get(self.rule, True) or (self.rule == "changes" and self.above == self.below):
            raise ValueError(
                f"`rule` is {self.rule!r}, but a field that it needs is missing, or `above` equals `below`: "
                "'class' needs `cases`, 'clock or level' needs `actor` and `instrument`, and 'changes' needs "
                "these two and either `above` or `below`"
            )
        if (self.came is None) != (self.outcome is None):
            raise ValueError("only one of `came` and `outcome` is given; give both, or neither")
        return self


class EventSet(FileModel):
    """Named events, and the period in which they count."""

    opens: date
    closes: date
    events: tuple[NamedEvent, ...] = Field(min_length=1)


def event_sets(scenario: Scenario) -> dict[str, EventSet]:
    """Return a dispute's sets of named events, by name."""
    folder = scenario.folder
    files = [] if folder is None else sorted((folder / QUESTIONS / EVENTS).glob("*.toml"))
    return {path.stem: load_toml(path, EventSet) for path in files}


def event_scores(scenario: Scenario, chances: Mapping[str, float]) -> Table | None:
    """Return a table of the scores of chances for settled events, with their mean and that of one half.

    `chances` are by id of the event. Returns None if no event with a chance is settled.
    """
    known = {event.id: event.came for of in event_sets(scenario).values() for event in of.events}
    rows = [
        (name, came, chance, (chance - came) ** 2, -float(np.log(floored if came else 1.0 - floored)))
        for name, came in known.items()
        if came is not None and name in chances
        for chance, floored in [(chances[name], float(above_floor(np.array(chances[name]))))]
    ]
    if not rows:
        return None
    means = tuple(float(np.mean([row[k] for row in rows])) for k in (3, 4))
    last = (("mean", None, None, *means), ("mean of a half", None, 0.5, 0.25, float(np.log(2.0))))
    return Table("named events", ("event", "came", "probability", "Brier score", "log score"), (*rows, *last))


def chances_of(
    event_set: EventSet, scenario: Scenario, past: Past, up_by_level: FloatArray, shape: float
) -> list[dict[str, Any]]:
    """Return a dictionary for each event, with its fields, its `probability` and the `basis` of its chance.

    `up_by_level` has shape (pairs,): the hazard of a step up by level until the end, at a factor of 1.
    `shape` is the shape of the gamma distribution of the factor.
    """
    return [
        {**event.model_dump(mode="json", exclude=NOT_SAID, exclude_none=True), "opens": str(event_set.opens),
         "closes": str(event.closes or event_set.closes),
         **_chance(event, event_set, scenario, past, up_by_level, shape)}
        for event in event_set.events
    ]  # fmt: skip


def _chance(
    event: NamedEvent,
    event_set: EventSet,
    scenario: Scenario,
    past: Past,
    up_by_level: FloatArray,
    shape: float,
) -> dict[str, Any]:
    seen = date.fromordinal(past.as_of.toordinal() - 1)
    if event.rule == "clock":
        renewed, ended = earlier_ends(scenario, seen)
        basis = (
            f"{renewed} of {ended} legs whose clocks ran out in this record were renewed, by Laplace's rule"
        )
        return {"probability": (renewed + 1.0) / (ended + 2.0), "basis": basis}
    if event.rule == "class":
        came = sum(case.came for case in event.cases)
        basis = f"{came} of {len(event.cases)}, by Laplace's rule: {event.reference}"
        cases = [case.model_dump() for case in event.cases]
        return {"probability": (came + 1.0) / (len(event.cases) + 2.0), "basis": basis, "cases": cases}
    if event.rule == "changes":
        return _by_changes(event, past, seen, event.closes or event_set.closes)
    pair = pairs_of(scenario).index((str(event.actor), str(event.instrument)))
    leg = scenario.instruments[str(event.instrument)].leg
    renewed_leg, still = renewal_chances(scenario, seen)[leg], float(none_of(up_by_level[pair], shape))
    basis = f"clock of the {leg} leg renewed {renewed_leg:.3f}, no step up by level to the end {still:.3f}"
    return {"probability": 1.0 - renewed_leg * still, "basis": basis}


def _by_changes(event: NamedEvent, past: Past, seen: date, closes: date) -> dict[str, Any]:
    moves = [
        (step.day, step.move.value)
        for step in past.steps
        if (step.move.actor, step.move.instrument, step.move.status)
        == (event.actor, event.instrument, "applied")
        and step.move.value is not None
    ]
    months, first = month_number(closes) - month_number(seen) + 1, moves[0][0]
    ends = [end for _, end in month_windows(first, month_number(seen) - month_number(first))]
    values = np.array([[value for day, value in moves if day < end][-1] for end in ends])
    changes, now = values[months:] - values[:-months], float(moves[-1][1])
    if event.above is not None:
        far, went = changes > event.above - now, f"rose by more than {event.above - now:.1f}"
    else:
        least = float(event.below or 0.0)
        far, went = changes < least - now, f"fell by more than {now - least:.1f}"
    basis = (
        f"{int(far.sum())} of {len(far)} changes over {months} months from every month of the record {went} "
        f"points, from {now:.1f} now"
    )
    return {"probability": float(far.mean()), "basis": basis}


SOURCE = "negotiation"
NOT_APPLICABLE = "N/A"
WORDS = {"up": "a harsher step", "down": "a milder step"}
CRITERIA = (
    "A step that is announced and applied, by the month of its announcement: of the instrument's level, or "
    "within it, as a list made longer. Threats, proposals, plans, bills and readings count for nothing; what "
    "a court or a lapse of law changes counts for the country whose instrument it is."
)


def question_document(forecast: Forecast, scenario: Scenario) -> dict[str, Any]:
    """Return the questions of a forecast and of named events as a ForecastBench question set."""
    rows = [row for row in forecast.rows if row.direction != RENEWED]
    record = events_of(scenario, past_of(scenario, forecast.as_of + timedelta(days=1)))
    ends = max(last_day(row.month) for row in rows)
    events = [
        _question(
            forecast.as_of, event.id, event.question, event.background,
            f"{event.series}. Rounding: {event.rounding}. Settled by {event.settled_by}.",
            event.closes or of.closes,
        )
        for of in event_sets(scenario).values()
        if forecast.as_of < of.opens <= ends
        for event in of.events
    ]  # fmt: skip
    return {
        "forecast_due_date": str(forecast.as_of + timedelta(days=1)),
        "question_set": f"{forecast.truce}-{forecast.as_of}.json",
        "questions": [*(_of_row(forecast, scenario, record, row) for row in rows), *events],
    }


def _of_row(forecast: Forecast, scenario: Scenario, record: EventRecord, row: ForecastRow) -> dict[str, Any]:
    title = scenario.instruments[row.instrument].title
    pair, way = record.pairs.index((row.actor, row.instrument)), DIRECTIONS.index(row.direction)
    document = _question(
        forecast.as_of,
        f"{row.month}:{row.actor}:{row.instrument}:{row.direction}",
        f"Will {row.actor} take {WORDS[row.direction]} of its instrument '{title}' in {row.month}?",
        f"Countries: {' and '.join(scenario.countries)}. Instruments, levels and moves are those of the "
        f"dispute {scenario.name}.",
        CRITERIA,
        last_day(row.month),
    )
    seen = f"such steps on record from {record.begins} to {forecast.as_of}"
    value = str(int(record.counts[2 * pair + way]))
    return document | {"freeze_datetime_value": value, "freeze_datetime_value_explanation": seen}


def _question(
    day: date, name: str, question: str, background: str, criteria: str, end: date
) -> dict[str, Any]:
    return {
        "id": name,
        "source": SOURCE,
        "question": question,
        "resolution_criteria": criteria,
        "background": background,
        "market_info_open_datetime": NOT_APPLICABLE,
        "market_info_close_datetime": NOT_APPLICABLE,
        "market_info_resolution_criteria": NOT_APPLICABLE,
        "url": NOT_APPLICABLE,
        "freeze_datetime": f"{day}T00:00:00+00:00",
        "freeze_datetime_value": NOT_APPLICABLE,
        "freeze_datetime_value_explanation": NOT_APPLICABLE,
        "source_intro": "We would like you to give the chance of each of these steps and events.",
        "resolution_dates": [str(end)],
    }
