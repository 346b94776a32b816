"""What a sampler has found so far, in a file, so that a run that was stopped goes on where it was.

A file is NumPy's own archive of arrays, without objects: reading one runs nothing. It names what it is of; a
file of another model, record or size is refused, and left as it is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.lib.npyio import NpzFile

from negotiation.errors import InvalidFile
from negotiation.reading.hashes import full_hash
from negotiation.reading.text import expect_a_place
from negotiation.reading.writing import whole
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.sampler import Island

UNREADABLE = (OSError, ValueError, TypeError, KeyError, RuntimeError, zlib.error, struct.error)
"""What reading an archive raises beside its own errors: a turned bit may name another compression, and what
is one array is no archive."""

BEFORE = ("coordinates", "densities", "log_weights", "scores", "effective", "accepted")
"""What files of the first version hold of an island."""
SECOND = (*BEFORE, "sweeps", "settled", "further")
"""What files of the second version hold."""
FIELDS = (*SECOND, "known_at", "known_densities", "metrics")
VERSION = 3
HELD = {1: BEFORE, 2: SECOND, VERSION: FIELDS}


def identity(model: RecordModel, particles: int, islands: int, seed: int, sweeps: int | None) -> str:
    """Return a name of a run: what its numbers follow from, but for the model's code."""
    parts = (model.name, tuple(model.priors), tuple(model.observations), particles, islands, seed)
    # A file from before there were any sweeps is of one; chains that settle were of another rule once.
    more = () if sweeps == 1 else (sweeps,) if sweeps else (sweeps, "stand-in")
    return full_hash(repr((*parts, *more)))


def save(path: Path, islands: Sequence[Island], of: str) -> None:
    """Write islands whole or not at all."""
    arrays = {f"{name}_{k}": getattr(one, name) for k, one in enumerate(islands) for name in FIELDS}
    # Given a path, NumPy would add a suffix of its own.
    with whole(path) as part, part.open("wb") as file:
        np.savez(file, of=np.array(of), version=np.array(VERSION), **arrays)


def load(path: Path, of: str, islands: int) -> list[Island] | None:
    """Return the islands of a file; None if there is none."""
    expect_a_place(path, "kept particles")
    if not path.exists():
        return None
    if not path.is_file():  # to open a pipe would wait for its other end
        raise InvalidFile(f"{path}: cannot be read as kept particles (it is no regular file); move it away")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            if str(found["of"]) != of:
                raise InvalidFile(
                    f"{path}: it is of another model, record, size or seed; give another file or move it"
                )
            read = _islands(found, islands)
    except (*UNREADABLE, EOFError, BadZipFile) as error:
        if isinstance(error, InvalidFile):
            raise
        raise InvalidFile(
            f"{path}: cannot be read as kept particles ({error}); move it away to begin anew"
        ) from None
    return read


def _islands(found: NpzFile, islands: int) -> list[Island]:
    """Return the islands of an archive of any version; ValueError if other arrays are there."""
    version = found["version"].tolist() if "version" in found.files else 1
    if version not in HELD:
        raise ValueError(f"version {version}; allowed: {', '.join(map(str, HELD))}")
    held = HELD[version]
    names = {f"{name}_{k}" for name in held for k in range(islands)} | {"of"}
    names |= {"version"} if version > 1 else set()
    if set(found.files) != names:
        raise ValueError(f"arrays {', '.join(sorted(set(found.files) ^ names))} are missing or too many")
    none = (np.empty(0),) * (len(FIELDS) - len(held))
    read = [Island(*(found[f"{name}_{k}"] for name in held), *none) for k in range(islands)]
    return [_of_before(one) for one in read] if version == 1 else read


def _of_before(island: Island) -> Island:
    """Return an island of the first version, whose renewals had one sweep or as many as were given."""
    unknown = np.full(len(island.scores), np.nan)
    return replace(island, sweeps=unknown, settled=unknown)
