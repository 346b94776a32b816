"""Equilibria of games in continuous time whose solution is known, several of them, and what is refused."""

import math
from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import SeveralEquilibria, UnknownState
from negotiation.game_theory.checks.continuous_time import certify_play
from negotiation.game_theory.solvers.continuous.newton import Equations
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import in_units
from negotiation.game_theory.strategies.move_choices import MoveChoices, move_choices
from tests.properties.continuous_games import random_game

RATE, RHO = 2.0, 0.5


def attrition(precision):
    """Return a war of attrition: either side may concede, and who does not wins 3 a year."""
    flows = [[-1.0, -1.0], [0.0, 3.0], [3.0, 0.0]]
    stay = [[(1, 0.0)], [(2, 0.0)]]
    makers = [
        ng.DecisionMaker(i, RATE, [[(0, 0.0), (1 + i, 0.0, f"{i} concedes")], *stay], precision)
        for i in (0, 1)
    ]
    return ng.ContinuousTimeGame(flows, makers, RHO, states=("conflict", "0 conceded", "1 conceded"))


def conceding(equilibrium):
    return [float(choices[0][1]) for choices in equilibrium.choice_probabilities]


def test_values_of_the_best_reply_are_no_proof_of_choices_that_do_not_follow_it():
    enter = ng.DecisionMaker(0, RATE, [[(0, 0.0), (1, 0.0, "enter")], [(1, 0.0)]], math.inf)
    game = ng.ContinuousTimeGame([[0.0], [1.0]], [enter], RHO)
    best = ng.markov_perfect_equilibria(game).only()
    never = MoveChoices(np.array([1.0, 0.0, 1.0]), best.choice_probabilities[0].indptr)
    verdict = ng.verify(game, replace(best, choice_probabilities=(never,)))
    assert (ng.verify(game, best).holds, verdict.holds) == (True, False)


@pytest.mark.long
def test_a_war_of_attrition_has_its_equilibria_in_closed_form():
    found = ng.markov_perfect_equilibria(attrition(math.inf), starts=8)
    assert sorted(map(conceding, found)) == [[0.0, 1.0], [1.0, 0.0]]
    assert found.status == "partial"
    for e in found:
        weak = conceding(e).index(1.0)
        assert e.value("conflict", str(weak)) == pytest.approx(-1.0 / (RHO + RATE))
        assert e.value("conflict", str(1 - weak)) == pytest.approx((-1.0 + RATE * 3.0 / RHO) / (RHO + RATE))
        assert ng.verify(attrition(math.inf), e).holds


def test_the_branch_from_precision_0_is_the_equal_one_and_draws_find_the_others():
    found = ng.markov_perfect_equilibria(attrition(20.0), starts=12)
    assert len(found) == 3
    assert found[0].found_by == "branch from precision 0"
    one, other = conceding(found[0])
    assert one == pytest.approx(other, abs=1e-9)
    unequal = sorted(tuple(conceding(e)) for e in found.equilibria[1:])
    assert unequal[0][0] == pytest.approx(unequal[1][1])
    assert unequal[0][0] < 1e-6
    assert unequal[0][1] > 0.999
    assert found.status == "partial"
    assert "others may be missing" in found.reason
    with pytest.raises(SeveralEquilibria, match="3 were found"):
        found.only()


@pytest.mark.long
def test_a_renewal_problem_equals_its_scalar_recursion():
    # One maker may replace a machine at cost c; wear k costs k a year and grows at rate 1.5 up to K.
    size, cost, mu, rate, wear, rho = 12, 4.0, 1.3, 6.0, 1.5, 0.2
    options = [[(k, 0.0), (0, -cost, "replace")] for k in range(size)]
    nature = np.zeros((size, size))
    nature[range(size - 1), range(1, size)] = wear
    flows = [[-float(k)] for k in range(size)]
    game = ng.ContinuousTimeGame(flows, [ng.DecisionMaker(0, rate, options, mu)], rho, nature)
    found = ng.markov_perfect_equilibria(game)
    assert found.status == "complete"

    def values(renewed):
        # Given the value of a new machine, each level follows from the next one by itself, by bisection.
        known = [0.0] * size
        for k in reversed(range(size)):
            grows, ahead = (wear, known[k + 1]) if k + 1 < size else (0.0, 0.0)
            low, high = -1e3, 1e3
            for _ in range(200):
                v = (low + high) / 2.0
                chance = np.logaddexp(mu * v, mu * (renewed - cost)) / mu
                right = -float(k) + rate * (chance - v) + grows * (ahead - v)
                low, high = (v, high) if rho * v < right else (low, v)
            known[k] = (low + high) / 2.0
        return known

    low, high = -1e3, 1e3
    for _ in range(200):
        renewed = (low + high) / 2.0
        low, high = (renewed, high) if values(renewed)[0] > renewed else (low, renewed)
    assert found[0].values[:, 0] == pytest.approx(values((low + high) / 2.0), abs=1e-8)


