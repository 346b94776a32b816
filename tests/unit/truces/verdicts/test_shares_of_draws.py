"""All draws at once say what the games built one by one say."""

from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.observation import LEGS
from negotiation.strategies import grim_trigger
from negotiation.truces.record.timeline import level_changes, postures_on
from negotiation.truces.replay.replay import coverages_of
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.truces.verdicts.legs import record_steps, threats
from negotiation.truces.verdicts.shares_of_draws import legs_holding, verdicts_of

SCENARIO = ng.load_scenario("us-china-2025")


@pytest.mark.parametrize("name", ng.truce_names("us-china-2025"))
def test_what_is_covered_is_kept_where_the_check_of_the_trigger_says_so(name):
    agreement = ng.truce(name)
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    terms = coverages_of(agreement, SCENARIO, in_force)["as written"]
    generator, outcomes = np.random.default_rng(5), []
    for _ in range(12):
        one = SCENARIO.draw(generator)
        found = incentives_of(one, terms, in_force, one.default_state)
        trigger = grim_trigger(found.stage, found.kept, found.off)
        verdict = ng.verify(ng.RepeatedGame(found.stage, one.discount_factor), trigger)
        outcomes.append(not any(d.gains[0] for d in found.departures if d.covered))
        assert outcomes[-1] == verdict.holds
    assert any(outcomes)


def test_one_setting_and_none_are_allowed():
    agreement = ng.truce("2025-10-busan")
    in_force = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    terms = coverages_of(agreement, SCENARIO, in_force)["as written"]
    central = incentives_of(SCENARIO, terms, in_force, SCENARIO.default_state)
    one = legs_holding([SCENARIO], terms, in_force, SCENARIO.default_state)
    assert {leg: bool(v[0]) for leg, v in one.items()} == {leg: not central.leg(leg).breaks() for leg in LEGS}
    assert legs_holding([], terms, in_force, SCENARIO.default_state)["tariff"].shape == (0,)


@pytest.fixture(scope="module", params=["2025-06-london", "2025-10-busan"])
def told(request):
    """A text, what it is asked, and its verdicts in seven draws of another seed than zero."""
    text = ng.truce(request.param)
    in_force, state = postures_on(SCENARIO, text.signed - timedelta(days=1)), State(stocks=2)
    central = incentives_of(SCENARIO, text.covered(), in_force, state)
    heard = []
    found = verdicts_of(
        SCENARIO, text, central, in_force, state, 7, 5, progress=lambda *counts: heard.append(counts)
    )
    return text, in_force, state, central, found, heard


def test_each_leg_is_told_at_the_centre_in_the_draws_and_in_the_record(told):
    text, in_force, state, central, found, heard = told
    assert heard == [(7, 7)]
    rng = np.random.default_rng(5)
    holding = legs_holding([SCENARIO.draw(rng) for _ in range(7)], text.covered(), in_force, state)
    changes = level_changes(SCENARIO)
    assert found.agreement == text.id
    assert dict(found.names) == dict(text.names_in(SCENARIO))
    assert [one.leg for one in found] == list(SCENARIO.legs)
    for one in found:
        legs = {name: each.leg for name, each in SCENARIO.instruments.items()}
        assert one.covered == tuple(f"{c} {n}" for c, n in text.covered() if legs[n] == one.leg)
        asked = central.leg(one.leg)
        assert (one.closest, one.model_breaks) == (asked.closest(), asked.breaks())
        assert (one.by_class, one.alone) == (asked.by_class(), central.alone(one.leg).closest())
        assert (one.share, one.draws) == (np.mean(holding[one.leg]), 7)
        assert one.steps == record_steps(SCENARIO, text, changes, one.leg)
        assert one.record_held == (len(one.steps) == 0)
        assert one.threats == threats(SCENARIO, text, changes, one.leg)
        assert one.until == min(text.window_end, date(2025, 11, 30))


def test_without_draws_there_is_no_share_and_nothing_is_reported(told):
    text, in_force, state, central, found, _ = told
    heard = []
    none = verdicts_of(SCENARIO, text, central, in_force, state, 0, 0, progress=lambda *x: heard.append(x))
    assert [(one.share, one.draws) for one in none] == [(None, 0)] * len(none)
    assert heard == []
    assert [one.closest for one in none] == [one.closest for one in found]


def test_a_window_that_goes_on_after_the_record_is_looked_at_to_the_record_s_end(told):
    text, in_force, state, central, _, _ = told
    for end, until in ((date(2026, 5, 1), date(2025, 11, 30)), (date(2025, 11, 20), date(2025, 11, 20))):
        window = text.model_copy(update={"window_end": end})
        found = verdicts_of(SCENARIO, window, central, in_force, state, 0, 0)
        assert {one.until for one in found} == {until}
