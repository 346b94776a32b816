"""Names of the records in a folder, and names given in a call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from negotiation.base.reading.record import note_listing
from negotiation.errors import InvalidOptions, UnknownName, shown

_NAME = re.compile(r"[a-z0-9-]+")


def names_in(folder: Path, suffix: str = ".toml") -> tuple[str, ...]:
    """Return the names of the files of a folder, sorted, without their suffix.

    A file whose name is not made of lower-case letters, digits and hyphens is left out.

    Examples
    --------
    >>> names_in(Path("no-such-folder"))
    ()
    """
    note_listing(folder)
    paths = sorted(folder.glob(f"*{suffix}"))
    return tuple(path.stem for path in paths if _NAME.fullmatch(path.stem))


def names_given(given: Iterable[str] | None, what: str = "names") -> tuple[str, ...] | None:
    """Return the names given, one text or several, as a tuple; None if none were given.

    `what` is what the message of an error calls them.

    Examples
    --------
    >>> names_given("tariff"), names_given(["tariff", "visa"]), names_given(None)
    (('tariff',), ('tariff', 'visa'), None)
    """
    if given is not None and not isinstance(given, Iterable):
        raise InvalidOptions(f"{what} must be one text or several; got {shown(given)}")
    return (given,) if isinstance(given, str) else None if given is None else tuple(given)


def path_of(folder: Path, name: str, unknown: type[UnknownName], suffix: str = ".toml") -> Path:
    """Return the path of the file with a name in a folder; raise `unknown` if the folder has none.

    A name that leads out of the folder counts as unknown.

    Examples
    --------
    >>> path_of(Path("records"), "../secrets", UnknownName)
    Traceback (most recent call last):
    ...
    negotiation.errors.UnknownName: no name '../secrets'. Known: none.
    """
    known = names_in(folder, suffix)
    path = folder / f"{name}{suffix}"
    if name not in known or path.resolve().parent != folder.resolve():
        raise unknown(name, known)
    return path
