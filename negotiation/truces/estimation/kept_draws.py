"""Draws of parameters by theory in one small file, for forecasts with what the record says of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.text import file_text
from negotiation.errors import CannotWrite, InvalidFile, shown

HEAD = ("theory", "particles")
DIGITS = 8


class KeptDraws(NamedTuple):
    """Draws of equal weight of one theory's parameters."""

    names: tuple[str, ...]
    # (draws, parameters): in the parameters' own units.
    values: FloatArray
    # Behind the posterior that they are drawn from; 0 if they are from the prior.
    particles: int


def write_draws(path: str | Path, draws: Mapping[str, KeptDraws]) -> None:
    """Write draws as a table: a row a draw, a column a parameter, empty where a theory has it not."""
    names = tuple(dict.fromkeys(name for one in draws.values() for name in one.names))
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow((*HEAD, *names))
    for theory, one in draws.items():
        for row in one.values.tolist():
            cells = {n: f"{value:.{DIGITS}g}" for n, value in zip(one.names, row, strict=True)}
            writer.writerow((theory, one.particles, *(cells.get(name, "") for name in names)))
    try:
        Path(path).write_text(lines.getvalue(), encoding="utf-8")
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def read_draws(path: str | Path) -> dict[str, KeptDraws]:
    """Return kept draws by theory."""
    reader = csv.reader(io.StringIO(file_text(path), newline=""), strict=True)
    columns, of_theory = tuple(next(reader, [])), dict[str, list[list[str]]]()
    if columns[: len(HEAD)] != HEAD or len(set(columns)) < len(columns):
        raise InvalidFile(
            f"{path}: line 1: columns {shown(columns[:3])} came; allowed are {', '.join(HEAD)} and "
            "parameters, each once; make the file anew with write_draws"
        )
    try:
        for cells in reader:
            if len(cells) != len(columns):
                raise InvalidFile(
                    f"{path}: line {reader.line_num}: {len(cells)} cells came; {len(columns)} are needed"
                )
            of_theory.setdefault(cells[0], []).append(cells)
    except csv.Error as error:
        raise InvalidFile(
            f"{path}: line {reader.line_num} is not CSV ({error}); make the file anew with write_draws"
        ) from None
    return {theory: _of_rows(path, theory, columns, rows) for theory, rows in of_theory.items()}


def _of_rows(path: str | Path, theory: str, columns: tuple[str, ...], rows: list[list[str]]) -> KeptDraws:
    """Return the draws of one theory, whose parameters are the columns that its first row fills."""
    used = [k for k in range(len(HEAD), len(columns)) if rows[0][k]]
    particles = _number(path, theory, HEAD[1], rows[0][1])
    values = [[_number(path, theory, columns[k], cells[k]) for k in used] for cells in rows]
    return KeptDraws(tuple(columns[k] for k in used), np.array(values, dtype=np.float64), int(particles))


def _number(path: str | Path, theory: str, column: str, cell: str) -> float:
    try:
        found = float(cell)
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        raise InvalidFile(
            f"{path}: {theory}, {column}: {shown(cell)} came; a finite number is needed; make the file anew "
            "with write_draws"
        )
    return found
