"""What the bounds of a check rule out is on no path of an equilibrium that is certified."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.base.numeric import as_fraction
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.possible_paths import least_payoffs, verify_possible_path
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.penal_codes.held_path import held_path
from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import optimal_penal_code

DELTAS = st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9])


@st.composite
def games(draw):
    shape = (draw(st.integers(2, 3)), draw(st.integers(2, 3)), 2)
    count = int(np.prod(shape))
    values = draw(st.lists(st.integers(-6, 6), min_size=count, max_size=count))
    return RepeatedGame(StageGame(np.array(values, dtype=float).reshape(shape)), draw(DELTAS))


@pytest.mark.long
@given(games())
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
@given(games())
def test_nobody_is_held_below_a_bound(game):
    code = optimal_penal_code(game)
    least = least_payoffs(game)
    for i, strategy in enumerate(code.strategies):
        assert verify(game, strategy).holds
        assert least[i] <= as_fraction(float(code.payoffs[i][i])) + as_fraction(1e-8)
