"""Named events: questions beside a forecast's rows, each with what settles it and a rule for its chance.

Rules are those of decision 68, written before any chance was computed, and no chance is an opinion. *clock*:
the share of legs whose clocks ran out that were renewed, by Laplace's rule. *clock or level*: one less the
chance that the clock of the instrument's leg is renewed and the instrument sees no step up by level. *class*:
the share of a named reference class, by Laplace's rule. *changes*: how often the series' changes over as
many months, from every month of the record, went so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from negotiation.base.labelled import Table
from negotiation.base.numeric import FloatArray
from negotiation.base.reading.models import FileModel, load_toml
from negotiation.disputes import Scenario
from negotiation.disputes.files.names import CountryCode, Identifier, Listed
from negotiation.truces.prediction.chances import above_floor
from negotiation.truces.prediction.forecast import renewal_chances
from negotiation.truces.prediction.joint_law import none_of
from negotiation.truces.prediction.months import month_number, month_windows
from negotiation.truces.prediction.questions import QUESTIONS
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.past import Past
from negotiation.truces.record.renewals import earlier_ends

EVENTS = "events"

# What a forecast does not say of an event: what its chance rests on is told apart, outcomes come later.
NOT_SAID = {"cases", "came", "outcome"}


class Case(FileModel):
    """A member of a reference class."""

    what: Listed = Field(description="what it was, with ids of the record")
    came: bool


class NamedEvent(FileModel):
    """An event that is asked about."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    question: Listed
    background: Listed
    series: Listed = Field(description="the series, or the papers, that are looked at")
    rounding: Listed
    settled_by: Listed = Field(description="the source that settles it")
    closes: date | None = Field(None, description="last day; that of the set if not given")
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
        needed = {"class": self.cases, "clock or level": self.instrument, "changes": self.instrument}
        if not needed.get(self.rule, True) or (self.rule == "changes" and self.above == self.below):
            raise ValueError(
                f"`rule`: {self.rule} needs `cases` (class), `actor` and `instrument` (clock or level, "
                "changes) and `above` or `below` (changes); give them"
            )
        if (self.came is None) != (self.outcome is None):
            raise ValueError("`came` and `outcome` come together: what settled the event, and how; give both")
        return self


class EventSet(FileModel):
    """Events with the days on which they count."""

    opens: date
    closes: date
    events: tuple[NamedEvent, ...] = Field(min_length=1)


def event_sets(scenario: Scenario) -> dict[str, EventSet]:
    """Return a dispute's sets of named events, by name."""
    folder = scenario.folder
    files = [] if folder is None else sorted((folder / QUESTIONS / EVENTS).glob("*.toml"))
    return {path.stem: load_toml(path, EventSet) for path in files}


def event_scores(scenario: Scenario, chances: Mapping[str, float]) -> Table | None:
    """Return scores of chances of the events that are settled, beside a half; none if there are none."""
    known = {one.id: one.came for of in event_sets(scenario).values() for one in of.events}
    rows = [
        (name, came, chance, (chance - came) ** 2, -float(np.log(said if came else 1.0 - said)))
        for name, came in known.items()
        if came is not None and name in chances
        for chance, said in [(chances[name], float(above_floor(np.array(chances[name]))))]
    ]
    if not rows:
        return None
    means = tuple(float(np.mean([row[k] for row in rows])) for k in (3, 4))
    last = (("mean", None, None, *means), ("mean of a half", None, 0.5, 0.25, float(np.log(2.0))))
    return Table("named events", ("event", "came", "probability", "Brier score", "log score"), (*rows, *last))


def chances_of(
    asked: EventSet, scenario: Scenario, past: Past, up_by_level: FloatArray, shape: float
) -> list[dict[str, Any]]:
    """Return the events with their chances and what each is based on.

    Shapes: `up_by_level` (pairs,), hazards of a step up by level to the end at a factor of 1.
    """
    return [
        {**one.model_dump(mode="json", exclude=NOT_SAID, exclude_none=True), "opens": str(asked.opens),
         "closes": str(one.closes or asked.closes),
         **_chance(one, asked, scenario, past, up_by_level, shape)}
        for one in asked.events
    ]  # fmt: skip


def _chance(
    one: NamedEvent, asked: EventSet, scenario: Scenario, past: Past, up_by_level: FloatArray, shape: float
) -> dict[str, Any]:
    seen = date.fromordinal(past.as_of.toordinal() - 1)
    if one.rule == "clock":
        renewed, ended = earlier_ends(scenario, seen)
        basis = (
            f"{renewed} of {ended} legs whose clocks ran out in this record were renewed, by Laplace's rule"
        )
        return {"probability": (renewed + 1.0) / (ended + 2.0), "basis": basis}
    if one.rule == "class":
        came = sum(case.came for case in one.cases)
        basis = f"{came} of {len(one.cases)}, by Laplace's rule: {one.reference}"
        cases = [case.model_dump() for case in one.cases]
        return {"probability": (came + 1.0) / (len(one.cases) + 2.0), "basis": basis, "cases": cases}
    if one.rule == "changes":
        return _by_changes(one, past, seen, asked.closes)
    pair = pairs_of(scenario).index((str(one.actor), str(one.instrument)))
    leg = scenario.instruments[str(one.instrument)].leg
    renewed_leg, still = renewal_chances(scenario, seen)[leg], float(none_of(up_by_level[pair], shape))
    basis = f"clock of the {leg} leg renewed {renewed_leg:.3f}, no step up by level to the end {still:.3f}"
    return {"probability": 1.0 - renewed_leg * still, "basis": basis}


def _by_changes(one: NamedEvent, past: Past, seen: date, closes: date) -> dict[str, Any]:
    moves = [
        (step.day, step.move.value)
        for step in past.steps
        if (step.move.actor, step.move.instrument, step.move.status) == (one.actor, one.instrument, "applied")
        and step.move.value is not None
    ]
    months, first = month_number(closes) - month_number(seen) + 1, moves[0][0]
    ends = [end for _, end in month_windows(first, month_number(seen) - month_number(first))]
    values = np.array([[value for day, value in moves if day < end][-1] for end in ends])
    changes, now = values[months:] - values[:-months], float(moves[-1][1])
    if one.above is not None:
        far, went = changes > one.above - now, f"rose by more than {one.above - now:.1f}"
    else:
        least = float(one.below or 0.0)
        far, went = changes < least - now, f"fell by more than {now - least:.1f}"
    basis = (
        f"{int(far.sum())} of {len(far)} changes over {months} months from every month of the record {went} "
        f"points, from {now:.1f} now"
    )
    return {"probability": float(far.mean()), "basis": basis}
