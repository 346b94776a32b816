from fractions import Fraction

import pytest

import negotiation as ng
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.closed_forms.strategic_risk import basin_of_defection, strategic_risk


def dilemma_of(first, second):
    (t, r, p, s), (t2, r2, p2, s2) = first, second
    return StageGame.from_matrices(
        [[r, s], [t, p]], [[r2, t2], [s2, p2]], players=("A", "B"), actions=(("C", "D"), ("c", "d"))
    )


@pytest.mark.parametrize(
    ("t", "r", "p", "s"), [(10, 9, 3, 1), (50, 32, 25, 12), (50, 48, 25, 12), (5, 3, 1, 0), (-1, -2, -3, -9)]
)
def test_like_players_have_the_closed_form(t, r, p, s):
    found = strategic_risk(dilemma_of((t, r, p, s), (t, r, p, s)))
    assert found.value == Fraction(t - r + p - s, t - s)
    assert found.grim_threshold == Fraction(t - r, t - p)
    assert found.value > found.grim_threshold
    assert found.symmetric


def test_the_published_thresholds_of_dal_bo_and_frechette():
    entry = ng.catalogue()["dal-bo-frechette-2011"]
    found = [strategic_risk(entry.game(reward=r)) for r in entry.known["rewards"]]
    possible, dominant = entry.known["cooperation possible from"], entry.known["risk-dominant from"]
    assert [round(float(f.grim_threshold), 2) for f in found] == list(possible)
    assert [round(float(f.value), 2) for f in found] == list(dominant)


def test_the_basin_is_one_half_at_the_threshold_and_one_below_the_grim_threshold(dilemma):
    assert basin_of_defection(RepeatedGame(dilemma, Fraction(1, 3))).size == Fraction(1, 2)
    assert basin_of_defection(RepeatedGame(dilemma, Fraction(1, 7))).size == 1
    assert basin_of_defection(RepeatedGame(dilemma, Fraction(1, 8))).size == 1
    assert not basin_of_defection(RepeatedGame(dilemma, Fraction(33, 100))).risk_dominant


def test_the_basin_has_the_closed_form():
    t, r, p, s, delta = 50, 40, 25, 12, Fraction(3, 4)
    found = basin_of_defection(RepeatedGame(dilemma_of((t, r, p, s), (t, r, p, s)), delta))
    expected = (1 - delta) * (p - s) / (r - p + (1 - delta) * (2 * p - s - t))
    assert found.size == expected == found.beliefs[0] == found.beliefs[1]
    assert basin_of_defection(
        RepeatedGame(dilemma_of((t, r, p, s), (t, r, p, s)), 0.75)
    ).size == pytest.approx(float(expected))


def test_unlike_players_meet_the_condition_of_harsanyi_and_selten():
    first, second = (10, 9, 3, 1), (20, 9, 3, 1)
    stage = dilemma_of(first, second)
    found = strategic_risk(stage)
    assert not found.symmetric
    delta = float(found.value)
    losses = [r - (1 - delta) * t - delta * p for t, r, p, _ in (first, second)]
    fears = [(1 - delta) * (p - s) for _, _, p, s in (first, second)]
    assert losses[0] * losses[1] == pytest.approx(fears[0] * fears[1])
    assert delta > found.grim_threshold == Fraction(11, 17)
    assert basin_of_defection(RepeatedGame(stage, delta + 1e-6)).risk_dominant
    assert not basin_of_defection(RepeatedGame(stage, delta - 1e-6)).risk_dominant


def test_a_rational_threshold_of_unlike_players_is_exact():
    # At 1/2 the losses are 1 and 4 and the fears 2 and 2.
    assert strategic_risk(dilemma_of((4, 3, 0, -4), (12, 10, 0, -4))).value == Fraction(1, 2)
