"""What a writer says of its snapshots in the lock."""

import pytest

from negotiation.errors import StoreInUse
from negotiation.lab.storing import lock as locking
from negotiation.lab.storing.lock import StoreLock, read_lock, told_snapshots


def test_the_last_two_snapshots_are_vouched_for(tmp_path):
    # A reader may hold the one before the last: it read the file before the writer replaced it.
    store = tmp_path / "numbers.duckdb"
    with StoreLock(store) as lock:
        told = []
        for snapshot in (None, "first", "second", "third"):
            lock.tell(snapshot)
            told.append(told_snapshots(store))
    assert told == [[], ["first"], ["first", "second"], ["second", "third"]]
    assert told_snapshots(store) is None


ODD_NOTES = {
    "deep": "[" * 200_000,
    "deep within": '{"pid": ' + "[" * 200_000,
    "deep and whole": '{"pid": 1, "host": "x", "since": ' + "[" * 900 + "]" * 900 + ', "snapshots": 3}',
    "long": '{"pid": 12, "host": "' + "x" * 5000 + '", "since": "noon", "snapshots": ["a"]}',
    "no text": b"\xff\xfe",
    "no names": '{"pid": true, "host": 1, "since": []}',
}


@pytest.mark.parametrize("how", ODD_NOTES)
def test_a_lock_that_says_what_no_run_writes_is_held_by_another_process(tmp_path, how):
    store = tmp_path / "numbers.duckdb"
    with StoreLock(store) as lock:
        lock.tell("own")
        note = ODD_NOTES[how]
        lock.path.write_bytes(note if isinstance(note, bytes) else note.encode())
        assert told_snapshots(store) is None
        with pytest.raises(StoreInUse, match="another process is writing this store"):
            StoreLock(store).__enter__()
        with pytest.raises(StoreInUse, match="another process is writing"), read_lock(store):
            pass


def test_a_lock_that_cannot_be_written_locks_all_the_same(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    store = tmp_path / "numbers.duckdb"
    for name in ("write", "ftruncate"):
        with monkeypatch.context() as patched:
            patched.setattr(locking.os, name, full)
            with StoreLock(store) as lock:
                lock.tell("first")
                with pytest.raises(StoreInUse, match="another process is writing"):
                    StoreLock(store).__enter__()
        with StoreLock(store):  # it was let go
            pass
