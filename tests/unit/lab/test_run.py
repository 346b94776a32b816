import json
import signal
import sys
from pathlib import Path

import measures
import pytest

from negotiation.errors import DamagedStore, StoreInUse
from negotiation.lab import pending, run, space, stored
from negotiation.lab.frames import read_parquet
from negotiation.lab.storing.lock import StoreLock, read_lock
from tests.command import python

SQUARES = [x**2 for x in range(20)]


@pytest.mark.long
def test_a_run_gives_every_cell_in_order_and_a_second_one_computes_nothing(tmp_path):
    first = run(measures.numbers(20), store=tmp_path)
    assert first.column("square").tolist() == SQUARES
    assert (first.status, first.computed, first.reused) == ("complete", 20, 0)
    again = run(measures.numbers(20), store=tmp_path)
    assert (again.computed, again.reused) == (0, 20)
    assert again.frame == (first.frame)


@pytest.mark.long
def test_widening_a_space_computes_only_the_new_cells(tmp_path):
    run(measures.numbers(12), store=tmp_path)
    wide = run(measures.numbers(20), store=tmp_path)
    assert (wide.computed, wide.reused) == (8, 12)
    assert wide.frame == (run(measures.numbers(20), store=tmp_path / "new").frame)
    narrow = run(measures.numbers(5), store=tmp_path)
    assert (narrow.computed, len(narrow)) == (0, 5)


@pytest.mark.long
@pytest.mark.parametrize("batch", [1, 3, 64])
@pytest.mark.parametrize("measure", [measures.plain, measures.in_batches])
def test_no_number_depends_on_the_batches(tmp_path, batch, measure):
    whole = run(measures.numbers(20), store=tmp_path / "whole")
    assert run(measures.numbers(20, measure), store=tmp_path, batch=batch).frame == (whole.frame)


def test_no_number_depends_on_workers_or_order(tmp_path):
    alone = run(measures.numbers(40), store=tmp_path / "alone").to_pandas()
    pooled = run(measures.numbers(40), workers=2, store=tmp_path / "pool").to_pandas()
    assert pooled.equals(alone)
    backwards = measures.numbers(40).with_space(space.grid({"x": range(39, -1, -1)}))
    turned = run(backwards, store=tmp_path / "turned").to_pandas()
    assert turned.iloc[::-1].reset_index(drop=True).equals(alone)


@pytest.mark.parametrize(
    "measure", [pytest.param(measures.failing, marks=pytest.mark.long), measures.failing_in_batches]
)
def test_a_cell_that_fails_is_recorded_and_stops_nothing(tmp_path, measure, monkeypatch):
    found = run(measures.numbers(20, measure), store=tmp_path)
    assert (found.failed, found.status, len(found)) == (4, "partial", 20)
    assert found.failures().rows[0] == (3, "ValueError: no luck with 3")
    assert "measures.py" in found.frame["error"][3]
    unlucky = measures.numbers(20, measure).with_space(space.grid({"x": [3]}))
    assert run(unlucky, store=tmp_path / "unlucky").status == "failed"
    assert found.column("square")[4] == 16
    assert run(measures.numbers(20, measure), store=tmp_path).computed == 0
    again = run(measures.numbers(20, measure), store=tmp_path, retry_failed=True)
    assert (again.computed, again.reused) == (4, 16)
    # What failed by accident succeeds when it is tried again, and replaces the failure.
    monkeypatch.setenv(measures.MENDED, "1")
    mended = run(measures.numbers(20, measure), store=tmp_path, retry_failed=True)
    assert (mended.computed, mended.failed, mended.status) == (4, 0, "complete")


def test_a_second_run_is_refused_and_told_by_whom_or_waits(tmp_path):
    import os
    import threading
    import time

    path = tmp_path / "numbers.duckdb"
    with StoreLock(path), pytest.raises(StoreInUse, match=f"process {os.getpid()} on"):
        run(measures.numbers(3), store=tmp_path)
    lock = StoreLock(path)
    lock.__enter__()
    threading.Timer(0.3, lock.__exit__).start()
    began = time.monotonic()
    assert run(measures.numbers(3), store=tmp_path, wait=30).computed == 3
    assert time.monotonic() - began >= 0.2


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    run(measures.numbers(3), store=tmp_path)
    lock = tmp_path / "numbers.duckdb.lock"
    lock.write_text(json.dumps({"pid": 999_999, "host": "elsewhere", "since": "long ago"}))
    assert run(measures.numbers(5), store=tmp_path).computed == 2


