"""The question that theories are asked: menus, ceilings, departures, settings, and the size of its game."""

from itertools import product
from math import exp, prod

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.theories.common.question import question
from tests.unit.truces.theories.made_up import (
    BUSAN,
    MENUS,
    SIDES,
    all_payoffs,
    asked_about,
    scattered,
)
from tests.us_china import SCENARIO

WORLD = State(stocks=2)
PAID = scattered(1)
ASKED = asked_about(PAID)


def test_as_close_is_what_differs_in_one_instrument_alone():
    at, kept = list(ASKED.changes[0]).index, ASKED.kept["USA"]
    both = {"tariff": "peak", "entity_list": "affiliates_rule"}
    near = [{"tariff": "peak"}, {**both, "tariff": "january"}, {"entity_list": both["entity_list"]}, {}]
    # Without one of them, or with another level of it; without both, two things differ.
    assert ASKED.as_close(0, at(both), map(at, near)) == (
        ("entity_list", kept["entity_list"]), ("tariff", kept["tariff"]), ("tariff", "january"),
    )  # fmt: skip


def test_a_departure_is_told_with_what_is_harsher_first_and_named_by_the_leg():
    actions = list(ASKED.changes[0])
    both = actions.index({"tariff": "january", "entity_list": "affiliates_rule"})
    assert ASKED.departure(0, both) == (("entity_list", "affiliates_rule"), ("tariff", "january"))
    assert ASKED.named(0, both, "control") == ("USA entity_list",)
    assert ASKED.named(0, both, "tariff") == ("USA entity_list",)  # nothing in it is harsher
    up = actions.index({"tariff": "peak", "entity_list": "affiliates_rule"})
    assert ASKED.departure(0, up) == (("tariff", "peak"), ("entity_list", "affiliates_rule"))
    assert ASKED.named(0, up, "tariff") == ("USA tariff",)
    assert ASKED.named(0, up, "other") == ("USA tariff", "USA entity_list")
    calm = actions.index({"tariff": "january"})
    assert ASKED.departure(0, calm) == (("tariff", "january"),)
    assert ASKED.named(0, calm, "tariff") == ()
    curb = list(ASKED.changes[1]).index({"rare_earth_curb": "october_package"})
    assert ASKED.departure(1, curb) == (("rare_earth_curb", "october_package"),)
    assert ASKED.named(1, curb, "control") == ("CHN rare_earth_curb",)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ({"tariff", "entity_list"}, {"rare_earth_curb"})),
        ({"leg": "control"}, ({"entity_list"}, {"rare_earth_curb"})),
        ({"leg": "tariff"}, ({"tariff"}, set())),
        ({"leg": "other"}, (set(), set())),
        ({"covered": True}, ({"tariff"}, {"rare_earth_curb"})),
        ({"covered": False}, ({"entity_list"}, set())),
        ({"leg": "control", "covered": True}, (set(), {"rare_earth_curb"})),
        ({"leg": "control", "covered": False}, ({"entity_list"}, set())),
    ],
)
def test_ceilings_are_the_kept_and_the_harsher_levels_the_mildest_first(options, expected):
    levels = {
        "tariff": ("geneva", "peak"),
        "entity_list": ("listed_only", "affiliates_rule"),
        "rare_earth_curb": ("general_licences", "april_licensing", "october_package"),
    }
    found = ASKED.ceilings(**options)
    assert list(found) == list(SIDES)
    for side, names in zip(SIDES, expected, strict=True):
        assert found[side] == {name: levels[name] for name in names}


