from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask, pure_equilibria
from negotiation.game_theory.solvers.stage.minmax import minmax
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.strategies import Automaton, grim_trigger

SMALLEST_STEP = Fraction(1, 10**40)
ordered_payoffs = st.lists(
    st.fractions(-100, 100, max_denominator=1000), min_size=4, max_size=4, unique=True
).map(sorted)


def prisoners_dilemma(S, P, R, T):
    return StageGame.from_matrices([[R, S], [T, P]], [[R, T], [S, P]], actions=(("C", "D"), ("C", "D")))


@given(ordered_payoffs)
def test_grim_trigger_holds_exactly_from_its_threshold_on(payoffs):
    S, P, R, T = payoffs
    stage = prisoners_dilemma(S, P, R, T)
    grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    threshold = (T - R) / (T - P)
    assert verify(RepeatedGame(stage, threshold), grim, exact=True).margin == 0
    assert not verify(RepeatedGame(stage, threshold - SMALLEST_STEP), grim, exact=True).holds
    assert verify(RepeatedGame(stage, threshold + SMALLEST_STEP), grim, exact=True).holds
    found = critical_discount_factor(stage, grim)
    assert found.value == threshold
    assert found.intervals == ((threshold, 1),)


@pytest.mark.long
@given(ordered_payoffs)
def test_floats_on_the_knife_edge_hold(payoffs):
    S, P, R, T = payoffs
    stage = prisoners_dilemma(*(float(payoff) for payoff in (S, P, R, T)))
    grim = grim_trigger(stage, ("C", "C"), ("D", "D"))
    assert verify(RepeatedGame(stage, float((T - R) / (T - P))), grim).holds


@pytest.mark.parametrize("unit", [1, Fraction(1, 100), Fraction(1, 10), Fraction(10, 3)])
@pytest.mark.parametrize("exact", [True, False])
def test_equal_gains_name_the_same_player_in_every_unit(unit, exact):
    # Either gains half of the range of their own payoffs; a hundredth is no double.
    payoffs = np.array([[[-5, 0], [0, 1]], [[0, 0], [0, 0]]], dtype=object) * Fraction(unit)
    stage = StageGame(payoffs if exact else payoffs.astype(float))
    always = Automaton(("s",), "s", {"s": ("0", "0")}, {"s": {"otherwise": "s"}})
    delta = Fraction(1, 2) if exact else 0.5
    assert verify(RepeatedGame(stage, delta), always, exact=exact).deviation.player == "0"
    assert verify(stage, ("0", "0"), exact=exact).deviation.player == "0"


@given(st.data())
def test_floats_agree_with_rationals(any_play, any_discount_factor, data):
    stage, automaton = data.draw(any_play)
    delta = data.draw(any_discount_factor)
    exact = verify(RepeatedGame(stage, delta), automaton, exact=True)
    rounded = verify(RepeatedGame(stage, float(delta)), automaton)
    if exact.deviation is None:
        assert rounded.deviation is None
        return
    assert abs(float(exact.margin) - rounded.margin) < 1e-11
    assert rounded.holds == exact.holds or abs(exact.margin) < 1e-11
    assert rounded.checked == exact.checked


@given(st.data())
def test_a_mixed_profile_that_is_pure_is_judged_as_the_pure_one(any_stage, data):
    stage = data.draw(any_stage)
    index = tuple(data.draw(st.integers(0, n - 1)) for n in stage.n_actions)
    mixes = [np.eye(n)[a] for n, a in zip(stage.n_actions, index, strict=True)]
    for exact in (True, False):
        assert (
            verify(stage, mixes, exact=exact).holds == verify(stage, stage.labels(index), exact=exact).holds
        )


@given(st.data())
def test_pure_equilibria_are_those_of_a_plain_loop(any_stage, data):
    stage = data.draw(any_stage)
    expected = set()
    for index in product(*(range(n) for n in stage.n_actions)):
        stable = all(
            stage.payoffs[(*index[:i], a, *index[i + 1 :], i)] <= stage.payoffs[(*index, i)]
            for i, n in enumerate(stage.n_actions)
            for a in range(n)
        )
        if stable:
            expected.add(stage.labels(index))
        assert verify(stage, stage.labels(index), exact=True).holds == stable
    found = [tuple(label for (label,) in equilibrium.support) for equilibrium in pure_equilibria(stage)]
    assert set(found) == expected
    assert len(found) == len(expected) == best_reply_mask(stage).sum()


@given(st.data())
def test_pure_minmax_is_that_of_a_plain_loop_and_its_profile_attains_it(any_stage, data):
    stage = data.draw(any_stage)
    found = minmax(stage)
    for i, player in enumerate(stage.players):
        others = product(*(range(n) if j != i else [0] for j, n in enumerate(stage.n_actions)))
        best_replies = [
            max(stage.payoffs[(*index[:i], a, *index[i + 1 :], i)] for a in range(stage.n_actions[i]))
            for index in others
        ]
        assert found[player] == min(best_replies)
        assert stage.payoff(found.profiles[i])[i] == found[player]
