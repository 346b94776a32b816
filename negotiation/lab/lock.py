"""One writer for a store: a lock file that the operating system lets go of when its holder dies.

The lock is on the open file (flock), not on its existence, so the lock of a process that was killed is
gone with it and nothing has to be cleaned up. The file says who holds it, for people.
"""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path
from typing import IO

from negotiation.errors import CannotWrite, StoreInUse
from negotiation.lab.provenance import now

POLL = 0.1


class StoreLock:
    """A lock beside a store.

    Parameters
    ----------
    store : Path
        The store; the lock is `<store>.lock`.
    wait : float, optional
        Seconds to wait for another holder; 0 refuses at once.

    Raises
    ------
    StoreInUse
        On entering, if another process holds the lock and does not let go in time.
    CannotWrite
        On entering, if the lock file cannot be made.
    """

    def __init__(self, store: Path, wait: float = 0.0) -> None:
        self.store = store
        self.path = store.with_name(store.name + ".lock")
        self.wait = wait
        self._file: IO[str] | None = None

    def __enter__(self) -> StoreLock:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise CannotWrite(
                f"{self.path}: cannot be written ({error.strerror}); choose another folder"
            ) from None
        until = time.monotonic() + self.wait
        while not _taken(self._file):
            if time.monotonic() >= until:
                self._file.close()
                raise StoreInUse(self._refusal())
            time.sleep(POLL)
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), "host": platform.node(), "since": now()}))
        self._file.flush()
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            # Emptied, not deleted: who waits has the file open, and a new one would be another lock.
            self._file.seek(0)
            self._file.truncate()
            self._file.close()

    def _refusal(self) -> str:
        try:
            holder = json.loads(self.path.read_text(encoding="utf-8"))
            who = f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
        except (OSError, ValueError, KeyError):
            who = "another process"
        return (
            f"{self.store}: {who}, is writing this store; wait for it (`wait=` seconds, or --wait), stop it, "
            "or use another store"
        )


def _taken(file: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # not POSIX: DuckDB's own lock on its file has to do
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
