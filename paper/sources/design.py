"""Which texts would hold on two days: the search over the core game, and the terms of an extension.

All texts of the core game are looked at, each instrument unbound or at a level no harsher than the day's;
shares are of fresh draws.
"""

from datetime import date

import pandas as pd

import negotiation as ng
from negotiation.text_design.numerics import NUMERICS

MAKES = ("design_texts", "design_days")
HEAVY = True  # some five minutes of one processor
DAYS = (date(2025, 10, 30), date(2026, 11, 29))


def compute(budget):
    """Return each text that was asked at fresh draws, by theory, and what each day comes to."""
    full = budget.replay_draws > NUMERICS.draws
    options = {} if full else {"fresh": 8, "draws": 2, "texts": 20}
    rows, days = [], []
    for day in DAYS:
        found = ng.design("us-china-2025", on=day, rng=budget.seed, **options)
        named = {name: found.best_under(name) for name in found.theories}
        for number, one in enumerate(found.texts):
            for k, theory in enumerate(found.theories):
                usa, chn = one.score.mean_gains[k].tolist()
                legs = dict(zip(one.legs, (one.score.legs[k] / one.score.draws).tolist(), strict=True))
                best = one.agreement is not None and named[theory] is one.agreement
                share, lower = float(one.score.shares[k]), float(one.lower[k])
                rows.append(
                    {
                        "day": str(day), "text": number, "words": one.words, "clauses": one.clauses,
                        "theory": theory, "share": share, "lower": lower, **legs, "usa": usa, "chn": chn,
                        "worth": float(one.score.worths[k]), "searched": float(one.searched.shares[k]),
                        "best": best, "edge": one in found.frontier,
                    }
                )  # fmt: skip
        top = found.most_robust
        days.append(
            {
                "day": str(day), "looked": found.looked, "space": found.space, "fresh": found.fresh,
                "shown": len(found.texts), "robust": 0 if found.best is None else 1, "answer": found.answer,
                "most": top.holds, "lower": top.bound, "under": top.least_under, "words": top.words,
                "drop": max(one.drop for one in found.texts), "status": found.status, "binds": found.binds,
            }
        )  # fmt: skip
    return {"design_texts": pd.DataFrame(rows), "design_days": pd.DataFrame(days)}
