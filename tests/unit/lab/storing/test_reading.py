"""What is read of a store, of a snapshot and of a lock, in each state that they can be in."""

import json
import os
import platform
import sys
import time
from contextlib import contextmanager
from hashlib import sha256
from types import SimpleNamespace

import duckdb
import measures
import pytest

from negotiation.base.labelled import Table
from negotiation.errors import CannotWrite, DamagedStore, InvalidFile, StoreInUse
from negotiation.lab import run, space
from negotiation.lab.frames import Frame
from negotiation.lab.storing import lock as locking
from negotiation.lab.storing import opening, schema
from negotiation.lab.storing import stored as reading
from negotiation.lab.storing.lock import StoreLock, read_lock, told_snapshots
from negotiation.lab.storing.opening import (
    damage,
    first_line,
    log_of,
    make_store,
    open_store,
    stopped_by_ctrl_c,
)
from negotiation.lab.storing.schema import CLOSED, other_format, strange_content
from negotiation.lab.storing.stored import Stored
from negotiation.lab.storing.stored import stored as read

# --- the lock ----------------------------------------------------------------------------------------------


def test_who_holds_a_lock_says_so_and_empties_it_when_it_is_let_go(tmp_path):
    store = tmp_path / "deep" / "s.duckdb"
    lock = StoreLock(store)
    lock.tell("b")  # nobody holds it yet: nothing is written
    assert not lock.path.exists()
    lock = StoreLock(store)
    assert (lock.store, lock.path, lock.wait) == (store, store.with_name("s.duckdb.lock"), 0.0)
    with lock:
        told = json.loads(lock.path.read_text())
        assert (told["pid"], told["host"]) == (os.getpid(), platform.node())
        assert told["since"].startswith("20")
        with pytest.raises(StoreInUse, match=f"process {os.getpid()} on {platform.node()}, since 20"):
            StoreLock(store).__enter__()
        lock.tell("a")
        assert json.loads(lock.path.read_text()) == {**told, "snapshots": ["a"]}
    assert lock.path.read_text() == ""
    lock.path.write_text('{"snapshots": "abc"}')
    assert told_snapshots(store) is None
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match=r"cannot be written \(.*\); choose another folder"):
        StoreLock(tmp_path / "file" / "s.duckdb").__enter__()


@pytest.fixture
def clock(monkeypatch):
    """Let time pass only where somebody sleeps; give the seconds that were slept."""
    slept = []
    fake = SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append, time=time.time)
    monkeypatch.setattr(locking, "time", fake)
    monkeypatch.setattr(reading, "time", fake)
    return slept


@pytest.mark.parametrize(("wait", "least", "most"), [(0.0, 0, 0), (2.0, 2.0, 2.2)])
def test_another_writer_is_waited_for_as_long_as_was_asked(tmp_path, clock, wait, least, most):
    store = tmp_path / "s.duckdb"
    with StoreLock(store), pytest.raises(StoreInUse):
        StoreLock(store, wait).__enter__()
    assert least <= round(sum(clock), 6) <= most
    assert set(clock) <= {0.1}


@pytest.mark.parametrize(("wait", "seconds"), [(0.0, 10.0), (12.0, 12.0)])
def test_readers_are_waited_for_ten_seconds_at_least(tmp_path, clock, wait, seconds):
    store = tmp_path / "s.duckdb"
    with StoreLock(store):
        pass
    with read_lock(store), read_lock(store), pytest.raises(StoreInUse, match="another process, is writing"):
        StoreLock(store, wait).__enter__()
    assert seconds <= round(sum(clock), 6) <= seconds + 0.2
    # The try left no trace: a reader may still come in, and then a writer.
    with read_lock(store):
        pass
    with StoreLock(store):
        pass


def test_a_reader_is_refused_while_somebody_writes_and_needs_no_lock_file(tmp_path):
    store = tmp_path / "s.duckdb"
    with read_lock(store):
        assert list(tmp_path.iterdir()) == []
    with StoreLock(store), pytest.raises(StoreInUse, match=f"s.duckdb: process {os.getpid()}"):
        read_lock(store).__enter__()
    with read_lock(store):
        pass


