"""The files and environment variables that an experiment names, and files that it was seen to read.

Those that it names are hashed before a run and compared before and after each batch. Files that the package's
own loaders read are seen while they are read, by `negotiation.reading.record`; a batch brings them along. So
are the folders in which these looked for files, whose names end with a slash: a file more is seen too.
Names are as seen from the current folder, so that a folder may be moved with its store.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import negotiation
from negotiation.errors import BrokenRun, InvalidFile
from negotiation.lab.cell import canonical, digest
from negotiation.reading.record import FOLDER, Reads, listing_hash, read_for

PACKAGE = Path(negotiation.__file__).parent
DISPUTES, RECORDED = "scenarios", ("record", "agreements")
"""Where the package's disputes lie, and those of their folders that count with its code."""

BLOCK = 1 << 20
"""Bytes that are hashed at once: files of any size are hashed in little memory."""

GONE = "not there"


def inputs_hash(paths: Sequence[str], environment: Sequence[str] = ()) -> str:
    """Return the hash of files, of all files below folders, and of environment variables.

    Raises
    ------
    InvalidFile
        If a path is not there or cannot be read.
    """
    files = [[path, [[name, _file_hash(file)] for name, file in _files(path)]] for path in paths]
    return digest(canonical([files, {name: os.environ.get(name) for name in environment}]))


def check_inputs(paths: Sequence[str], environment: Sequence[str], expected: str) -> None:
    """Refuse to compute with other inputs than a run began with.

    Files are hashed anew where their times, sizes or places say that they may differ from what was hashed.

    Raises
    ------
    BrokenRun
        If they are others, or are gone.
    """
    key = (tuple(paths), tuple(environment), expected)
    try:
        stamp: list[object] = [_stamp(file) for path in paths for _, file in _files(path)]
        stamp += [(name, os.environ.get(name)) for name in environment]
        same = _SEEN.get(key) == stamp or inputs_hash(paths, environment) == expected
    except (InvalidFile, OSError) as error:
        raise BrokenRun(f"an input of the experiment cannot be read any more: {error}") from None
    if not same:
        names = ", ".join([*paths, *environment])
        raise BrokenRun(
            f"an input of the experiment is not what the run began with ({names}): it was changed meanwhile, "
            "or is another one where a worker runs. What was finished is kept; run again"
        )
    _SEEN[key] = stamp


_SEEN: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[object]] = {}


def reads_of(batch: Reads, code: Iterable[str] = ()) -> dict[str, str]:
    """Return the files on which a batch may depend: what it read, and what its code had read before.

    The package's own files are left out as far as its hash covers them, and so are files that are gone
    already: they were the measure's own, made and removed.

    Parameters
    ----------
    batch : Reads
        What was read while it was computed.
    code : iterable of str, optional
        Absolute paths of the measure's files, which may have read others when they were loaded.

    Raises
    ------
    BrokenRun
        If a file was read twice and held something else the second time.
    """
    found = {}
    for path, told in {**read_for(code), **batch.latest}.items():
        name = _name(path)
        if name is None or not os.path.exists(path):  # noqa: PTH110 - a text as it was recorded
            continue
        if path in batch.changed:
            raise changed_meanwhile(name)
        found[name] = told
    return found


def changed_meanwhile(name: str) -> BrokenRun:
    """Return what is said where a file did not stay as it was read."""
    return BrokenRun(
        f"{name}: this file did not stay the same while the run and its processes read it. What was finished "
        "is kept; start again. Files that a measure makes for itself need another name for each cell, and "
        "are removed by it"
    )


def held(name: str) -> str:
    """Return the hash of what a file or a folder holds now, by the name that `reads_of` gave it."""
    path = PACKAGE.parent / name.removeprefix("<package>/") if name.startswith("<package>/") else Path(name)
    try:
        return listing_hash(path) if name.endswith(FOLDER) else _file_hash(path)
    except OSError:
        return GONE


def new_reads(known: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Return the files that are not known yet.

    Raises
    ------
    BrokenRun
        If one that is known held something else.
    """
    for name in told.keys() & known.keys():
        if told[name] != known[name]:
            raise changed_meanwhile(name)
    return {name: hashed for name, hashed in told.items() if name not in known}


def is_fact(inside: Path) -> bool:
    """Whether a file of the package, by its place in it, is of a dispute's facts.

    The package's hash leaves them out. Those of an experiment's scenario are hashed as they were loaded;
    those of others, which a measure may load too, are seen when they are read.
    """
    return inside.parts[0] == DISPUTES and not set(inside.parts) & set(RECORDED)


def _name(path: str) -> str | None:
    """Return the name of a file as stores keep it; None for a file that the package's hash covers."""
    file, end = Path(path), FOLDER if path.endswith(FOLDER) else ""
    if file.is_relative_to(PACKAGE):
        if not is_fact(file.relative_to(PACKAGE)):
            return None
        return f"<package>/{file.relative_to(PACKAGE.parent).as_posix()}{end}"
    here = Path.cwd()
    return f"{file.relative_to(here).as_posix()}{end}" if file.is_relative_to(here) else path


def _files(path: str) -> list[tuple[str, Path]]:
    """Return the files of an input with their names below it, in order."""
    root = Path(path)
    if root.is_file():
        return [("", root)]
    if not root.is_dir():
        raise InvalidFile(f"{path}: this input of the experiment is not there; check the path in `inputs`")
    found = [file for file in root.rglob("*") if file.is_file()]
    return sorted((file.relative_to(root).as_posix(), file) for file in found)


def _file_hash(file: Path) -> str:
    whole = sha256()
    with file.open("rb") as opened:
        while part := opened.read(BLOCK):
            whole.update(part)
    return whole.hexdigest()


def _stamp(file: Path) -> tuple[object, ...]:
    told = file.stat()
    return str(file), told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino
