from fractions import Fraction

import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.exact.rational_functions import RationalFunction
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import Extreme, extreme_play
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.game_theory.solvers.thresholds.solved_play import _chances, solved_plays
from negotiation.game_theory.solvers.thresholds.target import plain_target
from negotiation.game_theory.solvers.values.value import value

ONE = Fraction(1)
# The column player gains 1 at (0, 1), where he has 4: 1 - x <= x (4 - w). His worst punishment w begins with
# (1, 0), where the row player is to bear -3 and would have 1; with -2 to follow he bears it if he is promised
# 1 - 3 x. That lies (4 - 3 x) / 4 of the way from (-3, 1) to (1, 5), where w = 5 - 3 x. So 3 x^2 = 1.
STICK = ([[1, -2], [-3, -6]], [[5, 4], [1, 2]], ("0", "1"), (-1, 0, 3))
OTHERS = [
    ([[8, 1], [2, -8]], [[9, 3], [1, -1]], ("0", "1"), (-9, 0, 14)),
    ([[-4, 5], [5, 8]], [[-8, -9], [0, 9]], ("1", "0"), (-1, 0, 2)),
    ([[4, 3], [7, 4]], [[-2, -2], [2, -1]], ("1", "1"), (12, -21, 8)),
    ([[-7, 3], [1, -4], [2, 7]], [[-9, -5], [3, -8], [-3, 2]], ("2", "0"), (-4, 0, 7)),
    (
        [[3, -2, -3], [-2, -6, -2], [1, 6, 0]],
        [[-3, -4, 3], [-1, -3, -1], [1, 6, -4]],
        ("2", "0"),
        (-20, 9, 24),
    ),
]


@pytest.mark.parametrize(("first", "second", "profile", "polynomial"), [STICK, *OTHERS])
def test_a_threshold_held_up_by_a_lottery_is_a_root_of_a_polynomial(first, second, profile, polynomial):
    stage = StageGame.from_matrices(first, second)
    found = critical_discount_factor(stage, profile)
    assert found.exact_value.coefficients == polynomial
    assert found.value == float(found.exact_value)
    assert found.exact_intervals == ((found.exact_value, ONE),)
    assert found.lower < found.exact_value < found.upper
    assert found.upper - found.lower < 1e-10
    assert verify(RepeatedGame(stage, Fraction(found.upper)), found.strategy, exact=True).holds
    index = stage.profile_index(profile)
    for step, played in ((-1e-5, False), (1e-5, True)):
        near = equilibrium_payoffs(RepeatedGame(stage, found.value + step))
        contained = near.contains(stage.payoffs[index])
        own, d = stage.payoffs[index], found.value + step
        best = (stage.payoffs[:, index[1], 0].max(), stage.payoffs[index[0], :, 1].max())
        assert contained or not played
        assert all(d * (own[i] - near.threats[i]) >= (1 - d) * (best[i] - own[i]) for i in (0, 1)) is played


def test_a_threshold_that_is_rational_in_the_plain_game_is_a_fraction():
    given = [["0.68", "-0.001"], ["0.468", "0.256"]], [["-0.64", "0.446"], ["0.876", "-0.095"]]
    floats = StageGame.from_matrices(*([[float(u) for u in row] for row in own] for own in given))
    plain = StageGame.from_matrices(*([[Fraction(u) for u in row] for row in own] for own in given))
    found = critical_discount_factor(floats, ("1", "0"))
    assert found.value == found.exact_value == Fraction(257, 469)
    assert found.value == critical_discount_factor(plain, ("1", "0")).value
    assert verify(RepeatedGame(plain, found.value), found.strategy, exact=True).holds


def test_where_no_closed_form_is_found_a_bracket_is_left_and_said_to_be():
    # Two corners, each of which is followed by a lottery between the other and a third, square one another.
    stage = StageGame.from_matrices([[-6, 4], [-2, 0], [0, 3]], [[-3, -5], [3, -3], [-1, 0]])
    found = critical_discount_factor(stage, ("2", "1"))
    assert found.exact_value is None
    assert found.exact_intervals == ()
    assert "no closed form" in found.reason
    assert 0 < found.upper - found.lower < 1e-8
    assert len(found.to_pandas()) == 1


