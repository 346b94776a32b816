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
from negotiation.lab.storing import opening
from negotiation.lab.storing.opening import log_of, make_store, open_store


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
    "more tables": (["CREATE TABLE more (a INTEGER)"], "table main.more"),
    "another schema": (["CREATE SCHEMA elsewhere"], "schema elsewhere"),
    "another column": (["ALTER TABLE runs ADD COLUMN more INTEGER"], "its table runs"),
    "default": (["ALTER TABLE runs ALTER COLUMN ended SET DEFAULT 'now'"], "its table runs"),
    "fewer tables": (["DROP TABLE batches"], "lacks the table batches"),
    "index": (["CREATE INDEX quick ON runs (started)"], "index main.quick"),
    "sequence": (["CREATE SEQUENCE numbers"], "sequence main.numbers"),
    "type": (["CREATE TYPE mood AS ENUM ('sad', 'ok')"], "type main.mood"),
    "schema of DuckDB's name": (["CREATE SCHEMA \"system\""], "system"),
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


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('{here}')",
        "COPY (SELECT 1) TO '{here}.copy'",
        "ATTACH '{here}.other'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_a_connection_touches_nothing_but_the_store(path, statement):
    with open_store(path) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(here=path))
    assert sorted(path.parent.glob(f"{path.name}.*")) == [path.with_name(path.name + ".lock")]


FIRST_FORMAT = """
CREATE TABLE meta (name VARCHAR, value VARCHAR);
CREATE TABLE contexts (context VARCHAR, hashes VARCHAR, first_run INTEGER, stale BOOLEAN);
CREATE TABLE runs (run INTEGER, started VARCHAR, ended VARCHAR, status VARCHAR, provenance VARCHAR);
CREATE TABLE batches (run INTEGER, batch INTEGER, cells INTEGER, seconds DOUBLE, committed VARCHAR);
CREATE TABLE cells (
    cell_id VARCHAR, context VARCHAR, run INTEGER, batch INTEGER, status VARCHAR,
    cell VARCHAR, replication INTEGER, measures VARCHAR, error VARCHAR, seconds DOUBLE
);
CREATE VIEW results AS SELECT cells.*, contexts.stale FROM cells JOIN contexts USING (context);
INSERT INTO meta VALUES ('format', '1'), ('experiment', 'numbers');
"""
"""A store as the first version of the lab made it."""


def test_a_store_of_the_first_format_is_refused_with_what_to_do_and_left_alone(tmp_path):
    path = tmp_path / "numbers.duckdb"
    edited(path, FIRST_FORMAT)
    content = path.read_bytes()
    for attempt in (lambda: run(measures.numbers(4), store=path), lambda: stored("numbers", path)):
        with pytest.raises(DamagedStore) as caught:
            attempt()
        said = str(caught.value)
        assert "its format is '1', not '3'" in said
        assert "another version of the package wrote it" in said
        assert "left as it is; move it away to begin anew, or use another store" in said
    assert path.read_bytes() == content
    path.rename(tmp_path / "old.duckdb")
    assert run(measures.numbers(4), store=path).computed == 4


@pytest.mark.parametrize(
    "meta",
    [
        "CREATE VIEW meta AS SELECT 'format' AS name, 42 // 0 AS value",
        "CREATE TABLE meta (format VARCHAR)",
        "CREATE TABLE other (name VARCHAR)",
    ],
)
def test_what_only_looks_like_an_older_store_is_not_asked_for_its_format(meta, tmp_path):
    path = tmp_path / "numbers.duckdb"
    edited(path, meta)
    with pytest.raises(DamagedStore, match=r"which no store has|it lacks|is not that of a store"):
        stored("numbers", path)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO cells SELECT * FROM cells LIMIT 1",
        "INSERT INTO meta VALUES ('format', '4')",
        "UPDATE cells SET cell = NULL",
        "INSERT INTO contexts SELECT * FROM contexts",
        "INSERT INTO runs SELECT * FROM runs",
    ],
)
def test_a_store_takes_no_row_twice_and_no_cell_without_content(path, statement):
    with duckdb.connect(str(path)) as connection, pytest.raises(duckdb.ConstraintException):
        connection.execute(statement)


def test_a_log_without_its_store_is_not_written_into_a_new_one(tmp_path):
    log = tmp_path / "numbers.duckdb.wal"
    log.write_bytes(b"of another store")
    with pytest.raises(CannotWrite, match=r"numbers\.duckdb\.wal is.*move the log away"):
        run(measures.numbers(4), store=tmp_path)
    assert log.read_bytes() == b"of another store"
    log.unlink()
    assert run(measures.numbers(4), store=tmp_path).status == "complete"


def test_a_store_that_could_not_be_made_whole_is_not_made(tmp_path, monkeypatch):
    connect = duckdb.connect

    class Stubborn:
        """A connection whose checkpoint fails, as on a full disk."""

        def __init__(self, part, config):
            self.real = connect(part, config=config)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.real.close()

        def execute(self, statement, *values):
            if statement == "CHECKPOINT":
                raise duckdb.IOException("no space left on device")
            return self.real.execute(statement, *values)

    with monkeypatch.context() as patched:
        patched.setattr(opening.duckdb, "connect", Stubborn)
        with pytest.raises(CannotWrite, match="the disk has room"):
            make_store(tmp_path / "numbers.duckdb", "numbers")
    assert not list(tmp_path.iterdir())
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


def test_what_was_checkpointed_outlives_its_log(path):
    # A run is cut off after it has committed more: the rows since are in the log alone.
    code = (
        "import os, sys, duckdb\n"
        "from negotiation.lab.storing.schema import CLOSED\n"
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


def test_a_store_beside_which_a_log_remains_is_not_made(tmp_path, monkeypatch):
    connect, path = duckdb.connect, tmp_path / "numbers.duckdb"

    class Late:
        """A connection that leaves a log when it is closed, as where there was no room to fold it in."""

        def __init__(self, part, config):
            self.part, self.real = part, connect(part, config=config)

        def __enter__(self):
            return self.real

        def __exit__(self, *error):
            self.real.close()
            with open(f"{self.part}.wal", "w") as log:  # noqa: PTH123
                log.write("rest")

    with monkeypatch.context() as patched:
        patched.setattr(opening.duckdb, "connect", Late)
        with pytest.raises(
            CannotWrite, match=r"log of writes remains beside it, \.numbers\.duckdb\.\w+\.part\.wal"
        ):
            make_store(path, "numbers")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", ["of another experiment", "cannot be read"])
def test_a_store_that_is_refused_is_let_go_at_once(path, how, monkeypatch):
    def unreadable(_):
        raise duckdb.IOException("a block is damaged")

    with monkeypatch.context() as patched:
        if how == "cannot be read":
            patched.setattr(opening, "strange_content", unreadable)
        with pytest.raises(DamagedStore) as caught:
            open_store(path, "others")
    # The error is still at hand, and all that it was raised from.
    edited(path, "INSERT INTO meta VALUES ('a', 'b')")
    assert str(caught.value).startswith(f"{path}: this store cannot be used: ")
