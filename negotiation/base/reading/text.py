"""Read the text of a regular file in UTF-8, up to a limit."""

from __future__ import annotations

import stat
from contextlib import suppress
from os import PathLike
from pathlib import Path

from negotiation.base.reading.numerics import NUMERICS
from negotiation.base.reading.record import note_read
from negotiation.errors import InvalidFile, SizeLimit, shown


def file_text(path: Path | str | PathLike[str], most_bytes: int = NUMERICS.most_bytes) -> str:
    """Return the text of a regular UTF-8 file of at most `most_bytes` bytes, without a byte order mark.

    Examples
    --------
    >>> file_text("no-such-file.toml")
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidFile: no-such-file.toml: cannot be read (No such file or directory); ...
    """
    content = file_bytes(path, most_bytes)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidFile(
            f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None


def file_bytes(path: Path | str | PathLike[str], most_bytes: int = NUMERICS.most_bytes) -> bytes:
    """Return the bytes of a regular file, or raise if there are more than `most_bytes`."""
    path = Path(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidFile(
                f"{path}: cannot be read (it is not a regular file); check the path, or save the text in a "
                "file"
            )
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidFile):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidFile(f"{path}: cannot be read ({reason}); check the path and its permissions") from None
    if len(content) > most_bytes:
        raise SizeLimit(f"{path} has more than {most_bytes:,} bytes, the most that are read; split the file")
    note_read(path, content)
    return content


def is_file(path: Path | str | PathLike[str]) -> bool:
    r"""Return whether there is a file at a path; False if the path is not a possible name.

    Examples
    --------
    >>> is_file("x" * 5000), is_file("a\\x00b")
    (False, False)
    """
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path | str | PathLike[str]) -> bool:
    r"""Return whether there is a folder at a path; False if the path is not a possible name.

    Examples
    --------
    >>> is_folder("."), is_folder("x" * 5000), is_folder("a\x00b")
    (True, False, False)
    """
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def expect_a_place(path: Path | str | PathLike[str], what: str) -> None:
    """Raise if no file can be at a path, for example since its name is too long. None needs to exist yet."""
    try:
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            Path(path).stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidFile(
            f"{shown(str(path))}: cannot be the place of {what} ({reason}); choose another name, such as a "
            "shorter one"
        ) from None
