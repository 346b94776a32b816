"""What the theories say of Busan in the state of its signing, with the emergency authority and without it."""

from dataclasses import replace

import pandas as pd

import negotiation as ng
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.verdicts.agreements import truce

MAKES = ("court",)
BUSAN = "2025-10-busan"


def compute(budget):
    """Return by authority, leg and theory the verdict and the share of draws in which the leg holds."""
    scenario = ng.load_scenario("us-china-2025")
    signed = state_of_the_day(truce(BUSAN, scenario), scenario).likely
    rows = []
    for name, step in (("in force", 1), ("lost", 0)):
        state = replace(signed, authority=step)
        found = ng.verdict(BUSAN, scenario, draws=budget.verdict_draws, state=state, rng=budget.seed)
        rows += [
            (
                name, row.leg, row.theory, row.word, row.share, *row.interval, budget.verdict_draws,
                float(row.drawn.irrational),
            )
            for row in found
        ]  # fmt: skip
    columns = ["authority", "leg", "theory", "word", "share", "low", "high", "draws", "irrational"]
    return {"court": pd.DataFrame(rows, columns=columns)}
