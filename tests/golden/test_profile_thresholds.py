"""Thresholds of profiles in 300 random games, beside those that the search by guesses had found.

`profile_thresholds.json` holds what commit 238570f said: the value where it was a fraction, the polynomial
where it was a root of one, and the bounds. All of it was `complete`.
"""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor

ROWS = json.loads((Path(__file__).parent / "profile_thresholds.json").read_text())
NARROW = 2e-11
"""Width of a bracket in which a fraction was no accident: of wider ones the simplest fraction was taken."""


def game(row):
    payoffs = np.array(row["payoffs"])
    stage = StageGame(payoffs if payoffs.dtype == float else payoffs.astype(object))
    return stage, stage.labels(row["profile"])


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_what_was_complete_is_what_it_was(part):
    for row in ROWS[part::10]:
        found = critical_discount_factor(*game(row))
        assert found.status == "complete"
        if row["upper"] is None:
            assert found.value is None
        elif row["polynomial"] is not None:
            assert [str(c) for c in found.exact_value.coefficients] == row["polynomial"]
        elif row["value"] is not None and row["upper"] - row["lower"] < NARROW:
            assert found.value == Fraction(row["value"])
        else:
            assert row["lower"] - 1e-12 <= found.upper <= row["upper"] + 1e-9


def test_most_of_the_brackets_have_a_closed_form_now():
    open_before = [row for row in ROWS if row["upper"] and not (row["value"] or row["polynomial"])]
    closed = sum(critical_discount_factor(*game(row)).exact_value is not None for row in open_before)
    assert len(open_before) == 27
    assert closed >= 22