def test_where_the_system_has_no_such_locks_all_are_let_in(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    store = tmp_path / "s.duckdb"
    with StoreLock(store), StoreLock(store), read_lock(store):
        assert list(tmp_path.iterdir()) == [tmp_path / "s.duckdb.lock"]


# --- opening -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read_only", [True, False])
def test_a_store_is_opened_closed_to_all_else(tmp_path, read_only):
    path = tmp_path / "s.duckdb"
    make_store(path, "s")
    with open_store(path, "s", read_only=read_only) as connection:
        for name, value in CLOSED.items():
            if name != "async_threads":
                row = connection.execute("SELECT current_setting(?)", [name]).fetchone()
                assert row == (value,), name
        insert = "INSERT INTO meta VALUES ('a', 'b')"
        if read_only:
            with pytest.raises(duckdb.Error, match="read-only"):
                connection.execute(insert)
        else:
            connection.execute(insert)
    with open_store(path) as connection, pytest.raises(duckdb.Error, match="read-only"):  # if nothing is said
        connection.execute("INSERT INTO meta VALUES ('c', 'd')")


def test_a_store_is_of_its_experiment_and_of_this_format(tmp_path):
    path = tmp_path / "s.duckdb"
    make_store(path, "s")
    for slug in ("s", None):
        with open_store(path, slug) as connection:
            rows = connection.execute("SELECT name, value FROM meta ORDER BY name").fetchall()
            assert rows == [("experiment", "s"), ("format", "3")]
            assert (strange_content(connection), other_format(connection)) == (None, None)
    with pytest.raises(DamagedStore, match="of the experiment 's', not 't'"):
        open_store(path, "t")
    for change, words in (
        ("UPDATE meta SET value = '2' WHERE name = 'format'", "its format is '2', not '3'"),
        ("DELETE FROM meta WHERE name = 'format'", "does not say that its format is '3'"),
    ):
        with duckdb.connect(str(path)) as connection:
            connection.execute(change)
        for slug in ("s", None):
            with pytest.raises(DamagedStore, match=words):
                open_store(path, slug)
    for content in (b"", b"DUCK" + b"\0" * 20, b"\0" * 7 + b"DUCK" + b"\0" * 9, b"\0" * 8 + b"DUC"):
        path.write_bytes(content)
        with pytest.raises(DamagedStore, match="it is not a DuckDB file"):
            open_store(path)
    path.write_bytes(b"\0" * 8 + b"DUCK")
    with pytest.raises(DamagedStore) as caught:
        open_store(path)
    assert "not a DuckDB file" not in str(caught.value)


def test_a_store_that_another_connection_writes_is_in_use(tmp_path):
    path = tmp_path / "s.duckdb"
    make_store(path, "s")
    real, error = duckdb.connect, duckdb.IOException("IO Error: Could not set lock on file\nmore")

    def refuse(*_, **__):
        raise error

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(opening.duckdb, "connect", refuse)
        with pytest.raises(
            StoreInUse, match=r"another process has it open \(IO Error: Could not set lock on f"
        ):
            open_store(path)
        error = duckdb.IOException("IO Error: no room")
        with pytest.raises(DamagedStore, match="no room"):
            open_store(path)
        error = duckdb.CatalogException("Could not set lock")
        with pytest.raises(DamagedStore):
            open_store(path)
        patched.setattr(opening.duckdb, "connect",
                        lambda *a, **k: real(*a, **k) if k.get("read_only") else refuse())  # fmt: skip
        error = duckdb.IOException("only to read")
        with pytest.raises(CannotWrite, match=r"the store cannot be opened \(only to read\)"):
            open_store(path, read_only=False)


def test_what_is_said_of_damage_names_the_log_where_there_is_one(tmp_path):
    path = tmp_path / "s.duckdb"
    assert log_of(path) == tmp_path / "s.duckdb.wal"
    alone = damage(path, "so it is")
    assert alone.startswith(
        f"{path}: this store cannot be used: so it is. It was left as it is; move it away"
    )
    log_of(path).touch()
    both = damage(path, "so it is")
    assert "with the log of writes beside it: so it is. Both were left" in both
    assert "move s.duckdb.wal away and try again" in both
    assert [first_line(e) for e in (ValueError("a\nb"), ValueError())] == ["a", "ValueError"]


def test_only_an_interrupted_query_is_a_ctrl_c():
    for error, kind in (
        (RuntimeError("Query interrupted"), KeyboardInterrupt),
        (RuntimeError("odd"), RuntimeError),
        (ValueError("Query interrupted"), ValueError),
    ):
        with pytest.raises(kind), stopped_by_ctrl_c():
            raise error


def test_what_fails_while_a_store_is_read_is_damage_and_closes_it(tmp_path):
    path = tmp_path / "s.duckdb"
    make_store(path, "s")
    with pytest.raises(DamagedStore, match=r"s\.duckdb: .*nothing"), opening.reading(path, "s") as connection:
        connection.execute("SELECT * FROM nothing")
    with pytest.raises(duckdb.Error):
        connection.execute("SELECT 1")
    with pytest.raises(DamagedStore, match="not 't'"):
        opening.reading(path, "t").__enter__()


def test_a_store_is_made_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "deep" / "s.duckdb"
    path.parent.mkdir()
    make_store(path, "s")
    assert [file.name for file in path.parent.iterdir()] == ["s.duckdb"]
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert sorted(schema.TABLES) == [name for (name,) in tables]
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="the store cannot be made"):
        make_store(tmp_path / "file" / "s.duckdb", "s")


