from fractions import Fraction

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solvers.stage.minmax import minmax
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import grim_trigger


def test_cooperates_until_anyone_deviates_and_then_punishes_for_ever(dilemma):
    grim = grim_trigger(dilemma, ("C", "C"), ("D", "D"))
    state = grim.initial
    played = []
    for deviation in (None, None, ("C", "D"), None, ("C", "C")):
        profile = deviation or grim.actions[state]
        played.append(profile)
        (state,) = grim.next_states(state, profile)
    assert played == [("C", "C"), ("C", "C"), ("C", "D"), ("D", "D"), ("C", "C")]
    assert state == "punish"
    assert grim.is_deterministic()


def test_punishing_by_no_equilibrium_is_not_subgame_perfect(dilemma):
    odd = grim_trigger(dilemma, ("C", "C"), ("C", "D"))
    for delta in (Fraction(1, 100), Fraction(1, 2), Fraction(99, 100)):
        assert not verify(RepeatedGame(dilemma, delta), odd, exact=True).holds


def test_it_never_pays_less_than_minmax(dilemma):
    worst = value(RepeatedGame(dilemma, 0.5), grim_trigger(dilemma, ("C", "C"), ("D", "D")))["punish", "A"]
    assert worst == minmax(dilemma)["A"]
