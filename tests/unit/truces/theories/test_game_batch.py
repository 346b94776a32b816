"""The question that theories are asked: menus, ceilings, departures, settings, and the size of its game."""

from math import exp, prod

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.truces.theories.common.game_batch import game_batch
from tests.unit.truces.theories.made_up import BUSAN, asked_about, scattered
from tests.us_china import CENTRAL

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


@pytest.fixture(scope="module")
def small():
    return game_batch(BUSAN, CENTRAL, WORLD, instruments=["chip_control", "rare_earth_curb"])


@pytest.mark.parametrize("state", [State(stocks=2), State(stocks=0), State(authority=0)])
def test_payoffs_are_those_of_the_dispute_in_the_state_with_all_else_as_it_is_kept(state):
    names = ["tariff", "chip_control", "rare_earth_curb"]
    asked = game_batch(BUSAN, CENTRAL, state, instruments=names)
    game = posture_game(CENTRAL, asked.menus, asked.kept, state)
    assert asked.state == state
    assert asked.whole[0] == pytest.approx(game.payoffs, abs=1e-12)
    lawful = [level.label for level in CENTRAL.levels("USA", "tariff", state)]
    assert set(asked.menus["USA"]["tariff"]) == {asked.kept["USA"]["tariff"], *lawful}
    assert asked.delta.tolist() == [CENTRAL.discount_factor]
    assert game_batch(BUSAN, CENTRAL, state, "core").menus["USA"]["tariff"] == asked.menus["USA"]["tariff"]


def test_varied_settings_have_their_own_payoffs_patience_and_chance_of_talks():
    lags, values = np.array([7.0, 28.0]), np.array([0.0, 0.3])
    varied = {"reaction_lag_days": lags, "chip_control.security_value": values}
    delta, rounds = np.array([0.9, 0.95]), np.array([2.0, 6.0])
    names = ["chip_control", "rare_earth_curb"]
    asked = game_batch(BUSAN, CENTRAL, WORLD, varied=varied, delta=delta, rounds=rounds, instruments=names)
    assert len(asked) == 2
    assert asked.delta.tolist() == [0.9, 0.95]
    assert asked.rounds.tolist() == [2.0, 6.0]
    assert asked.chance.tolist() == pytest.approx([1 - exp(-2.0 * 7 / 365), 1 - exp(-6.0 * 28 / 365)])
    for k in range(2):
        world = CENTRAL.with_parameters({n: float(v[k]) for n, v in varied.items()})
        alone = game_batch(BUSAN, world, WORLD, instruments=names)
        assert asked.whole[k] == pytest.approx(alone.whole[0], abs=1e-12)
    assert asked.whole[0] != pytest.approx(asked.whole[1])
    # Where the length of a period does not vary it is the scenario's own.
    still = game_batch(
        BUSAN, CENTRAL.with_parameters({"reaction_lag_days": 30.0}), WORLD, instruments=names,
        varied={"chip_control.security_value": values}, delta=delta, rounds=rounds,
    )  # fmt: skip
    assert still.chance.tolist() == pytest.approx([1 - exp(-2.0 * 30 / 365), 1 - exp(-6.0 * 30 / 365)])


def test_another_setting_of_the_same_question_is_the_question_asked_there(small):
    other = {"reaction_lag_days": 40.0, "chip_control.security_value": 0.9, "discount_factor_annual": 0.8}
    world = CENTRAL.with_parameters(other)
    found = small.at(world)
    fresh = game_batch(BUSAN, world, WORLD, instruments=["chip_control", "rare_earth_curb"])
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
        size: profiles(game_batch(BUSAN, CENTRAL, WORLD, size, most=10**9))
        for size in ("small", "core", "history", "full")
    }
    assert counts["small"] < counts["core"] < counts["full"]
    for size in ("small", "core", "full"):
        assert game_batch(BUSAN, CENTRAL, WORLD, most=counts[size]).size == size
        assert game_batch(BUSAN, CENTRAL, WORLD, size, most=counts[size]).size == size
    assert game_batch(BUSAN, CENTRAL, WORLD, most=counts["full"] - 1).size == "core"
    assert game_batch(BUSAN, CENTRAL, WORLD, most=10**9).size == "full"
    assert game_batch(BUSAN, CENTRAL, WORLD, "history", most=10**9).size == "history"
    with pytest.raises(SizeLimit, match=f"small: {counts['small']:,}.*full: {counts['full']:,}") as told:
        game_batch(BUSAN, CENTRAL, WORLD, most=counts["small"] - 1)
    assert f"at most {counts['small'] - 1:,} can be solved" in str(told.value)
    assert "history" not in str(told.value)
    with pytest.raises(SizeLimit, match=rf"\(core: {counts['core']:,}\)"):
        game_batch(BUSAN, CENTRAL, WORLD, "core", most=counts["core"] - 1)
    with pytest.raises(InvalidGame, match="no size 'huge'; allowed: 'small', 'core', 'history', 'full'"):
        game_batch(BUSAN, CENTRAL, WORLD, "huge")
