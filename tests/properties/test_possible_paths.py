"""What the bounds of a check rule out is on no path of an equilibrium that is certified."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.base.numeric import as_fraction
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.possible_paths import least_payoffs, verify_possible_path
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.solvers.penal_codes.held_path import held_path
from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import optimal_penal_code
from negotiation.testing import strategies as ngst

GAMES = ngst.repeated_games(
    stages=ngst.stage_games(actions=(2, 3)), factors=st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9])
)


@pytest.mark.long
@given(GAMES)
def test_what_a_certified_strategy_plays_is_not_ruled_out(game):
    for index in np.ndindex(*game.stage.n_actions):
        profile = game.stage.labels(index)
        try:
            strategy = held_path(game, profile)
        except InvalidStrategy:
            return
        if verify(game, strategy, exact=True).holds:
            assert verify_possible_path(game, profile).holds


@pytest.mark.long
@given(GAMES)
def test_nobody_is_held_below_a_bound(game):
    code = optimal_penal_code(game)
    least = least_payoffs(game)
    for i, strategy in enumerate(code.strategies):
        assert verify(game, strategy).holds
        assert least[i] <= as_fraction(float(code.payoffs[i][i])) + as_fraction(1e-8)
