"""The domain's games as relations: taken apart, put together, with a precedent and with a clock, by hand."""

from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.truces.studies.relations import (
    Part,
    assembled,
    parts_of,
    relation,
    with_clock,
    with_label,
    with_precedent,
    without_controls,
)
from tests.us_china import SCENARIO

FULL = replace(SCENARIO.default_state, stocks=2)
ONE, TWO, NAMES = "d2 c2 I2 n0 L1", "d1 c2 I0 n0 L1", ("USA", "CHN")


def stage(numbers, rows, columns):
    payoffs = np.array(numbers, dtype=float).reshape(len(rows), len(columns), 2)
    return StageGame(payoffs, players=NAMES, actions=(rows, columns))


WIDE = stage(range(12), ("a", "b"), ("x", "y", "z"))
ROWS = tuple({ONE: k / 8, TWO: 1 - k / 8} if k else {TWO: 1.0} for k in range(6))
TALL = stage(range(20, 32), ("a", "b", "c"), ("x", "y"))
BACK = ({ONE: 1.0},) * 5 + ({TWO: 1.0},)
PARTS = {ONE: Part(WIDE, ROWS), TWO: Part(TALL, BACK)}


def test_a_game_is_its_states_each_with_what_follows_each_profile():
    game = assembled(PARTS, 0.875)
    assert game.states == (ONE, TWO)
    assert [float(one) for one in game.discount_factors] == [0.875] * 2
    for k, profile in enumerate((i, j) for i in "ab" for j in "xyz"):
        assert game.next_states(ONE, profile) == pytest.approx(ROWS[k])
    assert game.next_states(TWO, ("c", "y")) == {TWO: 1.0}
    assert game.next_states(TWO, ("c", "x")) == {ONE: 1.0}
    np.testing.assert_array_equal(game.stage(TWO).payoffs, TALL.payoffs)
    again = parts_of(game)
    assert list(again) == [ONE, TWO]
    assert [part.rows for part in again.values()] == [ROWS, BACK]
    turned = assembled(dict(reversed(PARTS.items())), 0.5)
    assert turned.states == (TWO, ONE)
    assert turned.next_states(ONE, ("b", "z")) == pytest.approx(ROWS[5])


def test_a_precedent_comes_where_both_put_controls_on_the_table_and_stays():
    outside, whole = assembled(PARTS, 0.875), assembled(dict(reversed(PARTS.items())), 0.875)
    game = with_precedent(whole, outside)
    later = with_label(ONE), with_label(TWO)
    assert game.states == (ONE, TWO, later[1], later[0])
    assert later[0] == f"{ONE} p1"
    assert [float(one) for one in game.discount_factors] == [0.875] * 2
    words = "leaves off the table", "puts on the table"
    for label, (_, rows) in PARTS.items():
        before, mine = PARTS[label].stage, game.stage(label)
        count = before.n_actions[1]
        assert mine.actions[0] == tuple(f"{one} {word}" for one in before.actions[0] for word in words)
        for i, a in enumerate(before.actions[0]):
            for j, b in enumerate(before.actions[1]):
                for first in words:
                    for second in words:
                        profile = f"{a} {first}", f"{b} {second}"
                        both = first == second == words[1]
                        told = {with_label(s) if both else s: p for s, p in rows[i * count + j].items()}
                        assert game.next_states(label, profile) == pytest.approx(told)
                        paid = mine.payoffs[mine.profile_index(profile)]
                        assert paid.tolist() == before.payoffs[i, j].tolist()
        then = game.stage(with_label(label))
        np.testing.assert_array_equal(then.payoffs, before.payoffs)
        assert game.next_states(with_label(label), ("a", "x")) == {
            with_label(s): p for s, p in rows[0].items()
        }


@pytest.fixture(scope="module")
def whole():
    return relation(SCENARIO, FULL, size="small")


@pytest.mark.parametrize("size", [None, "small"])
def test_a_relation_has_tariffs_controls_and_the_curb_where_it_begins_and_moves(size):
    begun = replace(FULL, stocks=1, curb_dependence=1)
    game = relation(SCENARIO, begun, size=size)
    found = {name for own in game.stages[0].actions for label in own for name in posture_from_label(label)}
    assert found == {"tariff", "chip_control", "rare_earth_curb", *([] if size else ["entity_list"])}
    assert float(game.discount_factors[0]) == SCENARIO.discount_factor
    assert game.states[0] == begun.label
    billions = [SCENARIO.parameters["USA.gdp"] / 100, SCENARIO.parameters["CHN.gdp"] / 100]
    label, profile = game.states[-1], tuple(own[-1] for own in game.stages[0].actions)
    levels = {
        (country, name): (level,)
        for country, own in zip(NAMES, profile, strict=True)
        for name, level in posture_from_label(own).items()
    }  # fmt: skip
    there = SCENARIO.stage_game(
        instruments=sorted({name for _, name in levels}), levels=levels, fixed=SCENARIO.calm(),
        state=ng.State.from_label(label),
    )  # fmt: skip
    paid = game.stage(label).payoffs[-1, -1]
    np.testing.assert_allclose(paid, there.payoffs[0, 0] * billions)
    assert {label[:2] for label in game.states} == {"d0", "d1"}  # dependence only falls
    assert {label[6:8] for label in game.states} == {"I0", "I1", "I2"}


