"""The anatomy of three texts in the core game, and the extension's levels for longer and shorter terms.

Geneva, Busan and the extension of September 2026, each with its clauses taken out and put in, in the same
draws; the extension from 29 November 2026 on, to 10 January 2027 and beyond.
"""

from datetime import date

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.text_design.design import bench_of
from negotiation.text_design.numerics import NUMERICS
from negotiation.text_design.texts import Text
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.verdicts.counts import share_interval
from negotiation.truces.verdicts.verdict import sampled

MAKES = ("design_clauses", "design_payments", "design_terms")
HEAVY = True  # some four minutes of one processor
TRUCES = ("2025-05-geneva", "2025-10-busan", "2026-09-washington")
DAY, END = date(2026, 11, 29), date(2027, 1, 10)
TERMS = ((END - DAY).days, 180, 365, 0)


def compute(budget):
    """Return what clauses do, what payments could, and shares by the length of the extension's term."""
    draws = NUMERICS.fresh if budget.replay_draws > NUMERICS.draws else budget.replay_draws
    world = ng.load_scenario("us-china-2025").as_of(date(2026, 10, 10))
    clauses, payments = [], []
    for name in TRUCES:
        scenario = world if name == TRUCES[-1] else None
        found = ng.anatomy(name, scenario, size="core", draws=draws, rng=budget.seed)
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
        "design_terms": terms(world, draws, budget.seed),
    }


def terms(world, draws, seed):
    """Return the shares of the extension's levels, by the days of its term and theory."""
    bench, _ = bench_of(world, DAY, clocks=TERMS)
    levels = written_terms(ng.truce(TRUCES[-1], world))
    bound = tuple((*pair, level) for pair, level in levels.items() if pair in bench.levels)
    day = state_of_the_day(bench.asked.agreement, bench.scenario, None)
    sample = sampled(bench.scenario, day, draws, np.random.default_rng(seed), None)
    scores, _ = bench.scores([Text(bound, days) for days in TERMS], bench.games(sample))
    rows = []
    for text, score in scores.items():
        for theory, held in zip(bench.theories, score.held.tolist(), strict=True):
            rows.append((text.clock, theory.name, held / draws, *share_interval(held, draws), draws))
    return pd.DataFrame(rows, columns=["days", "theory", "share", "low", "high", "draws"])
