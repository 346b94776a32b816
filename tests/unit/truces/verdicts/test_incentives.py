from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.checks.verify import verify
from negotiation.games import RepeatedGame
from negotiation.strategies import grim_trigger
from negotiation.truces.agreements import truce
from negotiation.truces.compiling.coverage_game import agreement_game, agreement_profiles
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.verdicts.coverage_check import check_agreement
from negotiation.truces.verdicts.incentives import JOINT, incentives_of, threshold
from negotiation.world import load_scenario
from negotiation.world.posture import posture_from_label

SCENARIO = load_scenario("us-china-2025")
STATE = SCENARIO.default_state
BEFORE_BUSAN = postures_on(SCENARIO, date(2025, 10, 29))
BUSAN = dict(truce("2025-10-busan").covered())


def test_agreement_game_offers_the_ceiling_first_and_nothing_calmer():
    stage = agreement_game(SCENARIO, BUSAN, BEFORE_BUSAN, STATE)
    for i, country in enumerate(stage.players):
        first = posture_from_label(stage.actions[i][0])
        assert first == {name: BUSAN[country, name] for name in first}
        for label in stage.actions[i]:
            for name, level in posture_from_label(label).items():
                labels = SCENARIO.instruments[name].labels(country)
                assert labels.index(level) >= labels.index(first[name])


def test_punishment_is_an_equilibrium_of_the_agreement_game():
    stage = agreement_game(SCENARIO, BUSAN, BEFORE_BUSAN, STATE)
    _, off = agreement_profiles(stage)
    assert verify(stage, stage.labels(off)).holds


def test_margins_are_those_of_the_verified_automaton():
    check = check_agreement(SCENARIO, "as written", BUSAN, BEFORE_BUSAN, STATE)
    covered = [row.margin for row in check.incentives.rows if row.covered]
    game = RepeatedGame(check.incentives.stage, SCENARIO.discount_factor)
    # The verdict also covers the punishment state, so it can only be tighter.
    assert check.verdict.holds
    assert verify(game, check.automaton).margin <= min(covered) + 1e-12


def test_threshold_of_the_agreement_is_the_largest_of_its_rows():
    check = check_agreement(SCENARIO, "as written", BUSAN, BEFORE_BUSAN, STATE)
    rows = [row.threshold for row in check.incentives.rows if row.covered]
    assert float(check.critical.value) == pytest.approx(max(rows), abs=1e-12)
    assert check.critical.binding.player == "USA"
    below = RepeatedGame(check.incentives.stage, float(check.critical.value) - 1e-6)
    above = RepeatedGame(check.incentives.stage, float(check.critical.value) + 1e-6)
    assert not verify(below, check.automaton).holds
    assert verify(above, check.automaton).holds


def test_uncovered_instrument_is_answered_by_nothing():
    geneva = dict(truce("2025-05-geneva").covered())
    in_force = postures_on(SCENARIO, date(2025, 5, 11))
    rows = {(r.player, r.instrument): r for r in incentives_of(SCENARIO, geneva, in_force, STATE).rows}
    chips = rows["USA", "chip_control"]
    effects = SCENARIO.effects("USA", "chip_control", STATE).holder
    assert not chips.covered
    assert chips.stake == 0.0
    assert -chips.margin == pytest.approx(effects.max() - effects[1], abs=1e-12)
    assert chips.threshold is None
    assert rows["USA", "tariff"].covered


def test_joint_departure_is_no_better_than_the_sum_of_the_single_ones():
    rows = incentives_of(SCENARIO, BUSAN, BEFORE_BUSAN, STATE).rows
    for player in SCENARIO.countries:
        singles = [r.temptation for r in rows if r.player == player and r.covered and r.instrument != JOINT]
        joint = next(r for r in rows if r.player == player and r.instrument == JOINT)
        gaining = sorted((g for g in singles if g > 0), reverse=True)
        assert joint.temptation <= sum(gaining) + 1e-12
        assert len(gaining) < 2 or joint.temptation == pytest.approx(sum(gaining), abs=1e-12)


@given(
    gain=st.fractions(min_value=Fraction(1, 100), max_value=10),
    stake=st.fractions(min_value=Fraction(1, 100), max_value=10),
)
def test_threshold_makes_the_departure_exactly_worthless(gain, stake):
    delta = threshold(float(gain), float(stake), 0.0)
    assert 0 < delta < 1
    assert -(1 - delta) * float(gain) + delta * float(stake) == pytest.approx(0.0, abs=1e-9)


def test_no_patience_is_enough_without_a_stake():
    assert threshold(0.5, 0.0, 1e-12) is None
    assert threshold(0.5, -1.0, 1e-12) is None
    assert threshold(-0.5, -1.0, 1e-12) is None


def test_without_emergency_powers_the_truce_rate_is_the_ceiling_no_more():
    from negotiation.world import State

    stage = agreement_game(SCENARIO, BUSAN, BEFORE_BUSAN, State(authority=0))
    rates = {posture_from_label(label)["tariff"] for label in stage.actions[0]}
    assert rates == {"january"}


def test_grim_trigger_fails_where_the_punishment_is_not_an_equilibrium():
    stage = agreement_game(SCENARIO, BUSAN, BEFORE_BUSAN, STATE)
    kept, _ = agreement_profiles(stage)
    worst = tuple(int(a) for a in np.unravel_index(int(stage.payoffs[..., 0].argmin()), stage.n_actions))
    grim = grim_trigger(stage, stage.labels(kept), stage.labels(worst))
    verdict = verify(RepeatedGame(stage, 0.99), grim)
    assert not verdict.holds
    assert verdict.deviation.state == "punish"
