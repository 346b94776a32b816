"""Classes of chances and the chance of telling apart, on rows that are counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.truces.prediction.cell_scores import row_scores
from negotiation.truces.prediction.reliability import decomposition, discrimination, recalibrated, reliability

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


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30))
def test_what_came_is_told_from_what_did_not_pair_by_pair(rows):
    chances, came = np.array([value / 5 for value, _ in rows]), np.array([yes for _, yes in rows], dtype=bool)
    pairs = [(hit > miss) + 0.5 * (hit == miss) for hit in chances[came] for miss in chances[~came]]
    # Where all came or none there is nothing to tell apart.
    expected = np.mean(pairs) if pairs else np.nan
    assert discrimination(chances, came) == pytest.approx(expected, nan_ok=True)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=40))
def test_a_score_is_the_sum_of_its_parts_and_an_order_is_all_that_discriminates(rows):
    chances, came = np.array([k / 10 for k, _ in rows]), np.array([one for _, one in rows])
    right = recalibrated(chances, came)
    assert right.sum() == pytest.approx(came.sum())
    assert (np.diff(right[np.argsort(chances, kind="stable")]) >= -1e-12).all()
    for rule in ("log", "brier"):
        lost, told, uncertain = decomposition(chances, came, rule)
        assert row_scores(rule, chances, came).mean() == pytest.approx(lost - told + uncertain)
        assert min(lost, told, uncertain) >= -1e-12
        assert decomposition(chances**3, came, rule).discrimination == pytest.approx(told)
        assert decomposition(right, came, rule).miscalibration == pytest.approx(0.0, abs=1e-12)
