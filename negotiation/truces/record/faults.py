"""Faults of a dispute's record and agreements, one sentence for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from negotiation.base.reading.faults import nearest_hint
from negotiation.base.reading.models import load_csv, load_toml
from negotiation.base.reading.text import is_folder
from negotiation.disputes import Scenario
from negotiation.disputes import folder_faults as fact_faults
from negotiation.disputes.files.folder import scenario_folder
from negotiation.disputes.loading import folder_structure
from negotiation.errors import NegotiationError
from negotiation.truces.record.agreement_text import AGREEMENTS, AgreementText, truce_names
from negotiation.truces.record.clauses import Clause
from negotiation.truces.record.measures import MEASURES, MeasuresFile
from negotiation.truces.record.moves import InitialPosture, MoveRecord, PostureEntry, RecordMap
from negotiation.truces.record.timeline import (
    EARLIER,
    MAP,
    MOVES,
    POSTURE,
    RECORD,
    announced_before,
    level_changes,
    record_begins,
)

Model = TypeVar("Model")


def folder_faults(folder: str | Path) -> list[str]:
    """Return the faults of a dispute's folder: in its facts, its record and its agreements.

    Examples
    --------
    >>> folder_faults("us-china-2025")
    []
    """
    path = scenario_folder(folder)
    faults = fact_faults(path)
    if not is_folder(path):
        return faults
    # Facts that cannot be read leave no scenario to hold the record against.
    read, (scenario, unread) = _read(path), folder_structure(path)
    misfits = [] if scenario is None else list(_fit(scenario, read))
    # What a row changed is known where the rows before it, and the levels they began with, are.
    if scenario is not None and read.moves and not (read.faults or misfits):
        misfits = list(_way_faults(scenario.with_past_levels()))
    # An instrument that could not be read is not unknown: its own faults are reported.
    misfits = [fault for fault in misfits if not any(f"got {name!r}" in fault for name in unread)]
    return [*faults, *read.faults, *misfits]


# Read on a floor above, by `truces/revealed/choices.py`, whose rows name agreements.
CHOICES = "choices.csv"


@dataclass
class _Read:
    """The files of a record and of its agreements; a file with faults is left out and its faults listed."""

    mapped: RecordMap | None = None
    moves: Sequence[MoveRecord] = ()
    posture: InitialPosture | None = None
    earlier: InitialPosture | None = None
    texts: dict[str, AgreementText] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def _read(folder: Path) -> _Read:
    read, known = _Read(), (MOVES, MAP, POSTURE, EARLIER, MEASURES, CHOICES)
    for path in sorted((folder / RECORD).glob("[!.]*")):
        if path.name not in known:
            read.faults.append(
                f"{RECORD}/{path.name}: no file of this name is read{nearest_hint(path.name, known)}; "
                f"allowed: {', '.join(known)}"
            )
    read.mapped = _model(read, folder, f"{RECORD}/{MAP}", lambda path: load_toml(path, RecordMap))
    read.moves = _model(read, folder, f"{RECORD}/{MOVES}", lambda path: load_csv(path, MoveRecord)) or ()
    read.posture = _model(read, folder, f"{RECORD}/{POSTURE}", lambda path: load_toml(path, InitialPosture))
    read.earlier = _model(read, folder, f"{RECORD}/{EARLIER}", lambda path: load_toml(path, InitialPosture))
    _model(read, folder, f"{RECORD}/{MEASURES}", lambda path: load_toml(path, MeasuresFile))
    for name in (EARLIER, MOVES):
        if (folder / RECORD / name).is_file() and not (folder / RECORD / POSTURE).exists():
            read.faults.append(f"{RECORD}/{POSTURE}: this file is missing; {name} requires it")
    for path in sorted((folder / AGREEMENTS).glob("[!.]*")):
        where = f"{AGREEMENTS}/{path.name}"
        text = _model(read, folder, where, lambda path: load_toml(path, AgreementText))
        if text is not None:
            read.texts[path.stem] = text
            if text.id != path.stem:
                read.faults.append(
                    f"{where}: id: got {text.id!r}; expected {path.stem!r}, the name of the file"
                )
    return read


def _model(read: _Read, folder: Path, name: str, load: Callable[[Path], Model]) -> Model | None:
    """Return the model of a file; `None` if it is missing, links out of the folder, or has faults."""
    path = folder / name
    if not path.exists() and not path.is_symlink():
        return None
    if not path.resolve().is_relative_to(folder.resolve()):
        read.faults.append(f"{name}: leads out of the folder, to {path.resolve()}; put the file itself there")
        return None
    try:
        return load(path)
    except NegotiationError as error:
        # One line a fault after a first one that names the file; an error of the file as a whole has no more.
        head, *lines = str(error).replace(str(path), name).split("\n")
        whole = head if head.startswith(name) else f"{name}: {head}"
        read.faults += [f"{name}: {line.strip()}" for line in lines] or [whole]
        return None


def _fit(scenario: Scenario, read: _Read) -> Iterator[str]:
    """Yield the faults of a record and of agreements that do not fit the facts or each other."""
    if read.mapped is not None:
        yield from _map_faults(scenario, read.mapped)
    # The past levels are those that rows and postures from before the day of the games may name.
    whole, now = scenario.with_past_levels(), None if read.posture is None else read.posture.day.earliest
    if read.moves:
        yield from _move_faults(whole, read.moves, read.mapped)
        yield from _left_before(scenario, read.moves, now)
    if read.posture is not None:
        yield from _posture_faults(scenario, read.moves, f"{RECORD}/{POSTURE}", read.posture)
    if read.earlier is not None:
        yield from _posture_faults(whole, read.moves, f"{RECORD}/{EARLIER}", read.earlier)
        yield from _order_faults(read.earlier, now)
    # An agreement from before the day of the games is held to the levels of its time.
    for name, text in read.texts.items():
        then = whole if read.earlier is not None and now is not None and text.signed <= now else scenario
        yield from _agreement_faults(then, f"{AGREEMENTS}/{name}.toml", text, read.mapped)
    yield from _amendment_faults(read.texts)


def _held(scenario: Scenario, where: str, country: str, name: str, level: str | None) -> Iterator[str]:
    """Yield a fault for a country, instrument or level that the dispute does not have."""
    if country not in scenario.countries:
        yield _unknown(where, "country", country, scenario.countries)
    elif name not in scenario.held(country):
        yield _unknown(where, "instrument", name, scenario.held(country))
    elif level is not None and level not in scenario.instruments[name].labels(country):
        yield _unknown(where, "level", level, scenario.instruments[name].labels(country))


def _unknown(where: str, field: str, came: str, known: Iterable[str]) -> str:
    names = list(known)
    return f"{where}: {field}: got {came!r}{nearest_hint(came, names)}; allowed: {', '.join(names)}"


def _map_faults(scenario: Scenario, mapped: RecordMap) -> Iterator[str]:
    for name in sorted({*mapped.unscored_truces} & {*truce_names(scenario, placebos=True)}):
        yield (
            f"{RECORD}/{MAP}: unscored_truces: got {name!r}; {AGREEMENTS}/{name}.toml describes it, "
            "so that it can be scored; leave it out here"
        )
    for words, names in mapped.instruments.items():
        for name in names:
            if name not in scenario.instruments:
                yield _unknown(f"{RECORD}/{MAP}", f"instruments.{words}", name, scenario.instruments)


def _mapped_so(where: str, mapped: RecordMap | None, words: str, name: str | None) -> Iterator[str]:
    """Yield a fault for an instrument that the map does not allow for the words of the record."""
    # Without a map any words may stand for any instrument.
    if mapped is None:
        return
    if words not in mapped.instruments:
        yield _unknown(where, "record_instrument", words, mapped.instruments)
    elif name is not None and name not in mapped.instruments[words]:
        allowed = ", ".join(mapped.instruments[words]) or "none"
        yield f"{where}: instrument: got {name!r} for {words!r}; {RECORD}/{MAP} allows: {allowed}"


def _move_faults(scenario: Scenario, moves: Sequence[MoveRecord], mapped: RecordMap | None) -> Iterator[str]:
    file, ids = f"{RECORD}/{MOVES}", Counter(move.id for move in moves)
    yield from (
        f"{file}: id: {name!r} is used {times} times; it must be unique"
        for name, times in ids.items()
        if times > 1
    )
    days = {move.id: move.announced.earliest for move in moves}
    truces = (*truce_names(scenario, placebos=True), *(mapped.unscored_truces if mapped else ()))
    for move in moves:
        where = f"{file}: {move.id}"
        yield from _mapped_so(where, mapped, move.record_instrument, move.instrument)
        if move.instrument is not None:
            yield from _held(scenario, where, move.actor, move.instrument, move.level)
            yield from _measured(scenario, where, move)
        for named, other in (("triggered_by", move.triggered_by), ("derived_from", move.derived_from)):
            if other is not None and other not in ids:
                yield f"{where}: {named}: got {other!r}; no row has this id. Name another one, or none"
        answered = days.get(move.triggered_by or "")
        if answered is not None and answered > move.announced.latest:
            came = f"{where}: triggered_by: got {move.triggered_by!r}, of {answered}"
            yield f"{came}; expected an earlier row than {move.announced}, or none"
        if move.truce is not None and move.truce not in truces:
            yield _unknown(where, "truce", move.truce, truces)
        if move.announced.latest > scenario.definition.date:
            yield (
                f"{where}: announced: got {move.announced}; the record ends on {scenario.definition.date}. "
                "Give a day up to it"
            )


def _order_faults(earlier: InitialPosture, now: date | None) -> Iterator[str]:
    """Yield a fault if a day of the earlier posture is not before the day of the games."""
    days = [("day", earlier.day.latest)]
    days += [] if earlier.state is None else [("state.day", earlier.state.day)]
    for name, day in days:
        if now is not None and day >= now:
            yield f"{RECORD}/{EARLIER}: {name}: got {day}; expected a day before {now}, the day of {POSTURE}"


def _left_before(scenario: Scenario, moves: Sequence[MoveRecord], now: date | None) -> Iterator[str]:
    """Yield a fault for a past level that a row sets on or after the day of the games."""
    for move in moves:
        whole = scenario.whole.get(str(move.instrument))
        if now is None or whole is None or move.announced.latest < now:
            continue
        past = [level.label for level in whole.instrument.levels.get(move.actor, ()) if level.past]
        if move.level in past:
            allowed = ", ".join(whole.present.labels(move.actor))
            yield (
                f"{RECORD}/{MOVES}: {move.id}: level: got {move.level!r}, which was left before {now}; "
                f"allowed: {allowed}"
            )


def _way_faults(scenario: Scenario) -> Iterator[str]:
    """Yield a fault for a row whose level changes against its stated direction."""
    rows, begins = level_changes(scenario), record_begins(scenario)
    for k, row in enumerate(rows):
        name = str(row.move.instrument)
        if row.level is None or row.day < begins:
            continue
        held = announced_before(scenario, rows, k)[row.move.actor][name]
        position = scenario.instruments[name].position
        step = position(row.move.actor, row.level) - position(row.move.actor, held)
        way = "escalate" if step > 0 else "de-escalate"
        if step and row.move.direction != way:
            yield (
                f"{RECORD}/{MOVES}: {row.move.id}: direction: got {row.move.direction!r}; expected {way!r}, "
                f"since {name} went from {held!r} to {row.level!r}"
            )


def _measured(scenario: Scenario, where: str, move: MoveRecord) -> Iterator[str]:
    """Yield a fault for a value of levels without values, or for a missing level."""
    name = str(move.instrument)
    if move.actor not in scenario.countries or name not in scenario.held(move.actor):
        return
    # Levels of an instrument all have values or none has; the first tells which.
    if scenario.instruments[name].held_by(move.actor)[0].value is None:
        if move.value is not None:
            yield f"{where}: value: got {move.value}; the levels of {name!r} have no values; give a `level`"
        elif move.level is None:
            yield f"{where}: level: this is missing; the levels of {name!r} have no values, so add it"


def _posture_faults(
    scenario: Scenario, moves: Sequence[MoveRecord], file: str, posture: InitialPosture
) -> Iterator[str]:
    pairs = Counter((entry.country, entry.instrument) for entry in posture.entries)
    yield from (
        f"{file}: entries: {c} {name} is given {n} times; give it once"
        for (c, name), n in pairs.items()
        if n > 1
    )
    for country in scenario.countries:
        for name in scenario.held(country):
            if (country, name) not in pairs:
                yield f"{file}: entries: {country} {name} is missing; add an entry for it"
    ids = {move.id for move in moves}
    for entry in posture.entries:
        yield from _entry_faults(scenario, file, entry)
        where = f"{file}: {entry.country} {entry.instrument}: moves"
        yield from (
            f"{where}: got {name!r}; no row has this id. Name another one, or none"
            for name in entry.moves
            if name not in ids
        )
    if posture.state is not None and posture.state.day < posture.day.earliest:
        yield f"{file}: state.day: got {posture.state.day}; expected {posture.day} or later"


def _entry_faults(scenario: Scenario, file: str, entry: PostureEntry) -> Iterator[str]:
    where = f"{file}: {entry.country} {entry.instrument}"
    yield from _held(scenario, where, entry.country, entry.instrument, entry.level)


def _agreement_faults(
    scenario: Scenario, where: str, text: AgreementText, mapped: RecordMap | None
) -> Iterator[str]:
    for clause in text.clauses:
        yield from _clause_faults(scenario, f"{where}: {clause.id}", clause, mapped)
    for reading in text.readings:
        for term in reading.terms:
            read = f"{where}: {reading.label}"
            yield from _held(scenario, read, term.country, term.instrument, term.level)
    for entry in text.before:
        yield from _entry_faults(scenario, f"{where}: before", entry)
    if text.clock_days and text.renewal == "calibration" and scenario.definition.state.clock is None:
        yield (
            f"{where}: renewal: got 'calibration'; scenario.toml has no state.clock to take it from; "
            "give the chance here"
        )


def _clause_faults(scenario: Scenario, where: str, clause: Clause, mapped: RecordMap | None) -> Iterator[str]:
    yield from _mapped_so(where, mapped, clause.record_instrument, clause.instrument)
    if clause.instrument is None:
        return
    if clause.side != "both":
        yield from _held(scenario, where, clause.side, clause.instrument, clause.level)
    elif clause.instrument not in scenario.instruments:
        yield _unknown(where, "instrument", clause.instrument, scenario.instruments)


def _amendment_faults(texts: dict[str, AgreementText]) -> Iterator[str]:
    """Yield a fault for an unknown amended agreement, and for each circle of amendments once."""
    in_circles: set[str] = set()
    for name, text in texts.items():
        where = f"{AGREEMENTS}/{name}.toml"
        if text.amends is not None and text.amends not in texts:
            yield _unknown(where, "amends", text.amends, texts)
            continue
        # Followed until it ends or reaches a text again. A circle is reported for its first text.
        path = [name]
        while (after := texts[path[-1]].amends) in texts and after not in path:
            path.append(str(after))
        if after == name and name not in in_circles:
            in_circles.update(path)
            yield f"{where}: amends: {' amends '.join([*path, name])}, a circle; remove one of these links"
