from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import BrokenContract
from negotiation.game_theory.solvers.nash.solve import nash_methods
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import METHODS
from negotiation.testing.contracts import (
    check_repeated_solver,
    check_signal_solver,
    check_solver,
    check_stochastic_solver,
)

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
def test_every_method_reports_verified_equilibria_of_the_complete_list_and_says_what_it_proved(method, game):
    stage = ng.StageGame.from_matrices(*GAMES[game])
    solution = ng.solve(stage, method=method)
    assert solution.method == method
    assert solution.status in ("complete", "partial", "failed")
    assert solution.reason
    for equilibrium in solution:
        assert ng.verify(stage, equilibrium.strategies).holds
        assert equilibrium.regret <= solution.tolerance
    everything = ng.solve(stage)
    assert everything.status == "complete"
    # One point stands for a continuum where components are not looked for.
    if solution.continua:
        return
    if solution.status == "complete" and method != "pure_equilibria":
        assert len(solution) == len(everything)
    if game not in ("degenerate", "constant"):  # there other equilibria are mixtures of extreme ones
        extreme = [np.concatenate(e.strategies) for e in everything]
        for equilibrium in solution:
            point = np.concatenate(equilibrium.strategies)
            assert min(np.abs(point - other).max() for other in extreme) < 1e-7


@pytest.mark.long
@pytest.mark.parametrize("method", nash_methods())
def test_every_method_keeps_the_contract_of_a_solver(method):
    finds = "some" if method == "pure_equilibria" else "all"
    examples = 30 if method == "vertex_enumeration" else 8
    check_solver(partial(ng.solve, method=method), finds=finds, examples=examples)


# --- solvers of payoff sets ---------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_the_contract_of_repeated_games(method):
    check_repeated_solver(partial(ng.equilibrium_payoffs, method=method), examples=25)


@pytest.mark.long
def test_sets_under_a_signal_keep_their_contract():
    check_signal_solver(ng.equilibrium_payoffs, examples=25)


@pytest.mark.long
def test_sets_of_stochastic_games_keep_their_contract():
    check_stochastic_solver(ng.equilibrium_payoffs, examples=25)


def bounds(change):
    """Return the solver whose sets are changed, of whatever kind of game."""

    def solver(game):
        found = ng.equilibrium_payoffs(game, limit=20)
        if not hasattr(found, "outer"):
            return replace(found, sets=tuple(change(found[state], game) for state in found))
        return change(found, game)

    return solver


def paid(game):
    stages = game.stages if hasattr(game, "stages") else (game.stage,)
    return np.concatenate([stage.payoffs.reshape(-1, 2) for stage in stages])


def too_far_out(found, game):
    return replace(found, outer=found.outer + 10)


def too_much_proven(found, game):
    return replace(found, inner=paid(game)) if len(found.inner) else found


def nothing(found, game):
    return replace(found, outer=found.outer[:0], inner=found.inner[:0])


def the_best_for_the_first(found, game):
    if not len(found.inner):
        return found
    best = found.inner[[found.inner[:, 0].argmax()]]
    return replace(found, outer=best, inner=best)


WRONG = {
    "payoffs are feasible|inner bound": too_far_out,
    "inner bound lies in the outer": too_much_proven,
    "pure equilibria of the stage": nothing,
    "pure equilibria|unit|order of the players": the_best_for_the_first,
}


REPEATED = (check_repeated_solver, check_signal_solver)
BROKEN = [(check, rule) for check in (*REPEATED, check_stochastic_solver) for rule in WRONG]


@pytest.mark.long
@pytest.mark.parametrize(("check", "rule"), BROKEN[:-1])  # few stochastic games have one state
def test_a_wrong_set_breaks_the_contract(check, rule):
    with pytest.raises(BrokenContract, match=rule):
        check(bounds(WRONG[rule]), examples=15)


@pytest.mark.long
def test_a_loss_by_patience_breaks_the_contract():
    def impatient(found, game):
        if game.exact_discount_factors[0] <= 0.5:
            return found
        pure = [e.payoffs for e in ng.solve(game.stage, method="pure_equilibria")]
        kept = np.array(pure).reshape(-1, 2)
        return replace(found, outer=kept, inner=kept)

    with pytest.raises(BrokenContract, match="more patience loses no payoff"):
        check_repeated_solver(bounds(impatient), examples=60)
