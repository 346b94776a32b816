from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import PublicSignal, RepeatedGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.public_transitions import expected_automaton
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton

C, D = ("C", "C"), ("D", "D")
KEPT, BROKEN = [Fraction(9, 10), Fraction(1, 10)], [Fraction(1, 5), Fraction(4, 5)]


@pytest.fixture
def signal():
    return PublicSignal([[KEPT, BROKEN], [BROKEN, BROKEN]], ("calm", "alarm"))


def grim(**row):
    return Automaton(
        ["peace", "war"],
        "peace",
        {"peace": C, "war": D},
        {"peace": row or {"calm": "peace", "alarm": "war"}, "war": {OTHERWISE: "war"}},
    )


def test_noisy_grim_by_hand(dilemma, signal):
    # v - 3 = (1 - d) 6 / (1 - d + d p); complying beats deviating by d (q - p)(v - 3) - (1 - d).
    half = Fraction(1, 2)
    v = half * 6 / (half + half * Fraction(1, 10))
    margin = half * Fraction(7, 10) * v - half
    game = RepeatedGame(dilemma, half, signal)
    assert value(game, grim())["peace", "A"] == pytest.approx(float(3 + v))
    verdict = verify(game, grim(), exact=True)
    assert verdict.margin == min(margin, half * 2)
    assert verdict.concept == "perfect public equilibrium"


def test_the_threshold_of_noisy_grim_is_the_closed_form(dilemma, signal):
    # d / (1 - d) >= g / ((q - p) S - p g) = 1 / (0.7 6 - 0.1).
    found = critical_discount_factor(dilemma, grim(), monitoring=signal)
    assert found.value == Fraction(10, 51)
    assert found.binding.state == "peace"
    assert verify(RepeatedGame(dilemma, found.value, signal), grim(), exact=True).margin == 0
    below = found.value - Fraction(1, 10**15)
    worst = verify(RepeatedGame(dilemma, below, signal), grim(), exact=True)
    assert not worst.holds
    assert "instead of 'C' in state 'peace'" in worst.explain()


def test_a_signal_that_says_nothing_deters_nothing(dilemma):
    blind = PublicSignal(np.full((2, 2, 2), Fraction(1, 2)), ("calm", "alarm"))
    assert critical_discount_factor(dilemma, grim(), monitoring=blind).intervals == ()
    assert not verify(RepeatedGame(dilemma, 0.99, blind), grim()).holds


def test_states_off_the_path_are_checked(dilemma):
    # Nobody's compliance raises an alarm, but a deviation does, and then play is no equilibrium.
    sure = PublicSignal([[[1, 0], [0, 1]], [[0, 1], [0, 1]]], ("calm", "alarm"))
    odd = Automaton(
        ["peace", "war"],
        "peace",
        {"peace": C, "war": ("C", "D")},
        {"peace": {"calm": "peace", "alarm": "war"}, "war": {OTHERWISE: "war"}},
    )
    verdict = verify(RepeatedGame(dilemma, 0.5, sure), odd)
    assert (verdict.holds, verdict.deviation.state) == (False, "war")


def test_a_signal_that_nothing_sends_needs_no_transition(dilemma):
    never = PublicSignal([[[1, 0], [1, 0]], [[1, 0], [1, 0]]], ("calm", "alarm"))
    only = grim(calm="peace")
    assert verify(RepeatedGame(dilemma, 0.5, never), only).margin == pytest.approx(-0.5)
    assert value(RepeatedGame(dilemma, 0.5, never), only)["peace", "A"] == 9.0


def test_rows_of_floats_are_divided_by_their_sum(dilemma):
    third = 1 / 3 + 2e-10
    rough = PublicSignal(np.full((2, 2, 3), third), ("a", "b", "c"))
    play = Automaton(["s"], "s", {"s": D}, {"s": {OTHERWISE: "s"}})
    game = RepeatedGame(dilemma, 1 - 1e-9, rough)
    assert value(game, play)["s", "A"] == pytest.approx(3, rel=1e-6)
    assert verify(game, play).holds


def test_expected_moves_are_exact(dilemma, signal):
    plain = expected_automaton(dilemma, grim(), signal)
    assert plain.next_states("peace", C) == {"peace": Fraction(9, 10), "war": Fraction(1, 10)}
    assert plain.next_states("peace", ("D", "C")) == {"peace": Fraction(1, 5), "war": Fraction(4, 5)}
