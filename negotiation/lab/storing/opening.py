"""A store's file is opened here and nowhere else: made whole, read in whole, and trusted only then.

Before anything is read the file has to look like DuckDB's, its catalogue like that of an empty store, and
its tables have to be readable to their last block (DuckDB has a checksum for each). A log of writes that lies
beside a store is part of it; one that lies there without its store, or remains when a store has just been
made, belongs to something else or to a disk that was full, and is never replayed into a new store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from negotiation.base.interrupts import stopped_by_ctrl_c
from negotiation.base.reading.writing import expect_a_file, part_of
from negotiation.errors import CannotWrite, DamagedStore, InvalidFile, StoreInUse
from negotiation.lab.storing.entries import odd_entries
from negotiation.lab.storing.schema import CLOSED, FORMAT, SCHEMA, TABLES, other_format, strange_content

MAGIC, MAGIC_AT = b"DUCK", 8
CHECK = "SELECT count(*), sum(hash({table})) FROM {table}"  # reads every block of the table

LOG = "the log of writes of a store"


def log_of(path: Path) -> Path:
    """Return where DuckDB keeps a file's log of writes.

    Examples
    --------
    >>> log_of(Path("gain.duckdb")).name
    'gain.duckdb.wal'
    """
    return path.with_name(path.name + ".wal")


def open_store(path: Path, slug: str | None = None, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection to a store that has been read in whole."""
    expect_a_file(path, "a store")
    expect_a_file(log_of(path), LOG, its_own=True)
    try:
        with path.open("rb") as file:
            begins = file.read(MAGIC_AT + len(MAGIC))
    except OSError as error:
        raise InvalidFile(
            f"{path}: cannot be read ({error.strerror or error}); check its permissions"
        ) from None
    if begins[MAGIC_AT:] != MAGIC:
        raise DamagedStore(damage(path, "it is not a DuckDB file"))
    # Read first without leave to write: what is refused is left as it was, its log included.
    connection = _checked(path, slug)
    if read_only:
        return connection
    # The lock beside the store keeps other runs of this package away meanwhile. A log of writes that a kill
    # left was replayed in memory just now, and is folded into the file by this connection.
    connection.close()
    try:
        return duckdb.connect(str(path), config=CLOSED)
    except duckdb.Error as error:
        raise CannotWrite(f"{path}: the store cannot be opened ({first_line(error)})") from None


def _checked(path: Path, slug: str | None) -> duckdb.DuckDBPyConnection:
    connection = None
    try:
        with stopped_by_ctrl_c():
            connection = duckdb.connect(str(path), read_only=True, config=CLOSED)
            # In this order: the catalogue first, by questions that nothing in the file can answer in its own
            # way; then what is in the tables, once it is known that they are tables; then every block of
            # them; last the texts, which need the blocks to be whole.
            strange = strange_content(connection)
            if strange is None:
                strange = _wrong_store(connection, slug)
                for table in TABLES:
                    connection.execute(CHECK.format(table=table)).fetchall()
                strange = strange or odd_entries(connection)
    except duckdb.Error as error:
        # Closed by hand and not left to the collector: the error, while somebody holds it, holds this frame.
        if connection is not None:
            connection.close()
        if isinstance(error, duckdb.IOException) and "Could not set lock" in str(error):
            raise StoreInUse(f"{path}: another process has it open ({first_line(error)})") from None
        raise DamagedStore(damage(path, first_line(error))) from None
    if strange is not None:
        connection.close()
        raise DamagedStore(damage(path, strange))
    return connection


def _wrong_store(connection: duckdb.DuckDBPyConnection, slug: str | None) -> str | None:
    """Return why a store is not of this layout and experiment, in words; None if it is."""
    other = other_format(connection)
    if other is not None:
        return other
    meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
    if "format" not in meta:
        return f"it does not say that its format is {FORMAT!r}"
    if slug is not None and meta.get("experiment") != slug:
        return f"it is of the experiment {meta.get('experiment')!r}, not {slug!r}"
    return None


@contextmanager
def reading(path: Path, slug: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that reads a store which was read in whole; what fails later is damage too."""
    connection = open_store(path, slug)
    try:
        with stopped_by_ctrl_c():
            yield connection
    except duckdb.Error as error:
        raise DamagedStore(damage(path, first_line(error))) from None
    finally:
        connection.close()


def make_store(path: Path, slug: str) -> None:
    """Make an empty store, whole or not at all: a process may be killed, or a disk full, at any moment."""
    expect_a_file(log_of(path), LOG, its_own=True)
    if log_of(path).exists():
        raise CannotWrite(
            f"{path}: the store is not there, but its log of writes {log_of(path).name} is, which would be "
            "written into a new one; put the store back beside it, or move the log away"
        )
    # Until the move there is no store, and after it there is a whole one. A kill before it leaves the part,
    # and perhaps its log, under a name that no later run uses; `part_of` removes them after a day.
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(part), config=CLOSED) as connection:
            connection.execute(SCHEMA)
            connection.execute("INSERT INTO meta VALUES ('format', ?), ('experiment', ?)", [FORMAT, slug])
            connection.execute("CHECKPOINT")  # when it closes, DuckDB tries too, but tells nobody if it fails
        if log_of(part).exists():
            raise OSError(f"a log of writes remains beside it, {log_of(part).name}")
        part.replace(path)
    except (duckdb.Error, DamagedStore, OSError) as error:
        with suppress(OSError):
            _remove(part)
        raise CannotWrite(
            f"{path}: the store cannot be made ({first_line(error)}); see that the folder can be written and "
            "the disk has room, and run again"
        ) from None


def _remove(part: Path) -> None:
    log_of(part).unlink(missing_ok=True)
    part.unlink(missing_ok=True)


def damage(path: Path, reason: str) -> str:
    """Return what is said of a store that cannot be used, and what to do."""
    log = log_of(path)
    if not log.exists():
        return (
            f"{path}: this store cannot be used: {reason}. It was left as it is; move it away to begin anew, "
            "or use another store"
        )
    return (
        f"{path}: this store cannot be used with the log of writes beside it: {reason}. Both were left as "
        f"they are; move {log.name} away and try again: what was finished in the last seconds before the run "
        "was stopped may be lost with the log, and is computed again. If the store cannot be used then "
        "either, move it away to begin anew"
    )


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text."""
    return (str(error).splitlines() or [type(error).__name__])[0]
