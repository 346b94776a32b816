"""Values of play that goes no way back, in its own order, against the general solvers of the same systems."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.solvers.continuous import newton as module
from negotiation.game_theory.solvers.continuous.newton import Equations, in_order
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import in_units
from tests.properties.continuous_games import random_game


def pure(game, rng):
    """Return the chances of pure strategies drawn at random, all makers one after another."""
    found = []
    for rows in game.options:
        for s in range(game.n_states):
            part = rows.row(s)
            chances = np.zeros(part.stop - part.start)
            chances[rng.integers(len(chances))] = 1.0
            found.append(chances)
    return np.concatenate(found)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("players", [2, 3])
def test_both_ways_give_the_same_values(seed, players, monkeypatch):
    game = random_game(seed, states=40, players=players, nature=bool(seed % 2))
    setting = in_units(game)
    chances = pure(game, np.random.default_rng(seed))
    assert in_order(setting.moves, chances) is not None
    ordered = Equations(setting).valued(chances, shocks=False)
    monkeypatch.setattr(module, "NUMERICS", NUMERICS._replace(most_taken=-1.0, direct=0))
    assert in_order(setting.moves, chances) is None
    general = Equations(setting).valued(chances, shocks=False)
    assert ordered == pytest.approx(general, rel=1e-10, abs=1e-10)


def test_what_goes_round_in_large_circles_is_left_to_the_general_solver(monkeypatch):
    size = 50
    options = [[(s, 0.0), ((s + 1) % size, 0.0)] for s in range(size)]
    game = ng.ContinuousTimeGame(np.arange(size)[:, None], [ng.DecisionMaker(0, 1.0, options, 1.0)], 0.1)
    moves = in_units(game).moves
    onward = np.tile([0.0, 1.0], size)
    assert in_order(moves, onward) is not None
    monkeypatch.setattr(module, "NUMERICS", NUMERICS._replace(direct=size - 1))
    assert in_order(moves, onward) is None
    assert in_order(moves, np.tile([1.0, 0.0], size)) is not None  # who stays goes nowhere


def test_play_that_answers_to_shocks_in_many_states_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(module, "NUMERICS", NUMERICS._replace(direct=9))
    setting = in_units(random_game(1, states=10))
    assert in_order(setting.moves, Equations(setting).point(np.zeros((10, 2))).choices.chances) is None
