from dataclasses import replace
from datetime import date, timedelta

import pytest

import negotiation as ng
from negotiation.truces.record.precedent import first_trade, precedent_on
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.world import State, transition

SCENARIO = ng.load_scenario("us-china-2025")


def test_controls_were_first_traded_in_the_first_text_that_binds_one():
    first = first_trade(SCENARIO)
    for name in ng.truce_names(SCENARIO, placebos=True):
        text = ng.truce(name)
        binds = any(name in ("entity_list", "chip_control") for _, name in text.covered())
        assert not binds or text.signed >= first.signed
    assert precedent_on(SCENARIO, first.signed) == 0
    assert precedent_on(SCENARIO, first.signed + timedelta(1)) == 1
    assert precedent_on(SCENARIO, date(2018, 4, 1)) == 0


@pytest.mark.parametrize("name", ["japan-korea-2019", "australia-china-2020"])
def test_a_dispute_without_controls_has_no_precedent(name):
    scenario = ng.load_scenario(name)
    assert first_trade(scenario) is None
    assert precedent_on(scenario, date(2025, 1, 1)) == 0


def test_no_play_makes_or_unmakes_a_precedent():
    for step in (0, 1):
        state = State(precedent=step)
        for curb in (False, True):
            moved = transition(state, curb, True, SCENARIO.motion, ["stocks", "belief", "precedent"])
            assert {after.precedent for after in moved} == {step}
    assert State(precedent=1).label == "d2 c2 I0 n0 L1 p1"
    assert State.from_label("d2 c2 I0 n0 L1 b1 p1") == State(belief=1, precedent=1)


def test_without_a_precedent_bargains_leave_controls_out():
    for bargain in linkage_gains(SCENARIO):
        assert bargain.on(State()) is bargain.unlinked
        assert bargain.on(replace(State(), precedent=1)) is bargain.linked
