from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.thresholds.renegotiation import least_weakly_renegotiation_proof
from negotiation.game_theory.strategies.grim_trigger_in_states import grim_trigger_in_states
from negotiation.strategies import OTHERWISE, Automaton, grim_trigger


def designed(*polynomials):
    """Return a game and a strategy that is an equilibrium exactly where all the polynomials are >= 0.

    Player 2 is indifferent and so plays any column. Each polynomial has a state in which complying gives a
    stream of zeros and deviating a stream of its coefficients' negatives; player 1 has no say in between.
    """
    columns, names = [[0, 0]], ["rest"]
    moves = {"rest": {OTHERWISE: "rest"}}
    for k, coefficients in enumerate(polynomials):
        for t, c in enumerate(coefficients):
            columns.append([0, -c] if t == 0 else [-c, -c])
            names.append(f"test {k}.{t}")
        steps = [f"test {k}.{t}" for t in range(len(coefficients))]
        follow = f"test {k + 1}.0" if k + 1 < len(polynomials) else "rest"
        tempted = steps[1] if len(steps) > 1 else "rest"
        column = str(names.index(steps[0]))
        moves[steps[0]] = {("comply", column): follow, ("deviate", column): tempted, OTHERWISE: follow}
        for here, after in zip(steps[1:], [*steps[2:], "rest"], strict=True):
            moves[here] = {OTHERWISE: after}
    rows = list(zip(*columns, strict=True))
    stage = StageGame.from_matrices(
        rows,
        [[0] * len(columns)] * 2,
        players=("chooser", "other"),
        actions=(("comply", "deviate"), tuple(str(k) for k in range(len(columns)))),
    )
    profiles = {name: ("comply", str(k)) for k, name in enumerate(names)}
    return stage, Automaton(names, "test 0.0", profiles, moves)


def intervals(*polynomials):
    return critical_discount_factor(*designed(*polynomials)).intervals


def test_grim_trigger_has_friedmans_threshold_and_says_what_binds(dilemma):
    found = critical_discount_factor(dilemma, grim_trigger(dilemma, ("C", "C"), ("D", "D")))
    assert found.value == Fraction(1, 7)
    assert found.intervals == ((Fraction(1, 7), 1),)
    assert found.lower <= found.value <= found.upper
    assert (found.binding.action, found.binding.prescribed, found.binding.state) == ("D", "C", "cooperate")


def test_the_binding_player_is_the_one_with_the_higher_threshold():
    stage = StageGame.from_matrices(
        [[9, 1], [10, 3]], [[9, 20], [1, 3]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
    )
    found = critical_discount_factor(stage, grim_trigger(stage, ("C", "C"), ("D", "D")))
    assert found.value == Fraction(11, 17)
    assert found.binding.player == "B"


def test_two_intervals():
    assert intervals([3, -16, 16]) == ((0, Fraction(1, 4)), (Fraction(3, 4), 1))


def test_a_single_point_where_one_constraint_touches_zero():
    assert intervals([-1, 4, -4]) == ((Fraction(1, 2), Fraction(1, 2)),)


def test_a_single_point_where_two_constraints_meet():
    assert intervals([-1, 2], [1, -2]) == ((Fraction(1, 2), Fraction(1, 2)),)


def test_an_interval_and_a_point_apart_from_it():
    # (1/4 - x)(x - 1/2)^2, times 16.
    assert intervals([1, -8, 20, -16]) == ((0, Fraction(1, 4)), (Fraction(1, 2), Fraction(1, 2)))


def test_an_irrational_threshold_has_proven_bounds():
    stage, strategy = designed([-1, 0, 2])
    found = critical_discount_factor(stage, strategy)
    assert found.lower < found.upper
    assert Fraction(found.lower) ** 2 < Fraction(1, 2) < Fraction(found.upper) ** 2
    assert found.value == pytest.approx(0.5**0.5, abs=1e-15)
    assert verify(RepeatedGame(stage, Fraction(found.upper)), strategy, exact=True).holds
    assert not verify(RepeatedGame(stage, Fraction(found.lower)), strategy, exact=True).holds


def test_a_single_irrational_point():
    # -(2 x^2 - 1)^2
    ((low, high),) = intervals([-1, 0, 4, 0, -4])
    assert low == high == pytest.approx(0.5**0.5, abs=1e-15)


@pytest.mark.parametrize(
    ("temptation", "reward", "punishment", "sucker"),
    [
        (2.73, 1.73, 0.0, -1.0),
        (3.83, 2.83, 1.1, 0.3),
        (0.3, 0.2, 0.027, 0.0),
        (1e9 + 2.73, 1e9 + 1.73, 1e9, 1e9),
    ],
)
def test_floats_are_read_as_the_plain_game_that_solve_takes(temptation, reward, punishment, sucker):
    payoffs = [[reward, sucker], [temptation, punishment]]
    stage = StageGame.from_matrices(payoffs, np.transpose(payoffs), actions=(("C", "D"),) * 2)
    grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    game = StochasticGame.from_stages({"s": stage}, np.ones((1, 2, 2, 1)), 0.5)
    in_states = grim_trigger_in_states(game, {"s": ("C", "C")}, {"s": ("D", "D")})
    assert critical_discount_factor(stage, grim).value == Fraction(100, 273)
    assert critical_discount_factor(stage, ("C", "C")).value == Fraction(100, 273)
    assert critical_discount_factor(game, in_states).value == Fraction(100, 273)
    assert least_weakly_renegotiation_proof(stage, grim).subgame_perfect[0][0] == Fraction(100, 273)


def test_what_binds_in_states_is_what_that_player_would_have_played():
    stage = StageGame([[[0, 3], [2, 2]], [[0, 0], [1, 0]]], actions=("ab", "ab"))
    game = StochasticGame([stage.given_payoffs()], np.ones((1, 2, 2, 1)), 0.5, actions=("ab", "ab"))
    automaton = grim_trigger_in_states(game, {"0": ("a", "b")}, {"0": ("b", "a")})
    binding = critical_discount_factor(game, automaton).binding
    assert (binding.player, binding.action, binding.prescribed) == ("1", "a", "b")
