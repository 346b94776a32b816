"""What is no store is refused, and what it holds is never run; a store is made whole or not at all."""

import os
import resource
import subprocess
import sys

import duckdb
import measures
import pytest

from negotiation.errors import CannotWrite, DamagedStore, NegotiationError
from negotiation.lab import run, stored
from negotiation.lab.storing.opening import log_of, open_store


@pytest.fixture
def path(tmp_path):
    """Give the path of a store of four cells."""
    run(measures.numbers(4), store=tmp_path)
    return tmp_path / "numbers.duckdb"


def edited(path, *statements):
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


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
    edited(path, *statements)
    content = path.read_bytes()
    for attempt in (lambda: run(measures.numbers(9), store=path), lambda: stored("numbers", path)):
        with pytest.raises(DamagedStore, match=words):
            attempt()
    assert path.read_bytes() == content


def test_a_store_from_somebody_else_reads_no_file_of_the_machine(path, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("text\nhidden\n")
    edited(
        path,
        "ALTER TABLE cells RENAME TO old",
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


SMALL_FILES = """
import resource, sys
import measures
from negotiation.errors import CannotWrite
from negotiation.lab import run
for size in sys.argv[2:]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.RLIM_INFINITY))
    try:
        run(measures.numbers(40), store=f"{sys.argv[1]}/{size}")
    except CannotWrite as error:
        print("told:", size, error)
"""


@pytest.mark.long
@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="the system cannot limit the size of files")
def test_a_disk_that_fills_while_a_store_is_made_breaks_nothing(tmp_path):
    sizes = ["2000", "14000", "100000"]
    paths = os.pathsep.join([os.path.dirname(measures.__file__), os.environ.get("PYTHONPATH", "")])  # noqa: PTH120
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, str(tmp_path), *sizes],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    told = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("told:")]
    assert (done.returncode, told) == (0, sizes), done.stderr
    for size in sizes:
        found = run(measures.numbers(40), store=tmp_path / size)
        assert found.column("square").tolist() == [x**2 for x in range(40)]


@pytest.mark.long
def test_what_was_checkpointed_outlives_its_log(path):
    # A run is cut off after it has committed more: the rows since are in the log alone.
    code = (
        "import os, sys, duckdb\n"
        "from negotiation.lab.storing.opening import CLOSED\n"
        "connection = duckdb.connect(sys.argv[1], config=CLOSED)\n"
        "for k in range(20):\n"
        "    connection.execute(\"INSERT INTO batches VALUES (9, ?, 1, 0.5, 'now')\", [k])\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    log = log_of(path)
    content = bytearray(log.read_bytes())
    content[content.rfind(b"now")] ^= 0xFF
    log.write_bytes(content)
    with pytest.raises(DamagedStore, match=r"move numbers\.duckdb\.wal away and try again"):
        stored("numbers", path)
    assert log.read_bytes() == content
    log.rename(path.with_name("aside"))
    assert len(stored("numbers", path).frame) == 4


def test_a_store_that_does_not_say_of_which_experiment_it_is_is_nobodys(path):
    edited(path, "DELETE FROM meta WHERE name = 'experiment'")
    for read in (lambda: stored("numbers", path), lambda: run(measures.numbers(4), store=path)):
        with pytest.raises(NegotiationError, match="of the experiment None, not 'numbers'"):
            read()
