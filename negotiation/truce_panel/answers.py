"""Answers to first harsher steps: how often, in kind or elsewhere, and whether credible answers keep parts.

Whether a part has a credible answer in kind is coded from its card by a rule of decision 69, which does not
use outcomes. Another table has curbs on inputs, in the panel and in other disputes, with the days that stocks
and the clock last; values that no record gives are empty. A third table has the fate of truces at the end of
their clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.models import FileModel, load_csv
from negotiation.errors import InvalidOptions
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.scores import PRIMARY
from negotiation.truce_panel.spells import Card, Spell
from negotiation.truce_panel.survival import SurvivalCurves, as_rows, drawn_weights
from negotiation.truce_panel.tables import (
    LEGS,
    Confidence,
    Leg,
    Measure,
    Outcome,
    Side,
    Sourced,
    Tables,
    Truce,
)

# What may become of a truce at the end of its first clock.
FATES = ("extended", "ran out", "superseded", "lived on without", "over before", "not yet due")


def answer_table(tables: Tables, spells: Sequence[Spell]) -> Table:
    """Return one row per leg, bound or left out: steps, the share answered, where and how soon."""
    outcomes = {(outcome.truce_id, outcome.leg, outcome.covered): outcome for outcome in tables.outcomes}
    rows = []
    for covered in (True, False):
        for leg in ("all", *LEGS):
            own = [
                (spell, outcomes[spell.card.truce_id, spell.card.leg, spell.card.covered])
                for spell in spells
                if spell.event and spell.card.covered == covered and leg in ("all", spell.card.leg)
            ]
            if own:
                rows.append((leg, "bound" if covered else "left out", *_answers(own)))
    heads = (
        "leg",
        "text",
        "steps",
        "answered",
        "share",
        "low",
        "high",
        "in kind",
        "elsewhere",
        "median days",
    )
    title = "Answers to first harsher steps; shares count steps of one day by one side as one"
    return Table(title, heads, tuple(rows))


def _answers(own: Sequence[tuple[Spell, Outcome]]) -> tuple[object, ...]:
    """Return the last eight cells of a row of `answer_table`.

    They are steps, answers, the share answered with its 90 percent interval over disputes, answers in kind
    and elsewhere, and the median days until an answer.
    """
    spells = [spell for spell, _ in own]
    answers = [outcome for _, outcome in own if outcome.answered is not None]
    rows, came = as_rows(spells), np.array([outcome.answered is not None for _, outcome in own])
    drawn = drawn_weights(rows)
    total = drawn.sum(axis=1)
    shares = (drawn @ came)[total > 0.0] / total[total > 0.0]
    low, high = np.quantile(shares, NUMERICS.interval)
    kind = sum(answer.answer_leg == answer.leg for answer in answers)
    share = float(rows.weight @ came / rows.weight.sum())
    days = [
        (answer.answered - answer.first_harsher).days
        for answer in answers
        if answer.answered and answer.first_harsher
    ]
    middle = float(np.median(days)) if days else None
    return len(own), len(answers), share, float(low), float(high), kind, len(answers) - kind, middle


def renewal_table(tables: Tables) -> Table:
    """Return one row per fate of truces with a clock when it first ran out."""
    clocked = [(_fate(truce), truce) for truce in tables.truces if truce.clock_days]
    rows = []
    for fate in FATES:
        own = [agreement for name, agreement in clocked if name == fate]
        again = sum(len(_extended(agreement)) > 1 for agreement in own)
        rows.append((fate, len(own), again, ", ".join(sorted(agreement.truce_id for agreement in own))))
    title = f"Truces at the end of their first clock: {len(clocked)} of {len(tables.truces)} have one"
    return Table(title, ("at the first clock", "truces", "extended again", "which"), tuple(rows))


def _extended(truce: Truce) -> list[str]:
    return [day for day in truce.extensions.split(";") if day.strip()]


def _fate(truce: Truce) -> str:
    """Return the fate, one of `FATES`, of a truce when its first clock ran out."""
    due = truce.signed + timedelta(truce.clock_days)
    about = timedelta(NUMERICS.clock_days)
    if _extended(truce):
        return "extended"
    if truce.ended is not None and truce.ended < due - about:
        return "over before"
    if truce.ended is not None and truce.ended <= due + about:
        return "superseded" if truce.ended_how == "superseded" else "ran out"
    return "not yet due" if truce.window_end is None or truce.window_end < due else "lived on without"


CURBS = Path(__file__).parent / "data" / "input_curbs.csv"


class InputCurb(Sourced):
    """A curb on an input, or a cut of energy, beside a text. The source is of its cover, if that is given."""

    case: str = Field(min_length=1, description="the truce of the panel, or the agreement of a dispute")
    user: Side = Field(description="who holds the curb, ISO3")
    instrument: str = Field(min_length=1, description="name of the curb")
    of_panel: bool = Field(description="whether the case is a truce of the panel")
    signed: date
    clock_days: int = Field(ge=0, description="days until the text runs out; 0 for no clock")
    cover_low: float | None = Field(None, gt=0, description="least days that stocks last under the curb")
    cover_days: float | None = Field(
        None, gt=0, description="days that stocks last; absent if no source says"
    )
    cover_high: float | None = Field(None, gt=0, description="most days; absent if no source gives a bound")
    harsher: date | None = Field(None, description="first harsher step of the curb before another text came")
    note: str
    confidence: Confidence

    @model_validator(mode="after")
    def _check(self) -> Self:
        covers = [days for days in (self.cover_low, self.cover_days, self.cover_high) if days is not None]
        if covers and (self.cover_low is None or self.cover_days is None):
            raise ValueError("give both `cover_low` and `cover_days`, or none of the three fields of cover")
        if covers != sorted(covers):
            raise ValueError(
                f"expected `cover_low` <= `cover_days` <= `cover_high`; got {', '.join(map(str, covers))}"
            )
        return self


@dataclass(frozen=True)
class InputCurbs(Tabular, Drawable):
    """Curbs on inputs during truces, by cover and clock."""

    _figure = "truces.answers:input_curbs_figure"

    curbs: tuple[InputCurb, ...]

    def table(self) -> Table:
        """Return one row per curb: days of cover with a range, of the clock, and until a harsher step."""
        rows = tuple(
            (
                curb.case, curb.user, curb.instrument, curb.cover_low, curb.cover_days, curb.cover_high,
                curb.clock_days or None, (curb.harsher - curb.signed).days if curb.harsher else None,
            )
            for curb in self.curbs
        )  # fmt: skip
        heads = ("case", "user", "curb", "low", "cover, days", "high", "clock, days", "harsher after, days")
        return Table(f"{len(rows)} curbs on inputs beside texts", heads, rows)


def input_curbs() -> InputCurbs:
    """Return the curbs of the package's file.

    Examples
    --------
    >>> [one.instrument for one in input_curbs().curbs if one.cover_days is None]
    ['chn_unreliable_list_mineral_controls']
    """
    return InputCurbs(load_csv(CURBS, InputCurb))


CODINGS = Path(__file__).parent / "data" / "credible_answers.csv"

# The codings; the first is the primary one.
CODERS = ("rule", "strict", "reader", "second_reader")


class Coding(FileModel):
    """A row of codings: by the rule, by its strict form, and by two readers of summaries."""

    truce_id: str
    leg: Leg
    covered: bool
    rule: bool
    strict: bool
    reader: bool
    second_reader: bool


def codings() -> dict[tuple[str, str, bool], Coding]:
    """Return the codings of the first 47 truces, by truce, leg and coverage."""
    return {(row.truce_id, row.leg, row.covered): row for row in load_csv(CODINGS, Coding)}


def answer_in_kind(tables: Tables, card: Card, *, strict: bool = False) -> bool:
    """Return whether a part can be seen, and each side that could break it would face a measure of the leg.

    The measure must have room to become harsher. In the strict form, it must also benefit its owner, since
    using it then needs no further threat.
    """
    leg = [
        measure
        for measure in tables.instruments
        if (measure.truce_id, measure.leg) == (card.truce_id, card.leg)
    ]
    part = [row for row in leg if row.covered == card.covered]
    # Only a step that can be seen is answered.
    seen = any(row.verifiability != "low" for row in part)
    ready = [row for row in leg if has_room(row) and not (strict and row.own_benefit == "leverage_only")]
    return seen and all(any(row.side != side for row in ready) for side in {row.side for row in part})


def has_room(measure: Measure) -> bool:
    """Return whether a measure can be made harsher than it is under the truce."""
    return (measure.agreed or measure.at_signing) != measure.levels[-1]


def kappa(first: str, other: str) -> tuple[int, float]:
    """Return the number of parts on which two codings agree, and Cohen's kappa.

    Examples
    --------
    >>> same, found = kappa("rule", "reader")
    >>> same, round(found, 2)
    (127, 0.45)
    """
    a, b = np.array([[getattr(row, coder) for row in codings().values()] for coder in (first, other)])
    same, chance = a == b, a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    return int(same.sum()), float((same.mean() - chance) / (1 - chance))


# A share of fewer disputes has no interval, since resampling them would be meaningless.
LEAST_DISPUTES = 3


class Cell(NamedTuple):
    """Parts of one leg (or of all), bound or left out, with or without an answer by one coding."""

    coding: str
    leg: str
    covered: bool
    answer: bool
    parts: int
    steps: int
    kept: float
    # Ends of the 90 percent interval over resampled disputes; None for fewer than `LEAST_DISPUTES`.
    low: float | None
    high: float | None


@dataclass(frozen=True)
class KeptByAnswer(Tabular, Drawable):
    """Shares of parts kept for a year: legs by the rule, and all legs by each coding."""

    _figure = "truces.answers:kept_by_answer_figure"

    cells: tuple[Cell, ...]
    # Cohen's kappa of each pair of codings.
    kappas: dict[tuple[str, str], float]

    def table(self) -> Table:
        """Return one row per cell that has parts."""
        return Table(
            f"parts kept for {PRIMARY} days", Cell._fields, tuple(tuple(cell) for cell in self.cells)
        )


def kept_by_answer(spells: Sequence[Spell]) -> KeptByAnswer:
    """Return the shares of parts kept, by answer and coverage, for the first 47 truces of the package.

    Examples
    --------
    >>> import negotiation as ng
    >>> from negotiation.truce_panel.spells import spells_of
    >>> found = kept_by_answer(spells_of(ng.panel().among("first 47").tables))
    >>> found.cells[0][:6], round(found.kappas["rule", "reader"], 2)
    (('rule', 'tariff', True, True, 24, 16), 0.45)
    """
    known = codings()
    if missing := {spell.card.truce_id for spell in spells} - {truce_id for truce_id, _, _ in known}:
        raise InvalidOptions(
            "answers in kind are coded only for the first 47 truces of the package, not for "
            f"{', '.join(sorted(missing))}: code a truce of your own with `answer_in_kind`"
        )
    rows = [(CODERS[0], leg) for leg in LEGS] + [(coder, "all") for coder in CODERS]
    cells = []
    for (coder, leg), covered, answer in product(rows, (True, False), (True, False)):
        own = tuple(
            spell
            for spell in spells
            if leg in ("all", spell.card.leg)
            and spell.card.covered == covered
            and getattr(known[spell.card.truce_id, spell.card.leg, covered], coder) == answer
        )
        if own:
            kept = SurvivalCurves("", {leg: own}).kept(leg, [PRIMARY])[:, 0].tolist()
            few = len({part.card.dispute_id for part in own}) < LEAST_DISPUTES
            ends = (None, None) if few else kept[1:]
            cells.append(
                Cell(coder, leg, covered, answer, len(own), sum(s.event for s in own), kept[0], *ends)
            )
    return KeptByAnswer(tuple(cells), {pair: kappa(*pair)[1] for pair in combinations(CODERS, 2)})
