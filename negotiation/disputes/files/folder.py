"""Read the folder of a dispute, or a dict of the same form, into models, and collect all faults.

Nothing outside the folder is read: a link that leads out of it is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from negotiation.base.reading.faults import nearest_hint
from negotiation.base.reading.models import load_csv, model_or_faults
from negotiation.base.reading.plain_values import toml_values
from negotiation.base.reading.record import note_listing
from negotiation.base.reading.text import file_text
from negotiation.disputes.files.instrument_file import InstrumentFile
from negotiation.disputes.files.laws import LawsFile
from negotiation.disputes.files.quantities import SOURCES, Calibration, Country, SourceRow
from negotiation.disputes.files.scenario_file import ScenarioFile
from negotiation.disputes.trade.table import TRADE_FILES, TradeTable, read_trade, table_of_values
from negotiation.errors import InvalidFile, NegotiationError, UnknownScenario, shown

Model = TypeVar("Model", bound=BaseModel)

SCENARIO = "scenario.toml"
LAWS = "laws.toml"
# The folders of a dispute's facts: what a file there is, and how it may be named.
FOLDERS: Mapping[str, tuple[type[BaseModel], re.Pattern[str]]] = {
    "countries": (Country, re.compile(r"[a-z]{3}")),
    "instruments": (InstrumentFile, re.compile(r"[a-z][a-z0-9_]*")),
    "calibrations": (Calibration, re.compile(r"[a-z0-9-]+")),
}

# Other entries that may lie in a dispute's folder.
TRADE = "trade"
ELSEWHERE = (TRADE, SOURCES, "record", "agreements", "questions", "README.md")

# Where the disputes of the package lie.
SCENARIOS = Path(__file__).parents[1] / "scenarios"

HOW = "docs/how-to/write-a-dispute.md says what the folder of a dispute contains"


@dataclass
class DisputeFiles:
    """The files of a dispute as they were read. A file with faults is left out, and its faults are listed."""

    # The folder, or the name of the values, for messages.
    where: str
    scenario: ScenarioFile | None = None
    laws: LawsFile = field(default_factory=LawsFile)
    # countries, instruments, calibrations: By the name of the file.
    countries: dict[str, Country] = field(default_factory=dict)
    instruments: dict[str, InstrumentFile] = field(default_factory=dict)
    calibrations: dict[str, Calibration] = field(default_factory=dict)
    # The trade table, where there is one.
    trade: TradeTable | None = None
    # Statements of sources on payoffs.
    sources: tuple[SourceRow, ...] = ()
    # One sentence each: the file, the field, the value and what is allowed.
    faults: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> DisputeFiles:
    """Return the files of a dispute's folder as models, with their faults."""
    files = DisputeFiles(str(folder))
    if not folder.is_dir():
        files.faults.append(f"{folder}: there is no such folder; check the path")
        return files
    allowed = (SCENARIO, LAWS, *FOLDERS, *ELSEWHERE)
    # What is kept of a dispute goes out of date when a file is added in any of these.
    for place in ("", *FOLDERS, *ELSEWHERE):  # what follows from a dispute may hang on a file more in any
        note_listing(folder / place)
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    # A folder of something else gets one sentence, not one for each file that does not belong.
    if not {SCENARIO, LAWS, *FOLDERS} & {*names}:
        files.faults.append(
            f"{folder}: this is not a dispute, since it has no {SCENARIO}; check the path, or make a dispute "
            "with `negotiation new`"
        )
        return files
    files.faults += [_stranger(name, allowed) for name in names if name not in allowed]
    values: dict[str, object] = {}
    for name in (SCENARIO, LAWS):
        if (folder / name).exists():
            _read(files, folder, name, values)
    for place, (_, pattern) in FOLDERS.items():
        paths = sorted((folder / place).glob("[!.]*")) if (folder / place).is_dir() else []
        for path in paths:
            name = f"{place}/{path.name}"
            if path.suffix != ".toml" or not pattern.fullmatch(path.stem):
                files.faults.append(
                    f"{name}: no file of this name is read; rename it to fit {pattern.pattern}.toml"
                )
            else:
                _read(files, folder, name, values)
    if (folder / TRADE).is_dir():
        _read_trade(files, folder)
    if (folder / SOURCES).exists():
        _read_sources(files, folder)
    _fill(files, values)
    return files


def _read_sources(files: DisputeFiles, folder: Path) -> None:
    """Add the sources of payoffs, or their faults."""
    path = folder / SOURCES
    if not path.resolve().is_relative_to(folder.resolve()):
        files.faults.append(
            f"{SOURCES}: leads out of the folder, to {path.resolve()}; put the file itself there"
        )
        return
    try:
        files.sources = load_csv(path, SourceRow)
    except NegotiationError as error:
        files.faults.append(str(error).replace(f"{folder}/", ""))


def _read_trade(files: DisputeFiles, folder: Path) -> None:
    """Add the trade table, or its faults."""
    paths = sorted((folder / TRADE).glob("[!.]*"))
    outside = [path for path in paths if not path.resolve().is_relative_to(folder.resolve())]
    strange = [path.name for path in paths if path.name not in TRADE_FILES]
    files.faults += [
        f"{TRADE}/{path.name}: leads out of the folder, to {path.resolve()}; put the file itself there"
        for path in outside
    ]
    files.faults += [
        _stranger(f"{TRADE}/{name}", [f"{TRADE}/{file}" for file in TRADE_FILES]) for name in strange
    ]
    if outside:
        return
    try:
        files.trade = read_trade(folder / TRADE)
    except NegotiationError as error:
        files.faults.append(str(error).replace(f"{folder}/", ""))


