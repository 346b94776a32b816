from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame, InvalidStrategy
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.penal_codes.strategy_for import strategy_for
from negotiation.game_theory.solvers.values.value import value


def checked(game, payoff, exact=True):
    """Return a strategy for a payoff after checking that it is an equilibrium that yields it."""
    found = equilibrium_payoffs(game)
    automaton = strategy_for(found, payoff)
    assert verify(game, automaton).holds
    assert verify(game, automaton, exact=True).holds or not exact
    np.testing.assert_allclose(
        value(game, automaton).payoffs, np.array(payoff, float), atol=1e-9 * found.size
    )
    return automaton


def test_cooperation_is_held_up_by_the_threat_of_defection(dilemma):
    automaton = checked(RepeatedGame(dilemma, 0.75), (9, 9))
    assert automaton.states == ("C, C", "D, D")
    assert automaton.initial == "C, C"


def test_at_the_threshold_itself_the_strategy_is_exact(dilemma):
    automaton = checked(RepeatedGame(dilemma, Fraction(1, 7)), (9, 9))
    assert verify(RepeatedGame(dilemma, Fraction(1, 7)), automaton, exact=True).margin == 0


def test_algebraic_vertices():
    stage = StageGame.from_matrices(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    game = RepeatedGame(stage, 0.3)
    found = equilibrium_payoffs(game)
    for vertex in found.inner:
        checked(game, vertex)
    checked(game, found.inner.mean(axis=0))


def test_what_no_equilibrium_yields_is_refused(dilemma):
    found = equilibrium_payoffs(RepeatedGame(dilemma, 0.75))
    with pytest.raises(InvalidStrategy, match="outside the outer bound"):
        strategy_for(found, (2, 2))
    with pytest.raises(InvalidGame, match="pair of finite numbers"):
        strategy_for(found, (1, 2, 3))
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    with pytest.raises(InvalidStrategy):
        strategy_for(equilibrium_payoffs(RepeatedGame(pennies, 0.5)), (0, 0))


@pytest.mark.parametrize("deltas", [(Fraction(3, 4), Fraction(1, 2)), (Fraction(1, 5), Fraction(3, 5))])
def test_unlike_discount_factors(dilemma, deltas):
    game = RepeatedGame(dilemma, deltas)
    found = equilibrium_payoffs(game)
    for payoff in (*found.inner[::2], found.inner.mean(axis=0), (9, 9), (3, 3)):
        automaton = strategy_for(found, payoff)
        assert verify(game, automaton).holds
        assert verify(game, automaton, exact=True).holds
        assert value(game, automaton).payoffs == pytest.approx(np.array(payoff, float), abs=1e-7)


def test_a_patient_player_can_be_paid_more_than_any_profile_for_ever_pays(dilemma):
    game = RepeatedGame(dilemma, (0.75, 0.5))
    found = equilibrium_payoffs(game)
    best = found.inner[found.inner.sum(axis=1).argmax()]
    assert best.sum() > 18.001
    automaton = strategy_for(found, best)
    assert verify(game, automaton).holds
    assert value(game, automaton).payoffs.sum() > 18.001
