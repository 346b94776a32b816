"""Dependence, stocks and leverage along the record."""

import numpy as np
import pytest

from negotiation.disputes import State, transition
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.truces.record.state_trajectory import (
    opening_state,
    recorded_use,
)
from negotiation.truces.studies.leverage import lasting_harm, leverage, quantities
from tests.us_china import SCENARIO
from tests.weapons import weapons_game

FOUND = leverage(SCENARIO, draws=8)


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


def test_a_lasting_curb_comes_a_period_after_the_gain_that_it_answers():
    use = recorded_use(SCENARIO)
    found = quantities([SCENARIO], use, use.days[:2], opening_state(SCENARIO)).found
    expected = SCENARIO.discount_factor * found["lasting"] - found["gain"]
    np.testing.assert_allclose(found["excess"], expected, rtol=1e-12)
    assert SCENARIO.discount_factor < 1
