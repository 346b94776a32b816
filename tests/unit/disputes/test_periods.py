import math
from fractions import Fraction

import pytest

from negotiation.disputes.periods import longest_reaction_lag, period_discount_factor


def test_periods_compound_to_the_year():
    assert period_discount_factor(0.9, 365) == pytest.approx(0.9)
    assert period_discount_factor(0.9, 73) ** 5 == pytest.approx(0.9)
    assert period_discount_factor(0.9, 7) > period_discount_factor(0.9, 14) > period_discount_factor(0.9, 30)


@pytest.mark.parametrize("lag", [7, 14, 30, 400])
def test_the_longest_lag_is_where_the_period_just_reaches_the_threshold(lag):
    threshold = period_discount_factor(0.85, lag)
    assert longest_reaction_lag(threshold, 0.85) == pytest.approx(lag)


def test_a_higher_threshold_needs_a_shorter_lag_down_to_none():
    assert longest_reaction_lag(Fraction(1, 2), 0.9) > longest_reaction_lag(Fraction(2, 3), 0.9) > 0
    assert longest_reaction_lag(0, 0.9) == math.inf
    for out_of_reach in (None, 1, 1.0, Fraction(6, 5), 3.0):
        assert longest_reaction_lag(out_of_reach, 0.9) is None
