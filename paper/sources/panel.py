"""What keeps a part of a truce: description, scores of models left out, answers in kind (records 66, 69)."""

from itertools import combinations

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.truce_panel.answers import CODERS, codings, kappa
from negotiation.truce_panel.keeping import HEADLINE, with_theory
from negotiation.truce_panel.scores import HORIZONS, panel_scores
from negotiation.truce_panel.spells import ROWS, spells_of
from negotiation.truce_panel.survival import proportional_hazards, ratio

DESCRIBED = ("panel_rates", "panel_survival", "panel_answers")
MAKES = (
    *DESCRIBED, "panel_curves", "panel_sizes", "panel_answer_test", "panel_answer_gains", "panel_kappa",
    "panel_scores", "panel_gaps",
)  # fmt: skip
WHAT = ("answer where left out", "coverage without answer", "product")


def described(panel):
    """Return rates, survival by group and answers for each set of rows."""
    found = {name: [] for name in DESCRIBED}
    for rows in ROWS:
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
    spells, known, found = spells_of(panel.tables), codings(), []
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
    for name in ROWS[2:]:
        gain, low, high = panel.among(name).scores().gain("coverage")
        gaps.append((name, 365, "coverage", "one rate", gain, low, high))
    heads = ["of", "days", "model", "over", "gain", "low", "high"]
    return {
        **described(panel),
        "panel_curves": curves_by_coverage(panel),
        "panel_sizes": pd.DataFrame(
            {
                "truces": [len(panel.truces)],
                "parts": [len(spells_of(panel.tables))],
                "measures": [len(panel.instruments)],
            }
        ),
        "panel_answer_test": answer_test(panel),
        "panel_answer_gains": answer_gains(panel),
        "panel_kappa": agreement(),
        "panel_scores": pd.concat(scores, ignore_index=True),
        "panel_gaps": pd.DataFrame(gaps, columns=heads),
    }
