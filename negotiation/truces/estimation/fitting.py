"""Fit a model to its record: the sampler's options, and the file from which a stopped run resumes.

The file is a NumPy archive of arrays without objects, so that reading it executes nothing. It identifies its
run: a file of another model, record, size, seed or version of the package raises an error and is left as it
is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.lib.npyio import NpzFile

from negotiation.base.reading.hashes import files_hash, full_hash
from negotiation.base.reading.numbers import expect_count
from negotiation.base.reading.text import expect_a_place
from negotiation.base.reading.writing import whole
from negotiation.errors import InvalidFile, InvalidNumber, shown
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.posterior import Posterior
from negotiation.truces.estimation.sampler import Island, densities_of, gone_on, start, step

# What reading an archive raises beside its own errors: a turned bit may name another compression, and what is
# one array is no archive.
UNREADABLE = (OSError, ValueError, TypeError, KeyError, RuntimeError, zlib.error, struct.error)

FIELDS = tuple(field.name for field in fields(Island))
# Of the files. Those of the first and the second were sampled by other rules: no run can go on from them.
VERSION = 3


def identity(model: RecordModel, particles: int, islands: int, seed: int) -> str:
    """Return the hash of all that determines a run's numbers, except for other packages and files."""
    parts = (model.name, tuple(model.priors), tuple(model.observations), particles, islands, seed)
    return full_hash(repr((*parts, package_hash())))


@lru_cache(maxsize=1)
def package_hash() -> str:
    """Return the hash of the code and facts that a fit can read; it takes three seconds and is cached."""
    package = Path(__file__).parents[2]
    wings = [package / name for name in ("base", "game_theory", "disputes", "truces")]
    paths = [path for wing in wings for path in wing.rglob("*") if path.suffix in (".py", ".toml", ".csv")]
    return files_hash(sorted(paths), package)


def save(path: Path, islands: Sequence[Island], of: str) -> None:
    """Write islands to a file, completely or not at all."""
    arrays = {f"{name}_{k}": getattr(island, name) for k, island in enumerate(islands) for name in FIELDS}
    # Given a path, NumPy would add a suffix of its own.
    with whole(path) as part, part.open("wb") as file:
        np.savez(file, of=np.array(of), version=np.array(VERSION), **arrays)


def load(path: Path, of: str, islands: int) -> list[Island] | None:
    """Return the islands of a file of the run `of`; `None` if there is no file."""
    expect_a_place(path, "kept particles")
    if not path.exists():
        return None
    if not path.is_file():  # to open a pipe would wait for its other end
        raise InvalidFile(
            f"{path}: cannot be read as kept particles (it is not a regular file); move it away"
        )
    try:
        with path.open("rb") as file:
            _expect_small(file)
            with np.load(file, allow_pickle=False) as arrays:
                _expect_this_version(arrays)
                if str(arrays["of"]) != of:
                    raise InvalidFile(
                        f"{path}: it belongs to a run with another model, record, size or seed, or to "
                        "another version of the package; give another file as `kept`, or move this one away"
                    )
                read = _islands(arrays, islands)
    except (*UNREADABLE, EOFError, BadZipFile) as error:
        if isinstance(error, InvalidFile):
            raise
        raise InvalidFile(
            f"{path}: cannot be read as kept particles ({error}); move it away to start a new run"
        ) from None
    return read


def _expect_small(file: BinaryIO) -> None:
    """Raise ValueError if the arrays of an archive are too large, before anything is unpacked."""
    with ZipFile(file) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > NUMERICS.most_kept_bytes:
            raise ValueError(
                f"it has {unpacked:,} bytes when unpacked; the limit is {NUMERICS.most_kept_bytes:,}"
            )
        for part in parts:
            with archive.open(part) as array:
                npy.read_magic(array)
                shape, _, kind = npy.read_array_header_1_0(array)
            # NumPy takes room for what the header says before it reads.
            if prod(shape) * kind.itemsize > part.file_size:
                raise ValueError(
                    f"{part.filename} says that it has the shape {shape}, but has {part.file_size:,} bytes"
                )
    file.seek(0)


