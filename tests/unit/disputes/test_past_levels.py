"""Levels that had been left before the day of a dispute's games: where they are, and where they are not."""

import numpy as np
import pytest

from negotiation.disputes import State, load_scenario
from negotiation.disputes.menus import menus
from negotiation.disputes.moving_game import used
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.disputes.rules import lawful_postures
from negotiation.testing.contracts import check_instrument

NAME = "us-china-2025"
NOW = load_scenario(NAME)
WHOLE = NOW.with_past_levels()
PAST = {
    ("USA", "tariff"): {"ordinary", "metals", "three_lists", "list_3_raised", "phase_one", "list_4a"},
    ("CHN", "tariff"): {"metals_answered", "cars_spared", "three_tranches", "phase_one", "september_batch"},
    ("USA", "chip_control"): {"chips_free", "rules_of_2022", "rules_of_2023"},
}
HELD = [(country, name) for country in NOW.countries for name in NOW.held(country)]


def test_the_whole_ladders_have_the_levels_of_2025_in_their_order_and_the_past_ones():
    for country, name in HELD:
        whole = WHOLE.instrument(country, name).held_by(country)
        assert [level for level in whole if not level.past] == list(
            NOW.instrument(country, name).held_by(country)
        )
        assert {level.label for level in whole if level.past} == PAST.get((country, name), set())


@pytest.mark.parametrize(("country", "name"), HELD)
def test_levels_of_2025_are_worth_what_they_were_and_the_base_nothing(country, name):
    there, here = (one.effects(country, name, one.default_state) for one in (WHOLE, NOW))
    present = [not level.past for level in WHOLE.instrument(country, name).held_by(country)]
    assert there.holder[present].tolist() == here.holder.tolist()
    assert there.other[present].tolist() == here.other.tolist()
    base = WHOLE.instrument(country, name).base_position(country)
    assert there.holder[base] == there.other[base] == 0.0
    strengths = WHOLE.strength(country, name, WHOLE.default_state)
    assert strengths[present].tolist() == NOW.strength(country, name, NOW.default_state).tolist()


@pytest.mark.parametrize("size", ["small", "core", "full"])
def test_sizes_mean_the_same_games_with_past_levels_and_without(size):
    state = NOW.default_state
    assert menus(WHOLE, size, None, {}, state) == menus(NOW, size, None, {}, state)
    if size != "full":
        assert np.array_equal(WHOLE.stage_game(size).payoffs, NOW.stage_game(size).payoffs)


def test_a_game_of_the_past_is_the_sum_of_its_effects():
    wanted = {("USA", "tariff"): ["three_lists", "january"], ("CHN", "tariff"): ["three_tranches", "january"]}
    game = WHOLE.stage_game(instruments=["tariff"], levels=wanted)
    state = WHOLE.default_state
    usa, chn = (WHOLE.effects(country, "tariff", state) for country in WHOLE.countries)
    at = [WHOLE.instruments["tariff"].position(c, wanted[c, "tariff"][0]) for c in WHOLE.countries]
    assert game.payoffs[0, 0] == pytest.approx(
        [usa.holder[at[0]] + chn.other[at[1]], chn.holder[at[1]] + usa.other[at[0]]], abs=1e-15
    )
    assert game.payoffs[1, 1].tolist() == [0.0, 0.0]


def test_below_the_base_nothing_is_in_use():
    calm = WHOLE.calm()
    below = calm.after("USA", {"chip_control": "rules_of_2022"})
    above = calm.after("USA", {"chip_control": "h20_stopped"})
    users = WHOLE.definition.control_users
    assert [WHOLE.in_use(postures, users) for postures in (below, calm, above)] == [False, False, True]
    wanted = {"USA": {"chip_control": ("rules_of_2022", "licensed", "h20_stopped")}, "CHN": {}}
    stage = posture_game(WHOLE, wanted, calm, WHOLE.default_state)
    assert used(WHOLE, stage, calm)[:, 1].tolist() == [False, False, True]


def test_a_law_that_is_lost_brings_no_past_level_back():
    lost = State(authority=0)
    peak = WHOLE.calm().after("USA", {"tariff": "peak"})
    assert lawful_postures(WHOLE, peak, lost)["USA"]["tariff"] == "january"
    for label in ("ordinary", "list_4a"):
        then = WHOLE.calm().after("USA", {"tariff": label})
        assert lawful_postures(WHOLE, then, lost) == then


@pytest.mark.parametrize(
    ("country", "name", "past", "now"),
    [
        ("USA", "tariff", "ordinary", "january"),
        ("USA", "tariff", "list_4a", "january"),
        ("USA", "tariff", "peak", "peak"),
        ("USA", "chip_control", "rules_of_2023", "licensed"),
        ("CHN", "purchases", "boycott", "boycott"),
    ],
)
def test_a_past_level_is_told_in_those_of_2025(country, name, past, now):
    assert NOW.present_level(country, name, past) == now
    assert WHOLE.present_level(country, name, past) == past


@pytest.mark.long
@pytest.mark.parametrize("name", WHOLE.instruments)
def test_an_instrument_with_past_levels_keeps_the_contract_of_instruments(name):
    check_instrument(WHOLE.instruments[name], scenario=WHOLE, examples=5)
