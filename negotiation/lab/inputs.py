"""The files and environment variables that an experiment names, and other files that it reads.

Named inputs are hashed before a run and compared before and after each batch. Files that the package's own
loaders read are recorded by `negotiation.base.reading.record` and returned with each batch. So are the
folders that they searched, whose names end with a slash, so that an added file is noticed. A file below the
current folder is stored by its path from there, so that the folder may be moved with its store. A later run
looks it up from its own current folder, even if the measure reads it by an absolute path. If one store is
used from several folders, name such a file in `inputs`.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import negotiation
from negotiation.base.reading.hashes import canonical, digest
from negotiation.base.reading.record import FOLDER, Reads, listing_hash, read_for
from negotiation.base.reading.text import is_file, is_folder
from negotiation.errors import BrokenRun, InvalidExperiment, InvalidFile

PACKAGE = Path(negotiation.__file__).parent
# Where the package's disputes lie, and those of their folders that count with its code.
DISPUTES, RECORDED = "disputes/scenarios", ("record", "agreements")

# What the names of the package's own files begin with, wherever it is installed.
INSIDE = "<package>/"

# Bytes that are hashed at once: files of any size are hashed in little memory.
BLOCK = 1 << 20

# Bytes of the largest file that is hashed because a store names it: loaders hold a file whole in memory.
LARGEST_READ = 1 << 28

# Opened so, a file that gives nothing yet is not waited for.
AT_ONCE = getattr(os, "O_NONBLOCK", 0)

GONE = "not there"


def inputs_hash(paths: Sequence[str], environment: Sequence[str] = ()) -> str:
    """Return the hash of files, of all files below folders, and of the values of environment variables."""
    try:
        files = [[path, [[name, _file_hash(file)] for name, file in _files(path)]] for path in paths]
    except OSError as error:
        raise _unreadable(error) from None
    text = canonical([files, {name: os.environ.get(name) for name in environment}])
    return digest(text.encode("utf-8", "surrogatepass"))  # names and values need not be UTF-8


def refuse_store_among(paths: Sequence[str], store: Path) -> None:
    """Raise `InvalidExperiment` if a run would write its store among its inputs and so change them."""
    written = {os.path.realpath(place) for place in (store, *Path(os.path.realpath(store)).parents)}
    try:
        below = [(path, place) for path in paths for _, place in _below(path)]
    except OSError as error:
        raise _unreadable(error) from None
    for path, place in below:
        if (is_folder(place) or place.name == store.name) and os.path.realpath(place) in written:
            raise InvalidExperiment(
                f"`inputs` names {path!r}, but the run would write its store {str(store)!r} there and so "
                "change its inputs. Put the store elsewhere (`store=`, or `--out` of the command), or name "
                "in `inputs` only what the measure reads"
            )


def check_inputs(paths: Sequence[str], environment: Sequence[str], expected: str) -> None:
    """Raise `BrokenRun` if the inputs differ from those with which the run began, or cannot be read.

    `expected` is the hash of the inputs when the run began. Files are hashed again only if their times, sizes
    or places show that they may have changed.
    """
    # Before and after each batch: hashing gigabytes so often would take longer than many a measure. Size, two
    # times and the number of the file change with every ordinary edit.
    key = (tuple(paths), tuple(environment), expected)
    try:
        stamp: list[object] = [_stamp(file) for path in paths for _, file in _files(path)]
        stamp += [(name, os.environ.get(name)) for name in environment]
        same = _SEEN.get(key) == stamp or inputs_hash(paths, environment) == expected
    except (InvalidFile, OSError) as error:
        raise BrokenRun(
            f"an input of the experiment can no longer be read: {error}. Restore it and run again"
        ) from None
    if not same:
        names = ", ".join([*paths, *environment])
        raise BrokenRun(
            f"one of the experiment's inputs ({names}) is not what it was when the run began: it has changed "
            "in the meantime, or differs where a worker runs. Finished cells are kept; run again"
        )
    _SEEN[key] = stamp


_SEEN: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[object]] = {}


def reads_of(batch: Reads, code: Iterable[str] = ()) -> dict[str, str]:
    """Return the hashes of the files on which a batch may depend, by name.

    These are the files that it read and those that its `code` (paths of code files) had read before. Files
    that the hash of the package covers are left out. So are files that no longer exist, since the measure
    made and removed them. A file that changed during the batch raises `BrokenRun`.
    """
    # What the batch itself read goes before what its code read earlier: it is the later of the two.
    reads = {}
    for path, content_hash in {**read_for(code), **batch.latest}.items():
        name = _name(path)
        if name is None or not os.path.exists(path):  # noqa: PTH110 - a text as it was recorded
            continue
        if path in batch.changed:
            raise changed_meanwhile(name)
        reads[name] = content_hash
    return reads


def changed_meanwhile(name: str) -> BrokenRun:
    """Return the error for a file that changed after it was read."""
    return BrokenRun(
        f"{name}: this file changed while the run and its processes read it. Finished cells are "
        "kept; run again. If the measure makes the file, it must give it another name in each cell and "
        "remove it"
    )


def held(name: str) -> str:
    """Return the hash of the current content of a file or a folder, by the name that `reads_of` gave it.

    Return `GONE` if it is missing. A store may come from somebody else and name anything, so what no loader
    can have read, such as a device or a huge file, counts as missing.
    """
    path = PACKAGE.parent / name.removeprefix(INSIDE) if name.startswith(INSIDE) else Path(name)
    try:
        return listing_hash(path) if name.endswith(FOLDER) else _file_hash(path, LARGEST_READ)
    except (OSError, ValueError):  # no file can have such a name
        return GONE


def new_reads(known: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Return the files that are not known yet; raise `BrokenRun` if a known one has another hash."""
    for name in told.keys() & known.keys():
        if told[name] != known[name]:
            raise changed_meanwhile(name)
    return {name: hashed for name, hashed in told.items() if name not in known}


