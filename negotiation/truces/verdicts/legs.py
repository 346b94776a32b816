"""Verdicts by leg compared with the record: what theories say of an agreement, and what the record shows.

The record's verdict: a leg is moved on at the first escalation by either side in one of its instruments after
the signing; threats and rows without a day do not count. A leg that was moved on is mended at the first
de-escalation in it, by either side and under any agreement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table
from negotiation.disputes import Scenario
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.timeline import LevelChange, level_changes, record_ends
from negotiation.truces.verdicts.drawn import BREAKS, HOLDS
from negotiation.truces.verdicts.theory_verdicts import (
    TEXT_ALONE,
    ByLegAndTheory,
    TheoryVerdict,
    TheoryVerdicts,
)


@dataclass(frozen=True)
class Step:
    """A turn of a leg in the record: moved on (escalated) or mended."""

    day: date
    kind: Literal["moved on", "mended"]
    country: str
    instrument: str
    move: str


@dataclass(frozen=True)
class RecordedLeg:
    """A theory's verdict on one leg of an agreement, and what the record shows."""

    # What the theory says.
    verdict: TheoryVerdict
    # Instruments that the text covers, as "USA tariff".
    covered: tuple[str, ...]
    # The turns of the record, in order.
    steps: tuple[Step, ...]
    # Ids of threats that were not carried out.
    threats: tuple[str, ...]
    # Last day that was looked at.
    until: date

    @property
    def leg(self) -> str:
        """The leg."""
        return self.verdict.leg

    @property
    def theory(self) -> str:
        """The theory."""
        return self.verdict.theory

    @property
    def margin(self) -> float:
        """The margin of the leg, percent of GDP; infinite if nothing in it can be made harsher."""
        return self.verdict.margin

    @property
    def share(self) -> float | None:
        """Share of parameter draws in which the leg holds; `None` without draws."""
        return self.verdict.share

    @property
    def record_held(self) -> bool:
        """Whether the record shows no escalation in the leg."""
        return not self.steps

    @property
    def agree(self) -> bool | None:
        """Whether theory and record agree on whether the leg holds; `None` if the theory does not decide."""
        word = self.verdict.word
        return (word == HOLDS) == self.record_held if word in (HOLDS, BREAKS) else None

    @property
    def model(self) -> str:
        """The theory's verdict in words."""
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
class Verdicts(ByLegAndTheory[RecordedLeg], Drawable):
    """The legs of an agreement under theories, each compared with the record."""

    _figure = "truces.verdicts:verdicts_figure"

    agreement: str
    rows: tuple[RecordedLeg, ...]
    # What is supposed, and in which state of the world, in words.
    setting: str
    where: str
    # Print names of the identifiers.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def alone(self) -> Verdicts:
        """The legs under the text alone, the theory *moment*."""
        return replace(self, rows=tuple(row for row in self.rows if row.theory == TEXT_ALONE))

    def table(self) -> Table:
        """Return one row for each leg and theory."""
        columns = (
            "agreement", "leg", "theory", "the game says", "share that holds", "the record says", "agree",
            "margin, USD million a year", "margin, % GDP", "covered as written",
        )  # fmt: skip
        rows = tuple(
            (
                self.agreement, v.leg, v.theory, v.model, v.share, v.record, v.agree, v.verdict.millions,
                v.margin, v.covered,
            )
            for v in self.rows
        )  # fmt: skip
        title = f"{self.agreement}: verdict by leg beside the record, {self.setting}; {self.where}"
        return Table(title, columns, rows, self.names)

    def by_theory(self) -> Table:
        """Return one row per leg: what the record shows, and each theory's verdict and share of draws."""
        theories = tuple(dict.fromkeys(row.theory for row in self.rows))
        rows = tuple(
            (leg, "held" if own[0].record_held else "moved on", *(row.verdict.words for row in own))
            for leg, own in self._by_leg().items()
        )
        title = f"{self.agreement}: does a leg hold? {self.setting}; {self.where}"
        return Table(title, ("leg", "the record", *theories), rows, self.names)


def verdicts_of(theories: TheoryVerdicts) -> Verdicts:
    """Return each theory's verdict on each leg, compared with the record."""
    agreement, scenario = theories.batch.agreement, theories.batch.scenario
    changes, until = level_changes(scenario), min(agreement.window_end, record_ends(scenario))
    recorded = {}
    for leg in scenario.legs:
        covered = [f"{c} {name}" for c, name in theories.batch.terms if scenario.instruments[name].leg == leg]
        steps = record_steps(scenario, agreement, changes, leg)
        recorded[leg] = tuple(covered), steps, threats(scenario, agreement, changes, leg), until
    rows = tuple(RecordedLeg(row, *recorded[row.leg]) for row in theories)
    return Verdicts(agreement.id, rows, theories.setting, theories.where, theories.names)


def record_steps(
    scenario: Scenario, agreement: AgreementText, changes: Sequence[LevelChange], leg: str
) -> tuple[Step, ...]:
    """Return the turns of a leg after the signing: the first step of each run of one kind.

    The turns reach to the end of the agreement's window or of the record. Rows dated to a month or a year may
    fall on either side of the signing, and are left out.
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
