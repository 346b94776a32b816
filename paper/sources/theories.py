"""What the theories say of every leg, over draws, and what of them is left once the record is known."""

import numpy as np
import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.timeline import record_begins
from negotiation.truces.theories import theories_by_name
from negotiation.truces.verdicts.drawn import share_interval
from negotiation.truces.verdicts.legs import verdicts_of
from negotiation.truces.verdicts.verdict import verdict

MAKES = ("theory_verdicts", "theory_sets", "theory_counts", "verdicts")
SETS = 256
"""Draws behind the joint shares, in which all legs are asked together."""
TURNING = ("Geneva", "Busan")
DECIDED = ("holds", "breaks")
SET_COLUMNS = ["theory", "of", "share", "draws", "irrational", "share_all"]


def compute(budget):
    """Return verdicts by truce, leg and theory; joint shares; counts of legs said rightly; the text alone."""
    scenario = load_scenario("us-china-2025")
    rows, held, over, alone = [], {}, {}, []
    for text in agreements_of(scenario):
        if text.signed <= record_begins(scenario):
            continue
        place = text.id.split("-")[2].capitalize()
        found = verdict(text.id, scenario, draws=budget.verdict_draws, rng=budget.seed)
        fewer = min(SETS, budget.verdict_draws)
        over[place] = holds_by_draw(
            found if fewer == found.draws else verdict(text.id, scenario, draws=fewer, rng=budget.seed)
        )
        legs = verdicts_of(found).alone
        alone += [
            (place, v.leg, v.model, v.margin, v.share, v.record, v.agree, ", ".join(v.covered)) for v in legs
        ]
        held |= {(place, v.leg): v.record_held for v in legs}
        asked = found.by_definition().to_pandas()
        for row, wider in zip(found, asked.itertuples(index=False), strict=True):
            turns = found.turns.of(row.leg, row.theory) if place in TURNING else ()
            rows.append(
                (
                    place, row.leg, row.theory, row.word, row.holds, row.rational,
                    row.margin, row.gain, row.loss, row.player or "", row.first,
                    row.share, *row.interval, *wider[6:11], int(row.drawn.draws),
                    held[place, row.leg],
                    "; ".join(", ".join(one.names) for one in turns),
                    "; ".join(map(str, turns)),
                    *((turns[0].at[0], turns[0].share) if turns else (None, None)),
                )
            )  # fmt: skip
    columns = [
        "place", "leg", "theory", "word", "holds", "rational",
        "margin", "gain", "loss", "player", "departure", "share", "low", "high",
        "any_harsher", "any_change", "dated", "last", "irrational", "draws", "held",
        "turning", "turns", "turning_at", "turning_share",
    ]  # fmt: skip
    verdicts = pd.DataFrame(rows, columns=columns)
    text_alone = ["place", "leg", "model", "margin", "share", "record", "agree", "covered"]
    return {
        "theory_verdicts": verdicts,
        "theory_sets": pd.DataFrame(sets(over, held), columns=SET_COLUMNS),
        "theory_counts": counts(verdicts),
        "verdicts": pd.DataFrame(alone, columns=text_alone),
    }


def holds_by_draw(found):
    """Return by theory and leg whether it holds in each draw, and whether keeping is rational there."""
    drawn, legs = found.drawn, list(dict.fromkeys(row.leg for row in found))
    return {
        theory: {
            leg: np.array([drawn.margin[k, t] >= 0.0, drawn.rational[k, t]]) for k, leg in enumerate(legs)
        }
        for t, theory in enumerate(dict.fromkeys(row.theory for row in found))
    }


def sets(over, held):
    """Yield the share of draws in which all legs of a truce, or of several, come out as in the record.

    Draws in which what is kept is worth less to a side than the worst it can be held to are neither right nor
    wrong: the share is of the others. That of all draws stands beside: there the static best reply answers.
    """
    for theory in theories_by_name():
        legs = {place: np.array([*found[theory].values()]) for place, found in over.items()}
        sound = {place: found[:, 1].all(axis=0) for place, found in legs.items()}
        right = {
            place: np.all(
                [found[k, 0] == held[place, leg] for k, leg in enumerate(over[place][theory])], axis=0
            )
            for place, found in legs.items()
        }
        for of, places in (*((p, [p]) for p in over), ("Geneva and Busan", TURNING), ("all", list(over))):
            among = np.all([sound[p] for p in places], axis=0)
            hits = np.all([right[p] for p in places], axis=0)
            share = float((hits & among).sum() / among.sum()) if among.any() else np.nan
            yield theory, of, share, int(among.sum()), float(1.0 - among.mean()), float(hits.mean())
        together = np.concatenate([np.ptp(legs[p][:, 0].astype(int), axis=0)[sound[p]] == 0 for p in TURNING])
        whole = float(together.mean()) if len(together) else np.nan
        yield theory, "legs fall together", whole, len(together), np.nan, np.nan


def counts(verdicts):
    """Return how many legs each theory decides and says rightly, and rules that solve nothing."""
    found = verdicts.assign(right=(verdicts["word"] == "holds") == verdicts["held"])
    found = found[found["word"].isin(DECIDED)]
    names = list(dict.fromkeys(verdicts["theory"]))
    said = {name: found.loc[found["theory"] == name, "right"] for name in names}
    rows = [(name, int(own.sum()), len(own), True) for name, own in said.items()]
    legs = verdicts.drop_duplicates(["place", "leg"])
    tariffs = int((legs["held"] == (legs["leg"] == "tariff")).sum())
    rows.append(("tariffs hold, the rest moves", tariffs, len(legs), False))
    rows.append(("everything holds", int(legs["held"].sum()), len(legs), False))
    rows.append(("everything moves", int((~legs["held"]).sum()), len(legs), False))
    counted = [(*row, *(share_interval(row[1], row[2]) if row[2] else (None, None))) for row in rows]
    return pd.DataFrame(counted, columns=["rule", "right", "legs", "theory", "low", "high"])
