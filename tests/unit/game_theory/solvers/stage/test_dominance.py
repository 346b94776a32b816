from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.stage.dominance import dominated_actions, iterated_elimination

ZERO = np.zeros((3, 2), dtype=int)


def names(result):
    return [(found.player, found.action, found.kind) for found in result.dominated]


@pytest.mark.parametrize("third", [Fraction(1, 3), 1 / 3])
def test_a_mix_that_only_just_ties_dominates_weakly_where_it_gains_somewhere(third):
    rows = [[1, 0, 1], [0, Fraction(1, 2), 1], [third, third, Fraction(1, 2)]]
    rows = rows if isinstance(third, Fraction) else np.array(rows, dtype=float)
    stage = StageGame.from_matrices(rows, np.zeros((3, 3), dtype=int))
    assert names(dominated_actions(stage)) == []
    (found,) = dominated_actions(stage, kind="weak").dominated
    assert (found.player, found.action, found.kind, found.safe) == ("0", "2", "weak", False)
    assert found.weights == pytest.approx((1 / 3, 2 / 3))


def test_duplicates_do_not_dominate_one_another():
    stage = StageGame.from_matrices([[1, 2], [1, 2], [1, 2]], ZERO)
    result = iterated_elimination(stage, kind="weak")
    assert result.eliminated == ()
    assert result.game == stage


def test_rationals_decide_what_doubles_cannot():
    tiny = Fraction(1, 10**30)
    stage = StageGame.from_matrices([[1, 1], [1 + tiny, 1 + tiny], [0, 0]], ZERO)
    assert [action for _, action, _ in names(dominated_actions(stage))] == ["0", "2"]
    rounded = StageGame.from_matrices([[1, 1], [1.0 + 1e-16, 1], [0, 0]], ZERO)
    assert [action for _, action, _ in names(dominated_actions(rounded, kind="weak"))] == ["2"]


def test_iterated_elimination_records_rounds_in_order():
    A = [[1, 1, 0], [0, 0, 2]]
    B = [[0, 2, 1], [3, 1, 0]]
    stage = StageGame.from_matrices(A, B, ("R", "C"), (("U", "D"), ("L", "M", "N")))
    result = iterated_elimination(stage)
    assert [(e.round, e.player, e.action) for e in result.eliminated] == [
        (1, "C", "N"),
        (2, "R", "D"),
        (3, "C", "L"),
    ]
    assert result.game.actions == (("U",), ("M",))
    assert result.game.payoffs.tolist() == [[[1, 2]]]
    assert result.safe
    assert result.rounds == 3


def test_the_guessing_game_comes_down_step_by_step():
    numbers = np.arange(7)
    far = np.abs(numbers[:, None] - (numbers[:, None] + numbers) / 3) * 6
    stage = StageGame.from_matrices(-np.rint(far).astype(int), -np.rint(far).T.astype(int))
    strict = iterated_elimination(stage)
    assert strict.game.actions == (("0", "1"), ("0", "1"))
    assert strict.rounds == 3
    assert iterated_elimination(stage, kind="weak").game.actions == (("0",), ("0",))


def test_weak_elimination_is_not_safe_and_never_empties_a_game():
    stage = StageGame.from_matrices([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    result = iterated_elimination(stage, kind="weak")
    assert result.game.actions == (("0",), ("0",))
    assert not result.safe
    constant = StageGame(np.ones((3, 3, 2)))
    assert iterated_elimination(constant, kind="weak").game == constant


def test_a_strict_removal_after_a_weak_one_is_not_safe():
    A = [[1, 1, 0], [0, 0, 2]]
    B = [[0, 2, 2], [3, 1, 1]]
    stage = StageGame.from_matrices([[1, 1], [1, 0]], [[0, 1], [1, 0]])
    result = iterated_elimination(stage, kind="weak")
    assert [(e.kind, e.safe) for e in result.eliminated] == [("weak", False), ("strict", False)]
    assert iterated_elimination(StageGame.from_matrices(A, B)).safe


NEAR = 10**9
"""Whole numbers around this many times 0, 1, 2 and 3: gains are small beside the range."""


@pytest.mark.parametrize("number", [int, Fraction, float])
def test_a_gain_that_linear_programming_takes_for_nothing_is_a_gain(number):
    A = [[-3 * NEAR + 1, 2 * NEAR - 4], [-3 * NEAR - 4, 2 * NEAR + 2], [-3 * NEAR - 4, 2 * NEAR]]
    A = np.array([[number(x) for x in row] for row in A])
    for kind in ("strict", "weak"):
        result = dominated_actions(StageGame.from_matrices(A, ZERO), kind=kind)
        assert (names(result), result.status) == ([("0", "2", "strict")], "complete")
        assert result.dominated[0].weights == pytest.approx((2 / 11, 9 / 11))
        assert result.dominated[0].least_gain == pytest.approx(10 / 11, rel=1e-6)


@pytest.mark.parametrize("number", [int, float])
def test_a_weight_of_a_billionth_is_found(number):
    # The first action falls short by 2 of 10^9 where the second gains 10^9, and gains 1 elsewhere.
    A = [[NEAR + 2, 3 * NEAR + 3, NEAR - 3], [4 - 3 * NEAR, 3 * NEAR - 1, 2 * NEAR]]
    A.append([-3 * NEAR, 3 * NEAR + 2, NEAR - 1])
    A = np.array([[number(x) for x in row] for row in A])
    for kind in ("strict", "weak"):
        result = dominated_actions(StageGame.from_matrices(A, np.zeros((3, 3), dtype=int)), kind=kind)
        assert (names(result), result.status) == ([("0", "2", "strict")], "complete")
        assert result.dominated[0].dominator == ("0", "1")
        assert result.dominated[0].weights[1] == pytest.approx(3e-9, rel=1e-6)


def test_what_a_pure_action_dominates_weakly_and_a_mix_strictly_is_called_strict():
    A = [[4, 0], [0, 2], [0, 1]]
    result = dominated_actions(StageGame.from_matrices(A, ZERO), kind="weak")
    assert names(result) == [("0", "2", "strict")]
    assert result.dominated[0].safe
    assert names(dominated_actions(StageGame.from_matrices(A, ZERO), kind="weak", mixed=False)) == [
        ("0", "2", "weak")
    ]
