from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.polynomials import evaluate, factors, has_no_root, polynomial

ZERO, ONE = Fraction(0), Fraction(1)
RATIONAL = st.fractions(-3, 3, max_denominator=12)


def of(*coefficients):
    return polynomial(Fraction(c) for c in coefficients)


@given(st.lists(RATIONAL, max_size=6), RATIONAL)
def test_the_value_is_the_sum_of_the_terms(coefficients, x):
    assert evaluate(polynomial(coefficients), x) == sum(c * x**k for k, c in enumerate(coefficients))


def test_factors_are_irreducible_whole_and_come_once():
    product = of(-1, 0, 2) * of(-1, 0, 2) * of(Fraction(3, 7), -1) * of(-5)
    assert factors(product) == [(-3, 7), (-1, 0, 2)]
    assert factors(of(4)) == []
    # The fourth cyclotomic polynomial does not factor, x^4 + 4 does (Sophie Germain).
    assert factors(of(1, 0, 1)) == [(1, 0, 1)]
    assert factors(of(4, 0, 0, 0, 1)) == [(2, -2, 1), (2, 2, 1)]


@given(st.lists(RATIONAL, min_size=1, max_size=5), st.lists(RATIONAL, min_size=1, max_size=3))
def test_where_a_root_is_the_rule_of_signs_does_not_rule_it_out(roots, others):
    p = of(1)
    for root in roots:
        p *= of(-root, 1)
    for c in others:
        p *= of(1 + c * c, 1, 1)
    low, high = Fraction(-1), Fraction(3, 2)
    if has_no_root(p, low, high):
        assert not [root for root in roots if low < root < high]


@pytest.mark.parametrize("bounds", [(0, 1), (-2, 0), (Fraction(1, 3), 5)])
def test_the_rule_of_signs_rules_out_where_all_terms_are_of_one_sign(bounds):
    low, high = map(Fraction, bounds)
    assert has_no_root(of(high + 1, -1), low, high)
    assert has_no_root(of(-high, 1), low, high)
    assert not has_no_root(of(-(low + high) / 2, 1), low, high)
    assert has_no_root(of(3), low, high)