def read_values(content: Mapping[str, object], where: str = "scenario") -> DisputeFiles:
    """Return the files of a dispute given as a dict, whose keys are files and folders without endings."""
    files = DisputeFiles(where)
    allowed = ("scenario", "laws", TRADE, *FOLDERS)
    values: dict[str, object] = {}
    for key, value in content.items():
        if key not in allowed:
            files.faults.append(_stranger(str(key)[:100], allowed))
        elif key == TRADE:
            try:
                files.trade = table_of_values(value)
            except NegotiationError as error:
                files.faults.append(str(error))
        elif key in FOLDERS:
            if not isinstance(value, Mapping):
                files.faults.append(f"{key}: got {shown(value)}; expected a table of files by name")
                continue
            pattern = FOLDERS[key][1]
            for name, inside in value.items():
                if isinstance(name, str) and pattern.fullmatch(name):
                    values[f"{key}/{name}.toml"] = inside
                else:
                    files.faults.append(
                        f"{key}: a file is called {shown(name)}; its name must match {pattern.pattern}"
                    )
        else:
            values[f"{key}.toml"] = value
    _fill(files, values)
    return files


def _read(files: DisputeFiles, folder: Path, name: str, values: dict[str, object]) -> None:
    """Add the content of a file to the values, or its fault to the faults."""
    path = folder / name
    # Resolved on both sides: the folder itself may be reached through a link, what is in it may not.
    try:
        path.resolve()
    except RuntimeError:
        files.faults.append(f"{name}: this is a link that leads back to itself; put the file itself there")
        return
    if not path.resolve().is_relative_to(folder.resolve()):
        files.faults.append(
            f"{name}: leads out of the folder, to {path.resolve()}; put the file itself there"
        )
        return
    try:
        values[name] = toml_values(file_text(path), name)
    except NegotiationError as error:
        files.faults.append(_relative(error, path, name))


def _relative(error: NegotiationError, path: Path, name: str) -> str:
    message = str(error).replace(str(path), name)
    return message if message.startswith(name) else f"{name}: {message}"


def _fill(files: DisputeFiles, values: Mapping[str, object]) -> None:
    """Make models from the values that were read, and add their faults."""
    if SCENARIO in values:
        # Without it nothing is known to hold the other files against; they are read all the same, for their
        # own faults.
        files.scenario = _model(files, SCENARIO, values[SCENARIO], ScenarioFile)
    elif not any(fault.startswith(SCENARIO) for fault in files.faults):
        files.faults.append(f"{SCENARIO}: this file is missing; add it")
    if LAWS in values:
        files.laws = _model(files, LAWS, values[LAWS], LawsFile) or LawsFile()
    for name, inside in values.items():
        place, slash, file = name.partition("/")
        made = _model(files, name, inside, FOLDERS[place][0]) if slash else None
        if made is not None:
            getattr(files, place)[file.removesuffix(".toml")] = made


def _model(files: DisputeFiles, name: str, inside: object, model: type[Model]) -> Model | None:
    """Return the model of a file, or None after adding its faults to the rest."""
    try:
        made = model_or_faults(inside, model, name)
    except InvalidFile as error:
        files.faults.append(str(error))
        return None
    if isinstance(made, model):
        return made
    files.faults += [f"{name}: {fault}" for fault in made]
    return None


def _stranger(name: str, allowed: Iterable[str]) -> str:
    known = list(allowed)
    return f"{name}: no file of this name is read{nearest_hint(name, known)}; allowed: {', '.join(known)}"


def scenario_names() -> tuple[str, ...]:
    """Return the names of the disputes that come with the package.

    Returns
    -------
    tuple of str
        Names that `load_scenario` accepts, in alphabetical order.

    Examples
    --------
    >>> "us-china-2025" in scenario_names()
    True
    """
    return tuple(sorted(path.parent.name for path in SCENARIOS.glob(f"*/{SCENARIO}")))


def scenario_folder(source: str | Path) -> Path:
    """Return the folder of a dispute, given its name or path.

    `UnknownScenario` is raised if there is no dispute of that name, and `InvalidFile` if the path leads to a
    file, ends in .toml or cannot be a path. A path need not exist.

    Examples
    --------
    >>> scenario_folder("us-china-2025").name
    'us-china-2025'
    """
    names = scenario_names()
    if not isinstance(source, (str, Path)):
        raise UnknownScenario(source, names)
    if isinstance(source, Path) or "/" in source or "\\" in source or source.endswith(".toml"):
        path = Path(source)
        try:
            there = path.is_file()
        except (OSError, ValueError) as error:  # too long, or not a name at all
            reason = getattr(error, "strerror", None) or error
            raise InvalidFile(
                f"{shown(str(path))}: this cannot be the path of a folder ({reason}). {HOW}"
            ) from None
        if there or path.suffix == ".toml":
            raise InvalidFile(
                f"{shown(str(path))}: the path of a dispute must lead to a folder and not end in .toml. {HOW}"
            )
        return path
    path = SCENARIOS / source
    if source not in names or path.resolve().parent != SCENARIOS.resolve():
        raise UnknownScenario(source, names)
    return path
