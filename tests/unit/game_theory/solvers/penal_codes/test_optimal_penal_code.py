from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import UnknownPlayer
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import optimal_penal_code
from negotiation.game_theory.solvers.values.value import value


def test_in_the_dilemma_the_worst_is_to_defect_for_ever(dilemma):
    code = optimal_penal_code(RepeatedGame(dilemma, Fraction(1, 2)))
    assert code.payoffs.tolist()[0][0] == 3.0
    assert code.payoffs.tolist()[1][1] == 3.0
    assert code.status == "complete"
    for i, player in enumerate(dilemma.players):
        assert verify(RepeatedGame(dilemma, Fraction(1, 2)), code[player], exact=True).holds
        assert code.verdicts[i].exact
        assert code.verdicts[i].holds


def test_a_costly_curb_is_used_once_and_ended_by_lottery():
    stage = StageGame.from_matrices(
        [[0, -3], [1, -2]],
        [[0, Fraction(-1, 2)], [-2, Fraction(-5, 2)]],
        players=("USA", "CHN"),
        actions=(("restraint", "control"), ("calm", "curb")),
    )
    game = RepeatedGame(stage, Fraction(1, 2))
    code = optimal_penal_code(game)
    assert code.exact_payoffs == ((-2, Fraction(-1, 3)), (1, -2))
    assert code["USA"].actions[code["USA"].initial] == ("restraint", "curb")
    np.testing.assert_allclose(value(game, code["USA"]).payoffs, code.payoffs[0])
    assert code.bounds.tolist() == pytest.approx([-2, -2])
    assert code.table().rows[0][:2] == ("USA", "restraint, curb")


def test_the_algebraic_punishment_of_abreu_and_sannikov():
    stage = StageGame.from_matrices(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    code = optimal_penal_code(RepeatedGame(stage, 0.3))
    assert code.status == "complete"
    assert code.payoffs[0, 0] == pytest.approx(1.12568240, abs=1e-7)
    assert code.payoffs[1, 1] == pytest.approx(0.0, abs=1e-7)
    assert all(verdict.holds for verdict in code.verdicts)


def test_without_an_equilibrium_there_is_no_code():
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    code = optimal_penal_code(RepeatedGame(pennies, 0.5))
    assert (code.status, code.strategies, code.payoffs.shape) == ("complete", (), (0, 2))
    assert "no equilibrium" in str(code)
    with pytest.raises(UnknownPlayer):
        code["0"]


def test_unlike_discount_factors_have_a_code_too(dilemma):
    game = RepeatedGame(dilemma, (Fraction(3, 5), Fraction(1, 5)))
    code = optimal_penal_code(game)
    assert code.status == "complete"
    assert code.payoffs.diagonal() == pytest.approx([3, 3], abs=1e-6)
    for player, strategy in zip(code.players, code.strategies, strict=True):
        assert verify(game, strategy, exact=True).holds
        assert strategy is code[player]
