"""What the lab says of a run, counted once more from the store's tables, the space and the measure."""

import itertools
import json
import math
import shutil
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.lab import Experiment, fingerprint, run, space
from negotiation.lab.cell import Cell
from negotiation.lab.fingerprint import context_of
from negotiation.lab.storing.stored import stored
from tests.command import ran
from tests.twins.plain_record import entries


@pytest.fixture(autouse=True)
def own_file(monkeypatch):
    """Take the package's hash of one file: somebody may be editing the package."""
    monkeypatch.setattr(fingerprint, "package_files", lambda: [Path(fingerprint.__file__)])


def measured(cell):
    """Fail at some cells; give a value of each kind at the others."""
    x = cell["x"]
    if x % 5 == 3:
        raise ValueError(f"not {x}")
    return {
        "square": x * x, "third": x / 3, "even": x % 2 == 0, "word": f"w{x}", "none": None,
        "sometimes": x if x % 2 else None, "random": float(cell.rng.random()),
    }  # fmt: skip


def known(x, seed=11, replication=0, **more):
    rng = Cell({"x": x, **more}, replication, seed).rng
    return {
        "square": x * x, "third": x / 3, "even": x % 2 == 0, "word": f"w{x}", "none": None,
        "sometimes": x if x % 2 else None, "random": float(rng.random()),
    }  # fmt: skip


NAMES = ("square", "third", "even", "word", "none", "sometimes", "random")


def experiment(cells, **fields):
    given_ = {"slug": "twin", "question": "What is known?", "measure": measured, "batch": 3, "seed": 11}
    return Experiment(**{**given_, "space": space.grid({"x": cells}), **fields})


def lines(path, query):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_table_of_a_run(tmp_path):
    xs = [4, 1, 3, 0, 8, 2, 13]
    found = run(experiment(xs), store=tmp_path)
    rows = found.frame.rows()
    assert found.frame.names == ("x", *NAMES, "status", "error")
    for x, row in zip(xs, rows, strict=True):
        if x % 5 == 3:
            expected = {"x": x, **dict.fromkeys(NAMES), "status": "failed"}
            assert row.pop("error").splitlines()[-1] == f"ValueError: not {x}"
        else:
            expected = {"x": x, **known(x), "status": "ok", "error": None}
        assert row == expected
    kinds = {"x": "BIGINT", "square": "BIGINT", "third": "DOUBLE", "even": "BOOLEAN", "word": "VARCHAR",
             "none": "DOUBLE", "sometimes": "BIGINT", "random": "DOUBLE", "status": "VARCHAR"}  # fmt: skip
    assert {name: found.frame.kind(name) for name in kinds} == kinds
    assert (found.computed, found.reused, found.failed, found.missing) == (7, 0, 3, 0)
    assert (found.status, len(found), found.measures) == ("partial", 7, NAMES)
    assert found.reason.startswith("7 of 7 cells: 7 computed; 0 from the store; 3 failed")
    table = found.table()
    assert table.columns == ("x", *NAMES, "status", "error")
    assert [row[-1] for row in table.rows] == [f"ValueError: not {x}" if x % 5 == 3 else None for x in xs]
    assert list(found.to_pandas()["x"]) == xs
    assert found.column("third").tolist() == pytest.approx(
        [math.nan if x % 5 == 3 else x / 3 for x in xs], nan_ok=True
    )
    failures = entries(found.failures())
    assert failures == [{"x": x, "error": f"ValueError: not {x}"} for x in xs if x % 5 == 3]
    good = [x for x in xs if x % 5 != 3]
    for row in entries(found.summary()):
        values = [known(x)[row["measure"]] for x in good]
        values = [v for v in values if v is not None]
        if not values or isinstance(values[0], str):
            assert (row["cells"], row["least"], row["greatest"]) == (len(values), None, None)
        else:
            numbers = [float(v) for v in values]
            assert (row["cells"], row["least"], row["greatest"]) == (len(values), min(numbers), max(numbers))
            assert row["mean or share"] == pytest.approx(math.fsum(numbers) / len(numbers))


