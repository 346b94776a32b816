"""What keeps a part of a truce: description, scores of models left out, answers in kind, unseen truces.

Records 66, 69 and 92. Rows named "all" are of the 72 truces; answers in kind are coded for the first 47.
"""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.truce_panel.answers import CODERS, LEAST_DISPUTES, codings, kappa
from negotiation.truce_panel.keeping import HEADLINE, with_theory
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.panel import UNSEEN
from negotiation.truce_panel.scores import (
    FLOOR,
    HORIZONS,
    LEAST,
    PRIMARY,
    known_at,
    losses,
    panel_scores,
    score_predictions,
)
from negotiation.truce_panel.spells import FIRST, KEPT_BACK, ROWS, spells_of
from negotiation.truce_panel.survival import as_rows, product_limit, proportional_hazards, ratio
from negotiation.truce_panel.tables import LEGS

DESCRIBED = ("panel_rates", "panel_survival", "panel_answers")
MAKES = (
    *DESCRIBED, "panel_curves", "panel_sizes", "panel_answer_test", "panel_answer_gains", "panel_kappa",
    "panel_scores", "panel_gaps", "panel_ratios", "panel_unseen", "panel_truces",
)  # fmt: skip
SETS = (FIRST, KEPT_BACK)
FROZEN = Path(__file__).parents[2] / "experiments" / "forecasts" / "2026-12-01-panel.csv"
"""Chances of the kept-back truces, written before anybody here saw what became of them."""
WHAT = ("answer where left out", "coverage without answer", "product")


def described(panel):
    """Return rates, survival by group and answers for each set of rows."""
    found = {name: [] for name in DESCRIBED}
    for rows in (*ROWS, *SETS):
        part = panel.among(rows)
        found["panel_rates"].append(part.table().to_pandas().assign(rows=rows))
        found["panel_answers"].append(part.answers().to_pandas().assign(rows=rows))
        for by in ("coverage", "leg", "leg and coverage", "known"):
            curves = part.survival(by)
            bounds = [curves.bounds(name, HORIZONS[-1]) for name in curves.groups]
            least, most = zip(*bounds, strict=True)
            table = curves.to_pandas().assign(rows=rows, by=by, least=least, most=most)
            found["panel_survival"].append(table)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in found.items()}


def curves_by_coverage(panel):
    """Return the share kept by day, with its interval, for what is bound and what is left out."""
    days, found = np.arange(0, HORIZONS[-1] + 1, 5), []
    for rows in ROWS:
        curves = panel.among(rows).survival("coverage")
        for group in curves.groups:
            columns = dict(zip(("kept", "low", "high"), curves.kept(group, days), strict=True))
            found.append(pd.DataFrame({"rows": rows, "group": group, "days": days, **columns}))
    return pd.concat(found, ignore_index=True)


def answer_test(panel):
    """Return hazard ratios of an answer in kind where left out, of coverage without one, of their product.

    The last is how much less coverage lowers the hazard where there is an answer: above one as proposed. The
    number of measures beside it was not foreseen: parts that can be answered have more of them.
    """
    known, found = codings(), []
    panel = panel.among(FIRST)
    for rows in (ROWS[0], *ROWS[2:]):
        spells = spells_of(panel.among(rows).tables)
        covered = np.array([float(one.card.covered) for one in spells])
        legs = np.array([[one.card.leg == leg for leg in ("tariff", "trade", "control")] for one in spells])
        keys = [(one.card.truce_id, one.card.leg, one.card.covered) for one in spells]
        for coding in CODERS:
            answer = np.array([float(getattr(known[key], coding)) for key in keys])
            base = np.column_stack([answer, covered, answer * covered])
            more = np.hstack([base, legs, [[one.card.features[0]] for one in spells]])
            for name, x in (("legs", more[:, :-1]), ("alone", base), ("legs and measures", more)):
                beta, variance = proportional_hazards(x.astype(float), spells)
                for k, what in enumerate(WHAT):
                    told = ratio(float(beta[k]), float(variance[k, k]))
                    found.append((rows, coding, name, what, len(spells), int(answer.sum()), *told))
    heads = ["rows", "coding", "beside", "what", "parts", "answerable", "ratio", "low", "high"]
    return pd.DataFrame(found, columns=heads)


