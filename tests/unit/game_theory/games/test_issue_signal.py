from fractions import Fraction

import pytest

from negotiation.errors import InvalidProbabilities
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.issue_signal import alarm_chances, issue_signal
from negotiation.game_theory.games.slips import slip_kernel, stage_under_slips

BOTH = {"A": ["C"], "B": ["C"]}


def test_an_unpublished_one_is_misread():
    chances = alarm_chances(Fraction(1, 10), Fraction(1, 5), Fraction(1, 4), Fraction(1, 2))
    # 1/10 3/4 + 9/10 1/5 and 1/2 3/4 + 1/2 1/5.
    assert (chances.false_alarm, chances.detection) == (Fraction(51, 200), Fraction(19, 40))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"slip": 1.1}, "slip must be a probability, from 0 to 1; got 1.1"),
        ({"failed_breach": float("nan")}, "failed_breach must be a probability"),
        ({"ambiguity": Fraction(2, 3), "miss": Fraction(1, 3)}, "sum to less than 1"),
    ],
)
def test_what_is_no_noise_is_refused(dilemma, given, message):
    with pytest.raises(InvalidProbabilities, match=message):
        alarm_chances(**given)
    with pytest.raises(InvalidProbabilities, match=message):
        issue_signal(dilemma, BOTH, **given)


def test_anyones_breach_raises_the_common_alarm(dilemma):
    signal = issue_signal(dilemma, BOTH, slip=Fraction(1, 10), miss=Fraction(1, 5))
    assert signal.signals == ("calm", "alarm")
    p, q = Fraction(2, 25), Fraction(4, 5)
    assert signal.exact_probabilities()[..., 1].tolist() == [[p, q], [q, q]]


def test_a_player_who_is_not_named_cannot_break_the_clause(dilemma):
    signal = issue_signal(dilemma, {"B": ["C"]}, slip=0.25)
    assert signal.probabilities[..., 1].tolist() == [[0.25, 1.0], [0.25, 1.0]]


def test_levels_slip_upwards_and_fall_short():
    assert slip_kernel(3, Fraction(1, 4), Fraction(1, 8)).tolist() == [
        [Fraction(3, 4), Fraction(1, 4), 0],
        [Fraction(1, 8), Fraction(5, 8), Fraction(1, 4)],
        [0, Fraction(1, 8), Fraction(7, 8)],
    ]
    assert slip_kernel(1, 0.5).tolist() == [[1.0]]


def test_without_slips_the_stage_game_is_what_it_was(dilemma):
    assert stage_under_slips(dilemma, {}) == dilemma
    assert stage_under_slips(dilemma, {"A": slip_kernel(2, 0)}) == dilemma
    assert isinstance(stage_under_slips(dilemma, {"A": slip_kernel(2, 0)}), StageGame)
