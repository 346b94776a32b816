from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidProbabilities, SizeLimit
from negotiation.game_theory.games import FactoredTransitions, SparseTransitions, Transitions
from negotiation.game_theory.games.transitions import check_dense_size

HALF = Fraction(1, 2)


@st.composite
def distributions(draw, size, rows):
    weights = [
        draw(st.lists(st.integers(0, 4), min_size=size, max_size=size).filter(any)) for _ in range(rows)
    ]
    return [[Fraction(w, sum(row)) for w in row] for row in weights]


@given(st.data(), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_dense_sparse_and_back_are_the_same_rows(data, states, actions, exact):
    rows = data.draw(distributions(states, states * actions))
    kind = Fraction if exact else float
    dense = np.array([[kind(p) for p in row] for row in rows], dtype=object if exact else float)
    one = Transitions.dense(dense.reshape(states, actions, states))
    other = SparseTransitions([{s: kind(p) for s, p in enumerate(row) if p} for row in rows], states)
    assert (one.to_dense() == dense).all()
    assert one.exact().tolist() == other.exact().tolist()
    for a, b in ((one.indptr, other.indptr), (one.indices, other.indices), (one.floats(), other.floats())):
        assert np.array_equal(a, b)
    assert [sum(one.row(r)[1]) for r in range(one.n_rows)] == pytest.approx([1] * one.n_rows)


@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2))
def test_factored_rows_are_products_of_the_parts(data, first, second, profiles):
    parts = [
        np.array(data.draw(distributions(m, m * profiles)), dtype=object).reshape(m, profiles, m)
        for m in (first, second)
    ]
    joint = FactoredTransitions(parts)
    assert joint.probabilities.dtype == object
    dense = joint.to_dense().reshape(first, second, profiles, first, second)
    for x, y, a, after_x, after_y in np.ndindex(dense.shape):
        assert dense[x, y, a, after_x, after_y] == parts[0][x, a, after_x] * parts[1][y, a, after_y]
    floats = FactoredTransitions([part.astype(float) for part in parts])
    assert floats.to_dense() == pytest.approx(joint.to_dense().astype(float))


def test_exact_rows_of_floats_sum_to_one():
    rows = Transitions.dense(np.full((3, 1, 3), 1 / 3))
    assert sum(rows.exact()[:3].tolist()) == 1
    assert rows.exact()[0] == Fraction(1, 3)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{0: 1.0}, {0: 0.5, 1: 0.4}], r"row 1 .* sums to 0.9, not 1"),
        ([{0: HALF, 1: HALF + Fraction(1, 10**15)}], r"row 0 .* sums to 1000000000000001/1000000000000000"),
        ([{0: 1.5, 1: -0.5}], "row 0 .* negative"),
        ([{2: 1.0}], "row 0 .* not among 0 to 1"),
        ([{"0": 1.0}], "positions of states"),
    ],
)
def test_wrong_sparse_rows_are_named(rows, message):
    with pytest.raises(InvalidProbabilities, match=message):
        SparseTransitions(rows, 2)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([[[[1.0, 0.0]], [[0.5, 0.4]]]], r"part 0 .* row \(1, 0\) sums to 0.9"),
        ([[[[1.0, 0.0]]]], r"shape \(m, A, m\), .* got shape \(1, 1, 2\)"),
    ],
)
def test_wrong_parts_are_named(parts, message):
    with pytest.raises(InvalidProbabilities, match=message):
        FactoredTransitions(parts)


@pytest.mark.parametrize(
    ("array", "message"),
    [(np.full((2, 1, 3), 1 / 3), "state first and the next state"), ([[[0.5]]], r"row \(0, 0\) sums to 0.5")],
)
def test_dense_arrays_are_checked(array, message):
    with pytest.raises(InvalidProbabilities, match=message):
        Transitions.dense(array)


def test_large_dense_arrays_are_refused_with_their_size_and_a_way_out():
    check_dense_size((216, 4, 4, 216))
    with pytest.raises(SizeLimit, match=r"take 1.9 GiB; .* SparseTransitions"):
        check_dense_size((4000, 4, 4, 4000))
    many = SparseTransitions([{0: 1}] * 20000, 20000)
    with pytest.raises(SizeLimit, match="GiB"):
        many.to_dense()
