"""What keeps a part of a truce: rates in three sets of rows, and scores of models left out (decision 66)."""

from dataclasses import replace
from datetime import date

import pandas as pd

import negotiation as ng
from negotiation.truce_panel.scores import HORIZONS, panel_scores
from negotiation.truce_panel.spells import Card, spells_of

MAKES = ("panel_rates", "panel_scores", "panel_gaps")
CUT = date(2025, 1, 20)
"""After it one act is the first step in a dozen rows."""
KNOWN = "Known at signing."
"""How the note of a measure that is left out begins where it is no hindsight."""


def without_hindsight(panel):
    """Return the spells of bound parts, and of those left out whose measures were all known at signing."""
    by = {}
    for one in panel.instruments:
        by.setdefault((one.truce_id, one.leg, one.covered), []).append(one.note.startswith(KNOWN))
    spells = spells_of(panel.tables)
    return [one for one in spells if one.card.covered or all(by[_key(one.card)])]


def _key(card: Card):
    return card.truce_id, card.leg, card.covered


def until(panel, day=CUT):
    """Return the spells of truces that were signed before a day, as they were on it."""
    signed = {one.truce_id: one.signed for one in panel.truces}
    found = []
    for one in spells_of(panel.tables):
        known = (day - signed[one.card.truce_id]).days
        if known > 0:
            found.append(one if one.days <= known else replace(one, days=known, event=False, weight=1.0))
    return found


def rates(spells, rows):
    """Return steps a year by leg, and of all legs, bound and left out."""
    found = []
    for covered in (True, False):
        for leg in ("all", *dict.fromkeys(one.card.leg for one in spells)):
            own = [s for s in spells if s.card.covered == covered and leg in ("all", s.card.leg)]
            if own:
                years = sum(max(one.days, 0.5) for one in own) / 365.25
                steps = sum(one.weight for one in own if one.event)
                found.append((rows, leg, covered, len(own), sum(s.event for s in own), years, steps / years))
    return found


def compute(budget):  # noqa: ARG001 - nothing is drawn
    """Return rates and scores; gains are over one rate, of legs over coverage alone beside."""
    panel = ng.panel()
    sets = {"all": spells_of(panel.tables), "known": without_hindsight(panel), "before 2025": until(panel)}
    columns = ["rows", "leg", "covered", "parts", "first_steps", "years", "rate"]
    found = pd.DataFrame([row for name, own in sets.items() for row in rates(own, name)], columns=columns)
    scores, gaps = [], []
    for left_out in ("dispute", "truce"):
        scored = panel_scores(sets["all"], left_out)
        table = scored.table()
        scores.append(pd.DataFrame(table.rows, columns=table.columns).assign(left_out=left_out))
        for days in HORIZONS:
            for model, over in (("coverage by leg", "coverage"), ("card", "coverage by leg")):
                gain, low, high = scored.gain(model, over, days)
                gaps.append((left_out, days, model, over, gain, low, high))
    for name in ("known", "before 2025"):
        gain, low, high = panel_scores(sets[name], "dispute").gain("coverage")
        gaps.append((name, 365, "coverage", "one rate", gain, low, high))
    heads = ["of", "days", "model", "over", "gain", "low", "high"]
    return {
        "panel_rates": found,
        "panel_scores": pd.concat(scores, ignore_index=True),
        "panel_gaps": pd.DataFrame(gaps, columns=heads),
    }
