"""Intervals of differences of scores: origins drawn in blocks of random length, the same for both sides.

The stationary bootstrap (Politis and Romano 1994, JASA 89): each draw is made of stretches of origins that
follow each other in the record, whose lengths are geometric, and the record's end is followed by its
beginning. Blocks are of a year on average. Truce spells, which would be the natural blocks, are of no use
over eight years: one of them is longer than half of the record. Forecasts of twelve months overlap for a
year, and moves of a quarter hang together for months, so that shorter blocks would make intervals too narrow.
Even so some eight blocks are few.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray, read_only

# Draws of an interval.
RESAMPLES = 2000

INTERVAL = (0.05, 0.95)


def stationary_draws(count: int, block: float, rng: np.random.Generator, draws: int = RESAMPLES) -> IntArray:
    """Return positions of origins by the stationary bootstrap, shape (draws, count).

    Examples
    --------
    >>> found = stationary_draws(100, 10.0, np.random.default_rng(0), 50)
    >>> found.shape, bool(((found[:, 1:] - found[:, :-1]) % 100 == 1).mean() > 0.85)
    ((50, 100), True)
    """
    begins = rng.random((draws, count)) < 1.0 / block
    begins[:, 0] = True
    fresh = rng.integers(0, count, size=(draws, count))
    at = np.maximum.accumulate(np.where(begins, np.arange(count), 0), axis=1)
    found: IntArray = (np.take_along_axis(fresh, at, axis=1) + np.arange(count) - at) % count
    return found


def interval(
    sums: FloatArray, sizes: FloatArray, block: float, rng: int | np.random.Generator = 0
) -> tuple[float, float, float]:
    """Return a mean over all rows and its 90 percent interval, origins being drawn in blocks.

    Shapes: `sums` (origins,), `sizes` (origins,).

    Examples
    --------
    >>> interval(np.full(20, 3.0), np.full(20, 2.0), 5.0)
    (1.5, 1.5, 1.5)
    """
    if isinstance(rng, int):
        picks = _seeded(len(sums), block, rng)
    else:
        picks = stationary_draws(len(sums), block, rng)
    return mean_of_draws(sums, sizes, picks)


def mean_of_draws(sums: FloatArray, sizes: FloatArray, picks: IntArray) -> tuple[float, float, float]:
    """Return a mean over all rows, and the interval of the means over the blocks that each draw picks.

    Shapes: `sums`, `sizes` (blocks,), `picks` (draws, picked).
    """
    # A draw of empty blocks alone has no mean; it stands at nothing in place of failing.
    means = sums[picks].sum(axis=1) / np.maximum(sizes[picks].sum(axis=1), 1.0)
    low, high = np.quantile(means, INTERVAL)
    return float(sums.sum() / sizes.sum()), float(low), float(high)


@lru_cache(maxsize=4)
def _seeded(count: int, block: float, seed: int) -> IntArray:
    """Return the draws of a seed, which many intervals of the same origins share."""
    picks = stationary_draws(count, block, np.random.default_rng(seed))
    read_only(picks)
    return picks
