"""One run on a store: when it writes for readers; what it says of its time, its cells and its failures."""

import time
from types import SimpleNamespace

import duckdb
import measures
import pytest

from negotiation.lab import pending, run, space
from negotiation.lab.pending import Pending


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, [16, 40, 64]), (0.45, [16, 56])])
def test_readers_get_a_snapshot_every_ten_seconds_that_takes_a_fiftieth_of_the_time_at_most(
    tmp_path, monkeypatch, seconds, expected
):
    # Five seconds a batch of eight. Ten seconds after the last one is too early, fifteen is not. One that
    # took 0.45 seconds is followed by another after more than 22.5 of them.
    passed, seen = [1000.0], []
    real_write, real_snapshot = pending.write_parquet, Pending._snapshot

    def write(*given, **named):
        real_write(*given, **named)
        passed.append(seconds)

    def snapshot(self):
        seen.append(self.computed)
        real_snapshot(self)

    monkeypatch.setattr(
        pending, "time", SimpleNamespace(monotonic=lambda: sum(passed), perf_counter=time.perf_counter)
    )
    monkeypatch.setattr(pending, "write_parquet", write)
    monkeypatch.setattr(Pending, "_snapshot", snapshot)
    run(measures.numbers(72), store=tmp_path, progress=lambda *_: passed.append(5.0))
    assert seen == [*expected, 72]  # and at the end


def test_the_time_and_the_cells_of_a_run_are_told_to_a_thousandth_and_with_those_that_are_alike(
    tmp_path, monkeypatch
):
    seconds = iter([1.0, *[3.34567] * 9])
    monkeypatch.setattr(
        pending, "time", SimpleNamespace(monotonic=time.monotonic, perf_counter=lambda: next(seconds))
    )
    alike = measures.numbers(1).with_space(space.listed([{"x": 1}, {"x": 1}, {"x": 2}]))
    found = run(alike, store=tmp_path)
    told = {name: found.provenance[name] for name in ("wall seconds", "cells a second", "cells", "computed")}
    assert told == {"wall seconds": 2.346, "cells a second": 0.9, "cells": 3, "computed": 2}
    assert (round(found.seconds, 9), found.missing) == (2.34567, 0)
    assert {name: found.frame.origin[name] for name in told} == told


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
