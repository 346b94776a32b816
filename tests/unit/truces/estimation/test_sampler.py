"""Posteriors of models whose posterior and evidence are known in closed form."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import gammainc, gammaln
from scipy.stats import norm, poisson

from negotiation.errors import InvalidFile, InvalidGame, InvalidNumber
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.sampler import densities_of, systematic

MOST = 10.0


@dataclass
class Counts:
    """Counts with one rate, uniform up to `MOST`."""

    counts: tuple[int, ...]
    name: str = "counts"
    priors: tuple[Prior, ...] = (Prior("rate", 0.0, MOST),)

    @property
    def observations(self):
        return tuple(f"week {k}" for k in range(len(self.counts)))

    def log_densities(self, parameters):
        return poisson.logpmf(np.array(self.counts), parameters[:, :1])

    def evidence(self, seen):
        """The integral of the product of the densities of the first counts over the prior."""
        total = sum(self.counts[:seen])
        logs = gammaln(total + 1) - (total + 1) * np.log(seen) + np.log(gammainc(total + 1, seen * MOST))
        return logs - np.log(MOST) - sum(gammaln(y + 1) for y in self.counts[:seen])


@dataclass
class Sums:
    """Sums of two numbers seen with noise, then the first alone: the two are correlated in between."""

    sums: tuple[float, ...] = (0.3, 0.1, 0.25, 0.2)
    firsts: tuple[float, ...] = (0.6, 0.9)
    name: str = "sums"
    priors: tuple[Prior, ...] = (Prior("first", -5.0, 5.0), Prior("second", -5.0, 5.0))
    noise: float = 0.2

    @property
    def observations(self):
        return tuple(map(str, (*self.sums, *self.firsts)))

    def log_densities(self, parameters):
        both = norm.logpdf(np.array(self.sums), parameters.sum(axis=1, keepdims=True), self.noise)
        return np.hstack([both, norm.logpdf(np.array(self.firsts), parameters[:, :1], self.noise)])


COUNTS = Counts((3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8))


def errors_of(model, seeds, particles=1024):
    found = [fit(model, particles=particles, seed=seed) for seed in range(seeds)]
    return found, np.array([np.cumsum(one.scores) for one in found])


@pytest.mark.long
def test_the_evidence_is_the_integral_over_the_prior_after_each_observation():
    found, along = errors_of(COUNTS, 16)
    off = along - [COUNTS.evidence(k) for k in range(1, len(COUNTS.counts) + 1)]
    errors = off.std(axis=0, ddof=1) / np.sqrt(len(off))
    assert (np.abs(off.mean(axis=0)) < 3 * errors + 0.01).all()
    assert (errors < 0.05).all()
    # What one fit says of its own error is about how far fits differ.
    told = np.array([one.log_evidence_error for one in found])
    assert 0.5 < np.sqrt((told**2).mean()) / off[:, -1].std(ddof=1) < 2


@pytest.fixture(scope="module")
def of_sums():
    """Twelve fits of the sums, and their evidence along the observations."""
    return errors_of(Sums(), 12)


@pytest.mark.long
def test_correlated_parameters_have_the_normal_posterior_of_a_regression(of_sums):
    model, (found, along) = Sums(), of_sums
    root = np.sqrt(len(found))
    design = np.array([[1, 1]] * len(model.sums) + [[1, 0]] * len(model.firsts))
    seen = np.array([*model.sums, *model.firsts])
    covariance = np.linalg.inv(design.T @ design) * model.noise**2
    mean = covariance @ design.T @ seen / model.noise**2
    means = np.array([one.weights @ one.draws for one in found])
    spreads = np.array([np.cov(one.draws.T, aweights=one.weights, bias=True) for one in found])
    for got, right in ((means, mean), (spreads, covariance)):
        np.testing.assert_array_less(np.abs(got.mean(axis=0) - right), 3 * got.std(axis=0, ddof=1) / root)
    np.testing.assert_allclose(spreads.mean(axis=0), covariance, rtol=0.1)
    # The prior is flat and wide: the evidence is the density of what is seen, integrated over all numbers.
    residual = seen - design @ mean
    spread = -len(seen) / 2 * np.log(2 * np.pi * model.noise**2) - residual @ residual / model.noise**2 / 2
    expected = spread + np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] / 2 - 2 * np.log(10.0)
    assert abs(along[:, -1].mean() - expected) < 3 * along[:, -1].std(ddof=1) / root + 0.01


@pytest.mark.long
def test_the_numbers_do_not_depend_on_workers():
    alone = fit(COUNTS, particles=128)
    with ProcessPoolExecutor(2) as two, ThreadPoolExecutor(3) as three:
        for executor in (two, three):
            found = fit(COUNTS, particles=128, executor=executor)
            np.testing.assert_array_equal(found.draws, alone.draws)
            np.testing.assert_array_equal(found.scores, alone.scores)


@pytest.mark.long
def test_no_score_looks_ahead():
    other = Counts((*COUNTS.counts[:6], 0, 0, 0, 0, 0, 0))
    one, two = (fit(each, particles=512, lag=False) for each in (COUNTS, other))
    np.testing.assert_array_equal(one.scores[:6], two.scores[:6])
    assert abs(one.scores[6] - two.scores[6]) > 0.1


class Interrupted(Exception):
    """A run is stopped."""


@pytest.mark.long
@pytest.mark.parametrize("after", [1, 25])
def test_a_run_that_was_stopped_goes_on_to_the_same_numbers(tmp_path, after):
    def stop(done, total):
        if done == after:
            raise Interrupted

    kept = tmp_path / "kept" / "counts.npz"
    with pytest.raises(Interrupted):
        fit(COUNTS, particles=128, kept=kept, progress=stop)
    steps = []
    found = fit(COUNTS, particles=128, kept=kept, progress=lambda done, _: steps.append(done))
    alone = fit(COUNTS, particles=128)
    np.testing.assert_array_equal(found.draws, alone.draws)
    np.testing.assert_array_equal(found.scores, alone.scores)
    assert all(b - a == 1 for a, b in pairwise(steps))
    assert steps[-1] == 4 * len(COUNTS.counts)
    if after > 24:
        assert steps[0] > 13  # an island that was ended is not begun anew
    again = []
    fit(COUNTS, particles=128, kept=kept, progress=lambda done, _: again.append(done))
    assert again == []


@pytest.mark.long
def test_kept_particles_of_something_else_are_refused_and_left(tmp_path):
    kept = tmp_path / "counts.npz"
    fit(COUNTS, particles=128, lag=False, kept=kept)
    content = kept.read_bytes()
    for other in (Counts((1, 2)), Counts(COUNTS.counts, priors=(Prior("rate", 0.0, 20.0),))):
        with pytest.raises(InvalidFile, match=r"counts\.npz: it belongs to a run with another"):
            fit(other, particles=128, kept=kept)
    with pytest.raises(InvalidFile, match="another"):
        fit(COUNTS, particles=128, seed=1, kept=kept)
    assert kept.read_bytes() == content


@dataclass
class Many:
    """Sums of thirty-one standard normal numbers, seen with noise: mostly of three of them."""

    seen: np.ndarray
    design: np.ndarray
    name: str = "many"
    noise: float = 0.7

    @cached_property
    def priors(self):
        return tuple(Prior(f"number {k}", 0.0, 1.0) for k in range(self.design.shape[1]))

    @property
    def observations(self):
        return tuple(str(k) for k in range(len(self.seen)))

    def log_densities(self, parameters):
        numbers = norm.ppf(np.clip(parameters, 1e-12, 1 - 1e-12))
        return norm.logpdf(self.seen, numbers @ self.design.T, self.noise)

    def expected_log_density(self):
        """Of what is seen, over the posterior: normal, with this covariance and mean."""
        covariance = np.linalg.inv(self.design.T @ self.design / self.noise**2 + np.eye(self.design.shape[1]))
        mean = covariance @ self.design.T @ self.seen / self.noise**2
        spread = np.einsum("ij,jk,ik->i", self.design, covariance, self.design)
        off = (self.seen - self.design @ mean) ** 2 + spread
        return float((-0.5 * off / self.noise**2 - 0.5 * np.log(2 * np.pi * self.noise**2)).sum())


def drawn_many(seed):
    rng = np.random.default_rng(seed)
    design = rng.standard_normal((14, 31)) * np.r_[1.0, 0.8, 0.6, np.full(28, 0.15)]
    return Many(design @ rng.standard_normal(31) + 0.7 * rng.standard_normal(14), design)


@pytest.mark.long
def test_chains_that_go_on_until_they_converge_leave_no_particle_behind():
    gaps, told, evaluations = [], [], 0
    for seed in range(3):
        model = drawn_many(seed)
        found = fit(model, particles=128, islands=1, seed=seed)
        gaps.append(model.expected_log_density() - float(found.weights @ found.log_densities.sum(axis=1)))
        told.append(found.lag)
        evaluations += np.nansum(found.islands[0].sweeps)
    assert np.mean(gaps) < 0.5
    assert abs(np.mean(told)) < 0.5  # what a fit says of itself
    assert 1 < evaluations / (3 * 14) < 5  # sweeps an observation; without a surrogate some 20


@pytest.mark.long
def test_a_lag_that_was_not_measured_is_no_number():
    found = fit(COUNTS, particles=64, lag=False)
    assert np.isnan(found.lag)
    assert not found.may_lag
    assert found.table().title.endswith("lag not measured")
    measured = fit(COUNTS, particles=64)
    np.testing.assert_array_equal(measured.draws, found.draws)
    assert abs(measured.lag) < 3 * measured.lag_error + 0.1


@pytest.mark.parametrize(
    ("lot", "weights", "count", "chosen"),
    [
        (0.5, [0.5, 0.25, 0.25], 4, [0, 0, 1, 2]),
        (0.001, [0.2, 0.8], 5, [0, 1, 1, 1, 1]),
        (0.999, [0.2, 0.8], 5, [0, 1, 1, 1, 1]),
        (0.999, [1.0, 0.0], 3, [0, 0, 0]),
        (0.999, [0.3, 0.3, 0.3], 2, [1, 2]),  # by rounding, weights may sum to less than one
    ],
)
def test_positions_follow_the_weights_by_one_lot(lot, weights, count, chosen):
    found = systematic(np.array(weights), count, SimpleNamespace(random=lambda: lot))
    assert found.tolist() == chosen


@dataclass
class Sized:
    """Tells of each coordinate, and of how many particles it was asked at once."""

    asked: list
    name: str = "sized"
    priors: tuple = (Prior("a", 0.0, 1.0), Prior("b", -2.0, 2.0))
    observations: tuple = ("one", "two")

    def log_densities(self, parameters):
        self.asked.append(len(parameters))
        return parameters.copy()


def test_densities_that_are_no_densities_are_refused_by_place():
    def of(change):
        model = Sized([])
        model.log_densities = change
        return densities_of(model)

    at = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    for change, shape in ((lambda p: p[1:], r"\(2, 2\)"), (lambda p: p[:, :1], r"\(3, 1\)")):
        with pytest.raises(
            InvalidGame, match=rf"sized: got log densities of shape {shape}; expected \(3, 2\)"
        ):
            of(change)(at)
    for wrong in (np.nan, np.inf):
        change = lambda p, wrong=wrong: np.where(p > 1.5, wrong, 0.0)  # noqa: E731
        with pytest.raises(InvalidNumber, match=rf"of two is {wrong} at {{'a': 0\.84\d*, 'b': 1\.9\d*}}"):
            of(change)(at)
    assert of(lambda p: np.where(p > 1.5, -np.inf, 0.0))(at)[2, 1] == -np.inf  # impossible, which may be