# --- what is stored ----------------------------------------------------------------------------------------


def made(**origin):
    columns = {
        "x": ("BIGINT", [1, 2, 3]),
        "status": ("VARCHAR", ["ok", "failed", "failed"]),
        "error": ("VARCHAR", [None, "a\nb", "c"]),
    }
    return Stored("s", Frame(columns, {}), origin, Table("runs", (), ()), "", "s.duckdb")


def test_a_summary_says_where_the_rows_came_from():
    origin = {"question": "Why?", "cells": 9, "started": "noon", "wall seconds": 1.5, "seed": 3,
              "command": "run s", "commit": "0123456789abcdef", "uncommitted changes": False}  # fmt: skip
    assert made(**origin).summary().rows == (
        ("question", "Why?"), ("rows", 3), ("failed", 2), ("cells of the space", 9),
        ("run started", "noon"), ("wall seconds", 1.5), ("commit", "0123456789"), ("seed", 3),
        ("command", "run s"), ("read from", "s.duckdb"), ("now", "nobody is writing"),
    )  # fmt: skip
    assert (made().summary().title, made().summary().columns) == ("s", ("what", "value"))
    dirty = dict(made(commit="0123456789abcdef", **{"uncommitted changes": True}).summary().rows)
    assert dirty["commit"] == "0123456789 with uncommitted changes"
    bare = dict(made(commit=None).summary().rows)
    assert (bare["commit"], bare["cells of the space"]) == ("none", "not known: the run has not ended")
    table = made(**origin).table()
    assert (table.title, table.columns) == ("s: Why?", ("x", "status", "error"))
    assert table.rows == ((1, "ok", None), (2, "failed", "b"), (3, "failed", "c"))
    assert made().table().title == "s: "


@pytest.fixture
def path(tmp_path):
    """Give the path of a store of four cells."""
    run(measures.numbers(4), store=tmp_path)
    return tmp_path / "numbers.duckdb"


@pytest.mark.long
def test_a_store_is_found_by_experiment_or_name_and_says_its_runs(path, tmp_path):
    run(measures.numbers(6, seed=12), store=path)
    run(measures.numbers(8, seed=12), store=path, limit=1)
    for experiment in ("numbers", measures.numbers(1)):
        for place in (path, tmp_path, str(path)):
            found = read(experiment, place)
            assert (found.slug, found.writing, found.read_from) == ("numbers", "", "numbers.duckdb")
    assert found.frame["x"] == list(range(7))
    assert [(*line[:1], *line[3:6]) for line in found.runs.rows] == [
        (1, "ended", 4, 4), (2, "ended", 6, 0), (3, "ended", 1, 0),
    ]  # fmt: skip
    assert (found.provenance["seed"], found.provenance["computed"]) == (12, 1)
    commit = dict(found.summary().rows)["commit"]
    assert {line[6] for line in found.runs.rows} == {commit}
    (line,) = [line for line in found.runs.rows if line[0] == 2]
    with duckdb.connect(str(path), read_only=True) as connection:
        times = connection.execute("SELECT started, ended FROM runs WHERE run = 2").fetchone()
    assert line[1:3] == times
    with pytest.raises(
        InvalidFile, match="nothing is stored of 'others'; run it first: negotiation run others"
    ):
        read("others", tmp_path)