def test_the_whole_game_and_its_stage_are_of_the_first_setting_and_by_the_names_of_actions():
    asked = asked_about(PAID, delta=(0.9, 0.8))
    assert len(asked) == 2
    assert asked.players == SIDES
    assert asked.whole.shape == (2, 6, 4, 2)
    stage = asked.stage(asked.menus)
    for d in (0, 1):
        every = all_payoffs(asked, PAID, d)
        for place, paid in zip(product(range(6), range(4)), every.values(), strict=True):
            assert tuple(asked.whole[d][place]) == paid
            assert (d == 0) == (tuple(stage.payoffs[place]) == paid)
    assert stage.players == SIDES
    assert stage.actions[0][1] == "tariff=geneva entity_list=affiliates_rule"
    assert stage.actions[1] == tuple(f"rare_earth_curb={x}" for x in MENUS["CHN"]["rare_earth_curb"])
    # Names are kept by menu: another menu of the same instruments has its own.
    fewer = {"USA": {"tariff": ("geneva", "peak")}, "CHN": MENUS["CHN"]}
    assert asked.stage(fewer).actions[0] == ("tariff=geneva", "tariff=peak")
    assert asked.stage({**fewer, "USA": {"tariff": ("geneva", "january")}}).actions[0][1] == "tariff=january"
    wider = {**fewer, "USA": {"tariff": ("geneva", "peak", "january")}}
    assert asked.stage(wider).actions[0] == ("tariff=geneva", "tariff=peak", "tariff=january")


@pytest.fixture(scope="module")
def small():
    return question(BUSAN, SCENARIO, WORLD, instruments=["chip_control", "rare_earth_curb"])


def test_levels_are_those_of_the_text_and_else_in_force_on_the_day_before():
    asked = question(BUSAN, SCENARIO, WORLD, "core")
    assert asked.terms == BUSAN.covered()
    in_force = postures_on(SCENARIO, BUSAN.signed.replace(day=BUSAN.signed.day - 1))
    for side in SIDES:
        for name, level in asked.kept[side].items():
            assert level == asked.terms.get((side, name), in_force[side][name])
    assert any(asked.kept[side] != in_force[side] for side in SIDES)


def test_menus_begin_with_the_kept_level_and_have_each_level_once(small):
    assert small.size == ""
    assert small.menus == {
        "USA": {
            "chip_control": (
                small.kept["USA"]["chip_control"],
                *(
                    x
                    for x in SCENARIO.instrument("USA", "chip_control").labels("USA")
                    if x != small.kept["USA"]["chip_control"]
                ),
            )
        },
        "CHN": {
            "rare_earth_curb": ("general_licences", "licences_flow", "april_licensing", "october_package")
        },
    }
    assert small.kept["USA"]["chip_control"] != "licensed"
    fewer = question(
        BUSAN, SCENARIO, WORLD, instruments=["rare_earth_curb", "purchases"],
        levels={("CHN", "rare_earth_curb"): ("licences_flow", "october_package")},
    )  # fmt: skip
    assert fewer.menus["CHN"]["rare_earth_curb"] == ("general_licences", "licences_flow", "october_package")
    assert fewer.menus["CHN"]["purchases"] == ("buys", "boycott")
    assert fewer.menus["USA"] == {}


@pytest.mark.parametrize("state", [State(stocks=2), State(stocks=0), State(authority=0)])
def test_payoffs_are_those_of_the_dispute_in_the_state_with_all_else_as_it_is_kept(state):
    names = ["tariff", "chip_control", "rare_earth_curb"]
    asked = question(BUSAN, SCENARIO, state, instruments=names)
    game = posture_game(SCENARIO, asked.menus, asked.kept, state)
    assert asked.state == state
    assert asked.whole[0] == pytest.approx(game.payoffs, abs=1e-12)
    lawful = [level.label for level in SCENARIO.levels("USA", "tariff", state)]
    assert set(asked.menus["USA"]["tariff"]) == {asked.kept["USA"]["tariff"], *lawful}
    assert asked.delta.tolist() == [SCENARIO.discount_factor]
    assert question(BUSAN, SCENARIO, state, "core").menus["USA"]["tariff"] == asked.menus["USA"]["tariff"]


