"""South Korea (Busan) as a test case: what the solved game says by leg, in which share of draws."""

import pytest

import negotiation as ng


@pytest.fixture(scope="module")
def busan():
    return ng.replay("2025-10-busan", draws=0)


@pytest.mark.long
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
    # After a breach China may as well list firms as not: a listing costs it nothing.
    pooled = checks["all_or_nothing"].by_class
    assert (pooled["answering"].margin, pooled["answering"].changes) == (0.0, (("entity_listings", "none"),))
    assert pooled["kept"].margin > 1e-4


@pytest.mark.long
def test_pooled_stakes_pool_false_alarms(busan):
    lifetime = busan.noise.lifetime
    apart, pooled = (
        lifetime.find("broken off", "tariff", kind) for kind in ("within_issue", "all_or_nothing")
    )
    assert apart.mean_days > 10 * pooled.mean_days
    assert pooled.at(365) < 0.01 < 0.5 < apart.at(365)
