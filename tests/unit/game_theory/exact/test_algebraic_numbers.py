from fractions import Fraction
from itertools import pairwise
from math import comb, inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.algebraic_numbers import AlgebraicNumber, between, roots, sign_at
from negotiation.game_theory.exact.polynomials import evaluate, polynomial
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.thresholds.renegotiation import least_weakly_renegotiation_proof
from negotiation.strategies import penance

ZERO, ONE = Fraction(0), Fraction(1)
HALF = AlgebraicNumber((-1, 0, 2), Fraction(1, 2), ONE)
RATIONAL = st.fractions(0, 1, max_denominator=9)


def of(*coefficients):
    return polynomial(Fraction(c) for c in coefficients)


def times(*factors):
    product = of(1)
    for factor in factors:
        product *= of(*factor)
    return product


def with_roots(*places):
    return times(*((-Fraction(place), 1) for place in places))


def roots_of(*factors):
    return roots([times(*factors)], ZERO, ONE)


# Irreducible by Eisenstein's criterion, read backwards: 2 and 7 divide all coefficients but one end.
FIRST, SECOND = (2, -8, 0, 0, 0, 1), (-7, 7, 0, 0, 0, 3)


def test_a_root_has_the_polynomial_of_least_degree():
    (found,) = roots_of((-1, 0, 2), (3, 0, 1), (1, 1, 1))
    assert found.coefficients == (-1, 0, 2)
    assert str(found) == "root of 2x^2 - 1 in [0.70, 0.71]"


def test_of_two_quintics_each_root_has_its_own():
    found = roots_of(FIRST, SECOND)
    assert [x.coefficients for x in found] == [FIRST, SECOND]


def test_rational_roots_are_fractions_whatever_their_denominator():
    large = 10**30 + 7
    found = roots_of((-(10**29), large), (-1, 0, 2))
    assert found == [Fraction(10**29, large), HALF]
    assert isinstance(found[0], Fraction)


# --- intervals, floats, order -------------------------------------------------------------------------------


def test_the_interval_shown_holds_no_other_root():
    # Roots at 0.70715 -+ sqrt(2) 10^-5, irrational.
    close = tuple(int(c) for c in (of(-70715, 10**5) ** 2 - of(2)).numer().coeffs())
    low, high = roots([of(*close)], ZERO, ONE)
    assert str(low).endswith("in [0.70713, 0.70714]")
    assert str(high).endswith("in [0.70716, 0.70717]")


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


def test_a_number_lies_between_two_however_close():
    near = AlgebraicNumber((-(10**40) + 1, 0, 2 * 10**40), Fraction(1, 2), ONE)
    assert near < between(near, HALF) < HALF
    assert ZERO < between(ZERO, near) < near
    assert between(ZERO, ONE) == Fraction(1, 2)


# --- roots --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "places", [["1/3", "1/2"], ["1/7", "1/7", "2/7"], ["1/1000003", "999/1000"], ["1/2", "1/4", "3/4", "5/8"]]
)
def test_rational_roots_come_in_order_and_once(places):
    found = roots([with_roots(*places, 0, 1, 2, -1)], ZERO, ONE)
    assert found == sorted({Fraction(place) for place in places})


def test_close_roots_are_told_apart():
    apart = Fraction(1, 10**25)
    third = Fraction(1, 3)
    assert roots([with_roots(third, third + apart)], ZERO, ONE) == [third, third + apart]


def test_chebyshev_roots_are_all_found():
    # T_9 shifted to [0, 1] has nine roots there.
    previous, current = of(1), of(-1, 2)
    for _ in range(8):
        previous, current = current, of(-2, 4) * current - previous
    found = roots([current], ZERO, ONE)
    assert len(found) == 9
    assert all(one < other for one, other in pairwise(found))


def test_no_root_inside():
    for p in (of(1, 0, 1), of(3), with_roots(0, 1), with_roots(2, -1)):
        assert roots([p], ZERO, ONE) == []
    assert roots([of(*((-1) ** k * comb(4, k) for k in range(5)))], ZERO, ONE) == []


def test_roots_of_several_polynomials_come_once():
    square, third = of(-1, 0, 2), of(-1, 3)
    found = roots([square, square * third, third, of(-1, 2)], ZERO, ONE)
    assert found == [Fraction(1, 3), Fraction(1, 2), HALF]


@pytest.mark.parametrize("sign", [1, -1])
def test_roots_closer_than_the_precision_they_are_enclosed_in_are_ordered(sign):
    near = HALF.refined(Fraction(1, 2**120))
    beside = (near.upper if sign > 0 else near.lower) + sign * Fraction(1, 2**121)
    for polynomials in ([of(-1, 0, 2), of(-beside, 1)], [of(-beside, 1), of(-1, 0, 2)]):
        found = roots(polynomials, ZERO, ONE)
        assert found == ([HALF, beside] if sign > 0 else [beside, HALF])


# --- signs --------------------------------------------------------------------------------------------------


def test_signs_at_an_irrational_root_of_another_polynomial():
    near = HALF.refined(Fraction(1, 2**400))
    assert sign_at(of(-1, 0, 2), HALF) == 0
    assert sign_at(of(-1, 0, 2) * of(1, 5), HALF) == 0
    assert sign_at(of(), HALF) == 0
    assert sign_at(of(-near.lower, 1), HALF) == 1
    assert sign_at(of(-near.upper, 1), HALF) == -1
    assert sign_at(of(0, 1), HALF) == 1


@given(st.lists(st.fractions(-2, 2, max_denominator=9), max_size=5))
def test_the_sign_at_the_root_of_a_half_is_that_of_the_number_in_its_field(coefficients):
    # p(sqrt(1/2)) = a + b sqrt(1/2) with a and b rational.
    a = sum(c / 2 ** (k // 2) for k, c in enumerate(coefficients) if k % 2 == 0)
    b = sum(c / 2 ** (k // 2) for k, c in enumerate(coefficients) if k % 2)
    larger = a if a * a > b * b / 2 else b
    expected = 0 if a == b == 0 else 1 if larger > 0 else -1
    assert sign_at(polynomial(coefficients), HALF) == expected


@given(st.lists(RATIONAL, min_size=1, max_size=4), RATIONAL)
def test_the_sign_at_a_rational_number_is_that_of_the_value(places, x):
    value = evaluate(with_roots(*places), x)
    assert sign_at(with_roots(*places), x) == (value > 0) - (value < 0)


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