@pytest.mark.long
@pytest.mark.parametrize(
    ("xs", "limit", "batch"),
    [([5, 3, 2, 18, 0, 7, 1], 4, 3), ([8, 1, 3], 9, 1), ([4, 2], 2, 4), ([13, 6, 9, 11], 1, 2)],
)
def test_what_is_computed_reused_and_missing(tmp_path, xs, limit, batch):
    folder = tmp_path
    told = []
    first = run(experiment(xs), store=folder, limit=limit, batch=batch, progress=lambda *at: told.append(at))
    done = min(limit, len(xs))
    failed = [x for x in xs[:done] if x % 5 == 3]
    assert (first.computed, first.reused, first.missing) == (done, 0, len(xs) - done)
    assert first.failed == len(failed)
    assert told == [(min(k * batch, done), len(xs)) for k in range(math.ceil(done / batch) + 1)]
    assert first.frame["x"] == xs[:done]
    second = run(experiment(xs), store=folder)
    assert (second.computed, second.reused, second.missing) == (len(xs) - done, done, 0)
    again = run(experiment(xs), store=folder, retry_failed=True)
    bad = sum(x % 5 == 3 for x in xs)
    assert (again.computed, again.reused, again.failed) == (bad, len(xs) - bad, bad)
    wider = run(experiment([40, *reversed(xs)]), store=folder)
    assert (wider.computed, wider.reused) == (1, len(xs))
    assert wider.frame["x"] == [40, *reversed(xs)]
    path = folder / "twin.duckdb"
    batches = lines(path, "SELECT run, batch, cells FROM batches ORDER BY run, batch")
    assert [b[1:] for b in batches if b[0] == 1] == [
        (k, min(batch, done - k * batch)) for k in range(math.ceil(done / batch))
    ]
    cells = lines(path, "SELECT cell, status, place FROM cells WHERE place >= 0 ORDER BY place")
    assert [json.loads(c)["x"] for c, _, _ in cells] == [40, *reversed(xs)]
    assert [p for _, _, p in cells] == list(range(len(xs) + 1))
    assert [s for _, s, _ in cells] == ["failed" if x % 5 == 3 else "ok" for x in [40, *reversed(xs)]]


@pytest.mark.long
def test_what_is_stored_is_what_was_run(tmp_path):
    xs = [0, 1, 2, 3, 4]
    run(experiment(xs), store=tmp_path, limit=2)
    found = run(experiment(xs), store=tmp_path)
    kept = stored("twin", tmp_path)
    assert kept.frame == (found.frame)
    assert kept.table().columns == found.frame.names
    last = [row[-1] for row in kept.table().rows]
    assert last == [None, None, None, "ValueError: not 3", None]
    told = dict(kept.summary().rows)
    assert (told["question"], told["rows"], told["failed"]) == ("What is known?", 5, 1)
    assert (told["cells of the space"], told["seed"]) == (5, 11)
    assert (told["read from"], told["now"]) == ("twin.duckdb", "nobody is writing")
    assert told["run started"] == found.provenance["started"]
    assert told["wall seconds"] == found.provenance["wall seconds"]
    assert told["command"] == " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    runs = entries(kept.runs)
    raw = lines(tmp_path / "twin.duckdb", "SELECT run, started, ended, status FROM runs ORDER BY run")
    assert [(r["run"], r["started"], r["ended"], r["status"]) for r in runs] == raw
    assert [(r["run"], r["status"], r["rows"], r["stale"]) for r in runs] == [
        (1, "ended", 2, 0),
        (2, "ended", 3, 0),
    ]
    other = run(experiment(xs, seed=12), store=tmp_path)
    assert other.stale == "5 rows of an earlier seed are kept and marked stale"
    stale = [(r["run"], r["rows"], r["stale"]) for r in entries(stored("twin", tmp_path).runs)]
    assert stale == [(1, 2, 2), (2, 3, 3), (3, 5, 0)]
    assert other.column("random").tolist() != found.column("random").tolist()


