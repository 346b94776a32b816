"""South Korea (Busan) as a test case: what the solved game says by leg, in which share of draws."""

import pytest

import negotiation as ng
from negotiation.truces.prediction.baselines import BASELINES
from tests.truces.bands import band


@pytest.fixture(scope="module")
def busan():
    return ng.replay("2025-10-busan", draws=0)


@pytest.fixture(scope="module")
def shares():
    return ng.replay("2025-10-busan", draws=256).legs


@pytest.mark.long
def test_the_tariff_leg_holds_robustly_as_it_did(shares):
    # As expected before the first run: where the text fails it does so elsewhere, and a tariff adds nothing.
    leg = shares["tariff"]
    assert (leg.model_holds, band(leg.share)) == (True, "robust")
    assert leg.record_held
    assert leg.agree


@pytest.mark.long
def test_the_control_leg_robustly_breaks_outside_the_text_and_the_record_disagrees(shares):
    leg = shares["control"]
    assert (leg.model_holds, band(leg.share)) == (False, "robustly not")
    # What is covered would hold; the chip control, which the text leaves out, would be tightened.
    assert leg.covered == ("USA entity_list", "CHN rare_earth_curb", "CHN minerals_ban")
    assert leg.verdict.breaking == ("USA chip_control",)
    assert leg.verdict.by_path
    assert leg.record_held
    assert not leg.agree


@pytest.mark.long
def test_the_other_leg_holds_at_the_centre_and_is_open_over_the_ranges(shares):
    leg = shares["other"]
    assert (leg.model_holds, leg.verdict.word, band(leg.share)) == (True, "open", "undecided")
    assert leg.record_held


def test_the_text_is_kept_only_with_every_stake_pooled_or_by_answers_in_kind_that_are_not_credible(busan):
    checks = {check.kind: check for check in busan.noise.linkages}
    assert {kind: check.verdict.holds for kind, check in checks.items()} == {
        "none": False,
        "within_issue": False,
        "proportionate": False,
        "all_or_nothing": True,
    }
    kept = {kind: check.by_class["kept"].margin >= 0 for kind, check in checks.items()}
    assert kept == {"none": False, "within_issue": False, "proportionate": True, "all_or_nothing": True}
    assert checks["proportionate"].departure.where == "answering"
    # The hair by which all of it holds is a choice between fees after a breach; what is kept has a hundred
    # times as much to spare.
    pooled = checks["all_or_nothing"].by_class
    assert 0 < pooled["answering"].margin < 1e-5
    assert {name for name, _ in pooled["answering"].changes} == {"port_fee"}
    assert pooled["kept"].margin > 50 * pooled["answering"].margin


def test_pooled_stakes_pool_false_alarms(busan):
    lifetime = busan.noise.lifetime
    apart, pooled = (
        lifetime.find("broken off", "tariff", kind) for kind in ("within_issue", "all_or_nothing")
    )
    assert apart.mean_days > 10 * pooled.mean_days
    assert pooled.at(365) < 0.01 < 0.5 < apart.at(365)


@pytest.mark.long
def test_the_best_theory_foresees_the_weeks_of_its_window_better_than_every_baseline_but_the_coin(busan):
    # Four weeks, eight moves, most of them carrying out the text itself: little to go by.
    scores = busan.score()
    assert (len(scores.cells.weeks), scores.cells.moved) == (4, 8)
    baselines = {one.name: scores.mean(one.name) for one in BASELINES}
    best = min(scores.mean(name) for name in scores.names if name not in baselines)
    assert baselines.pop("coin") < best < min(baselines.values())
