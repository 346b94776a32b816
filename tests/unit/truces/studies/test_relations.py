"""The domain's games as relations: taken apart, put together, with a precedent and with a clock, by hand."""

from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games import StageGame
from negotiation.truces.studies.negotiated_anew import (
    GameState,
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
PARTS = {ONE: GameState(WIDE, ROWS), TWO: GameState(TALL, BACK)}


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