def test_replications_have_random_numbers_and_a_column_of_their_own(tmp_path):
    found = run(experiment([0, 1], replications=3), store=tmp_path)
    rows = found.frame.rows()
    assert [(r["x"], r["replication"]) for r in rows] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    for row in rows:
        assert row["random"] == known(row["x"], replication=row["replication"])["random"]
    assert len({r["random"] for r in rows}) == 6
    assert (found.experiment.n_cells, found.computed) == (6, 6)


def test_each_part_of_the_provenance(tmp_path, monkeypatch):
    monkeypatch.setenv("MINE", "a")
    path = tmp_path / "data.csv"
    path.write_text("1")
    one = experiment([0, 1, 2], inputs=[path], environment=["MINE"], replications=2)
    before = datetime.now(UTC).replace(microsecond=0)
    found = run(one, store=tmp_path, limit=5)
    told = dict(found.provenance)
    context = context_of(one)
    root = Path(ng.__file__).parents[1]

    def git(*words):
        done = ran([shutil.which("git"), "-C", str(root), *words])
        return done.stdout.strip()

    expected = {
        "experiment": "twin", "question": "What is known?", "spec": one.spec_hash(),
        "space": {"kind": "Grid", "axes": {"x": [0, 1, 2]}}, "scenario": None, "context": context.id,
        "hashes": asdict(context), "seed": 11, "replications": 2, "negotiation": ng.__version__,
        "commit": git("rev-parse", "HEAD") or None, "uncommitted changes": bool(git("status", "--porcelain")),
        "versions": fingerprint.versions_of(measured), "inputs": [path.as_posix(), "MINE"], "axes": ["x"],
        "workers": 1, "executor": "this process",
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "computed": 5, "reused": 0, "cells": 6, "status": "ended",
    }  # fmt: skip
    if not (root / ".git").exists():
        expected |= {"commit": None, "uncommitted changes": None}
    for name, value in expected.items():
        if name == "inputs":
            assert [Path(x).name for x in told[name]] == ["data.csv", "MINE"]
        else:
            assert told[name] == value, name
    assert before <= datetime.fromisoformat(told["started"]) <= datetime.now(UTC)
    assert 0 < told["wall seconds"] <= found.seconds + 1
    assert told["cells a second"] == pytest.approx(5 / told["wall seconds"], rel=0.2)
    machine = {"blas", "cpu", "cores", "system"}
    assert set(told) == {*expected, *machine, "started", "wall seconds", "cells a second"}


# Spaces


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.data())
def test_products_of_spaces(counts, data):
    names = "abc"[: len(counts)]
    axes = {n: [data.draw(st.integers(-9, 9)) for _ in range(k)] for n, k in zip(names, counts, strict=True)}
    cells = [dict(zip(names, values, strict=True)) for values in itertools.product(*axes.values())]
    grid = space.grid(axes)
    assert grid.cells() == cells
    assert (len(grid), grid.names) == (len(cells), tuple(names))
    parts = [space.grid({n: axes[n]}) for n in names]
    whole = space.product(*parts)
    assert whole.cells() == cells
    assert (len(whole), whole.names) == (len(cells), tuple(names))


# Workers


def order(cell):
    return {"b": cell["z"], "a": cell["y"]}


def test_columns_keep_the_order_of_the_space_and_of_the_measure(tmp_path):
    one = experiment([0], measure=order, space=space.grid({"z": [1, 2], "y": [3], "x": [0]}))
    found = run(one, store=tmp_path)
    names = ("z", "y", "x", "b", "a", "status", "error")
    assert found.frame.names == names
    assert found.provenance["axes"] == ["z", "y", "x"]
    kept = stored("twin", tmp_path)
    assert kept.frame.names == names
    assert kept.frame.rows() == found.frame.rows()
