from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes import State, transition
from negotiation.disputes.components import SIZES
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.state import Motion, period_probability
from negotiation.testing import strategies as ngst
from tests.us_china import SCENARIO

P, RULES = SCENARIO.parameters, SCENARIO.definition.state
STATE_PARAMETERS = RULES.parameters
STATES = [State(*steps) for steps in product(*(range(size) for size in SIZES.values()))]
USES = [(False, False), (True, False), (False, True), (True, True)]
CHANCES = [name for name in STATE_PARAMETERS if "_dependence." not in name and not name.endswith("_days")]
DAYS = [name for name in STATE_PARAMETERS if name.endswith("_days")]
ANY_PARAMETERS = st.fixed_dictionaries(
    {name: st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0)) for name in CHANCES}
    | {name: st.floats(0.5, 3650.0) for name in DAYS}
    | {"reaction_lag_days": st.floats(0.25, 400.0)}
)


def check_row(state, curb, control, parameters):
    moved = transition(state, curb, control, Motion(RULES, parameters))
    assert sum(moved.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(0.0 < chance <= 1.0 for chance in moved.values())
    for after in moved:
        assert after.curb_dependence - state.curb_dependence in (0, -1)
        assert after.control_dependence - state.control_dependence in (0, -1)
        assert after.stocks - state.stocks in ((0, -1) if curb else (0, 1))
        assert after.authority <= state.authority
        if state.clock == 0:
            assert after.clock == 0
        else:
            assert after.clock - state.clock in (0, -1) or (state.clock, after.clock) == (1, 3)
    return moved


@given(st.sampled_from(STATES), st.sampled_from(USES), ANY_PARAMETERS)
def test_every_row_at_extreme_parameters(state, use, values):
    moved = check_row(state, *use, P.with_values(values))
    lost = sum(chance for after, chance in moved.items() if after.authority < state.authority)
    yearly = min(values["state.authority_loss"], NUMERICS.surest_year)
    assert lost == pytest.approx(state.authority * period_probability(yearly, values["reaction_lag_days"]))


@given(st.sampled_from(STATES), st.booleans(), ANY_PARAMETERS)
def test_using_leverage_never_slows_its_loss(state, other_used, values):
    parameters = P.with_values(values)

    def falls(component, curb, control):
        moved = transition(state, curb, control, Motion(RULES, parameters))
        return sum(p for after, p in moved.items() if getattr(after, component) < getattr(state, component))

    for component, idle, used in (
        ("curb_dependence", (False, other_used), (True, other_used)),
        ("control_dependence", (other_used, False), (other_used, True)),
    ):
        assert falls(component, *used) >= falls(component, *idle) - 1e-12


@pytest.mark.long
@given(st.integers(0, 2**32 - 1), ngst.states())
def test_less_leverage_never_hurts_the_other_side_more(seed, state):
    scenario = SCENARIO.draw(seed)

    def harm(at):
        game = scenario.stage_game(instruments=["chip_control", "rare_earth_curb", "entity_list"], state=at)
        return game.payoffs[0, -1, 0], game.payoffs[-1, 0, 1]

    curb, control = harm(state)
    for component in ("curb_dependence", "control_dependence"):
        for step in range(getattr(state, component) + 1):
            less = harm(replace(state, **{component: step}))
            assert less[0] >= curb - 1e-12
            assert less[1] >= control - 1e-12
