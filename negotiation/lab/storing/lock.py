"""One writer or many readers for a store: a lock file that the system releases when its holder dies.

The lock is on the open file (flock), not on its existence, so the lock of a killed process is released and
nothing has to be cleaned up. The file names its holder for messages. Readers share the lock while they read,
and write nothing. A writer waits up to ten seconds for them, or longer with a longer `wait`.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from negotiation.base.reading.writing import expect_a_file, locked, not_through_a_link
from negotiation.errors import CannotWrite, StoreInUse
from negotiation.lab.provenance import now

POLL = 0.1
# Seconds that a writer waits for readers at least.
READERS = 10.0

# Bytes that are read of what a lock says of its holder: a name of a machine and two hashes have a tenth.
LONGEST_NOTE = 4096

LOCK = "the lock of a store"


class StoreLock:
    """Lock file next to a store. As a context manager, it makes this process the only writer."""

    def __init__(self, store: Path, wait: float = 0.0) -> None:
        self.store = store
        self.path = store.with_name(store.name + ".lock")
        self.wait = wait
        self._file: IO[str] | None = None

    def __enter__(self) -> StoreLock:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            expect_a_file(self.path, LOCK, its_own=True)
            self._file = _opened(self.path, "a+")
        except OSError as error:
            raise CannotWrite(
                f"{self.path}: the lock of the store cannot be written ({error.strerror}); choose another "
                "folder"
            ) from None
        # Who holds it may be a writer, which takes as long as its run, or readers, each for less than a
        # second. It is asked each time: a writer may follow on readers, and then no more than `wait` is
        # waited.
        began = time.monotonic()
        while not locked(self._file):
            patience = max(self.wait, READERS) if _is_only_read(self._file) else self.wait
            if time.monotonic() - began >= patience:
                self._file.close()
                raise StoreInUse(self.refusal())
            time.sleep(POLL)
        # From here on readers find the lock taken and nothing said of snapshots: they wait for `tell`.
        self._note: dict[str, Any] = {"pid": os.getpid(), "host": platform.node(), "since": now()}
        self._write()
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            # Emptied, not deleted: who waits has the file open, and a new one would be another lock.
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), 0)
            self._file.close()

    def tell(self, snapshot: str | None) -> None:
        """Announce by hash the snapshots that readers may trust: this one and the one that it replaces."""
        # Two, since a snapshot is vouched for before it takes its place: until then, and where a kill comes
        # in between, the one before it lies there.
        before = self._note.get("snapshots", [])
        self._note["snapshots"] = [*before[-1:], *([snapshot] if snapshot else [])]
        self._write()

    def _write(self) -> None:
        """Write the holder into the lock file. On a full disk nothing is written; the lock still holds."""
        if self._file is None:
            return
        # A kill between the two leaves an empty note, which says nothing and vouches for nothing.
        content = json.dumps(self._note).encode()
        with suppress(OSError):
            os.ftruncate(self._file.fileno(), 0)
            os.write(self._file.fileno(), content)

    def refusal(self) -> str:
        """Return the message for a process that does not get the lock."""
        match _said(self.path):
            case {"pid": int(process), "host": str(host), "since": str(since)}:
                who = f"process {process} on {host} (since {since})"
            case _:
                who = "another process"
        return (
            f"{self.store}: {who} is writing this store; wait for it (`wait=` seconds, or --wait), stop it, "
            "or use another store"
        )


def told_snapshots(store: Path) -> list[str] | None:
    """Return the hashes of the snapshots that the holder of a store's lock vouches for.

    The list is empty if there is no snapshot yet. Return None if the lock says nothing of snapshots: nobody
    holds it, or its holder has just begun or is writing.
    """
    hashes = _said(StoreLock(store).path).get("snapshots")
    return [each for each in hashes if isinstance(each, str)] if isinstance(hashes, list) else None


@contextmanager
def read_lock(store: Path) -> Iterator[None]:
    """Keep writers away in the block, without writing; raise `StoreInUse` if one holds the lock."""
    lock = StoreLock(store)
    expect_a_file(lock.path, LOCK, its_own=True)
    try:
        file = _opened(lock.path, "r")
    except OSError:  # copied from elsewhere without its lock, perhaps to where nothing can be written
        yield
        return
    with file:
        if not locked(file, shared=True):
            raise StoreInUse(lock.refusal())
        yield


def _opened(path: Path, mode: str) -> IO[str]:
    return open(path, mode, encoding="utf-8", opener=not_through_a_link)


def _said(path: Path) -> dict[str, object]:
    """Return the entries of a lock file by name; empty if it cannot be read or no run wrote it."""
    try:
        with open(path, "rb", opener=not_through_a_link) as file:
            note = json.loads(file.read(LONGEST_NOTE))
    except (OSError, ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _is_only_read(file: IO[str]) -> bool:
    """Return whether all holders of a busy lock are readers, without keeping the lock."""
    # A shared lock can be had beside other shared ones alone. It is let go at once: kept, it would keep away
    # another writer that tries in the same way.
    if not locked(file, shared=True):
        return False
    import fcntl

    fcntl.flock(file, fcntl.LOCK_UN)
    return True
