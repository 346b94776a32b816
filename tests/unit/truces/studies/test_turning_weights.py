"""Where controls turn their leg, and what part of a margin's variance comes from what is assumed."""

from dataclasses import replace

import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.studies.turning_weights import assumed_parts, turning_ratios
from negotiation.truces.verdicts.verdict import verdict

BUSAN, MOMENT = "2025-10-busan", ["moment"]
CENTRAL, SOURCED = (load_scenario("us-china-2025", name) for name in ("central", "sourced"))


def ratios(world):
    return {one.instrument: one for one in turning_ratios(verdict(BUSAN, world, theories=MOMENT))}


def holds(world, parameter, value):
    rows = verdict(BUSAN, world.with_parameters({parameter: value}), theories=MOMENT)
    return next(row.holds for row in rows if row.leg == "control")


@pytest.mark.long
def test_a_control_turns_its_leg_where_its_worth_crosses_the_ratio():
    chips = ratios(CENTRAL)["chip_control"]
    business = 100.0 * 13.5 * 0.5 / 29200.0
    assert chips.ratio == pytest.approx(0.5 * 0.05 / (0.5 * business))
    assert chips.cost == pytest.approx(13.5 * 0.5)
    assert chips.worth == pytest.approx(chips.turning * chips.cost)
    # At even weights k is the security value over the business.
    below, above = (
        holds(CENTRAL, "chip_control.security_value", k * chips.turning * business) for k in (0.98, 1.02)
    )
    assert below
    assert not above


@pytest.mark.long
def test_by_ratio_the_threshold_is_a_number_of_the_parameter_itself():
    chips = ratios(SOURCED)["chip_control"]
    assert chips.ratio == SOURCED.parameters["chip_control.security_ratio"]
    below, above = (holds(SOURCED, "chip_control.security_ratio", k * chips.turning) for k in (0.98, 1.02))
    assert below != above


def test_a_control_that_nobody_weighs_has_no_ratio():
    assert ratios(CENTRAL.with_parameters({"security_weight": 1.0})) == {}


def all_sourced(world):
    """Return the scenario with the same numbers, none of them assumed."""
    known = {"assumption": False, "source": "a source"}
    calibration = world.calibration.model_copy(
        update={
            "parameters": {n: q.model_copy(update=known) for n, q in world.calibration.parameters.items()}
        }
    )
    facts = {
        code: one.model_copy(update={"facts": {n: q.model_copy(update=known) for n, q in one.facts.items()}})
        for code, one in world.facts.items()
    }
    return replace(world, calibration=calibration, facts=facts, dockets=())


def test_where_nothing_is_assumed_no_variance_comes_from_it_and_central_assumes_nearly_all():
    none = assumed_parts(verdict(BUSAN, all_sourced(CENTRAL), theories=MOMENT), 16)
    assert set(none.values()) == {0.0}
    parts = assumed_parts(verdict(BUSAN, CENTRAL, theories=MOMENT), 32)
    assert set(parts) == {"tariff", "control", "other"}
    assert parts["control"] > 0.7
