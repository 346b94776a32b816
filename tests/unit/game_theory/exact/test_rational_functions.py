from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.rational_functions import RationalFunction

COEFFICIENTS = st.lists(st.integers(-5, 5), min_size=1, max_size=3).map(lambda c: [Fraction(v) for v in c])


@given(*[COEFFICIENTS] * 4, st.fractions(-2, 2, max_denominator=9))
def test_arithmetic_is_that_of_the_values(a, b, c, d, x):
    one, two, three, four = (RationalFunction.of(*coefficients) for coefficients in (a, b, c, d))
    if not two.numerator or not four.numerator:
        with pytest.raises(ZeroDivisionError):
            (one / two) / four
        return
    left, right = one / two, three / four
    p, q = left.at(x), right.at(x)
    if p is None or q is None:
        return
    for found, expected in ((left + right, p + q), (left - right, p - q), (left * right, p * q)):
        assert found.at(x) == expected
        assert found.denominator.leading_coefficient() == 1
        assert found.numerator.gcd(found.denominator) == 1
    if q:
        assert (left / right).at(x) == p / q
