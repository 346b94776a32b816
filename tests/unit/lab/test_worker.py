"""What a worker is given, what it gives back for each cell, and what it refuses to compute with."""

import json
import time

import measures
import pytest

import negotiation as ng
from negotiation.errors import BrokenRun
from negotiation.game_theory.games import StageGame
from negotiation.lab import Experiment, load_experiment, space, worker
from negotiation.lab.cell import Cell
from negotiation.lab.worker import Batch, Setup, compute, prepare, setup_of
from tests.us_china import SCENARIO as WORLD

GAME = StageGame.from_matrices([[1, 2], [3, 4]], [[5, 6], [7, 8]])


@pytest.fixture(autouse=True)
def own_caches():
    """Let each test find the worker's caches as in a process that has just begun."""
    caches = (worker._files, worker._code, worker._check_versions, worker._loaded)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def asked(measure=measures.plain, **fields):
    kind = "batch_measure" if "batch" in measure.__name__ else "measure"
    given = {"slug": "asked", "question": "?", "space": space.grid({"x": [4, 1]}), kind: measure}
    return Experiment(**{**given, **fields})


def batch(*cells):
    return Batch(3, tuple(cells))


def rows(measure, *cells, **fields):
    return compute(setup_of(asked(measure, **fields)), batch(*cells)).rows


FILE = """
import negotiation as ng


def measured(cell):
    return {"y": cell["x"] + 10}


experiment = ng.Experiment(slug="mine", question="?", measure=measured, space=ng.space.grid({"x": [1, 2]}))
"""


