import json
import subprocess
import sys
from pathlib import Path

import measures
import pytest

from negotiation.errors import (
    DamagedStore,
    InvalidExperiment,
    InvalidFile,
    StoreInUse,
)
from negotiation.lab import pending, run, space, stored
from negotiation.lab.frames import read_parquet
from negotiation.lab.storing.lock import StoreLock, read_lock

SQUARES = [x**2 for x in range(20)]


def test_a_run_gives_every_cell_in_order_and_a_second_one_computes_nothing(tmp_path):
    first = run(measures.numbers(20), store=tmp_path)
    assert first.column("square").tolist() == SQUARES
    assert (first.status, first.computed, first.reused) == ("complete", 20, 0)
    again = run(measures.numbers(20), store=tmp_path)
    assert (again.computed, again.reused) == (0, 20)
    assert again.frame == (first.frame)


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


@pytest.mark.parametrize("measure", [measures.failing, measures.failing_in_batches])
def test_a_cell_that_fails_is_recorded_and_stops_nothing(tmp_path, measure, monkeypatch):
    found = run(measures.numbers(20, measure), store=tmp_path)
    assert (found.failed, found.status, len(found)) == (4, "partial", 20)
    assert found.failures().rows[0] == (3, "ValueError: no luck with 3")
    assert "measures.py" in found.frame["error"][3]
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
    content = bytearray(path.read_bytes())
    if how == "garbage":
        content = bytearray(b"not a store at all" * 100)
    elif how == "cut":
        content = content[: len(content) // 2]
    elif how == "empty":
        content = bytearray()
    else:
        place = content.find(b'{"x":9}')
        assert place > 0
        content[place + 5] ^= 0xFF
    path.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize("how", ["garbage", "cut", "empty", "flipped"])
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
    for name in (
        "commit",
        "uncommitted changes",
        "spec",
        "hashes",
        "seed",
        "versions",
        "blas",
        "cpu",
        "command",
    ):
        assert name in told
    assert told["wall seconds"] > 0
    assert told["seed"] == 11
    snapshot = read_parquet(tmp_path / "numbers.parquet")
    assert snapshot == found.frame


def test_workers_have_a_bound(tmp_path):
    import os
    from concurrent.futures import ThreadPoolExecutor

    from negotiation.lab.executors import PER_CORE, dask_executor

    most = PER_CORE * os.cpu_count()
    with pytest.raises(InvalidExperiment, match=f"`workers` is at most {most:,} on this machine.*; got 9999"):
        run(measures.numbers(3), workers=9999, store=tmp_path)
    with pytest.raises(InvalidExperiment, match="on this machine"):
        dask_executor(None, most + 1)
    with ThreadPoolExecutor(1) as threads:
        assert run(measures.numbers(3), executor=threads, workers=most + 1, store=tmp_path).computed == 3
        with pytest.raises(InvalidExperiment, match="at most 100,000 of a given executor"):
            run(measures.numbers(3), executor=threads, workers=10**9, store=tmp_path)


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
    call = [sys.executable, str(folder / "script.py"), str(Path(measures.__file__).parent)]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "imported").exists()


def leaving(cell):
    if cell["x"] == 3:
        sys.exit("enough")
    return {"y": cell["x"]}


def leaving_in_batches(cells):
    return [leaving(cell) for cell in cells]


@pytest.mark.parametrize("measure", [leaving, leaving_in_batches])
def test_a_measure_that_leaves_python_is_a_failed_cell(tmp_path, measure):
    found = run(measures.numbers(6, measure), store=tmp_path)
    assert (found.failed, len(found)) == (1, 6)
    assert found.failures().rows == ((3, "SystemExit: enough"),)


def told_badly(cell):
    if cell["x"] == 1:
        raise ValueError("half a character: \ud800")
    return {"y": "\udfff" if cell["x"] == 2 else cell["x"]}


def test_half_a_character_fails_its_cell_and_no_other(tmp_path):
    found = run(measures.numbers(5, told_badly), store=tmp_path)
    assert found.column("y")[[0, 3, 4]].tolist() == [0, 3, 4]
    (_, first), (_, second) = found.failures().rows
    assert first == "ValueError: half a character: \\ud800"
    assert "half a character (a surrogate)" in second
    with pytest.raises(InvalidExperiment, match="surrogate"):
        space.grid({"x": ["\ud800"]})
    with pytest.raises(InvalidExperiment, match="binary digits"):
        space.grid({"x": [10**5_000]})


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


@pytest.mark.parametrize("there_was_a_snapshot", [True, False])
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


def test_the_space_is_told_with_its_seed_and_ranges_however_large(tmp_path):
    wide = space.draws(2_000, {"x": (0, 1)}, seed=5) * space.grid({"y": range(3)})
    found = run(measures.numbers(1).with_space(wide), store=tmp_path, limit=1).provenance["space"]
    assert found["parts"][0] == {"kind": "Draws", "ranges": {"x": [0.0, 1.0]}, "count": 2_000, "seed": 5}
    long = run(measures.numbers(2_000), store=tmp_path / "long", limit=1).provenance["space"]
    assert long["axes"]["x"] == {"values": 2_000, "first": 0, "last": 1_999}


def test_a_summary_leaves_out_what_is_no_number_in_any_order(tmp_path):
    def measure(cell):
        return {"y": float("nan") if cell["x"] == cell["at"] else float(cell["x"])}

    for at in range(3):
        cells = space.listed([{"x": x, "at": at} for x in range(3)])
        experiment = measures.numbers(1).with_space(cells, measure=measure)
        row = run(experiment, store=tmp_path / str(at)).summary().rows[0]
        there = [x for x in range(3) if x != at]
        assert row[2:] == (2, min(there), sum(there) / 2, max(there))


def test_figures_say_how_many_draws_they_count_and_when_there_is_nothing_to_draw(tmp_path):
    def holds(cell):
        if cell["x"] > 0.5:
            raise ValueError
        return {"holds": cell["x"] > 0.25}

    drawn = measures.numbers(1).with_space(space.draws(40, {"x": (0, 1)}), measure=holds)
    found = run(drawn, store=tmp_path / "draws")
    label = found.plot().get_xlabel()
    assert f"share of {40 - found.failed} draws (up to {found.failed} failed or are missing)" in label
    texts = measures.numbers(1).with_space(space.grid({"x": [1, 2]}), measure=lambda _: {"t": "a"})
    axis = run(texts, store=tmp_path / "texts").plot()
    assert axis.texts[0].get_text().startswith("nothing to draw")


@pytest.mark.parametrize("name", ["x" * 5000, "a\x00b"])
def test_a_place_that_no_store_can_have_is_told(name):
    for ask in (lambda: stored(name), lambda: run(measures.numbers(1), store=name)):
        with pytest.raises(InvalidFile, match="cannot be the place of a store"):
            ask()


def test_what_is_stale_is_told_against_the_context_that_was_used_last(tmp_path):
    run(measures.numbers(4), store=tmp_path)
    run(measures.numbers(4, measures.sleeping), store=tmp_path)
    # The measure changed between the first two runs, the seed alone after the second.
    found = run(measures.numbers(4, measures.sleeping, seed=12), store=tmp_path)
    assert found.stale == "8 rows of an earlier seed are kept and marked stale"
