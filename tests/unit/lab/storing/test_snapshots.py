"""A damaged snapshot is never shown: the store is read, or the writer says which snapshot is its own."""

import measures
import pytest

from negotiation.errors import DamagedStore, InvalidFile
from negotiation.lab import pending, run, stored
from negotiation.lab.frames import read_parquet


@pytest.fixture
def snapshot(tmp_path):
    """Give the path of the snapshot of a store of thirty cells."""
    run(measures.numbers(30), store=tmp_path)
    return tmp_path / "numbers.parquet"


def flipped(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


@pytest.mark.long
def test_a_damaged_snapshot_is_not_read_while_nobody_writes_and_is_told(snapshot):
    whole = stored("numbers", snapshot.parent).frame
    size = snapshot.stat().st_size
    for place in range(4, size - 4, size // 12):
        flipped(snapshot, place)
        found = stored("numbers", snapshot.parent)
        assert found.frame == (whole)
        assert "numbers.parquet beside it is older, or was changed or damaged" in found.read_from
        flipped(snapshot, place)
    assert stored("numbers", snapshot.parent).read_from == "numbers.duckdb"


@pytest.mark.long
def test_a_damaged_snapshot_is_refused_while_a_run_is_writing(snapshot):
    path = snapshot.with_suffix(".duckdb")
    shown = []

    def look(done, total):
        if (
            done == 30
        ):  # at the beginning of the second run, when all that is there is the first one's snapshot
            shown.append(len(stored("numbers", path).frame))
            flipped(snapshot, 40)
            with pytest.raises(DamagedStore, match="not what the run has written"):
                stored("numbers", path)
            snapshot.unlink()
            with pytest.raises(InvalidFile, match="no snapshot to read yet"):
                stored("numbers", path)

    found = run(measures.numbers(60), store=path, progress=look)
    assert shown == [30]
    assert read_parquet(snapshot) == found.frame


@pytest.mark.long
def test_each_snapshot_of_a_run_is_vouched_for(tmp_path, monkeypatch):
    monkeypatch.setattr(pending, "SNAPSHOT_AFTER", 0.0)
    monkeypatch.setattr(pending, "SNAPSHOT_SHARE", 1e9)
    shown = []

    def look(done, total):
        if done > 16:
            shown.append(len(stored("numbers", tmp_path).frame))

    run(measures.numbers(40), store=tmp_path, progress=look)
    assert shown == [16, 24, 32]
