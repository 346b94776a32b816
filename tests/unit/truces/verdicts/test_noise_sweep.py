"""Margins of a text as its clauses are misread more often."""

from math import prod
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.observation import VERIFIABILITIES
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.verdicts.noise_departures import state_gains
from negotiation.truces.verdicts.under_noise import SWEPT, false_alarms, noise_sweep
from tests.us_china import SCENARIO

CHANCE = 0.3


@pytest.mark.parametrize("name", ["2025-06-london", "2025-08-stockholm"])
def test_a_margin_is_that_of_the_most_tempting_departure(name):
    (point,) = noise_sweep(ng.truce(name), SCENARIO, (CHANCE,)).points
    at = SCENARIO.with_parameters({f"signal.ambiguity.{grade}": CHANCE for grade in VERIFIABILITIES})
    for kind in SWEPT:
        found = compiled_text(ng.truce(name), at, TextChoices(linkage=kind, clock="memoryless"))
        start = [one for one in state_gains(found) if one.where == "kept"]
        most = max(float(np.delete(one.gains, one.prescribed).max()) for one in start)
        assert dict(point.margins)[kind] == pytest.approx(-most, abs=1e-9)


def test_a_leg_is_quiet_where_each_clause_is_and_all_are_where_each_leg_is():
    chances = (("control", 0.5), ("tariff", 0.5), ("tariff", 0.2))
    bound = [SimpleNamespace(issue=leg, noise=SimpleNamespace(false_alarm=p)) for leg, p in chances]
    found = dict(false_alarms(SimpleNamespace(bound=bound)))
    assert found == pytest.approx({"control": 0.5, "tariff": 1 - 0.5 * 0.8, "any": 1 - 0.5 * 0.5 * 0.8})


def test_pooled_false_alarms_are_those_of_the_legs_together_and_grow():
    found = noise_sweep(ng.truce("2025-06-london"), SCENARIO, (0.0, 0.5, 0.9))
    pooled = []
    for point in found.points:
        legs = dict(point.alarms)
        pooled.append(legs.pop("any"))
        assert pooled[-1] == pytest.approx(1 - prod(1 - p for p in legs.values()), abs=1e-12)
        assert pooled[-1] >= max(legs.values())
    assert pooled == sorted(pooled)


def test_without_an_answer_misreading_changes_no_margin():
    found = noise_sweep(ng.truce("2025-06-london"), SCENARIO, (0.0, 0.9))
    first, last = (dict(point.margins)["none"] for point in found.points)
    assert first == pytest.approx(last, abs=1e-12)
    assert len(found.table().rows) == 2
