"""Climatology and shrunk rates: counts by hand, limits, and parameters found again."""

import numpy as np
import pytest

from negotiation.truces.prediction.baselines.shrunk_hazard import (
    expected_counts,
    posterior_counts,
    shape_of_rates,
)


def test_series_that_differ_by_chance_are_pooled_and_others_keep_their_own():
    assert expected_counts(np.full(20, 6.0)) == pytest.approx(np.full(20, 6.0), rel=0.01)
    rng = np.random.default_rng(3)
    same = rng.poisson(6.0, 200).astype(float)
    assert np.ptp(expected_counts(same)) < 0.3 * np.ptp(same)
    unlike = np.array([0.0, 0.0, 0.0, 400.0])
    assert expected_counts(unlike)[3] == pytest.approx(400.0, rel=0.02)
    gained, time = posterior_counts(np.zeros(5))
    assert (gained / time > 0).all()


@pytest.mark.parametrize("shape", [0.5, 2.0, 8.0])
def test_the_shape_is_found_again(shape):
    rng = np.random.default_rng(11)
    found = [shape_of_rates(rng.poisson(rng.gamma(shape, 12 / shape, 300)).astype(float)) for _ in range(20)]
    assert np.median(found) == pytest.approx(shape, rel=0.15)
    assert np.quantile(found, 0.9) < 2 * shape
