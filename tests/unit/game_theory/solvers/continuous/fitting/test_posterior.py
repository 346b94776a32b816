"""Draws against posteriors that are known, and what is kept, named and refused on the way."""

import _thread
import json
import sys
from functools import partial

import numpy as np
import pytest
from scipy import stats

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidNumber, MissingPackage, UnknownMethod, UnknownParameter
from negotiation.game_theory.games.catalogue.dynamic_games import entry_and_exit, one_market_for_two
from negotiation.game_theory.solvers.continuous.fitting.climb import climb
from negotiation.game_theory.solvers.continuous.fitting.likelihood import Likelihood
from negotiation.game_theory.solvers.continuous.fitting.posterior import Posterior
from negotiation.game_theory.solvers.continuous.fitting.records import paths_of

pytest.importorskip("nutpie")
arviz_stats = pytest.importorskip("arviz_stats")


def shop(apples, pears=1.0, other=0.0):
    """Return a shop that sells two fruits at rates; `other` moves a constant, which nobody answers to."""
    rates = {"apple": apples, "pear": pears}
    makers = [ng.DecisionMaker(0, rate, [[(0, 0.0, fruit)]], precision=1.0) for fruit, rate in rates.items()]
    return ng.ContinuousTimeGame([[other]], makers, 0.5)


SALES = [
    ng.EventPath("0", moves, 2.0)
    for moves in ([(0.5, "apple"), (1.0, "pear")], [(0.2, "apple")], [(1.9, "apple"), (1.95, "apple")])
]
COUNTS, YEARS = {"apples": 4, "pears": 1}, 6.0
START = {"apples": 1.0, "pears": 1.0}
PRIOR = {"apples": stats.gamma(2.0), "pears": stats.gamma(3.0)}
# Of constant hazards with gamma priors the posterior is gamma too.
EXACT = {name: stats.gamma(shape + COUNTS[name], scale=1.0 / (1.0 + YEARS)) for name, shape in
         (("apples", 2.0), ("pears", 3.0))}  # fmt: skip

draw = partial(ng.fit, shop, SALES, start=START, method="posterior", prior=PRIOR, chains=2)


@pytest.fixture(scope="module")
def drawn():
    return draw(draws=300)


@pytest.mark.long
def test_draws_of_constant_hazards_are_gamma(drawn):
    assert drawn.status == "complete", drawn.reason
    for name, exact in EXACT.items():
        draws, size = drawn.draws[name], drawn.bulk_size[name]
        assert draws.shape == (2, 300)
        assert draws.mean() == pytest.approx(exact.mean(), abs=4.0 * exact.std() / np.sqrt(size))
        spread = draws.std() / np.sqrt(float(arviz_stats.ess(draws, method="sd")))
        assert draws.std() == pytest.approx(exact.std(), abs=4.0 * spread)
        # As many draws lie below each quantile as should, to four errors of a share.
        below = [np.mean(draws < exact.ppf(q)) for q in (0.05, 0.5, 0.95)]
        assert below == pytest.approx([0.05, 0.5, 0.95], abs=2.0 / np.sqrt(drawn.tail_size[name]))
        low, high = drawn.interval(name, 0.9)
        assert np.mean((draws >= low) & (draws <= high)) == pytest.approx(0.9, abs=0.01)


@pytest.mark.long
def test_draws_print_as_a_table_and_go_to_arviz(drawn):
    assert all(word in str(drawn) for word in ("posterior: complete", "R-hat", "bulk size", "3 clusters"))
    document = json.loads(drawn.to_json())
    assert document["status"] == "complete"
    told = drawn.tidy()
    means = [draws.mean() for draws in drawn.draws.values()]
    assert told[told.quantity == "mean"].value.tolist() == pytest.approx(means)
    data = drawn.to_arviz()
    assert float(arviz_stats.rhat(data)["pears"]) == pytest.approx(drawn.r_hat["pears"])
    # The last path: two apples, no pear.
    apples, pears = (drawn.draws[name] for name in START)
    assert data["log_likelihood"]["record"].values[..., 2] == pytest.approx(
        2.0 * np.log(apples) - 2.0 * (apples + pears)
    )
    assert arviz_stats.loo(data).elpd < data["log_likelihood"]["record"].mean(("chain", "draw")).sum()


