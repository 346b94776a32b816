"""Reading of data files: TOML and CSV into pydantic models, with one kind of error.

Any fault of a file (it is missing, it is not TOML or CSV, or a field is missing, extra, mistyped or out of
range) raises `InvalidFile` with the file, each faulty field, its value and what was expected. Only a file of
too many bytes raises `SizeLimit`. TOML is checked strictly: a number in quotes is not a number. A CSV cell is
text, so numbers are read from it, and an empty cell counts as a missing field. Nothing in a file is executed.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from negotiation.base.reading.faults import fault_report, field_faults, nearest_hint
from negotiation.base.reading.numerics import NUMERICS
from negotiation.base.reading.plain_values import check_values, toml_values
from negotiation.base.reading.text import file_text
from negotiation.errors import InvalidFile, shown

Model = TypeVar("Model", bound=BaseModel)


def load_toml(path: Path | str, model: type[Model]) -> Model:
    """Return the model that a TOML file describes."""
    return model_of(toml_values(file_text(path), str(path)), model, str(path))


def model_of(data: object, model: type[Model], where: str) -> Model:
    """Return the model that plain values describe, read strictly: a number in quotes is not a number.

    Examples
    --------
    >>> class Fact(BaseModel):
    ...     value: float
    >>> model_of({"value": 1}, Fact, "fact")
    Fact(value=1.0)
    """
    made = model_or_faults(data, model, where)
    if isinstance(made, list):
        raise InvalidFile(fault_report(where, made))
    return made


def model_or_faults(data: object, model: type[Model], where: str) -> Model | list[str]:
    """Return the model that plain values describe, or one sentence for each fault of a field.

    Examples
    --------
    >>> class Fact(BaseModel):
    ...     value: float
    >>> model_or_faults({"value": "1"}, Fact, "fact")
    ["value: got '1'; expected a number"]
    """
    check_values(where, data)
    try:
        text = json.dumps(data, default=str)
    except (TypeError, ValueError) as error:
        raise InvalidFile(f"{where}: expected mappings with text keys, lists and values ({error})") from None
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        return list(islice(field_faults(error, model), NUMERICS.most_counted_faults + 1))


def load_csv(path: Path | str, model: type[Model], may_lack: Sequence[str] = ()) -> tuple[Model, ...]:
    """Return the rows of a CSV file as models, in order. The columns in `may_lack` may be missing."""
    path = Path(path)
    reader = csv.reader(io.StringIO(file_text(path), newline=""), strict=True)
    rows: list[Model] = []
    faults: list[str] = []
    try:
        columns = next(reader, [])
        _check_columns(path, columns, model, may_lack)
        for cells in reader:
            row = _row(columns, cells, model)
            if isinstance(row, model):
                rows.append(row)
            else:
                faults += [f"line {reader.line_num}: {fault}" for fault in row]
            if len(faults) > NUMERICS.most_counted_faults:
                break
    except csv.Error as error:
        raise InvalidFile(
            f"{path}: line {reader.line_num} is not CSV ({error}); correct the quotes"
        ) from None
    if faults:
        raise InvalidFile(fault_report(path, faults))
    return tuple(rows)


def _row(columns: Sequence[str], cells: Sequence[str], model: type[Model]) -> Model | list[str]:
    """Return the model of a row, or one sentence for each of its faults."""
    if len(cells) != len(columns):
        return [f"got {len(cells)} cells; expected {len(columns)}"]
    try:
        return model.model_validate({k: v for k, v in zip(columns, cells, strict=True) if v})
    except ValidationError as error:
        return list(field_faults(error, model))


def _check_columns(
    path: Path, columns: Sequence[str], model: type[BaseModel], may_lack: Sequence[str]
) -> None:
    """Raise unless the columns are the fields of the model, each once, apart from those in `may_lack`."""
    known = [field.alias or name for name, field in model.model_fields.items()]
    times = Counter(columns)
    open_ended = model.model_config.get("extra") == "allow"
    extra = [] if open_ended else [name for name in times if name not in known]
    faults = [f"missing column {name!r}" for name in known if name not in (*times, *may_lack)]
    faults += [f"extra column {shown(name)}{nearest_hint(name, known)}" for name in extra[: len(known)]]
    faults += [f"{len(extra) - len(known)} more extra columns"] if len(extra) > len(known) else []
    once = sorted(times if open_ended else known)
    faults += [f"column {name!r} is there twice" for name in once if times[name] > 1]
    if faults:
        raise InvalidFile(
            fault_report(path, [f"line 1: {fault}; allowed: {', '.join(known)}" for fault in faults])
        )


class FileModel(BaseModel):
    """A table of a file: unknown fields are a fault, and fields cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
