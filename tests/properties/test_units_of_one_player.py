"""Whether a set of payoffs passes its check depends on no unit of one player; powers of two round nothing."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.testing import strategies as ngst

POWERS = st.integers(-40, 40)
PLAYERS = st.integers(0, 1)


@given(ngst.stage_games(), PLAYERS, POWERS, st.sampled_from([0.3, 0.5, 0.75]), st.sampled_from([0.0, 1e-6]))
def test_sets_of_payoffs_pass_or_fail_their_check_in_any_unit(stage, player, power, delta, fault):
    game, payoffs = RepeatedGame(stage, delta), stage.payoffs
    found = equilibrium_payoffs(game)
    # A fault in one player's payoffs, small against the player's own range alone.
    off = np.zeros(2)
    off[player] = fault * float(np.ptp(payoffs[..., player]))
    found = replace(found, inner=found.inner + off)
    unit = np.ones(2)
    unit[player] = 2.0**power
    scaled = replace(found, inner=found.inner * unit, continuations=found.continuations * unit)
    unlike = RepeatedGame(StageGame(payoffs * unit), delta)
    assert verify(unlike, scaled).holds == verify(game, found).holds
