"""One island, observation by observation: what is taken in, renewed and kept, worked out by hand."""

from dataclasses import dataclass, replace
from math import log
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtr

from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.truces.estimation import sampler
from negotiation.truces.estimation.convergence import Renewed
from negotiation.truces.estimation.normal import fitted
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.sampler import Island, densities_of, gone_on, start, step, systematic
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


def test_an_observation_that_tells_little_only_changes_weights(monkeypatch):
    monkeypatch.setattr(sampler, "renewed", None)
    densities = np.array([[0.2, 0.5], [0.3, 0.5], [0.4, 0.1], [0.3, 0.9]])
    before = island(np.log(densities))
    after = step(before, None, (0, 0))
    assert after.scores == pytest.approx(np.log([0.3]))  # the mean
    np.testing.assert_allclose(np.exp(after.log_weights), np.array([2, 3, 4, 3]) / 12)
    assert after.effective == pytest.approx([144 / 38])
    for name in ("accepted", "sweeps", "settled"):
        assert np.isnan(getattr(after, name)).all()
    np.testing.assert_array_equal(after.coordinates, before.coordinates)
    last = step(after, None, (0, 0))
    assert last.seen == 2
    # Weighted by what was seen: the density of the second given the first.
    assert last.scores[1] == pytest.approx(np.log(np.array([2, 3, 4, 3]) / 12 @ densities[:, 1]))
    assert (before.seen, after.seen) == (0, 1)
    assert not len(last.known_at)


@pytest.mark.parametrize(("share", "renews"), [(0.71, False), (0.69, True)])
def test_particles_are_renewed_below_seven_tenths(monkeypatch, share, renews):
    """Half of the particles at 1 + x and half at 1 - x: effective is the share 1 / (1 + x^2)."""
    play = Renewals(monkeypatch)
    off = (1 / share - 1) ** 0.5
    densities = np.repeat([1 + off, 1 - off], 8)
    after = step(island(np.log(densities)[:, None]), None, (0, 0))
    assert after.effective == pytest.approx([16 * share])
    assert bool(play.asked) is renews
    assert np.isnan(after.accepted[0]) == (not renews)
    if renews:
        assert play.asked[0][3].until == (0, 1.0)
        np.testing.assert_allclose(after.log_weights, -log(16))


def test_what_tells_much_is_taken_in_by_shares_that_leave_half(monkeypatch):
    """Half of the particles fall behind by twelve nats: half that count are left after some share."""
    column = np.r_[np.zeros(5), np.full(11, -12.0)]
    rest = np.stack([np.linspace(0.0, -0.1, 16), np.full(16, 7.0)], axis=1)
    play = Renewals(monkeypatch, [rest])
    before = island(np.stack([column, np.zeros(16)], axis=1))
    after = step(before, "densities", (4, 2))
    (at, table, around, made, _), *more = play.asked
    assert not more  # the rest tells little at the new particles
    whole, share = made.until
    assert whole == 0
    weights = np.exp(share * column)
    assert weights.sum() ** 2 / (weights**2).sum() == pytest.approx(8.0, rel=1e-6)
    assert made.densities == "densities"
    np.testing.assert_array_equal(made.known.at, before.coordinates)  # nothing else is known at first
    np.testing.assert_array_equal(made.known.table, before.densities)
    told = fitted(before.coordinates, weights / weights.sum())
    np.testing.assert_allclose(around.mean, told.mean)
    np.testing.assert_allclose(around.root, told.root)
    assert len(at) == 16 // NUMERICS.chain
    rows = at[:, 0].astype(int) // 2
    np.testing.assert_array_equal(at, before.coordinates[rows])
    np.testing.assert_array_equal(table, before.densities[rows])
    # The score is that of both shares, each by the particles of its time.
    left = (1 - share) * rest[:, 0]
    assert after.scores[0] == pytest.approx(np.log(weights.mean()) + np.log(np.exp(left).mean()))
    np.testing.assert_allclose(np.exp(after.log_weights), np.exp(left) / np.exp(left).sum())
    once = np.exp(column)
    assert after.effective == pytest.approx([once.sum() ** 2 / (once**2).sum()])
    assert (after.accepted, after.sweeps, after.settled) == ([0.1], [2.0], [1.0])
    np.testing.assert_array_equal(after.densities, rest)
    assert after.known_at.tolist() == [[100.0, 100.0]]


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


def test_further_chains_leave_the_particles_and_tell_each_chains_mean(monkeypatch):
    found = np.arange(32.0).reshape(16, 2)  # eight states of each of two chains, one after the other
    play = Renewals(monkeypatch, [found])
    before = replace(island(np.zeros((16, 2))), scores=np.zeros(2))
    after = gone_on(before, "densities", (3, 1))
    (_, _, _, made, drawn), = play.asked  # fmt: skip
    assert (made.until, made.densities) == ((1, 1.0), "densities")
    np.testing.assert_array_equal(made.known.at, before.coordinates)
    sums = found.sum(axis=1)
    np.testing.assert_allclose(after.further, [sums[::2].mean(), sums[1::2].mean()])
    for name in ("coordinates", "densities", "log_weights", "scores", "known_at"):
        assert getattr(after, name) is getattr(before, name)
    gone_on(before, "densities", (3, 2))
    assert play.asked[1][-1] != drawn


def test_an_island_begins_with_the_prior_and_equal_weights():
    model = SimpleNamespace(priors=[1, 2, 3])
    found = start(model, lambda at: at[:, :2] + 1, 4000, (0, 1))
    assert found.coordinates.shape == (4000, 3)
    np.testing.assert_allclose(found.coordinates.mean(axis=0), 0.0, atol=0.06)
    np.testing.assert_allclose(np.cov(found.coordinates.T), np.eye(3), atol=0.08)
    np.testing.assert_array_equal(found.densities, found.coordinates[:, :2] + 1)
    np.testing.assert_allclose(found.log_weights, -log(4000))
    assert found.seen == 0
    assert all(len(getattr(found, name)) == 0 for name in ("accepted", "further", "known_at", "metrics"))
    for other in ((0, 2), (1, 1)):
        assert (start(model, lambda at: at[:, :2], 4000, other).coordinates != found.coordinates).all()


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


def test_survivors_stand_in_no_order(monkeypatch):
    play = Renewals(monkeypatch)
    column = np.r_[np.zeros(30), np.full(98, -12.0)]
    step(island(column[:, None]), None, (4, 2))
    rows = play.asked[0][0][:, 0].astype(int) // 2
    assert len(rows) == 16
    assert (np.diff(rows) < 0).any()
    assert len(set(rows[rows < 30].tolist())) > 5
