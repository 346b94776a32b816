"""Finding disputes and loading them: by name, from the path of a folder, or from a dict of its form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from negotiation.base.reading.faults import fault_report
from negotiation.disputes.dispute import dispute_faults, scenario_of, structure_of
from negotiation.disputes.files.folder import SCENARIO, read_folder, read_values
from negotiation.disputes.scenario import Scenario
from negotiation.errors import InvalidFile, UnknownScenario, shown

# Where the disputes of the package lie.
SCENARIOS = Path(__file__).parent / "scenarios"

# The dispute that is meant where none is named, by agreements that lie in no folder of a dispute too.
MAIN = "us-china-2025"

HOW = "docs/how-to/write-a-dispute.md says what lies in it"


def scenario_names() -> tuple[str, ...]:
    """Return the names of the disputes that come with the package.

    Returns
    -------
    tuple of str
        What `load_scenario` takes.

    Examples
    --------
    >>> "us-china-2025" in scenario_names()
    True
    """
    return tuple(sorted(path.parent.name for path in SCENARIOS.glob(f"*/{SCENARIO}")))


def scenario_folder(source: str | Path) -> Path:
    """Return the folder of a dispute, by its name or path.

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
            raise InvalidFile(f"{shown(str(path))}: no folder can be there ({reason}). {HOW}") from None
        if there or path.suffix == ".toml":
            raise InvalidFile(f"{path}: is a file; a dispute is a folder: give its path. {HOW}")
        return path
    path = SCENARIOS / source
    if source not in names or path.resolve().parent != SCENARIOS.resolve():
        raise UnknownScenario(source, names)
    return path


def folder_faults(folder: str | Path) -> list[str]:
    """Return every fault of a dispute's facts, one sentence each: file, field, what came, what is allowed.

    Examples
    --------
    >>> folder_faults("us-china-2025")
    []
    """
    path = scenario_folder(folder)
    return dispute_faults(read_folder(path), path)


def folder_structure(folder: str | Path) -> tuple[Scenario | None, tuple[str, ...]]:
    """Return what there is to hold a record against, and the instruments whose files could not be read.

    Examples
    --------
    >>> scenario, unread = folder_structure("us-china-2025")
    >>> scenario.held("CHN")[:2], unread
    (('entity_listings', 'minerals_ban'), ())
    """
    path = scenario_folder(folder)
    files = read_folder(path)
    there = path / "instruments"
    names = sorted(one.stem for one in there.glob("[!.]*.toml")) if there.is_dir() else []
    return structure_of(files, path), tuple(name for name in names if name not in files.instruments)


def load_scenario(
    source: str | Path | Mapping[str, object],
    calibration: str | None = None,
    as_of: date | None = None,
) -> Scenario:
    """Return a scenario by name, from a folder, or from a dict of the form of one.

    Parameters
    ----------
    source : str, Path or mapping
        A name from `scenario_names()`, the path of a folder (a `Path`, or a text with a separator), or a dict
        with the keys "scenario", "laws", "countries", "instruments" and "calibrations".
    calibration : str, optional
        Which of its calibrations; the one that `scenario.toml` names if not given.
    as_of : date, optional
        Day on which it is looked at, see `Scenario.as_of`; that of `scenario.toml` if not given.

    Returns
    -------
    Scenario
        At its central parameter values: `.stage_game()`, `.stochastic_game()`, `.with_parameters({...})`.

    Raises
    ------
    UnknownScenario
        If there is no dispute, or no calibration, of that name.
    InvalidFile
        With every fault of the folder: a field that is missing, extra, mistyped or out of range; a form,
        country, law, instrument or level that is not known; a parameter that is missing or that nothing
        reads.
    InvalidDate
        If the day `as_of` is after the `date` of `scenario.toml`, or a number has no value yet on it.

    Examples
    --------
    >>> load_scenario("us-china-2025").countries
    ('USA', 'CHN')
    """
    if isinstance(source, Mapping):
        folder, files = None, read_values(source)
    else:
        folder = scenario_folder(source)
        files = read_folder(folder)
    faults = dispute_faults(files, folder)
    if faults or files.scenario is None:
        raise InvalidFile(fault_report(files.where, faults))
    name = files.scenario.calibration if calibration is None else calibration
    if name not in files.calibrations:
        raise UnknownScenario(name, files.calibrations)
    found = scenario_of(files, files.calibrations[name], folder)
    return found if as_of is None else found.as_of(as_of)