def is_fact(inside: Path) -> bool:
    """Return whether a file belongs to a dispute's facts, given its path in the package.

    The package's hash leaves facts out. Facts of an experiment's scenario are hashed as they were loaded.
    Facts of other scenarios that a measure loads are recorded when they are read.
    """
    return inside.is_relative_to(DISPUTES) and not set(inside.parts) & set(RECORDED)


def _name(path: str) -> str | None:
    """Return the name of a file in stores; None for a file that the package's hash covers."""
    file, end = Path(path), FOLDER if path.endswith(FOLDER) else ""
    if file.is_relative_to(PACKAGE):
        if not is_fact(file.relative_to(PACKAGE)):
            return None
        return f"{INSIDE}{file.relative_to(PACKAGE.parent).as_posix()}{end}"
    here = Path.cwd()
    return f"{file.relative_to(here).as_posix()}{end}" if file.is_relative_to(here) else path


def _files(path: str) -> list[tuple[str, Path]]:
    """Return the files of an input with their names below it, in order."""
    root = Path(path)
    if is_file(root):
        return [("", root)]
    if not is_folder(root):
        raise InvalidFile(f"{path}: this input of the experiment does not exist; check the path in `inputs`")
    return sorted((name, file) for name, file in _below(root) if is_file(file))


def _below(root: Path | str) -> Iterator[tuple[str, Path]]:
    """Yield a path and everything below it, as pairs of the name below it and the path.

    The path itself comes first, also if it is a file or if nothing exists there. Links to folders are
    followed, except those that lead back to a folder above them.
    """
    # With each folder go the real places of those above it: a link back to one of them would have no end. A
    # link to a folder beside is followed, and its files count under both names.
    waiting = [("", Path(root), frozenset[str]())]
    while waiting:
        name, path, above = waiting.pop()
        if not is_folder(path):
            yield name, path
            continue
        real = os.path.realpath(path)
        if real not in above:
            yield name, path
            way, start = above | {real}, f"{name}/" if name else ""
            waiting += [(start + inside, path / inside, way) for inside in os.listdir(path)]  # noqa: PTH208


def _unreadable(error: OSError) -> InvalidFile:
    return InvalidFile(
        f"{error.filename}: this input of the experiment cannot be read ({error.strerror}); check its "
        "permissions, or name in `inputs` what can be read"
    )


def _file_hash(file: Path, most_bytes: int | None = None) -> str:
    """Return the hash of a regular file of at most `most_bytes`, or raise `OSError`.

    A pipe or a device is refused, since reading it may never end.
    """
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(file))
    # Its size now says nothing of a file that grows while it is read, or of one in /proc: bytes are counted.
    whole, count = sha256(), 0
    with open(file, "rb", opener=lambda name, flags: os.open(name, flags | AT_ONCE)) as opened:
        while part := opened.read(BLOCK):
            whole.update(part)
            count += len(part)
            if most_bytes is not None and count > most_bytes:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(file))
    return whole.hexdigest()


def _stamp(file: Path) -> tuple[object, ...]:
    state = file.stat()
    return str(file), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino
