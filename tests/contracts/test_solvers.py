from functools import partial

import numpy as np
import pytest

import negotiation as ng
from negotiation.solvers.nash.solve import nash_methods
from negotiation.testing.contracts import check_solver

GAMES = {
    "prisoners": ([[9, 1], [10, 3]], [[9, 10], [1, 3]]),
    "battle": ([[2, 0], [0, 1]], [[1, 0], [0, 2]]),
    "pennies": ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
    "degenerate": ([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]),
    "one action": ([[1, 4, 2]], [[3, 3, 0]]),
    "constant": (np.zeros((2, 3)), np.zeros((2, 3))),
    "shifted": (np.array([[2, 0], [0, 1]]) * 1e-6 + 1e3, np.array([[1, 0], [0, 2]]) * 1e6 - 1e7),
}


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("method", nash_methods())
def test_every_method_reports_only_verified_equilibria_and_says_what_it_proved(method, game):
    stage = ng.StageGame.from_matrices(*GAMES[game])
    solution = ng.solve(stage, method=method)
    assert solution.method == method
    assert solution.status in ("complete", "partial", "failed")
    assert solution.reason
    for equilibrium in solution:
        assert ng.verify(stage, equilibrium.strategies).holds
        assert equilibrium.regret <= solution.tolerance


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("method", nash_methods())
def test_no_method_finds_what_the_complete_one_misses(method, game):
    stage = ng.StageGame.from_matrices(*GAMES[game])
    everything = ng.solve(stage)
    assert everything.status == "complete"
    found = ng.solve(stage, method=method)
    if found.status == "complete" and method != "pure_equilibria":
        assert len(found) == len(everything)
    extreme = [np.concatenate(e.strategies) for e in everything]
    for equilibrium in found:
        if game not in ("degenerate", "constant"):  # there other equilibria are mixtures of extreme ones
            point = np.concatenate(equilibrium.strategies)
            assert min(np.abs(point - other).max() for other in extreme) < 1e-7


@pytest.mark.parametrize("method", nash_methods())
def test_every_method_keeps_the_contract_of_a_solver(method):
    finds = "some" if method == "pure_equilibria" else "all"
    examples = 30 if method == "vertex_enumeration" else 8
    check_solver(partial(ng.solve, method=method), finds=finds, examples=examples)


@pytest.mark.parametrize("method", [m for m, found in nash_methods().items() if found.players == 2])
def test_two_player_methods_refuse_three_players(method):
    with pytest.raises(ng.NegotiationError, match="takes 2 players; the game has 3"):
        ng.solve(ng.StageGame(np.zeros((2, 2, 2, 3))), method=method)
