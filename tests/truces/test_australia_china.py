"""Barley and wine as test cases: what the solved game says by leg, in which share of draws, and the record.

Verdicts and bands were written down before the first run, from the signs of the assumed numbers.
"""

import pytest

import negotiation as ng
from negotiation.truces.record.timeline import level_changes, record_begins, record_ends
from negotiation.truces.replay.move_analysis import analyse_moves
from tests.truces.bands import band
from tests.truces.moment_by_draw import holding

DISPUTE = "australia-china-2020"


@pytest.fixture(scope="module")
def barley():
    return ng.replay("2023-04-barley", draws=64)


@pytest.fixture(scope="module")
def wine():
    return ng.replay("2023-10-wine", scenario=DISPUTE, draws=64)


@pytest.mark.long
def test_nothing_in_barleys_tariff_leg_can_go_harsher(barley):
    leg = barley.legs["tariff"]
    assert (leg.model_holds, band(leg.share)) == (True, "robust")
    assert leg.record_held


@pytest.mark.long
@pytest.mark.parametrize("name", ["barley", "wine"])
def test_the_game_has_china_close_goods_again_outside_the_text_and_the_record_has_not(name, request):
    # A stop is worth more to China than it costs at the central values, so that nothing keeps goods open.
    found = request.getfixturevalue(name)
    of_leg = tuple(n for n, one in found.scenario.instruments.items() if one.leg == "control")
    held = holding(found.agreement.id, found.scenario, of_leg)["control"]
    assert band(held.mean()) == "undecided"
    # The game that is affordable has coal alone of them, which is too dear for that.
    leg = found.legs["control"]
    assert set(found.theories.asked.menus["CHN"]) & set(of_leg) == {"coal_curb"}
    assert leg.model_holds
    assert held.mean() < leg.share
    assert leg.record_held


@pytest.mark.long
@pytest.mark.parametrize(("name", "case"), [("barley", "wto_barley"), ("wine", "wto_wine")])
def test_the_game_has_australia_resume_its_case_at_once_and_the_record_has_not(name, case, request):
    # The text binds Australia alone: nothing stands against its case.
    leg = request.getfixturevalue(name).legs["other"]
    assert leg.covered == (f"AUS {case}",)
    assert (leg.model_holds, band(leg.share)) == (False, "robustly not")
    assert f"AUS {case}" in leg.verdict.breaking
    assert leg.record_held
    assert not leg.agree


@pytest.mark.long
def test_the_game_has_the_duty_on_barley_come_back_under_wine_and_the_record_has_not(wine):
    leg = wine.legs["tariff"]
    assert (leg.model_holds, band(leg.share)) == (False, "undecided")
    assert leg.verdict.breaking == ("CHN barley_duty",)
    assert leg.record_held
    assert not leg.agree


@pytest.mark.long
@pytest.mark.parametrize("name", ["barley", "wine"])
def test_as_australia_read_it_the_exchange_holds(name, request):
    found = request.getfixturevalue(name)
    assert not found.check().verdict.holds
    assert found.check("as read by AUS").verdict.holds


@pytest.mark.long
def test_the_game_has_china_keep_lobster_out_whatever_it_said_in_vientiane_and_the_record_has_not():
    # A placebo: the text binds China alone, and nothing stands against lobster.
    found = ng.truce("2024-10-vientiane").verdict()
    assert found["control"].covered == ("CHN lobster_curb",)
    assert not found["control"].holds
    assert found["control"].departure.player == "CHN"


@pytest.mark.long
def test_every_change_of_level_in_the_record_was_legal():
    # Announced on the day of a report, so that nothing seems to take effect before it.
    world = ng.load_scenario(DISPUTE)
    begins, ends = record_begins(world), record_ends(world)
    moves = analyse_moves(world, level_changes(world), begins, ends, world.default_state).moves
    changed = [move for move in moves if move.legal is not None]
    assert len(changed) >= 35
    assert [(move.id, move.note) for move in changed if not move.legal] == []
