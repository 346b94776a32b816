"""Critical discount factors in stochastic games, against closed forms and the independent check."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.solvers.thresholds.policy import policy_gains
from negotiation.game_theory.strategies.grim_trigger_in_states import grim_trigger_in_states
from negotiation.strategies import MarkovStrategy

DILEMMA = np.array([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]])
COIN = np.full((2, 2, 2, 2), Fraction(1, 2))
PEACE, WAR = {"0": ("0", "0"), "1": ("0", "0")}, {"0": ("1", "1"), "1": ("1", "1")}
ABOVE = 1e-7


def coin_game(stakes, delta=0.5):
    return ng.StochasticGame([DILEMMA, stakes * DILEMMA], COIN, delta)


def absorbing(delta=0.5):
    """Return a dilemma that is over for good, at zero, once somebody defects."""
    moves = np.zeros((2, 2, 2, 2), int)
    moves[..., 1] = 1
    moves[0, 0, 0] = [1, 0]
    return ng.StochasticGame([DILEMMA, 0 * DILEMMA], moves, delta)


@pytest.mark.parametrize("stakes", [1, 2, 3, 7])
def test_grim_trigger_between_two_stakes_needs_what_the_high_one_tempts_with(stakes):
    # In the high state (1 - x) k <= x 2 (1 + k) / 2.
    game = coin_game(stakes)
    expected = Fraction(stakes, 2 * stakes + 1)
    found = ng.critical_discount_factor(game, grim_trigger_in_states(game, PEACE, WAR))
    assert found.value == expected
    assert found.exact_intervals == ((expected, Fraction(1)),)
    assert found.binding.state == f"cooperate | {'0' if stakes == 1 else '1'}"


@pytest.mark.long
@pytest.mark.parametrize("target", [PEACE, MarkovStrategy(PEACE), ("0", "0")])
def test_a_policy_needs_no_more_than_grim_trigger_where_that_punishes_best(target):
    found = ng.critical_discount_factor(coin_game(2), target)
    assert found.value == pytest.approx(2 / 5, abs=1e-9)
    assert found.intervals[0][1] == 1.0
    assert "punishments certified" in found.reason
    assert f"(partial: {found.reason})" in " ".join(str(found).split())


def test_where_defection_ends_all_there_is_a_threshold_of_one_third():
    found = ng.critical_discount_factor(absorbing(), PEACE)
    assert found.value == pytest.approx(1 / 3, abs=1e-9)


@pytest.mark.parametrize("gain", [1e-5, 0.01, 4, 1500])
def test_thresholds_near_the_ends_are_found(gain):
    # One state: (1 - x) gain <= x 2.
    payoffs = np.array([[[2, 2], [-1, 2 + gain]], [[2 + gain, -1], [0, 0]]])
    found = ng.critical_discount_factor(ng.StochasticGame([payoffs], np.ones((1, 2, 2, 1)), 0.5), ("0", "0"))
    assert found.value == pytest.approx(gain / (gain + 2), rel=1e-6)


def test_a_stage_equilibrium_in_every_state_needs_no_patience():
    found = ng.critical_discount_factor(coin_game(2), WAR)
    assert found.intervals == ((0.0, 1.0),)
    assert found.binding is None


def test_what_no_patience_sustains_has_no_threshold():
    # The sucker's payoff is below the minmax.
    found = ng.critical_discount_factor(coin_game(2), ("0", "1"))
    assert found.value is None
    assert found.binding.player == "0"


def test_with_transfers_gains_are_added():
    # Gains 1 and 6, joint loss 12: (1 - x) 7 <= x 12; without, the second player needs (1 - x) 6 <= x 6.
    stage = ng.StageGame([[(9, 9), (1, 15)], [(10, 1), (3, 3)]])
    assert ng.critical_discount_factor(stage, ("0", "0"), transfers=True).value == pytest.approx(7 / 19)
    assert ng.critical_discount_factor(stage, ("0", "0")).value == Fraction(1, 2)
    # Twice the stakes by a coin: (1 - x) 14 <= x 18 in the high state.
    game = ng.StochasticGame([stage.payoffs, 2 * stage.payoffs], COIN, 0.5)
    assert ng.critical_discount_factor(game, PEACE, transfers=True).value == pytest.approx(14 / 32)
    assert ng.critical_discount_factor(game, PEACE).value == pytest.approx(12 / 21)


def at(game, delta):
    stages = dict(zip(game.states, game.stages, strict=True))
    return ng.StochasticGame.from_stages(stages, game.transitions, delta)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_thresholds_of_automata_are_where_the_check_changes_its_mind(seed):
    rng = np.random.default_rng(seed)
    cuts = rng.integers(0, 5, (2, 2, 2))
    moves = np.empty((2, 2, 2, 2), dtype=object)
    for index in np.ndindex(2, 2, 2):
        moves[index] = [Fraction(int(cuts[index]), 4), 1 - Fraction(int(cuts[index]), 4)]
    game = ng.StochasticGame([DILEMMA + rng.integers(-2, 3), 2 * DILEMMA], moves, 0.5)
    grim = grim_trigger_in_states(game, PEACE, WAR)
    found = ng.critical_discount_factor(game, grim)
    for delta in (Fraction(k, 16) for k in range(1, 16)):
        inside = any(low <= delta <= high for low, high in found.intervals)
        assert ng.verify(at(game, delta), grim, exact=True).holds == inside


@pytest.mark.long
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_a_policy_needs_no_more_patience_than_an_automaton_that_plays_it(seed):
    rng = np.random.default_rng(seed)
    moves = rng.dirichlet([1, 1], (2, 2, 2))
    game = ng.StochasticGame([DILEMMA, rng.integers(1, 4) * DILEMMA], moves, 0.5)
    grim = ng.critical_discount_factor(game, grim_trigger_in_states(game, PEACE, WAR))
    assume(grim.value is not None)
    policy = ng.critical_discount_factor(game, PEACE)
    shared = ng.critical_discount_factor(game, PEACE, transfers=True)
    assert policy.value <= float(grim.value) + ABOVE
    assert shared.value <= policy.value + ABOVE


@pytest.mark.parametrize("player", [0, 1])
def test_the_unit_of_one_player_moves_no_threshold(player):
    # In the high state (1 - x) 3 <= x 2 (1 + 3) / 2 for the one who is tempted, in whatever unit.
    stage = DILEMMA.astype(float)
    stage[..., 1 - player] *= 1e-9
    stage[..., player] = [[1, 0], [0, 0]]
    game = ng.StochasticGame([stage, 3 * stage], COIN, 0.5)
    assert ng.critical_discount_factor(game, PEACE).value == pytest.approx(3 / 7, abs=1e-8)


def test_gains_of_several_policies_are_those_of_each():
    payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]])
    game = ng.StochasticGame([payoffs, 2 * payoffs], np.full((2, 2, 2, 2), 0.5), 0.4)
    policies = [
        {"0": one, "1": other} for one in (("0", "0"), ("1", "1")) for other in (("0", "0"), ("1", "0"))
    ]
    excluded, proven = policy_gains(game, *policies)
    assert excluded.shape == proven.shape == (4, 2)
    for k, policy in enumerate(policies):
        alone = policy_gains(game, policy)
        assert np.array_equal(excluded[k], alone[0][0])
        assert np.array_equal(proven[k], alone[1][0])
    assert len(np.unique(excluded[:, 1])) > 1
