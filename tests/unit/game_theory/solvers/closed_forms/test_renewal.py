from fractions import Fraction
from math import inf

import pytest

from negotiation.errors import InvalidDiscountFactor, InvalidGame, InvalidProbabilities
from negotiation.game_theory.solvers.closed_forms.renewal import (
    clock_values,
    least_renewal_probability,
    renewed_value,
)


def test_by_hand():
    # (1/2) 1 / [1/2 (3/4) 2 + (1/2) 1 (1/4)] = (1/2) / (3/4 + 1/8).
    assert least_renewal_probability(1, 2, 2, Fraction(1, 2)) == Fraction(4, 7)
    assert isinstance(least_renewal_probability(1, 2, 2, 0.5), float)
    assert renewed_value(2, 2, Fraction(1, 2), Fraction(4, 7)) == Fraction(7, 4)


def test_digits_are_kept_near_1():
    delta = 1 - 2.0**-40
    exact = least_renewal_probability(3, 7, 90, Fraction(delta))
    assert least_renewal_probability(3.0, 7.0, 90, delta) == pytest.approx(float(exact), rel=1e-12)
    value = renewed_value(7, 90, Fraction(delta), Fraction(1, 2**20))
    assert renewed_value(7.0, 90, delta, 2.0**-20) == pytest.approx(float(value), rel=1e-12)


def test_no_temptation_needs_no_renewal():
    assert least_renewal_probability(0, 2, 3, 0.5) == 0
    assert least_renewal_probability(-1, 0, 3, Fraction(1, 2)) == 0
    assert clock_values(-1, 2, 3, 0.5, 0).holds


def test_nothing_at_stake_cannot_be_renewed_enough():
    assert least_renewal_probability(1, 0, 3, Fraction(1, 2)) == 8
    assert least_renewal_probability(1.0, 0.0, 100_000, 0.5) == inf


def test_the_knife_edge_counts_as_honest_in_floats():
    for n in (1, 7, 26, 365):
        least = least_renewal_probability(1.0, 3.0, n, 0.9)
        assert clock_values(1.0, 3.0, n, 0.9, least).holds
        assert not clock_values(1.0, 3.0, n, 0.9, least - 1e-6).holds


def test_the_table_goes_from_the_whole_clock_to_its_last_period():
    found = clock_values(1, 6, 3, 0.9, 0.5)
    frame = found.to_pandas()
    assert frame["periods left"].tolist() == [3, 2, 1]
    assert found.table().title == "truce of 3 periods: honest to the end"
    with pytest.raises(ValueError, match="read-only"):
        found.kept[0] = 0


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((1, -1, 2, 0.5), InvalidGame, "at least 0; got -1"),
        ((float("nan"), 1, 2, 0.5), InvalidGame, "the gain is a finite payoff"),
        ((1, "much", 2, 0.5), InvalidGame, "the stake is a number"),
        ((1, 1, 0, 0.5), InvalidGame, "a whole number of periods, from 1 to 1,000,000; got 0"),
        ((1, 1, 2.5, 0.5), InvalidGame, "a whole number of periods"),
        ((1, 1, 2, 1), InvalidDiscountFactor, "strictly between 0 and 1"),
    ],
)
def test_clocks_that_cannot_be_are_refused(given, error, message):
    with pytest.raises(error, match=message):
        least_renewal_probability(*given)
    with pytest.raises(error, match=message):
        clock_values(*given, 0.5)


@pytest.mark.parametrize("renewal", [-0.1, 1.1, float("nan"), "likely"])
def test_a_renewal_is_a_probability(renewal):
    with pytest.raises(InvalidProbabilities, match=r"renewal is a (probability|number)"):
        clock_values(1, 1, 2, 0.5, renewal)
