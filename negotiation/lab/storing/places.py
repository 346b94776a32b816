"""What may lie where a file is read or written: a folder of results may come from somebody else.

A pipe would be waited for without end, a device may have no end, and what is written through a symbolic link
lands in the file that it names. So what is read has to be a regular file; what is kept beside a store and
written in place has to be one of its own; and what is written beside its place is always a new file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from negotiation.errors import CannotWrite, InvalidFile

KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def expect_a_file(path: Path, what: str, *, its_own: bool = False) -> None:
    """Refuse what is there and is no regular file; nothing need be there."""
    try:
        mode = (path.lstat() if its_own else path.stat()).st_mode
    except OSError:  # nothing is there, or whoever opens it says why not
        return
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in KINDS if is_kind(mode)), "something else")
        raise InvalidFile(f"{path}: this is {kind}, and {what} is a regular file; move it away")


def new_part(target: Path) -> Path:
    """Return a new, empty file beside a target, to be written and then moved there.

    What was left in its place is removed, never written into: it may be a link to another file.
    """
    part = part_of(target)
    if part.is_dir() and not part.is_symlink():
        raise CannotWrite(
            f"{part}: this is a folder, where {target.name} is written before it is moved to its place; move "
            "it away and try again"
        )
    part.unlink(missing_ok=True)
    part.touch(exist_ok=False)
    return part


def part_of(target: Path) -> Path:
    """Return where a file is written before it is moved to its place.

    Examples
    --------
    >>> part_of(Path("gain.csv")).name
    '.gain.csv.part'
    """
    return target.with_name(f".{target.name}.part")


def not_through_a_link(path: str, flags: int) -> int:
    """Open a file for `open`, but follow no link and wait for no pipe, where the system can be told so."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)