def answer_gains(panel):
    """Return what an answer where left out adds to the headline, disputes left out, as proposed and against.

    The coefficient has the sign that is asked for or is nought. This was not foreseen.
    """
    spells, known, found = spells_of(panel.among(FIRST).tables), codings(), []
    keys = [(one.card.truce_id, one.card.leg, one.card.covered) for one in spells]
    for coding in CODERS:
        answer = np.array([getattr(known[key], coding) and not key[2] for key in keys], dtype=float)
        for way, shares in (("as proposed", answer), ("against", -answer)):
            scored = panel_scores(spells, "dispute", {"answer": shares})
            for days in HORIZONS:
                told = scored.gain(with_theory("answer"), HEADLINE, days)
                found.append((coding, way, days, *told))
    return pd.DataFrame(found, columns=["coding", "way", "days", "gain", "low", "high"])


def agreement():
    """Return Cohen's kappa of each pair of codings, and on how many parts they agree."""
    found = [(one, other, *kappa(one, other)) for one, other in combinations(CODERS, 2)]
    return pd.DataFrame(found, columns=["one", "other", "same", "kappa"])


def ratios(panel):
    """Return the hazard of what is left out over what is bound, also within truces, by set and kind."""
    found = []
    for rows in (ROWS[0], *SETS):
        part = panel.among(rows)
        spells, truces = spells_of(part.tables), {one.truce_id: one for one in part.truces}
        without = {name for name, one in truces.items() if "USA" not in (one.side_a, one.side_b)}
        of = {"all": spells, "without the USA": [one for one in spells if one.card.truce_id in without]}
        for form in dict.fromkeys(one.text_form for one in panel.truces):
            of[form] = [one for one in spells if truces[one.card.truce_id].text_form == form]
        of |= {leg: [one for one in spells if one.card.leg == leg] for leg in LEGS}
        for name, own in of.items():
            steps = [one.card.dispute_id for one in own if one.event]
            counts = [len({getattr(one.card, key) for one in own}) for key in ("truce_id", "dispute_id")]
            counts += [len(own), len(steps)]
            told = [None] * 6
            # Errors over disputes say nothing where hardly any dispute has a step.
            if len(set(steps)) >= LEAST_DISPUTES:
                x = np.array([[float(not one.card.covered)] for one in own])
                fits = (
                    proportional_hazards(x, own, strata)
                    for strata in (None, [one.card.truce_id for one in own])
                )
                told = [end for beta, variance in fits for end in ratio(float(beta[0]), variance[0, 0])]
            found.append((rows, name, *counts, *told))
    heads = ["rows", "of", "truces", "disputes", "parts", "steps", "ratio", "low", "high"]
    return pd.DataFrame(found, columns=[*heads, "within", "within_low", "within_high"])


def censoring_weights(spells, days):
    """Return one over the chance that a row was followed to its step, or for so long; 0 if it was not."""
    rows, (followed, _) = as_rows(spells), known_at(spells, days)
    # A step comes before an end of following on the same day.
    eve = np.minimum(rows.days, days) - 1
    chance = product_limit(rows._replace(event=~rows.event), eve, np.ones((1, len(spells))))[0]
    return np.where(followed, 1.0 / np.where(followed, chance, 1.0), 0.0)


def gains(scored, spells, horizons, floor, weigh=None):
    """Yield, by model, cells, log score, gain over one rate, its ends over truces and over disputes."""
    cells = [(k, h) for h in horizons for k in np.flatnonzero(known_at(spells, h)[0])]
    row, days = np.array(cells).T
    at = [HORIZONS.index(h) for h in days]
    kept = np.array([known_at(spells, h)[1][k] for k, h in cells])
    weights = np.ones(len(cells)) if weigh is None else weigh(spells, horizons[0])[row]

    def loss(model):
        p = np.clip(scored.chances[model][row, at], floor, 1.0 - floor)
        return losses(p, kept)["log"]

    for model in scored.chances:
        gained, ends = (loss(LEAST) - loss(model)) * weights, []
        for key in ("truce_id", "dispute_id"):
            of = np.unique([getattr(spells[k].card, key) for k in row], return_inverse=True)[1]
            sums, counts = np.bincount(of, gained), np.bincount(of, weights)
            rng = np.random.default_rng(NUMERICS.seed)
            drawn = rng.integers(len(sums), size=(NUMERICS.resamplings, len(sums)))
            ends += np.quantile(sums[drawn].sum(1) / counts[drawn].sum(1), NUMERICS.interval).tolist()
        total = weights.sum()
        yield model, len(cells), loss(model) @ weights / total, gained.sum() / total, *ends


