"""Geneva as a test case: what the solved game says by leg, in which share of draws, beside the record."""

import pytest

import negotiation as ng
from negotiation.truces.prediction.baselines import BASELINES
from tests.truces.bands import band


@pytest.fixture(scope="module")
def geneva():
    return ng.replay("2025-05-geneva", draws=64)


@pytest.mark.long
def test_the_tariff_leg_holds_robustly_as_it_did(geneva):
    leg = geneva.legs["tariff"]
    assert (leg.model_holds, band(leg.share)) == (True, "robust")
    assert leg.record_held
    assert leg.threats == ("E073",)  # October's threat of 100 points, never applied


def test_the_control_leg_is_robustly_broken_by_the_usa_as_it_was_on_the_next_day(geneva):
    leg = geneva.legs["control"]
    assert leg.covered == ()
    assert (leg.model_holds, band(leg.share)) == (False, "robustly not")
    assert leg.verdict.player == "USA"
    assert leg.verdict.by_path
    first = leg.steps[0]
    assert (str(first.day), first.country, first.instrument) == ("2025-05-13", "USA", "chip_control")


def test_the_other_leg_is_robustly_broken_and_the_game_names_the_wrong_instrument(geneva):
    leg = geneva.legs["other"]
    assert (leg.model_holds, band(leg.share)) == (False, "robustly not")
    assert not leg.record_held
    # The record's first step is a visa rule; the game's most tempting one is the port fee.
    assert (leg.steps[0].instrument, leg.verdict.breaking) == ("visa", ("USA port_fee",))


def test_under_noise_every_leg_has_the_same_verdict_and_every_one_agrees_with_the_record(geneva):
    assert {leg.leg: leg.holds for leg in geneva.noise.verdicts} == {
        leg.leg: leg.model_holds for leg in geneva.legs
    }
    assert all(leg.agree for leg in geneva.legs)


def test_only_the_reading_that_lets_licences_flow_is_followed_by_a_side(geneva):
    # Each side of the reading pair, surely believing that the other reads as it does. The USA misses by 1e-5:
    # with security concave in strength the two middle steps of its chip control are worth the same to within
    # 2e-5 percent of GDP, and slips tell them apart.
    found = {(row[1], row[2]): row[3] for row in geneva.noise.readings.table().rows if row[0] == "subjective"}
    assert found == {
        ("USA", "licences flow"): False,
        ("CHN", "licences flow"): True,
        ("USA", "controls frozen"): False,
        ("CHN", "controls frozen"): False,
    }


def test_the_mismatch_starts_with_the_usa_in_the_first_period(geneva):
    moves = geneva.noise.path.moves
    assert {(move.country, move.period) for move in moves} == {("USA", 0)}
    assert {move.instrument for move in moves} == {"chip_control", "entity_list"}


@pytest.mark.long
def test_the_best_theory_foresees_the_weeks_of_its_window_better_than_every_baseline_but_the_coin(geneva):
    scores = geneva.score()
    assert str(scores.cells.weeks[0]) == "2025-05-12"
    baselines = {one.name: scores.mean(one.name) for one in BASELINES}
    best = min(scores.mean(name) for name in scores.names if name not in baselines)
    assert baselines.pop("coin") < best < min(baselines.values())
