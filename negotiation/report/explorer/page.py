"""The explorer's page: a folder of files that a browser opens from disk, without a server or a network."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from negotiation import __version__
from negotiation.base.labelled.naming import namer
from negotiation.game_theory.certificates import check_certificate
from negotiation.report.explorer.setting import HARM, PATIENCE, Setting, judged, measures, placed, world_of
from negotiation.report.files import usable_folder, write_text
from negotiation.truce_panel.tables import Tables, Truce
from negotiation.truces.theories import theories
from negotiation.truces.verdicts.agreements import truce

PAGE = Path(__file__).parent / "page"
CHECKER = "checker"
# Files of Pyodide that are copied as they are, and files that are packed into scripts, by their new names.
SCRIPTS = ("pyodide.asm.js", "pyodide.js")
PACKED = {"wasm": "pyodide.asm.wasm", "stdlib": "python_stdlib.zip"}

# The axes of the sliders; the last one moves fastest.
AXES = ("bound", "dependence", "patience", "harm", "security", "theory")
# Positions on a page that is computed on demand: patience, the harm of the curb, the value of security.
FEW = ((-1.0, 0.0, 1.0), (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0), (0.5, 1.0, 2.0))

Axes = Mapping[str, Sequence[Any]]
# By theory and leg: word, share, ends of its interval, and number of draws.
Shares = Mapping[tuple[str, str], Sequence[object]]


def write_page(folder: Path, data: Mapping[str, Any], pyodide: Path | None = None) -> None:
    """Write the page and its data into a folder.

    `pyodide` is the folder of an unpacked release of Pyodide, with which the page checks certificates.
    Without it, the page checks none. The same data give the same bytes.
    """
    usable_folder(folder)
    for source in sorted(PAGE.iterdir()):
        shutil.copyfile(source, folder / source.name)
    data = {"version": __version__, **data}
    shutil.rmtree(folder / CHECKER, ignore_errors=True)
    if pyodide is None:
        data.pop("checker", None)
    else:
        _write_checker(folder / CHECKER, pyodide)
    write_text(folder / "data.js", f"const LOOK = {_json(data)};\n")


def _write_checker(folder: Path, pyodide: Path) -> None:
    folder.mkdir()
    for name in SCRIPTS:
        shutil.copyfile(pyodide / name, folder / name)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    kernel = Path(check_certificate.__file__).read_text(encoding="utf-8")
    # No package is loaded, so the list of packages is left empty.
    parts = {"kernel": kernel, "lock": json.dumps(lock | {"packages": {}}, sort_keys=True)}
    write_text(folder / "kernel.js", f"const LOOK_CHECKER = {_json(parts)};\n")
    for name, file in PACKED.items():
        packed = base64.b64encode(gzip.compress((pyodide / file).read_bytes(), mtime=0)).decode("ascii")
        write_text(folder / f"{name}.js", f'LOOK_CHECKER.{name} = "{packed}";\n')


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def settings_of(
    agreement: str, axes: Axes, rows: Iterable[Mapping[str, Any]], shares: Shares | None = None
) -> dict[str, Any]:
    """Return the answers for one agreement as the page reads them, margins in USD million.

    `axes` has the positions of each slider by its name in `AXES`. `rows` has one mapping for each setting:
    the `measures` of all legs together. Settings are in the order of `AXES`, the last one fastest. `shares`
    are for the position that the page shows first.
    """
    world, first = world_of(agreement), Setting(agreement)
    named, legs = namer(world.names), list(world.legs)
    departures: dict[str, int] = {}
    answers = [
        (row[f"{leg}_verdict"][0], row[f"{leg}_margin"], row[f"{leg}_departure"])
        for row in rows
        for leg in legs
    ]
    letters, margins, steps = zip(*answers, strict=True)
    numbered = [departures.setdefault(step, len(departures)) for step in steps]
    start = {"dependence": first.state.curb_dependence, "security": 1.0, "theory": first.theory}
    values = {
        name: [placed(agreement, parameter, place) for place in axes[name]]
        for name, parameter in (("patience", PATIENCE), ("harm", HARM))
    }
    at = {
        name: [*column].index(start.get(name, "" if name == "bound" else 0.0))
        for name, column in axes.items()
    }
    return {
        "title": f"{truce(agreement).title}, {truce(agreement).signed:%B %Y}",
        "axes": {name: [*column] for name, column in axes.items()} | values,
        "first": at,
        "legs": legs,
        "words": "".join(letters),
        "margins": margins,
        "departure": numbered,
        "departures": [[step.partition(" ")[0], str(named(_spaced(step)))] for step in departures],
        "shares": _share_places(axes, at, legs, shares or {}),
        "theories": {theory.name: theory.statement for theory in theories()},
        "gdp": {country: world.parameters[f"{country}.gdp"] for country in world.countries},
        "names": {bound: str(named(_spaced(bound))) for bound in axes["bound"] if bound},
    }


def _spaced(step: str) -> str:
    """Return a step such as "USA tariff=peak" as "USA tariff to peak"."""
    return step.replace("=", " to ")


def _share_places(axes: Axes, at: Mapping[str, int], legs: list[str], shares: Shares) -> dict[int, Any]:
    rows = {}
    for (name, leg), row in shares.items():
        places = {**at, "theory": [*axes["theory"]].index(name), "leg": legs.index(leg)}
        sizes = [len(axes[axis]) for axis in AXES] + [len(legs)]
        rows[int(np.ravel_multi_index([places[axis] for axis in (*AXES, "leg")], sizes))] = row
    return dict(sorted(rows.items()))


def computed(agreement: str) -> dict[str, Any]:
    """Return the answers for one agreement at a few settings, as `settings_of` does, after solving them."""
    first = Setting(agreement)
    patience, harm, security = FEW
    axes: Axes = {
        "bound": [""],
        "dependence": [first.state.curb_dependence],
        "patience": patience,
        "harm": harm,
        "security": security,
        "theory": [theory.name for theory in theories()],
    }
    settings = [
        Setting(
            agreement,
            patience=placed(agreement, PATIENCE, delta),
            harm=placed(agreement, HARM, harm_place),
            security=factor,
            dependence=step,
            bound=bound,
            theory=name,
        )
        for bound, step, delta, harm_place, factor, name in product(*(axes[name] for name in AXES))
    ]
    answers = judged(settings)
    rows = [{k: v for row in answers[setting] for k, v in measures(row).items()} for setting in settings]
    return settings_of(agreement, axes, rows)


def truce_rows(tables: Tables) -> list[dict[str, Any]]:
    """Return one mapping for each truce of a panel: `cells`, `summary`, `source` (its title) and `url`."""
    return [_truce_row(tables, truce) for truce in tables.truces]


def _truce_row(tables: Tables, one: Truce) -> dict[str, Any]:
    parts = [row for row in tables.outcomes if row.truce_id == one.truce_id and row.covered]
    moved = [row.first_harsher for row in parts if row.first_harsher]
    first = str(min(moved)) if moved else ""
    cells = [
        one.title, f"{one.side_a}, {one.side_b}", str(one.signed), one.text_form, one.clock_days or "",
        len(parts), len(moved), first, str(one.ended or ""), one.ended_how or "",
    ]  # fmt: skip
    return {"cells": cells, "summary": one.summary, "source": one.source_title, "url": one.source_url}
