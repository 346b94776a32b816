from math import prod

import pytest

import negotiation as ng
from negotiation.report.figures.truces.noise import coverage_figure
from negotiation.truces.verdicts.under_noise import noise_sweep
from tests.us_china import SCENARIO


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


@pytest.mark.long
def test_figures_of_coverage_and_readings_are_drawn():
    replays = [ng.replay(name, SCENARIO, draws=0) for name in ("2025-05-geneva", "2025-10-busan")]
    assert len(coverage_figure(replays).lines) > 10
    pair = ng.truce("2025-05-geneva").compile(SCENARIO)
    lines = [len(axis.get_lines()) for axis in pair.plot().child_axes]
    assert lines == [5, 5]  # two readings with their priors, and zero
