"""Which way three points turn, in whole numbers and in fractions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.hulls import cross, turn

NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=12) | st.floats(-2.0, 2.0).map(Fraction)
POINTS = st.tuples(NUMBERS, NUMBERS)


@given(POINTS, POINTS, POINTS, st.fractions(min_value=-2, max_value=2, max_denominator=5))
def test_the_turn_in_whole_numbers_has_the_sign_of_the_area(a, b, c, share):
    on_the_line = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
    assert turn(a, b, on_the_line) == 0
    area = cross(a, b, c)
    assert (turn(a, b, c) > 0, turn(a, b, c) < 0) == (area > 0, area < 0)
