"""What a sampler has found so far, in a file, so that a run that was stopped goes on where it was.

A file is NumPy's own archive of arrays, without objects: reading one runs nothing. It names what it is of; a
file of another model, record or size is refused, and left as it is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from negotiation.errors import CannotWrite, InvalidFile
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.sampler import Island

UNREADABLE = (OSError, ValueError, KeyError, RuntimeError, zlib.error, struct.error)
"""What reading an archive raises beside its own errors: a turned bit may name another compression."""

FIELDS = ("coordinates", "densities", "log_weights", "scores", "effective", "accepted")


def identity(model: RecordModel, particles: int, islands: int, seed: int, sweeps: int = 1) -> str:
    """Return a name of a run: what its numbers follow from, but for the model's code.

    Parameters
    ----------
    model : RecordModel
        With its name, priors and observations.
    particles, islands, seed, sweeps : int
        Of the sampler.

    Returns
    -------
    str
        A hash in hexadecimal digits.
    """
    parts = (model.name, tuple(model.priors), tuple(model.observations), particles, islands, seed)
    parts += (sweeps,) * (sweeps > 1)  # a file from before there were any is of one
    return sha256(repr(parts).encode()).hexdigest()


def save(path: Path, islands: Sequence[Island], of: str) -> None:
    """Write islands whole or not at all.

    Parameters
    ----------
    path : Path
        The file, which ends with .npz.
    islands : sequence of Island
        As far as each is.
    of : str
        What they are of.

    Raises
    ------
    CannotWrite
        If the file cannot be written; what was there is kept.
    """
    arrays = {f"{name}_{k}": getattr(one, name) for k, one in enumerate(islands) for name in FIELDS}
    part = path.with_name(f"{path.stem}.part.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(part, of=np.array(of), **arrays)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CannotWrite(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def load(path: Path, of: str, islands: int) -> list[Island] | None:
    """Return the islands of a file; None if there is none.

    Parameters
    ----------
    path : Path
        The file.
    of : str
        What they have to be of.
    islands : int
        How many there have to be.

    Returns
    -------
    list of Island or None
        As far as each was.

    Raises
    ------
    InvalidFile
        If it cannot be read, or is of something else.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            if str(found["of"]) != of:
                raise InvalidFile(
                    f"{path}: it is of another model, record, size or seed; give another file or move it"
                )
            read = [Island(*(found[f"{name}_{k}"] for name in FIELDS)) for k in range(islands)]
    except (*UNREADABLE, EOFError, BadZipFile) as error:
        if isinstance(error, InvalidFile):
            raise
        raise InvalidFile(
            f"{path}: cannot be read as kept particles ({error}); move it away to begin anew"
        ) from None
    return read
