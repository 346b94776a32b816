"""A player's decision problem against Markov play, against sums over profiles and play followed by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.strategies.decision_problem import decision_problems
from negotiation.strategies import MarkovStrategy


@given(st.integers(0, 2**32 - 1))
def test_flows_moves_and_values_are_sums_over_profiles_and_periods(seed):
    rng = np.random.default_rng(seed)
    moves = rng.dirichlet(np.ones(3), size=(3, 2, 2))
    payoffs = rng.integers(-5, 6, size=(3, 2, 2, 2)).astype(float)
    game = StochasticGame(payoffs, moves, (0.5, 0.25))
    mixed = rng.dirichlet(np.ones(2), size=(3, 2))
    strategy = MarkovStrategy({state: tuple(mixed[s]) for s, state in enumerate(game.states)})
    for i, (problem, delta) in enumerate(
        zip(decision_problems(game, strategy, False), (0.5, 0.25), strict=True)
    ):
        play = np.zeros((3, 3))
        flow = np.zeros(3)
        for s, profile in product(range(3), product(range(2), range(2))):
            chance = mixed[s, 0, profile[0]] * mixed[s, 1, profile[1]]
            play[s] += chance * moves[s][profile]
            flow[s] += chance * payoffs[s][profile][i]
        for s, own in product(range(3), range(2)):
            theirs = mixed[s, 1 - i]
            row = [payoffs[s][(own, b) if i == 0 else (b, own)][i] for b in range(2)]
            after = [moves[s][(own, b) if i == 0 else (b, own)] for b in range(2)]
            assert problem.flows[s][own] + problem.least == pytest.approx(theirs @ row)
            assert problem.moves[s][own] == pytest.approx(theirs @ np.array(after))
        total, at = np.zeros(3), np.eye(3)
        for t in range(60):
            total += (1 - delta) * delta**t * (at @ flow)
            at = at @ play
        assert problem.values(problem.own) + problem.least == pytest.approx(total, abs=1e-9)