def unseen():
    """Return the scores of the frozen chances: as first scored, by our rule of following, and weighted.

    First scored: to the file's own `held_days`, chances clipped to .01. Days 0: all horizons together.
    """
    scored = score_predictions(UNSEEN, FROZEN)
    ours, came = scored.spells, {}
    for one in ng.panel(UNSEEN).outcomes:
        came[one.truce_id, one.leg, one.covered] = one.first_harsher is not None
    files = [
        replace(one, days=one.held_days, event=came[one.card.truce_id, one.card.leg, one.card.covered])
        for one in ours
    ]
    found = []
    for how, spells, floor in (("as first scored", files, 0.01), ("to the truce's end", ours, FLOOR)):
        for days, horizons in ((0, HORIZONS), *((h, (h,)) for h in HORIZONS)):
            found += [(how, days, *row) for row in gains(scored, spells, horizons, floor)]
    weighted = gains(scored, ours, (PRIMARY,), FLOOR, censoring_weights)
    found += [("censoring weights", PRIMARY, *row) for row in weighted]
    ends = ["truces_low", "truces_high", "disputes_low", "disputes_high"]
    return pd.DataFrame(found, columns=["following", "days", "model", "cells", "log", "gain", *ends])


def truces(panel):
    """Return one row a truce: day, sides, dispute, form, set, parts and first harsher steps."""
    spells, kept_back = spells_of(panel.tables), {one.truce_id for one in panel.among(KEPT_BACK).truces}
    found = []
    for one in sorted(panel.truces, key=lambda one: (one.signed, one.truce_id)):
        own = [spell for spell in spells if spell.card.truce_id == one.truce_id]
        bound, left = ([s for s in own if s.card.covered == covered] for covered in (True, False))
        counts = [n for part in (bound, left) for n in (len(part), sum(s.event for s in part))]
        who = f"{one.side_a}, {one.side_b}"
        of = KEPT_BACK if one.truce_id in kept_back else FIRST
        found.append((str(one.signed), one.title, who, one.dispute_id, one.text_form, of, *counts))
    heads = ["signed", "truce", "sides", "dispute", "form", "set"]
    return pd.DataFrame(found, columns=[*heads, "bound", "bound_steps", "left_out", "left_out_steps"])


def compute(budget):  # noqa: ARG001 - nothing is drawn
    """Return descriptions, scores and tests; gains are over one rate, of legs over coverage alone beside."""
    panel = ng.panel()
    scores, gaps = [], []
    for left_out in ("dispute", "truce"):
        scored = panel.scores(left_out)
        table = scored.table()
        scores.append(pd.DataFrame(table.rows, columns=table.columns).assign(left_out=left_out))
        for days in HORIZONS:
            for model, over in (("coverage by leg", "coverage"), ("card", "coverage by leg")):
                gain, low, high = scored.gain(model, over, days)
                gaps.append((left_out, days, model, over, gain, low, high))
    for name in (*ROWS[2:], FIRST):
        scored = panel.among(name).scores()
        pairs = [("coverage", LEAST), ("coverage by leg", "coverage"), ("card", "coverage by leg")]
        for model, over in pairs[: 3 if name == FIRST else 1]:
            gaps.append((name, PRIMARY, model, over, *scored.gain(model, over)))
    heads = ["of", "days", "model", "over", "gain", "low", "high"]
    return {
        **described(panel),
        "panel_curves": curves_by_coverage(panel),
        "panel_sizes": pd.DataFrame(
            {
                "truces": [len(panel.truces)],
                "disputes": [len({one.dispute_id for one in panel.truces})],
                "steps": [sum(one.event for one in spells_of(panel.tables))],
                **{
                    f"{name}_{what}": [len(getattr(panel.among(of), what))]
                    for name, of in (("first", FIRST), ("unseen", KEPT_BACK))
                    for what in ("truces", "outcomes")
                },
                "parts": [len(spells_of(panel.tables))],
                "measures": [len(panel.instruments)],
            }
        ),
        "panel_answer_test": answer_test(panel),
        "panel_answer_gains": answer_gains(panel),
        "panel_kappa": agreement(),
        "panel_scores": pd.concat(scores, ignore_index=True),
        "panel_gaps": pd.DataFrame(gaps, columns=heads),
        "panel_ratios": ratios(panel),
        "panel_unseen": unseen(),
        "panel_truces": truces(panel),
    }
