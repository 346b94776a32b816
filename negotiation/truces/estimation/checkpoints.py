"""What a sampler has found so far, in a file, so that a run that was stopped goes on where it was.

A file is NumPy's own archive of arrays, without objects: reading one runs nothing. It names what it is of; a
file of another model, record or size is refused, and left as it is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.lib.npyio import NpzFile

from negotiation.base.reading.hashes import files_hash, full_hash
from negotiation.base.reading.text import expect_a_place
from negotiation.base.reading.writing import whole
from negotiation.errors import InvalidFile
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.sampler import Island

# What reading an archive raises beside its own errors: a turned bit may name another compression, and what is
# one array is no archive.
UNREADABLE = (OSError, ValueError, TypeError, KeyError, RuntimeError, zlib.error, struct.error)

FIELDS = tuple(field.name for field in fields(Island))
# Of the files. Those of the first and the second were sampled by other rules: no run can go on from them.
VERSION = 3


def identity(model: RecordModel, particles: int, islands: int, seed: int) -> str:
    """Return a name of a run: what its numbers follow from, but for code and facts outside the package."""
    parts = (model.name, tuple(model.priors), tuple(model.observations), particles, islands, seed)
    return full_hash(repr((*parts, package_hash())))


@lru_cache(maxsize=1)
def package_hash() -> str:
    """Return the hash of the package's code and facts up to here; it takes some three seconds, once."""
    package = Path(__file__).parents[2]
    wings = [package / name for name in ("base", "game_theory", "disputes", "truces")]
    paths = [path for wing in wings for path in wing.rglob("*") if path.suffix in (".py", ".toml", ".csv")]
    return files_hash(sorted(paths), package)


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
        with path.open("rb") as file:
            _expect_small(file)
            with np.load(file, allow_pickle=False) as found:
                _expect_this_version(found)
                if str(found["of"]) != of:
                    raise InvalidFile(
                        f"{path}: it is of another model, record, size or seed, or of another version of the "
                        "package; give another file or move it"
                    )
                read = _islands(found, islands)
    except (*UNREADABLE, EOFError, BadZipFile) as error:
        if isinstance(error, InvalidFile):
            raise
        raise InvalidFile(
            f"{path}: cannot be read as kept particles ({error}); move it away to begin anew"
        ) from None
    return read


def _expect_small(file: BinaryIO) -> None:
    """Raise ValueError if arrays of an archive are large, by what it says before anything is unpacked."""
    with ZipFile(file) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > NUMERICS.most_kept_bytes:
            raise ValueError(f"{unpacked:,} bytes, unpacked; {NUMERICS.most_kept_bytes:,} are allowed")
        for part in parts:
            with archive.open(part) as array:
                npy.read_magic(array)
                shape, _, kind = npy.read_array_header_1_0(array)
            # NumPy takes room for what the header says before it reads.
            if prod(shape) * kind.itemsize > part.file_size:
                raise ValueError(f"{part.filename}: an array of shape {shape} in {part.file_size:,} bytes")
    file.seek(0)


def _expect_this_version(found: NpzFile) -> None:
    """Raise ValueError if an archive is of another version."""
    version = found["version"].tolist() if "version" in found.files else 1
    if version != VERSION:
        raise ValueError(f"version {version}, made by another rule; {VERSION} is needed")


def _islands(found: NpzFile, islands: int) -> list[Island]:
    """Return the islands of an archive; ValueError if other arrays are there."""
    names = {"of", "version"} | {f"{name}_{k}" for name in FIELDS for k in range(islands)}
    if set(found.files) != names:
        raise ValueError(f"arrays {', '.join(sorted(set(found.files) ^ names))} are missing or too many")
    return [Island(*(found[f"{name}_{k}"] for name in FIELDS)) for k in range(islands)]
