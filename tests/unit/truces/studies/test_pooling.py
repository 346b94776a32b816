"""Gains of pooling where they are known: numbers seen with noise, whose truths are correlated normals."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest, multivariate_normal, norm

from negotiation.errors import InvalidGame
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.studies.pooling import POOLED, Pooling, densities_at, even_points

NOISE = 0.5
SEEN = {"one": (0.9, -0.3, 0.1), "two": (1.3, 0.4, 0.2), "three": (-1.0, 0.1, 0.0)}
"""What is seen of the rate, the precision and the cost in each dispute."""


@dataclass(frozen=True)
class Noisy:
    """The coordinates of the three parameters, each seen once with noise."""

    seen: tuple[float, ...]
    name: str = "noisy"
    # Not in the order of the points.
    priors: tuple[Prior, ...] = (
        Prior("pace.adjustment", 0.0, 0.01), Prior("pace.move_rate", 1.0, 104.0, "log"),
        Prior("logit.precision", 3.0, 300.0, "log"),
    )  # fmt: skip
    observations: tuple[str, ...] = ("first", "second", "third")

    def log_densities(self, parameters):
        places = [ndtri(p.share(parameters[:, k])) for k, p in enumerate(self.priors)]
        by_name = dict(zip((p.name for p in self.priors), places, strict=True))
        return norm.logpdf(np.array(self.seen), np.stack([by_name[n] for n in POOLED], axis=1), NOISE)


def of(names=tuple(SEEN), sets=4, points=256):
    at = even_points(sets, points, 0)
    return Pooling("noisy", at, {name: densities_at(Noisy(SEEN[name]), at) for name in names})


@pytest.fixture(scope="module")
def found():
    return of()


def expected(names, rho, shared=POOLED):
    """The log density of what is seen in some disputes: normal, with a correlation where it is shared."""
    total = 0.0
    for k, name in enumerate(POOLED):
        own = rho if name in shared else 0.0
        covariance = own + (1 - own + NOISE**2) * np.eye(len(names))
        total += multivariate_normal.logpdf([SEEN[d][k] for d in names], cov=covariance)
    return total


def gained(held_out, others, *args):
    return expected([held_out, *others], *args) - expected(others, *args) - expected([held_out], 0.0)


def test_points_cover_a_normal_distribution_evenly():
    points = even_points(2, 256, 3)
    assert points.shape == (2, 256, 3)
    for axis in range(3):
        assert kstest(points[0, :, axis], "norm").statistic < 0.01  # chance would give 0.05
    assert not np.array_equal(points[0], points[1])


def test_a_dispute_alone(found):
    for name in SEEN:
        log_density, error = found.alone(name)
        assert log_density == pytest.approx(expected([name], 0.0), abs=3 * error + 1e-3)
        assert error < 0.05
        for k, parameter in enumerate(POOLED):
            told = norm.ppf(0.9, SEEN[name][k] / (1 + NOISE**2), NOISE / np.sqrt(1 + NOISE**2))
            assert found.quantile(name, parameter, 0.9) == pytest.approx(told, abs=0.05)


@pytest.mark.parametrize("others", [["two"], ["three"], ["two", "three"]])
def test_the_posterior_of_others_as_the_prior(found, others):
    gain, error = found.gain("one", others)
    assert gain == pytest.approx(gained("one", others, 1.0), abs=3 * error + 0.01)
    assert error < 0.1


ALL, RATE, PRECISION = POOLED, ("pace.move_rate",), ("logit.precision",)


@pytest.mark.parametrize(
    ("shared", "rho"),
    [(ALL, 0.0), (ALL, 0.5), (ALL, 0.9), (RATE, 0.5), (RATE, 0.95), (PRECISION, 0.95)],
)
def test_what_is_correlated(found, rho, shared):
    gain, error = found.gain_in_part("one", ["two", "three"], shared, rho)
    assert gain == pytest.approx(gained("one", ["two", "three"], rho, shared), abs=3 * error + 0.03)


def test_an_unknown_correlation_is_weighted_by_what_the_others_say_of_it(found):
    rhos = (0.0, 0.3, 0.6, 0.9)
    both = np.logaddexp.reduce([expected(list(SEEN), rho) for rho in rhos])
    taught = np.logaddexp.reduce([expected(["two", "three"], rho) for rho in rhos])
    told = both - taught - expected(["one"], 0.0)
    gain, error = found.gain_in_part("one", ["two", "three"])
    assert gain == pytest.approx(told, abs=3 * error + 0.03)


def test_like_disputes_gain_and_unlike_ones_lose(found):
    assert found.gain("one", ["two"])[0] > 0.3
    assert found.gain("one", ["three"])[0] < -1.0
    rows = {row[:2]: row[2:] for row in found.table().rows}
    assert rows["one", "all three"] == found.gain("one", ["two", "three"])
    assert rows["two", "pace.move_rate"] == found.gain_in_part("two", ["one", "three"], POOLED[:1], 0.95)
    assert len(rows) == 15


def test_one_set_has_no_error_and_other_parameters_are_refused():
    assert np.isnan(of(("one",), sets=1, points=64).alone("one")[1])
    more = replace(Noisy(SEEN["one"]), priors=(*Noisy(()).priors, Prior("CHN.gdp", 1.0, 2.0)))
    with pytest.raises(InvalidGame, match=r"noisy estimates CHN\.gdp; choose `parameters` among"):
        densities_at(more, even_points(1, 8, 0))
