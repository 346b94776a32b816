"""Blocks of origins: where they begin, how they run on past the record's end, and intervals of means."""

import numpy as np
import pytest

from negotiation.truces.prediction.cell_scores import interval, stationary_draws

SUMS = np.array([3.0, 0.0, 1.0, -2.0, 5.0, 4.0])
SIZES = np.array([2.0, 1.0, 4.0, 1.0, 1.0, 3.0])


def test_lengths_of_blocks_are_geometric_with_the_mean_that_is_asked_for():
    picks = stationary_draws(1000, 5.0, np.random.default_rng(8), 200)
    ends = (np.diff(picks, axis=1) - 1) % 1000 != 0
    assert 1 / ends.mean() == pytest.approx(5.0, rel=0.03)
    # Whether a block ends does not hang on whether the last one did.
    assert ends[:, 1:][ends[:, :-1]].mean() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("seed", [0, 4])
@pytest.mark.parametrize("block", [1.0, 3.0])
def test_an_interval_is_of_means_over_the_rows_of_the_origins_drawn(block, seed):
    picks = stationary_draws(len(SUMS), block, np.random.default_rng(seed), 2000)
    means = sorted(sum(SUMS[k] for k in row) / sum(SIZES[k] for k in row) for row in picks.tolist())
    # Between the two nearest of two thousand, in proportion.
    low, high = (
        means[int(at)] + (at - int(at)) * (means[int(at) + 1] - means[int(at)])
        for at in (0.05 * 1999, 0.95 * 1999)
    )
    expected = (11 / 12, low, high)
    assert interval(SUMS, SIZES, block, seed) == pytest.approx(expected)
    assert interval(SUMS, SIZES, block, np.random.default_rng(seed)) == pytest.approx(expected)


@pytest.mark.long
def test_an_interval_of_independent_origins_covers_as_often_as_it_says():
    rng, hits = np.random.default_rng(6), 0
    for k in range(150):
        _, low, high = interval(rng.normal(size=90), np.ones(90), 1.0, k)
        hits += low <= 0 <= high
    assert 0.84 < hits / 150 < 0.95
