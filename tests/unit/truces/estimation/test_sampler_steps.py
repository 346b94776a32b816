"""One island, observation by observation: what is taken in, renewed and kept, worked out by hand."""

from dataclasses import dataclass
from math import log
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtr

from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.truces.estimation import sampler
from negotiation.truces.estimation.convergence import Renewed
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.sampler import Island, densities_of, step, systematic
from negotiation.truces.estimation.surrogate import Evaluations


def island(table, coordinates=None, weights=None):
    """Return particles before the first observation, of equal weight if not told otherwise."""
    table = np.asarray(table, dtype=float)
    at = np.arange(2.0 * len(table)).reshape(-1, 2) if coordinates is None else coordinates
    logs = np.full(len(table), -log(len(table))) if weights is None else np.log(weights)
    return Island(at, table, logs, *(np.empty(0),) * 9)


class Renewals:
    """In place of chains: particles that the test tells apart, whose next observation says nothing more."""

    def __init__(self, monkeypatch, tables=()):
        self.asked, self.tables = [], list(tables)
        monkeypatch.setattr(sampler, "renewed", self)

    def __call__(self, at, table, around, made, rng):
        self.asked.append((at, table, around, made, rng.random()))
        count, k = len(at) * NUMERICS.chain, len(self.asked)
        new = self.tables.pop(0) if self.tables else np.zeros((count, table.shape[1]))
        known = Evaluations(np.full((1, 2), 100.0 * k), np.zeros((1, table.shape[1])), np.ones((1, 2, 2)) * k)
        return Renewed(np.full((count, 2), float(k)), new, 0.1 * k, 2.0 * k, float(k == 1), known)


def test_what_is_possible_at_few_particles_is_taken_in_and_at_none_refused(monkeypatch):
    few = np.full((16, 1), -np.inf)
    few[:2] = 0.0
    play = Renewals(monkeypatch)
    after = step(island(few), None, (0, 0))
    assert after.scores[0] == pytest.approx(log(2 / 16))
    assert {tuple(row) for row in play.asked[0][1].tolist()} == {(0.0,)}
    assert after.effective == pytest.approx([2.0])
    with pytest.raises(InvalidNumber, match=r"observation 1 has density 0\.0 at every particle"):
        step(island(np.full((16, 1), -np.inf)), None, (0, 0))


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


@pytest.mark.parametrize(("count", "chunks"), [(16, [16]), (17, [16, 1]), (40, [16, 16, 8])])
def test_particles_are_asked_in_chunks_in_their_order_at_their_parameters(count, chunks):
    model = Sized([])
    at = np.random.default_rng(0).standard_normal((count, 2))
    found = densities_of(model)(at)
    assert model.asked == chunks
    np.testing.assert_allclose(found[:, 0], ndtr(at[:, 0]))
    np.testing.assert_allclose(found[:, 1], 4 * ndtr(at[:, 1]) - 2)


def test_densities_that_are_no_densities_are_refused_by_place():
    def of(change):
        model = Sized([])
        model.log_densities = change
        return densities_of(model)

    at = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    for change, shape in ((lambda p: p[1:], r"\(2, 2\)"), (lambda p: p[:, :1], r"\(3, 1\)")):
        with pytest.raises(InvalidGame, match=rf"sized: log densities of shape {shape}; \(3, 2\) is needed"):
            of(change)(at)
    for wrong in (np.nan, np.inf):
        change = lambda p, wrong=wrong: np.where(p > 1.5, wrong, 0.0)  # noqa: E731
        with pytest.raises(InvalidNumber, match=rf"{wrong} of two at {{'a': 0\.84\d*, 'b': 1\.9\d*}}"):
            of(change)(at)
    assert of(lambda p: np.where(p > 1.5, -np.inf, 0.0))(at)[2, 1] == -np.inf  # impossible, which may be
