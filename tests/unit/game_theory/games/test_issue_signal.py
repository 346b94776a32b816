from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame, InvalidProbabilities, SizeLimit, UnknownAction, UnknownPlayer
from negotiation.game_theory.games import PublicSignal, StageGame, independent_signals
from negotiation.game_theory.games.issue_signal import alarm_chances, issue_signal
from negotiation.game_theory.games.slips import slip_kernel, stage_under_slips

BOTH = {"A": ["C"], "B": ["C"]}


def test_a_published_instrument_only_slips():
    chances = alarm_chances(slip=Fraction(1, 20))
    assert (chances.false_alarm, chances.detection) == (Fraction(1, 20), 1)
    assert chances.to_pandas().iloc[0].tolist() == [0.05, 1.0]


def test_an_unpublished_one_is_misread():
    chances = alarm_chances(Fraction(1, 10), Fraction(1, 5), Fraction(1, 4), Fraction(1, 2))
    # 1/10 3/4 + 9/10 1/5 and 1/2 3/4 + 1/2 1/5.
    assert (chances.false_alarm, chances.detection) == (Fraction(51, 200), Fraction(19, 40))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"slip": 1.1}, "slip is a probability, from 0 to 1; got 1.1"),
        ({"miss": -0.1}, "miss is a probability"),
        ({"failed_breach": float("nan")}, "failed_breach is a probability"),
        ({"slip": "often"}, "slip is a probability"),
        ({"ambiguity": 0.5, "miss": 0.5}, "sum to less than 1"),
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


@pytest.mark.parametrize(
    ("compliant", "error", "message"),
    [
        ({"C": ["C"]}, UnknownPlayer, "'C'"),
        ({"A": ["E"]}, UnknownAction, "'E'"),
        ({"A": []}, InvalidGame, "needs a list of the actions that keep the clause"),
        ({"A": "C"}, InvalidGame, "needs a list of the actions"),
    ],
)
def test_clauses_that_do_not_fit_the_issue_are_refused(dilemma, compliant, error, message):
    with pytest.raises(error, match=message):
        issue_signal(dilemma, compliant)


def test_issues_have_the_same_players():
    two, one = PublicSignal([[[1]]]), PublicSignal([[1]])
    with pytest.raises(InvalidGame, match="all with as many players"):
        independent_signals(two, one)
    with pytest.raises(InvalidGame, match="got 0 signals"):
        independent_signals()


def test_a_product_that_is_too_large_says_its_size_and_the_way_out():
    signal = PublicSignal(np.full((4, 4, 2), 0.5))
    with pytest.raises(SizeLimit, match=r"1,048,576 joint profiles.*signal.grouped"):
        independent_signals(*[signal] * 5)


def test_levels_slip_upwards_and_fall_short():
    assert slip_kernel(3, Fraction(1, 4), Fraction(1, 8)).tolist() == [
        [Fraction(3, 4), Fraction(1, 4), 0],
        [Fraction(1, 8), Fraction(5, 8), Fraction(1, 4)],
        [0, Fraction(1, 8), Fraction(7, 8)],
    ]
    assert slip_kernel(1, 0.5).tolist() == [[1.0]]


def test_kernels_that_do_not_fit_the_stage_game_are_refused(dilemma):
    with pytest.raises(UnknownPlayer, match="'C'"):
        stage_under_slips(dilemma, {"C": np.eye(2)})
    with pytest.raises(InvalidGame, match="a row and a column for each of 2 actions"):
        stage_under_slips(dilemma, {"A": np.eye(3)})
    with pytest.raises(InvalidProbabilities, match="slip kernel of A"):
        stage_under_slips(dilemma, {"A": [[1, 1], [0, 1]]})
    with pytest.raises(InvalidProbabilities, match="sum to at most 1"):
        slip_kernel(2, 0.6, 0.6)


def test_without_slips_the_stage_game_is_what_it_was(dilemma):
    assert stage_under_slips(dilemma, {}) == dilemma
    assert stage_under_slips(dilemma, {"A": slip_kernel(2, 0)}) == dilemma
    assert isinstance(stage_under_slips(dilemma, {"A": slip_kernel(2, 0)}), StageGame)