def _expect_this_version(archive: NpzFile) -> None:
    """Raise ValueError if an archive is of another version."""
    version = archive["version"].tolist() if "version" in archive.files else 1
    if version != VERSION:
        raise ValueError(f"it is of version {version}; expected version {VERSION}")


def _islands(archive: NpzFile, islands: int) -> list[Island]:
    """Return the islands of an archive; ValueError if other arrays are there."""
    names = {"of", "version"} | {f"{name}_{k}" for name in FIELDS for k in range(islands)}
    if set(archive.files) != names:
        raise ValueError(
            f"these arrays are missing or unexpected: {', '.join(sorted(set(archive.files) ^ names))}"
        )
    return [Island(*(archive[f"{name}_{k}"] for name in FIELDS)) for k in range(islands)]


@dataclass(frozen=True)
class Sampler:
    """Options of the sampler, which moves particles in independent islands.

    Parameters
    ----------
    particles : int, default 512
        Number of particles in all islands together; a multiple of eight per island. `lag` of the posterior
        measures how far they lag behind the observations.
    islands : int, default 4
        Number of islands, each with random numbers of its own. Their differences give the error of the
        evidence.
    seed : int, default 0
        Seed. The same seed gives the same numbers.
    executor : concurrent.futures.Executor, optional
        Executor that solves the games; by default they are solved in this process. Results do not depend on
        it.
    kept : str or Path, optional
        A file (".npz") for intermediate results, from which a stopped run resumes; none by default.
    progress : callable, optional
        Called with the number of observations done and the number of all observations, each counted once for
        every island.

    Raises
    ------
    InvalidNumber
        If a number is not whole or is out of range, or if the particles cannot be divided evenly over the
        islands.

    Examples
    --------
    >>> Sampler(particles=128, islands=2).particles
    128
    """

    particles: int = 512
    islands: int = 4
    seed: int = 0
    executor: Executor | None = None
    kept: str | Path | None = None
    progress: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        seed: object = self.seed
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise InvalidNumber(f"`seed` must be a whole number of at least 0; got {shown(seed)}")
        particles, islands = (
            expect_count(name, getattr(self, name), 1, InvalidNumber) for name in ("particles", "islands")
        )
        if particles % (islands * NUMERICS.chain):
            raise InvalidNumber(
                f"`particles` is {particles} and `islands` is {islands}; expected a multiple of "
                f"{NUMERICS.chain} particles for each island, such as {NUMERICS.chain * 16 * islands} in all"
            )


def fit(model: RecordModel, sampler: Sampler | None = None, *, lag: bool = True, **options: Any) -> Posterior:
    """Return the posterior of a model's parameters, computed observation by observation.

    `options` replace fields of the sampler. With `lag`, chains are continued at the end, from which
    `Posterior.lag` is measured.

    References
    ----------
    Chopin (2002), Biometrika 89. Dau and Chopin (2022), Journal of the Royal Statistical Society B 84.
    """
    sampler = replace(sampler or Sampler(), **options)
    islands, seed = sampler.islands, sampler.seed
    densities = densities_of(model, sampler.executor)
    of = identity(model, sampler.particles, islands, seed)
    path = None if sampler.kept is None else Path(sampler.kept)
    islands_now = None if path is None else load(path, of, islands)
    if islands_now is None:
        islands_now = [
            start(model, densities, sampler.particles // islands, (seed, k)) for k in range(islands)
        ]
    total = islands * len(model.observations)
    # Island by island: what is kept on the way is whole islands, one begun, and the others at the start.
    for k in range(islands):
        while islands_now[k].seen < len(model.observations):
            renewed = islands_now[k]
            islands_now[k] = step(islands_now[k], densities, (seed, k))
            if path is not None and renewed.coordinates is not islands_now[k].coordinates:
                save(path, islands_now, of)  # what took all the time
            if sampler.progress is not None:
                sampler.progress(sum(island.seen for island in islands_now), total)
        if lag and not len(islands_now[k].further):
            islands_now[k] = gone_on(islands_now[k], densities, (seed, k))
    if path is not None:
        save(path, islands_now, of)
    return Posterior(model.name, tuple(model.priors), tuple(model.observations), tuple(islands_now), seed)
