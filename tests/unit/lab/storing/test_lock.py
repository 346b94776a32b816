"""What a writer says of its snapshots in the lock."""

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
