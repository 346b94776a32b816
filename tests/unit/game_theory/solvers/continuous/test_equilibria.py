"""Equilibria of games in continuous time whose solution is known, several of them, and what is refused."""

import math

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidStrategy, SeveralEquilibria, UnknownMethod, UnknownState
from negotiation.game_theory.solvers.continuous.equilibria import _initial
from negotiation.game_theory.solvers.continuous.kernels.krylov import mean_rows, sweep
from negotiation.game_theory.solvers.continuous.newton import Equations
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import in_units
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


@pytest.mark.parametrize("players", [2, 3])
def test_sweeps_are_the_triangular_parts_of_the_derivative(players):
    setting = in_units(random_game(5, states=6, players=players))
    equations = Equations(setting)
    rng = np.random.default_rng(0)
    values, right = rng.normal(size=(2, *setting.moves.flows.shape))
    equations.step(values, equations.point(values).choices, reply=True, left=1e-10)
    matrix = equations._matrix(True).toarray()
    found = np.empty(right.shape)
    for forward, part in ((True, np.tril), (False, np.triu)):
        sweep(setting.moves, equations.slope, forward, right, found)
        assert part(matrix) @ found.ravel() == pytest.approx(right.ravel(), abs=1e-12)
    rows = np.empty((players, *right.shape))
    mean_rows(setting.moves, equations.slope, rows)
    for i in range(players):
        assert rows[i].ravel() == pytest.approx(matrix[i::players].mean(axis=0), abs=1e-12)
    # What all states are worth more by the same amount is worth its discount rate, whatever replies do.
    ones = np.ones(right.size)
    assert matrix @ ones == pytest.approx(np.tile(setting.moves.discount_rates, len(right)), abs=1e-9)


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


def test_a_search_near_an_equilibrium_begins_at_its_averages():
    # With other discounting totals are far off; averages are not.
    flows, stay = [[-1.0, 2.0]], [[(0, 0.0)]]
    makers = [ng.DecisionMaker(i, 1.0, stay, 1.0) for i in (0, 1)]
    slow, quick = (ng.ContinuousTimeGame(flows, makers, rho) for rho in (0.1, 0.4))
    e = ng.markov_perfect_equilibria(slow, starts=1)[0]
    assert _initial(in_units(quick), e) == pytest.approx(np.array([[-2.5, 5.0]]))
    assert _initial(in_units(quick), e.values) == pytest.approx(np.array([[-10.0, 20.0]]))
    found = ng.markov_perfect_equilibria(quick, starts=1, initial=e)[0]
    assert found.values == pytest.approx(np.array([[-2.5, 5.0]]))


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


def test_the_same_seed_gives_the_same_bits():
    one, other = (ng.markov_perfect_equilibria(attrition(20.0), starts=6, rng=7) for _ in range(2))
    assert one.outcomes == other.outcomes
    assert all((a.values == b.values).all() for a, b in zip(one, other, strict=True))


def test_what_is_not_taken_is_refused():
    game = attrition(1.0)
    with pytest.raises(InvalidGame, match="at least 1; got 0"):
        ng.markov_perfect_equilibria(game, starts=0)
    with pytest.raises(InvalidGame, match=r"at least 1; got 1\.5"):
        ng.markov_perfect_equilibria(game, starts=1.5)
    with pytest.raises(ValueError, match="positive number of seconds"):
        ng.markov_perfect_equilibria(game, deadline=0)
    with pytest.raises(UnknownMethod, match="no method 'pure'"):
        ng.markov_perfect_equilibria(game, method="pure")
    with pytest.raises(InvalidGame, match="of shape"):
        ng.markov_perfect_equilibria(game, initial=np.zeros((2, 2)))
    with pytest.raises(InvalidGame, match="of shape"):
        ng.markov_perfect_equilibria(game, initial=np.full((3, 2), math.nan))
    stochastic = ng.StochasticGame([[[[1, 0]]]], np.ones((1, 1, 1, 1)), 0.5)
    with pytest.raises(InvalidGame, match="for games in continuous time"):
        ng.markov_perfect_equilibria(stochastic, initial=np.zeros((1, 2)))
    with pytest.raises(InvalidGame, match="ask for `markov_perfect_equilibria`"):
        ng.equilibrium_payoffs(game)


def test_a_deadline_leaves_starts_out_and_says_so():
    found = ng.markov_perfect_equilibria(attrition(1.0), starts=3, deadline=1e-9)
    assert len(found) == 1
    assert found.outcomes[1:] == tuple(f"drawn choices {k}: not begun before the deadline" for k in (1, 2))


def test_a_check_refuses_what_is_no_play_of_the_game():
    game = attrition(1.0)
    found = ng.markov_perfect_equilibria(game, starts=1)
    with pytest.raises(InvalidStrategy, match=r"take one of its `\.equilibria`"):
        ng.verify(game, found)
    with pytest.raises(InvalidStrategy, match="leave out `exact`"):
        ng.verify(game, found[0], exact=True)
    smaller = ng.ContinuousTimeGame([[0.0, 0.0]], [], 0.1)
    with pytest.raises(InvalidStrategy):
        ng.verify(smaller, found[0])
    stage = ng.StageGame([[[0, 0]]])
    with pytest.raises(InvalidStrategy, match="cannot check a ContinuousEquilibrium"):
        ng.verify(ng.RepeatedGame(stage, 0.5), found[0])


def test_an_equilibrium_is_shown_by_labels():
    e = ng.markov_perfect_equilibria(attrition(math.inf), starts=8)[0]
    table = e.table()
    assert table.columns == ("state", "average 0", "average 1", "move 0", "chance 0", "move 1", "chance 1")
    assert {table.rows[0][3], table.rows[0][5]} == {"stay", f"{conceding(e).index(1.0)} concedes"}
    assert "residual" in str(e)
    assert len(e.to_pandas()) == 3
