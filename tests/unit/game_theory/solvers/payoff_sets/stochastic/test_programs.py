"""Compiled Markov programs: no row that is left unseen is better than the one that is played."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import compressed_game
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels import operator, polygons
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import first_family
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.cuts import levels_of


def random_game(states, delta, seed):
    rng = np.random.default_rng(seed)
    moves = rng.dirichlet(np.ones(states), (states, 2, 3))
    return compressed_game(ng.StochasticGame(rng.random((states, 2, 3, 2)), moves, delta))


def plain_values(game, given, k, direction):
    """Return the values of the program of a direction by plain iteration of values, each row at each step."""
    states, dense = len(game.actions), np.zeros((len(game.payoffs), len(game.actions)))
    for r in range(len(dense)):
        dense[r, game.nexts[game.indptr[r] : game.indptr[r + 1]]] = game.chances[
            game.indptr[r] : game.indptr[r + 1]
        ]
    now, values = (1 - game.delta) * game.payoffs @ direction, np.full(states, -100.0)
    stops = np.array(
        [max(given.places[r, : given.numbers[r]] @ direction, default=-np.inf) for r in range(len(dense))]
    )
    for _ in range(round(40 / (1 - game.delta))):
        worth = np.where(given.goes_on[:, k], now + game.delta * dense @ values, stops)
        worth[~given.alive] = -np.inf
        values = np.maximum.reduceat(worth, game.firsts[:-1])
    return values


@pytest.mark.long
@pytest.mark.parametrize("delta", [0.3, 0.9])
@pytest.mark.parametrize("threat", [0.0, 0.4, 0.55])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_programs_have_the_values_of_plain_iteration(delta, threat, seed):
    game, many = random_game(5, delta, seed), 32
    family, normals = first_family(game, many), polygons.uniform_normals(many)
    directions, empty = polygons.interleaved(normals), np.zeros(5, bool)
    corners = polygons.at_middles(family.polygons, family.counts, normals, game.size)
    terms, threats = operator.EnforcementTerms(0.0, 0.0, np.zeros((5, 2)), never()), np.full((5, 2), threat)
    b = operator.needed(game, threats, 0.0, False)
    given, ranking = operator.options(game, terms, corners, directions, b, family.alive, empty)
    assert given.goes_on.any()
    assert not given.goes_on.all()
    levels = levels_of(family.polygons, family.counts, directions, game.size)
    planes = polygons.HalfPlanes(directions, levels)
    found = operator.supported(game, terms, given, ranking, planes, empty, np.int64(1))
    for k, direction in enumerate(directions):
        expected = plain_values(game, given, k, direction)
        assert found.points[:, k] @ direction == pytest.approx(expected, abs=1e-12)
