"""What a posterior says, from two islands that are made up so that all of it can be worked out by hand."""

from dataclasses import replace
from math import log
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtri

from negotiation.errors import UnknownParameter
from negotiation.report.commands.estimate import learned
from negotiation.truces.estimation.posterior import Posterior, compared
from negotiation.truces.estimation.priors import LearnedPrior, Prior
from negotiation.truces.estimation.sampler import Island

PRIORS = (Prior("a", 0.0, 10.0), Prior("b", 1.0, 100.0, "log"))
NAN = float("nan")


def island(shares, weights, densities, scores, further=(), sweeps=(NAN, NAN), settled=(NAN, NAN)):
    """Return particles at shares of the ranges of both parameters."""
    rows = [densities, scores, sweeps, settled, further]
    densities, scores, sweeps, settled, further = (np.array(one, dtype=float) for one in rows)
    none = np.empty(0)
    return Island(
        ndtri(np.array(shares)), densities, np.log(weights), scores, np.full(2, 9.0), np.full(2, NAN), sweeps,
        settled, further, none, none, none,
    )  # fmt: skip


ONE = island(
    [[0.1, 0.5], [0.9, 0.25]], [0.5, 0.5], [[-1.0, -2.0], [-3.0, -4.0]], [log(0.5), log(2.0)], [-4.0, -2.0],
    (4.0, NAN), (1.0, NAN),
)  # fmt: skip
TWO = island(
    [[0.3, 0.75], [0.5, 0.1]], [0.2, 0.8], [[-1.0, -1.0], [-2.0, -1.0]], [log(3.0), log(1.0)],
    [-2.0, -1.0, -1.5], (8.0, 6.0), (NAN, 1.0),
)  # fmt: skip
"""Evidences 1 and 3: a quarter and three quarters of the weight."""


@pytest.fixture
def found():
    return Posterior("made up", PRIORS, ("x", "y"), (ONE, TWO), 5)


def test_islands_count_by_their_evidence(found):
    np.testing.assert_allclose(found.weights, [0.125, 0.125, 0.15, 0.6])
    np.testing.assert_allclose(found.draws[:, 0], [1.0, 9.0, 3.0, 5.0])
    np.testing.assert_allclose(found.draws[:, 1], [10.0, 100**0.25, 100**0.75, 100**0.1])
    assert found.log_densities.tolist() == [[-1, -2], [-3, -4], [-1, -1], [-2, -1]]
    assert found.effective == pytest.approx(1 / (0.125**2 * 2 + 0.15**2 + 0.6**2))
    np.testing.assert_allclose(found.column("b"), found.draws[:, 1])


def test_evidence_is_the_mean_over_islands_after_each_observation(found):
    np.testing.assert_allclose(found.scores, [log((0.5 + 3) / 2), log(2.0) - log(1.75)])
    assert found.log_evidence == pytest.approx(log(2.0))
    # Relative to their mean the evidences are a half and three halves; of two, the error is a half.
    assert found.log_evidence_error == pytest.approx(0.5)
    alone = replace(found, islands=(TWO,))
    assert np.isnan(alone.log_evidence_error)
    assert alone.log_evidence == pytest.approx(log(3.0))


def test_the_lag_is_what_further_chains_rise_by_in_islands_by_their_shares(found):
    # Sums -3 and -7 with equal weights: -5, and chains at -3. Sums -2 and -3 at 0.2 and 0.8: -2.8, at -1.5.
    assert found.lag == pytest.approx(0.25 * 2.0 + 0.75 * 1.3)
    errors = 2**0.5 / 2**0.5, 0.5 / 3**0.5
    assert found.lag_error == pytest.approx(((0.25 * errors[0]) ** 2 + (0.75 * errors[1]) ** 2) ** 0.5)
    assert found.about_lag == "lag 1.48 (error 0.33); particles may lag"
    for islands in ((ONE, replace(TWO, further=np.empty(0))), (replace(ONE, further=np.empty(0)), TWO)):
        part = replace(found, islands=islands)
        assert np.isnan(part.lag)
        assert np.isnan(part.lag_error)
        assert part.about_lag == "lag not measured"
    single = replace(found, islands=(replace(ONE, further=np.array([-4.0])),))
    assert single.lag == pytest.approx(1.0)
    assert np.isnan(single.lag_error)
    assert single.may_lag  # an error that is not known does not excuse


def test_a_quantile_is_the_least_draw_below_which_so_much_of_the_weight_lies(found):
    for value, shares in {1.0: (0, 0.12), 3.0: (0.13, 0.27), 5.0: (0.28, 0.87), 9.0: (0.88, 1)}.items():
        assert [found.quantile("a", share) for share in shares] == pytest.approx([value] * 2)
    assert replace(found, islands=(ONE,)).quantile("a", 0.5) == pytest.approx(1.0)  # of halves the lower draw


def test_the_command_shows_the_range_before_and_the_mean_and_quantiles_after(found):
    name, *numbers = learned(found).rows[0]
    assert (name, numbers) == ("a", pytest.approx([0.0, 10.0, found.mean("a"), 1.0, 5.0, 9.0]))


