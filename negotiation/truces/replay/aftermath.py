"""The aftermath of an agreement: which instruments were kept and which moved, by level and by step.

A step is an applied row of the record, up or down; a level is in force after it. A text is broken by level if
a step up exceeds a prescribed level; a leg is moved on by step if there is any step up. Holds, threats and
rows that were never applied do not count. Steps down until the text is in force do not count either, since
they carry it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.numbers import expect_day
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Pair
from negotiation.errors import InvalidDate
from negotiation.truces.record.agreement_text import (
    AgreementText,
    Dispute,
    agreement_text,
    agreements_of,
    scenario_for,
)
from negotiation.truces.record.clauses import Clause
from negotiation.truces.record.measures import measured_table
from negotiation.truces.record.timeline import LevelChange, level_changes

# What the words of the record say of a clause; all others leave it open.
COMPLIED = ("complied", "complied (announced)", "complied on paper")
BROKEN = ("not met", "complied, then ended")


@dataclass(frozen=True)
class LaterStep:
    """A step in the record after the signing."""

    row: LevelChange
    # Who moved what.
    pair: Pair
    # Whether it goes above the level that the text prescribes.
    breaks: bool
    # Dockets of the instrument that were decided on its day: law moved, or moved too.
    law: tuple[str, ...]
    # The first step of another side that the record says answers it.
    answer: LevelChange | None

    @property
    def up(self) -> bool:
        """Whether the step is harsher."""
        return self.row.move.direction == "escalate"

    @property
    def answered(self) -> str:
        """The answer: country, instrument, row and days, a month to its end; empty without an answer."""
        if self.answer is None:
            return ""
        move = self.answer.move
        days = (move.announced.latest - self.row.day).days
        return f"{move.actor} {move.record_instrument}, {move.id}, within {days} days"


@dataclass(frozen=True, eq=False)
class Aftermath(Tabular):
    """What was kept and what moved after an agreement, up to a day. Make one with `aftermath`.

    Parameters
    ----------
    agreement : AgreementText
        The agreement.
    scenario : Scenario
        The dispute as it was known on the day `until`.
    until : date
        The last day.
    steps : tuple of LaterStep
        The applied steps after the signing, in order of days, without steps down until the text is in force.
    status : {"complete"}
        Always "complete".

    Examples
    --------
    >>> result = aftermath("2025-10-busan")
    >>> {leg: step and step.row.move.id for leg, step in result.broken.items()}
    {'tariff': None, 'control': None, 'other': 'E118'}
    """

    agreement: AgreementText
    scenario: Scenario
    until: date
    steps: tuple[LaterStep, ...]
    status: Status = "complete"

    @property
    def broken(self) -> dict[str, LaterStep | None]:
        """By leg, the first step above a prescribed level; `None` if there was none.

        Examples
        --------
        >>> str(aftermath("2025-10-busan").broken["other"].row.day)
        '2025-12-26'
        """
        return {leg: self._first(leg, "breaks") for leg in self.scenario.legs}

    @property
    def moved_on(self) -> dict[str, LaterStep | None]:
        """By leg, the first step up, covered by the text or not; `None` if there was none.

        Examples
        --------
        >>> [str(step.row.day) for step in aftermath("2025-10-busan").moved_on.values()]
        ['2026-07-24', '2026-06-08', '2025-12-26']
        """
        return {leg: self._first(leg, "up") for leg in self.scenario.legs}

    def _first(self, leg: str, which: str) -> LaterStep | None:
        matching = (s for s in self.steps if self._leg(s.pair) == leg and getattr(s, which))
        return next(matching, None)

    def _leg(self, pair: Pair) -> str:
        return self.scenario.instruments[pair[1]].leg

    def table(self) -> Table:
        """Return one row for each instrument that the text covers or that moved, by leg.

        Returns
        -------
        Table
            The leg, country and instrument; whether the prescribed level was kept or broken, and when; the
            number of steps up and down; and the first step up.
        """
        covered = self.agreement.covered()
        pairs = dict.fromkeys([*covered, *(step.pair for step in self.steps)])
        rows = []
        for leg in self.scenario.legs:
            for pair in (each for each in pairs if self._leg(each) == leg):
                own = [step for step in self.steps if step.pair == pair]
                ups = [step for step in own if step.up]
                broke = next((step for step in own if step.breaks), None)
                kept = "kept" if pair in covered else "not covered"
                level = kept if broke is None else f"broken {broke.row.day}, {broke.row.move.id}"
                first = f"{ups[0].row.day}, {ups[0].row.move.id}" if ups else ""
                rows.append((leg, *pair, level, len(ups), len(own) - len(ups), first))
        columns = ("leg", "country", "instrument", "by level", "steps up", "steps down", "first step up")
        return Table(
            f"{self.agreement.id}: by level and by step, to {self.until}", columns, tuple(rows), self.names
        )

    def step_table(self) -> Table:
        """Return one row for each step after the signing.

        Returns
        -------
        Table
            In order of days: the date, the record's row, who moved what, up or down, the level after the
            step, court cases decided on that day, the first answer, and a note. A date that is known only to
            the month counts from its first day.

        Examples
        --------
        >>> rows = aftermath("2025-10-busan").step_table().rows
        >>> next(row[6] for row in rows if row[1] == "E106")
        'CHN unreliable_entity_list, E107, within 14 days'
        """
        columns = (
            "announced", "row", "who moved what", "step", "level after it", "law", "answered by", "note",
        )  # fmt: skip
        rows = tuple(
            (
                str(s.row.move.announced), s.row.move.id, " ".join(s.pair), "up" if s.up else "down",
                s.row.level, ", ".join(s.law), s.answered, s.row.move.mapping_note,
            )
            for s in self.steps
        )  # fmt: skip
        return Table(f"{self.agreement.id}: every step", columns, rows, self.names)

    def clause_table(self) -> Table:
        """Return one row for the agreement and for each amendment, with counts of its clauses.

        Returns
        -------
        Table
            Covered clauses that were complied with, open or broken, and clauses that are not covered. A
            clause is broken if it was observed to be, or by a later step above its level. It is open if it is
            neither complied with nor broken. The table is empty for a placebo and for an agreement that is
            not on record.

        Examples
        --------
        >>> aftermath("2025-10-busan").clause_table().rows[0]
        ('2025-10-busan', 12, 4, 1, 2)
        """
        rows, names = [], dict(self.names)
        for text in agreements_of(self.scenario):
            if self.agreement.id in (text.id, text.amends):
                names[text.id] = text.title
                bound = [clause for clause in text.clauses if clause.covered]
                broken = [c for c in bound if c.observed in BROKEN or self._broken_since(text.signed, c)]
                complied = [c for c in bound if c.observed in COMPLIED and c not in broken]
                counts = len(complied), len(bound) - len(complied) - len(broken), len(broken)
                rows.append((text.id, *counts, len(text.clauses) - len(bound)))
        columns = ("agreement", "complied", "open", "broken", "left out")
        title = "clauses, as observed when each text was taken up, or broken by level since"
        return Table(title, columns, tuple(rows), names)

    def measured_table(self) -> Table:
        """Return one row for each month and measure since the signing: shipments, licences and prices.

        Returns
        -------
        Table
            Measures that were public on the day `until`, with ranges. They are flows and prices, so none
            changes the state of the world.

        Examples
        --------
        >>> [row[:3] for row in aftermath("2025-10-busan").measured_table().rows if row[0] == "2026-05"]
        [('2026-05', 'yttrium, dysprosium and terbium shipped, against before', -50.0)]
        """
        return measured_table(self.scenario, self.agreement.signed)

    def _broken_since(self, signed: date, clause: Clause) -> bool:
        """Return whether a clause was broken by level, counting only rows in its own words."""
        return clause.checkable and any(
            step.pair == (clause.side, clause.instrument)
            and step.row.move.record_instrument == clause.record_instrument
            and step.row.day > signed
            and _above(self.scenario, step.pair, step.row, clause.level)
            for step in self.steps
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """Two sentences: what broke each leg by level, and what first moved it.

        Examples
        --------
        >>> aftermath("2025-10-busan").sentences[0][:55]
        'By level: tariff kept; control kept; other broken 57 da'
        """
        return (
            f"By level: {'; '.join(self._told(self.broken, 'broken'))}.",
            f"By step: {'; '.join(self._told(self.moved_on, 'moved on'))}.",
        )

    def _told(self, legs: Mapping[str, LaterStep | None], word: str) -> Iterator[str]:
        for leg, step in legs.items():
            if step is None:
                bound = any(self._leg(pair) == leg for pair in self.agreement.covered())
                yield f"{leg} kept" if bound or word != "broken" else f"{leg} not covered"
                continue
            days = (step.row.day - self.agreement.signed).days
            levels = self.scenario.instrument(*step.pair).labels(step.pair[0])
            # Every step up of such an instrument breaks it by level, however small.
            short = "; its ladder has one step" if step.breaks and len(levels) == 2 else ""
            where = f"{step.row.move.id}, {step.row.day}{short}"
            mover = f"{step.pair[0]} {self.names[step.pair[1]]}"
            yield f"{leg} {word} {days} days on, by {mover} ({where})"

    @property
    def names(self) -> Mapping[str, str]:
        """Print names of the identifiers in the tables."""
        return self.agreement.names_in(self.scenario)


def _above(scenario: Scenario, pair: Pair, row: LevelChange, level: str | None) -> bool:
    position = scenario.instrument(*pair).position
    if row.level is None or level is None or row.move.direction != "escalate":
        return False
    return position(pair[0], row.level) > position(pair[0], level)


def aftermath(
    name: str | AgreementText, scenario: Dispute | None = None, *, until: date | str | None = None
) -> Aftermath:
    """Return what was kept and what moved after an agreement, up to a day.

    Parameters
    ----------
    name : str or Agreement
        Name of the agreement, as in "2025-10-busan", the path of its file, or the agreement itself.
    scenario : Scenario, str or Path, optional
        The dispute, its name or its folder; by default the agreement's own.
    until : date or str, optional
        The last day, also as text such as "2025-12-01"; by default the end of the agreement's window or the
        last day to which the record was read, whichever is earlier.

    Returns
    -------
    Aftermath
        See `.broken` and `.moved_on` by leg, `.sentences`, `.table()`, `.step_table()` and `.clause_table()`.

    Raises
    ------
    UnknownTruce, UnknownScenario
        If there is no such agreement or dispute.
    InvalidDate
        If `until` is not a day, is before the signing, or after the day to which the record was read.
    InvalidFile
        If the dispute has no record, or a file or folder is missing or has a fault.
    InvalidGame
        If `scenario` is not a Scenario, a name or a folder.

    Examples
    --------
    >>> [row[3] for row in aftermath("2025-10-busan").table().rows][:2]
    ['kept', 'kept']
    """
    world = scenario_for(name, scenario)
    last = world.as_of(world.definition.date)
    agreement = agreement_text(name, last)
    until = min(agreement.window_end, world.definition.date) if until is None else expect_day(until)
    world = last.as_of(until)
    if until < agreement.signed:
        raise InvalidDate(
            f"`until` must not be before {agreement.signed}, when {agreement.id} was signed; got {until}"
        )
    return Aftermath(agreement, world, until, tuple(_steps(agreement, world)))


def read_on(name: str, world: Scenario) -> bool:
    """Return whether the record was read beyond the dispute's day within an agreement's window."""
    known, read = world.definition.known, world.definition.date
    return known < min(read, agreement_text(name, world).window_end)


def _steps(agreement: AgreementText, world: Scenario) -> Iterator[LaterStep]:
    covered = agreement.covered()
    applied = [
        row
        for row in level_changes(world)
        if row.move.status == "applied" and row.move.direction != "hold" and row.day > agreement.signed
    ]
    for row in applied:
        move, pair = row.move, (row.move.actor, str(row.move.instrument))
        carried_out = move.direction == "de-escalate" and row.day <= agreement.in_force
        if move.instrument is None or carried_out:
            continue
        breaks = _above(world, pair, row, covered.get(pair))
        decided = (
            docket.name.replace("-", " ")
            for docket in world.dockets
            if (docket.country, docket.instrument, docket.decided) == (*pair, row.day)
        )
        # A block on what the other side exports is an answer too, though its maker holds no such instrument.
        replies = (
            reply
            for reply in applied
            if (reply.move.instrument or reply.move.record_instrument) in world.instruments
            and reply.move.triggered_by == move.id
            and reply.move.actor != move.actor
        )
        yield LaterStep(row, pair, breaks, tuple(decided), next(replies, None))