def test_a_store_without_a_run_is_empty(tmp_path):
    make_store(tmp_path / "s.duckdb", "s")
    found = read("s", tmp_path)
    assert (len(found.frame), found.runs.rows, found.provenance) == (0, (), {})


def test_a_snapshot_beside_a_store_is_told_where_it_is_not_its_own(path):
    snapshot = path.with_suffix(".parquet")
    own = snapshot.read_bytes()
    assert read("numbers", path).read_from == "numbers.duckdb"
    snapshot.write_bytes(own + b"x")
    told = read("numbers", path).read_from
    assert told == (
        "numbers.duckdb; numbers.parquet beside it is older, or was changed or damaged: run again to write "
        "it anew"
    )
    snapshot.unlink()
    assert read("numbers", path).read_from == "numbers.duckdb"
    snapshot.write_bytes(own)
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM meta WHERE name = 'snapshot'")
        connection.execute("UPDATE runs SET status = 'running'")
    assert read("numbers", path).read_from == told.replace("duckdb;", "duckdb: the last run was killed;")


def test_cells_of_names_that_the_space_no_longer_has_are_shown_with_theirs(path):
    origin = {"axes": ["z", "x"], "replications": 2}
    with duckdb.connect(str(path), read_only=True) as connection:
        (name,) = connection.execute("SELECT context FROM contexts").fetchone()
        table = reading._table(path, connection, name, origin)
        assert table.names[:3] == ("z", "x", "replication")
        assert reading._table(path, connection, name, {}).names[:2] == ("x", "square")


@contextmanager
def vouching(path, *snapshots):
    """Hold the store's lock and vouch for snapshots."""
    with StoreLock(path) as lock:
        for told in snapshots:
            lock.tell(told)
        yield lock


def test_while_a_run_writes_the_snapshot_that_it_vouches_for_is_read(path, clock):
    snapshot = path.with_suffix(".parquet")
    own = sha256(snapshot.read_bytes()).hexdigest()
    age = time.time() - 65
    os.utime(snapshot, (age, age))
    for told in ((own,), (own, "newer"), ("older", own)):
        with vouching(path, *told):
            found = read("numbers", path)
        assert (len(found.frame), found.runs.rows, found.slug) == (4, (), "numbers")
        assert found.runs.columns == ("run", "started", "ended", "status", "rows", "stale", "commit")
        assert found.provenance["seed"] == 11
        assert found.read_from.startswith("numbers.parquet, written 6")
        assert found.read_from.endswith(" seconds ago; rows finished since are not in it")
        who, _, since = found.writing.partition(", since ")
        assert who == f"{path}: process {os.getpid()} on {platform.node()}"
        assert since.startswith("20")
        assert ";" not in since
    assert clock == []
    with vouching(path, "another"), pytest.raises(DamagedStore, match=r"\.parquet: this is not what the run"):
        read("numbers", path)
    assert 2.95 < sum(clock) < 3.3


def test_a_run_that_has_just_begun_is_waited_for_and_one_without_a_snapshot_is_not(path, clock):
    with vouching(path) as lock:  # it says nothing of snapshots yet
        with pytest.raises(InvalidFile, match=r"no snapshot to read yet; .*process.*after 10 seconds"):
            read("numbers", path)
        assert 19.95 < sum(clock) < 20.3
        clock.clear()
        lock.tell(None)
        with pytest.raises(InvalidFile, match="no snapshot to read yet"):
            read("numbers", path)
        lock.tell("any")
        path.with_suffix(".parquet").unlink()
        with pytest.raises(InvalidFile, match="no snapshot to read yet"):
            read("numbers", path)
        assert clock == []
    assert len(read("numbers", path).frame) == 4
    run(measures.numbers(1).with_space(space.grid({"x": [1]})), store=path)
    assert len(read("numbers", path).frame) == 1