@pytest.mark.parametrize(
    "prior",
    [
        stats.gamma(2.0),
        stats.norm(1.0, 0.5),
        stats.uniform(0.0, 9.0),
        stats.lognorm(0.7),
        stats.beta(0.5, 0.6),
    ],
)
def test_in_coordinates_every_prior_is_normal(prior):
    one = partial(shop, other=0.0)
    likelihood = Likelihood(one, ("apples",), one(1.0), paths_of(SALES))
    posterior = Posterior(likelihood, {"apples": prior})
    begin = posterior.vector({"apples": 0.6})
    here = posterior.begin(begin, ng.markov_perfect_equilibria(one(0.6)).only())
    for z in begin + np.linspace(-0.5, 1.0, 4)[:, None]:
        at, (rate,) = posterior.at(z, here), posterior.parameters(z)
        assert at.value == pytest.approx(4.0 * np.log(rate) - YEARS * (rate + 1.0) - z[0] ** 2 / 2.0)
        found, step = posterior.scores(at), 1e-5
        low, high = (posterior.at(z + side, here).value for side in (-step, step))
        assert found.gradient == pytest.approx((high - low) / (2.0 * step), rel=1e-6, abs=1e-8)
        assert found.value == pytest.approx(at.value)
        assert posterior.vector({"apples": rate}) == pytest.approx(z, rel=1e-9)


@pytest.mark.long
def test_few_draws_are_said_to_be_few():
    found = draw(draws=4)
    assert "not at most 1.01, the least effective size is" in found.reason
    assert "below 200: draw more" in found.reason


def test_far_out_in_either_tail_coordinates_have_all_their_digits():
    posterior = Posterior(Likelihood(shop, [*START], shop(**START), paths_of(SALES)), PRIOR)
    for z in (np.array([-12.0, -9.0]), np.array([9.0, 12.0])):
        assert posterior.vector(posterior.named(z)) == pytest.approx(z, rel=1e-9)


def test_a_coordinate_next_to_zero_has_a_gradient_and_a_curvature():
    def shifted(shift):
        return shop(1.0 + shift)

    likelihood = Likelihood(shifted, ["shift"], shop(1.0), paths_of(SALES))
    posterior = Posterior(likelihood, {"shift": stats.norm()})
    here = posterior.begin(np.array([1e-11]), ng.markov_perfect_equilibria(shop(1.0)).only())
    assert posterior.scores(here).gradient == pytest.approx([COUNTS["apples"] - YEARS], rel=1e-6)
    # At the mode 4 / (1 + x) - 6 = x; the curvature is 4 / (1 + x)^2 + 1.
    top = climb(posterior, here)
    mode = (np.sqrt(41.0) - 7.0) / 2.0
    assert top.at.theta == pytest.approx([mode], abs=1e-6)
    assert top.information == pytest.approx(np.array([[4.0 / (1.0 + mode) ** 2 + 1.0]]), rel=1e-5)


@pytest.mark.long
def test_a_flat_direction_is_named_and_left_to_the_prior():
    prior = PRIOR | {"other": stats.norm(0.0, 3.0)}
    found = draw(prior=prior, start=START | {"other": 0.5}, draws=100)
    assert "moving other by" in found.reason
    assert found.draws["other"].std() == pytest.approx(3.0, rel=0.3)


@pytest.mark.long
def test_what_was_drawn_is_kept_on_an_interrupt_and_a_seed_says_which():
    asked = 0

    def interrupted(apples, pears):
        nonlocal asked
        asked += 1
        if asked == 12_000:
            _thread.interrupt_main()
        return shop(apples, pears)

    found = ng.fit(
        interrupted, SALES, start=START, method="posterior", prior=PRIOR, chains=2, draws=1000, deadline=600.0
    )
    assert found.status == "partial"
    assert "interrupted after" in found.reason
    kept = found.draws["pears"].shape[1]
    assert 4 < kept < 1000
    # The draws are those of the seed, however many are asked for and whatever runs beside.
    again = draw(draws=300).draws["pears"][:, :kept]
    assert again == pytest.approx(found.draws["pears"][:, : again.shape[1]])


