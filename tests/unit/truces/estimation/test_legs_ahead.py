"""Chances of harsher steps: what they are of, and that they agree with those of single events."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.strategies.move_choices import MoveChoices
from negotiation.truces.estimation.signings_given import chances_of_steps

DAYS = [0.0, 10.0, 100.0]


# Levels low and high of the USA's tariff: up at once or not at all; China only ever comes down.
USA = [
    [(0, 0, None), (1, 0, "USA tariff escalate")],
    [(1, 0, None)],
    [(2, 0, None), (1, 0, "USA visa escalate")],
]
CHN = [[(0, 0, None)], [(1, 0, None), (0, 0, "CHN tariff de-escalate")], [(2, 0, None)]]


@pytest.fixture(scope="module")
def tiny():
    makers = [
        ng.DecisionMaker(player=player, rate=rate, options=options, precision=2.0)
        for player, rate, options in (("USA", 10.0, USA), ("CHN", 6.0, CHN))
    ]
    nature = np.zeros((3, 3))
    nature[2, 0] = 0.5
    return ng.ContinuousTimeGame(np.zeros((3, 2)), makers, 0.1, nature, ("s", "t", "u"), ("USA", "CHN"))


def test_a_step_comes_by_a_day_with_the_chance_of_its_rate(tiny):
    choices = [
        MoveChoices(np.array(flat), rows.indptr)
        for flat, rows in zip(([0.8, 0.2, 1.0, 0.7, 0.3], [1.0, 0.5, 0.5, 1.0]), tiny.options, strict=True)
    ]
    groups = {
        "tariff": [("USA", "tariff")], "other": [("CHN", "tariff")], "visa": [("USA", "visa")],
        "both": [("USA", "visa"), ("USA", "tariff")],
    }  # fmt: skip
    years = np.array(DAYS) / 365
    found = chances_of_steps((tiny, choices), groups, "s", DAYS)
    np.testing.assert_allclose(found["tariff"], 1 - np.exp(-2.0 * years), atol=1e-9)
    assert found["other"].tolist() == [0.0] * 3  # coming down is no harsher step
    np.testing.assert_allclose(found["visa"], 0.0, atol=1e-12)  # not from there
    # From u: one tariff step only after the world went to s by itself; a visa step at three a year.
    found = chances_of_steps((tiny, choices), groups, "u", DAYS)
    out = 3.5
    np.testing.assert_allclose(found["visa"], 3.0 / out * (1 - np.exp(-out * years)), atol=1e-9)
    assert (found["both"][1:] > found["visa"][1:]).all()
