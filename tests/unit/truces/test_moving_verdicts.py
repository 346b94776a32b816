"""Verdicts of theories in a world that moves after the day of signing."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.theories.common import in_states
from negotiation.truces.theories.common.in_states import moving_batch
from tests.us_china import SCENARIO

TRUCES = ("2025-05-geneva", "2025-10-busan")


@pytest.fixture(scope="module")
def found():
    return {name: ng.verdict(name, SCENARIO, moving=["stocks"]) for name in TRUCES}


@pytest.mark.long
@pytest.mark.parametrize("name", TRUCES)
def test_each_answer_is_certified_by_checks_of_its_own(name, found):
    assert (found[name].status, found[name].size, found[name].moving) == ("complete", "core", ("stocks",))
    for row in found[name]:
        assert row.certified
        assert row.holds == (row.margin >= 0)
        if not row.holds:
            assert not row.certificates[-1].holds
    assert max(map(len, str(found[name]).splitlines())) <= 80


@pytest.mark.long
@pytest.mark.parametrize("name", TRUCES)
def test_a_world_that_moves_for_ages_is_one_that_stands_still(name):
    slow = SCENARIO.with_parameters({"state.stock_days": 1e12, "state.fill_days": 1e12})
    for stocks in (0, 2):
        state = ng.State(stocks=stocks)
        moving = ng.verdict(name, slow, state=state, moving=["stocks"])
        # Keeping for ever leads to every step of the stocks in the end, so that one step is looked at.
        asked = ["each for itself", "shadow linkage", "repeated negotiation"]
        still = ng.verdict(name, slow, state=state, size=moving.size, theories=asked)
        for row in moving:
            same = still.find(row.leg, row.theory)
            assert row.margin <= same.margin + 1e-6 * max(1.0, abs(same.margin))


def test_the_game_is_that_of_the_scenario_in_every_state():
    text = ng.truce("2025-05-geneva", SCENARIO)
    asked = moving_batch(text, SCENARIO, ng.State(stocks=1), ["stocks", "belief"])
    game = SCENARIO.stochastic_game(
        asked.batch.size, state=ng.State(stocks=1), moving=["stocks", "belief"], fixed=asked.batch.kept
    )
    assert set(asked.game.states) == set(game.states)
    assert len(game.states) == 9
    for state in game.states:
        mine, theirs = asked.game.stage(state), game.stage(state)
        kept = asked.kept[state]
        assert set(mine.actions[0]) == set(theirs.actions[0])
        for profile in ((mine.actions[0][1], kept[1]), (mine.actions[0][2], mine.actions[1][3])):
            for i in (0, 1):
                gain = mine.payoff(profile)[i] - mine.payoff(kept)[i]
                assert gain == pytest.approx(theirs.payoff(profile)[i] - theirs.payoff(kept)[i], abs=1e-12)
            assert asked.game.next_states(state, profile) == pytest.approx(game.next_states(state, profile))


def test_nothing_is_learned_where_the_harm_is_sure():
    for end in ("low", "high"):
        sure = getattr(SCENARIO.quantities["rare_earth_curb.harm"], end)
        world = SCENARIO.with_parameters({"rare_earth_curb.harm": sure})
        stocks, learned = (
            ng.verdict("2025-10-busan", world, moving=moving, theories=["shadow linkage"], size="small")
            for moving in (["stocks"], ["stocks", "belief"])
        )
        for one, other in zip(stocks, learned, strict=True):
            assert one.holds == other.holds
            assert one.margin == pytest.approx(other.margin, abs=1e-5)


def test_the_size_is_such_that_all_states_together_are_affordable(monkeypatch):
    text = ng.truce("2025-05-geneva", SCENARIO)

    def profiles():
        asked = moving_batch(text, SCENARIO, ng.State(stocks=1), ["stocks", "belief"])
        assert len(asked.game.states) == 9
        return sum(int(np.prod(stage.n_actions)) for stage in asked.game.stages)

    most = profiles()
    assert most <= NUMERICS.largest_moving
    # One profile less is affordable, and the next smaller size is taken.
    monkeypatch.setattr(in_states, "NUMERICS", NUMERICS._replace(largest_moving=most - 1))
    assert profiles() < most
