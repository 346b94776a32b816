"""Draws of parameters by theory in one small file, for forecasts with what the record says of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import ConfigDict, Field, FiniteFloat

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.models import FileModel, load_csv
from negotiation.base.reading.writing import whole
from negotiation.errors import InvalidFile

DIGITS = 8


class KeptDraws(NamedTuple):
    """Draws of equal weight of one theory's parameters."""

    names: tuple[str, ...]
    # (draws, parameters): in the parameters' own units.
    values: FloatArray
    # Number of posterior particles; 0 if the draws are from the prior.
    particles: int


class _Row(FileModel):
    """One draw: every further column is a parameter, and is empty if the theory does not use it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, FiniteFloat]

    theory: str = Field(min_length=1, description="name of the theory")
    particles: int = Field(ge=0, description="number of posterior particles; 0 for draws from the prior")


def write_draws(path: str | Path, draws: Mapping[str, KeptDraws]) -> None:
    """Write one row per draw and one column per parameter; a cell is empty if the theory does not use it."""
    names = dict.fromkeys(name for one in draws.values() for name in one.names)
    with whole(Path(path)) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*_Row.model_fields, *names], restval="", lineterminator="\n")
        writer.writeheader()
        for theory, one in draws.items():
            for row in one.values.tolist():
                cells = {name: f"{value:.{DIGITS}g}" for name, value in zip(one.names, row, strict=True)}
                writer.writerow({"theory": theory, "particles": one.particles, **cells})


def read_draws(path: str | Path) -> dict[str, KeptDraws]:
    """Return the draws of a file by theory."""
    rows: dict[str, list[_Row]] = {}
    for row in load_csv(path, _Row):
        rows.setdefault(row.theory, []).append(row)
    draws = {}
    for theory, own in rows.items():
        names = tuple(own[0].__pydantic_extra__)
        if any(tuple(row.__pydantic_extra__) != names for row in own):
            raise InvalidFile(
                f"{path}: the rows of {theory!r} have values for different parameters; give each row a value "
                "for each of them, or write the file again with write_draws"
            )
        values = np.array([[*row.__pydantic_extra__.values()] for row in own], dtype=np.float64)
        draws[theory] = KeptDraws(names, values, own[0].particles)
    return draws
