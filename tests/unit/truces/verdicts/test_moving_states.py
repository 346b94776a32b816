"""A truce whose clock and authority are states."""

import pytest

from negotiation.disputes import State
from negotiation.truces.verdicts.moving_states import truce_in_states
from tests.us_china import SCENARIO

WORN = State(curb_dependence=0, control_dependence=0, stocks=0, clock=2, authority=1)


def test_a_curb_that_costs_its_user_is_no_threat_where_what_follows_is_a_stage_equilibrium():
    """However much it harms: China would not use it once the truce is over."""
    harmless, harmful = (
        truce_in_states(SCENARIO.with_parameters({"rare_earth_curb.harm": harm}), WORN) for harm in (0.1, 2.0)
    )
    assert harmless.worth() == pytest.approx(harmful.worth(), abs=1e-12)
    assert harmless.verdict.holds == harmful.verdict.holds


def test_a_control_that_pays_nothing_holds_the_truce_up():
    found = truce_in_states(SCENARIO.with_parameters({"security_weight": 0.0}), WORN)
    assert found.verdict.holds
    assert min(found.worth()) >= -1e-12


def test_the_worth_of_several_states_is_the_least_for_each_side():
    found = truce_in_states(SCENARIO, WORN)
    of_each = [margin.worth for margin in found if margin.state.authority == 1]
    assert len(of_each) > 1
    for i, least in enumerate(found.worth(authority=1)):
        assert all(least <= worth[i] for worth in of_each)
        assert any(least == worth[i] for worth in of_each)
    assert any(len({worth[i] for worth in of_each}) > 1 for i in (0, 1))
