"""Scores of invented chances on invented outcomes: means by leg, differences by spell, weeks of a spell."""

from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.prediction.scores import Scores, truce_spells
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, Cells

MONDAY = date(2025, 5, 5)
PAIRS = (("USA", "tariff"), ("CHN", "rare_earth_curb"))
OUTCOMES = np.array([[UP, NONE], [NONE, NONE], [NONE, DOWN]])


def scores(*chances, blocks=(0, 0, 1)):
    weeks = tuple(MONDAY + timedelta(7 * k) for k in range(3))
    cells = Cells(weeks, PAIRS, ("tariff", "control"), OUTCOMES, ())
    given = np.stack([np.broadcast_to(np.array(c, dtype=float), (3, 2, 3)) for c in chances])
    return Scores(cells, tuple("abc"[: len(chances)]), given, np.array(blocks), ("before", "one"))


SPLIT = [[0.5, 0.25, 0.25], [0.25, 0.125, 0.625]]
"""Chances of the tariff and of the curb."""


def test_means_are_over_the_cells_of_the_leg_and_over_those_that_moved():
    found = scores(SPLIT)

    def log(chance):
        return -np.log(chance)

    assert found.mean("a", leg="tariff") == pytest.approx((log(0.5) + 2 * log(0.25)) / 3)
    assert found.mean("a", leg="control") == pytest.approx((2 * log(0.625) + log(0.125)) / 3)
    assert found.mean("a", leg="tariff", moved=True) == pytest.approx(log(0.5))
    assert found.mean("a", moved=True) == pytest.approx((log(0.5) + log(0.125)) / 2)
    assert found.mean("a", leg="control", moved=True, rule="brier") == pytest.approx(
        0.25**2 + 0.875**2 + 0.625**2
    )


def test_a_difference_is_positive_where_the_first_is_better_and_weighs_cells_alike():
    better, worse = [[0.5, 0.25, 0.25]] * 2, [[0.25, 0.25, 0.5]] * 2
    found = scores(better, worse)
    # Of six cells one went up (log 2 better), four stayed (log 2 worse), one went down (the same).
    mean, low, high = found.difference("a", "b")
    assert mean == pytest.approx(-3 * np.log(2) / 6)
    assert found.difference("b", "a")[0] == pytest.approx(3 * np.log(2) / 6)
    # Spells: the first with four cells loses 2 log 2, the second with two loses log 2: 1/2 log 2 in each.
    assert (low, high) == pytest.approx((mean, mean))
    assert found.difference("a", "b", leg="tariff")[0] == pytest.approx(-np.log(2) / 3)


def test_the_interval_resamples_whole_spells():
    found = scores([[0.5, 0.25, 0.25]] * 2, [[0.25, 0.25, 0.5]] * 2, blocks=(0, 1, 1))
    # One spell gains nothing (log 2 up, log 2 down), the other loses 3 log 2 in four cells.
    mean, low, high = found.difference("a", "b")
    assert mean == pytest.approx(-np.log(2) / 2)
    # Both spells are drawn twice with chance 1/4 each, which is more than 5 percent.
    assert low == pytest.approx(-3 * np.log(2) / 4)
    assert high == pytest.approx(0.0)


def test_a_week_is_of_the_last_agreement_signed_before_its_monday():
    texts = [ng.truce(name) for name in ("2025-06-london", "2025-05-geneva")]
    signed = {text.id: text.signed for text in texts}
    first, second = signed["2025-05-geneva"], signed["2025-06-london"]
    days = [first - timedelta(1), first, first + timedelta(1), second, second + timedelta(1)]
    blocks, spells = truce_spells(days, texts)
    assert spells == ("before", "2025-05-geneva", "2025-06-london")
    assert blocks.tolist() == [0, 0, 1, 1, 2]


def test_the_table_counts_cells_and_moves_of_each_leg():
    rows = {row[:2]: row[2:4] for row in scores(SPLIT).table().rows}
    assert rows == {("a", "all"): (6, 2), ("a", "tariff"): (3, 1), ("a", "control"): (3, 1)}
