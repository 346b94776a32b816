"""A run from its beginning to its end: what is passed on, what is said, what is told to whom and when."""

import json
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import duckdb
import measures
import pytest

from negotiation.errors import CannotWrite, InvalidExperiment, InvalidFile
from negotiation.lab import Sweep, run, space, sweep
from negotiation.lab.frames import Frame, read_parquet
from negotiation.lab.pending import Pending, _distinct
from negotiation.lab.sweep import store_path


def lines(path, query):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


# --- where and what ----------------------------------------------------------------------------------------


def test_a_store_is_a_file_or_lies_in_a_folder(tmp_path):
    one = measures.numbers(1)
    for experiment in (one, "numbers"):
        assert store_path(experiment) == Path("results/numbers/numbers.duckdb")
        assert store_path(experiment, tmp_path / "a.duckdb") == tmp_path / "a.duckdb"
        assert store_path(experiment, str(tmp_path / "a.db")) == tmp_path / "a.db" / "numbers.duckdb"
        assert store_path(experiment, tmp_path / "none") == tmp_path / "none" / "numbers.duckdb"
    (tmp_path / "b.duckdb").mkdir()
    assert store_path(one, tmp_path / "b.duckdb") == tmp_path / "b.duckdb" / "numbers.duckdb"
    (tmp_path / "file").touch()
    assert store_path(one, tmp_path / "file" / "x.duckdb") == tmp_path / "file" / "x.duckdb"
    with pytest.raises(InvalidFile, match=r"cannot be the place of a store \(.*ame too long\)"):
        store_path(one, "x" * 999)