RESTING = [
    # A worst payoff enters its own equation in a denominator; the target's constraint says what it has to be.
    (
        [[2, 0, -4, 2], [1, -5, 5, -4], [-2, 6, 6, -3], [-6, 5, 1, 3]],
        [[4, -3, -4, 0], [1, 1, -4, -2], [6, -5, 3, 2], [2, 4, 2, 6]],
        ("3", "1"),
        Fraction(8, 17),
    ),
    # So it does here, and the lottery of another state has come to the end of its edge: a jump of the set.
    (
        [[3, 6, -6, 2], [-5, 5, 2, -1], [-2, 2, -3, 1], [4, -5, -3, 0]],
        [[6, -2, 3, 5], [5, -5, 2, 1], [-4, 4, -3, 4], [-5, 4, -5, -3]],
        ("0", "3"),
        (-3, 4, 1),
    ),
]


@pytest.mark.parametrize(("first", "second", "profile", "expected"), RESTING)
def test_a_worst_payoff_that_rests_on_itself_leaves_the_threshold_exact(first, second, profile, expected):
    stage = StageGame.from_matrices(first, second)
    found = critical_discount_factor(stage, profile)
    assert expected in (found.exact_value, getattr(found.exact_value, "coefficients", None))
    at = Fraction(found.upper) if isinstance(expected, tuple) else expected
    assert verify(RepeatedGame(stage, at), found.strategy, exact=True).holds


def first_play(stage, profile, delta):
    target = plain_target(stage, profile)
    return next(solved_plays(target, extreme_play(target.shares, delta), 2.0**-12))


def test_payoffs_and_chances_are_those_of_the_automaton_at_every_discount_factor():
    stage = StageGame.from_matrices(*STICK[:2])
    play = first_play(stage, STICK[2], 0.6)
    for delta in (Fraction(3, 5), Fraction(7, 10), Fraction(9, 10)):
        automaton = play.at(delta)
        names = {tuple(stage.profile_index(automaton.actions[s])): s for s in automaton.states}
        expected = value(RepeatedGame(play.target.stage, delta), automaton).values
        for k, extreme in play.play.items():
            if extreme.profile in names:
                got = [float(part.at(delta)) for part in play.values[k]]
                assert got == pytest.approx(expected[automaton.states.index(names[extreme.profile])])


def test_a_play_that_is_an_equilibrium_from_the_beginning_of_an_interval_has_no_least_one_in_it(dilemma):
    play = first_play(dilemma, ("C", "C"), 0.2)
    assert play.least(Fraction(1, 10), Fraction(1, 5)) == Fraction(1, 7)
    assert play.least(Fraction(3, 20), Fraction(1, 5)) is None
    assert play.least(Fraction(1, 10), Fraction(1, 8)) is None


def test_a_number_below_the_threshold_is_not_certified(dilemma):
    play = first_play(dilemma, ("C", "C"), 0.2)
    assert play.certified(Fraction(1, 7)) is not None
    assert play.certified(Fraction(1, 7) - Fraction(1, 10**12)) is None


def test_chances_of_three_corners_mix_them_to_what_has_to_follow(dilemma):
    number = RationalFunction.of
    corners = {
        k: (number(Fraction(x)), number(Fraction(y))) for k, (x, y) in enumerate([(0, 0), (8, 0), (0, 8)])
    }
    extreme, at = Extreme((0, 0), 0, (0, 1, 2)), (number(Fraction(3)), number(Fraction(4)))
    target, half = plain_target(dilemma, ("C", "C")), Fraction(1, 2)
    chances = [chance.at(half) for chance in _chances(target, extreme, at, corners)]
    later = [2 * value - int(now) for value, now in zip((3, 4), target.whole[0, 0], strict=True)]
    assert sum(chances) == 1
    assert [8 * chances[1], 8 * chances[2]] == later
