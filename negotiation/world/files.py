"""Reading the project's data files: TOML and CSV into pydantic models, with one kind of error.

Whatever is wrong with a file (it is missing, it is not TOML or CSV, a field is missing, extra, mistyped or
out of range) becomes one `InvalidFile` that names the file, each field, the value that came, what is allowed
and what to do. TOML is checked strictly: a number in quotes is not a number. A CSV cell is text, so numbers
are read from it, and an empty cell counts as a missing field. Nothing in a file is executed.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from negotiation.errors import InvalidFile, UnknownName
from negotiation.world.file_faults import fault_report, field_faults, nearest_hint

Model = TypeVar("Model", bound=BaseModel)

_NAME = re.compile(r"[a-z0-9-]+")


def load_toml(path: Path | str, model: type[Model]) -> Model:
    """Return the model that a TOML file describes.

    Parameters
    ----------
    path, model : Path or str, type
        The file, in UTF-8, and the pydantic model that decides which fields are known and in range.

    Raises
    ------
    InvalidFile
        The file cannot be read, is not TOML, or does not fit the model.

    Examples
    --------
    >>> class Fact(BaseModel):
    ...     value: float
    >>> load_toml("no-such-file.toml", Fact)
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidFile: no-such-file.toml: cannot be read (No such file or directory); ...
    """
    path = Path(path)
    try:
        data = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{path}: is not TOML ({error}); mend the syntax at that place") from None
    try:
        return model.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        raise InvalidFile(fault_report(path, field_faults(error, model))) from None


def load_csv(path: Path | str, model: type[Model]) -> tuple[Model, ...]:
    """Return the rows of a CSV file as models, in the order of the file.

    Parameters
    ----------
    path : Path or str
        The file, in UTF-8, with a header line. The columns are the fields of the model, in any order. An
        empty cell counts as a missing field, so that an optional field takes its default.
    model : type
        A pydantic model of one row.

    Raises
    ------
    InvalidFile
        The file cannot be read, a column is missing or extra, or rows do not fit the model (each is named
        with its line).

    Examples
    --------
    >>> class Row(BaseModel):
    ...     id: str
    >>> load_csv("no-such-file.csv", Row)
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidFile: no-such-file.csv: cannot be read (No such file or directory); ...
    """
    path = Path(path)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    rows: list[Model] = []
    faults: list[str] = []
    try:
        columns = next(reader, [])
        _check_columns(path, columns, model)
        for cells in reader:
            if len(cells) != len(columns):
                faults.append(f"line {reader.line_num}: {len(cells)} cells came; allowed: {len(columns)}")
                continue
            try:
                rows.append(model.model_validate({k: v for k, v in zip(columns, cells, strict=True) if v}))
            except ValidationError as error:
                faults += [f"line {reader.line_num}: {fault}" for fault in field_faults(error, model)]
    except csv.Error as error:
        raise InvalidFile(f"{path}: line {reader.line_num} is not CSV ({error}); mend the quotes") from None
    if faults:
        raise InvalidFile(fault_report(path, faults))
    return tuple(rows)


def names_in(folder: Path, suffix: str = ".toml") -> tuple[str, ...]:
    """Return the names of the files of a folder, sorted, without their suffix.

    A file whose name is not made of lower-case letters, digits and hyphens is left out.

    Examples
    --------
    >>> names_in(Path("no-such-folder"))
    ()
    """
    paths = sorted(folder.glob(f"*{suffix}"))
    return tuple(path.stem for path in paths if _NAME.fullmatch(path.stem))


def path_of(folder: Path, name: str, unknown: type[UnknownName], suffix: str = ".toml") -> Path:
    """Return the file of a name in a folder; no name leads out of the folder.

    Parameters
    ----------
    folder, suffix : Path, str
        Where the records lie and how their files end.
    name : str
        Lower-case letters, digits and hyphens, as in ``2025-05-geneva``.
    unknown : type
        The error to raise: `UnknownTruce`, `UnknownScenario`, ...

    Raises
    ------
    UnknownName
        Of the kind `unknown`, with the nearest names: no file of that name lies in the folder.

    Examples
    --------
    >>> path_of(Path("records"), "../secrets", UnknownName)
    Traceback (most recent call last):
    ...
    negotiation.errors.UnknownName: no name '../secrets'; Known: none.
    """
    known = names_in(folder, suffix)
    path = folder / f"{name}{suffix}"
    if name not in known or path.resolve().parent != folder.resolve():
        raise unknown(name, known)
    return path


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path}: is not UTF-8 text ({error.reason}); save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidFile(f"{path}: cannot be read ({reason}); check the path and its permissions") from None


def _check_columns(path: Path, columns: Sequence[str], model: type[BaseModel]) -> None:
    """Refuse a header that is not the fields of the model, each once."""
    known = list(model.model_fields)
    faults = [f"missing column {name!r}" for name in known if name not in columns]
    faults += [f"extra column {name!r}{nearest_hint(name, known)}" for name in columns if name not in known]
    faults += [f"column {name!r} comes twice" for name in sorted(set(columns)) if columns.count(name) > 1]
    if faults:
        raise InvalidFile(
            fault_report(path, [f"line 1: {fault}; allowed: {', '.join(known)}" for fault in faults])
        )
