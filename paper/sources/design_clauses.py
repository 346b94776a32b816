"""The anatomy of three texts in the core game.

Geneva, Busan and the extension of September 2026, each with its clauses taken out and put in, in the same
draws.
"""

from datetime import date

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.text_design.anatomy import anatomy
from negotiation.text_design.numerics import NUMERICS
from negotiation.truces.verdicts.drawn import share_interval

MAKES = ("design_clauses", "design_payments")
HEAVY = True  # some four minutes of one processor
TRUCES = ("2025-05-geneva", "2025-10-busan", "2026-09-washington")


def compute(budget):
    """Return what clauses do, and what payments could."""
    draws = NUMERICS.fresh if budget.replay_draws > NUMERICS.draws else budget.replay_draws
    world = ng.load_scenario("us-china-2025").as_of(date(2026, 10, 10))
    clauses, payments = [], []
    for name in TRUCES:
        scenario = world if name == TRUCES[-1] else None
        found = anatomy(name, scenario, size="core", draws=draws, rng=budget.seed)
        changes = (("whole", "", np.zeros(len(found.theories)), (np.nan, np.nan), ""),)
        changes += tuple(
            ("added" if one.added else "without", one.clause, one.shares, one.gains, one.weakens)
            for one in (*found.without, *found.more)
        )
        for kind, clause, shares, gains, weakens in changes:
            for theory, whole, change in zip(found.theories, found.whole.shares, shares, strict=True):
                after = round(float(whole + change) * draws)
                low, high = share_interval(after, draws)
                clauses.append(
                    {
                        "truce": name, "kind": kind, "clause": clause, "theory": theory,
                        "share": after / draws, "low": low, "high": high, "change": change, "usa": gains[0],
                        "chn": gains[1],
                        "weakens": weakens, "draws": draws,
                    }
                )  # fmt: skip
        payments += [(name, one.theory, one.before, one.to, one.billion, one.share) for one in found.payments]
    columns = ["truce", "theory", "before", "to", "billion", "share"]
    return {
        "design_clauses": pd.DataFrame(clauses),
        "design_payments": pd.DataFrame(payments, columns=columns),
    }
