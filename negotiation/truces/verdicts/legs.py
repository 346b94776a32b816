"""Verdicts by leg: what one theory says of an agreement, beside what the record shows.

The theory is *moment*, in which the text alone is watched; every theory stands in `theory_verdicts`.

The record's verdict. A leg is moved on, on the day of the first escalation by either side in one of its
instruments after the signing; threats and rows without a day do not count as such. A leg that was moved on is
mended on the day of the first step back in it, whoever takes it and under whatever paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table
from negotiation.disputes import Scenario
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.timeline import LevelChange, level_changes, record_ends
from negotiation.truces.verdicts.rows import ByLeg
from negotiation.truces.verdicts.theory_verdicts import BREAKS, HOLDS, TheoryVerdict, TheoryVerdicts


@dataclass(frozen=True)
class Step:
    """A turn of a leg in the record: moved on (escalated) or mended."""

    day: date
    kind: Literal["moved on", "mended"]
    country: str
    instrument: str
    move: str


@dataclass(frozen=True)
class LegVerdict:
    """What the game and the record say of one leg of an agreement."""

    leg: str
    # Instruments that the text covers, as "USA tariff".
    covered: tuple[str, ...]
    # What the theory *moment* says of it.
    verdict: TheoryVerdict
    # Whether the record shows no escalation in the leg.
    record_held: bool
    # The turns of the record, in order.
    steps: tuple[Step, ...]
    # Ids of threats that were not carried out.
    threats: tuple[str, ...]
    # Last day that was looked at.
    until: date

    @property
    def theory(self) -> str:
        """The theory of what the text leaves out under which the game says it: moment."""
        return self.verdict.theory

    @property
    def model_holds(self) -> bool:
        """Whether the game says that it holds: the margin is not negative."""
        return self.verdict.holds

    @property
    def margin(self) -> float:
        """The margin of the leg, percent of GDP; infinite where nothing in it can be made harsher."""
        return self.verdict.margin

    @property
    def share(self) -> float | None:
        """Share of parameter draws in which the game says that the leg holds; `None` without draws."""
        return self.verdict.share

    @property
    def agree(self) -> bool | None:
        """Whether game and record agree on whether the leg holds; `None` where the game leaves it open."""
        word = self.verdict.word
        return (word == HOLDS) == self.record_held if word in (HOLDS, BREAKS) else None

    @property
    def model(self) -> str:
        """The game's verdict in words."""
        if self.verdict.word != BREAKS:
            return self.verdict.word
        moves = ", ".join(f"{name} to {level}" for name, level in self.verdict.departure)
        return f"breaks, by {self.verdict.player}: {moves}"

    @property
    def record(self) -> str:
        """The record's verdict in words."""
        if self.record_held:
            threats = f" (threatened: {', '.join(self.threats)})" if self.threats else ""
            return f"held to {self.until}{threats}"
        turns = [
            f"{step.kind} {step.day} by {step.country} ({step.instrument}, {step.move})"
            for step in self.steps
        ]
        return "; ".join(turns)


@dataclass(frozen=True)
class Verdicts(ByLeg[LegVerdict], Drawable):
    """The verdicts of an agreement, by leg."""

    _figure = "truces.verdicts:verdicts_figure"

    agreement: str
    legs: tuple[LegVerdict, ...]
    # In which state of the world it was asked, and what of each leg is not in the game, in words.
    where: str
    # What the identifiers in it are called in print.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each leg."""
        columns = (
            "agreement", "leg", "the game says", "share that holds", "the record says", "agree",
            "margin, % GDP", "covered as written",
        )  # fmt: skip
        rows = tuple(
            (self.agreement, v.leg, v.model, v.share, v.record, v.agree, v.margin, v.covered)
            for v in self.legs
        )
        return Table(f"{self.agreement}: verdict by leg, {self.where}", columns, rows, self.names)


def verdicts_of(theories: TheoryVerdicts) -> Verdicts:
    """Return what *moment* says of each leg, beside the record."""
    agreement, scenario = theories.asked.agreement, theories.asked.scenario
    changes = level_changes(scenario)
    legs: list[LegVerdict] = []
    for leg in scenario.legs:
        steps = record_steps(scenario, agreement, changes, leg)
        names = [f"{c} {name}" for c, name in theories.asked.terms if scenario.instruments[name].leg == leg]
        until = min(agreement.window_end, record_ends(scenario))
        told = threats(scenario, agreement, changes, leg)
        legs.append(
            LegVerdict(leg, tuple(names), theories.find(leg, "moment"), not steps, steps, told, until)
        )
    return Verdicts(agreement.id, tuple(legs), theories.where, theories.names)


def record_steps(
    scenario: Scenario, agreement: AgreementText, changes: Sequence[LevelChange], leg: str
) -> tuple[Step, ...]:
    """Return the turns of a leg after the signing: the first step of each run of one kind.

    Rows dated to a month or a year do not say on which side of the signing they fall, and are left out.
    """
    steps: list[Step] = []
    for row in _rows_of(scenario, agreement, changes, leg):
        if row.move.status != "applied" or row.move.direction == "hold":
            continue
        kind: Literal["moved on", "mended"] = "moved on" if row.move.direction == "escalate" else "mended"
        if (kind == "mended" and not steps) or (steps and steps[-1].kind == kind):
            continue
        steps.append(Step(row.day, kind, row.move.actor, str(row.move.instrument), row.move.id))
    return tuple(steps)


def threats(
    scenario: Scenario, agreement: AgreementText, changes: Sequence[LevelChange], leg: str
) -> tuple[str, ...]:
    """Return the ids of threats in a leg that were not carried out."""
    rows = _rows_of(scenario, agreement, changes, leg)
    return tuple(row.move.id for row in rows if row.move.status == "threatened")


def _rows_of(
    scenario: Scenario, agreement: AgreementText, changes: Sequence[LevelChange], leg: str
) -> Iterator[LevelChange]:
    end = min(agreement.window_end, record_ends(scenario))
    for row in changes:
        name = row.move.instrument
        if name is None or scenario.instruments[name].leg != leg:
            continue
        if row.move.announced.precision == "day" and agreement.signed < row.day <= end:
            yield row
