"""What is read of a store, of a snapshot and of a lock, in each state that they can be in."""

import os
import platform
import time
from contextlib import contextmanager
from hashlib import sha256
from types import SimpleNamespace

import duckdb
import measures
import pytest

from negotiation.errors import DamagedStore, InvalidFile, StoreInUse
from negotiation.lab import pending, run, space
from negotiation.lab.storing import lock as locking
from negotiation.lab.storing import opening
from negotiation.lab.storing import stored as reading
from negotiation.lab.storing.lock import StoreLock, read_lock
from negotiation.lab.storing.opening import make_store
from negotiation.lab.storing.stored import stored as read

# --- the lock ----------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """Let time pass only where somebody sleeps; give the seconds that were slept."""
    slept = []
    fake = SimpleNamespace(monotonic=lambda: sum(slept), sleep=slept.append, time=time.time)
    monkeypatch.setattr(locking, "time", fake)
    monkeypatch.setattr(reading, "time", fake)
    return slept


@pytest.mark.parametrize(("wait", "seconds"), [(0.0, 10.0), (12.0, 12.0)])
def test_readers_are_waited_for_ten_seconds_at_least(tmp_path, clock, wait, seconds):
    store = tmp_path / "s.duckdb"
    with StoreLock(store):
        pass
    with read_lock(store), read_lock(store), pytest.raises(StoreInUse, match="another process is writing"):
        StoreLock(store, wait).__enter__()
    assert seconds <= round(sum(clock), 6) <= seconds + 0.2
    # The try left no trace: a reader may still come in, and then a writer.
    with read_lock(store):
        pass
    with StoreLock(store):
        pass


# --- opening -----------------------------------------------------------------------------------------------


def test_what_fails_while_a_store_is_read_is_damage_and_closes_it(tmp_path):
    path = tmp_path / "s.duckdb"
    make_store(path, "s")
    with pytest.raises(DamagedStore, match=r"s\.duckdb: .*nothing"), opening.reading(path, "s") as connection:
        connection.execute("SELECT * FROM nothing")
    with pytest.raises(duckdb.Error):
        connection.execute("SELECT 1")
    with pytest.raises(DamagedStore, match="not 't'"):
        opening.reading(path, "t").__enter__()


# --- what is stored ----------------------------------------------------------------------------------------


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
        who, _, since = found.writing.partition(" (since ")
        assert who == f"{path}: process {os.getpid()} on {platform.node()}"
        assert since.startswith("20")
        assert ";" not in since
    assert clock == []
    with vouching(path, "another"), pytest.raises(DamagedStore, match=r"\.parquet: this is not what the run"):
        read("numbers", path)
    assert 2.95 < sum(clock) < 3.3


@pytest.mark.long
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


@pytest.mark.long
def test_each_snapshot_of_a_run_is_vouched_for(tmp_path, monkeypatch):
    monkeypatch.setattr(pending, "SNAPSHOT_AFTER", 0.0)
    monkeypatch.setattr(pending, "SNAPSHOT_SHARE", 1e9)
    shown = []

    def look(done, total):
        if done > 16:
            shown.append(len(read("numbers", tmp_path).frame))

    run(measures.numbers(40), store=tmp_path, progress=look)
    assert shown == [16, 24, 32]
