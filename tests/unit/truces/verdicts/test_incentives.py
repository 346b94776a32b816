from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.checks.verify import verify
from negotiation.games import RepeatedGame, StageGame
from negotiation.numeric import KNIFE_EDGE, payoff_tolerances
from negotiation.strategies import grim_trigger
from negotiation.truces.agreements import truce
from negotiation.truces.claims.enforcement import free_gains, leg_margins
from negotiation.truces.compiling.coverage_game import agreement_game, agreement_profiles, punishments
from negotiation.truces.compiling.terms import postures_before, written_terms
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.verdicts.coverage_check import check_agreement
from negotiation.truces.verdicts.departures import JOINT, Departures, LegIncentives, without_knife_edge
from negotiation.truces.verdicts.grim_trigger import deviation_gains, grim_margin, stakes, threshold
from negotiation.truces.verdicts.incentives import Incentives, incentives_by_draw, incentives_of
from negotiation.world import State, load_scenario
from negotiation.world.observation import LEGS
from negotiation.world.parameter_draws import central_draw, sobol_draws
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
    stands = SCENARIO.instruments["chip_control"].position("USA", in_force["USA"]["chip_control"])
    assert not chips.covered
    assert chips.stake == 0.0
    assert -chips.margin == pytest.approx(effects.max() - effects[stands], abs=1e-12)
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
        for player, margin in margins.items():
            single = [
                r.margin
                for r in found.rows
                if r.covered and r.player == player and r.instrument != JOINT
                if scenario.instruments[r.instrument].leg == leg
            ]
            assert margin[0] <= min(single, default=np.inf)


def test_a_level_without_a_law_tempts_nobody():
    lost = without_authority()
    assert leg_margins(central_draw(lost), "2025-10-busan", "tariff")["USA"][0] == np.inf
    assert not any(key == "USA tariff" for key in free_gains(central_draw(lost), "2025-06-london", "tariff"))


def test_a_leg_alone_counts_departures_in_several_of_its_instruments_and_no_others():
    found = incentives_of(SCENARIO, BUSAN, BEFORE_BUSAN, STATE)
    legs = {name: SCENARIO.instruments[name].leg for _, name in BUSAN}
    for player, leg in found.within:
        i = found.stage.player_index(player)
        kept = posture_from_label(found.stage.actions[i][0])
        margins = []
        for action in found.stage.actions[i][1:]:
            changed = [n for n, level in posture_from_label(action).items() if level != kept[n]]
            if {legs[n] for n in changed} == {leg}:
                deviant = list(found.kept)
                deviant[i] = action
                gain = found.stage.payoff(tuple(deviant))[i] - found.stage.payoff(found.kept)[i]
                stake = found.stage.payoff(found.kept)[i] - found.stage.payoff(found.off)[i]
                delta = SCENARIO.discount_factor
                margins.append(-(1 - delta) * gain + delta * stake)
        assert found.within[player, leg].margin[0] == pytest.approx(min(margins, default=np.inf), abs=1e-12)
        assert found.margin(leg)[0] <= found.alone(leg).margin[0] <= found.within[player, leg].margin[0]


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


def one_set(margins, where):
    """A set of one departure a game, with these margins."""
    numbers = np.array(margins)
    first, moves = np.zeros(len(numbers), dtype=np.intp), ((("tariff", where),),)
    return Departures(
        "USA", True, {"tariff": "C"}, moves, first, numbers, numbers, numbers, numbers, where=where
    )


def test_a_leg_that_is_kept_fails_where_a_departure_gains_in_the_other_states():
    kept, over = one_set([2.0, -1.0, 2.0], "kept"), one_set([-1.0, -3.0, 1.0], "over")
    found = LegIncentives("tariff", 3, (over, kept), 0.96)
    assert found.holds.tolist() == [False, False, True]
    assert found.margin.tolist() == [-1.0, -1.0, 2.0]
    assert [found.closest(game).deviation for game in range(3)] == ["over", "kept", "kept"]
    assert [len(found.breaks(game)) for game in range(3)] == [1, 2, 0]


def test_a_leg_in_which_nothing_can_be_made_harsher_holds_by_an_infinite_margin():
    empty = LegIncentives("tariff", 2, (), 0.96)
    assert (empty.margin == np.inf).all()
    assert empty.holds.all()
    assert empty.closest() is None


def test_incentives_by_draw_are_those_of_the_state_that_is_asked_for():
    own = {"security_weight": np.array([SCENARIO.parameters["security_weight"]])}
    found = {}
    for state in (STATE, State(stocks=0), State(curb_dependence=0, control_dependence=0)):
        many = incentives_by_draw(
            SCENARIO, own, np.array([SCENARIO.discount_factor]), BUSAN, BEFORE_BUSAN, state
        )
        one = incentives_of(SCENARIO, BUSAN, BEFORE_BUSAN, state)
        found[state] = [float(many.margin(leg)[0]) for leg in LEGS]
        assert found[state] == pytest.approx([float(one.margin(leg)[0]) for leg in LEGS], abs=1e-12)
    assert len({tuple(row) for row in found.values()}) > 1  # else it would not matter which
