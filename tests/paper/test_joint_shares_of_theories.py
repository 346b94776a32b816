"""The joint shares of the paper are of the same draws as the verdicts' shares, and count what they say."""

from pathlib import Path

import numpy as np
import pytest

import negotiation as ng
from paper.machinery.parts import load_module

SOURCE = load_module(Path(__file__).parents[2] / "paper" / "sources" / "theories.py")
THEORIES = tuple(SOURCE.theories_by_name())


@pytest.mark.long
def test_draw_by_draw_verdicts_have_the_shares_of_the_verdicts():
    scenario, draws = ng.load_scenario("us-china-2025"), 2
    found = SOURCE.holds_by_draw("2025-10-busan", scenario, draws, 0)
    for row in ng.verdict("2025-10-busan", scenario, draws=draws, rng=0):
        assert found[row.theory][row.leg].mean() == row.share, (row.theory, row.leg)


@pytest.fixture
def over():
    """Two draws: in the first every leg is as recorded, in the second Geneva's control leg is not."""
    legs = {
        "Geneva": {"tariff": [True, True], "control": [False, True]},
        "Busan": {"tariff": [True, True], "control": [True, True]},
    }
    return {
        place: {name: {leg: np.array(held) for leg, held in own.items()} for name in THEORIES}
        for place, own in legs.items()
    }


def test_joint_shares_count_draws_with_all_legs_as_recorded(over):
    held = {
        ("Geneva", "tariff"): True, ("Geneva", "control"): False,
        ("Busan", "tariff"): True, ("Busan", "control"): True,
    }  # fmt: skip
    found = {(name, of): share for name, of, share, _ in SOURCE.sets(over, held)}
    for name in THEORIES:
        assert found[name, "Geneva"] == 0.5
        assert found[name, "Busan"] == 1.0
        assert found[name, "Geneva and Busan"] == found[name, "all"] == 0.5
        assert found[name, "legs fall together"] == 0.75
