from fractions import Fraction
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.exact.algebraic_numbers import AlgebraicNumber, exact_number, polynomial_text
from negotiation.exact.minimal_polynomial import reduced_basis, whole
from negotiation.exact.polynomials import roots_inside
from negotiation.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.solvers.thresholds.renegotiation_threshold import least_weakly_renegotiation_proof
from negotiation.strategies import penance

ZERO, ONE = Fraction(0), Fraction(1)
HALF = AlgebraicNumber((-1, 0, 2), Fraction(1, 2), ONE)


def times(*factors):
    product = [1]
    for factor in factors:
        grown = [0] * (len(product) + len(factor) - 1)
        for i, a in enumerate(product):
            for j, b in enumerate(factor):
                grown[i + j] += a * b
        product = grown
    return product


def closed_roots(*factors):
    polynomial = tuple(Fraction(c) for c in times(*factors))
    return [exact_number(root) for root in roots_inside(polynomial, ZERO, ONE)]


def test_rational_roots_are_fractions_whatever_their_denominator():
    large = 10**30 + 7
    found = closed_roots([-(10**29), large], [-1, 0, 2])
    assert found[0] == Fraction(10**29, large)
    assert isinstance(found[0], Fraction)
    assert isinstance(found[1], AlgebraicNumber)


def test_a_root_has_the_polynomial_of_least_degree():
    (found,) = closed_roots([-1, 0, 2], [3, 0, 1], [1, 1, 1])
    assert (found.coefficients, found.minimal) == ((-1, 0, 2), True)
    assert str(found) == "root of 2x^2 - 1 in [0.70, 0.71]"


def test_a_polynomial_too_large_to_reduce_is_kept_and_says_so():
    (found,) = closed_roots([-1, 0, 2], [10**20, 0, 1])
    assert not found.minimal
    assert found.degree == 4
    assert found == HALF
    assert len(str(closed_roots([-1, 0, 2], [10**40, 0, 1])[0])) < 60


def test_the_interval_shown_holds_no_other_root():
    product = tuple(times([-1, 0, 2], [-7075, 10_000]))
    found = AlgebraicNumber(product, Fraction(7, 10), Fraction(7072, 10_000), minimal=False)
    assert str(found).endswith("in [0.7071, 0.7072]")
    assert found == HALF


def test_refining_narrows_to_any_width_and_keeps_the_number():
    found = HALF.refined(Fraction(1, 10**60))
    assert found.upper - found.lower <= Fraction(1, 10**60)
    assert found.lower**2 < Fraction(1, 2) < found.upper**2
    assert found == HALF
    assert hash(found) == hash(HALF)


def test_the_float_is_the_nearest():
    assert float(HALF) == sqrt(0.5)


def test_order_and_equality_are_exact():
    below, above = HALF.refined(Fraction(1, 10**40)).lower, HALF.refined(Fraction(1, 10**40)).upper
    assert below < HALF < above
    assert sorted([above, HALF, below]) == [below, HALF, above]
    assert HALF > 0.7071067811865475
    assert float(HALF) != HALF
    assert -inf < HALF < inf
    assert AlgebraicNumber((-2, 0, 4), ZERO, ONE) == HALF
    near = AlgebraicNumber((-(10**40) + 1, 0, 2 * 10**40), Fraction(1, 2), ONE)
    assert near < HALF
    assert near != HALF
    assert HALF != "0.7"
    with pytest.raises(TypeError):
        assert HALF < "0.7"


def test_text_of_polynomials():
    assert polynomial_text((-1, -2, 3)) == "3x^2 - 2x - 1"
    assert polynomial_text((0, 0, 1)) == "x^2"
    assert polynomial_text(()) == "0"


@given(st.lists(st.lists(st.integers(-50, 50), min_size=3, max_size=3), min_size=3, max_size=3))
def test_a_reduced_basis_spans_the_same_lattice_and_begins_short(rows):
    rows = [[*row, int(i == 0), int(i == 1), int(i == 2)] for i, row in enumerate(rows)]
    found = reduced_basis(rows)
    for row in found:
        assert row[:3] == [sum(row[3 + k] * rows[k][j] for k in range(3)) for j in range(3)]
    assert abs(round(np.linalg.det(np.array([row[3:] for row in found], dtype=float)))) == 1
    assert sum(x * x for x in found[0]) <= 4 * min(sum(x * x for x in row) for row in rows)


def test_a_threshold_of_a_strategy_has_its_closed_form(dilemma):
    strategy = penance(dilemma, ("C", "C"), ("D", "D"), 2)
    found = critical_discount_factor(dilemma, strategy)
    assert found.exact_value.coefficients == (-1, 6, 6)
    assert found.exact_intervals == ((found.exact_value, ONE),)
    assert found.lower < found.exact_value < found.upper
    assert float(found.exact_value) == found.value == pytest.approx((sqrt(15) - 3) / 6, abs=1e-16)
    assert "root of 6x^2 + 6x - 1" in str(found)
    proof = least_weakly_renegotiation_proof(dilemma, strategy)
    assert (proof.exact_value is None) == (proof.value is None)


def test_whole_coefficients_have_no_common_divisor_and_lead_positively():
    assert whole((Fraction(3, 2), ZERO, Fraction(-9, 4))) == (-2, 0, 3)
