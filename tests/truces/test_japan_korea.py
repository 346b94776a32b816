"""Japan and South Korea as a test case: what the solved game says by leg, in which share of draws.

Verdicts and bands were written down from the calibration's ranges before the game was first solved.
"""

import pytest

import negotiation as ng
from tests.truces.bands import band


@pytest.fixture(scope="module")
def standstill():
    return ng.replay("2019-11-standstill", draws=256)


@pytest.fixture(scope="module")
def tokyo():
    return ng.replay("2023-03-tokyo", draws=256)


def test_the_dispute_has_no_tariff_leg(standstill, tokyo):
    assert {leg.leg for leg in standstill.verdicts} == {"control", "other"}
    assert {leg.leg for leg in tokyo.verdicts} == {"control", "other"}


def test_the_control_leg_of_the_standstill_holds_robustly_uncovered_as_it_did(standstill):
    leg = standstill.verdicts["control"]
    assert leg.covered == ()
    assert (leg.model_holds, band(leg.share)) == (True, "robust")
    assert leg.record_held


def test_the_other_leg_of_the_standstill_is_robustly_broken_by_korea_as_it_was(standstill):
    leg = standstill.verdicts["other"]
    assert leg.covered == ("KOR gsomia", "KOR wto_case")
    assert (leg.model_holds, band(leg.share)) == (False, "robustly not")
    assert {row.player for row in leg.model_breaks} == {"KOR"}
    first = leg.steps[0]
    assert (str(first.day), first.country, first.instrument, first.move) == (
        "2020-06-02",
        "KOR",
        "wto_case",
        "K026",
    )
    assert leg.threats == ("K030",)  # visas and finance, threatened in August 2020 and never applied


def test_the_standstill_breaks_in_the_claims_first_in_the_game_and_at_the_wto_first_in_the_record(standstill):
    leg = standstill.verdicts["other"]
    tempting = leg.model_breaks[0]
    assert (tempting.instrument, tempting.deviation, tempting.covered) == (
        "labour_claims",
        "sale_ordered",
        False,
    )
    assert ("wto_case", "panel") in {(row.instrument, row.deviation) for row in leg.model_breaks}


def test_the_control_leg_of_tokyo_holds_undecided_over_draws_and_held(tokyo):
    leg = tokyo.verdicts["control"]
    assert set(leg.covered) == {"JPN three_item_licence", "JPN whitelist_jpn", "KOR whitelist_kor"}
    assert (leg.model_holds, band(leg.share)) == (True, "undecided")
    assert leg.record_held


def test_the_other_leg_of_tokyo_holds_undecided_in_the_game_and_was_moved_on_by_a_court(tokyo):
    # The model says that it holds; the record shows new final judgments on 21 December 2023.
    leg = tokyo.verdicts["other"]
    assert (leg.model_holds, band(leg.share)) == (True, "undecided")
    assert not leg.record_held
    first = leg.steps[0]
    assert (str(first.day), first.country, first.instrument, first.move) == (
        "2023-12-21",
        "KOR",
        "labour_claims",
        "K045",
    )
    assert not leg.agree