def test_at_a_deadline_before_any_draw_nothing_is_returned():
    told = []
    found = draw(deadline=1e-3, progress=lambda done, total: told.append((done, total)))
    assert found.status == "failed"
    assert "the deadline was reached after 0 of 500 draws" in found.reason
    with pytest.raises(InvalidNumber, match="no values of pears were drawn"):
        found.interval("pears")
    assert "posterior: failed" in str(found)
    assert told[-1][1] == 2 * (200 + 500)


@pytest.mark.long
def test_what_a_factory_raises_comes_to_the_caller():
    asked = 0

    def breaks(apples, pears):
        nonlocal asked
        asked += 1
        if asked > 400:
            raise KeyError("mine")
        return shop(apples, pears)

    with pytest.raises(KeyError, match="mine"):
        ng.fit(breaks, SALES, start=START, method="posterior", prior=PRIOR)

    def narrow(apples, pears):
        if abs(apples - 1.0) > 1e-3:
            raise InvalidGame("too far")
        return shop(apples, pears)

    with pytest.raises(InvalidGame, match="no chain could begin near the mode: too far"):
        ng.fit(narrow, SALES, start=START, method="posterior", prior=PRIOR)


@pytest.mark.long
def test_chains_stay_on_the_branch_of_the_highest_mode():
    """One equilibrium of three is played, and the others are climbed from too."""
    game = one_market_for_two()
    play = ng.markov_perfect_equilibria(game, starts=20)[1]
    path = ng.simulate_moves(game, play, start="00", years=400.0, rng=1)
    found = ng.fit(
        one_market_for_two, path, start={"duopoly": -1.2}, method="posterior", equilibria=20,
        prior={"duopoly": stats.norm(-1.0, 1.0)}, chains=2, draws=50,
    )  # fmt: skip
    assert "climbs, of which one ended" in found.reason
    assert abs(found.draws["duopoly"].mean() + 1.2) < 3.0 * found.draws["duopoly"].std()


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"prior": None}, InvalidNumber, "takes a prior for each parameter"),
        ({"method": "likelihood"}, InvalidNumber, "method='likelihood' takes no prior"),
        ({"method": "bayes"}, UnknownMethod, "posterior"),
        ({"prior": {"peas": stats.norm()}}, UnknownParameter, "did you mean 'pears'"),
        ({"prior": {"apples": stats.norm()}}, InvalidNumber, "none is given for pears$"),
        (
            {"prior": PRIOR | {"pears": stats.poisson(2)}},
            InvalidNumber,
            "discrete one; got poisson for pears",
        ),
        ({"prior": PRIOR | {"pears": stats.gamma}}, InvalidNumber, "its shapes.* got gamma for pears"),
        ({"prior": PRIOR | {"pears": stats.uniform(5, 6)}}, InvalidNumber, "density is zero"),
        ({"chains": 1}, InvalidNumber, "number of chains"),
    ],
)
def test_what_cannot_be_drawn_is_refused(asked, error, words):
    with pytest.raises(error, match=words):
        draw(**asked)


def test_without_its_packages_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nutpie", None)
    with pytest.raises(MissingPackage, match=r"pip install '.\[posterior\]'"):
        draw()


@pytest.mark.slow
def test_over_records_from_the_prior_ranks_of_the_truth_are_even():
    """Simulation-based calibration (Talts and others 2018) on two firms that enter a market and leave it."""
    prior = {"size": stats.lognorm(0.2, scale=6.0), "fixed": stats.norm(0.8, 0.3)}
    rng, shares = np.random.default_rng(5), []
    for _ in range(20):
        truth = {name: float(one.rvs(random_state=rng)) for name, one in prior.items()}
        game = entry_and_exit(**truth)
        play = ng.markov_perfect_equilibria(game)[0]
        path = ng.simulate_moves(game, play, start="00", years=20.0, rng=rng)
        found = ng.fit(
            entry_and_exit, path, start=truth, method="posterior", prior=prior, chains=2, draws=100, rng=rng
        )
        shares.append([np.mean(found.draws[name] < truth[name]) for name in prior])
    assert min(stats.kstest(column, "uniform").pvalue for column in np.transpose(shares)) > 1e-3
