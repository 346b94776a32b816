"""Whether shares of theories say which parts of a truce are kept, beyond coverage and leg (decision 67)."""

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.truce_panel.keeping import HEADLINE, keeping, with_theory
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.scores import HORIZONS, PanelScores, left_out_chances, panel_scores
from negotiation.truce_panel.spells import spells_of

MAKES = ("panel_theory_scores", "panel_theory_max")
HEAVY = True  # some five minutes of one processor
PERMUTATIONS = 199
FEW = 16  # draws of a budget below which as many draws and permutations as it has are made


def score_rows(rows, left_out, scored, spells, by_theory):
    """Return one row a horizon and theory: scores, and the gain over the headline."""
    found = []
    for days in HORIZONS:
        for theory, shares in by_theory.items():
            model = with_theory(theory)
            gamma = -keeping(HEADLINE, spells, shares).coefficients[-1]
            numbers = scored.mean(model, days), scored.mean(model, days, "Brier")
            found.append((rows, left_out, days, theory, gamma, *numbers, *scored.gain(model, HEADLINE, days)))
    return found


def conventions(shares):
    """Return shares by theory under the two ways to count draws in which keeping is not rational.

    In the panel's own shares such a draw counts one half.
    """
    rational = {
        name: np.array([row.rational for row in shares.rows if row.theory == name])
        for name in shares.by_theory()
    }
    broken = {name: own - 0.5 * (1.0 - rational[name]) for name, own in shares.by_theory().items()}
    # A theory without a rational draw says nothing of a part: one half.
    left_out = {
        name: np.divide(own, rational[name], out=np.full(len(own), 0.5), where=rational[name] > 0.0)
        for name, own in broken.items()
    }
    return {"all, as broken": broken, "all, left out": left_out}


def shuffled(by_theory, cells, rng):
    """Return shares permuted among the rows of one leg and coverage, alike for all theories."""
    order = np.arange(len(cells))
    for cell in dict.fromkeys(cells):
        here = np.flatnonzero(cells == cell)
        order[here] = rng.permutation(here)
    return {name: own[order] for name, own in by_theory.items()}


def gains(spells, by_theory, headline):
    """Return the mean gain of each theory at the primary horizon, each dispute left out."""
    chances = {HEADLINE: headline} | {
        with_theory(name): left_out_chances(HEADLINE, spells, shares=own) for name, own in by_theory.items()
    }
    scored = PanelScores("", tuple(spells), chances)
    return {name: scored.mean(HEADLINE) - scored.mean(with_theory(name)) for name in by_theory}


def greatest(spells, by_theory, permutations=PERMUTATIONS):
    """Return the theory of the greatest gain, the gain, and how often permuted shares have one as great."""
    cells = np.array([f"{one.card.leg} {one.card.covered}" for one in spells])
    headline, rng = left_out_chances(HEADLINE, spells), np.random.default_rng(NUMERICS.seed)
    own = gains(spells, by_theory, headline)
    null = [
        max(gains(spells, shuffled(by_theory, cells, rng), headline).values()) for _ in range(permutations)
    ]
    best = max(own, key=own.get)
    chance = (1 + sum(one >= own[best] for one in null)) / (1 + permutations)
    return pd.DataFrame(
        [(best, own[best], np.quantile(null, 0.5), np.quantile(null, 0.95), chance)],
        columns=["theory", "gain", "null_median", "null_95", "chance"],
    )


def compute(budget):
    """Return scores and gains by horizon: all rows, those with sourced trade, and both conventions."""
    panel = ng.panel().among("first 47")
    few = budget.replay_draws
    draws, permutations = (few, few) if few < FEW else (NUMERICS.draws, PERMUTATIONS)
    spells, shares = spells_of(panel.tables), panel.theories(draws)
    by_theory = shares.by_theory()
    rows = []
    for left_out in ("dispute", "truce"):
        rows += score_rows("all", left_out, panel.scores(left_out, shares), spells, by_theory)
    for counted, own in conventions(shares).items():
        rows += score_rows(counted, "dispute", panel_scores(spells, "dispute", own), spells, own)
    first = shares.rows[0].theory
    sourced = np.array([row.sourced for row in shares.rows if row.theory == first])
    some = [one for one, there in zip(spells, sourced, strict=True) if there]
    own = {name: values[sourced] for name, values in by_theory.items()}
    rows += score_rows("sourced", "dispute", panel_scores(some, "dispute", own), some, own)
    heads = ["rows", "left_out", "days", "theory", "gamma", "log", "Brier", "gain", "low", "high"]
    return {
        "panel_theory_scores": pd.DataFrame(rows, columns=heads),
        "panel_theory_max": greatest(spells, by_theory, permutations),
    }
