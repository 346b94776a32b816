"""The command `check`: list every fault of a dispute's folder, or its contents if it has no fault."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from negotiation.base.reading.text import is_folder
from negotiation.disputes import Scenario, load_scenario
from negotiation.disputes.files.folder import scenario_folder
from negotiation.errors import InvalidFile
from negotiation.report.commands.declared import CheckOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import BAD_INPUT
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.faults import folder_faults
from negotiation.truces.record.timeline import MOVES, RECORD, load_moves
from negotiation.truces.revealed.choices import CHOICES, load_choices


def run_check(output: Output, options: CheckOptions) -> int:
    """Print the faults of a dispute's folder, or its contents if it has none; return the exit status."""
    # A path wins over a name: a folder here may be called like a dispute of the package.
    folder = scenario_folder(Path(options.folder) if is_folder(options.folder) else options.folder)
    with Bar(f"reading {folder.name}"):
        faults = folder_faults(folder)
        world = None if faults else load_scenario(folder)
        if world is not None and (folder / RECORD / CHOICES).is_file():
            faults, world = _choices(world)
        # All that is on file, whenever it became known.
        contents = {} if world is None else _contents(world.as_of(world.definition.date))
    count = {0: "no fault", 1: "1 fault"}.get(len(faults), f"{len(faults)} faults")
    output.path(f"{count} in {folder.name}.")
    for fault in faults:
        output.path(fault)
    for name, what in contents.items():
        if isinstance(what, dict):
            output.say(f"{name}: {len(what) or 'none'}")
            for why, which in _by_reason(what).items():
                output.say(f"  {why}: {', '.join(which)}")
        else:
            output.say(f"{name}: {_shown(what)}")
    rows = [dict(zip(("file", "field", "fault"), parts(fault), strict=True)) for fault in faults]
    output.document({"folder": str(folder), "faults": rows, "contents": contents})
    return BAD_INPUT if faults else 0


def _choices(world: Scenario) -> tuple[list[str], Scenario | None]:
    """Return the faults of a dispute's choices, and the dispute if there are none."""
    try:
        load_choices(world)
    except InvalidFile as error:
        return [f"{RECORD}/{CHOICES}: {line.strip()}" for line in str(error).split("\n")[1:]], None
    return [], world


def parts(fault: str) -> tuple[str, str | None, str]:
    """Return the file of a fault, its field (None if no field is named), and its text after the file.

    Examples
    --------
    >>> parts("countries/usa.toml: nam: got 'United States'; there is no such field")
    ('countries/usa.toml', 'nam', "nam: got 'United States'; there is no such field")
    >>> parts("countries/usa.toml: is not TOML")
    ('countries/usa.toml', None, 'is not TOML')
    """
    file, _, text = fault.partition(": ")
    # A field has no space; a text that begins otherwise names no field.
    field, colon, _ = text.partition(": ")
    return file, field if colon and " " not in field else None, text


def _contents(scenario: Scenario) -> dict[str, object]:
    """Return the contents of a dispute by kind, with the reasons for moves that concern no instrument."""
    contents: dict[str, object] = {
        "countries": list(scenario.countries),
        "instruments": list(scenario.instruments),
        "sizes": list(scenario.definition.sizes),
        "agreements": list(truce_names(scenario, placebos=True)),
    }
    if scenario.folder is not None and (scenario.folder / RECORD / MOVES).is_file():
        moves = load_moves(scenario)
        contents["moves"] = len(moves)
        contents["moves without an instrument"] = {
            move.id: move.reason for move in moves if move.instrument is None
        }
    return contents


def _by_reason(reasons: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of rows by their reason, in the order in which the reasons first appear."""
    groups = dict[str, list[str]]()
    for row, why in reasons.items():
        groups.setdefault(why, []).append(row)
    return groups


def _shown(what: object) -> str:
    return (", ".join(map(str, what)) or "none") if isinstance(what, list) else str(what)
