"""The claims, at the central values and in which share of the parameter draws."""

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.claims import claims
from negotiation.truces.claims.table import claims_table

MAKES = ("claims",)


def compute(budget):
    """Return one row for each claim."""
    scenario = load_scenario("us-china-2025")
    costly = [name for name, one in claims().items() if one.draws is not None]
    cheap = [name for name in claims() if name not in costly]
    results = [
        *claims_table(scenario, budget.claim_draws, budget.seed, names=cheap),
        *claims_table(scenario, budget.bargain_draws, budget.seed, names=costly),
    ]
    rows = [
        (
            r.claim.number, r.claim.order, r.claim.name, r.claim.statement, r.central, r.central_binding,
            r.share, r.low, r.high, r.applies, r.outcome, r.fails_by, r.mover, r.correlation,
        )
        for r in results
    ]  # fmt: skip
    columns = [
        "number", "order", "claim", "statement", "central", "binding", "share", "low", "high", "draws",
        "outcome", "fails_by", "mover", "correlation",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).sort_values(["number", "order"], ignore_index=True)
    frame["central"] = frame["central"].astype("boolean")
    return {"claims": frame}
