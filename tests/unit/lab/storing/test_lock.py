"""What a writer says of its snapshots in the lock."""

import pytest

from negotiation.lab.storing.lock import StoreLock, told_snapshots


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


@pytest.mark.parametrize(
    "told", ["", "{", "{}", "[]", "null", '"who"', '{"pid": 1}', '{"pid": 1, "host": "x"}']
)
def test_a_lock_that_names_nobody_still_refuses_in_words(tmp_path, told):
    lock = StoreLock(tmp_path / "numbers.duckdb")
    lock.path.write_text(told, encoding="utf-8")
    assert "another process, is writing this store" in lock.refusal()
    lock.path.write_text('{"pid": 12, "host": "here", "since": "noon"}', encoding="utf-8")
    assert "process 12 on here, since noon, is writing" in lock.refusal()
