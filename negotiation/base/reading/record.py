"""A record of which files this package read in this process, with which content, and for which code.

A number computed from a file is out of date after the file is edited. A number computed from all files of a
folder is out of date after a file is added or removed. Code that stores numbers finds here which files and
folders these were. All reading goes through `reading.text`, which notes each file. Searches for files note
the names in the folder. A file may be read long before it is used, for example when a module is loaded, so
the code files on the stack are noted with it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import FrameType

PACKAGE = str(Path(__file__).parents[2]) + os.sep

# Ends the noted name of a folder, but of no file.
FOLDER = "/"


class Reads:
    """Files that were read and folders that were listed, by absolute path (a folder's path ends with "/").

    `latest` has the hash of the last content of each file, and of the names in each folder. `changed` has the
    paths whose hash changed between two reads. `readers` has the code files that were on the stack.
    """

    def __init__(self) -> None:
        self.latest: dict[str, str] = {}
        self.changed: set[str] = set()
        self.readers: dict[str, set[str]] = {}

    def note(self, path: str, content_hash: str, readers: Iterable[str]) -> None:
        """Add a file or folder."""
        if self.latest.setdefault(path, content_hash) != content_hash:
            self.changed.add(path)
            self.latest[path] = content_hash
        self.readers.setdefault(path, set()).update(readers)


_WHOLE = Reads()
_OPEN: list[Reads] = []
_LOCK = threading.Lock()


def note_read(path: Path, content: bytes) -> None:
    """Note that a file was read."""
    _note(str(path.resolve()), sha256(content).hexdigest())


def note_listing(folder: Path) -> None:
    """Note that the files of a folder were listed; do nothing if it cannot be listed."""
    with suppress(OSError):
        _note(str(folder.resolve()) + FOLDER, listing_hash(folder))


def listing_hash(folder: Path) -> str:
    """Return the hash of the names in a folder, without those that begin with a dot."""
    names = sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - names alone
    return sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()


def _note(name: str, content_hash: str) -> None:
    readers = _code_on_the_stack()
    with _LOCK:
        for reads in (_WHOLE, *_OPEN):
            reads.note(name, content_hash, readers)


@contextmanager
def recording() -> Iterator[Reads]:
    """Collect the files and folders that this process reads during the block, also in other threads."""
    reads = Reads()
    with _LOCK:
        _OPEN.append(reads)
    try:
        yield reads
    finally:
        with _LOCK:
            _OPEN[:] = [other for other in _OPEN if other is not reads]


def read_for(code: Iterable[str]) -> dict[str, str]:
    """Return the files and folders that were read for some code files, with their last hashes."""
    wanted = set(code)
    with _LOCK:
        return {
            path: content_hash
            for path, content_hash in _WHOLE.latest.items()
            if _WHOLE.readers[path] & wanted
        }


def _code_on_the_stack() -> set[str]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - walking the stack by `inspect` would read source files
    files = set()
    while frame is not None:
        files.add(frame.f_code.co_filename)
        frame = frame.f_back
    return {os.path.abspath(name) for name in files if not name.startswith(PACKAGE)}  # noqa: PTH100
