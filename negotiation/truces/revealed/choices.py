"""Dated choices of a dispute: what a country did, what else it could have done, and how this is judged.

Choices are in `record/choices.csv`. Each row says which of two levels was chosen. Its class says which
inequality the choice implies (decision record 86). Rows without a payoff are kept, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, NamedTuple, Self, TypeAlias

from pydantic import Field, model_validator

from negotiation.base.reading.faults import fault_report, nearest_hint
from negotiation.base.reading.models import load_csv
from negotiation.disputes import Scenario
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.files.names import CountryCode, Identifier
from negotiation.errors import InvalidFile, shown
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.truces.record.moves import Sourced
from negotiation.truces.record.timeline import record_file

CHOICES = "choices.csv"
Kind: TypeAlias = Literal["static", "answer", "agreement", "no payoff"]
NO_PAYOFF: Kind = "no payoff"


class Step(NamedTuple):
    """Two levels of one country's instrument, of which `level` is compared with `other`."""

    country: str
    instrument: str
    level: str
    other: str

    def __str__(self) -> str:
        return f"{self.country} {self.instrument}: {self.level}, not {self.other}"


class Choice(Sourced):
    """One dated choice between two levels, or a choice without a payoff.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> rows = {row.id: row for row in load_choices(load_scenario("us-china-2025"))}
    >>> str(rows["E057"].step), rows["E057"].kind
    ('USA chip_control: licensed_for_fee, not h20_stopped', 'static')
    """

    id: str = Field(pattern=r"^[A-Z]{1,2}\d{2,3}[a-z]?$", description="the move of the record, or a new one")
    episode: str = Field(min_length=1, description="the decision it is part of; an episode has one vote")
    date: RecordDate = Field(description="when it was made, or how long the level was left")
    country: CountryCode
    instrument: Identifier | None = Field(
        None, description="instrument of the dispute; empty for another thing"
    )
    chosen: Identifier | None = Field(None, description="the level that was chosen or left")
    alternative: Identifier | None = Field(None, description="the level that was open")
    kind: Kind = Field(alias="class", description="static, answer, agreement, or no payoff")
    under: str | None = Field(None, description="the agreement that is kept or breached")
    in_return: str | None = Field(
        None,
        pattern=r"^[A-Z]{3} [a-z0-9_]+: [a-z0-9_]+, [a-z0-9_]+$",
        description="what the other side does for it: 'CHN rare_earth_curb: licences_flow, april_licensing', "
        "the level that is hoped for and the level otherwise",
    )
    reading: Literal["linked", "unlinked"] = Field(description="whether it was linked to something")
    disputed: str = Field("", description="who disputes the reading")
    reason: str = Field("", description="why it has no payoff")
    what: str = Field(min_length=1, description="the choice in the words of the source")
    note: str = Field("", description="a remark")

    @model_validator(mode="after")
    def _check(self) -> Self:
        levels = (self.instrument, self.chosen, self.alternative)
        if self.kind == NO_PAYOFF:
            if not self.reason or self.chosen or self.alternative:
                raise ValueError(
                    "a choice of the class 'no payoff' needs a `reason`, and `chosen` and `alternative` must "
                    "be empty"
                )
            return self
        if self.reason or None in levels or self.chosen == self.alternative:
            raise ValueError(
                f"a choice of the class {self.kind!r} needs an `instrument` and two different levels, "
                "`chosen` and `alternative`, and its `reason` must be empty"
            )
        if (self.kind == "agreement") != (self.under is not None):
            raise ValueError(
                f"the class is {self.kind!r} and `under` is {shown(self.under)}, but a choice of the class "
                "'agreement' must name its agreement in `under`, and in other choices `under` must be empty"
            )
        if self.kind == "answer" and not self.in_return:
            raise ValueError(
                "a choice of the class 'answer' needs `in_return`, the move of the other side that it is "
                "meant to undo"
            )
        return self

    @property
    def day(self) -> dt.date:
        """The day as of which the choice is judged: the first day of its date."""
        return self.date.earliest

    @property
    def step(self) -> Step:
        """The chosen level and the alternative."""
        return Step(self.country, self.instrument or "", self.chosen or "", self.alternative or "")

    @property
    def returned(self) -> Step | None:
        """The other side's step in return; None if the choice has none."""
        if self.in_return is None:
            return None
        pair, levels = self.in_return.split(": ")
        country, instrument = pair.split(" ")
        level, other = levels.split(", ")
        return Step(country, instrument, level, other)