def test_varied_settings_have_their_own_payoffs_patience_and_chance_of_talks():
    lags, values = np.array([7.0, 28.0]), np.array([0.0, 0.3])
    varied = {"reaction_lag_days": lags, "chip_control.security_value": values}
    delta, rounds = np.array([0.9, 0.95]), np.array([2.0, 6.0])
    names = ["chip_control", "rare_earth_curb"]
    asked = question(BUSAN, SCENARIO, WORLD, varied=varied, delta=delta, rounds=rounds, instruments=names)
    assert len(asked) == 2
    assert asked.delta.tolist() == [0.9, 0.95]
    assert asked.rounds.tolist() == [2.0, 6.0]
    assert asked.chance.tolist() == pytest.approx([1 - exp(-2.0 * 7 / 365), 1 - exp(-6.0 * 28 / 365)])
    for k in range(2):
        world = SCENARIO.with_parameters({n: float(v[k]) for n, v in varied.items()})
        alone = question(BUSAN, world, WORLD, instruments=names)
        assert asked.whole[k] == pytest.approx(alone.whole[0], abs=1e-12)
    assert asked.whole[0] != pytest.approx(asked.whole[1])
    # Where the length of a period does not vary it is the scenario's own.
    still = question(
        BUSAN, SCENARIO.with_parameters({"reaction_lag_days": 30.0}), WORLD, instruments=names,
        varied={"chip_control.security_value": values}, delta=delta, rounds=rounds,
    )  # fmt: skip
    assert still.chance.tolist() == pytest.approx([1 - exp(-2.0 * 30 / 365), 1 - exp(-6.0 * 30 / 365)])


def test_another_setting_of_the_same_question_is_the_question_asked_there(small):
    other = {"reaction_lag_days": 40.0, "chip_control.security_value": 0.9, "discount_factor_annual": 0.8}
    world = SCENARIO.with_parameters(other)
    found = small.at(world)
    fresh = question(BUSAN, world, WORLD, instruments=["chip_control", "rare_earth_curb"])
    assert found.scenario is world
    for one in ("delta", "rounds", "chance"):
        assert getattr(found, one).tolist() == getattr(fresh, one).tolist()
    assert found.whole.tolist() == fresh.whole.tolist()
    assert found.money.tolist() == fresh.money.tolist() == [[292.0, 187.0]]
    assert found.whole[0] != pytest.approx(small.whole[0])
    assert found.menus == small.menus
    assert (found.kept, found.state, found.terms, found.size) == (small.kept, WORLD, small.terms, "")


def profiles(asked):
    return prod(len(labels) for menu in asked.menus.values() for labels in menu.values())


def test_the_largest_size_that_is_affordable_is_asked_and_no_past_one():
    counts = {
        size: profiles(question(BUSAN, SCENARIO, WORLD, size, most=10**9))
        for size in ("small", "core", "history", "full")
    }
    assert counts["small"] < counts["core"] < counts["full"]
    for size in ("small", "core", "full"):
        assert question(BUSAN, SCENARIO, WORLD, most=counts[size]).size == size
        assert question(BUSAN, SCENARIO, WORLD, size, most=counts[size]).size == size
    assert question(BUSAN, SCENARIO, WORLD, most=counts["full"] - 1).size == "core"
    assert question(BUSAN, SCENARIO, WORLD, most=10**9).size == "full"
    assert question(BUSAN, SCENARIO, WORLD, "history", most=10**9).size == "history"
    with pytest.raises(SizeLimit, match=f"small: {counts['small']:,}.*full: {counts['full']:,}") as told:
        question(BUSAN, SCENARIO, WORLD, most=counts["small"] - 1)
    assert f"at most {counts['small'] - 1:,} are solved" in str(told.value)
    assert "history" not in str(told.value)
    with pytest.raises(SizeLimit, match=rf"\(core: {counts['core']:,}\)"):
        question(BUSAN, SCENARIO, WORLD, "core", most=counts["core"] - 1)
    with pytest.raises(InvalidGame, match="no size 'huge'; allowed: small, core, history, full"):
        question(BUSAN, SCENARIO, WORLD, "huge")


def test_three_countries_are_refused_by_name():
    three = ng.load_scenario("us-china-netherlands-2023")
    with pytest.raises(ng.NegotiationError, match="a theory of an agreement"):
        question(BUSAN, three, WORLD)