def test_the_text_of_an_experiments_file_goes_to_the_worker(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    one = load_experiment(path)
    found = setup_of(one, compare=True)
    assert (found.source, found.where, found.measure, found.files) == (FILE, str(path), None, "")
    path.unlink()
    assert [row.measures for row in compute(found, batch(({"x": 1}, 0), ({"x": 5}, 0))).rows] == [
        '{"y": 11}', '{"y": 15}',
    ]  # fmt: skip


def told(cell):
    return {
        "x": cell["x"], "k": cell.replication, "weight": cell.scenario.parameters["security_weight"],
        "most": float(cell.game.payoffs.max()), "random": float(cell.rng.random()), 7: None, "é": "ü",
    }  # fmt: skip


def test_each_row_is_of_its_cell_with_scenario_game_seed_and_replication():
    cells = [({"x": 3, "security_weight": 0.25}, 2), ({"x": 1, "security_weight": 0.75}, 0)]
    found = rows(told, *cells, scenario="us-china-2025", game=GAME, seed=5)
    for row, (values, k) in zip(found, cells, strict=True):
        assert (row.cell_id, row.status, row.replication) == (Cell(values, k).id, "ok", k)
        assert (json.loads(row.cell), row.error) == (values, None)
        random = float(ng.lab.Cell(values, k, 5).rng.random())
        expected = {"x": values["x"], "k": k, "weight": values["security_weight"], "most": 8.0,
                    "random": random, "7": None, "é": "ü"}  # fmt: skip
        assert list(json.loads(row.measures).items()) == list(expected.items())
        assert '"é": "ü"' in row.measures
        assert 0 <= row.seconds < 60
    moved = WORLD.with_parameters({"reaction_lag_days": 20.0})
    (row,) = rows(lag, ({"x": 1}, 0), scenario=moved)
    assert json.loads(row.measures) == {"lag": 20.0}


def lag(cell):
    return {"lag": cell.scenario.parameters["reaction_lag_days"]}


def odd(cell):
    return {
        "none": {}, "list": [1], "number": 3, "object": {"a": object()}, "numpy": {"a": ng.StageGame},
        "surrogate": {"\ud800": 1}, "nan": {"a": float("nan")},
    }[cell["x"]]  # fmt: skip


def test_what_is_no_set_of_named_numbers_fails_its_cell():
    kinds = ("none", "list", "number", "object", "numpy", "surrogate", "nan")
    found = {json.loads(row.cell)["x"]: row for row in rows(odd, *(({"x": x}, 0) for x in kinds))}
    assert found.pop("nan").measures == '{"a": NaN}'
    assert {row.status for row in found.values()} == {"failed"}
    assert found["list"].error.rstrip().endswith("numbers by name, such as {'name': 0.5}; got [1]")
    assert all("InvalidExperiment" in row.error for row in found.values())
    assert [row.measures for row in found.values()] == [None] * 6


def deep(cell, left=20):
    if left == 0:
        raise ValueError("half \ud800")
    return deeper(cell, left - 1)


def deeper(cell, left):
    return deep(cell, left - 1)  # in turn, so that no lines are alike


def test_of_a_long_traceback_the_last_eight_entries_are_kept():
    (row,) = rows(deep, ({"x": 1}, 0))
    assert row.error.splitlines()[-1] == "ValueError: half \\ud800"
    assert (row.error.count('File "'), "Traceback" in row.error) == (7, False)
    assert row.error.count("in deeper") == 3


CALLS = []


def batched(cells):
    """Note which cells came together; fail, say too little or leave at some."""
    xs = [cell["x"] for cell in cells]
    CALLS.append(xs)
    if "short" in xs and len(xs) > 1:
        return [{"y": 0}]
    if "bad" in xs:
        raise ValueError("bad")
    if "odd" in xs:
        return [3 for _ in xs]
    if "leave" in xs:
        raise SystemExit("left")
    return ({"y": x} for x in xs)


def test_a_batch_is_measured_at_once_and_cell_by_cell_where_that_fails():
    CALLS.clear()
    found = rows(batched, *(({"x": x}, x) for x in (5, 6, 7)))
    assert CALLS == [[5, 6, 7]]
    assert [(row.status, row.measures, row.replication) for row in found] == [
        ("ok", f'{{"y": {x}}}', x) for x in (5, 6, 7)
    ]
    assert len({row.seconds for row in found}) == 1
    for word, how in (("short", "ok"), ("bad", "failed"), ("odd", "failed"), ("leave", "failed")):
        CALLS.clear()
        found = rows(batched, ({"x": 5}, 0), ({"x": word}, 0), ({"x": 6}, 0))
        assert [[5, word, 6], [5], [word], [6]] == CALLS
        assert [row.status for row in found] == ["ok", how, "ok"]


def changed(setup, **fields):
    return Setup(**{**vars(setup), **fields})


@pytest.mark.long
def test_a_worker_with_anything_else_than_the_run_began_with_computes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("MINE", "1")
    whole = setup_of(asked(scenario="us-china-2025", environment=["MINE"]), compare=True)
    package, scenario = whole.expected
    others = {
        "another version of the package": changed(whole, expected=("x", scenario)),
        "the scenario 'us-china-2025' is not the one": changed(whole, expected=(package, "x")),
        "a worker has python .*, but the run began with 2": changed(
            whole, versions={**whole.versions, "python": "2"}
        ),
        "a worker has typer .*, but the run began with 0": changed(
            whole, versions={**whole.versions, "typer": "0"}
        ),
        "the files of the measure 'plain' differ": changed(whole, files="x"),
    }
    for words, other in others.items():
        for attempt in (lambda other=other: prepare(other), lambda other=other: compute(other, batch())):
            with pytest.raises(BrokenRun, match=words):
                attempt()
    prepare(whole)
    assert compute(whole, batch(({"x": 1}, 0))).rows[0].status == "ok"
    monkeypatch.setenv("MINE", "2")
    with pytest.raises(BrokenRun, match=r"inputs \(MINE\) is not what it was"):
        compute(whole, batch(({"x": 1}, 0)))
    # A scenario that was made comes with its batch and is compared with nothing.
    made = setup_of(asked(lag, scenario=WORLD))
    assert compute(made, batch(({"x": 1}, 0))).rows[0].status == "ok"
    with pytest.raises(BrokenRun, match="another version of the package"):
        compute(changed(made, expected=("x", "")), batch())


def slow_in_batches(cells):
    time.sleep(0.05)
    return [{"x": cell["x"]} for cell in cells]


def test_the_seconds_of_cells_are_those_of_their_batch_shared_out():
    began = time.perf_counter()
    found = rows(slow_in_batches, *(({"x": k}, 0) for k in range(200)))
    assert 0.05 <= sum(row.seconds for row in found) <= time.perf_counter() - began