def test_values_are_totals_and_averages_are_beside_them():
    game = ng.ContinuousTimeGame([[2.0, 5.0]], [], (0.1, 0.5), states=("s",), players=("A", "B"))
    found = ng.markov_perfect_equilibria(game)
    assert found.status == "complete"  # nobody moves
    e = found.only()
    assert e.values.tolist() == [[pytest.approx(20.0), pytest.approx(10.0)]]
    assert e.average_values.tolist() == [[pytest.approx(2.0), pytest.approx(5.0)]]
    assert e.value("s", "B") == pytest.approx(10.0)
    assert ng.verify(game, e).holds
    with pytest.raises(UnknownState):
        e.value("t", "B")


@pytest.mark.long
@pytest.mark.parametrize("players", [1, 2, 3])
def test_large_systems_by_gmres_and_small_ones_by_elimination_agree(players, monkeypatch):
    game = random_game(3, states=60, precision=2.0, players=players)
    dense = ng.markov_perfect_equilibria(game, starts=1)[0]
    for limits in ({"direct": 0}, {"direct": 0, "basis": 3}, {"direct": 0, "most_steps": 0}):
        monkeypatch.setattr(
            "negotiation.game_theory.solvers.continuous.newton.NUMERICS", NUMERICS._replace(**limits)
        )
        found = ng.markov_perfect_equilibria(game, starts=1)[0]
        assert found.values == pytest.approx(dense.values, abs=1e-9)


def test_the_derivative_is_that_of_the_residuals():
    setting = in_units(random_game(5, states=4, players=3))
    equations = Equations(setting)
    rng = np.random.default_rng(0)
    values, along = rng.normal(size=(2, *setting.moves.flows.shape))
    point = equations.point(values)
    equations.gaps[:] = 0.0
    equations.step(values, point.choices, reply=True, left=1e-10)
    product = equations._matrix(True) @ along.ravel()
    ends = []
    for h in (1e-6, -1e-6):
        equations.point(values + h * along)
        ends.append(equations.gaps.ravel().copy())
    assert product == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-7)


@pytest.mark.parametrize("rho", [1e-3, 1e-5, 1e-7])
def test_very_patient_players_are_solved_to_the_digits_of_their_values(rho):
    game = random_game(0, states=5)
    makers = [ng.DecisionMaker(m.player, m.rate * 30, m.options, m.precision) for m in game.makers]
    patient = ng.ContinuousTimeGame(game.flows, makers, rho, game.nature)
    found = ng.markov_perfect_equilibria(patient, starts=2)
    assert [outcome.split(": ")[1] for outcome in found.outcomes] == ["equilibrium 0"] * 2
    # Averages of very patient players hardly differ between states that lead to one another.
    digits = 4.0 * (patient.rates.sum(axis=0).max() + rho) * np.spacing(abs(found[0].values).max())
    assert found[0].residual <= max(1e-10 * patient.units.max(), 40.0 * digits)


def staying(rate):
    """Return a game in which nothing can be done but to stay, and its equilibrium."""
    game = ng.ContinuousTimeGame([[1.0], [3.0]], [ng.DecisionMaker(0, rate, [[(0, 0.0)], [(1, 0.0)]])], RHO)
    return game, ng.markov_perfect_equilibria(game).only()


def test_what_is_gained_on_wrong_values_is_bounded_by_both_residuals():
    game, equilibrium = staying(RATE)
    choices = move_choices(game, equilibrium.choice_probabilities)
    certificate = certify_play(game, equilibrium.values + 1e-3, choices)
    assert certificate.gain_bounds == pytest.approx([2e-3])
    assert certificate.value_bounds == pytest.approx([1e-3])


def test_what_rounding_excuses_is_that_of_the_fastest_state_and_not_of_all_together():
    # Eight last digits of a value of 6, at 1e8 chances a year: 7.1e-7. A gain of 1e-6 is more.
    game, equilibrium = staying(1e8)
    assert ng.verify(game, equilibrium).holds
    off = replace(equilibrium, values=equilibrium.values + 1e-6, from_middle=None)
    assert not ng.verify(game, off).holds
