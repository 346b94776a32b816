"""External checks: verdicts on the truces of two other disputes, and scores over two placebo windows."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.replay.placebos import placebo_scores
from negotiation.truces.verdicts.legs import verdicts_of
from negotiation.truces.verdicts.verdict import verdict

MAKES = ("other_disputes", "placebos")
TRUCES = {
    "japan-korea-2019": ("2019-11-standstill", "2023-03-tokyo"),
    "australia-china-2020": ("2023-04-barley", "2023-10-wine"),
}
"""The truces whose records are looked at, by dispute."""


def text_alone(name, scenario, budget):
    """Return what the text alone comes to by leg, beside the record."""
    return verdicts_of(
        verdict(name, scenario, theories=["moment"], draws=budget.replay_draws, rng=budget.seed)
    )


def compute(budget):
    """Return verdicts by leg of the other disputes, and log scores of the placebo windows."""
    rows = [
        (dispute, name, v.leg, v.model, v.share, v.record, v.agree)
        for dispute, names in TRUCES.items()
        for name in names
        for v in text_alone(name, load_scenario(dispute), budget)
    ]
    columns = ["dispute", "truce", "leg", "model", "share", "record", "agree"]
    scores = placebo_scores(load_scenario("us-china-2025")).scores
    placebos = [
        (window, found.cells.outcomes.size, found.cells.moved, name, found.mean(name))
        for window, found in scores.items()
        for name in found.names
    ]
    return {
        "other_disputes": pd.DataFrame(rows, columns=columns),
        "placebos": pd.DataFrame(placebos, columns=["window", "cells", "moved", "predictor", "log"]),
    }
