"""The rules that all scores share and the table of cells: by hand, proper, chosen by labels, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.truces.prediction.cell_scores import RULES, outcome_scores, row_scores, with_none

CHANCE = st.floats(0.01, 0.99)


def test_rules_by_hand():
    chances, came = np.array([0.5, 0.2]), np.array([True, False])
    assert row_scores("log", chances, came).tolist() == pytest.approx([np.log(2), -np.log(0.8)])
    assert row_scores("brier", chances, came).tolist() == pytest.approx([0.25, 0.04])
    three, happened = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, 0.0])
    assert outcome_scores("log", three, happened) == pytest.approx(-np.log(0.3))
    assert outcome_scores("brier", three, happened) == pytest.approx(0.25 + 0.49 + 0.04)
    assert with_none(np.array([[0.25, 0.5], [0.0, 1.0]])).tolist() == [[0.25, 0.5, 0.25], [0.0, 1.0, 0.0]]


@given(CHANCE, CHANCE)
def test_what_is_believed_is_the_best_thing_to_say(true, said):
    for rule in RULES:

        def expected(given, rule=rule):
            yes, no = row_scores(rule, np.array([given, given]), np.array([True, False]))
            return true * yes + (1 - true) * no

        assert expected(true) <= expected(said) + 1e-12
