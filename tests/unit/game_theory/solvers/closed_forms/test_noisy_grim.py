from fractions import Fraction

import pytest

from negotiation.errors import SizeLimit
from negotiation.game_theory.solvers.closed_forms.noisy_grim import noisy_grim, noisy_grim_threshold

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


def test_powers_of_a_fraction_that_would_take_for_ever_are_refused():
    with pytest.raises(SizeLimit, match="`discount_factor` as a float"):
        noisy_grim(1, 6, TENTH, Fraction(4, 5), Fraction(97, 100), 10**15)
    assert noisy_grim(1, 6, 0.1, 0.8, 0.97, 10**15).margin == pytest.approx(
        noisy_grim(1, 6, 0.1, 0.8, 0.97).margin
    )
