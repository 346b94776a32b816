from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.base.numeric import fraction_array
from negotiation.game_theory.linear_systems import discounted_values, solve_linear


@given(st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3), st.data())
def test_rational_solutions_solve_the_system_exactly(rows, data):
    system = fraction_array(rows)
    right = fraction_array(data.draw(st.lists(st.integers(-5, 5), min_size=3, max_size=3)))
    if round(np.linalg.det(np.array(rows, dtype=float))) == 0:
        with pytest.raises(np.linalg.LinAlgError):
            solve_linear(system, right)
        return
    assert (system.dot(solve_linear(system, right)) == right).all()
    both = np.stack([right, 2 * right], axis=1)
    assert (solve_linear(system, both)[:, 1] == 2 * solve_linear(system, right)).all()


def test_discounted_values_are_the_sums_of_expected_payoffs():
    rng, deltas = np.random.default_rng(1), (0.5, 0.9)
    moves, flows = rng.dirichlet(np.ones(4), size=4), rng.random((4, 2))
    found, chances, sums = discounted_values(moves, flows, deltas), np.eye(4), np.zeros((4, 2))
    for period in range(400):
        for i, delta in enumerate(deltas):
            sums[:, i] += (1 - delta) * delta**period * (chances @ flows[:, i])
        chances = chances @ moves
    assert np.allclose(found, sums, rtol=0, atol=1e-14)
    exact = discounted_values(
        fraction_array([[0.5, 0.5], [0, 1]]), fraction_array([[3], [0]]), [Fraction(1, 2)]
    )
    assert exact.tolist() == [[2], [0]]
