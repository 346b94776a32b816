"""What a mechanism adds, told from scores that are made up: smaller is better, and a gain is positive."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from negotiation.truces.prediction.ablation import Ablation, best_of
from negotiation.truces.prediction.mechanisms import mechanism_names, rules_of
from negotiation.truces.prediction.model import MechanismModel
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025")
OF_AGREEMENTS = {"patience", "coverage", "readings", "linkage", "clock"}
"""Mechanisms whose statement is about an agreement or its breach."""
WITHOUT_EFFECT = {"depletion"}
"""What changes no prediction of these days: what a curb does falls on the side that does not hold it."""


@dataclass(frozen=True)
class MadeUp:
    """Mean log scores as they were given."""

    means: dict

    def mean(self, name, leg="all"):
        """Return the score of a predictor."""
        return self.means[name]

    def difference(self, name, other):
        """Return a difference of scores with the ends of an interval that has no width."""
        by = self.means[other] - self.means[name]
        return by, by, by


SCORES = MadeUp(
    {"plain": 1.0, "all": 0.5, "static": 0.75, "clock": 1.25, "all but static": 0.875, "all but clock": 0.375}
)


def test_what_a_mechanism_adds_stands_in_the_table_with_its_sign():
    draws = {
        "plain": np.array([1.0, 1.0, 1.0, 1.0]),
        "static": np.array([0.9, 0.8, 1.0, 0.7]),  # better in three draws, as good in one
        "clock": np.array([1.1, 1.2, 0.9, 1.0]),
    }
    shapley = {"all": np.array([0.4, 0.1])}
    table = Ablation(("static", "clock"), SCORES, shapley, draws).table()
    static, clock = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    assert (static["mechanism"], clock["mechanism"]) == ("static", "clock")
    assert (static["alone"], clock["alone"]) == (0.25, -0.25)
    # Without `static` the score of all goes up by 3/8; without `clock` it goes down by 1/8.
    assert (static["lost if left out"], clock["lost if left out"]) == (0.375, -0.125)
    share = "share of draws in which it gains alone"
    assert (static[share], clock[share]) == (0.75, 0.25)
    assert (static["Shapley, all"], clock["Shapley, all"]) == (0.4, 0.1)


def test_the_best_alone_gains_most():
    found = Ablation(("static", "clock"), SCORES, {}, {})
    assert found.best_alone == "static"
    assert [row[-1] for row in found.table().rows] == [None, None]  # no draws, no share


@pytest.mark.parametrize("best", ["plain", "all", "static", "all but clock"])
def test_the_best_of_the_short_list_has_the_least_score(best):
    names = mechanism_names()
    labels = ["plain", "all", *names, *(f"all but {name}" for name in names)]
    scores = MadeUp({label: 0.1 if label == best else 0.2 + 0.01 * k for k, label in enumerate(labels)})
    on = {"plain": (), "all": names, "static": ("static",)}
    on["all but clock"] = tuple(name for name in names if name != "clock")
    assert best_of(scores) == on[best]


@pytest.mark.parametrize("name", [name for name in mechanism_names() if name not in WITHOUT_EFFECT])
def test_each_mechanism_makes_a_difference_to_a_prediction(name):
    assert rules_of([name]).contract == (name in OF_AGREEMENTS)
    # Weights show where payoffs count and they are not even ones, which is what stands for none.
    base = ["static"] if name == "weights" else []
    uneven = dict.fromkeys(SCENARIO.playing("security_weight"), 0.8)
    world = SCENARIO.with_parameters(uneven) if name == "weights" else SCENARIO
    days = [date(2025, 6, 2), date(2025, 11, 17)]  # under Geneva and under Busan
    with_it, without = (
        [MechanismModel(on).predict(world, past_of(world, day)) for day in days]
        for on in ([*base, name], base)
    )
    assert any(not np.array_equal(one, other) for one, other in zip(with_it, without, strict=True))
