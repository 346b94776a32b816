"""Margins of a text as its clauses are misread more often."""

from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.observation import VERIFIABILITIES
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.verdicts.noise_departures import state_gains
from negotiation.truces.verdicts.under_noise import SWEPT, false_alarms, noise_sweep
from tests.us_china import SCENARIO

CHANCE = 0.3


@pytest.mark.parametrize("name", ["2025-06-london", "2025-08-stockholm"])
def test_a_margin_is_that_of_the_most_tempting_departure(name):
    (point,) = noise_sweep(ng.truce(name), SCENARIO, (CHANCE,)).points
    at = SCENARIO.with_parameters({f"signal.ambiguity.{grade}": CHANCE for grade in VERIFIABILITIES})
    for kind in SWEPT:
        found = compiled_text(ng.truce(name), at, Choices(linkage=kind, clock="memoryless"))
        start = [one for one in state_gains(found) if one.where == "kept"]
        most = max(float(np.delete(one.gains, one.prescribed).max()) for one in start)
        assert dict(point.margins)[kind] == pytest.approx(-most, abs=1e-9)


def test_a_leg_is_quiet_where_each_clause_is_and_all_are_where_each_leg_is():
    chances = (("control", 0.5), ("tariff", 0.5), ("tariff", 0.2))
    bound = [SimpleNamespace(issue=leg, noise=SimpleNamespace(false_alarm=p)) for leg, p in chances]
    found = dict(false_alarms(SimpleNamespace(bound=bound)))
    assert found == pytest.approx({"control": 0.5, "tariff": 1 - 0.5 * 0.8, "any": 1 - 0.5 * 0.5 * 0.8})
