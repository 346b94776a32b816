"""Sets of two players, one of whom is too impatient for anything but the stage equilibrium: by hand.

In the dilemma (9, 9), (1, 10), (10, 1), (3, 3) whoever plays C forgoes at least 1. With a discount factor of
1/9 that asks for 8 more than the worst, which is 3, and nothing pays 11: that player plays D for ever, to
which the other has nothing to answer but D. With 1/2 and 1/3 peace is an equilibrium.
"""

from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

DILEMMA = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
HALF, LOW = Fraction(1, 2), Fraction(1, 9)


@pytest.mark.parametrize("method", ["auto", "aps", "judd_yeltekin_conklin"])
@pytest.mark.parametrize("deltas", [(HALF, LOW), (LOW, HALF)])
def test_one_player_who_does_not_care_leaves_war_alone(deltas, method):
    found = equilibrium_payoffs(RepeatedGame(DILEMMA, deltas), method=method)
    np.testing.assert_allclose(found.outer, [[3.0, 3.0]], atol=1e-6)
    np.testing.assert_allclose(found.inner, [[3.0, 3.0]], atol=1e-9)
    assert not found.contains((9, 9))


@pytest.mark.parametrize("method", ["auto", "aps", "judd_yeltekin_conklin"])
@pytest.mark.parametrize("deltas", [(HALF, Fraction(1, 3)), (Fraction(1, 3), HALF)])
def test_two_players_who_care_can_have_peace(deltas, method):
    found = equilibrium_payoffs(RepeatedGame(DILEMMA, deltas), method=method)
    assert found.contains((9, 9))
    assert found.contains((3, 3))
