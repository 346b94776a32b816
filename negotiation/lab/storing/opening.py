"""Open the file of a store, only in this module: it is created whole, and trusted only after a full read.

Before it is used, the file must be a DuckDB file with the catalogue of an empty store, and its tables must be
readable to the last block (DuckDB has a checksum for each). A write-ahead log next to a store is part of it.
A log without its store, or one that remains when a store has just been made, belongs to something else or to
a full disk, and is never replayed into a new store.

A database may hold more than tables: a view or a macro in place of a table or a function would run somebody
else's SQL when the store is read. So the catalogue is compared with the catalogue of an empty store, word for
word, in Python, by queries that call nothing that a file could replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from negotiation.base.interrupts import stopped_by_ctrl_c
from negotiation.base.reading.writing import expect_a_file, part_of
from negotiation.errors import CannotWrite, DamagedStore, InvalidFile, StoreInUse, shown
from negotiation.lab.storing.entries import odd_entries

MAGIC, MAGIC_AT = b"DUCK", 8
CHECK = "SELECT count(*), sum(hash({table})) FROM {table}"  # reads every block of the table

LOG = "the log of writes of a store"


def log_of(path: Path) -> Path:
    """Return the path of DuckDB's write-ahead log of a file.

    Examples
    --------
    >>> log_of(Path("gain.duckdb")).name
    'gain.duckdb.wal'
    """
    return path.with_name(path.name + ".wal")


def open_store(path: Path, slug: str | None = None, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection to a store, after reading all of it; raise an error if it is not sound."""
    expect_a_file(path, "a store")
    expect_a_file(log_of(path), LOG, its_own=True)
    try:
        with path.open("rb") as file:
            begins = file.read(MAGIC_AT + len(MAGIC))
    except OSError as error:
        raise InvalidFile(
            f"{path}: the store cannot be read ({error.strerror or error}); check its permissions"
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
        raise CannotWrite(
            f"{path}: the store cannot be opened for writing ({first_line(error)}). Check its permissions, "
            "and run again"
        ) from None


def _checked(path: Path, slug: str | None) -> duckdb.DuckDBPyConnection:
    # Closed by hand and not left to the collector: an error, while somebody holds it, holds this frame.
    with ExitStack() as opened:
        try:
            with stopped_by_ctrl_c():
                connection = duckdb.connect(str(path), read_only=True, config=CLOSED)
                opened.callback(connection.close)
                fault = _fault(connection, slug)
        except duckdb.Error as error:
            fault = first_line(error)
            if isinstance(error, duckdb.IOException) and "Could not set lock" in str(error):
                raise StoreInUse(
                    f"{path}: another process has the store open ({fault}). Wait until it ends"
                ) from None
        if fault is not None:
            raise DamagedStore(damage(path, fault))
        opened.pop_all()
    return connection


def _fault(connection: duckdb.DuckDBPyConnection, slug: str | None) -> str | None:
    """Return why a database is not a sound store of this format and experiment; None if it is one."""
    # In this order: the catalogue first, by questions that nothing in the file can answer in its own way;
    # then what is in the tables, once it is known that they are tables; then every block of them; last the
    # texts, which need the blocks to be whole.
    strange = strange_content(connection) or other_format(connection)
    if strange is not None:
        return strange
    meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
    if "format" not in meta:
        return f"it does not say that its format is {FORMAT!r}"
    if slug is not None and meta.get("experiment") != slug:
        return f"it is the store of the experiment {meta.get('experiment')!r}, not {slug!r}"
    for table in TABLES:
        connection.execute(CHECK.format(table=table)).fetchall()
    return odd_entries(connection)


@contextmanager
def reading(path: Path, slug: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to a store that was read in full; an error in the block is damage too."""
    connection = open_store(path, slug)
    try:
        with stopped_by_ctrl_c():
            yield connection
    except duckdb.Error as error:
        raise DamagedStore(damage(path, first_line(error))) from None
    finally:
        connection.close()


def make_store(path: Path, slug: str) -> None:
    """Create an empty store, whole or not at all, even if the process is killed or the disk is full.

    Raise `CannotWrite` if the store cannot be created, or if a log of writes without its store is there.
    """
    expect_a_file(log_of(path), LOG, its_own=True)
    if log_of(path).exists():
        raise CannotWrite(
            f"{path}: the store is missing, but its log of writes {log_of(path).name} exists and would be "
            "written into a new store. Put the store back next to it, or move the log away"
        )
    # Until the move there is no store, and after it there is a whole one. A kill before it leaves the part,
    # and perhaps its log, under a name that no later run uses; `part_of` removes them later.
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(part), config=CLOSED) as connection:
            connection.execute(SCHEMA)
            connection.execute("INSERT INTO meta VALUES ('format', ?), ('experiment', ?)", [FORMAT, slug])
            connection.execute("CHECKPOINT")  # when it closes, DuckDB tries too, but tells nobody if it fails
        if log_of(part).exists():
            raise OSError(f"a log of writes remains next to it, {log_of(part).name}")
        part.replace(path)
    except (duckdb.Error, DamagedStore, OSError) as error:
        with suppress(OSError):
            log_of(part).unlink(missing_ok=True)
            part.unlink(missing_ok=True)
        raise CannotWrite(
            f"{path}: the store cannot be created ({first_line(error)}). Check that the folder can be "
            "written and that the disk has space, and run again"
        ) from None


def damage(path: Path, reason: str) -> str:
    """Return the message for a store that cannot be used, with what to do."""
    log = log_of(path)
    if not log.exists():
        return (
            f"{path}: this store cannot be used: {reason}. It was left as it is; move it away to start "
            "again, or use another store"
        )
    return (
        f"{path}: this store cannot be used with the log of writes beside it: {reason}. Both were left as "
        f"they are; move {log.name} away and try again: what was finished in the last seconds before the run "
        "was stopped may be lost with the log, and is computed again. If the store cannot be used then "
        "either, move it away to start again"
    )


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or the name of its type if the text is empty."""
    return (str(error).splitlines() or [type(error).__name__])[0]


FORMAT = "3"
TABLES = ("meta", "contexts", "reads", "runs", "batches", "cells")

SCHEMA = """
CREATE TABLE meta (name VARCHAR NOT NULL, value VARCHAR NOT NULL, UNIQUE (name));
CREATE TABLE contexts (
    context VARCHAR NOT NULL, base VARCHAR NOT NULL, hashes VARCHAR NOT NULL, first_run INTEGER NOT NULL,
    UNIQUE (context)
);
CREATE TABLE reads (
    context VARCHAR NOT NULL, path VARCHAR NOT NULL, hash VARCHAR NOT NULL, UNIQUE (context, path)
);
CREATE TABLE runs (
    run INTEGER NOT NULL, context VARCHAR NOT NULL, started VARCHAR NOT NULL, ended VARCHAR,
    status VARCHAR NOT NULL, provenance VARCHAR NOT NULL, UNIQUE (run)
);
CREATE TABLE batches (
    run INTEGER NOT NULL, batch INTEGER NOT NULL, cells INTEGER NOT NULL, seconds DOUBLE NOT NULL,
    committed VARCHAR NOT NULL
);
CREATE TABLE cells (
    cell_id VARCHAR NOT NULL, context VARCHAR NOT NULL, run INTEGER NOT NULL, batch INTEGER NOT NULL,
    place INTEGER NOT NULL, status VARCHAR NOT NULL, cell VARCHAR NOT NULL, replication INTEGER NOT NULL,
    measures VARCHAR, error VARCHAR, seconds DOUBLE NOT NULL, hash VARCHAR NOT NULL,
    UNIQUE (context, cell_id)
);
"""

# How every store is opened: nothing but its own file is read or written, and SQL cannot undo that.
#
# The thread that asks is enough for rows by the ten thousand, and a process that ends while a pool still
# starts others is aborted.
CLOSED: dict[str, Any] = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "lock_configuration": True,
    "threads": 1,
    "async_threads": 0,
}

# What a database holds that is not DuckDB's own: kind, schema, name, SQL.
CATALOGUE = """
SELECT 'table', schema_name, table_name, sql FROM system.main.duckdb_tables() WHERE NOT internal
UNION ALL SELECT 'view', schema_name, view_name, sql FROM system.main.duckdb_views() WHERE NOT internal
UNION ALL SELECT 'function', schema_name, function_name, NULL
    FROM system.main.duckdb_functions() WHERE NOT internal
UNION ALL SELECT 'type', schema_name, type_name, NULL FROM system.main.duckdb_types() WHERE NOT internal
UNION ALL SELECT 'sequence', schema_name, sequence_name, sql FROM system.main.duckdb_sequences()
UNION ALL SELECT 'index', schema_name, index_name, sql FROM system.main.duckdb_indexes()
UNION ALL SELECT 'trigger', schema_name, trigger_name, sql FROM system.main.duckdb_triggers()
UNION ALL SELECT 'schema', schema_name, schema_name, NULL
    FROM system.main.duckdb_schemas() WHERE NOT internal
"""

# Where every store says of which format it is.
META = ("table", "main", "meta")


def strange_content(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return a clause on how the catalogue of a database differs from a store's; None if it does not."""
    # Compared as texts with those of a store that was made just now: no list of what is dangerous is needed.
    wanted, catalogue = _of_an_empty_store(), _catalogue(connection)
    if catalogue != wanted and META in catalogue:  # a table, so that nothing is run that somebody else wrote
        other = other_format(connection)
        if other is not None:
            return other
    for kind, schema, name in sorted(catalogue.keys() - wanted.keys()):
        return f"it holds the {kind} {schema}.{name}, which no store has"
    for key, sql in sorted(wanted.items()):
        if key not in catalogue:
            return f"it lacks the {key[0]} {key[2]} of a store"
        if catalogue[key] != sql:
            return f"its table {key[2]} is {shown(catalogue[key])}, but a store has {shown(sql)}"
    return None


def other_format(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return a clause on the format of a store if it is another; None if it is this one or not given.

    Stores of another format are not converted. Their numbers have to be computed again.
    """
    try:
        row = connection.execute("SELECT value FROM main.meta WHERE name = 'format'").fetchone()
    except duckdb.Error:  # a table of that name, but not with these columns
        return None
    if row is None or row[0] == FORMAT:
        return None
    return f"its format is {shown(str(row[0]))}, not {FORMAT!r}: another version of the package wrote it"


Catalogue = dict[tuple[str, str, str], str | None]


@lru_cache(maxsize=1)
def _of_an_empty_store() -> Catalogue:
    with duckdb.connect(config=CLOSED) as model:
        model.execute(SCHEMA)
        return _catalogue(model)


def _catalogue(connection: duckdb.DuckDBPyConnection) -> Catalogue:
    """Return the SQL of everything in a database that is not DuckDB's own, by kind, schema and name."""
    rows = connection.execute(CATALOGUE).fetchall()
    return {
        (kind, schema, name): sql for kind, schema, name, sql in rows if (kind, name) != ("schema", "main")
    }