def test_what_is_asked_to_move_moves():
    game = relation(SCENARIO, FULL, moving=("authority",), size="small")
    assert set(game.states) == {FULL.label, replace(FULL, authority=0).label}


def test_outside_the_bargain_the_rest_is_as_it_was(whole):
    outside = without_controls(SCENARIO, whole, FULL)
    assert outside.states == whole.states
    assert [float(one) for one in outside.discount_factors] == [SCENARIO.discount_factor] * 2
    for label in whole.states:
        mine, before = outside.stage(label), whole.stage(label)
        assert mine.n_actions == (2, 4)
        assert mine.actions[1] == before.actions[1]
        for a in mine.actions[0]:
            for b in mine.actions[1]:
                there = before.profile_index((a, b))
                here = mine.profile_index((a, b))
                assert mine.payoffs[here].tolist() == before.payoffs[there].tolist()
                assert outside.next_states(label, (a, b)) == whole.next_states(label, (a, b))


def test_outside_the_bargain_every_control_stands_where_it_pays_its_holder():
    game = relation(SCENARIO, FULL)
    outside = without_controls(SCENARIO, game, FULL)
    kept = [posture_from_label(label) for label in outside.stages[0].actions[0]]
    assert len({(one["chip_control"], one["entity_list"]) for one in kept}) == 1
    # Of all levels, for whatever tariff and whatever the other side does.
    names = [posture_from_label(label) for label in game.stages[0].actions[0]]
    for tariff in {one["tariff"] for one in names}:
        rows = [k for k, one in enumerate(names) if one["tariff"] == tariff]
        for column in (0, -1):
            best = max(rows, key=lambda k: game.stages[0].payoffs[k, column, 0])
            assert names[best] == {
                "tariff": tariff,
                **{n: kept[0][n] for n in ("chip_control", "entity_list")},
            }


@pytest.fixture(scope="module")
def over(whole):
    return ng.negotiation_equilibrium(whole, negotiation_probability=0.25)


def test_a_clock_runs_down_its_term_and_then_all_is_bargained_anew(whole, over):
    begun = replace(FULL, clock=1)
    game = with_clock(SCENARIO, begun, 120.0, over, "small")
    running = replace(FULL, clock=3)
    assert game.states[0] == running.label
    assert set(over.game.states) <= set(game.states)
    assert {label[9:11] for label in game.states if label not in over.game.states} == {"n1", "n2", "n3"}
    # A term has three thirds; one of them ends a period with the chance of a lag in forty days.
    after = game.next_states(running.label, tuple(own[0] for own in game.stage(running.label).actions))
    lag = SCENARIO.parameters["reaction_lag_days"]
    gone = sum(p for label, p in after.items() if label[9:11] == "n2")
    assert gone == pytest.approx(min(1.0, 3 * lag / 120.0))
    longer = with_clock(SCENARIO, begun, 1200.0, over, "small").next_states(
        running.label, tuple(own[0] for own in game.stage(running.label).actions)
    )
    assert sum(p for label, p in longer.items() if label[9:11] == "n2") == pytest.approx(3 * lag / 1200.0)
    np.testing.assert_allclose(  # while it runs, what is played pays what it pays without one
        game.stage(running.label).payoffs, whole.stage(FULL.label).payoffs, atol=1e-9
    )
    for k, label in enumerate(over.game.states):
        mine = game.stage(label)
        least = [0.25 * r + 0.75 * v for r, v in zip(over.negotiated[label], over.worst[k], strict=True)]
        assert mine.payoffs[0, 0].sum() == pytest.approx(over.joint[k])
        np.testing.assert_allclose(mine.payoffs[0, 0] - least, (over.joint[k] - sum(least)) / 2)
        for i, j in ((0, 1), (1, 0), (1, 1)):
            np.testing.assert_allclose(mine.payoffs[i, j], least)
        assert all(
            game.next_states(label, (a, b)) == {label: 1.0} for a in mine.actions[0] for b in mine.actions[1]
        )
    assert [float(one) for one in game.discount_factors] == [SCENARIO.discount_factor] * 2


def test_a_dispute_without_a_clock_is_told_how_to_get_one():
    other = ng.load_scenario("japan-korea-2019")
    with pytest.raises(InvalidGame, match=r"'japan-korea-2019' has no clock: give \[state\.clock\]"):
        with_clock(other, other.default_state, 365.0, None)
