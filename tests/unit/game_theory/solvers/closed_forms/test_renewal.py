from fractions import Fraction

import pytest

from negotiation.game_theory.solvers.closed_forms import renewal


def test_by_hand():
    # (1/2) 1 / [1/2 (3/4) 2 + (1/2) 1 (1/4)] = (1/2) / (3/4 + 1/8).
    assert renewal.least_renewal_probability(1, 2, 2, Fraction(1, 2)) == Fraction(4, 7)
    assert isinstance(renewal.least_renewal_probability(1, 2, 2, 0.5), float)
    assert renewal.renewed_value(2, 2, Fraction(1, 2), Fraction(4, 7)) == Fraction(7, 4)


def test_digits_are_kept_near_1():
    delta = 1 - 2.0**-40
    exact = renewal.least_renewal_probability(3, 7, 90, Fraction(delta))
    assert renewal.least_renewal_probability(3.0, 7.0, 90, delta) == pytest.approx(float(exact), rel=1e-12)
    value = renewal.renewed_value(7, 90, Fraction(delta), Fraction(1, 2**20))
    assert renewal.renewed_value(7.0, 90, delta, 2.0**-20) == pytest.approx(float(value), rel=1e-12)


def test_the_knife_edge_counts_as_honest_in_floats():
    for n in (1, 7, 26, 365):
        least = renewal.least_renewal_probability(1.0, 3.0, n, 0.9)
        assert renewal.clock_values(1.0, 3.0, n, 0.9, least).holds
        assert not renewal.clock_values(1.0, 3.0, n, 0.9, least - 1e-6).holds
