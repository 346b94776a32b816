"""The rules that all scores share: by hand, proper, and one for yes or no as for two outcomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidGame, UnknownName
from negotiation.truces.prediction.scoring_rules import (
    RULES,
    expect_different,
    expect_rule,
    outcome_scores,
    position,
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


def test_what_is_not_known_is_refused():
    with pytest.raises(UnknownName):
        row_scores("linear", np.array([0.5]), np.array([True]))
    with pytest.raises(UnknownName):
        outcome_scores("linear", np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]]))
    with pytest.raises(UnknownName):
        position("third", ("first", "second"))
    with pytest.raises(InvalidGame, match="different names"):
        expect_different(("one", "one"))


def test_what_is_refused_is_named_with_what_there_is():
    with pytest.raises(UnknownName, match=r"'logs'; did you mean 'log'\? Known: brier, log\."):
        expect_rule("logs")
    with pytest.raises(UnknownName, match=r"'third'.* Known: first, second\."):
        position("third", ("second", "first"))
    assert [position(name, ("second", "first")) for name in ("second", "first")] == [0, 1]
    with pytest.raises(InvalidGame, match=r"got \('one', 'two', 'one'\)$"):
        expect_different(["one", "two", "one"])
    assert expect_different(("one", "two")) is None
