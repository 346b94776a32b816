"""What counts as no regret: a thousand-millionth of the range of the player's own payoffs, and no more.

In matching pennies whose payoffs run over a range R, the row player who plays heads with probability 1/2 + x
gives the other a gain of x R over mixing evenly, and nothing else: regret and tolerance are known by hand.
"""

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.solvers.markov.solution import regret_tolerances
from negotiation.game_theory.solvers.nash.solution import checked_equilibrium, regret_tolerance

UNITS = [(1.0, 1.0), (1.0, 1e6), (1e6, 1.0), (2.0**-20, 2.0**20)]


def pennies(first=1.0, second=1.0, up=0.0):
    """Return matching pennies in which the players' payoffs run over ranges of `first` and `second`."""
    sign = np.array([[0.5, -0.5], [-0.5, 0.5]])
    return StageGame.from_matrices(first * sign, up - second * sign)


def nearly_even(excess):
    return (np.array([0.5 + excess, 0.5 - excess]), np.array([0.5, 0.5]))


@pytest.mark.parametrize(("first", "second"), UNITS)
@pytest.mark.parametrize("excess", [0.0, 2.5e-10, 8e-10])
def test_a_regret_within_a_thousand_millionth_of_the_own_range_passes(first, second, excess):
    assert verify(pennies(first, second), nearly_even(excess)).holds
    assert checked_equilibrium(pennies(first, second), nearly_even(excess)) is not None


@pytest.mark.parametrize(("first", "second"), UNITS)
@pytest.mark.parametrize("excess", [1.25e-9, 5e-9, 5e-8, 5e-7, 1e-3])
def test_a_larger_regret_does_not(first, second, excess):
    verdict = verify(pennies(first, second), nearly_even(excess))
    assert not verdict.holds
    assert verdict.deviation.player == "1"
    assert float(verdict.deviation.gain) == pytest.approx(excess * second, rel=1e-6)
    assert checked_equilibrium(pennies(first, second), nearly_even(excess)) is None


@pytest.mark.parametrize(("first", "second"), UNITS)
def test_solvers_state_the_tolerance_of_the_widest_range(first, second):
    stage = pennies(first, second)
    assert regret_tolerance(stage) == pytest.approx(1e-9 * max(first, second), rel=1e-12)
    game = StochasticGame.from_stages({"only": stage}, np.ones((1, 2, 2, 1)), 0.5)
    assert regret_tolerances(game) == pytest.approx([1e-9 * first, 1e-9 * second], rel=1e-12)
