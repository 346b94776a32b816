"""What holds for the likelihood's gradient on all games in continuous time, and in any player's unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.games import OptionRows
from negotiation.game_theory.solvers.continuous.fitting.likelihood import Likelihood
from negotiation.game_theory.solvers.continuous.fitting.records import paths_of
from tests.properties.continuous_games import random_game

SEEDS = st.integers(0, 2**32 - 1)
THETA = {"flow": 0.1, "pay": 0.2, "rate": 0.1, "precision": -0.1, "nature": 0.1, "patience": 0.05}


def factory_of(seed, unit=1.0):
    """Return a factory around a random game, in which a parameter moves each kind of number."""
    base, rng = random_game(seed), np.random.default_rng(seed)
    flows = rng.normal(size=base.flows.shape)
    paid = [rng.normal(size=rows.n_options) for rows in base.options]
    units = np.array([unit, 1.0])

    def factory(flow, pay, rate, precision, nature, patience):
        makers = [
            ng.DecisionMaker(
                maker.player,
                maker.rate * np.exp(rate),
                OptionRows(
                    rows.indptr,
                    rows.targets,
                    (rows.payoffs + pay * more) * units[owner],
                    rows.events,
                    rows.event_names,
                ),
                maker.precision * np.exp(precision) / units[owner],
            )
            for maker, rows, more, owner in zip(base.makers, base.options, paid, base.owners, strict=True)
        ]
        moved = base.nature._replace(rates=base.nature.rates * np.exp(nature))
        rates = np.array(base.discount_rates) * np.exp(patience)
        return ng.ContinuousTimeGame((base.flows + flow * flows) * units, makers, rates, moved)

    return factory


def record_of(game, play, seed):
    """Return what somebody sees of drawn play who knows nothing of the start, and states at dates."""
    rng = np.random.default_rng(seed)
    drawn = [ng.simulate_moves(game, play, start=game.states[0], years=3.0, rng=rng) for _ in range(2)]
    hidden = tuple(event for event in game.events if event == "e1")
    paths = []
    for path in drawn:
        seen = [(t, e) for t, e in zip(path.times, path.events, strict=True) if e and e not in hidden]
        paths.append(ng.EventPath(np.full(game.n_states, 1.0 / game.n_states), seen, path.years))
    # Twice where play stood: at the start, where it may always still be, and so after half a year and two.
    states = {"years": [0.0, 0.5, 2.5], "state": [game.states[0]] * 3}
    return paths, states, hidden


@pytest.mark.long
@given(SEEDS)
def test_the_gradient_is_that_of_central_differences(seed):
    factory = factory_of(seed)
    game, theta = factory(**THETA), np.array([*THETA.values()])
    play = ng.markov_perfect_equilibria(game, starts=1)[0]
    paths, states, hidden = record_of(game, play, seed)
    likelihood = Likelihood(factory, tuple(THETA), game, paths_of([*paths, states]), hidden)
    here = likelihood.begin(theta, play)
    found = likelihood.scores(here)
    step, differences = 1e-5, []
    for row in np.eye(len(theta)) * step:
        low, high = (likelihood.at(theta + side * row, here).value for side in (-1.0, 1.0))
        differences.append((high - low) / (2.0 * step))
    assert found.gradient == pytest.approx(np.array(differences), rel=1e-6, abs=1e-6)
    assert found.by_cluster.sum(axis=0) == pytest.approx(found.gradient, rel=1e-12, abs=1e-12)


@pytest.mark.long
@given(SEEDS)
def test_the_likelihood_is_that_of_the_engine_and_of_no_unit(seed):
    factory, other = factory_of(seed), factory_of(seed, unit=1e3)
    game = factory(**THETA)
    play = ng.markov_perfect_equilibria(game, starts=1)[0]
    paths, states, hidden = record_of(game, play, seed)
    parts = [ng.log_likelihood(game, play, path, unobserved=hidden).value for path in paths]
    for k in range(1, 3):
        wait = states["years"][k] - states["years"][k - 1]
        ahead = ng.transition_probabilities(game, play, start=game.states[0], years=wait)
        parts.append(float(np.log(ahead.probability(game.states[0], wait))))
    values = []
    for make in (factory, other):
        told = make(**THETA)
        its = ng.markov_perfect_equilibria(told, starts=1)[0]
        likelihood = Likelihood(make, tuple(THETA), told, paths_of([*paths, states]), hidden)
        here = likelihood.begin(np.array([*THETA.values()]), its)
        values.append((here.value, likelihood.scores(here).gradient))
    # Terms may cancel, and the logarithm of a chance next to 1 has the digits of 1.
    size = sum(max(1.0, abs(part)) for part in parts)
    assert values[0][0] == pytest.approx(sum(parts), rel=0.0, abs=1e-10 * size)
    assert values[1][0] == pytest.approx(values[0][0], rel=0.0, abs=1e-9 * size)
    assert values[1][1] == pytest.approx(values[0][1], rel=1e-6, abs=1e-7)
