"""The tables of a store, and the check that a file has these and nothing else.

A database may hold more than tables: a view or a macro in the place of a table or of a function would run
somebody else's SQL when the store is read. So a store is opened without leave to touch any other file, and
before it is asked for anything, its catalogue has to be that of an empty store, word for word. The questions
to the catalogue call nothing that a file could replace: what they give is compared in Python.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from negotiation.errors import shown

if TYPE_CHECKING:
    import duckdb

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

# What a database holds that is not DuckDB's own, by kind: schema, name, SQL.
CATALOGUE = {
    "table": "SELECT schema_name, table_name, sql FROM system.main.duckdb_tables() WHERE NOT internal",
    "view": "SELECT schema_name, view_name, sql FROM system.main.duckdb_views() WHERE NOT internal",
    "function": (
        "SELECT schema_name, function_name, NULL FROM system.main.duckdb_functions() WHERE NOT internal"
    ),
    "type": "SELECT schema_name, type_name, NULL FROM system.main.duckdb_types() WHERE NOT internal",
    "sequence": "SELECT schema_name, sequence_name, sql FROM system.main.duckdb_sequences()",
    "index": "SELECT schema_name, index_name, sql FROM system.main.duckdb_indexes()",
    "trigger": "SELECT schema_name, trigger_name, sql FROM system.main.duckdb_triggers()",
    "schema": "SELECT schema_name, schema_name, NULL FROM system.main.duckdb_schemas() WHERE NOT internal",
}

# Where every store says of which format it is.
META = ("table", "main", "meta")

# Kinds of which older versions of DuckDB know nothing: a file with one cannot be opened with these.
NEWER = ("trigger",)


def strange_content(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return what in a database is not as in an empty store, in words; None if nothing is."""
    # Compared as texts with those of a store that was made just now: no list of what is dangerous is needed.
    wanted, found = _of_an_empty_store(), _catalogue(connection)
    if found != wanted and META in found:  # a table, so that nothing is run that somebody else wrote
        other = other_format(connection)
        if other is not None:
            return other
    for kind, schema, name in sorted(found.keys() - wanted.keys()):
        return f"it holds the {kind} {schema}.{name}, which no store has"
    for kind, _, name in sorted(wanted.keys() - found.keys()):
        return f"it lacks the {kind} {name} of a store"
    for key, sql in sorted(wanted.items()):
        if found[key] != sql:
            return f"its table {key[2]} is not that of a store: {shown(found[key])} instead of {shown(sql)}"
    return None


def other_format(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return that a store is of another format, in words; None if it is of this one, or of none.

    Stores of another format are not carried over: their numbers are computed anew, under what they depend on
    now.
    """
    import duckdb

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
    import duckdb

    with duckdb.connect(config=CLOSED) as model:
        model.execute(SCHEMA)
        return _catalogue(model)


def _catalogue(connection: duckdb.DuckDBPyConnection) -> Catalogue:
    """Return the SQL of all that is in a database and not DuckDB's own, by kind, schema and name."""
    import duckdb

    found: Catalogue = {}
    for kind, query in CATALOGUE.items():
        try:
            rows = connection.execute(query).fetchall()
        except duckdb.CatalogException:
            if kind not in NEWER:
                raise
            continue
        found |= {
            (kind, schema, name): sql for schema, name, sql in rows if (kind, name) != ("schema", "main")
        }
    return found
