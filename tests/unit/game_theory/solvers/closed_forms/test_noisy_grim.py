from fractions import Fraction
from math import inf

import pytest

from negotiation.errors import InvalidDiscountFactor, InvalidGame, InvalidProbabilities
from negotiation.game_theory.solvers.closed_forms.noisy_grim import (
    deters_when_patient,
    noisy_grim,
    noisy_grim_threshold,
)

TENTH = Fraction(1, 10)


def test_by_hand():
    # One period: K = 1/2; v - P = 3 / (1/2 + 1/40); margin = 1/2 7/10 1/2 v - 1/2.
    found = noisy_grim(1, 6, TENTH, Fraction(4, 5), Fraction(1, 2), 1)
    assert found.value == Fraction(40, 7)
    assert found.margin == Fraction(1, 2)
    assert found.critical_discount_factor == Fraction(10, 41)
    assert found.expected_life == 10
    assert found.to_pandas()["deters"].tolist() == [True]


def test_the_edge_of_feasibility_is_no_threshold():
    # tau (q - p) S - p g = g with tau = 1: patience would have to be complete.
    assert noisy_grim_threshold(1, 2, 0, Fraction(1, 2), 1) is None
    assert noisy_grim_threshold(0.1, 0.2, 0.0, 0.5, 1) is None
    assert noisy_grim_threshold(0.1, 0.3, 0.1, 0.1 + 0.1 / 3) is None
    assert noisy_grim_threshold(1, 2, 0, Fraction(1, 2), 2) == pytest.approx(0.6180339887498949)


def test_an_alarm_that_tells_the_wrong_way_never_deters():
    found = noisy_grim(1, 6, 0.5, 0.4, 0.9)
    assert (found.holds, found.critical_discount_factor) == (False, None)


def test_no_temptation_needs_no_patience():
    assert noisy_grim_threshold(0, 6, TENTH, TENTH) == 0
    assert noisy_grim_threshold(0, 6, TENTH, 0) is None
    assert deters_when_patient(0, 0, 0, 0, 3)


def test_no_false_alarm_lasts_for_ever():
    assert noisy_grim(1, 6, 0, 1, 0.5).expected_life == inf
    assert noisy_grim(1, 6, 0, 1, 0.5).value == pytest.approx(6)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((-1, 6, 0.1, 0.8, 0.5), InvalidGame, "the gain is a finite payoff"),
        ((1, inf, 0.1, 0.8, 0.5), InvalidGame, "the stake is a finite payoff"),
        ((1, 6, 1.1, 0.8, 0.5), InvalidProbabilities, "false alarm is a probability"),
        ((1, 6, 0.1, "high", 0.5), InvalidProbabilities, "detection is a probability"),
        ((1, 6, 0.1, 0.8, 0), InvalidDiscountFactor, "strictly between 0 and 1"),
        ((1, 6, 0.1, 0.8, 1.5), InvalidDiscountFactor, "strictly between 0 and 1"),
        ((1, 6, 0.1, 0.8, 0.5, 0), InvalidGame, "whole number of periods, at least 1, or infinity"),
        ((1, 6, 0.1, 0.8, 0.5, 1.5), InvalidGame, "whole number of periods"),
    ],
)
def test_noise_that_cannot_be_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        noisy_grim(*given)
