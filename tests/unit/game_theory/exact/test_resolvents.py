from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.exact.polynomials import evaluate
from negotiation.game_theory.exact.rational_functions import resolvent

RATIONAL = st.fractions(-2, 2, max_denominator=5)


@st.composite
def systems(draw):
    size = draw(st.integers(1, 4))
    vector = st.lists(RATIONAL, min_size=size, max_size=size)
    return draw(st.lists(vector, min_size=size, max_size=size)), draw(vector)


def determinant(rows):
    """Return a determinant by expansion along the first row."""
    if not rows:
        return Fraction(1)
    minors = ([row[:k] + row[k + 1 :] for row in rows[1:]] for k in range(len(rows)))
    return sum((-1) ** k * rows[0][k] * determinant(minor) for k, minor in enumerate(minors))


@pytest.mark.long
@given(systems(), RATIONAL)
def test_numerators_and_determinant_solve_the_linear_system(system, x):
    matrix, vector = system
    size = len(vector)
    left = [[(r == c) - x * matrix[r][c] for c in range(size)] for r in range(size)]
    found = resolvent(matrix)
    numerators = [evaluate(p, x) for p in found.numerators(vector)]
    assert evaluate(found.determinant, x) == determinant(left)
    # (I - x T) N = D u
    for row, u in zip(left, vector, strict=True):
        assert sum(a * n for a, n in zip(row, numerators, strict=True)) == determinant(left) * u
