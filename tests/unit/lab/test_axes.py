"""Spaces at their edges: what they say of themselves, what they hold, and what they refuse in which words."""

import sys
from pathlib import Path

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidExperiment, UnknownParameter
from negotiation.lab import axes, space
from negotiation.lab.designs import Saltelli, parameter_ranges

WORLD = ng.load_scenario("japan-korea-2019")


def refused(make):
    """Return what is said where something cannot be made."""
    with pytest.raises(InvalidExperiment) as caught:
        make()
    return str(caught.value)


def test_each_kind_of_space_says_what_it_is_made_from():
    a, b = space.grid({"a": (1, 2)}), space.listed([{"b": "x", "c": 0}, {"b": "y", "c": 0}])
    grid, listed = ({"kind": "Grid", "axes": {"a": [1, 2]}},
                    {"kind": "Listed", "entries": [{"b": "x", "c": 0}, {"b": "y", "c": 0}]})  # fmt: skip
    assert (a.describe(), b.describe()) == (grid, listed)
    assert (a * b).describe() == {"kind": "Product", "parts": [grid, listed]}
    assert space.zipped(b, a).describe() == {"kind": "Zipped", "parts": [listed, grid]}
    box = {"x": (0, 1), "y": (2, 4)}
    for kind, name in ((space.draws, "Draws"), (space.latin_hypercube, "LatinHypercube"),
                       (space.sobol, "Sobol"), (space.saltelli, "Saltelli")):  # fmt: skip
        told = {"kind": name, "ranges": {"x": [0.0, 1.0], "y": [2.0, 4.0]}, "count": 4}
        assert kind(4, box).describe() == {**told, "seed": 0}
        assert kind(4, box, seed=3).describe() == {**told, "seed": 3}
    whole = a * b * space.grid({"d": [0]})
    assert (whole.names, len(whole)) == (("a", "b", "c", "d"), 4)
    assert (a * b).cells()[1] == {"a": 1, "b": "y", "c": 0}


def test_cells_that_are_listed_keep_their_order_and_may_say_their_names_in_any():
    found = space.listed(iter([{"x": 3, "y": 1}, {"y": 2, "x": 0}, {"x": 3, "y": 1}]))
    assert (found.names, len(found)) == (("x", "y"), 3)
    assert found.cells() == [{"x": 3, "y": 1}, {"x": 0, "y": 2}, {"x": 3, "y": 1}]
    said = refused(lambda: space.listed([{"x": 3, "y": 1}, {"y": 2, "z": 0}]))
    assert said == "Listed: all cells need the names ['x', 'y']; one has ['y', 'z']"
    assert "['x'" in refused(lambda: space.listed([{"x": 3, "y": 1}, {"x": 2}]))
    for empty in (lambda: space.listed([]), lambda: space.grid({}), space.product, space.zipped):
        refused(empty)


def test_axes_come_from_any_iterable_once_and_from_no_text():
    assert space.grid({"x": iter([1, 2]), "y": (k for k in "ab")}).cells()[2] == {"x": 2, "y": "a"}
    for axis in ("ab", b"ab", 3):
        assert refused(lambda axis=axis: space.grid({"y": [1], "x": axis})) == (
            f"the axis 'x' needs a list of values; got {axis!r}; write [{axis!r}]"
        )
    assert refused(lambda: space.grid({"y": [1], "x": []})) == "Grid: the axis 'x' has no values"
    assert refused(lambda: space.grid([("x", [1])])).endswith("got [('x', [1])]")
    for no_list in ({"x": 1}, "x", 3):
        assert refused(lambda no_list=no_list: space.listed(no_list)).endswith(f"got {no_list!r}")
    assert refused(lambda: space.listed([{"x": 1}, [2]])).endswith("got [2]")


def test_names_that_two_spaces_vary_are_told_the_first_by_the_alphabet():
    two = space.grid({"b": [1], "a": [1]}), space.grid({"c": [1], "b": [1], "a": [2]})
    for join in (space.product, space.zipped):
        assert "'a' is varied by two of the spaces" in refused(lambda join=join: join(*two))
    said = refused(lambda: space.zipped(*(space.grid({n: range(k)}) for n, k in (("a", 3), ("b", 2)))))
    assert said == "Zipped: zipped spaces need the same number of cells; got [2, 3]"
    three = space.zipped(*(space.grid({n: [1, 2, 3]}) for n in "abc"))
    assert (len(three), three.cells()[1]) == (3, {"a": 2, "b": 2, "c": 2})