def load_choices(scenario: Scenario) -> tuple[Choice, ...]:
    """Return the dated choices of a dispute, sorted by day and id.

    Raises `InvalidFile` if the dispute has no file of choices or rows of it are faulty; the message lists the
    faults.
    """
    path = record_file(scenario, CHOICES)
    rows = load_csv(path, Choice)
    texts = {text.id: text for text in agreements_of(scenario.as_of(scenario.definition.date))}
    faults, ids, choices = [], dict[str, int](), dict[object, int]()
    for line, row in enumerate(rows, start=2):
        wrong = _faults(row, scenario, texts)
        if ids.setdefault(row.id, line) != line:
            wrong.append(f"the id stands in line {ids[row.id]} too; give one of the rows another letter")
        # Rows of one choice may differ in `in_return` and `reading`.
        same = (row.step, row.date, row.kind, row.in_return, row.reading)
        if row.kind != NO_PAYOFF and choices.setdefault(same, line) != line:
            wrong.append(
                f"line {choices[same]} has the same choice, which would vote twice; delete one of the rows"
            )
        faults += [f"line {line}, {row.id}: {fault}" for fault in wrong]
    if faults:
        raise InvalidFile(fault_report(path, faults))
    return tuple(sorted(rows, key=lambda row: (row.day, row.id)))


def _faults(row: Choice, scenario: Scenario, texts: Mapping[str, AgreementText]) -> list[str]:
    """Return the faults of a row: names that the dispute does not have, or a class that the text excludes."""
    if row.kind == NO_PAYOFF:
        return []
    steps = [row.step, *([row.returned] if row.returned else [])]
    faults = [fault for step in steps for fault in _unknown(step, scenario)]
    if row.returned is not None and row.returned.country == row.country:
        faults.append(f"`in_return` names a move of {row.country} itself; name one of the other side")
    if faults or row.kind != "agreement":
        return faults
    text = texts.get(row.under or "")
    if text is None:
        hint, known = nearest_hint(row.under or "", texts), ", ".join(texts) or "none"
        return [f"`under`: no agreement {shown(row.under)}{hint}; known: {known}"]
    other = "give the class 'static' or 'answer', and leave `under` empty"
    if row.date.latest < text.signed:
        return [f"{row.under} was signed on {text.signed}, after the choice; {other}"]
    bound = written_terms(text).get((row.country, row.step.instrument))
    if bound is None:
        return [f"{row.under} does not bind {row.country} {row.instrument}; {other}"]
    position = scenario.instruments[row.step.instrument].position
    harshest = max(position(row.country, level) for level in (row.step.level, row.step.other))
    if harshest <= position(row.country, bound):
        bound_to = f"{row.under}, which binds {row.country} {row.instrument} to {bound!r}"
        return [f"neither level breaches {bound_to}; {other}"]
    return []


def _unknown(step: Step, scenario: Scenario) -> list[str]:
    """Return a sentence for each name in a step that the dispute does not have."""
    if step.country not in scenario.countries:
        return [f"no country {step.country!r}; the dispute has {', '.join(scenario.countries)}"]
    held = scenario.held(step.country)
    if step.instrument not in held:
        hint = nearest_hint(step.instrument, held)
        return [f"{step.country} holds no instrument {step.instrument!r}{hint}; it holds {', '.join(held)}"]
    labels = scenario.instruments[step.instrument].labels(step.country)
    return [
        f"{step.country} {step.instrument} has no level {level!r}{nearest_hint(level, labels)}; it has "
        f"{', '.join(labels)}"
        for level in (step.level, step.other)
        if level not in labels
    ]
