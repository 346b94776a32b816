"""The extension's levels for longer and shorter terms, and what a clause on chip controls would cost Geneva.

From 29 November 2026 on, to 10 January 2027 and beyond; and the payment that would make Geneva with such a
clause hold in most draws.
"""

from datetime import date

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.text_design.anatomy import best_payment, margins_by_side
from negotiation.text_design.design import bench_of
from negotiation.text_design.numerics import NUMERICS
from negotiation.text_design.texts import Text
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.verdicts.drawn import share_interval
from negotiation.truces.verdicts.verdict import sampled

MAKES = ("design_terms", "design_chip")
DAY, END = date(2026, 11, 29), date(2027, 1, 10)
TERMS = ((END - DAY).days, 180, 365, 0)
GENEVA = {("USA", "tariff"): "geneva", ("CHN", "tariff"): "geneva"}
LEVELS = ("h20_stopped", "licensed")
"""The chip control as it stood before Geneva, and at its calmest."""


def compute(budget):
    """Return shares by the length of the extension's term, and payments for Geneva with one clause more."""
    draws = NUMERICS.fresh if budget.replay_draws > NUMERICS.draws else budget.replay_draws
    return {"design_terms": terms(draws, budget.seed), "design_chip": chip(draws, budget.seed)}


def terms(draws, seed):
    """Return the shares of the extension's levels, by the days of its term and theory."""
    bench, _ = bench_of("us-china-2025", DAY, clocks=TERMS)
    levels = written_terms(ng.truce("2026-09-washington", bench.scenario))
    bound = tuple((*pair, level) for pair, level in levels.items() if pair in bench.levels)
    scores, _ = bench.scores([Text(bound, days) for days in TERMS], bench.games(drawn(bench, draws, seed)))
    rows = [
        (text.clock, theory.name, held / draws, *share_interval(held, draws), draws)
        for text, score in scores.items()
        for theory, held in zip(bench.theories, score.held.tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["days", "theory", "share", "low", "high", "draws"])


def chip(draws, seed):
    """Return, by level of the chip control in the text and theory, shares without and with a payment."""
    bench, _ = bench_of("us-china-2025", date(2025, 5, 12))
    texts = {
        level: Text(tuple((*pair, x) for pair, x in {**GENEVA, ("USA", "chip_control"): level}.items()))
        for level in LEVELS
    }
    margins = {level: [] for level in LEVELS}
    for games in bench.games(drawn(bench, draws, seed)):
        for level, text in texts.items():
            margins[level].append(np.array([margins_by_side(one, games, text) for one in bench.theories]))
    rows = []
    for level, parts in margins.items():
        for theory, (usa, chn) in zip(bench.theories, np.concatenate(parts, axis=2), strict=True):
            amount, share = best_payment(-usa, chn)
            held = int(((usa >= 0.0) & (chn >= 0.0)).sum())
            to = "" if amount == 0.0 else "USA" if amount > 0.0 else "CHN"
            rows.append(
                (level, theory.name, held / draws, *share_interval(held, draws), to, abs(amount), share)
            )
    columns = ["level", "theory", "before", "low", "high", "to", "billion", "share"]
    return pd.DataFrame(rows, columns=columns)


def drawn(bench, draws, seed):
    """Return draws of parameters and states of the day."""
    day = state_of_the_day(bench.batch.agreement, bench.scenario, None)
    return sampled(bench.scenario, day, draws, np.random.default_rng(seed), None)
