"""Numbers of the year after Busan: what forecasts expected and gained."""

import pandas as pd

from paper.machinery.numbers import SAMPLED, day, decimal, reads, whole

POOLED, RULES = "frozen 2", "baselines pooled"
"""The forecast of theories and rules together that the text speaks of; two later files are next to it."""


@reads("first_year", "spell_scores", "court", "frozen")
def year_numbers(data):
    """Return scores under the second coding, which the record follows, and the gain of a rate by spell."""
    scores = data["first_year"].set_index(["coding", "predictor"])
    second, first = scores.loc[("second", POOLED)], scores.loc[("first", POOLED)]
    spell = data["spell_scores"].set_index(["form", "predictor"])
    own = spell.loc[("2026-first", "constant rate by spell")]
    asked = data["frozen"].set_index("file")["as_of"]["2025-11-30-v2.json"].iloc[0]
    return {
        "ForecastDay": day(pd.Timestamp(asked)),
        "FrozenAUC": decimal(second["auc"], tolerance=SAMPLED),
        "FirstAUC": decimal(first["auc"], tolerance=SAMPLED),
        "FirstRulesAUC": decimal(scores.loc[("first", RULES), "auc"], tolerance=SAMPLED),
        "FrozenExpected": decimal(second["expected"], 0, tolerance=SAMPLED),
        "YearCame": whole(spell.loc[("2026-second", "constant rate by spell"), "came"]),
        "FirstCame": whole(own["came"]),
        "FrozenLoss": decimal(-second["gain"], 3, tolerance=SAMPLED),
        "FrozenLossLow": decimal(-second["high_months"], 3, tolerance=SAMPLED),
        "FrozenLossHigh": decimal(-second["low_months"], 3, tolerance=SAMPLED),
        "RulesAUC": decimal(scores.loc[("second", RULES), "auc"], tolerance=SAMPLED),
        "FirstLoss": decimal(-first["gain"], 3, tolerance=SAMPLED),
        "FirstLossLow": decimal(-first["high_months"], 3, tolerance=SAMPLED),
        "FirstLossHigh": decimal(-first["low_months"], 3, tolerance=SAMPLED),
        "SpellGain": decimal(own["gain"], 3, tolerance=SAMPLED),
        "SpellGainLow": decimal(own["low"], 3, tolerance=SAMPLED),
        "SpellGainHigh": decimal(own["high"], 3, tolerance=SAMPLED),
        "CourtDraws": whole(data["court"]["draws"].max()),
    }
