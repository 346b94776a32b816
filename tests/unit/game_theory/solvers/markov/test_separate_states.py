"""All Markov perfect equilibria, proven: states that can be solved one after another, and what cannot be."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.games.transitions import SparseTransitions

COORDINATION = [[[2, 2], [0, 0]], [[0, 0], [1, 1]]]
HALF = Fraction(1, 2)


def stay_apart(states):
    moves = np.zeros((states, 2, 2, states), dtype=int)
    for s in range(states):
        moves[s, ..., s] = 1
    return moves


@pytest.mark.parametrize("delta", [0.9, Fraction(9, 10)])
@pytest.mark.parametrize("moves", [stay_apart(3), np.full((3, 2, 2, 3), Fraction(1, 3))])
def test_three_separate_coordination_states_have_27_equilibria(delta, moves):
    game = StochasticGame([COORDINATION] * 3, moves, delta)
    found = ng.markov_perfect_equilibria(game)
    assert (len(found), found.status, found.pure_complete) == (27, "complete", True)
    assert "all found, state by state" in found.reason
    by_state = [{tuple(np.round(np.concatenate(e.mixed_actions[s]), 9)) for e in found} for s in range(3)]
    third = round(1 / 3, 9), round(2 / 3, 9)
    assert by_state == [{(1, 0, 1, 0), (0, 1, 0, 1), third * 2}] * 3
    assert sum(e.is_pure for e in found) == 8


def grows(delta, reward):
    """Return a game in which the first choice leads to "good" or "bad", and these to themselves."""
    first = StageGame([[[0, 0], [0, reward]], [[reward, 0], [reward, reward]]])
    stages = {"first": first, "good": StageGame(COORDINATION), "bad": StageGame([[[0, 0]]])}
    rows = [{1: 1}, {2: 1}, {2: 1}, {2: 1}, *[{1: 1}] * 4, {2: 1}]
    return StochasticGame.from_stages(stages, SparseTransitions(rows, 3), delta)


@pytest.mark.parametrize("delta", [HALF, 0.5])
def test_what_a_choice_leads_to_is_solved_first(delta):
    # Both wait for "good", worth 2, 1 or 2/3, or someone takes the reward now: waiting is an equilibrium
    # where the reward is at most what waiting is worth.
    found = ng.markov_perfect_equilibria(grows(delta, Fraction(3, 2)))
    assert found.status == "complete"
    waits = [e for e in found if all(vector[0] == 1 for vector in e.mixed_actions[0])]
    assert [round(e.value("good", "0"), 9) for e in waits] == [2.0]
    assert len(found) == 3 + 1 + 1
    assert {round(e.value("good", "0"), 9) for e in found} == {2.0, 1.0, round(2 / 3, 9)}
    for equilibrium in found:
        assert ng.verify(grows(delta, Fraction(3, 2)), equilibrium.strategy).holds


@pytest.mark.long
def test_no_equilibrium_on_a_grid_is_far_from_those_found():
    game = grows(HALF, Fraction(3, 2))
    found = ng.markov_perfect_equilibria(game)
    points = [np.concatenate([np.concatenate(row) for row in e.mixed_actions[:2]]) for e in found]
    grid = [Fraction(k, 6) for k in range(7)]
    met = 0
    for a, b, c, d in product(grid, repeat=4):
        play = {"first": ([a, 1 - a], [b, 1 - b]), "good": ([c, 1 - c], [d, 1 - d]), "bad": ("0", "0")}
        if ng.verify(game, play, exact=True).holds:
            point = np.array([a, 1 - a, b, 1 - b, c, 1 - c, d, 1 - d], dtype=float)
            assert min(np.abs(point - other).max() for other in points) < 1e-9
            met += 1
    assert met >= 3


def test_a_continuum_is_said():
    stages = [COORDINATION, [[[1, 0], [1, 0]], [[0, 0], [0, 1]]]]
    found = ng.markov_perfect_equilibria(StochasticGame(stages, stay_apart(2), 0.9))
    assert (found.status, found.pure_complete) == ("partial", True)
    assert "there is a continuum of equilibria in state '1'" in found.reason


def test_three_players_are_solved_state_by_state():
    turn = StageGame(np.arange(12).reshape(2, 1, 2, 3) % 5)
    rows = SparseTransitions([{0: 1}] * 4, 1)
    found = ng.markov_perfect_equilibria(StochasticGame.from_stages({"s": turn}, rows, HALF))
    assert found.status == "complete", found.reason
    # The stage game alone decides: the nine equilibria of McKelvey and McLennan (1996) in either state.
    nine = ng.catalogue()["mckelvey-mclennan-1996"].game()
    game = StochasticGame.from_stages(
        {"s": nine, "t": nine}, SparseTransitions([{0: 1}] * 8 + [{1: 1}] * 8, 2), HALF
    )
    found = ng.markov_perfect_equilibria(game, starts=1)
    assert (found.status, len(found)) == ("complete", 81)


def test_what_comes_before_an_irrational_equilibrium_is_not_proven():
    irrational = ng.catalogue()["nau-gomez-canovas-hansen-2004-irrational"].game()
    first = StageGame(np.arange(12).reshape(2, 1, 2, 3) % 5)
    rows = SparseTransitions([{1: 1}, {2: 1}, {1: 1}, {2: 1}] + [{1: 1}] * 8 + [{2: 1}] * 4, 3)
    game = StochasticGame.from_stages({"a": first, "b": irrational, "c": first}, rows, HALF)
    found = ng.markov_perfect_equilibria(game, starts=1)
    assert found.status == "partial"
    assert "state 'b' is not rational" in found.reason
