"""Classes of chances and the chance of telling apart, on rows that are counted by hand."""

from itertools import pairwise

import numpy as np
import pytest

from negotiation.truces.prediction.reliability import EDGES, Reliability, discrimination, reliability

CHANCES = np.array([0.0, 0.05, 0.1, 0.1, 0.3, 0.4, 0.5, 1.0])
CAME = np.array([False, True, False, True, True, False, True, True])


def test_an_edge_belongs_to_the_class_above_it_and_one_to_the_last():
    found = reliability("some", CHANCES, CAME, (0.0, 0.1, 0.4, 0.6, 1.0))
    assert found.rows == (2, 3, 2, 1)
    assert found.given == pytest.approx((0.025, 0.5 / 3, 0.45, 1.0))
    assert found.came == pytest.approx((1 / 2, 2 / 3, 1 / 2, 1.0))
    assert (found.name, found.edges, found.status) == ("some", (0.0, 0.1, 0.4, 0.6, 1.0), "complete")


def test_a_class_without_rows_has_no_mean_and_no_line():
    found = reliability(
        "few", np.array([0.15, 0.95, 0.85]), np.array([True, False, True]), (0, 0.1, 0.2, 0.5, 1)
    )
    assert found.rows == (0, 1, 0, 2)
    assert np.isnan([found.given[0], found.given[2], found.came[0], found.came[2]]).all()
    table = found.table()
    assert table.title == "reliability of few"
    assert table.columns == ("chance", "rows", "given", "came")
    assert [row[:2] for row in table.rows] == [("0.1 to 0.2", 1), ("0.5 to 1", 2)]
    assert [row[2:] for row in table.rows] == [pytest.approx((0.15, 1.0)), pytest.approx((0.9, 0.5))]


def test_chances_outside_the_edges_count_in_the_class_at_the_end():
    found = reliability("cut", np.array([0.05, 0.3, 0.9]), np.array([True, False, True]), (0.1, 0.2, 0.4))
    assert found.rows == (1, 2)


def test_the_classes_about_double_and_reach_from_nothing_to_one():
    assert (EDGES[0], EDGES[-1]) == (0.0, 1.0)
    assert all(1.9 < high / low < 2.6 for low, high in pairwise(EDGES[1:]))
    assert reliability("all", CHANCES, CAME).edges == EDGES
    assert sum(reliability("all", CHANCES, CAME).rows) == len(CHANCES)


def test_no_rows_at_all_fill_no_class():
    found = reliability("none", np.empty(0), np.empty(0, dtype=bool), (0.0, 0.5, 1.0))
    assert found.rows == (0, 0)
    assert found.table().rows == ()


@pytest.mark.parametrize(
    ("chances", "came", "expected"),
    [
        ([0.1, 0.9], [False, True], 1.0),
        ([0.9, 0.1], [False, True], 0.0),
        ([0.4, 0.4, 0.4], [True, False, True], 0.5),
        # Of two by three pairs 0.5 beats all three, 0.2 beats one and meets one.
        ([0.5, 0.2, 0.1, 0.2, 0.3], [True, True, False, False, False], (3 + 1.5) / 6),
        # Of three by two: 0.1 loses both, 0.2 meets one and loses one, 0.9 wins both.
        ([0.1, 0.2, 0.9, 0.2, 0.3], [True, True, True, False, False], (0 + 0.5 + 2) / 6),
    ],
)
def test_what_came_is_told_from_what_did_not_pair_by_pair(chances, came, expected):
    assert discrimination(np.array(chances), np.array(came)) == pytest.approx(expected)


@pytest.mark.parametrize("came", [[True, True], [False, False], []])
def test_where_all_came_or_none_nothing_is_told_apart(came):
    assert np.isnan(discrimination(np.full(len(came), 0.3), np.array(came, dtype=bool)))


def test_it_is_drawn_on_the_axes_that_are_given():
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    found = Reliability("p", (0.0, 0.5, 1.0), (1, 1), (0.2, 0.7), (0.25, 1.0))
    assert found.plot(ax) is ax
    points = {tuple(point) for line in ax.lines for point in line.get_xydata().round(6).tolist()}
    points |= {tuple(p) for one in ax.collections for p in np.round(one.get_offsets(), 6).tolist()}
    assert {(0.2, 0.25), (0.7, 1.0)} <= points


def test_each_class_has_a_line_of_its_own_and_an_edge_is_in_the_one_that_it_begins():
    chances = np.array([0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.0099, 0.0199, 0.0499, 0.0999, 0.1999, 0.3999])
    rows = reliability("all", chances, np.zeros(13, dtype=bool)).table().rows
    assert [row[:2] for row in rows] == [
        ("0 to 0.01", 2), ("0.01 to 0.02", 2), ("0.02 to 0.05", 2), ("0.05 to 0.1", 2), ("0.1 to 0.2", 2),
        ("0.2 to 0.4", 2), ("0.4 to 1", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("apart", "expected"), [(2e-13, 0.5), (2e-12, 1.0), (-2e-13, 0.5), (-2e-12, 0.0)])
def test_chances_that_rounding_alone_tells_apart_are_ties(apart, expected):
    assert discrimination(np.array([0.3, 0.3 + apart]), np.array([False, True])) == expected


def test_classes_above_all_chances_are_there_without_rows():
    found = reliability(
        "low", np.array([0.05, 0.15, 0.07]), np.array([True, False, False]), (0, 0.1, 0.2, 0.5, 1)
    )
    assert found.rows == (2, 1, 0, 0)
    for means, expected in ((found.given, (0.06, 0.15)), (found.came, (0.5, 0.0))):
        assert means == pytest.approx((*expected, np.nan, np.nan), nan_ok=True)
