"""Invariants that no other suite states, drawn from the public strategies."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from negotiation.base.numeric import payoff_scale, payoff_tolerances
from negotiation.disputes import Move, State, legality
from negotiation.disputes.periods import period_discount_factor
from negotiation.disputes.state import period_probability
from negotiation.errors import InvalidProbabilities
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import (
    FactoredTransitions,
    PublicSignal,
    RepeatedGame,
    SparseTransitions,
    StageGame,
    StochasticGame,
)
from negotiation.game_theory.solvers.nash.solution import nash_solution
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.stage.dominance import dominated_actions
from negotiation.game_theory.solvers.stage.logit_equilibrium import logit_equilibrium
from negotiation.game_theory.solvers.stage.minmax import minmax
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import Automaton, MarkovStrategy, grim_trigger, penance
from negotiation.testing import strategies as ngst
from tests.us_china import SCENARIO

FEW = settings(max_examples=15)


# --- static -------------------------------------------------------------------------------------------------


def test_a_duplicated_action_does_not_split_its_probability_in_logit():
    single = StageGame.from_matrices([[1, 1], [0, 0]], [[0, 0], [0, 0]])
    double = StageGame.from_matrices([[1, 1], [0, 0], [0, 0]], [[0, 0]] * 3)
    before = logit_equilibrium(single, precision=1.0).strategies[0]
    after = logit_equilibrium(double, precision=1.0).strategies[0]
    assert after[1] + after[2] > before[1] + 0.05
    assert after[0] < before[0]


def test_removing_a_dominated_action_changes_logit_and_can_change_what_is_subgame_perfect():
    prisoners = StageGame.from_matrices([[3, 0], [4, 1]], [[3, 4], [0, 1]])
    assert logit_equilibrium(prisoners, precision=1.0).strategies[0][0] > 0.1
    # A dominated action, to scorch, is the punishment that holds up cooperation.
    scorch = [[3, 0, -5], [4, 1, -5], [-5, -5, -6]]
    whole = StageGame.from_matrices(scorch, np.array(scorch).T)
    plain = StageGame.from_matrices([[3, 0], [4, 1]], np.array([[3, 0], [4, 1]]).T)
    delta = Fraction(1, 4)
    with_it, without = (equilibrium_payoffs(RepeatedGame(g, delta)) for g in (whole, plain))
    assert with_it.contains([3.0, 3.0]) is True
    assert without.contains([3.0, 3.0]) is False


@given(ngst.stage_games(actions=(1, 3)))
def test_minmax_is_what_the_other_can_hold_a_player_to(game):
    A, B = game.payoffs[..., 0], game.payoffs[..., 1]
    pure, mixed = minmax(game), minmax(game, mixed=True)
    assert pure.values == pytest.approx([A.max(axis=0).min(), B.max(axis=1).min()])
    assert (mixed.values <= pure.values + 1e-9).all()
    for i, own in enumerate((A, B.T)):
        held = (own @ mixed.punishments[i]).max()
        assert held == pytest.approx(mixed.values[i], abs=1e-9)
        # The player has a mixture that gives as much whatever the other does: the value is the least.
        turned = StageGame.from_matrices(-own.T, np.zeros_like(own.T))
        assert -minmax(turned, mixed=True).values[0] == pytest.approx(mixed.values[i], abs=1e-9)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.sampled_from([0, 10**6, -(10**9)]))
def test_tolerances_scale_with_the_range_and_never_with_the_distance_from_zero(numbers, shift):
    far = [x + shift for x in numbers]
    assert payoff_scale(far) == payoff_scale(numbers) == (max(numbers) - min(numbers) or 1)
    # Of two players one is shifted; the other's tolerance stays as it is.
    (moved, kept), (plain, _) = (
        payoff_tolerances(np.array([[own, numbers]], dtype=float).transpose(0, 2, 1))[0]
        for own in (far, numbers)
    )
    assert moved >= 1e-9 * payoff_scale(numbers)
    assert moved >= np.spacing(float(abs(shift)))
    assert kept == plain == pytest.approx(1e-9 * payoff_scale(numbers))


@given(ngst.stage_games(actions=(1, 3)))
def test_only_a_gain_everywhere_is_called_strict(game):
    for found in dominated_actions(game, kind="weak").dominated:
        i = game.player_index(found.player)
        own = np.moveaxis(game.payoffs[..., i], i, 0)
        positions = [game.action_index(i, label) for label in found.dominator]
        gains = np.array(found.weights) @ own[positions] - own[game.action_index(i, found.action)]
        assert gains.min() >= -1e-9
        assert (found.kind == "strict") == (gains.min() > 1e-9)


@given(ngst.stage_games(actions=(2, 3)))
def test_different_equilibria_stay_apart_and_the_same_are_one(game):
    profiles = [equilibrium.strategies for equilibrium in solve(game)]
    again = nash_solution(game, [*profiles, *profiles], method="given", status="complete", reason="all")
    assert len(again) == len(profiles)


# --- signals and transitions --------------------------------------------------------------------------------


@given(ngst.probability_rows(count=3), st.integers(0, 2), st.sampled_from([-0.25, 0.25]))
def test_what_is_no_distribution_is_refused(row, place, error):
    wrong = [float(p) for p in row]
    wrong[place] += error
    with pytest.raises(InvalidProbabilities):
        PublicSignal([[wrong]])
    with pytest.raises(InvalidProbabilities):
        SparseTransitions([dict(enumerate(wrong))], 3)
    moved = list(wrong)
    moved[(place + 1) % 3] -= error  # sums to 1 again; one may be negative
    if min(moved) < 0:
        with pytest.raises(InvalidProbabilities):
            PublicSignal([[moved]])


@given(st.data())
def test_parts_of_a_factored_state_move_independently_the_last_fastest(data):
    sizes, profiles = (2, 3), 2
    parts = [
        np.array([[data.draw(ngst.probability_rows(count=m)) for _ in range(profiles)] for _ in range(m)])
        for m in sizes
    ]
    rows = np.asarray(FactoredTransitions(parts).to_dense(), float).reshape(2, 3, profiles, 2, 3)
    expected = np.einsum("xap,yaq->xyapq", parts[0].astype(float), parts[1].astype(float))
    assert rows == pytest.approx(expected)


# --- strategies ---------------------------------------------------------------------------------------------


def course(automaton, first, periods):
    """Return what is played from the start after a first profile that may be a breach."""
    (state,) = automaton.start
    played, seen = [], first
    for _ in range(periods):
        (state,) = automaton.next_states(state, seen)
        seen = automaton.actions[state]
        played.append(seen)
    return played


@given(ngst.prisoners_dilemmas(), st.integers(1, 5))
def test_a_penance_lasts_as_long_as_it_says_and_a_grudge_for_ever(stage, periods):
    peace, war = ("C", "C"), ("D", "D")
    sorry = penance(stage, peace, war, periods)
    assert course(sorry, ("D", "C"), periods + 3) == [war] * periods + [peace] * 3
    assert course(sorry, peace, 3) == [peace] * 3
    grim = grim_trigger(stage, peace, war)
    assert course(grim, ("C", "D"), 9) == [war] * 9
    assert course(grim, peace, 3) == [peace] * 3


@given(ngst.stage_games(), ngst.discount_factors(), st.data())
def test_play_is_worth_what_the_initial_lottery_makes_of_its_states(stage, delta, data):
    plan = data.draw(ngst.automata(stage=stage, states=2))
    share = Fraction(data.draw(st.integers(1, 3)), 4)
    mixed = Automaton(plan.states, {"s0": share, "s1": 1 - share}, plan.actions, plan.transitions)
    found = value(RepeatedGame(stage, delta), mixed)
    expected = float(share) * found.values[0] + float(1 - share) * found.values[1]
    assert found.payoffs == pytest.approx(expected, abs=1e-9)
    starts = [Automaton(plan.states, s, plan.actions, plan.transitions) for s in plan.states]
    held = [verify(RepeatedGame(stage, delta), start, exact=True).holds for start in starts]
    assert verify(RepeatedGame(stage, delta), mixed, exact=True).holds == all(held)


# --- dynamic ------------------------------------------------------------------------------------------------


@FEW
@given(ngst.stage_games(actions=2), ngst.discount_factors(), st.data())
def test_identical_states_have_identical_values_and_relabelling_states_permutes_them(stage, delta, data):
    rows = [data.draw(ngst.probability_rows(count=2)) for _ in range(8)]
    table = np.array(rows).reshape(2, 2, 2, 2)
    game = StochasticGame([stage.exact_payoffs()] * 2, table, delta, ("x", "y"), stage.players, stage.actions)
    turned = StochasticGame(
        [stage.exact_payoffs()] * 2, table[::-1][..., ::-1], delta, ("y", "x"), stage.players, stage.actions
    )
    profile = data.draw(ngst.profiles(stage=stage))
    same = MarkovStrategy({"x": profile, "y": profile})
    found = value(game, same)
    assert found["x", "A"] == pytest.approx(float(stage.payoff(profile)[0]))
    assert found["x", "A"] == pytest.approx(found["y", "A"])
    other = MarkovStrategy({"x": profile, "y": data.draw(ngst.profiles(stage=stage))})
    for state in ("x", "y"):
        for player in stage.players:
            assert value(game, other)[state, player] == pytest.approx(value(turned, other)[state, player])
    assert verify(game, other, exact=True).holds == verify(turned, other, exact=True).holds


@given(st.floats(0.5, 0.99), st.floats(1, 60), st.floats(0, 0.9), ngst.prisoners_dilemmas())
def test_a_break_up_hazard_scales_thresholds_by_one_over_survival(annual, lag, hazard, stage):
    assert period_discount_factor(annual, lag, hazard) == pytest.approx(
        period_discount_factor(annual, lag) * (1 - hazard)
    )
    # The play is an equilibrium with the hazard from threshold / (1 - hazard) on.
    threshold = float(critical_discount_factor(stage, grim_trigger(stage, ("C", "C"), ("D", "D"))).value)
    needed = threshold / (1 - hazard)
    assume(0.01 < needed < 0.99 and threshold < 0.98)
    for delta, holds in ((needed * 1.001, True), (needed * 0.999, False)):
        game = RepeatedGame(stage, delta * (1 - hazard))
        assert verify(game, grim_trigger(stage, ("C", "C"), ("D", "D"))).holds is holds


# --- the world ----------------------------------------------------------------------------------------------


def test_a_law_has_to_be_in_force_on_either_day_and_lead_times_are_met_to_the_day():
    tried = 0
    laws = {law.name: law for law in SCENARIO.laws}
    for country in SCENARIO.countries:
        for name in SCENARIO.held(country):
            labels = SCENARIO.instruments[name].labels(country)
            for level in SCENARIO.instruments[name].held_by(country):
                start = (level.may_follow or [label for label in labels if label != level.label])[0]
                now = SCENARIO.calm().after(country, {name: start})

                def legal(announced, effective, now=now, country=country, name=name, level=level):
                    move = Move(country, {name: level.label}, announced, effective)
                    return legality(SCENARIO, now, move, State(authority=1)).legal

                day, wait = date(2025, 6, 1), timedelta(level.lead_days)
                assert legal(day, day + wait)
                assert not legal(day, day + wait - timedelta(1))
                law = laws.get(level.authority)
                if law is not None and law.since is not None:
                    tried += 1
                    assert legal(None, law.since)
                    assert not legal(None, law.since - timedelta(1))
                    assert not legal(law.since - timedelta(1), law.since + wait)
    assert tried > 1


@given(st.floats(0, 0.99), st.floats(1, 100), st.integers(1, 5))
def test_chances_of_periods_compound_to_those_of_a_year(annual, lag, parts):
    kept = 1 - period_probability(annual, lag)
    assert kept ** (365 / lag) == pytest.approx(1 - annual, rel=1e-6)
    assert 1 - period_probability(annual, lag * parts) == pytest.approx(kept**parts, rel=1e-9)


@FEW
@given(ngst.states())
def test_an_issue_of_zero_weight_drops_out(state):
    idle = {name: 0.0 for name in SCENARIO.parameters if name.startswith("visa.")}
    world = SCENARIO.with_parameters(idle)
    both = world.stage_game(instruments=["purchases", "visa"], state=state)
    alone = world.stage_game(instruments=["purchases"], state=state)
    for row in both.payoffs:
        assert row == pytest.approx(alone.payoffs[0])
