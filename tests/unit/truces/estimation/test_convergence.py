"""Chains that go on until they have converged: when that is, which states are kept, what is learned."""

import numpy as np
import pytest

from negotiation.truces.estimation.sampler import has_converged

X, Y = 10 * np.array([1.0, -1.0, 1.0, -1.0]), 10 * np.array([1.0, 1.0, -1.0, -1.0])


def along(rises, correlation=0.0, dropped=50.0):
    """Log densities of sixteen states: four that count for nothing, four at 0, and eight so much above."""
    half = np.concatenate([X, correlation * X + (1 - correlation**2) ** 0.5 * Y])
    return np.stack([np.r_[np.full(4, dropped), np.zeros(4), rise + half] for rise in rises], axis=1)


@pytest.mark.parametrize(
    ("rises", "settled"),
    [
        ([0.24] * 3, True), ([0.26] * 3, False),  # a quarter of a nat, where chains agree
        ([-9.0] * 3, True),
        ([0.5 + 0.42, 0.5 - 0.42] * 2, False), ([0.5 + 0.44, 0.5 - 0.44] * 2, True),  # two standard errors
        ([0.24], True), ([0.26], False),  # one chain has no error
    ],
)  # fmt: skip
def test_chains_that_rise_for_sure_have_not_converged(rises, settled):
    assert has_converged(along(rises)) is settled


@pytest.mark.parametrize(
    ("correlation", "settled"), [(-0.9, True), (0.09, True), (0.11, False), (0.9, False)]
)
def test_chains_that_remember_a_quarter_of_their_length_have_not_converged(correlation, settled):
    assert has_converged(along([0.0, 0.0], correlation)) is settled
    assert has_converged(1000 * along([0.0, 0.0], correlation)) is settled


def test_the_first_quarter_counts_for_nothing_and_halves_need_not_be_whole():
    assert has_converged(along([0.0] * 2, dropped=-1e6))
    # Fourteen states, two sweeps: three are dropped, three come before, eight are late.
    late = np.concatenate([X, Y])
    for before, settled in ((0.0, True), (-0.3, False)):
        states = np.r_[np.full(3, -1e6), np.full(3, before), late]
        assert has_converged(np.stack([states, states], axis=1)) is settled
