"""The tables of a panel of truces: models of their rows, and the search for faults between tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from negotiation.base.reading.faults import fault_report, nearest_hint
from negotiation.base.reading.models import FileModel, Model, load_csv
from negotiation.base.reading.text import is_file
from negotiation.errors import InvalidFile, shown

FILES = ("truces.csv", "instruments.csv", "sides.csv", "trade.csv")
OUTCOMES = "outcomes.csv"
# Columns of truces.csv for the fate of a truce, which a folder for predictions may lack.
WHAT_CAME = ("extensions", "ended", "ended_how", "window_end")

Leg = Literal["tariff", "control", "trade", "other"]
Confidence = Literal["high", "medium", "low"]
Side = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
# Most days between signing and force. Some texts applied weeks before they were signed, none years before.
FARTHEST = 3653
LEGS: tuple[Leg, ...] = ("tariff", "control", "trade", "other")


def _parts(value: Any) -> Any:
    """Return the parts of a cell, which are separated by semicolons."""
    return tuple(part.strip() for part in value.split(";")) if isinstance(value, str) else value


class Sourced(FileModel):
    """A row with its source."""

    model_config = ConfigDict(allow_inf_nan=False)

    source_title: str = Field(min_length=1, description="title of the source")
    source_url: str = Field(min_length=1, description="address of the source")


class Truce(Sourced):
    """A truce: its sides, days and form. No model uses how it ended as a feature."""

    truce_id: str = Field(pattern=r"^[a-z0-9-]+$", description="name of the truce")
    dispute_id: str = Field(pattern=r"^[a-z0-9-]+$", description="the dispute that it belongs to")
    title: str = Field(min_length=1, description="common name of the truce")
    side_a: Side = Field(description="one side, ISO3")
    side_b: Side = Field(description="the other side, ISO3")
    signed: date = Field(description="day of signing")
    in_force: date | None = Field(None, description="first day in force")
    # No clock runs for more than a century.
    clock_days: int = Field(
        0, ge=0, le=36525, description="days until it runs out by its text; 0 for no clock"
    )
    # The fate of the truce is not a feature of any model.
    extensions: str = Field("", description="days of extensions, separated by semicolons")
    ended: date | None = Field(None, description="day on which it ended; absent while it lasts")
    ended_how: Literal["alive", "expired", "denounced", "superseded", "breached", "suspended"] | None = Field(
        None, description="how it ended"
    )
    window_end: date | None = Field(None, description="day to which it was read")
    text_form: Literal[
        "agreement", "joint statement", "parallel measures", "press remarks", "court or WTO settlement"
    ] = Field(description="form of the text")
    verification: Literal["none", "reports", "third party"] = Field(description="how compliance is seen")
    summary: str = Field("", description="what was agreed")
    confidence: Confidence

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.side_a == self.side_b:
            raise ValueError(f"`side_a` and `side_b` must differ; got {self.side_a} twice")
        for name in ("ended", "window_end"):
            day = getattr(self, name)
            if day is not None and day < self.signed:
                raise ValueError(
                    f"`{name}`, {day}, is before `signed`, {self.signed}; correct one of the days"
                )
        if self.in_force is not None and abs((self.in_force - self.signed).days) > FARTHEST:
            raise ValueError(
                f"`in_force`: got {self.in_force}; expected a day at most ten years from `signed`, "
                f"{self.signed}: correct the year, or leave it empty"
            )
        return self


class Measure(Sourced):
    """A measure that a truce binds or leaves out, with its levels from calm to harsh."""

    truce_id: str
    side: Side
    instrument: str = Field(min_length=1, description="name of the measure")
    form: str = Field("", description="kind of measure, as tariff; one that is not known counts as its leg")
    leg: Leg
    covered: bool = Field(description="whether the text binds it")
    levels: Annotated[tuple[str, ...], BeforeValidator(_parts)] = Field(
        min_length=1, description="calm to harsh"
    )
    at_signing: str = Field(description="level the day before")
    agreed: str | None = Field(None, description="level agreed, where the text binds it")
    exposure_usd_bn: float | None = Field(None, ge=0, description="trade under it, USD bn")
    exposure_year: str = Field("", description="year of that trade")
    rate_before_pct: float | None = Field(None, ge=0, description="rate the day before, percent")
    rate_agreed_pct: float | None = Field(None, ge=0, description="rate agreed, percent")
    own_benefit: Literal[
        "leverage_only", "protection", "revenue_and_terms_of_trade", "security", "domestic_politics"
    ] = Field(description="benefit of the measure to its owner")
    verifiability: Literal["high", "medium", "low"]
    note: str = ""
    confidence: Confidence

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(set(self.levels)) < len(self.levels) or "" in self.levels:
            raise ValueError(
                f"each of the `levels` needs a name of its own; got {'; '.join(map(shown, self.levels))}"
            )
        for name in ("at_signing", "agreed"):
            level = getattr(self, name)
            if level is not None and level not in self.levels:
                hint = nearest_hint(level, self.levels)
                raise ValueError(
                    f"`{name}`: {shown(level)} is not among the `levels`{hint}; they are "
                    f"{'; '.join(self.levels)}"
                )
        if self.covered != (self.agreed is not None):
            raise ValueError(
                "`agreed` must be a level if `covered` is true, and empty otherwise; got "
                f"{shown(self.agreed or '')} with `covered` {str(self.covered).lower()}"
            )
        return self


class Outcome(Sourced):
    """The outcome of a leg of a truce, covered or left out: the first harsher step, or none by the end."""

    truce_id: str
    leg: Leg
    covered: bool
    first_harsher: date | None = Field(None, description="day of the first harsher step")
    by_side: Side | None = None
    instrument: str | None = None
    from_level: str | None = None
    to_level: str | None = None
    of_covered: bool | None = Field(None, description="whether the step is of a covered measure")
    answered: date | None = Field(None, description="day of the first answer")
    answer_side: Side | None = None
    answer_instrument: str | None = None
    answer_leg: Leg | None = None
    held_days: int = Field(ge=0, description="days from signing to the step, or to the end of what was read")
    note: str = ""
    confidence: Confidence

    @model_validator(mode="after")
    def _check(self) -> Self:
        for day, names in (
            ("first_harsher", ("by_side", "instrument", "from_level", "to_level", "answered")),
            ("answered", ("answer_side", "answer_instrument", "answer_leg")),
        ):
            given = [name for name in names if getattr(self, name) is not None]
            if getattr(self, day) is None and given:
                raise ValueError(
                    f"`{given[0]}` is given without the day `{day}`; add the day, or leave it out"
                )
        if self.first_harsher is not None:
            if self.by_side is None or self.instrument is None:
                raise ValueError(
                    "a row with a day `first_harsher` needs `by_side` and `instrument`; add them"
                )
            if self.answered is not None and self.answered < self.first_harsher:
                raise ValueError(
                    f"`answered`, {self.answered}, is before `first_harsher`, {self.first_harsher}; correct "
                    "one of the days"
                )
        if self.of_covered not in (None, self.covered):
            raise ValueError(f"`of_covered` must be {str(self.covered).lower()}, as `covered` is, or empty")
        return self


class SideSize(Sourced):
    """The gross domestic product of a side in a year."""

    side: Side
    year: int
    gdp_usd_bn: float = Field(gt=0)


class Trade(Sourced):
    """The exports of one side to another in a year."""

    exporter: Side
    importer: Side
    year: int
    usd_bn: float = Field(ge=0)
    what: str


@dataclass(frozen=True)
class Tables:
    """The tables of a folder, or of several folders joined, without faults."""

    truces: tuple[Truce, ...]
    instruments: tuple[Measure, ...]
    outcomes: tuple[Outcome, ...]
    sides: tuple[SideSize, ...]
    trade: tuple[Trade, ...]
    # The tables from which these were joined, with their names.
    sets: tuple[tuple[str, Tables], ...] = ()


def joined(sets: Mapping[str, Tables]) -> Tables:
    """Return the rows of several tables; equal rows of sides or trade appear once."""
    every = sets.values()
    return Tables(
        tuple(chain.from_iterable(tables.truces for tables in every)),
        tuple(chain.from_iterable(tables.instruments for tables in every)),
        tuple(chain.from_iterable(tables.outcomes for tables in every)),
        tuple(dict.fromkeys(chain.from_iterable(tables.sides for tables in every))),
        tuple(dict.fromkeys(chain.from_iterable(tables.trade for tables in every))),
        tuple(sets.items()),
    )


def read_tables(folder: Path | str, *, outcomes: bool = True) -> Tables:
    """Return the tables of a folder, or raise `InvalidFile` with every fault of all files."""
    place = Path(folder)
    missing = [name for name in (*FILES, *((OUTCOMES,) if outcomes else ())) if not is_file(place / name)]
    if missing:
        raise InvalidFile(
            f"{place}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing; a panel is a "
            f"folder with {', '.join(FILES)}{' and ' + OUTCOMES if outcomes else ''}"
        )
    reports: list[str] = []

    def rows(name: str, model: type[Model], may_lack: Sequence[str] = ()) -> tuple[Model, ...]:
        """Return the rows of a file; keep its faults for the report of all files."""
        try:
            return load_csv(place / name, model, may_lack)
        except InvalidFile as error:
            reports.append(str(error))
            return ()

    tables = Tables(
        rows(FILES[0], Truce, () if outcomes else WHAT_CAME),
        rows(FILES[1], Measure),
        rows(OUTCOMES, Outcome) if outcomes else (),
        rows(FILES[2], SideSize),
        rows(FILES[3], Trade),
    )
    # Rows are compared with those of other files only if all files could be read.
    misfits = () if reports else _misfits(tables, outcomes=outcomes)
    reports += [fault_report(place / name, faults) for name, faults in misfits if faults]
    if reports:
        raise InvalidFile("\n".join(reports))
    return tables


def _misfits(tables: Tables, *, outcomes: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield files, with their faults in relation to the others: rows that are doubled, unknown or missing."""
    known = [truce.truce_id for truce in tables.truces]
    faults = [f"truce_id: {name} is there twice" for name in _doubled(known)]
    yield FILES[0], faults if known else ["there is no truce; expected one row for each truce"]
    named = [f"{measure.truce_id} {measure.instrument}" for measure in tables.instruments]
    faults = [f"{name} is there twice" for name in _doubled(named)]
    faults += _unknown((measure.truce_id for measure in tables.instruments), known)
    faults += [
        f"{name}: has no measure; add one"
        for name in known
        if name not in {m.truce_id for m in tables.instruments}
    ]
    yield (
        FILES[1],
        faults
        + [
            f"{measure.truce_id} {measure.instrument}: `side` {fault}"
            for measure in tables.instruments
            if (fault := _stranger(tables, measure.truce_id, measure.side))
        ],
    )
    if outcomes:
        rows = [(outcome.truce_id, outcome.leg, outcome.covered) for outcome in tables.outcomes]
        there = {(measure.truce_id, measure.leg, measure.covered) for measure in tables.instruments}
        faults = [f"{_told(row)} is there twice" for row in _doubled(rows)]
        faults += [
            f"{_told(row)}: there is no measure of it in {FILES[1]}" for row in rows if row not in there
        ]
        faults += [f"{_told(row)}: there is no row for it; add one" for row in sorted(there - set(rows))]
        faults += [
            f"{_told((outcome.truce_id, outcome.leg, outcome.covered))}: `answer_side` {fault}"
            for outcome in tables.outcomes
            if outcome.answer_side and (fault := _stranger(tables, outcome.truce_id, outcome.answer_side))
        ]
        yield OUTCOMES, faults + list(_step_faults(tables))


