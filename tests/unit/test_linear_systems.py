from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negotiation.linear_systems import solve_linear
from negotiation.numeric import fraction_array


@given(st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3), st.data())
def test_rational_solutions_solve_the_system_exactly(rows, data):
    system = fraction_array(rows)
    if round(np.linalg.det(np.array(rows, dtype=float))) == 0:
        return
    right = fraction_array(data.draw(st.lists(st.integers(-5, 5), min_size=3, max_size=3)))
    assert (system.dot(solve_linear(system, right)) == right).all()
    both = np.stack([right, 2 * right], axis=1)
    assert (solve_linear(system, both)[:, 1] == 2 * solve_linear(system, right)).all()


def test_floats_and_rationals_agree():
    system, right = np.array([[2.0, 1.0], [0.5, -1.0]]), np.array([1.0, 3.0])
    exact = solve_linear(fraction_array(system), fraction_array(right))
    assert exact.tolist() == [Fraction(8, 5), Fraction(-11, 5)]
    assert np.allclose(solve_linear(system, right), exact.astype(float))
