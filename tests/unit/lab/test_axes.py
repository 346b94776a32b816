"""Spaces at their edges: what they say of themselves, what they hold, and what they refuse in which words."""

import sys

import numpy as np
import pytest
from measures import refused

from negotiation.errors import InvalidExperiment
from negotiation.lab import axes, space
from negotiation.lab.designs import Saltelli


def test_cells_that_are_listed_keep_their_order_and_may_say_their_names_in_any():
    found = space.listed(iter([{"x": 3, "y": 1}, {"y": 2, "x": 0}, {"x": 3, "y": 1}]))
    assert (found.names, len(found)) == (("x", "y"), 3)
    assert found.cells() == [{"x": 3, "y": 1}, {"x": 0, "y": 2}, {"x": 3, "y": 1}]
    said = refused(lambda: space.listed([{"x": 3, "y": 1}, {"y": 2, "z": 0}]))
    assert said.startswith("Listed: one cell has the names ['y', 'z'], but all must have the names of the")
    assert "['x', 'y']; correct" in said
    assert "['x'" in refused(lambda: space.listed([{"x": 3, "y": 1}, {"x": 2}]))
    for empty in (lambda: space.listed([]), lambda: space.grid({}), space.product):
        refused(empty)


def test_names_that_two_spaces_vary_are_told_the_first_by_the_alphabet():
    two = space.grid({"b": [1], "a": [1]}), space.grid({"c": [1], "b": [1], "a": [2]})
    assert "'a' is varied by more than one of the spaces" in refused(lambda: space.product(*two))


def test_a_space_has_at_most_fifty_million_cells_and_an_axis_a_million():
    axes.refuse_if_huge(50_000_000)
    assert "50,000,001 cells, but at most 50,000,000" in refused(lambda: axes.refuse_if_huge(50_000_001))
    assert axes.LARGEST_AXIS == 1_000_000
    assert axes.product_of([sys.maxsize]) == sys.maxsize
    assert axes.product_of([2, 3, 4]) == 24
    assert "more than 9e+18 cells" in refused(lambda: axes.product_of([sys.maxsize // 2 + 1, 2]))
    large = space.grid({"x": range(8_000)})
    both = large * space.grid({"y": range(8_000)})
    assert len(both) == 64_000_000
    assert "64,000,000 cells" in refused(both.cells)
    grid = space.grid({"x": range(8_000), "y": range(8_000)})
    assert "64,000,000 cells" in refused(grid.cells)


BOX = {"x": (0.0, 2.0), "y": (5.0, 5.0)}


@pytest.mark.parametrize("kind", [space.draws, space.sobol, space.saltelli])
def test_designs_refuse_ranges_and_counts_that_cannot_be(kind):
    assert {cell["y"] for cell in kind(2, BOX).cells()} == {5.0}  # a range may be a point
    assert kind(2, BOX).names == ("x", "y")
    assert len(kind(1, BOX).cells()) == (4 if kind is space.saltelli else 1)
    for pair in ((1, 0), (float("nan"), 1), (0, float("inf")), (-float("inf"), 0)):
        low, high = map(float, pair)
        said = refused(lambda pair=pair: kind(2, {"x": (0, 1), "pace": pair}))
        assert "the range of 'pace' must be two finite numbers with low <= high" in said or "finite" in said
        assert "pace" in said
        if np.isfinite([low, high]).all():
            assert f"got {low}, {high}" in said
    assert "the range of 'pace' may be at most 1.8e+308 wide" in refused(
        lambda: kind(2, {"pace": (-1e308, 1e308)})
    )
    for count in (0, -2, 10**12 + 1, 2.5, 2.0, True, "2"):
        assert "count" in refused(lambda count=count: kind(count, BOX))
    assert "seed" in refused(lambda: kind(2, BOX, seed=-1))
    with pytest.raises(InvalidExperiment, match="count: got -2"):
        type(kind(2, BOX))(ranges=BOX, count=-2)
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