def test_a_space_has_at_most_fifty_million_cells_and_an_axis_a_million():
    axes.refuse_if_huge(50_000_000)
    assert "50,000,001 cells; at most 50,000,000" in refused(lambda: axes.refuse_if_huge(50_000_001))
    assert axes.LARGEST_AXIS == 1_000_000
    assert axes.product_of([sys.maxsize]) == sys.maxsize
    assert axes.product_of([2, 3, 4]) == 24
    assert "about 9e+18 cells" in refused(lambda: axes.product_of([sys.maxsize // 2 + 1, 2]))
    large = space.grid({"x": range(8_000)})
    both = large * space.grid({"y": range(8_000)})
    assert len(both) == 64_000_000
    assert "64,000,000 cells" in refused(both.cells)
    grid = space.grid({"x": range(8_000), "y": range(8_000)})
    assert "64,000,000 cells" in refused(grid.cells)


def test_a_row_of_values_begins_and_ends_where_it_is_said():
    assert space.linspace("x", 2, -1, 4).cells() == [{"x": 2.0}, {"x": 1.0}, {"x": 0.0}, {"x": -1.0}]
    assert len(space.linspace("x", np.float32(0), np.int64(1), np.int64(7))) == 7
    assert "got 0" in refused(lambda: space.linspace("x", 0, 1, 0))
    for low, high in ((True, 1), (0, None), (float("nan"), 1), (0, -float("inf"))):
        assert refused(lambda low=low, high=high: space.linspace("pace", low, high, 3)) == (
            f"linspace: the ends of 'pace' are finite numbers; got {low!r}, {high!r}"
        )
    far = refused(lambda: space.linspace("pace", 0, 10**400, 2))
    assert far.startswith("linspace: the ends of 'pace' are finite numbers; got 0, 1000")
    assert len(far) < 200
    assert "the ends of 'pace' are too far apart" in refused(lambda: space.linspace("pace", -1e308, 1e308, 2))


BOX = {"x": (0.0, 2.0), "y": (5.0, 5.0)}


@pytest.mark.parametrize("kind", [space.draws, space.latin_hypercube, space.sobol, space.saltelli])
def test_designs_refuse_ranges_and_counts_that_cannot_be(kind):
    assert {cell["y"] for cell in kind(2, BOX).cells()} == {5.0}  # a range may be a point
    assert kind(2, BOX).names == ("x", "y")
    assert len(kind(1, BOX).cells()) == (4 if kind is space.saltelli else 1)
    for pair in ((1, 0), (float("nan"), 1), (0, float("inf")), (-float("inf"), 0)):
        low, high = map(float, pair)
        said = refused(lambda pair=pair: kind(2, {"x": (0, 1), "pace": pair}))
        assert "the range of 'pace' needs finite low <= high" in said or "finite" in said
        assert "pace" in said
        if np.isfinite([low, high]).all():
            assert f"got {low}, {high}" in said
    assert "the range of 'pace' is too wide" in refused(lambda: kind(2, {"pace": (-1e308, 1e308)}))
    for count in (0, -2, 10**12 + 1, 2.5):
        assert "count" in refused(lambda count=count: kind(count, BOX))
    assert "seed" in refused(lambda: kind(2, BOX, seed=-1))
    refused(lambda: kind(2, {}) if kind is not space.draws else kind(0))


def test_the_cells_of_a_design_are_counted_before_they_are_listed():
    assert len(space.draws(10**12, BOX)) == 10**12
    scheme = space.saltelli(2**24, BOX)
    assert len(scheme) == 4 * 2**24
    assert "67,108,864 cells" in refused(scheme.cells)
    assert "got 6" in refused(lambda: space.saltelli(6, BOX))
    assert Saltelli(ranges=BOX, count=2).problem() == {
        "num_vars": 2, "names": ["x", "y"], "bounds": [[0.0, 1.0], [0.0, 1.0]],
    }  # fmt: skip


def test_ranges_are_of_the_scenario_that_is_meant_and_in_the_order_asked_for():
    ranges = {name: (q.low, q.high) for name, q in WORLD.quantities.items() if q.low < q.high}
    names = list(ranges)[3:0:-1]
    for source in (WORLD, WORLD.name, Path(WORLD.folder), str(WORLD.folder)):
        found = parameter_ranges(names, source)
        assert list(found.items()) == [(name, ranges[name]) for name in names]
    assert parameter_ranges([], WORLD) == {}
    fixed = [name for name, q in WORLD.quantities.items() if q.low == q.high and name in WORLD.parameters]
    for name in fixed[:1]:  # what has no range is no part of a box, unless it is asked for
        assert parameter_ranges([name], WORLD) == {name: (WORLD.quantities[name].low,) * 2}
    with pytest.raises(UnknownParameter, match="security_wait"):
        parameter_ranges([names[0], "security_wait"], WORLD)
    own = space.draws(2, {"pace": (0, 1)}, seed=3, scenario=WORLD)
    assert (own.names, own.seed, own.count) == (("pace",), 3, 2)
    assert space.draws(2, seed=3).names == tuple(parameter_ranges())