def damaged(path, how):
    content = path.read_bytes()
    place = content.find(b'{"x":9}') + 5
    cut = content[: len(content) // 2]
    changed = cut if how == "cut" else content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
    path.write_bytes(changed)
    return changed


@pytest.mark.parametrize("how", ["cut", "flipped"])
def test_a_damaged_store_is_named_and_left_untouched(tmp_path, how):
    run(measures.numbers(20), store=tmp_path)
    path = tmp_path / "numbers.duckdb"
    content = damaged(path, how)
    for attempt in (lambda: run(measures.numbers(30), store=tmp_path), lambda: stored("numbers", tmp_path)):
        with pytest.raises(DamagedStore, match=r"numbers\.duckdb.*left as it is"):
            attempt()
    assert path.read_bytes() == content
    assert not (tmp_path / "numbers.duckdb.wal").exists()


def test_exports_carry_the_numbers_and_their_provenance(tmp_path):
    import pandas as pd

    found = run(measures.numbers(20), store=tmp_path)
    parquet, csv, origin = found.export(tmp_path / "out")
    table = read_parquet(parquet)
    assert table == found.frame
    assert pd.read_csv(csv)["random"].tolist() == found.column("random").tolist()
    told = table.origin
    assert told == json.loads(origin.read_text())
    assert told["wall seconds"] > 0
    assert told["seed"] == 11
    snapshot = read_parquet(tmp_path / "numbers.parquet")
    assert snapshot == found.frame


@pytest.mark.long
def test_the_processes_of_a_pool_import_nothing_from_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "numba.py").write_text("from pathlib import Path\nPath('imported').touch()\n")
    script = (
        "import sys; sys.path.pop(0); sys.path.insert(0, sys.argv[1])\n"
        "import measures\nfrom negotiation.lab import run\n"
        "if __name__ == '__main__':\n    run(measures.numbers(4), workers=2, store='here')\n"
    )
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "script.py").write_text(script)
    done = python(folder / "script.py", Path(measures.__file__).parent, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "imported").exists()


def leaving(cell):
    if cell["x"] == 3:
        sys.exit("enough")
    return {"y": cell["x"]}


def leaving_in_batches(cells):
    return [leaving(cell) for cell in cells]


@pytest.mark.long
@pytest.mark.parametrize("measure", [leaving, leaving_in_batches])
def test_a_measure_that_leaves_python_is_a_failed_cell(tmp_path, measure):
    found = run(measures.numbers(6, measure), store=tmp_path)
    assert (found.failed, len(found)) == (1, 6)
    assert found.failures().rows == ((3, "SystemExit: enough"),)


def test_readers_keep_no_writer_away_and_leave_no_trace(tmp_path):
    import threading

    run(measures.numbers(3), store=tmp_path)
    path = tmp_path / "numbers.duckdb"
    with read_lock(path), read_lock(path):
        assert len(stored("numbers", path).to_pandas()) == 3
    lock = read_lock(path)
    lock.__enter__()
    threading.Timer(0.3, lock.__exit__, (None, None, None)).start()
    assert run(measures.numbers(4), store=tmp_path).computed == 1
    (tmp_path / "numbers.duckdb.lock").unlink()
    before = {(file.name, file.stat().st_mtime_ns) for file in tmp_path.iterdir()}
    assert len(stored("numbers", path).to_pandas()) == 4
    assert {(file.name, file.stat().st_mtime_ns) for file in tmp_path.iterdir()} == before


@pytest.mark.long
@pytest.mark.parametrize("there_was_a_snapshot", [True, pytest.param(False, marks=pytest.mark.long)])
def test_what_a_killed_run_had_finished_is_read_from_the_store(tmp_path, there_was_a_snapshot, monkeypatch):
    if there_was_a_snapshot:
        run(measures.numbers(2), store=tmp_path)
    monkeypatch.setattr(pending.Pending, "_close", lambda *_: None)

    def stop(done, _):
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(measures.numbers(20), store=tmp_path, progress=stop)
    found = stored("numbers", tmp_path)
    assert found.runs.rows[-1][3] == "killed"
    assert found.to_pandas()["square"].tolist() == SQUARES[: len(found.to_pandas())]
    assert len(found.to_pandas()) == (10 if there_was_a_snapshot else 16)
    assert "the last run was killed" in found.read_from
    monkeypatch.undo()
    assert len(run(measures.numbers(5), store=tmp_path)) == 5
    assert len(stored("numbers", tmp_path).to_pandas()) == 5


def test_interrupts_with_resumes_give_the_same_csv_as_none(tmp_path):
    left = []

    def measure(cell):
        x = cell["x"]
        try:
            if x in left:
                left.remove(x)
                signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if x % 3 == 0:
                return {"square": -1.0}  # the best so far
            if x % 3 == 1:
                raise ValueError("cut short") from None
            raise
        return {"square": x**2}

    experiment = measures.numbers(6).with_space(space.grid({"x": range(6)}), measure=measure, batch=1)
    run(experiment, store=tmp_path / "whole").export(tmp_path / "whole")
    left += range(1, 6, 2)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(experiment, store=tmp_path / "cut")
    run(experiment, store=tmp_path / "cut").export(tmp_path / "cut")
    texts = [(tmp_path / name / "numbers.csv").read_text() for name in ("whole", "cut")]
    assert texts[0] == texts[1]
    assert left == []


@pytest.mark.long
def test_a_summary_leaves_out_what_is_no_number_in_any_order(tmp_path):
    def measure(cell):
        return {"y": float("nan") if cell["x"] == cell["at"] else float(cell["x"])}

    for at in range(3):
        cells = space.listed([{"x": x, "at": at} for x in range(3)])
        experiment = measures.numbers(1).with_space(cells, measure=measure)
        row = run(experiment, store=tmp_path / str(at)).summary().rows[0]
        there = [x for x in range(3) if x != at]
        assert row[2:] == (2, min(there), sum(there) / 2, max(there))


def test_what_is_stale_is_told_against_the_context_that_was_used_last(tmp_path):
    run(measures.numbers(4), store=tmp_path)
    run(measures.numbers(4, measures.sleeping), store=tmp_path)
    # The measure changed between the first two runs, the seed alone after the second.
    found = run(measures.numbers(4, measures.sleeping, seed=12), store=tmp_path)
    assert found.stale == "8 rows of an earlier seed are kept and marked stale"