def test_means_and_learned_priors_are_weighted(found):
    assert found.mean("a") == pytest.approx(0.125 + 9 / 8 + 0.45 + 3.0)
    places = {"a": ndtri([0.1, 0.9, 0.3, 0.5]), "b": ndtri([0.5, 0.25, 0.75, 0.1])}
    for one, prior in zip(found.as_priors(), PRIORS, strict=True):
        middle = found.weights @ places[prior.name]
        spread = (found.weights @ (places[prior.name] - middle) ** 2) ** 0.5
        assert isinstance(one, LearnedPrior)
        assert (one.name, one.low, one.high, one.scale) == (prior.name, prior.low, prior.high, prior.scale)
        assert one.source == "posterior of made up, 2 observations"
        assert (one.middle, one.spread) == (pytest.approx(middle), pytest.approx(spread))
    assert [one.name for one in found.as_priors(["b", "a"])] == ["b", "a"]
    for asked in (
        lambda: found.mean("c"),
        lambda: found.as_priors(["a", "c"]),
        lambda: found.quantile("c", 0.5),
    ):
        with pytest.raises(UnknownParameter, match=r"'c'.*a, b"):
            asked()


def test_draws_of_equal_weight_come_as_often_as_they_weigh(found):
    drawn = found.resampled(40)
    times = [int((abs(drawn[:, 0] - at) < 1e-9).sum()) for at in (1.0, 9.0, 3.0, 5.0)]
    assert times == [5, 5, 6, 24]
    rows = {tuple(np.round(row, 9)) for row in drawn}
    assert rows == {tuple(np.round(row, 9)) for row in found.draws}
    np.testing.assert_array_equal(found.resampled(7), found.resampled(7))
    odd = {tuple(replace(found, seed=k).resampled(3)[:, 0]) for k in range(12)}
    assert len(odd) > 1  # the seed decides


def test_arviz_gets_draws_by_their_weights_over_all_islands(found):
    pytest.importorskip("arviz_base")
    # Many particles of unlike weights, in islands whose evidence differs by a factor of three.
    rng = np.random.default_rng(5)
    shares, logs = 0.1 + 0.8 * rng.random((2, 500, 2)), rng.random((2, 500, 2))
    ends = ([log(0.5), 0.0], [log(1.5), 0.0])
    islands = tuple(
        island(shares[k], rng.dirichlet(np.ones(500)), logs[k], ends[k], sweeps=[NAN, NAN]) for k in range(2)
    )
    many = replace(found, islands=islands)
    data = many.to_arviz()
    for name in ("a", "b"):
        # A systematic sample is nearer to the weighted mean than an independent one.
        error = many.column(name).std() / 1000**0.5
        assert abs(float(data["posterior"][name].mean()) - many.mean(name)) < error
        prior = data["prior"][name].values
        low, high = next((p.low, p.high) for p in PRIORS if p.name == name)
        assert prior.shape == (1, 1000)
        assert ((low <= prior) & (prior <= high)).all()
    seen = data["log_likelihood"]["record"]
    assert seen.coords["observation"].values.tolist() == list(many.observations)
    rows = {tuple(row) for row in many.log_densities.tolist()}
    assert {tuple(row) for row in seen.values[0].tolist()} <= rows
    stats = data["sample_stats"]
    assert float(stats["log_marginal_likelihood"]) == pytest.approx(many.log_evidence)
    assert stats["scores"].sel(island=1).values.tolist() == ends[1]
    assert stats["share"].values.tolist() == pytest.approx([0.25, 0.75])
    assert float((stats["island_of_draw"] == 1).mean()) == pytest.approx(0.75, abs=2e-3)


def of_chains(rng, renewed):
    """Return sixteen particles of unlike weights: two chains of eight if they were renewed."""
    weights = rng.dirichlet(np.ones(16))
    shares = 0.1 + 0.8 * rng.random((16, 2))
    sweeps = [3.0, NAN] if renewed else [NAN, NAN]
    return island(shares, weights, np.zeros((16, 2)), [0.0, log(rng.random())], sweeps=sweeps)


@pytest.mark.parametrize("renewed", [(True, True), (True, False), (False, True), (False, False), (True,)])
def test_independent_draws_are_told_by_how_far_chains_differ(found, renewed):
    rng = np.random.default_rng(3)
    there = replace(found, islands=tuple(of_chains(rng, one) for one in renewed))
    clusters = {}
    for k, (weight, draw) in enumerate(zip(there.weights, there.draws, strict=True)):
        one = k // 16
        chain = k % 2 if renewed[one] else k % 16  # states of a chain stand so many apart
        clusters.setdefault((one, chain), []).append((weight, draw))
    mean = there.weights @ there.draws
    sums = [sum(w * (x - mean) for w, x in members) for members in clusters.values()]
    count = len(sums)
    between = sum(one**2 for one in sums) * count / (count - 1)
    within = sum(w * (x - mean) ** 2 for w, x in zip(there.weights, there.draws, strict=True))
    np.testing.assert_allclose(there.independent, within / between)


def test_weights_of_models_begin_equal_and_know_what_was_seen_and_no_more():
    densities = np.array([[0.2, 0.1], [0.6, 0.4]])
    both = compared(SimpleNamespace(scores=np.log(each), observations=("x", "y")) for each in densities)
    np.testing.assert_allclose(both.weights, [[0.5, 0.25, 1 / 13], [0.5, 0.75, 12 / 13]])
    np.testing.assert_allclose(both.average, np.log([0.4, 0.25 * 0.1 + 0.75 * 0.4]))
