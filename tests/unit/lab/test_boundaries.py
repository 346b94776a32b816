"""What a sweep is made of, at its edges: orders, limits, counts and intervals worked out by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidExperiment
from negotiation.lab import axes, space
from negotiation.lab.cell import LARGEST_INTEGER, Cell, cell_id, cell_values, is_finite, is_whole, plain
from negotiation.lab.claim_indices import SHOWN, ClaimIndex, ClaimIndices
from negotiation.lab.designs import parameter_ranges
from negotiation.lab.dispatch import batches_of
from negotiation.lab.executors import ELSEWHERE, PER_CORE, Inline, Seat, check_workers, is_lost
from negotiation.lab.fingerprint import Context
from negotiation.lab.frames import arrow_table, column_of, provenance_of
from negotiation.lab.provenance import LONG, shortened
from negotiation.lab.result import Sweep
from negotiation.lab.rows import Row, last_line
from negotiation.lab.scenarios import scenario_hash, told
from negotiation.lab.shares import interval
from negotiation.lab.sources import tree_text
from negotiation.lab.sweep import store_path

SCENARIO = ng.load_scenario("us-china-2025")


# --- cells and spaces --------------------------------------------------------------------------------------


def test_plain_values_keep_their_kind_and_zero_has_no_sign():
    assert math.copysign(1.0, plain(-0.0)) == math.copysign(1.0, plain(np.float64(-0.0))) == 1.0
    assert (type(plain(np.bool_(True))), type(plain(np.int8(3)))) == (bool, int)
    assert plain(2**LARGEST_INTEGER - 1) == 2**LARGEST_INTEGER - 1
    with pytest.raises(InvalidExperiment, match="binary digits"):
        plain(2**LARGEST_INTEGER)
    assert [is_whole(x) for x in (3, np.int64(3), True, 3.0)] == [True, True, False, False]
    assert [is_finite(x) for x in (3, 0.5, True, math.inf, math.nan, "3")] == [True, True] + [False] * 4


def test_a_cell_is_its_values_and_its_replication_whatever_their_order():
    assert cell_id({"a": 1, "b": 2.5}) == cell_id({"b": 2.5, "a": 1}) == Cell({"b": 2.5, "a": 1}).id
    ids = {cell_id(v, k) for v in ({"a": 1}, {"a": 1.0}, {"a": True}, {"a": "1"}, {"b": 1}) for k in (0, 1)}
    assert len(ids) == 10
    one, again, other, seed = Cell({"a": 1}), Cell({"a": 1}), Cell({"a": 1}, 1), Cell({"a": 1}, seed=1)
    assert one.rng.random() == again.rng.random() == one.rng.random()
    assert len({c.rng.random() for c in (one, other, seed, Cell({"a": 2}))}) == 4


def test_a_cell_puts_its_parameters_into_the_scenario_and_leaves_the_rest():
    cell = Cell({"reaction_lag_days": 30, "mine": 5}, base=SCENARIO)
    assert cell.parameters == {"reaction_lag_days": 30.0}
    assert cell.scenario.parameters["reaction_lag_days"] == 30.0
    assert cell.scenario.parameters["security_weight"] == SCENARIO.parameters["security_weight"]
    assert cell.number("mine") == 5.0


def test_the_last_name_and_the_last_space_vary_fastest():
    grid = space.grid({"x": (1, 2), "y": ("a", "b")})
    xy = [(1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert [tuple(c.values()) for c in grid.cells()] == xy
    assert grid.names == ("x", "y")
    product = grid * space.listed([{"z": 7}, {"z": 8}])
    assert [tuple(c.values()) for c in product.cells()] == [(*each, z) for each in xy for z in (7, 8)]
    assert (len(product), product.names) == (8, ("x", "y", "z"))
    side = space.zipped(space.grid({"x": (1, 2)}), space.grid({"z": (7, 8)}))
    assert (side.cells(), len(side)) == ([{"x": 1, "z": 7}, {"x": 2, "z": 8}], 2)


def test_even_steps_have_both_ends():
    assert [c["x"] for c in space.linspace("x", 1.0, 2.0, 5).cells()] == [1.0, 1.25, 1.5, 1.75, 2.0]
    assert [c["x"] for c in space.linspace("x", 1.0, 2.0, 1).cells()] == [1.0]


def test_as_many_values_as_the_limit_says_are_listed_and_no_more(monkeypatch):
    monkeypatch.setattr(axes, "LARGEST_AXIS", 3)
    monkeypatch.setattr(axes, "LARGEST_SPACE", 9)
    assert len(space.grid({"x": range(3), "y": range(3)}).cells()) == 9
    assert len(space.linspace("x", 0, 1, 3)) == 3
    for make in (lambda: space.grid({"x": range(4)}), lambda: space.linspace("x", 0, 1, 4),
                 lambda: space.listed([{"x": k} for k in range(4)])):  # fmt: skip
        with pytest.raises(InvalidExperiment):
            make()
    with pytest.raises(InvalidExperiment, match="10 cells"):
        axes.refuse_if_huge(10)


@pytest.mark.parametrize("kind", [space.draws, space.latin_hypercube, space.sobol, space.saltelli])
def test_points_fill_each_range_from_low_to_high(kind):
    low, high = np.array([10.0, -4.0]), np.array([20.0, -2.0])
    found = kind(64, {"a": (10, 20), "b": (-4, -2)}, seed=3)
    points = np.array([list(cell.values()) for cell in found.cells()])
    assert points.shape == (len(found), 2)
    assert (points >= low).all() and (points <= high).all()  # noqa: PT018
    assert points.mean(axis=0) == pytest.approx((low + high) / 2, abs=1.2)
    assert np.ptp(points, axis=0) == pytest.approx(high - low, rel=0.2)
    assert len(found) == (64 * 4 if kind is space.saltelli else 64)
    other = kind(64, {"a": (10, 20), "b": (-4, -2)}, seed=4)
    assert other.cells() != found.cells()


def test_a_hypercube_has_a_point_in_each_slice_of_each_range():
    points = space.latin_hypercube(8, {"a": (0, 8), "b": (0, 8)}, seed=1).cells()
    for name in "ab":
        assert sorted(int(cell[name]) for cell in points) == list(range(8))


@pytest.mark.parametrize("kind", [space.draws, space.sobol])
def test_more_points_begin_with_the_same_ones(kind):
    ranges = {"a": (0, 1), "b": (0, 1)}
    assert kind(40, ranges).cells()[:5] == kind(5, ranges).cells()
    assert len(kind(5, ranges).cells()) == 5


def test_ranges_are_those_of_the_calibration_and_only_of_what_has_one():
    found, quantities = parameter_ranges(scenario=SCENARIO), SCENARIO.quantities
    assert found == {n: (q.low, q.high) for n, q in quantities.items() if q.low < q.high}
    assert parameter_ranges(["reaction_lag_days"], SCENARIO) == {
        "reaction_lag_days": (quantities["reaction_lag_days"].low, quantities["reaction_lag_days"].high)
    }


# --- shares ------------------------------------------------------------------------------------------------


def test_exact_intervals_at_none_and_at_all():
    # With none of n the upper end u has (1 - u)^n = tail; with all of n the lower end is its mirror image.
    low, high = interval(0, 10, level=0.9, method="clopper_pearson")
    assert (low, high) == (0.0, pytest.approx(1 - 0.05**0.1))
    low, high = interval(10, 10, level=0.9, method="clopper_pearson")
    assert (low, high) == (pytest.approx(0.05**0.1), 1.0)
    # One of two: the ends l and u have 1 - (1 - l)^2 = u^2 mirrored = tail.
    low, high = interval(1, 2, level=0.9, method="clopper_pearson")
    assert (low, high) == pytest.approx((1 - math.sqrt(0.95), math.sqrt(0.95)))


@pytest.mark.parametrize(("holds", "draws"), [(0, 10), (3, 10), (10, 10), (1, 1), (50, 200)])
def test_the_ends_of_wilsons_interval_are_z_errors_from_the_share(holds, draws):
    z, p = 1.959963984540054, holds / draws  # of 95 percent
    for end in interval(holds, draws):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(p - end) == pytest.approx(z * math.sqrt(end * (1 - end) / draws), rel=1e-9)
    low, high = interval(holds, draws)
    assert p - 1e-12 <= high <= 1
    assert -1e-12 <= low <= p + 1e-12
    assert high - low > 0


# --- tables ------------------------------------------------------------------------------------------------


def rows_of(*measures, failed=()):
    found = []
    for k, text in enumerate(measures):
        bad = k in failed
        found.append(
            Row(f"id{k}", "failed" if bad else "ok", f'{{"x":{k}}}', k % 2, None if bad else text,
                "first line\nLast: line" if bad else None, 0.5)
        )  # fmt: skip
    return found


def test_columns_are_inputs_measures_and_how_it_went_each_of_one_type():
    rows = rows_of('{"a":1,"x":2.5,"flag":true}', "{}", '{"a":2,"late":"t","status":1}', failed=(1,))
    table = arrow_table(rows, ["x"], 2, {"made": 1})
    assert table.column_names == [
        "x", "replication", "a", "measured x", "flag", "late", "measured status", "status", "error",
    ]  # fmt: skip
    assert table["x"].to_pylist() == [0, 1, 2]
    assert table["replication"].to_pylist() == [0, 1, 0]
    assert table["a"].to_pylist() == [1, None, 2]
    assert [str(table[n].type) for n in ("x", "a", "measured x", "flag", "late", "error")] == [
        "int64", "int64", "double", "bool", "string", "string",
    ]  # fmt: skip
    assert column_of(table, "error") == [None, "Last: line", None]
    assert provenance_of(table) == {"made": 1}
    assert "replication" not in arrow_table(rows, ["x"], 1, {}).column_names


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[true,1]", "int64"), ("[true,2.5]", "double"), ("[true,null]", "bool"), ("[null,null]", "double"),
     (f"[{2**63 - 1},{-(2**63)}]", "int64"), (f"[{2**63},1]", "double"), ('[1,"a"]', "string")],
)  # fmt: skip
def test_a_column_has_the_narrowest_type_that_holds_it_all(text, kind):
    values = text.strip("[]").split(",")
    table = arrow_table(rows_of(*(f'{{"a":{v}}}' for v in values)), ["x"], 1, {})
    assert str(table["a"].type) == kind


def sweep_of(rows, missing=0):
    experiment = SimpleNamespace(
        slug="s", question="q", n_cells=len(rows) + missing, space=SimpleNamespace(names=("x",)),
        label=lambda name: name,
    )  # fmt: skip
    failed = sum(row.status == "failed" for row in rows)
    return Sweep(
        experiment, arrow_table(rows, ["x"], 1, {}), len(rows), 0, failed, missing, "", {}, None, 1.0
    )


def test_a_run_is_complete_partial_or_failed():
    good, bad = rows_of('{"a":1}', '{"a":2}'), rows_of("{}", "{}", failed=(0, 1))
    assert sweep_of(good).status == "complete"
    assert sweep_of(good, missing=1).status == "partial"
    assert sweep_of(rows_of('{"a":1}', "{}", failed=(1,))).status == "partial"
    assert sweep_of(bad).status == "failed"


def test_a_summary_leaves_out_what_is_no_number_and_what_is_not_there():
    rows = rows_of('{"a":1,"b":true}', '{"a":NaN,"b":false}', "{}", '{"a":4,"b":true}', failed=(2,))
    found = {row[0]: row[2:] for row in sweep_of(rows).summary().rows}
    assert found == {"a": (2, 1.0, 2.5, 4.0), "b": (3, 0.0, pytest.approx(2 / 3), 1.0)}
    assert sweep_of(rows).failures().rows == ((2, "Last: line"),)
    assert np.isnan(sweep_of(rows).column("a")).tolist() == [False, True, True, False]


def test_the_last_line_of_an_error_says_what_it_was():
    assert [last_line(t) for t in (None, "", " \n", "one", "one\ntwo\n\n")] == [
        None,
        None,
        None,
        "one",
        "two",
    ]


def test_long_lists_are_told_by_their_ends():
    assert shortened({"a": list(range(LONG))}) == {"a": list(range(LONG))}
    assert shortened({"a": [[*range(LONG + 1)]]}) == {"a": [{"values": LONG + 1, "first": 0, "last": LONG}]}


# --- what numbers depend on --------------------------------------------------------------------------------


def test_each_part_of_a_context_makes_another_one():
    parts = {"code": "a", "experiment": "b", "calibration": "c", "versions": "d", "inputs": "e", "seed": 0}
    one = Context(**parts)
    assert one.id == Context(**parts).id
    for name in (*parts, "layout"):
        other = Context(**{**parts, name: 99 if name in ("seed", "layout") else "z"})
        assert other.id != one.id
        assert one.differences({**vars(other)}) == (name,)
    assert one.differences(vars(one)) == ()


def test_a_scenario_has_another_hash_for_another_value_or_fact_and_not_for_another_name():
    same = SCENARIO.with_parameters({"security_weight": SCENARIO.parameters["security_weight"]})
    moved = SCENARIO.with_parameters({"security_weight": SCENARIO.parameters["security_weight"] + 0.01})
    assert scenario_hash(same) == scenario_hash(SCENARIO) != scenario_hash(moved)
    assert told("us-china-2025") == "us-china-2025"
    assert told(moved) == f"us-china-2025 as made, {scenario_hash(moved)}"


def test_what_runs_counts_and_what_is_said_of_it_does_not():
    base = 'def f(x):\n    "what"\n    return x + 1\n'
    assert tree_text(base) == tree_text('"""A module."""\ndef f(x):  # so\n    return (x + 1)\n')
    for other in ("def f(x):\n    return x + 2\n", "def f(x):\n    assert x\n    return x + 1\n",
                  "def f(x, y=0):\n    return x + 1\n", 'def f(x):\n    x\n    return x + 1\n'):  # fmt: skip
        assert tree_text(other) != tree_text(base)


# --- running -----------------------------------------------------------------------------------------------


def test_cells_come_in_batches_numbered_from_nought():
    cells = [({"x": k}, 0) for k in range(5)]
    found = list(batches_of(cells, 2))
    assert [(b.number, [c[0]["x"] for c in b.cells], b.crashes) for b in found] == [
        (0, [0, 1], 0), (1, [2, 3], 0), (2, [4], 0),
    ]  # fmt: skip
    assert [len(b) for b in batches_of(cells[:4], 2)] == [2, 2]


def test_a_seat_in_this_process_takes_one_batch_and_others_two_a_worker_and_two():
    assert (Seat(1).width, Seat(1).name) == (1, "this process")

    class Elsewhere(Inline.__base__):
        pass

    assert (Seat(3, Elsewhere()).width, Seat(3, Elsewhere()).name) == (8, "Elsewhere")


def test_as_many_workers_as_are_of_use(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    check_workers(2 * PER_CORE, given=False)
    check_workers(ELSEWHERE, given=True)
    for workers, given in ((2 * PER_CORE + 1, False), (ELSEWHERE + 1, True)):
        with pytest.raises(InvalidExperiment):
            check_workers(workers, given=given)


def test_a_dead_worker_is_known_by_the_name_of_its_error_or_of_one_that_it_is_made_from():
    class KilledWorker(Exception): ...

    class Mine(KilledWorker): ...

    assert [is_lost(e) for e in (KilledWorker(), Mine(), ValueError("KilledWorker"))] == [True, True, False]


def test_a_store_lies_in_a_folder_of_its_name_unless_it_is_said_where(tmp_path):
    assert store_path("s").as_posix() == "results/s/s.duckdb"
    assert store_path("s", tmp_path) == tmp_path / "s.duckdb"
    assert store_path("s", tmp_path / "other.duckdb") == tmp_path / "other.duckdb"
    (tmp_path / "folder.duckdb").mkdir()
    assert store_path("s", tmp_path / "folder.duckdb") == tmp_path / "folder.duckdb" / "s.duckdb"


# --- indices of claims -------------------------------------------------------------------------------------


def test_indices_stand_by_size_and_those_of_note_in_some_claim_are_shown():
    def index(claim, reason="", **total):
        values = np.array(list(total.values()))
        return ClaimIndex(claim, tuple(total), values / 2, values.copy(), values / 10, reason)

    small = SHOWN - 0.001
    found = ClaimIndices(
        (index("one", a=0.2, b=small, c=0.7), index("two", b=SHOWN, d=small), index("three", "none")), 8
    )
    assert [row[:2] for row in found.table().rows] == [
        ("one", "c"), ("one", "a"), ("one", "b"), ("two", "b"), ("two", "d"), ("three", None),
    ]  # fmt: skip
    assert found.table().rows[0][2:5] == (0.35, 0.7, pytest.approx(0.07))
    names, grid = found.shown()
    assert names == ("a", "b", "c")
    nan = math.nan
    expected = np.array([[0.2, small, 0.7], [nan, SHOWN, nan], [nan, nan, nan]])
    assert np.array_equal(grid, expected, equal_nan=True)
    assert (found.status, found.reason) == ("partial", "three: none")
    assert cell_values({"x": np.float64(1)}) == {"x": 1.0}


def test_how_it_went_is_text_even_where_there_is_nothing_to_say():
    for rows in (rows_of("{}"), rows_of(*["{}"] * 3), rows_of("{}", "{}", failed=(1,))):
        table = arrow_table(rows, ["x"], 1, {})
        assert [str(table[name].type) for name in ("status", "error")] == ["string", "string"]
