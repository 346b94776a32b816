from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from negotiation.base.numeric import KNIFE_EDGE, payoff_tolerances
from negotiation.disputes import load_scenario
from negotiation.disputes.observation import LEGS
from negotiation.disputes.parameter_draws import central_draw, sobol_draws
from negotiation.game_theory.games import StageGame
from negotiation.truces.claims.enforcement import free_gains, leg_margins
from negotiation.truces.compiling.coverage_game import punishments
from negotiation.truces.compiling.terms import postures_before, written_terms
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.verdicts.agreements import truce
from negotiation.truces.verdicts.departures import JOINT, Departures, without_knife_edge
from negotiation.truces.verdicts.grim_trigger import deviation_gains, grim_margin, stakes
from negotiation.truces.verdicts.incentives import Incentives, incentives_by_draw, incentives_of

SCENARIO = load_scenario("us-china-2025")
STATE = SCENARIO.default_state
BEFORE_BUSAN = postures_on(SCENARIO, date(2025, 10, 29))
BUSAN = dict(truce("2025-10-busan").covered())


DILEMMA = np.array([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], dtype=float)


def holds_by_itself(payoffs, delta):
    """Whether grim trigger holds a game of one instrument a side, by the predicate of all verdicts."""
    rows = {}
    for i, name in enumerate(("A", "B")):
        gain, stake = deviation_gains(payoffs, i)[:, 1], stakes(payoffs)[:, i]
        tolerance = payoff_tolerances(payoffs, KNIFE_EDGE)[:, i]
        margin = without_knife_edge(grim_margin(gain, stake, np.array([delta])), tolerance)
        first = np.zeros(1, dtype=np.intp)
        moves = ((("tariff", "D"),),)
        rows[name, "tariff"] = (
            Departures(name, True, {"tariff": "C"}, moves, first, gain, stake, margin, tolerance),
        )
    stage = StageGame(payoffs[0], ("A", "B"), [["tariff=C", "tariff=D"]] * 2)
    found = Incentives(SCENARIO, {}, stage, punishments(payoffs), (), rows, {})
    assert found.holds("tariff")[0] == (found.margin("tariff")[0] >= 0.0)
    return bool(found.holds("tariff")[0])


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e-13, 1e9])
@pytest.mark.parametrize("delta", [0.1, 0.2])
def test_the_unit_of_payoffs_decides_nothing(scale, delta):
    # g / (g + S) = 1 / 7: kept at 0.2 and not at 0.1, in whatever unit.
    assert holds_by_itself(DILEMMA * scale, delta) == (delta > 1 / 7)
    # Nor does the unit of one side decide anything for the other.
    assert holds_by_itself(DILEMMA * [1.0, scale], delta) == (delta > 1 / 7)
    only_b_is_tempted = np.array([[[(9, 9), (1, 10)], [(8, 1), (0, 3)]]], dtype=float)
    assert not holds_by_itself(only_b_is_tempted * [1.0, scale], delta)


def without_authority():
    state = SCENARIO.definition.state
    lost = state.model_copy(update={"authority": state.authority.model_copy(update={"start": 0})})
    return replace(SCENARIO, definition=SCENARIO.definition.model_copy(update={"state": lost}))


@pytest.mark.parametrize("name", ["2025-05-geneva", "2025-06-london", "2025-10-busan"])
@pytest.mark.parametrize("scenario", [SCENARIO, without_authority()], ids=["law in force", "law lost"])
def test_claims_and_verdicts_count_the_same_lawful_levels(name, scenario):
    agreement, draws = truce(name), central_draw(scenario)
    before = postures_before(agreement, scenario)
    found = incentives_of(scenario, written_terms(agreement), before, scenario.default_state)
    for leg in LEGS:
        free = {f"{r.player} {r.instrument}": r for r in found.rows if not r.covered}
        gains = free_gains(draws, name, leg)
        assert set(gains) == {
            key for key, row in free.items() if scenario.instruments[row.instrument].leg == leg
        }
        for key, gain in gains.items():
            assert gain[0] == free[key].temptation
        margins = leg_margins(draws, name, leg)
        for key, margin in margins.items():
            player, _ = key.split()
            single = [
                r.margin
                for r in found.rows
                if r.covered and r.player == player and r.instrument != JOINT
                if scenario.instruments[r.instrument].leg == leg
            ]
            assert margin[0] <= min(single, default=np.inf)


def test_a_level_without_a_law_tempts_nobody():
    lost = without_authority()
    assert leg_margins(central_draw(lost), "2025-10-busan", "tariff")["USA tariff"][0] == np.inf
    assert not any(key == "USA tariff" for key in free_gains(central_draw(lost), "2025-06-london", "tariff"))


def test_a_departure_in_two_legs_breaks_both_though_one_alone_tempts():
    # Of impatient sides some gain nothing by a harsher tariff alone, and something by it with what tempts
    # elsewhere.
    drawn, patience = sobol_draws(SCENARIO, 128, rng=1), np.linspace(0.01, 0.6, 128)
    found = incentives_by_draw(SCENARIO, drawn.values, patience, BUSAN, BEFORE_BUSAN, STATE)
    apart = np.flatnonzero(~found.holds("tariff") & found.alone("tariff").holds)
    assert len(apart)
    for k in apart.tolist():
        legs = {SCENARIO.instruments[name].leg for name, _ in found.leg("tariff").closest(k).changes}
        assert "tariff" in legs
        assert len(legs) > 1
        assert not all(found.holds(leg)[k] for leg in legs)
