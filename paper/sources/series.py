"""What chances meant over eight years of months, the frozen forecast, and the pace of talks in the record."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from negotiation.base.reading.text import file_text
from negotiation.disputes import load_scenario
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.series_scores import month_scores
from negotiation.truces.record.renewals import chance_a_period, rounds_a_year

MAKES = ("reliability", "frozen", "pace")
SHOWN = ("coin", "climatology", "shrunk", "two pace", "self exciting")
"""Baselines whose chances are looked at: two simple ones, the one to compare with, and the best two."""

FORECASTS = Path(__file__).parents[2] / "experiments" / "forecasts"
FROZEN = "2025-11-30-v2.json"
"""By the rule that was chosen over eight years; a third, of later draws, stands beside it (decision 59)."""


def compute(budget):
    """Return classes of chances, the frozen forecast, and how often all is bargained anew."""
    del budget
    scenario = load_scenario("us-china-2025", "central")
    return {"reliability": reliability(scenario), "frozen": frozen(), "pace": pace(scenario)}


def reliability(scenario):
    """Return one row for each predictor and class of chances of months."""
    found = month_scores([baseline(name) for name in SHOWN], scenario)
    rows = []
    for name in found.names:
        one = found.reliability(name)
        classes = zip(one.edges, one.edges[1:], one.rows, one.given, one.came, strict=False)
        rows += [(name, *each) for each in classes if each[2]]
    return pd.DataFrame(rows, columns=["predictor", "from", "to", "rows", "given", "came"])


def frozen():
    """Return the rows of the frozen forecast that will be scored, with the name of its file."""
    path = FORECASTS / FROZEN
    kept = json.loads(file_text(path))
    columns = ["month", "actor", "instrument", "direction", "probability", "low", "high"]
    return pd.DataFrame(kept["rows"])[columns].assign(file=path.name, as_of=kept["as_of"])


def pace(scenario):
    """Return rounds of talks a year and the chance of one in a period, with their range."""
    often, lag = rounds_a_year(scenario), np.array(scenario.parameters["reaction_lag_days"])
    values = {"rounds": (often.value, often.low, often.high)}
    values["pace"] = tuple(float(chance_a_period(np.array(x), lag)) for x in values["rounds"])
    return pd.DataFrame(
        [(what, *row) for what, row in values.items()], columns=["what", "value", "low", "high"]
    )
