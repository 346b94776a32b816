from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import contrite_tit_for_tat, generous_tit_for_tat

C, D = ("C", "C"), ("D", "D")
BLAME = {"A": ["alarm A", "alarm A and B"], "B": ["alarm B", "alarm A and B"]}


def played(strategy, moves):
    """Return the profiles prescribed along a history."""
    (state,) = strategy.start
    found = [strategy.actions[state]]
    for profile in moves:
        (state,) = strategy.next_states(state, profile or strategy.actions[state])
        found.append(strategy.actions[state])
    return found


def test_a_mistake_costs_one_answer_and_no_echo(dilemma):
    strategy = contrite_tit_for_tat(dilemma, C, D)
    assert played(strategy, [("D", "C"), None, None]) == [C, ("C", "D"), C, C]


def test_who_does_not_take_the_answer_stays_in_bad_standing(dilemma):
    strategy = contrite_tit_for_tat(dilemma, C, D)
    assert played(strategy, [("D", "C"), D, D, None]) == [C, ("C", "D"), ("C", "D"), ("C", "D"), C]


def test_a_just_answer_is_no_offence_and_two_offenders_make_up(dilemma):
    strategy = contrite_tit_for_tat(dilemma, C, D)
    assert strategy.next_states("good, bad", ("D", "C")) == {"good, good": 1}
    assert strategy.next_states("good, good", D) == {"bad, bad": 1}
    assert strategy.actions["bad, bad"] == C


def test_taking_the_answer_binds_from_a_quarter_on(dilemma):
    # In bad standing: 3 + d 1 by defecting again against 1 + d 9.
    found = critical_discount_factor(dilemma, contrite_tit_for_tat(dilemma, C, D))
    assert found.value == Fraction(1, 4)
    assert found.binding.state in ("bad, good", "good, bad")


def test_under_noise_it_stays_an_equilibrium_and_beats_tit_for_tat(dilemma, blame_signal):
    game = RepeatedGame(dilemma, Fraction(9, 10), blame_signal)
    contrite = contrite_tit_for_tat(dilemma, C, D, alarm=BLAME)
    assert verify(game, contrite, exact=True).holds
    echo = generous_tit_for_tat(dilemma, C, D, 0, alarm=BLAME)
    assert not verify(game, echo, exact=True).holds
    assert value(game, contrite).payoffs[0] > value(game, echo).payoffs[0]
