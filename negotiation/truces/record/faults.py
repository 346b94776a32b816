"""What is wrong with a dispute's record and agreements, beside its facts; one sentence a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from negotiation.errors import InvalidFile, NegotiationError
from negotiation.reading.faults import nearest_hint
from negotiation.reading.models import load_toml
from negotiation.truces.record.agreement_text import AGREEMENTS, AgreementText, truce_names
from negotiation.truces.record.clauses import Clause
from negotiation.truces.record.moves import (
    MAP,
    MOVES,
    POSTURE,
    RECORD,
    MoveRecord,
    PostureEntry,
    RecordMap,
    initial_posture,
    load_moves,
)
from negotiation.world import Scenario, load_scenario
from negotiation.world import folder_faults as fact_faults
from negotiation.world.loading import scenario_folder


def folder_faults(folder: str | Path) -> list[str]:
    """Return every fault of a dispute's folder: of its facts, and of its record and agreements beside them.

    Parameters
    ----------
    folder : str or Path
        Its path, or the name of a dispute of the package.

    Returns
    -------
    list of str
        One sentence each: the file, the field, what came, what is allowed. Record and agreements are looked
        at once the facts have no fault.

    Examples
    --------
    >>> folder_faults("us-china-2025")
    []
    """
    found = fact_faults(folder)
    return found or list(record_faults(load_scenario(scenario_folder(folder))))


def record_faults(scenario: Scenario) -> Iterator[str]:
    """Yield what is wrong with the record and the agreements of a dispute that was loaded from its folder.

    Examples
    --------
    >>> list(record_faults(load_scenario("us-china-2025")))
    []
    """
    folder = scenario.folder
    if folder is None:
        return
    mapped: RecordMap | None = None
    moves: Sequence[MoveRecord] = ()
    try:
        if (folder / RECORD / MAP).is_file():
            mapped = load_toml(folder / RECORD / MAP, RecordMap)
            yield from _map_faults(scenario, mapped)
        if (folder / RECORD / MOVES).is_file():
            moves = load_moves(scenario)
            yield from _move_faults(scenario, moves, mapped)
            yield from _posture_faults(scenario, moves)
    except InvalidFile as error:
        yield str(error)
    yield from _agreement_faults(scenario, folder, mapped)


def _held(scenario: Scenario, where: str, country: str, name: str, level: str | None) -> Iterator[str]:
    """Yield a country, instrument or level that the dispute has not."""
    if country not in scenario.countries:
        yield _unknown(where, "country", country, scenario.countries)
    elif name not in scenario.held(country):
        yield _unknown(where, "instrument", name, scenario.held(country))
    elif level is not None and level not in scenario.instruments[name].labels(country):
        yield _unknown(where, "level", level, scenario.instruments[name].labels(country))


def _unknown(where: str, field: str, came: str, known: Iterable[str]) -> str:
    names = list(known)
    return f"{where}: {field}: {came!r} came{nearest_hint(came, names)}; allowed: {', '.join(names)}"


def _map_faults(scenario: Scenario, mapped: RecordMap) -> Iterator[str]:
    for words, names in mapped.instruments.items():
        for name in names:
            if name not in scenario.instruments:
                yield _unknown(f"{RECORD}/{MAP}", f"instruments.{words}", name, scenario.instruments)


def _mapped_so(where: str, mapped: RecordMap | None, words: str, name: str | None) -> Iterator[str]:
    """Yield an instrument that the map does not allow for the words of the record."""
    if mapped is None:
        return
    if words not in mapped.instruments:
        yield _unknown(where, "record_instrument", words, mapped.instruments)
    elif name is not None and name not in mapped.instruments[words]:
        allowed = ", ".join(mapped.instruments[words]) or "none"
        yield f"{where}: instrument: {name!r} came for {words!r}; {RECORD}/{MAP} allows: {allowed}"


def _move_faults(scenario: Scenario, moves: Sequence[MoveRecord], mapped: RecordMap | None) -> Iterator[str]:
    file, ids = f"{RECORD}/{MOVES}", Counter(move.id for move in moves)
    yield from (f"{file}: id: {name!r} came {times} times" for name, times in ids.items() if times > 1)
    truces = truce_names(scenario, placebos=True)
    for move in moves:
        where = f"{file}: {move.id}"
        yield from _mapped_so(where, mapped, move.record_instrument, move.instrument)
        if move.instrument is not None:
            yield from _held(scenario, where, move.actor, move.instrument, move.level)
            yield from _measured(scenario, where, move)
        for field, other in (("triggered_by", move.triggered_by), ("derived_from", move.derived_from)):
            if other is not None and other not in ids:
                yield f"{where}: {field}: {other!r} came; no row has this id"
        if move.truce is not None and move.truce not in truces:
            yield _unknown(where, "truce", move.truce, truces)
        if move.announced.latest > scenario.definition.date:
            yield f"{where}: announced: {move.announced} came; the record ends on {scenario.definition.date}"


def _measured(scenario: Scenario, where: str, move: MoveRecord) -> Iterator[str]:
    """Yield a value for levels without values, or no level for them."""
    name = str(move.instrument)
    if move.actor not in scenario.countries or name not in scenario.held(move.actor):
        return
    if scenario.instruments[name].held_by(move.actor)[0].value is None:
        if move.value is not None:
            yield f"{where}: value: {move.value} came; the levels of {name!r} have no values; give a `level`"
        elif move.level is None:
            yield f"{where}: level: nothing came; the levels of {name!r} have no values, so that it is needed"


def _posture_faults(scenario: Scenario, moves: Sequence[MoveRecord]) -> Iterator[str]:
    file, posture = f"{RECORD}/{POSTURE}", initial_posture(scenario)
    pairs = Counter((entry.country, entry.instrument) for entry in posture.entries)
    yield from (f"{file}: entries: {c} {name} came {n} times" for (c, name), n in pairs.items() if n > 1)
    for country in scenario.countries:
        for name in scenario.held(country):
            if (country, name) not in pairs:
                yield f"{file}: entries: nothing came for {country} {name}; each instrument needs an entry"
    ids = {move.id for move in moves}
    for entry in posture.entries:
        yield from _entry_faults(scenario, file, entry)
        yield from (
            f"{file}: {entry.country} {entry.instrument}: moves: {name!r} came; no row has this id"
            for name in entry.moves
            if name not in ids
        )
    if posture.state is not None and posture.state.day < posture.day.earliest:
        yield f"{file}: state.day: {posture.state.day} came; {posture.day} or later is needed"


def _entry_faults(scenario: Scenario, file: str, entry: PostureEntry) -> Iterator[str]:
    where = f"{file}: {entry.country} {entry.instrument}"
    yield from _held(scenario, where, entry.country, entry.instrument, entry.level)


def _agreement_faults(scenario: Scenario, folder: Path, mapped: RecordMap | None) -> Iterator[str]:
    texts: dict[str, AgreementText] = {}
    for path in sorted((folder / AGREEMENTS).glob("[!.]*")):
        where = f"{AGREEMENTS}/{path.name}"
        if not path.resolve().is_relative_to(folder.resolve()):
            yield f"{where}: leads out of the folder, to {path.resolve()}; put the file itself there"
            continue
        try:
            texts[path.stem] = text = load_toml(path, AgreementText)
        except NegotiationError as error:
            yield str(error).replace(str(path), where)
            continue
        if text.id != path.stem:
            yield f"{where}: id: {text.id!r} came; {path.stem!r}, as the file, is needed"
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
                f"{where}: renewal: 'calibration' came; scenario.toml has no state.clock to take it from; "
                "give the chance here"
            )
    yield from _amendment_faults(texts)


def _clause_faults(scenario: Scenario, where: str, clause: Clause, mapped: RecordMap | None) -> Iterator[str]:
    yield from _mapped_so(where, mapped, clause.record_instrument, clause.instrument)
    if clause.instrument is None:
        return
    if clause.side != "both":
        yield from _held(scenario, where, clause.side, clause.instrument, clause.level)
    elif clause.instrument not in scenario.instruments:
        yield _unknown(where, "instrument", clause.instrument, scenario.instruments)


def _amendment_faults(texts: dict[str, AgreementText]) -> Iterator[str]:
    """Yield an amended agreement that there is not, and each circle of amendments once."""
    told: set[str] = set()
    for name, text in texts.items():
        where = f"{AGREEMENTS}/{name}.toml"
        if text.amends is not None and text.amends not in texts:
            yield _unknown(where, "amends", text.amends, texts)
            continue
        path = [name]
        while (after := texts[path[-1]].amends) in texts and after not in path:
            path.append(str(after))
        if after == name and name not in told:
            told.update(path)
            yield f"{where}: amends: a circle came, {' amends '.join([*path, name])}; one of them amends none"
