"""Write results to files: tables as CSV, figures as PNG and PDF. Each file is written whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from errno import EACCES
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negotiation.base.labelled import Table, format_cell, is_number, spreadsheet_text
from negotiation.base.reading.writing import cannot_write, whole
from negotiation.errors import CannotWrite, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIXED_METADATA: Mapping[str, Mapping[str, str | None]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": "negotiation"},
}


def write_tables(tables: Mapping[str, Table], folder: Path) -> list[Path]:
    """Write each table as `<name>.csv` into a folder, which is created if needed; return the paths."""
    usable_folder(folder)
    written: list[Path] = []
    for name, table in tables.items():
        written.append(_inside(folder, f"{name}.csv"))
        columns = [_csv_cells([row[k] for row in table.rows]) for k in range(len(table.columns))]
        with whole(written[-1]) as part, part.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(map(spreadsheet_text, table.columns))
            rows.writerows(zip(*columns, strict=True))
    return written


def _csv_cells(cells: Sequence[Any]) -> list[str]:
    """Return a column as texts: numbers in full, and texts that no spreadsheet reads as formulas.

    Examples
    --------
    >>> _csv_cells([1, None]), _csv_cells([1.0, "none"]), _csv_cells([("x", "y"), "=z"])
    (['1.0', ''], ['1', 'none'], ['x, y', "'=z"])
    """
    if all(cell is None or is_number(cell) for cell in cells):
        return ["" if cell is None or cell != cell else repr(float(cell)) for cell in cells]
    if all(cell is None or isinstance(cell, bool) for cell in cells):
        return ["" if cell is None else str(cell) for cell in cells]
    return [spreadsheet_text(format_cell(cell)) for cell in cells]


def write_figure(axis: Axes, folder: Path, name: str, kinds: Iterable[str] = ("png", "pdf")) -> list[Path]:
    """Write the figure of some axes as `<name>.<kind>` for each kind, PNG and PDF by default.

    The same figure gives the same bytes. Return the paths of the files; there are none if the axes have no
    figure.
    """
    usable_folder(folder)
    written: list[Path] = []
    figure = axis.get_figure(root=True)
    if figure is None:  # the axes were removed from their figure
        return written
    layout = figure.get_layout_engine()
    if layout is not None:
        # The layout is computed once, and all kinds share it.
        layout.execute(figure)
        figure.set_layout_engine(None)
    for kind in kinds:
        path = _inside(folder, f"{name}.{kind}")
        with whole(path) as part:
            figure.savefig(part, format=kind, metadata=dict(FIXED_METADATA[kind]))
        written.append(path)
    figure.set_layout_engine(layout)
    return written


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


def _inside(folder: Path, name: str) -> Path:
    """Return the path of a file in a folder; raise `CannotWrite` if the name leads out of the folder."""
    if Path(name).name != name:
        raise CannotWrite(
            f"{shown(name)} names a folder; expected a name without a folder. Give the folder separately"
        )
    return folder / name


def usable_folder(folder: Path) -> None:
    """Create a folder if needed; raise `CannotWrite` if files cannot be written to it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise cannot_write(folder, error) from None
