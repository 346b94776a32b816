from fractions import Fraction
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.algebraic_numbers import AlgebraicNumber
from negotiation.game_theory.exact.polynomials import evaluate, polynomial
from negotiation.game_theory.solvers.thresholds.automaton_polynomials import (
    Constraint,
    closed_intervals,
    feasible,
    most_restrictive,
    not_above,
    not_below,
    value_polynomials,
)
from negotiation.strategies import penance

ZERO, ONE = Fraction(0), Fraction(1)
HALF = AlgebraicNumber((-1, 0, 2), Fraction(1, 2), ONE)


def of(*coefficients):
    return polynomial(Fraction(c) for c in coefficients)


def test_a_condition_holds_on_closed_intervals_and_at_points():
    third, root = of(-1, 3), of(-1, 0, 2)
    assert closed_intervals([third], lambda sign: sign(third) >= 0) == ((Fraction(1, 3), ONE),)
    assert closed_intervals([root], lambda sign: sign(root) <= 0) == ((ZERO, HALF),)
    assert closed_intervals([root], lambda sign: sign(root) == 0) == ((HALF, HALF),)
    outside = closed_intervals([third, root], lambda sign: sign(third) * sign(root) >= 0)
    assert outside == ((ZERO, Fraction(1, 3)), (HALF, ONE))
    assert closed_intervals([third, of()], lambda sign: sign(of()) == 0) == ((ZERO, ONE),)


def test_a_point_joins_the_interval_before_it():
    touching = of(1, -4, 4)  # (2 x - 1)^2
    assert closed_intervals([touching], lambda sign: sign(touching) >= 0) == ((ZERO, ONE),)


@pytest.mark.parametrize("x", [Fraction(1, 3), Fraction(5, 7)])
def test_penance_is_worth_what_its_path_pays(dilemma, x):
    found = value_polynomials(dilemma, penance(dilemma, ("C", "C"), ("D", "D"), 2))
    names = penance(dilemma, ("C", "C"), ("D", "D"), 2).states
    values = {
        name: (1 - x) * evaluate(p, x) / evaluate(found.denominator, x)
        for name, p in zip(names, found.numerators[0], strict=True)
    }
    # Mutual cooperation pays 9, mutual defection 3.
    assert values["cooperate"] == 9
    assert values["punish 2"] == (1 - x) * 3 + x * 9
    assert values["punish 1"] == (1 - x) * 3 + x * values["punish 2"]


@given(st.fractions(0, 1))
def test_a_number_lies_between_neighbouring_floats(number):
    low, high = not_above(number), not_below(number)
    assert low <= number <= high
    assert high in (low, nextafter(low, inf))


@given(st.lists(st.lists(st.integers(-6, 6), min_size=1, max_size=5), min_size=1, max_size=8))
def test_the_most_restrictive_leave_the_same_discount_factors(rows):
    given_ = [p for p in (of(*row) for row in rows) if p]
    kept = most_restrictive(given_)
    assert all(p in given_ for p in kept)
    every = closed_intervals(given_, lambda sign: all(sign(p) >= 0 for p in given_))
    assert closed_intervals(kept, lambda sign: all(sign(p) >= 0 for p in kept)) == every
    assert feasible([Constraint(p, None) for p in given_]) == every
