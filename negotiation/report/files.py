"""Writing results to files: tables as CSV, figures as PNG and PDF, each whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from errno import EACCES
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.base.labelled import Table, format_cell, is_number, spreadsheet_text
from negotiation.base.reading.writing import cannot_write, whole
from negotiation.errors import CannotWrite, shown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FIXED_METADATA: Mapping[str, Mapping[str, str | None]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": "negotiation"},
}


def data_frame(table: Table) -> pd.DataFrame:
    """Return a table as a data frame whose columns each have one type.

    A column with numbers and words ("none" where no discount factor is enough) becomes text, and sequences
    become comma-separated text, so that every column can be stored in Parquet.

    Examples
    --------
    >>> data_frame(Table("t", ("a", "b"), ((1.0, ("x", "y")), (None, ())))).values.tolist()
    [[1.0, 'x, y'], [nan, '']]
    """
    # Loaded where a table is written: a command that shows what is kept does without.
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    for k, name in enumerate(table.columns):
        cells = [row[k] for row in table.rows]
        plain = all(cell is None or is_number(cell) for cell in cells)
        truth = all(cell is None or isinstance(cell, bool) for cell in cells)
        if truth and cells and not plain:
            columns[name] = pd.Series(cells, dtype="boolean")
        elif plain:
            columns[name] = pd.Series(cells, dtype="float64")
        else:
            columns[name] = pd.Series([format_cell(cell) for cell in cells], dtype="string")
    return pd.DataFrame(columns)


def write_tables(tables: Mapping[str, Table], folder: Path) -> list[Path]:
    """Write each table as `<name>.csv`."""
    usable_folder(folder)
    written: list[Path] = []
    for name, table in tables.items():
        written.append(_inside(folder, f"{name}.csv"))
        with whole(written[-1]) as part:
            _for_spreadsheets(data_frame(table)).to_csv(part, index=False)
    return written


def _for_spreadsheets(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts, its columns' names among them, no spreadsheet takes for formulas."""
    safe = frame.copy()
    for name in frame.columns[frame.dtypes == "string"]:
        safe[name] = frame[name].map(spreadsheet_text, na_action="ignore")
    return safe.set_axis([spreadsheet_text(str(name)) for name in frame.columns], axis="columns")


def write_figure(axis: Axes, folder: Path, name: str, kinds: Iterable[str] = ("png", "pdf")) -> list[Path]:
    """Write the figure of axes as `<name>.png` and `<name>.pdf`, the same bytes for the same figure."""
    usable_folder(folder)
    written: list[Path] = []
    figure = axis.get_figure(root=True)
    if figure is None:  # axes taken out of their figure have nothing to show
        return written
    layout = figure.get_layout_engine()
    if layout is not None:
        # The layout is found once, so that all kinds share it; without one nothing is drawn twice.
        layout.execute(figure)
        figure.set_layout_engine(None)
    for kind in kinds:
        path = _inside(folder, f"{name}.{kind}")
        with whole(path) as part:
            figure.savefig(part, format=kind, metadata=dict(FIXED_METADATA[kind]))
        written.append(path)
    figure.set_layout_engine(layout)
    return written


def _inside(folder: Path, name: str) -> Path:
    """Return the place of a file in a folder; its name leads to no other one."""
    if Path(name).name != name:
        raise CannotWrite(f"{shown(name)}: expected a name without a folder; give the folder separately")
    return folder / name


def usable_folder(folder: Path) -> None:
    """Make a folder if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise cannot_write(folder, error) from None
