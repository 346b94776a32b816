from fractions import Fraction
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame, issue_signal
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.solvers.closed_forms.noisy_grim import (
    deters_when_patient,
    noisy_grim,
    noisy_grim_threshold,
)
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import grim_trigger, penance

C, D = ("C", "C"), ("D", "D")
PARTS = st.fractions(Fraction(1, 10), 8, max_denominator=10)
CHANCES = st.fractions(0, 1, max_denominator=20)
DELTAS = st.fractions(Fraction(1, 20), Fraction(39, 40), max_denominator=40)
LENGTHS = st.integers(1, 6) | st.just(inf)


def dilemma(gain, stake):
    """Return a dilemma whose punishment is a strict equilibrium by a lot, so that peace alone can bind."""
    return StageGame.from_matrices(
        [[stake, -100_000], [stake + gain, 0]],
        [[stake, stake + gain], [-100_000, 0]],
        players=("A", "B"),
        actions=(("C", "D"), ("C", "D")),
    )


def noisy(p, q):
    """Return the signal with false alarms p, and detection q of anyone's breach."""
    row = [[1 - p, p], [1 - q, q]]
    return PublicSignal([[row[0], row[1]], [row[1], row[1]]], ("calm", "alarm"))


def strategy(stage, tau):
    if tau == inf:
        return grim_trigger(stage, C, D, names=("cooperate", "punish 1"), alarm="alarm")
    return penance(stage, C, D, tau, alarm="alarm")


@given(PARTS, PARTS, CHANCES, CHANCES, DELTAS, LENGTHS)
def test_value_and_incentive_are_those_of_the_automaton(g, s, p, q, delta, tau):
    stage = dilemma(g, s)
    game, automaton = RepeatedGame(stage, delta, noisy(p, q)), strategy(stage, tau)
    found = noisy_grim(g, s, p, q, delta, tau)
    values = value(game, automaton)
    assert abs(values["cooperate", "A"] - found.value) < 1e-10
    verdict = verify(game, automaton, exact=True)
    assert verdict.margin == found.margin
    assert verdict.holds == found.holds
    rough = noisy_grim(float(g), float(s), float(p), float(q), float(delta), tau)
    assert abs(rough.value - found.value) < 1e-10
    assert abs(rough.margin - found.margin) < 1e-10


@given(PARTS, PARTS, CHANCES, CHANCES, st.integers(1, 4) | st.just(inf))
def test_the_threshold_is_that_of_the_automaton_infeasible_regions_included(g, s, p, q, tau):
    stage = dilemma(g, s)
    exact = critical_discount_factor(stage, strategy(stage, tau), monitoring=noisy(p, q))
    found = noisy_grim_threshold(g, s, p, q, tau)
    if exact.value is None:
        assert found is None
    else:
        assert abs(found - exact.value) < 1e-10
        assert exact.intervals == ((exact.value, 1),)
    told = (q - p) * s - p * g
    assert (found is not None) == (told > 0 if tau == inf else tau * told > g)
    assert deters_when_patient(g, s, p, q, tau) == (found is not None)


@given(PARTS, PARTS, CHANCES, CHANCES, st.integers(2, 8))
def test_longer_punishment_deters_from_less_patience_on_and_is_worth_less(g, s, p, q, tau):
    shorter, longer = (noisy_grim(g, s, p, q, Fraction(4, 5), n) for n in (tau - 1, tau))
    assert longer.value <= shorter.value
    if shorter.critical_discount_factor is not None:
        assert longer.critical_discount_factor <= shorter.critical_discount_factor + 1e-12


@given(PARTS, PARTS, st.fractions(0, Fraction(1, 2), max_denominator=20))
def test_without_noise_it_is_friedmans_threshold(g, s, miss):
    assert noisy_grim_threshold(g, s, 0, 1) == g / (g + s)
    stage = dilemma(g, s)
    signal = issue_signal(stage, {"A": ["C"], "B": ["C"]}, miss=miss)
    found = critical_discount_factor(stage, strategy(stage, inf), monitoring=signal).value
    assert found == noisy_grim_threshold(g, s, 0, 1 - miss)
