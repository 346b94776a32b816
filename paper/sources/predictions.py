"""Scores of the mechanisms and baselines, week by week, and the forecast from the end of the record."""

import pandas as pd

from negotiation.truces.prediction.ablation import ablation
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.forecast import forecast
from negotiation.world import load_scenario

MAKES = ("scores", "mechanisms", "spells", "forecast")
RULES = {"log score": "log", "Brier score": "brier", "log score, moves": "log_moves", "with a move": "moved"}


def compute(budget):
    """Return mean scores, what each mechanism adds, and the chances of the next moves."""
    scenario = load_scenario("us-china-2025")
    found = ablation(scenario, shapley=budget.shapley, draws=budget.score_draws, rng=budget.seed)
    scores = found.scores.table().to_pandas().rename(columns=RULES)
    baselines = {one.name for one in BASELINES}
    scores["kind"] = ["baseline" if name in baselines else "model" for name in scores["predictor"]]
    spells = pd.DataFrame({"spell": list(found.scores.spells)})
    spells["weeks"] = [int((found.scores.blocks == k).sum()) for k in range(len(spells))]
    ahead = forecast(
        "2025-10-busan", paths=budget.forecast_paths, draws=budget.forecast_draws, rng=budget.seed
    )
    rows = ahead.to_pandas()
    rows["mechanisms"] = ", ".join(ahead.on)
    return {"scores": scores, "mechanisms": mechanisms(found), "spells": spells, "forecast": rows}


def mechanisms(found):
    """Return gains alone with their intervals, gains lost if left out, and Shapley values by leg."""
    rows = []
    for k, name in enumerate(found.names):
        mean, low, high = found.scores.difference(name, "plain")
        lost = found.gain("all") - found.gain(f"all but {name}")
        row = {"mechanism": name, "alone": mean, "low": low, "high": high, "left_out": lost}
        for leg, values in found.shapley.items():
            row[f"shapley_{leg}"] = float(values[k])
        rows.append(row)
    for name in ("all", "markov", "hold", "mirror", "hazard"):
        mean, low, high = found.scores.difference(name, "plain")
        rows.append({"mechanism": f"({name})", "alone": mean, "low": low, "high": high})
    return pd.DataFrame(rows)
