"""The rules that all scores share and the table of cells: by hand, proper, chosen by labels, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidGame, UnknownName
from negotiation.truces.prediction.cell_scores import (
    RULES,
    CellScores,
    expect_different,
    outcome_scores,
    row_scores,
    with_none,
)

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


@given(CHANCE, st.booleans())
def test_yes_or_no_is_two_outcomes(chance, came):
    row, both = np.array([chance]), np.array([[chance, 1 - chance]])
    happened = np.array([[float(came), float(not came)]])
    assert outcome_scores("log", both, happened) == pytest.approx(row_scores("log", row, np.array([came])))
    twice = 2 * row_scores("brier", row, np.array([came]))
    assert outcome_scores("brier", both, happened) == pytest.approx(twice)


def test_cells_are_chosen_by_their_labels_and_summed_by_the_first_axis():
    scores = np.array([[[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.0], [0.0, 8.0]]])
    labels = {"column": {"left": np.array([True, False])}, "row": {"2": np.array([[False], [True]])}}
    table = CellScores(("one", "two"), {"log": scores}, labels, np.array([[True, True], [True, False]]))
    assert table.mean("one", "log") == 2.0
    assert (table.mean("one", "log", column="left"), table.mean("one", "log", column="left", row=2)) == (
        2.0,
        3.0,
    )
    sums, sizes = table.sums({"one": 1.0, "two": -2.0}, "log", column=None)
    assert (sums.tolist(), sizes.tolist()) == ([2.0, 3.0], [2.0, 1.0])
    nobody = CellScores(("one",), {"log": scores[:1]}, labels, np.zeros((2, 2), dtype=bool))
    assert np.isnan(nobody.mean("one", "log"))
    for name, rule, wanted, known in (
        ("three", "log", {}, "one, two"), ("one", "logs", {}, "did you mean 'log'"),
        ("one", "log", {"row": 1}, "2"),
    ):  # fmt: skip
        with pytest.raises(UnknownName, match=known):
            table.mean(name, rule, **wanted)
    with pytest.raises(InvalidGame, match=r"different names; got \('one', 'two', 'one'\)$"):
        expect_different(["one", "two", "one"])
