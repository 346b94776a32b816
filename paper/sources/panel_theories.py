"""What theories say of the parts of 47 truces, and what a test of them could see (decision 67).

Nothing here sets a share beside an outcome; `panel_theory_scores` does.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.truce_panel.keeping import HEADLINE, YEAR, with_theory
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.scores import PRIMARY, PanelScores, left_out_chances
from negotiation.truce_panel.spells import spells_of

MAKES = ("panel_shares", "panel_share_means", "panel_full_calibration", "panel_power")
HEAVY = True  # some three minutes of one processor
FULL = ("2018-12-buenos-aires", "2020-01-phase-one")
"""Truces of the panel that the full calibration of the United States and China has too."""
EFFECTS = (1.0, 0.5)
"""Log odds of being kept for a year that a standard deviation of a share is worth, in what is drawn."""
WORLDS = 40
FOLLOWED = 1095
"""Days for which a row with a step is followed where its truce is not told to have been read to some day."""


def shares_frame(shares):
    """Return one row a part and theory."""
    table = shares.table()
    return pd.DataFrame(table.rows, columns=table.columns).assign(
        dispute=[row.card.dispute_id for row in shares.rows],
        covered=[row.card.covered for row in shares.rows],
    )


def means(frame):
    """Return mean shares by leg and coverage, of all rows and of those whose trade is sourced throughout."""
    found = []
    for rows, own in (("sourced", frame[frame.sourced]), ("all", frame)):
        for leg in ("all", *dict.fromkeys(own.leg)):
            here = own[(own.leg == leg) | (leg == "all")]
            for (covered, theory), group in here.groupby(["covered", "theory"], sort=False):
                margin = group.margin.median()
                found.append((rows, leg, covered, theory, len(group), group.share.mean(), margin))
    return pd.DataFrame(found, columns=["rows", "leg", "covered", "theory", "parts", "share", "margin"])


def beside_the_full_calibration(panel, budget):
    """Return the share of each leg and theory by the card's game and by the whole calibration."""
    found = []
    for name in FULL:
        card = ng.verdict(
            panel.agreement(name), panel.scenario(name), draws=budget.verdict_draws, rng=budget.seed
        )
        whole = ng.verdict(
            name, ng.load_scenario("us-china-2025"), draws=budget.verdict_draws, rng=budget.seed
        )
        for row in whole:
            # Where the whole game has nothing that could be made harsher there is nothing to compare.
            if np.isfinite(row.margin) and row.leg in {one.leg for one in card}:
                other = card.find(row.leg, row.theory)
                found.append((name, row.leg, row.theory, other.share, row.share, other.margin, row.margin))
    heads = ["truce", "leg", "theory", "card", "full", "card_margin", "full_margin"]
    return pd.DataFrame(found, columns=heads)


def followed_days(panel, spells):
    """Return for how long each row would have been followed without a step."""
    ends = {
        one.truce_id: (one.window_end - one.signed).days if one.window_end else FOLLOWED
        for one in panel.truces
    }
    return np.array([max(ends[one.card.truce_id], one.days) if one.event else one.days for one in spells])


def drawn_spells(spells, kept_a_year, shape, followed, rng):
    """Return the rows with steps drawn anew, each at the hazard that its chance of a year says."""
    rate = (-np.log(kept_a_year)) ** (1 / shape) * YEAR / PRIMARY
    days = np.ceil(rng.exponential(size=len(spells)) ** (1 / shape) / rate * YEAR).astype(int)
    return [
        replace(one, days=int(min(day, last)), event=bool(day <= last), weight=1.0)
        for one, day, last in zip(spells, days, followed, strict=True)
    ]


def gain(spells, share):
    """Return the gain of the headline with a theory's shares over it, each dispute left out, and its ends."""
    chances = {
        HEADLINE: left_out_chances(HEADLINE, spells),
        with_theory(""): left_out_chances(HEADLINE, spells, shares=share),
    }
    return PanelScores("", tuple(spells), chances).gain(with_theory(""), HEADLINE)


def power(panel, shares, worlds=WORLDS):
    """Return how each share goes with coverage and cell, and how often an effect of it would be found."""
    spells = spells_of(panel.tables)
    fitted, followed = panel.keeping(), followed_days(panel, spells)
    cards = [one.card for one in spells]
    kept = fitted.kept(cards, [PRIMARY])[:, 0]
    covered = np.array([card.covered for card in cards], dtype=float)
    cells = pd.Series([f"{card.leg} {card.covered}" for card in cards])
    rows = []
    for theory, share in shares.by_theory().items():
        by_cell = pd.Series(share).groupby(cells).transform("mean")
        row = [theory, share.std(), np.corrcoef(share, covered)[0, 1], by_cell.std() / pd.Series(share).std()]
        odds = np.log(kept / (1 - kept))
        for effect in EFFECTS:
            rng = np.random.default_rng(NUMERICS.draw_seed)
            moved = 1 / (1 + np.exp(-(odds + effect * (share - share.mean()) / share.std())))
            found = [
                gain(drawn_spells(spells, moved, fitted.shape, followed, rng), share)[1] > 0
                for _ in range(worlds)
            ]
            row.append(np.mean(found))
        rows.append(row)
    return pd.DataFrame(
        rows, columns=["theory", "spread", "with_coverage", "with_cell", "power_1", "power_half"]
    )


def compute(budget):
    """Return shares, their means, those of the full calibration beside, and the power of the test."""
    panel = ng.panel().among("first 47")
    shares = panel.theories()
    frame = shares_frame(shares)
    return {
        "panel_shares": frame,
        "panel_share_means": means(frame),
        "panel_full_calibration": beside_the_full_calibration(panel, budget),
        "panel_power": power(panel, shares),
    }
