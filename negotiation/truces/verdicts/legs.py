"""Verdicts by leg: what the solved game says of an agreement, beside what the record shows.

The game's verdict. A leg holds if no player gains by a departure that changes an instrument of it, by itself
or with others of any leg (`incentives`): covered instruments under the grim trigger on the agreement, the
others answered by nothing. If it does not hold it breaks at once, as the game is stationary: the game names
who and with what. The margin is that of the departure that is named, and has the verdict's sign.

The record's verdict. A leg is moved on, on the day of the first escalation by either side in one of its
instruments after the signing; threats and rows without a day do not count as such. A leg that was moved on is
mended on the day of the first step back in it, whoever takes it and under whatever paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import Literal

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table
from negotiation.disputes import Scenario
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.timeline import LevelChange, record_ends
from negotiation.truces.verdicts.departures import Incentive, StateClass, spelled
from negotiation.truces.verdicts.noise_departures import Departure
from negotiation.truces.verdicts.rows import ByLeg

# What the rows are called that ask whether a leg would hold if the others were kept.
ALONE = "kept, the leg alone"


def margins_table(
    title: str, rows: Sequence[tuple[str, str, Incentive | Departure]], names: Mapping[str, str]
) -> Table:
    """Return a table of margins with their departures, by leg and class of states."""
    columns = ("leg", "states", "margin, % GDP", "by", "closest departure")
    cells = tuple((leg, where, one.margin, one.player, spelled(one.changes)) for leg, where, one in rows)
    return Table(title, columns, cells, names)


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
    # The departure that breaks the leg, or that comes closest, at the central values; `None` where nothing in
    # it can be made harsher.
    closest: Incentive | None
    # The departures that gain, most tempting first.
    model_breaks: tuple[Incentive, ...]
    # The closest departure while the agreement is kept, and once it is over.
    by_class: Mapping[StateClass, Incentive]
    # The closest departure that stays within the leg: what breaks it, or comes closest, if the others are
    # kept.
    alone: Incentive | None
    # Share of parameter draws in which the game says that the leg holds; `None` without draws.
    share: float | None
    draws: int
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
        return "moment"

    @property
    def model_holds(self) -> bool:
        """Whether the game says that it holds: the margin is not negative."""
        return self.margin >= 0.0

    @property
    def margin(self) -> float:
        """Margin of the closest departure, percent of GDP; infinite without one."""
        return inf if self.closest is None else self.closest.margin

    @property
    def margin_alone(self) -> float:
        """The same if the other legs were kept."""
        return inf if self.alone is None else self.alone.margin

    def rows(self) -> Iterator[tuple[str, Incentive]]:
        """Yield the closest departures: by class of states, and within the leg alone."""
        yield from self.by_class.items()
        if self.alone is not None:
            yield ALONE, self.alone

    @property
    def agree(self) -> bool:
        """Whether game and record agree on whether the leg holds."""
        return self.model_holds == self.record_held

    @property
    def model(self) -> str:
        """The game's verdict at the central parameter values, in words."""
        if self.model_holds:
            return "holds"
        by = ", ".join(dict.fromkeys(row.player for row in self.model_breaks))
        first = self.model_breaks[0]
        return f"breaks at once, by {by}; first {first}"

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
    # What the identifiers in it are called in print.
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each leg."""
        columns = (
            "agreement", "leg", "the game says", "holds in share of draws", "the record says", "agree",
            "least margin, % GDP", "covered as written", "closest departure",
        )  # fmt: skip
        rows = tuple(
            (
                self.agreement, v.leg, v.model, v.share, v.record, v.agree, v.margin,
                v.covered, None if v.closest is None else str(v.closest),
            )
            for v in self.legs
        )  # fmt: skip
        return Table(f"{self.agreement}: verdict by leg", columns, rows, self.names)

    def margins_table(self) -> Table:
        """Return the margins of each leg with their departures: by class of states, and by itself."""
        rows = [(v.leg, *row) for v in self.legs for row in v.rows()]
        return margins_table(f"{self.agreement}: margins by leg", rows, self.names)


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