def _stranger(tables: Tables, truce_id: str, side: str) -> str | None:
    """Return a fault if a side is neither a side of the truce nor has a row of its own, as a union has."""
    own = [
        name for truce in tables.truces if truce.truce_id == truce_id for name in (truce.side_a, truce.side_b)
    ]
    if not own or side in own or side in {side.side for side in tables.sides}:
        return None
    return (
        f"got {side}; allowed: {', '.join(own)}, or a side with a row in {FILES[2]}: "
        "correct it, or add its row"
    )


def _step_faults(tables: Tables) -> Iterator[str]:
    """Yield faults of steps in relation to their truce and its measures."""
    truces = {truce.truce_id: truce for truce in tables.truces}
    measures = {(measure.truce_id, measure.instrument): measure for measure in tables.instruments}
    for row in tables.outcomes:
        truce, day = truces.get(row.truce_id), row.first_harsher
        if truce is None or day is None or row.instrument is None:
            continue
        where = _told((row.truce_id, row.leg, row.covered))
        if day < truce.signed or (truce.window_end is not None and day > truce.window_end):
            ends = f"`signed`, {truce.signed}, and `window_end`, {truce.window_end or 'empty'}"
            yield f"{where}: `first_harsher` must be between {ends}; got {day}"
        elif row.held_days != (day - truce.signed).days:
            days = (day - truce.signed).days
            yield f"{where}: `held_days` must be {days}, `first_harsher` less `signed`; got {row.held_days}"
        measure = measures.get((row.truce_id, row.instrument))
        if measure is None:
            hint = nearest_hint(
                row.instrument, [name for truce_id, name in measures if truce_id == row.truce_id]
            )
            yield f"{where}: {shown(row.instrument)} is no measure of the truce{hint}"
        elif (measure.leg, measure.covered, measure.side) != (row.leg, row.covered, row.by_side):
            own = _told((measure.side, measure.leg, measure.covered))
            yield f"{where}: {row.instrument} is {own} in {FILES[1]}; got {row.by_side} as `by_side`"
        else:
            levels = [end for end in (row.from_level, row.to_level) if end not in (None, *measure.levels)]
            yield from (
                f"{where}: {shown(level)} is no level; levels: {'; '.join(measure.levels)}"
                for level in levels
            )


def _told(row: tuple[str, str, bool]) -> str:
    return f"{row[0]} {row[1]} {'covered' if row[2] else 'left out'}"


def _doubled(names: Iterable[Any]) -> list[Any]:
    return [name for name, count in Counter(names).items() if count > 1]


def _unknown(named: Iterable[str], known: Sequence[str]) -> list[str]:
    missing = dict.fromkeys(name for name in named if name not in known)
    return [f"truce_id: {name!r} is not in {FILES[0]}{nearest_hint(name, known)}" for name in missing]
