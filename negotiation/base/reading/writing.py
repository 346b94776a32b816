"""Safe reading and writing in folders that may come from somebody else.

Reading a pipe may wait for ever, a device may have no end, and writing through a symbolic link changes the
file to which it leads. So a file that is read, or written in place next to a store, must be a regular file. A
file that is written and then moved into place is always new, and has a random name at which nobody can have
put a link.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

from negotiation.errors import CannotWrite, InvalidFile

KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

# Age in seconds from which an unfinished, unlocked file counts as left by a killed process.
LEFT = 1.0


def expect_a_file(path: Path, what: str, *, its_own: bool = False) -> None:
    """Raise if a path exists but is no regular file; with `its_own`, also if it is a symbolic link."""
    try:
        mode = (path.lstat() if its_own else path.stat()).st_mode
    except OSError:  # nothing is there, or whoever opens it says why not
        return
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in KINDS if is_kind(mode)), "something else")
        raise InvalidFile(f"{path}: this is {kind}, but {what} must be a regular file; move it away")


def not_through_a_link(path: str, flags: int) -> int:
    """Open a file for `open` without following links or waiting for pipes, if the system supports it."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)


def part_of(target: Path) -> Path:
    """Return a new path next to the target, for a file that is moved to the target when it is complete.

    Unfinished files that killed processes left there are removed.
    """
    for left in target.parent.glob(f".{escape(target.name)}.*.part*"):
        # The lock of a process ends with it, however that ends.
        with suppress(OSError), open(left, "rb", opener=not_through_a_link) as file:
            if left.lstat().st_mtime < time.time() - LEFT and locked(file):
                left.unlink()
    return target.with_name(f".{target.name}.{token_hex(8)}.part")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Yield the path of a new file next to the target, which is moved to the target after the block.

    If the block fails, or the process or the machine stops, the target is either unchanged or complete. An
    `OSError` becomes `CannotWrite`.
    """
    part = held = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target)
        part.touch(exist_ok=False)  # fails if it is there, also as a link
        held = part.open("rb")
        locked(held)
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except CannotWrite:
        raise
    except OSError as error:
        raise cannot_write(target, error) from None
    finally:
        if held is not None:
            held.close()
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def locked(file: IO[Any], *, shared: bool = False) -> bool:
    """Lock an open file until it is closed or its process ends. Return False if another holds the lock."""
    try:
        import fcntl
    except ImportError:  # not POSIX: a file that is open cannot be removed there
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    """Return the error for a file or folder that cannot be written."""
    return CannotWrite(
        f"{path}: cannot be written ({error.strerror or error}); free the place or choose another folder. "
        "What was written before is kept"
    )
