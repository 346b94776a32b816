"""The joint shares of the paper count draws in which all legs are as recorded."""

from pathlib import Path

import numpy as np
import pytest

from paper.machinery.parts import load_module

SOURCE = load_module(Path(__file__).parents[2] / "paper" / "sources" / "theories.py")
THEORIES = tuple(SOURCE.theories_by_name())


@pytest.fixture
def over():
    """Three draws: every leg is as recorded; Geneva's control leg is not; keeping Geneva is not rational."""
    legs = {
        "Geneva": {"tariff": [True, True, True], "control": [False, True, False]},
        "Busan": {"tariff": [True, True, True], "control": [True, True, True]},
    }
    rational = {"Geneva": [True, True, False], "Busan": [True, True, True]}
    return {
        place: {
            name: {leg: np.array([held, rational[place]]) for leg, held in own.items()} for name in THEORIES
        }
        for place, own in legs.items()
    }


def test_joint_shares_count_draws_with_all_legs_as_recorded(over):
    held = {
        ("Geneva", "tariff"): True, ("Geneva", "control"): False,
        ("Busan", "tariff"): True, ("Busan", "control"): True,
    }  # fmt: skip
    found = {(name, of): told for name, of, *told in SOURCE.sets(over, held)}
    third = pytest.approx(1 / 3)
    for name in THEORIES:
        assert found[name, "Geneva"] == [0.5, 2, third, pytest.approx(2 / 3)]
        assert found[name, "Busan"] == [1.0, 3, 0.0, 1.0]
        assert found[name, "Geneva and Busan"] == found[name, "all"] == found[name, "Geneva"]
        assert found[name, "legs fall together"][:2] == [0.8, 5]
