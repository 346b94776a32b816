"""What is no store is refused, and what it holds is never run."""

import duckdb
import measures
import pytest

from negotiation.errors import CannotWrite, DamagedStore, NegotiationError
from negotiation.lab import run, stored
from negotiation.lab.storing.opening import open_store

STRANGE = {
    "view for a table": (["DROP TABLE batches", "CREATE VIEW batches AS SELECT 1"], "view main.batches"),
    "macro for a function": (["CREATE MACRO count(x) AS 42"], "function main.count"),
    "macro for tables": (["CREATE MACRO duckdb_tables() AS TABLE SELECT 1 AS a"], "main.duckdb_tables"),
    "another column": (["ALTER TABLE runs ADD COLUMN more INTEGER"], "its table runs"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("how", STRANGE)
def test_a_store_holds_the_tables_of_a_store_and_nothing_else(path, how):
    statements, words = STRANGE[how]
    for statement in statements:
        measures.edited(path, statement)
    content = path.read_bytes()
    for attempt in (lambda: run(measures.numbers(9), store=path), lambda: stored("numbers", path)):
        with pytest.raises(DamagedStore, match=words):
            attempt()
    assert path.read_bytes() == content


def test_a_store_from_somebody_else_reads_no_file_of_the_machine(path, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("text\nhidden\n")
    measures.edited(path, "ALTER TABLE cells RENAME TO old")
    measures.edited(
        path,
        f"CREATE VIEW cells AS SELECT old.* EXCLUDE error, text AS error FROM old, read_csv('{secret}')",  # noqa: S608
    )
    with pytest.raises(DamagedStore) as caught:
        stored("numbers", path)
    assert "hidden" not in str(caught.value)


@pytest.mark.long
@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM read_text('{here}')", "ATTACH '{here}.other'", "SET enable_external_access = true"],
)
def test_a_connection_touches_nothing_but_the_store(path, statement):
    with open_store(path) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(here=path))
    assert sorted(path.parent.glob(f"{path.name}.*")) == [path.with_name(path.name + ".lock")]


def test_a_log_without_its_store_is_not_written_into_a_new_one(tmp_path):
    log = tmp_path / "numbers.duckdb.wal"
    log.write_bytes(b"of another store")
    with pytest.raises(CannotWrite, match=r"numbers\.duckdb\.wal exists.*move the log away"):
        run(measures.numbers(4), store=tmp_path)
    assert log.read_bytes() == b"of another store"
    log.unlink()
    assert run(measures.numbers(4), store=tmp_path).status == "complete"


def test_a_store_that_does_not_say_of_which_experiment_it_is_is_nobodys(path):
    measures.edited(path, "DELETE FROM meta WHERE name = 'experiment'")
    for read in (lambda: stored("numbers", path), lambda: run(measures.numbers(4), store=path)):
        with pytest.raises(NegotiationError, match="of the experiment None, not 'numbers'"):
            read()
