from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.product import product_game
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors
from negotiation.strategies import grim_trigger

CALM = ("restraint", "calm")


def leverage(g, c, h, kappa):
    """Return the game of one control (g to the USA, c to CHN) and one curb (h to the USA, kappa to CHN)."""
    g, c, h, kappa = (Fraction(x) for x in (g, c, h, kappa))
    return StageGame.from_matrices(
        [[0, -h], [g, g - h]],
        [[0, -kappa], [-c, -c - kappa]],
        players=("USA", "CHN"),
        actions=(("restraint", "control"), ("calm", "curb")),
    )


def issue(gain, stake):
    """Return a symmetric dilemma in which breaking gains and losing the truce costs the stake."""
    gain, stake = Fraction(gain), Fraction(stake)
    rows = [[stake, -1], [stake + gain, 0]]
    return StageGame.from_matrices(rows, np.array(rows, dtype=object).T, actions=(("C", "D"), ("C", "D")))


def holds_at(stage, found):
    delta = found.value if isinstance(found.value, Fraction) else Fraction(found.upper)
    rational = StageGame(stage.exact_payoffs(), stage.players, stage.actions)
    return verify(RepeatedGame(rational, delta), found.strategy, exact=True).holds


def test_the_dilemma_has_its_threshold_exactly(dilemma):
    found = critical_discount_factor(dilemma, ("C", "C"))
    assert found.value == Fraction(1, 7)
    assert found.intervals == ((Fraction(1, 7), 1),)
    assert found.upper - found.lower < 1e-16
    assert found.lower <= found.value <= found.upper
    assert (found.binding.action, found.binding.prescribed) == ("D", "C")
    assert found.status == "complete"
    assert holds_at(dilemma, found)


def test_a_stage_equilibrium_needs_no_patience(dilemma):
    found = critical_discount_factor(dilemma, ["D", "D"])
    assert (found.value, found.lower, found.upper, found.binding) == (0, 0.0, 0.0, None)
    assert verify(RepeatedGame(dilemma, 0.01), found.strategy).holds


def test_a_profile_below_minmax_is_never_played_for_ever(dilemma):
    found = critical_discount_factor(dilemma, ("C", "D"))
    assert (found.value, found.lower, found.upper, found.intervals) == (None, None, None, ())
    assert (found.binding.player, found.binding.action) == ("A", "D")
    assert found.status == "complete"
    assert "none" in str(found)


@pytest.mark.parametrize(
    ("numbers", "player"),
    [
        ((1, 2, 3, Fraction(1, 2)), "USA"),
        ((1, 2, 3, 5), "CHN"),
        ((1, 1, 4, 3), "CHN"),
        ((Fraction(3, 10), Fraction(7, 10), Fraction(9, 10), Fraction(6, 10)), "CHN"),
        ((1, 10, 2, 1), "USA"),
    ],
)
def test_a_costly_curb_holds_restraint_from_the_later_of_two_thresholds(numbers, player):
    g, c, h, kappa = (Fraction(x) for x in numbers)
    found = critical_discount_factor(leverage(*numbers), CALM)
    assert found.value == max(g / h, kappa / (kappa + c))
    assert found.value - Fraction(found.lower) < 1e-10
    assert found.binding.player == player
    assert holds_at(leverage(*numbers), found)


@pytest.mark.parametrize("numbers", [(1, 2, 3, -1), (1, 3, 2, -1), (3, 5, 10, -4), (1, 9, 3, -1)])
def test_a_curb_that_pays_its_user_must_be_given_up_as_well(numbers):
    g, c, h, kappa = (Fraction(x) for x in numbers)
    found = critical_discount_factor(leverage(*numbers), CALM)
    assert found.value == max(g / h, -kappa / c)
    assert found.upper - found.lower < 1e-15
    assert found.binding.player == ("USA" if g / h >= -kappa / c else "CHN")


def test_linking_identical_sides_pools_gains_and_stakes():
    trade, technology = issue(1, 2), issue(1, Fraction(3, 10))
    assert critical_discount_factor(trade, ("C", "C")).value == Fraction(1, 3)
    assert critical_discount_factor(technology, ("C", "C")).value == Fraction(10, 13)
    both = product_game(trade, technology)
    found = critical_discount_factor(both, ("C|C", "C|C"))
    assert found.value == Fraction(20, 43)
    grim = critical_discount_factor(both, grim_trigger(both, ("C|C", "C|C"), ("D|D", "D|D")))
    assert grim.value == found.value


def test_a_threshold_under_an_algebraic_punishment_is_exact_where_the_other_player_binds():
    stage = StageGame.from_matrices(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    found = critical_discount_factor(stage, ("0", "0"))
    assert found.value == Fraction(4, 13)
    assert found.upper - found.lower < 1e-15
    assert (found.binding.player, found.binding.state) == ("1", "0, 0")
    assert holds_at(stage, found)


def test_what_binds_is_the_deviation_that_begins_to_be_deterred():
    # Player 0 loses nothing by action 1 in the profile, nor does he gain: the tie is none that binds at 7/19.
    tied = StageGame.from_matrices(
        [[-2, 6, -1], [-1, 5, -1], [2, 2, -6]], [[5, -5, 4], [0, -2, -4], [3, -4, 0]]
    )
    found = critical_discount_factor(tied, ("0", "2"))
    assert found.value == Fraction(7, 19)
    assert (found.binding.player, found.binding.state) == ("0", "1, 1")
    # Here player 1 is tempted, and at 2/3 no longer.
    tempted = StageGame.from_matrices(
        [[-4, 2, -2, 1], [3, 2, -2, 2], [-2, 5, -6, 5]], [[5, 0, 3, -4], [2, -1, 2, 0], [2, -6, 6, 1]]
    )
    found = critical_discount_factor(tempted, ("0", "2"))
    assert found.value == Fraction(2, 3)
    assert str(found.binding) == "1: 0 instead of 2, in state '0, 2'"


def test_a_threshold_beyond_the_largest_discount_factor_tried_is_said_not_to_be_reached():
    found = critical_discount_factor(leverage(1, 1, 10**6, 10**5), CALM)
    assert (found.value, found.upper, found.status) == (None, None, "partial")
    assert 0.9998 < found.lower < 1
    assert "largest discount factor tried" in found.reason


UNITS = [1, 10**4, 10**6, 10**10, 10**15, Fraction(1, 10**12), Fraction(1, 3)]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("shift", [0, 10**13])
def test_no_threshold_depends_on_the_unit_of_a_player(unit, shift):
    payoffs = np.array(
        [[(3, 3), (-2, -3), (-2, 4)], [(0, -9), (-9, -6), (0, 2)], [(9, 5), (-4, 0), (5, 7)]], dtype=object
    )
    for player in (0, 1):
        moved = payoffs.copy()
        moved[..., player] = moved[..., player] * Fraction(unit) + shift
        found = critical_discount_factor(StageGame(moved), ("2", "0"))
        assert (found.status, found.value) == ("complete", Fraction(3, 5))
        if shift == 0:
            many = critical_discount_factors([moved.astype(float)], (2, 0))
            assert many.values[0] == pytest.approx(0.6, abs=1e-9)
