"""The self-exciting process: its likelihood, its mean, its forecast by simulation, a fit that finds it."""

import numpy as np
import pytest
from scipy.integrate import quad

from negotiation.truces.prediction.baselines.self_exciting import (
    OTHER_SIDE,
    SAME_SIDE,
    TURNED,
    Excitement,
    chances_in,
    classes_of,
    felt_at,
    fitted_excitement,
    log_likelihood,
    mean_ahead,
    spread,
)

SIDES = (0, 0, 1)
CLASSES = classes_of(np.array(SIDES))


def process_of(rate, begets, lag, shares=None):
    """Return a process of three instruments of two sides."""
    shares = np.full(6, 1 / 6) if shares is None else np.array(shares)
    return Excitement(rate * shares, np.array(begets)[CLASSES] * spread(shares, CLASSES), lag)


def drawn(process, exposure, rng, felt=None, paths=1):
    """Return a list of (times, series) of simulated records, by thinning, all records at once.

    `felt` is what is felt at their beginning.
    """
    felt = np.tile(np.zeros(len(process.base)) if felt is None else felt, (paths, 1))
    now, moves = np.zeros(paths), []
    while (going := now < exposure).any():
        bound = (process.base + felt).sum(axis=1)
        step = rng.exponential(1 / bound)
        now = now + step
        felt *= np.exp(-process.lag * step)[:, None]
        summed = (process.base + felt).cumsum(axis=1)
        draw = rng.random(paths) * bound
        for path in np.flatnonzero(going & (now < exposure) & (draw < summed[:, -1])):
            k = int(np.searchsorted(summed[path], draw[path], side="right"))
            moves.append((path, now[path], k))
            felt[path] += process.lag * process.begets[:, k]
    found = np.array(moves).reshape(-1, 3)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    parts = np.split(found, np.searchsorted(found[:, 0], np.arange(1, paths)))
    return [(part[:, 1], part[:, 2].astype(int)) for part in parts]


def test_the_likelihood_by_integration():
    process = process_of(0.3, [0.3, 0.2, 0.1], 0.2)
    times, series = np.array([1.0, 2.5, 2.5, 9.0]), np.array([0, 4, 1, 2])

    def intensity(at):
        past = times < at
        decay = process.lag * np.exp(-process.lag * (at - times[past]))
        return process.base + process.begets[:, series[past]] @ decay

    total = sum(
        quad(lambda at: intensity(at).sum(), low, high)[0]
        for low, high in ((0, 1), (1, 2.5), (2.5, 9), (9, 12))
    )
    expected = sum(np.log(intensity(t)[k]) for t, k in zip(times, series, strict=True)) - total
    assert log_likelihood(process, times, series, 12.0) == pytest.approx(expected, rel=1e-6)


def test_one_series_that_has_not_moved_begets_nothing_so_that_its_chance_is_exact():
    process, felt, days = Excitement(np.array([0.01]), np.array([[0.6]]), 0.2), np.array([0.05]), 30.0
    none = np.exp(-0.01 * days - 0.05 / 0.2 * -np.expm1(-0.2 * days))
    assert chances_in(process, felt, days) == pytest.approx(1 - none)


@pytest.mark.long
@pytest.mark.parametrize(
    ("begets", "too_high"),
    [((0.2, 0.1, 0.1), 0.004), ((0.35, 0.2, 0.15), 0.02)],
    ids=["weak", "as on record"],
)
def test_forecasts_are_too_high_by_no_more_than_is_said(begets, too_high):
    # Rates like those of the record: a move in ten days, which begets within forty.
    process = process_of(0.06, begets, 1 / 40)
    rng, paths = np.random.default_rng(4), 4_000
    felt = felt_at(process, np.array([0.0, 5.0, 8.0]), np.array([0, 4, 1]), 10.0)
    windows = [(0.0, 30.0), (60.0, 90.0), (330.0, 360.0)]
    came = np.zeros((len(windows), 6))
    for times, series in drawn(process, 360.0, rng, felt, paths):
        for w, (low, high) in enumerate(windows):
            came[w, np.unique(series[(times >= low) & (times < high)])] += 1
    ahead = np.array(
        [chances_in(process, mean_ahead(process, felt, low), high - low) for low, high in windows]
    )
    error = ahead - came / paths
    noise = 4 * np.sqrt(0.25 / paths)
    assert (error > -noise).all()
    assert error.mean() < too_high
    assert error.max() < too_high + noise


def moved(process, times, series, exposure):
    """How much likelier moves become where one number of the process is changed by one in ten thousand."""
    here = log_likelihood(process, times, series, exposure)
    scaled = [1 - 1e-4, 1 + 1e-4]
    others = [process._replace(base=process.base * c) for c in scaled]
    others += [process._replace(lag=process.lag * c) for c in scaled]
    for kind in (SAME_SIDE, OTHER_SIDE, TURNED):
        others += [
            process._replace(begets=process.begets * np.where(kind == CLASSES, c, 1.0)) for c in scaled
        ]
    return [log_likelihood(one, times, series, exposure) - here for one in others]


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_number_can_be_changed_so_that_the_moves_become_likelier(seed):
    times, series = drawn(process_of(0.05, (0.25, 0.2, 0.15), 0.1), 2_000.0, np.random.default_rng(seed))[0]
    fitted = fitted_excitement(tuple(times), tuple(series.tolist()), SIDES, 2_000.0)
    assert max(moved(fitted, times, series, 2_000.0)) < 1e-10
