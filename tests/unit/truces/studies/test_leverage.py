"""Dependence, stocks and leverage along the record."""

from datetime import date

import numpy as np
import pytest

from negotiation.disputes import State, transition
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.truces.record.state_trajectory import (
    COMPONENTS,
    Use,
    opening_state,
    recorded_use,
    trajectory,
)
from negotiation.truces.studies.leverage import lasting_harm, leverage, quantities
from tests.us_china import SCENARIO
from tests.weapons import weapons_game

FOUND = leverage(SCENARIO, draws=8)


def test_use_follows_the_record():
    use = recorded_use(SCENARIO)
    on = {day for day, curb in zip(use.days, use.curb, strict=True) if curb}
    assert date(2025, 4, 4) in on
    assert date(2025, 4, 3) not in on
    assert date(2025, 8, 1) not in on
    assert date(2025, 10, 9) in on


@pytest.mark.parametrize("curb", [False, True])
@pytest.mark.parametrize("control", [False, True])
def test_a_day_moves_the_joint_state_as_the_rules_say(curb, control):
    days = (date(2025, 5, 1), date(2025, 5, 2), date(2025, 5, 3))
    use = Use(days, np.full(3, curb), np.full(3, control))
    path = trajectory(SCENARIO, use, State(stocks=1))
    daily = SCENARIO.with_parameters({"reaction_lag_days": 1.0}).motion
    joint = {State(stocks=1): 1.0}
    for _ in range(2):
        after: dict[State, float] = {}
        for state, p in joint.items():
            for following, chance in transition(state, curb, control, daily, COMPONENTS).items():
                after[following] = after.get(following, 0.0) + p * chance
        joint = after
    last = path.on(days[2])
    for state, p in joint.items():
        parts = [last[name][getattr(state, name)] for name in COMPONENTS]
        assert p == pytest.approx(np.prod(parts), abs=1e-14)


def test_full_stocks_leave_no_leverage_and_none_gone_all_of_it():
    full = leverage(SCENARIO, draws=1, opening=opening_state(SCENARIO))
    empty = leverage(SCENARIO, draws=1, opening=State(stocks=0))
    assert full.central["leverage"][0] == 0
    assert empty.central["leverage"][0] == empty.central["leverage, stocks gone"][0]


def test_the_threshold_is_the_solved_one():
    for k in (1, 4, -1):
        at = {
            name: float(FOUND.central[name][k]) for name in ("gain", "curb cost", "leverage", "control harm")
        }
        game = weapons_game((at["gain"], -at["curb cost"]), (at["leverage"], at["control harm"]))
        solved = critical_discount_factor(game, ("keep", "keep"))
        assert float(solved.value) == pytest.approx(float(FOUND.central["threshold"][k]), abs=1e-9)


def test_a_lasting_curb_is_worth_its_discounted_path():
    harm = np.array([0.1, 0.3, 0.5])
    found = lasting_harm(SCENARIO, harm)
    delta, state = SCENARIO.discount_factor, {State(stocks=2): 1.0}
    total, weight = 0.0, 1.0 - delta
    for _ in range(6000):
        total += weight * sum(p * harm[s.curb_dependence] for s, p in state.items() if s.stocks == 0)
        after: dict[State, float] = {}
        for s, p in state.items():
            moving = ("curb_dependence", "stocks")
            for following, chance in transition(s, True, False, SCENARIO.motion, moving).items():
                after[following] = after.get(following, 0.0) + p * chance
        state, weight = after, weight * delta
    assert total == pytest.approx(found[2, 2], rel=1e-8)


def test_no_draws_are_refused():
    with pytest.raises(InvalidGame, match="at least 1; got 0"):
        leverage(SCENARIO, draws=0)


def test_a_lasting_curb_comes_a_period_after_the_gain_that_it_answers():
    use = recorded_use(SCENARIO)
    found = quantities([SCENARIO], use, use.days[:2], opening_state(SCENARIO)).found
    expected = SCENARIO.discount_factor * found["lasting"] - found["gain"]
    np.testing.assert_allclose(found["excess"], expected, rtol=1e-12)
    assert SCENARIO.discount_factor < 1


@pytest.mark.parametrize(("year", "share"), [(2023, 0.74), (2025, 0.70)])
def test_leverage_starts_from_the_dependence_of_its_year(year, share):
    there = SCENARIO.with_parameters(SCENARIO.as_of(date(year, 7, 1)).parameters)
    found = leverage(there, draws=1)
    assert found.central["leverage, stocks gone"][0] == pytest.approx(0.5 * (share / 0.8) ** 2)
