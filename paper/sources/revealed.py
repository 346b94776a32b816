"""What dated choices say of payoffs: by choice, by payoff, by verdict, and what they say of the next."""

import numpy as np
import pandas as pd

from negotiation.truces.revealed.next_choice import RULES, next_choice
from negotiation.truces.revealed.revealed import ERRORS, revealed

MAKES = ("revealed_choices", "revealed_bounds", "revealed_verdicts", "revealed_control", "revealed_next")
TRUCES = {"Geneva": "2025-05-geneva", "Busan": "2025-10-busan"}
# The stop of the H20 in April 2025 and its sale in August.
APRIL, AUGUST = "E036", "E057"


def compute(budget):
    """Return the tables, of twice the draws of the claims: few of them agree with all choices."""
    result = revealed("us-china-2025", draws=2 * budget.claim_draws, rng=budget.seed)
    names = {row.id: k for k, row in enumerate(result.choices)}
    hard = result.consistent(hard=True)
    choices = pd.DataFrame(
        {
            "id": list(names),
            "choice": [str(row.step) for row in result.choices],
            "day": [str(row.date) for row in result.choices],
            "class": [row.kind for row in result.choices],
            "share": result.pays.mean(axis=1),
            "worth": np.median(result.gains, axis=1),
            "concession": np.median(result.concession, axis=1),
            "dropped": [row.id in hard.dropped for row in result.choices],
            "draws": len(result.draws),
        }
    )
    judged = {name: result.verdicts(truce) for name, truce in TRUCES.items()}
    rows = [
        (name, error, row.leg, row.prior, row.consistent, row.effective, row.votes, ", ".join(row.restated),
         row.in_sample, min(row.without.values()), max(row.without.values()))
        for name, truce in TRUCES.items()
        for error in ERRORS
        for row in (judged[name] if error == judged[name].error else result.verdicts(truce, error=error)).rows
    ]  # fmt: skip
    columns = [
        "truce", "error", "leg", "prior", "consistent", "effective", "choices", "restated", "in_sample",
        "least", "most",
    ]  # fmt: skip
    return {
        "revealed_choices": choices,
        "revealed_bounds": result.bounds().to_pandas(),
        "revealed_verdicts": pd.DataFrame(rows, columns=columns),
        "revealed_control": control(result, judged["Busan"].find("control"), names),
        "revealed_next": following(result),
    }


def control(result, row, names):
    """Return how often Busan's control leg holds where the two choices about the H20 pay, or do not."""
    april, august = result.pays[names[APRIL]], result.pays[names[AUGUST]]
    sets = {
        "all": np.ones_like(april), "April pays": april, "August pays": august, "both pay": april & august,
        "August fails": ~august,
    }  # fmt: skip
    return pd.DataFrame(
        [
            (
                name,
                float(some.mean()),
                float((row.holds & row.rational & some).sum() / (row.rational & some).sum()),
            )
            for name, some in sets.items()
        ],
        columns=["draws", "part", "holds"],
    )


def following(result):
    """Return the log scores of the next choice."""
    scored = next_choice(result)
    rows = [("earlier choices", scored.score(scored.chances), scored.power)]
    rows += [
        (rule, scored.score(chances), np.nan) for rule, chances in zip(RULES, scored.by_rule, strict=True)
    ]
    return pd.DataFrame(rows, columns=["by", "score", "power"])