def test_what_is_run_is_an_experiment_with_whole_positive_numbers(tmp_path, monkeypatch):
    with pytest.raises(InvalidExperiment, match="`run` needs an Experiment; got 'numbers'"):
        run("numbers", store=tmp_path)
    for name in ("workers", "batch", "limit"):
        for value in (0, -1, 1.0, True):
            with pytest.raises(InvalidExperiment) as caught:
                run(measures.numbers(2), store=tmp_path, **{name: value})
            assert str(caught.value).startswith(f"`{name}` must be a whole number from 1 to ")
            assert str(caught.value).endswith(f"; got {value!r}")
    with monkeypatch.context() as importing:
        importing.setattr(sweep, "refuse_while_main_is_imported", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(measures.numbers(2), store=tmp_path)
    assert list(tmp_path.iterdir()) == []
    nameless = measures.numbers(2, lambda _: {"y": 1})
    with pytest.raises(InvalidExperiment, match=r"cannot find the measure .*lambda"):
        run(nameless, store=tmp_path, executor=SimpleNamespace())
    assert run(nameless, store=tmp_path).status == "complete"


# --- what is computed --------------------------------------------------------------------------------------


@pytest.mark.long
def test_what_failed_is_tried_again_only_when_it_is_asked_for_and_within_the_limit(tmp_path, monkeypatch):
    asked, told = measures.numbers(20, measures.failing), []
    run(asked, store=tmp_path, limit=10)
    kept = run(asked, store=tmp_path, limit=3)
    assert (kept.computed, kept.reused, kept.failed, kept.missing) == (3, 10, 2, 7)
    monkeypatch.setenv(measures.MENDED, "1")
    # The failed ones stand first in the space: the limit counts them too.
    some = run(asked, store=tmp_path, retry_failed=True, limit=1, progress=lambda *at: told.append(at))
    assert (some.computed, some.reused, some.failed, some.missing) == (1, 12, 1, 7)
    assert told == [(12, 20), (13, 20)]
    whole = run(asked, store=tmp_path, retry_failed=True)
    assert (whole.computed, whole.reused, whole.failed, whole.missing, whole.status) == (
        8,
        12,
        0,
        0,
        "complete",
    )
    assert whole.column("square").tolist() == [x * x for x in range(20)]


@pytest.mark.long
def test_cells_that_are_alike_are_counted_and_computed_once_and_stand_where_they_were_asked_for(tmp_path):
    twice = space.listed([{"x": 2}, {"x": 1}, {"x": 2}, {"x": 1.0}, {"x": 1}])
    one = measures.numbers(1).with_space(twice)
    found = run(one, store=tmp_path)
    assert (found.computed, len(found), found.missing, found.status) == (3, 5, 0, "complete")
    assert found.column("square").tolist() == [4, 1, 4, 1, 1]
    places = lines(tmp_path / "numbers.duckdb", "SELECT cell, place FROM cells ORDER BY place")
    assert places == [('{"x":2}', 0), ('{"x":1}', 1), ('{"x":1.0}', 3)]
    again = run(one, store=tmp_path)
    assert (again.computed, again.reused) == (0, 3)
    assert lines(tmp_path / "numbers.duckdb", "SELECT cell, place FROM cells ORDER BY place") == places
    part = run(one.with_space(twice, seed=4), store=tmp_path, limit=1)
    assert (part.computed, len(part), part.missing) == (1, 2, 3)
    assert _distinct(one) == 3
    assert _distinct(measures.numbers(4, replications=2)) == 8


@pytest.mark.long
def test_a_part_of_a_large_space_takes_the_room_of_the_part(tmp_path):
    many = measures.numbers(1).with_space(space.draws(20_000, {"x": (0.0, 1.0)}, seed=1))
    tracemalloc.start()
    try:
        for there in (0, 10):
            found = run(many, store=tmp_path, limit=10)
            assert (found.computed, found.reused, found.missing) == (10, there, 19_990 - there)
        # Listed, twenty thousand cells take twenty megabytes.
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()
    assert many.cells()[19_999].values_by_name == [*many.each()][19_999].values_by_name


# --- what is said ------------------------------------------------------------------------------------------


@pytest.mark.long
def test_rows_of_other_contexts_are_told_at_the_start_and_in_the_table(tmp_path):
    told = []
    run(measures.numbers(2), store=tmp_path)
    found = run(measures.numbers(3, seed=1), store=tmp_path, notice=told.append)
    assert told == ["2 rows of an earlier seed are kept and marked stale"] == [found.stale]
    assert run(measures.numbers(3, seed=1), store=tmp_path).stale == found.stale
    assert run(measures.numbers(2), store=tmp_path).stale.startswith("3 rows of an earlier seed")


def test_a_run_that_stops_says_how_it_ended_and_what_stopped_it_goes_through(tmp_path, monkeypatch):
    def stop(done, total):
        if done >= 8:
            raise ZeroDivisionError("stopped")

    with pytest.raises(ZeroDivisionError, match="stopped"):
        run(measures.numbers(20), store=tmp_path, progress=stop)
    ((status, text),) = lines(tmp_path / "numbers.duckdb", "SELECT status, provenance FROM runs")
    assert (status, json.loads(text)["status"], json.loads(text)["computed"]) == ("interrupted",) * 2 + (8,)
    assert len(read_parquet(tmp_path / "numbers.parquet")) == 8

    def cannot(*_):
        raise CannotWrite("full")

    monkeypatch.setattr(Pending, "_close", cannot)
    with pytest.raises(ZeroDivisionError, match="stopped"):
        run(measures.numbers(20, seed=2), store=tmp_path, progress=stop)


@pytest.mark.long
def test_failures_of_cells_that_are_not_asked_for_now_are_not_counted(tmp_path):
    whole = run(measures.numbers(9, measures.failing), store=tmp_path)
    assert (whole.failed, whole.status) == (2, "partial")
    some = run(measures.numbers(4, measures.failing), store=tmp_path)
    assert (some.failed, some.status, some.failures().rows) == (
        1,
        "partial",
        ((3, "ValueError: no luck with 3"),),
    )
    few = run(measures.numbers(3, measures.failing), store=tmp_path)
    assert (few.failed, few.status, few.reused, len(few)) == (0, "complete", 3, 3)


def test_a_run_that_stops_lets_its_store_go_at_once(tmp_path):
    def stop(done, total):
        if done >= 8:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        run(measures.numbers(20), store=tmp_path, progress=stop)
    # The error is still at hand, and all that it passed through.
    with duckdb.connect(str(tmp_path / "numbers.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM cells").fetchone() == (8,)
    assert caught.type is ZeroDivisionError


# --- the result --------------------------------------------------------------------------------------------


def swept(frame, **fields):
    given = {"computed": 1, "reused": 2, "failed": 0, "missing": 0, "stale": "", "provenance": {}}
    experiment = SimpleNamespace(
        slug="s", question="Q?", n_cells=1234, space=SimpleNamespace(names=("x",)), label=lambda n: f"the {n}"
    )
    return Sweep(experiment, frame, **{**given, **fields}, store=Path("s"), seconds=1.0)


COLUMNS = {
    "x": ("BIGINT", [1, 2, 3]), "y": ("DOUBLE", [0.5, None, 2.5]), "t": ("VARCHAR", ["a", None, "b"]),
    "b": ("BOOLEAN", [True, None, False]), "status": ("VARCHAR", ["ok", "failed", "ok"]),
    "error": ("VARCHAR", [None, "a\nb", None]),
}  # fmt: skip
FRAME = Frame(COLUMNS, {})


def test_how_a_run_went_in_a_sentence():
    whole = swept(FRAME)
    assert (whole.status, whole.reason) == ("complete", "3 of 1,234 cells: 1 computed; 2 from the store")
    parts = swept(FRAME, computed=1000, reused=2000, failed=1000, missing=1500, stale="old rows")
    assert parts.reason == (
        "3 of 1,234 cells: 1,000 computed; 2,000 from the store; 1,000 failed (see .failures(); "
        "retry_failed=True tries them again); 1,500 not computed yet (run again to go on); old rows"
    )
    for failed, missing, status in ((0, 1, "partial"), (2, 0, "partial"), (3, 0, "failed"), (3, 1, "failed")):
        assert swept(FRAME, failed=failed, missing=missing).status == status
