"""Whether the texts that a design would call robust held longer: truces of the panel, by their generic games.

Observational: who signs what was not drawn by lot. A truce lasts to its first harsher step in any part, bound
or left out, or to its end; one act that ends several truces counts once.
"""

from collections import Counter
from math import prod

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.base.progress import nobody
from negotiation.text_design.judging import Score
from negotiation.text_design.numerics import NUMERICS
from negotiation.truce_panel.generic_game import agreement_of, priors, scenario_of
from negotiation.truce_panel.spells import spells_of
from negotiation.truce_panel.survival import proportional_hazards, ratio
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.verdicts.verdict import drawn_batches, sampled

MAKES = ("design_panel",)
HEAVY = True  # two minutes of one processor
ALPHA = 0.9


def compute(budget):
    """Return by theory how many truces are robust, and hazard ratios: of these, and by share of draws."""
    draws = NUMERICS.fresh if budget.replay_draws > NUMERICS.draws else budget.replay_draws
    tables, known = ng.panel().among("first 47").tables, theories_by_name()
    spells = lasting(tables)
    scores = {one.truce_id: score(tables, one, known, draws, budget.seed) for one in tables.truces}
    shares = np.array([scores[one.card.truce_id].shares for one in spells])
    robust = np.array([scores[one.card.truce_id].lower(len(scores)) for one in spells]) >= ALPHA
    shares = np.column_stack([shares, shares.min(axis=1)])
    robust = np.column_stack([robust, robust.all(axis=1)])
    rows = []
    for name, share, one in zip((*known, "all"), shares.T, robust.T, strict=True):
        held = hazard(one.astype(float), spells)
        rows.append(
            (name, len(spells), int(one.sum()), float(np.median(share)), *held, *hazard(share, spells))
        )
    heads = [
        "theory",
        "truces",
        "robust",
        "median",
        "ratio",
        "low",
        "high",
        "by_share",
        "share_low",
        "share_high",
    ]
    return {"design_panel": pd.DataFrame(rows, columns=heads)}


def hazard(column, spells):
    """Return the hazard ratio of a column with the ends of nine tenths; nothing where it does not vary."""
    if np.ptp(column) == 0.0:
        return np.nan, np.nan, np.nan
    beta, variance = proportional_hazards(column[:, None], spells)
    return ratio(float(beta[0]), float(variance[0, 0]))


def lasting(tables):
    """Return how long each truce lasted, as the spell of its part that was broken first, or held longest."""
    parts = {}
    for one in spells_of(tables):
        best = parts.get(one.card.truce_id)
        sooner = best is None or (not one.event, one.days if one.event else -one.days) < (
            not best.event,
            best.days if best.event else -best.days,
        )
        parts[one.card.truce_id] = one if sooner else best
    acts = Counter(one.act for one in parts.values() if one.event)
    return [type(one)(**{**vars(one), "weight": 1.0 / acts.get(one.act, 1)}) for one in parts.values()]


def score(tables, truce, known, draws, seed):
    """Return in how many draws every part of a truce holds, what is kept being rational, by theory."""
    world, text = scenario_of(tables, truce, priors()), agreement_of(tables, truce)
    day = state_of_the_day(text, world, None)
    asked, sample = game_batch(text, world, day.likely), sampled(world, day, draws, seed, None)
    at_once = max(1, min(draws, NUMERICS.payoffs_at_once // prod(asked.whole.shape)))
    held = np.zeros(len(known), int)
    for _, at, _ in drawn_batches(asked, sample, nobody, at_once):
        legs = ([leg.holds & leg.rational for leg in one.judge(at).values()] for one in known.values())
        held += [int(np.all(one, axis=0).sum()) for one in legs]
    return Score(draws, held, np.zeros((len(known), 1), int), np.zeros((len(known), 2)))
