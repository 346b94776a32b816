from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, issue_signal
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import grim_trigger, penance, slow_to_anger

C, D = ("C", "C"), ("D", "D")


def test_only_breaches_in_a_row_are_punished(dilemma):
    strategy = slow_to_anger(dilemma, C, D, 3, 2)
    state = "cooperate"
    for profile in (("D", "C"), D, C, ("C", "D"), D, D):
        (state,) = strategy.next_states(state, profile)
    assert state == "punish 1"
    assert strategy.states == ("cooperate", "1 breach", "2 breaches", "punish 1", "punish 2")
    assert strategy.next_states("punish 2", C) == {"cooperate": 1}


def test_after_one_breach_it_is_grim_or_penance(dilemma):
    signal = issue_signal(dilemma, {"A": ["C"], "B": ["C"]}, slip=Fraction(1, 10))
    game = RepeatedGame(dilemma, Fraction(4, 5), signal)
    for periods, plain in (
        (None, grim_trigger(dilemma, C, D, alarm="alarm")),
        (3, penance(dilemma, C, D, 3, alarm="alarm")),
    ):
        patient = slow_to_anger(dilemma, C, D, 1, periods, alarm="alarm")
        assert verify(game, patient, exact=True).margin == verify(game, plain, exact=True).margin


def test_patience_makes_false_punishment_rare_and_deters_less(dilemma):
    # With v above P and two alarms needed: v (1 - d) + d p (v - w) = ..., solved by the value itself.
    signal = issue_signal(dilemma, {"A": ["C"], "B": ["C"]}, slip=Fraction(1, 10))
    game = RepeatedGame(dilemma, Fraction(4, 5), signal)
    found = [slow_to_anger(dilemma, C, D, k, alarm="alarm") for k in (1, 2, 3)]
    values = [value(game, strategy)["cooperate", "A"] for strategy in found]
    margins = [verify(game, strategy, exact=True) for strategy in found]
    assert values == sorted(values)
    assert margins[0].holds
    assert not margins[2].holds
    assert margins[2].deviation.state == "cooperate"
