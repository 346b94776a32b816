"""What is read of a dispute's folder is kept until its files change.

A folder of one's own may be edited between two calls of one session, and the next has to show what it says
now. The folders of the package stay as they are while a process runs and are not looked at again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from negotiation.truces.numerics import NUMERICS
from negotiation.world import Scenario
from negotiation.world.loading import SCENARIOS

Asked = TypeVar("Asked")
Found = TypeVar("Found")
Stamp: TypeAlias = tuple[Any, ...]
READ = ("record", "agreements")
"""Folders of a dispute that are read when they are asked for; the others are read with the scenario."""


def file_stamp(path: Path) -> Stamp:
    """Return what differs once a file has been written again; nothing of a file that is not there."""
    return () if SCENARIOS in path.parents else _stamp(path)


def _stamp(file: Path | os.DirEntry[str]) -> Stamp:
    try:
        found = file.stat()
    except OSError:  # whoever reads it says so
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def folder_stamp(scenario: Scenario) -> Stamp:
    """Return what differs once a file of a dispute's record or agreements is added, taken away or written.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> folder_stamp(load_scenario("us-china-2025"))
    ()
    """
    if scenario.folder is None or scenario.folder.parent == SCENARIOS:
        return ()
    found: list[Stamp] = []
    for name in READ:
        with suppress(OSError), os.scandir(scenario.folder / name) as there:
            found += [(f"{name}/{entry.name}", *_stamp(entry)) for entry in there]
    return tuple(sorted(found))


def kept_until_changed(read: Callable[[Path], Found]) -> Callable[[Path], Found]:
    """Keep what a function reads of a file until the file changes."""
    return _kept(read, file_stamp, NUMERICS.files_kept)


def kept_until_record_changes(found: Callable[[Scenario], Found]) -> Callable[[Scenario], Found]:
    """Keep what a function finds in a dispute's record until a file of its record or agreements changes."""
    return _kept(found, folder_stamp, NUMERICS.records_kept)


def _kept(
    function: Callable[[Asked], Found], stamp_of: Callable[[Asked], Stamp], most: int
) -> Callable[[Asked], Found]:
    """Return a function that is called anew where what it is asked of has another stamp."""

    @lru_cache(maxsize=most)
    def kept(of: Asked, _stamp: Stamp) -> Found:
        return function(of)

    @wraps(function)
    def asked(of: Asked) -> Found:
        return kept(of, stamp_of(of))

    return asked
