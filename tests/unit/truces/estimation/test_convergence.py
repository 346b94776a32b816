"""Chains that go on until they have converged: when that is, which states are kept, what is learned."""

import numpy as np
import pytest

from negotiation.truces.estimation import convergence
from negotiation.truces.estimation.chains import Renewal, States
from negotiation.truces.estimation.convergence import has_converged, renewed, shares_of
from negotiation.truces.estimation.numerics import NUMERICS, SURROGATE
from negotiation.truces.estimation.surrogate import Evaluations

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


def test_how_much_of_each_observation_was_seen():
    assert shares_of((0, 0.3), 3).tolist() == [0.3, 0.0, 0.0]
    assert shares_of((2, 1.0), 3).tolist() == [1.0, 1.0, 1.0]
    assert shares_of((1, 0.5), 3).tolist() == [1.0, 0.5, 0.0]


class Counted:
    """Steps that only count: the k-th state of a chain has k for its coordinates."""

    def __init__(self, size=2, answers=(), still=False):
        self.size, self.answers, self.still = size, list(answers), still
        self.moves, self.asked, self.fits, self.towards = [], [], [], []

    def run(self, monkeypatch, chains=3, known=4):
        at = np.zeros((chains, self.size))
        for name in ("stepped", "has_converged", "fitted", "surrogate", "tuned_hmc"):
            monkeypatch.setattr(convergence, name, getattr(self, name))
        before = Evaluations.none(np.full((known, self.size), -1.0), np.zeros((known, 2)))
        made = Renewal((0, 0.5), None, before)
        return renewed(at, np.zeros((chains, 2)), "first", made, np.random.default_rng(0))

    def stepped(self, now, move, toward, made, rng):
        self.moves.append(move)
        self.towards.append(toward)
        at = now.at if self.still else now.at + 1
        after = States(at, np.repeat(at[:, :1], 2, axis=1), at[:, 0])
        return after, after._replace(at=at + 0.5)

    def has_converged(self, targets):
        self.asked.append(targets)
        return self.answers.pop(0) if self.answers else False

    def fitted(self, at, weights, worth):
        self.fits.append((at, weights, worth))
        return f"fit {len(self.fits)}"

    def surrogate(self, known, shares):
        assert shares.tolist() == [0.5, 0.0]
        self.fitted_to = [*getattr(self, "fitted_to", ()), len(known.at)]
        return "surrogate fit", known

    def tuned_hmc(self, fit, at, around, rng):
        return fit, at[0, 0], around


def test_lengths_double_until_chains_have_converged(monkeypatch):
    play = Counted(answers=[False, False, True])
    found = play.run(monkeypatch)
    assert [len(one) for one in play.asked] == [14, 28, 56]  # two sweeps of seven steps, four, eight
    for one in play.asked:
        assert one.tolist() == [[k] * 3 for k in range(1, len(one) + 1)]
    assert play.moves == list(NUMERICS.steps) * 8
    assert (found.sweeps, found.settled, found.accepted) == (8.0, 1.0, 1.0)
    # Fixed while states are kept, fitted again to the second half whenever the length doubles.
    assert [t.around for t in play.towards] == ["first"] * 14 + ["fit 1"] * 14 + ["fit 2"] * 28
    assert all(t.hmc is None for t in play.towards)
    for (at, weights, worth), sweeps in zip(play.fits, (2, 4), strict=True):
        assert sorted(set(at[:, 0])) == list(range(7 * sweeps // 2 + 1, 7 * sweeps + 1))
        np.testing.assert_allclose(weights, 1 / (3 * 7 * sweeps / 2))
        assert worth == 3 * sweeps / 2


@pytest.mark.parametrize("doublings", [0, 1, 2])
def test_particles_are_even_over_the_second_half_and_the_last_is_one(monkeypatch, doublings):
    found = Counted(answers=[False] * doublings + [True]).run(monkeypatch)
    whole = 14 * 2**doublings
    kept = found.coordinates[:, 0].reshape(NUMERICS.chain, 3)
    assert (kept == kept[:, :1]).all()  # one state of each chain after the other
    assert kept[0, 0] == whole
    assert kept.min() > whole / 2
    gaps = -np.diff(kept[:, 0])
    assert gaps.max() - gaps.min() <= 1
    assert kept.min() <= whole / 2 + whole / 16 + 1
    np.testing.assert_array_equal(found.densities[:, 1], found.coordinates[:, 0])


@pytest.mark.parametrize("still", [False, True])
def test_chains_that_never_converge_or_never_move_end_at_the_limit(monkeypatch, still):
    found = Counted(answers=[still] * 9, still=still).run(monkeypatch, chains=2)
    assert (found.sweeps, found.settled) == (NUMERICS.most_sweeps, 0.0)
    assert found.accepted == (0.0 if still else 1.0)


def test_a_surrogate_is_asked_with_more_parameters_than_a_few_and_knows_what_was_proposed(monkeypatch):
    few = Counted(size=SURROGATE.few, answers=[True])
    few.run(monkeypatch)
    assert not hasattr(few, "fitted_to")
    more = Counted(size=SURROGATE.few + 1, answers=[False, True])
    found = more.run(monkeypatch)
    assert more.fitted_to == [4, 4 + 14 * 3]
    told = [("surrogate fit", 0.0, "first")] * 14 + [("surrogate fit", 14.0, "fit 1")] * 14
    assert [t.hmc for t in more.towards] == told
    assert len(found.known.at) == len(found.known.table) == 4 + 28 * 3
    assert set(found.known.at[4:, 0]) == {k + 0.5 for k in range(1, 29)}  # proposals, accepted or not
