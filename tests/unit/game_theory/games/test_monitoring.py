from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidProbabilities
from negotiation.game_theory.games import PublicSignal
from negotiation.game_theory.games.monitoring import probability_arrays


@st.composite
def kernels(draw, rows, columns):
    """Draw rational distributions, one a row."""
    whole = st.lists(st.integers(0, 4), min_size=columns, max_size=columns).filter(any)
    return [[Fraction(w, sum(row)) for w in row] for row in (draw(whole) for _ in range(rows))]


@st.composite
def signals(draw):
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    count = draw(st.integers(1, 4))
    rows = draw(kernels(shape[0] * shape[1], count))
    return PublicSignal(np.array(rows, dtype=object).reshape(*shape, count), [f"y{k}" for k in range(count)])


@given(signals())
def test_rational_probabilities_are_kept_and_rows_sum_to_one(signal):
    exact = signal.exact_probabilities()
    assert (exact.sum(axis=-1) == 1).all()
    assert (signal.given_probabilities() == exact).all()
    assert signal.probabilities == pytest.approx(exact.astype(float))
    floats = PublicSignal(signal.probabilities)
    assert (floats.exact_probabilities().sum(axis=-1) == 1).all()
    assert floats.given_probabilities().dtype == np.float64


@given(st.data())
def test_garbling_twice_is_garbling_by_the_product(data):
    signal = data.draw(signals())
    first = data.draw(kernels(signal.n_signals, 2))
    second = data.draw(kernels(2, 3))
    product = np.array(first, dtype=object) @ np.array(second, dtype=object)
    assert (
        signal.garbled(first).garbled(second).exact_probabilities()
        == signal.garbled(product).exact_probabilities()
    ).all()


@given(signals())
def test_garbling_by_the_identity_changes_nothing_and_by_a_constant_tells_nothing(signal):
    same = signal.garbled(np.eye(signal.n_signals, dtype=int), signal.signals)
    assert (same.exact_probabilities() == signal.exact_probabilities()).all()
    mute = signal.garbled([[Fraction(1, 3), Fraction(2, 3)]] * signal.n_signals)
    assert (mute.exact_probabilities() == np.array([Fraction(1, 3), Fraction(2, 3)])).all()


@given(st.data())
def test_grouping_adds_the_probabilities_of_a_group(data):
    signal = data.draw(signals())
    first = data.draw(st.sets(st.sampled_from(signal.signals)))
    groups = {"some": sorted(first), "rest": [y for y in signal.signals if y not in first]}
    joined = signal.grouped(groups)
    exact = signal.exact_probabilities()
    for index in np.ndindex(signal.n_actions):
        total = sum((exact[(*index, signal.signal_index(y))] for y in first), Fraction(0))
        assert joined.exact_probabilities()[index].tolist() == [total, 1 - total]


def test_groups_hold_every_signal_once():
    signal = PublicSignal([[[0.5, 0.3, 0.2]]], list("abc"))
    for groups in ({"x": "ab"}, {"x": "ab", "y": "bc"}, {"x": "abcd"}):
        with pytest.raises(InvalidProbabilities, match="exactly one group"):
            signal.grouped({label: list(group) for label, group in groups.items()})


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        ([[0.5, 0.6]], r"row \(0,\) sums to 1.1"),
        ([[1.5, -0.5]], r"not negative; row \(0,\)"),
        ([[Fraction(1, 3), Fraction(2, 3) + Fraction(1, 10**12)]], "sums to 1000000000001/1000000000000: "),
        ([[]], "no axis may be empty"),
    ],
)
def test_impossible_signals_are_refused(probabilities, message):
    with pytest.raises(InvalidProbabilities, match=message):
        PublicSignal(probabilities)


def test_floats_within_rounding_of_one_are_taken():
    floats, exact = probability_arrays([[1 / 3, 1 / 3, 1 / 3 + 1e-11]], "a row")
    assert exact is None
    assert floats.sum() == pytest.approx(1)
