"""The explorer: its answers are those of the package."""

import random
from functools import cache
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.errors import InvalidOptions
from negotiation.lab import Cell
from negotiation.report.commands import explore
from negotiation.report.explorer.setting import HARM, PATIENCE, Setting, measures
from paper.machinery.parts import load_module

ROOT = Path(__file__).parents[2]


@cache
def program():
    return load_module(ROOT / "experiments" / "look.py")


def test_a_position_of_sliders_is_a_world_of_the_package():
    world = ng.load_scenario("us-china-2025")
    changed = world.with_parameters(
        {HARM: 0.3, PATIENCE: 0.95}
        | {
            name: 2 * x
            for name, x in world.parameters.items()
            if name.endswith(("security_value", "security_ratio"))
        }
    )
    setting = Setting(harm=0.3, patience=0.95, security=2.0, theory="each for itself")
    expected = ng.verdict("2025-10-busan", changed, theories=["each for itself"])
    assert [(row.leg, row.margin) for row in setting.verdicts] == [(row.leg, row.margin) for row in expected]


def test_settings_that_are_solved_together_have_the_verdicts_of_each_alone():
    every = [*program().experiment.space.cells()]
    drawn = random.Random(0).sample(every, 6)  # noqa: S311
    cells = [Cell(values) for values in drawn]
    for cell, together in zip(cells, program().verdicts(cells), strict=True):
        alone = {}
        for row in program().setting(cell).verdicts:
            alone |= measures(row)
        assert together == alone, cell


def test_a_dispute_without_the_parameters_is_refused():
    with pytest.raises(InvalidOptions, match="no sliders for 2024-10-vientiane"):
        explore.opened("2024-10-vientiane")
