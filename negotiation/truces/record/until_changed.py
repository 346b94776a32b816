"""Caches of what is read from a dispute's folder, which are valid until its files change.

A user's folder may be edited between two calls of one session, and the next call must use the current
content. The folders of the package do not change while a process runs and are not checked again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar, TypeVarTuple

from negotiation.disputes import Scenario
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.truces.numerics import NUMERICS

Given = TypeVarTuple("Given")
Source = TypeVar("Source")
Read = TypeVar("Read")
Stamp: TypeAlias = tuple[Any, ...]
# Folders of a dispute that are read when they are needed; the others are read with the scenario.
READ = ("record", "agreements")

# Answers that are kept of a function of a scenario but for its parameters: some days of some disputes.
DAYS_KEPT = 64


def file_stamp(path: Path) -> Stamp:
    """Return a stamp that changes when a file is rewritten; empty for missing files and the package's own."""
    return () if SCENARIOS in path.parents else _stamp(path)


def _stamp(file: Path | os.DirEntry[str]) -> Stamp:
    try:
        status = file.stat()
    except OSError:  # the reader reports it
        return ()
    # A file may be rewritten with the same size and time of writing, but then its time of change differs.
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def folder_stamp(scenario: Scenario) -> Stamp:
    """Return a stamp that changes when a file of a dispute's record or agreements changes.

    It is empty for disputes of the package and for those without a folder.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> folder_stamp(load_scenario("us-china-2025"))
    ()
    """
    if scenario.folder is None or scenario.folder.parent == SCENARIOS:
        return ()
    stamps: list[Stamp] = []
    for name in READ:
        with suppress(OSError), os.scandir(scenario.folder / name) as there:
            stamps += [(f"{name}/{entry.name}", *_stamp(entry)) for entry in there]
    return tuple(sorted(stamps))


@dataclass(frozen=True)
class _Key(Generic[Source]):
    """The key of a cached answer, equal for sources with the same parts."""

    parts: Stamp
    # Held, so that the identities among the parts stay its own.
    source: Source = field(compare=False)


def _kept_by(
    function: Callable[[Source, *Given], Read], parts_of: Callable[[Source], Stamp], most: int
) -> Callable[[Source, *Given], Read]:
    """Return a function that is called again only if the parts of its source changed."""

    @lru_cache(maxsize=most)
    def kept(key: _Key[Source], given: tuple[*Given]) -> Read:
        """Call the function once for each state of the source."""
        return function(key.source, *given)

    @wraps(function)
    def known(source: Source, /, *given: *Given) -> Read:
        """Return the cached result while the parts of the source are the same."""
        return kept(_Key(parts_of(source), source), given)

    return known


def kept_until_changed(read: Callable[[Path, *Given], Read]) -> Callable[[Path, *Given], Read]:
    """Cache what a function reads from a file until the file changes."""
    return _kept_by(read, lambda path: (path, file_stamp(path)), NUMERICS.files_kept)


def kept_until_record_changes(
    function: Callable[[Scenario, *Given], Read],
) -> Callable[[Scenario, *Given], Read]:
    """Cache what a function reads from a dispute's record until a file of record or agreements changes."""
    return _kept_by(function, lambda world: (world, folder_stamp(world)), NUMERICS.records_kept)


# The fields of a scenario that hold values of parameters, and which of them were set.
OF_PARAMETERS = ("parameters", "set_by_hand")


def but_for_parameters(function: Callable[[Scenario, *Given], Read]) -> Callable[[Scenario, *Given], Read]:
    """Cache a function of a scenario whose result does not depend on the values of parameters.

    Estimation and draws need the levels of one day at thousands of settings, each a separate scenario.
    """

    def parts_of(scenario: Scenario) -> Stamp:
        """Return the parts of a scenario that are not parameters."""
        names = [each.name for each in fields(scenario) if each.init and each.name not in OF_PARAMETERS]
        return *(id(getattr(scenario, name)) for name in names), folder_stamp(scenario)

    return _kept_by(function, parts_of, DAYS_KEPT)
