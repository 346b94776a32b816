"""The stochastic game of postures: its states, its laws and its motion."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes import State, transition
from negotiation.disputes.components import SIZES
from negotiation.disputes.state import MOVED
from tests.us_china import SCENARIO

STATES = st.builds(State, **{name: st.integers(0, size - 1) for name, size in SIZES.items()})
COMPONENTS = st.sets(st.sampled_from(list(SIZES)))


@given(state=STATES)
def test_a_label_leads_back_to_its_state(state):
    assert State.from_label(state.label) == state


@pytest.mark.long
@given(state=STATES, moving=COMPONENTS)
def test_rows_are_distributions_and_frozen_components_stay(state, moving):
    game = SCENARIO.stochastic_game(state=state, moving=moving)
    sums = np.add.reduceat(game.transitions.floats(), game.transitions.indptr[:-1])
    assert np.abs(sums - 1).max() < 1e-12
    assert game.states[0] == state.label
    for label in game.states:
        other = State.from_label(label)
        assert all(getattr(other, name) == getattr(state, name) for name in SIZES if name not in moving)
    assert game.reachable(game.states[0]) == game.states


@given(state=STATES)
def test_nothing_moving_is_the_stage_game_for_ever(state):
    game = SCENARIO.stochastic_game(state=state, moving=[])
    assert game.n_states == 1
    assert game.stages[0] == SCENARIO.stage_game("small", state=state)


@pytest.mark.long
@given(state=STATES, data=st.data())
def test_a_posture_moves_the_state_as_the_rules_say(state, data):
    game = SCENARIO.stochastic_game(state=state)
    us = data.draw(st.sampled_from(game.stages[0].actions[0]))
    chn = data.draw(st.sampled_from(game.stages[0].actions[1]))
    expected = transition(
        state, "rare_earth_curb=october_package" in chn, "chip_control=h20_stopped" in us, SCENARIO.motion
    )
    found = game.next_states(state.label, (us, chn))
    assert found == pytest.approx({after.label: p for after, p in expected.items()}, abs=1e-15)


def test_the_whole_game_has_every_state_and_without_authority_no_peak_tariff():
    game = SCENARIO.stochastic_game(state=State(clock=3, stocks=2))
    seen = [range(SIZES[name]) if name in MOVED else range(1) for name in SIZES]
    assert set(game.states) == {State(*steps).label for steps in product(*seen)}
    for label, stage in zip(game.states, game.stages, strict=True):
        peak = any("tariff=peak" in action for action in stage.actions[0])
        assert peak == (State.from_label(label).authority == 1)
        assert any("tariff=peak" in action for action in stage.actions[1])


def test_an_instrument_outside_the_game_counts_by_its_fixed_level():
    curbed = SCENARIO.calm().after("CHN", {"rare_earth_curb": "october_package"})
    free = SCENARIO.stochastic_game(instruments=["purchases"], moving=["stocks"], state=State(stocks=1))
    bound = SCENARIO.stochastic_game(
        instruments=["purchases"], moving=["stocks"], state=State(stocks=1), fixed=curbed
    )
    profile = (free.stages[0].actions[0][0], free.stages[0].actions[1][0])
    assert State(stocks=2).label in free.next_states(State(stocks=1).label, profile)
    assert State(stocks=0).label in bound.next_states(State(stocks=1).label, profile)
