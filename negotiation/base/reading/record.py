"""Record which files this package read in this process, what they held, and for which code.

A number computed from a file is out of date when the file is edited. A number computed from all files of a
folder is out of date when the folder has another file. Code that stores numbers asks here which files and
folders these were. All reading goes through `reading.text`, which notes each file, and searches for files
note the names in the folder. A file may be read long before it is used, for example when a module is loaded,
so the code files on the stack are noted with it.
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

# What the noted name of a folder ends with, and that of no file.
FOLDER = "/"


class Reads:
    """Files that were read, by absolute path, with hashes of their content; for folders, of their names."""

    def __init__(self) -> None:
        self.latest: dict[str, str] = {}
        self.changed: set[str] = set()
        self.readers: dict[str, set[str]] = {}

    def note(self, path: str, content_hash: str, readers: Iterable[str]) -> None:
        """Add a file."""
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
    """Note that the files of a folder were listed; do nothing if there is no folder."""
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
    """Collect the files that are read in this process during the block, by other threads too."""
    reads = Reads()
    with _LOCK:
        _OPEN.append(reads)
    try:
        yield reads
    finally:
        with _LOCK:
            _OPEN[:] = [other for other in _OPEN if other is not reads]


def read_for(code: Iterable[str]) -> dict[str, str]:
    """Return the files that were read in this process for some code files, with their last content."""
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
