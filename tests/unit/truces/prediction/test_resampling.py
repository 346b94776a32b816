"""Blocks of origins: where they begin, how they run on past the record's end, and intervals of means."""

import numpy as np
import pytest

from negotiation.truces.prediction.resampling import INTERVAL, RESAMPLES, _seeded, interval, stationary_draws

SUMS = np.array([3.0, 0.0, 1.0, -2.0, 5.0, 4.0])
SIZES = np.array([2.0, 1.0, 4.0, 1.0, 1.0, 3.0])


def test_blocks_of_one_are_drawn_at_random_and_endless_ones_run_round_the_record():
    rng = np.random.default_rng
    single = stationary_draws(7, 1.0, rng(3), 4000)
    assert single.shape == (4000, 7)
    assert (single >= 0).all()
    assert (single < 7).all()
    # What follows is the next origin in one case of seven, as by chance.
    assert ((np.diff(single, axis=1) - 1) % 7 == 0).mean() == pytest.approx(1 / 7, abs=0.01)
    endless = stationary_draws(7, 1e12, rng(3), 500)
    assert ((np.diff(endless, axis=1) - 1) % 7 == 0).all()
    assert set(endless[:, 0].tolist()) == set(range(7))
    assert stationary_draws(1, 5.0, rng(0), 3).tolist() == [[0]] * 3
    assert stationary_draws(4, 2.0, rng(0)).shape == (RESAMPLES, 4)


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


def test_origins_without_rows_count_for_nothing():
    # A draw of empty origins alone has no mean; it stands at nothing in place of failing.
    mean, low, high = interval(np.array([4.0, 0.0]), np.array([2.0, 0.0]), 1.0)
    assert (mean, low, high) == pytest.approx((2.0, 0.0, 2.0))
    assert interval(np.array([3.0]), np.array([1.0]), 1.0) == (3.0, 3.0, 3.0)


def test_draws_of_a_seed_are_made_once_and_those_of_a_generator_go_on():
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    first, second = (interval(SUMS, SIZES, 2.0, rng) for _ in range(2))
    picks = [stationary_draws(6, 2.0, twin) for _ in range(2)]
    for found, drawn in zip((first, second), picks, strict=True):
        means = SUMS[drawn].sum(axis=1) / SIZES[drawn].sum(axis=1)
        assert found[1:] == pytest.approx(np.quantile(means, INTERVAL))
    assert first != second
    # Many intervals share what a seed gives, so that nobody may write to it.
    assert _seeded(6, 2.0, 5) is _seeded(6, 2.0, 5)
    assert not _seeded(6, 2.0, 5).flags.writeable
    assert (_seeded(6, 2.0, 5) == picks[0]).all()


def test_an_interval_of_independent_origins_covers_as_often_as_it_says():
    rng, hits = np.random.default_rng(6), 0
    for k in range(300):
        _, low, high = interval(rng.normal(size=90), np.ones(90), 1.0, k)
        hits += low <= 0 <= high
    assert 0.84 < hits / 300 < 0.95
