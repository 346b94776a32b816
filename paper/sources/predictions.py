"""Scores of the baselines and of the theories, week by week in 2025."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.replay.window_scores import usual_predictors

MAKES = ("scores", "spells")
RULES = {"log score": "log", "Brier score": "brier", "log score, moves": "log_moves", "with a move": "moved"}


def compute(budget):
    """Return mean scores, and how many weeks each truce spell has."""
    del budget
    scenario = load_scenario("us-china-2025", "central")
    found = prequential(usual_predictors(scenario), scenario)
    scores = found.table().to_pandas().rename(columns=RULES)
    baselines = {one.name for one in BASELINES}
    scores["kind"] = ["baseline" if name in baselines else "theory" for name in scores["predictor"]]
    spells = pd.DataFrame({"spell": list(found.spells)})
    spells["weeks"] = [int((found.blocks == k).sum()) for k in range(len(spells))]
    return {"scores": scores, "spells": spells}
