"""Compute the scores of `docs/explanation/predictions.md`: `python docs/scores.py --write` keeps them.

Without `--write` the tables are named. It takes some minutes, since every set of parts of theories is
scored for their values; `--only weeks,months` makes some tables alone. What is said of
eight years in weeks and in months is kept in `docs/scores.csv`, by leg, instrument and lead, and what parts
add in `docs/theory_parts.csv`, by leg; all forecasts of Busan's first year (decision 65) in
`docs/first_year.csv`; who was named first and placebos in files of their names. Rows of
the first model, which has gone (decision 58), stand in `docs/first_model.csv` with the day and the version
that computed them; nothing computes them again.
"""

import argparse
import csv
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

import numpy as np

from negotiation.disputes import load_scenario
from negotiation.lab.frozen_forecast import read_frozen
from negotiation.truces.prediction.baselines import BASELINES, baseline
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates, selected_prequentially
from negotiation.truces.prediction.pools.prequential import COUNTED
from negotiation.truces.prediction.pools.resolved_months import AskedOnce
from negotiation.truces.prediction.questions import question_sets
from negotiation.truces.prediction.series_scores import month_scores, week_scores
from negotiation.truces.prediction.theory_forecasts import WithDockets, theory_forecasters
from negotiation.truces.prediction.theory_parts import scores_over_the_record, theory_parts
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import looking_back_to, record_begins
from negotiation.truces.replay.first_named import first_named
from negotiation.truces.replay.placebos import placebo_scores

HERE = Path(__file__).parent
KEPT = HERE / "scores.csv"
KEPT_PARTS = HERE / "theory_parts.csv"
POOLED = HERE / "pools.csv"
YEAR = HERE / "first_year.csv"
FROZEN = HERE.parent / "experiments" / "forecasts"
MONTHS = 10
"""Of Busan's first year that are over."""
LEGS = ("all", "tariff", "control", "other")
NAMED = ("series", "markov", "mirror", "self exciting")
"""Baselines whose first names are shown beside those of theories: hold and coin never prefer one."""
COMPARED = "shrunk"
"""With what all are compared over eight years: the constant rate of each series, named before it was run."""
POOL = "baselines pooled"
"""With which pools are compared besides, to see what theories add."""
BESIDE = ("hold", "coin", "shrunk", "two pace", "self exciting")
"""Baselines that are shown beside theories."""
GENEVA = ("weeks since Geneva", "months since Geneva")
CENTRAL = ", central pace"
FIRST_WEEK, FIRST_MONTH, LAST_LEAD = date(2025, 5, 19), date(2025, 6, 1), 6
"""From the first Monday and the first month on whose eve Geneva was in force."""


def named(scenario):
    """Return rows of what is named first before each first break, once where two truces share it."""
    chosen = [*(baseline(name) for name in NAMED), *theory_forecasters(scenario)]
    found, truces = {}, {}
    for row in first_named(scenario, chosen).table().rows:
        key = (row[1], row[4:], row[2])
        truces.setdefault(key, []).append(row[0])
        found[key] = row
    head = ("truce", "broke first", "predictor", "names first", "share", "next", "of what broke")
    rows = []
    for key, row in found.items():
        shares = ("" if share is None else f"{share:.2f}" for share in row[4:7])
        rows.append((" and ".join(truces[key]), *(cell.replace("_", " ") for cell in row[1:4]), *shares))
    return head, rows


def placebos(scenario):
    """Return rows of the scores over the windows of the placebos."""
    found = placebo_scores(scenario)
    head = ("placebo", "cells", "with a move", *next(iter(found.scores.values())).names)
    rows = [
        (name, one.cells.outcomes.size, one.cells.moved, *(f"{one.mean(each):.3f}" for each in one.names))
        for name, one in found.scores.items()
    ]
    return head, rows


@cache
def parts(scenario, form):
    """Return what parts of theories add over the record, in one form, with the scores of all of them."""
    return theory_parts(scenario, form)


@cache
def others(scenario, form):
    """Return the scores of every baseline over the record."""
    return scores_over_the_record(BASELINES, scenario, form)


@cache
def over_the_record(scenario):
    """Return the scores of baselines and theories over the record by form, by the same rows."""
    paces = [theory_forecasters(scenario), theory_forecasters(scenario, pace="central")]
    names = [one.name for of in paces for one in of]
    return {
        form: others(scenario, form).beside(parts(scenario, form).scores, names)
        for form in ("weeks", "months")
    }


def keep_beside(path, head, rows, made):
    """Write the rows of some forms to a file, those of the other forms staying as they are."""
    others = []
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            others = [row for row in list(csv.reader(file))[1:] if row[0] not in made]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *others, *rows])


def keep_parts(found):
    """Write the values of parts of some forms to `docs/theory_parts.csv`, the others staying as they are."""
    head = ("form", "part", "leg", "value", "low", "high", "lost", "lost_low", "lost_high")
    rows = [
        (form, name, leg, *(f"{x:.5f}" for x in (*one.value(name, leg), *one.lost_without(name, leg))))
        for form, one in found.items()
        for name in one.names
        for leg in LEGS
    ]
    keep_beside(KEPT_PARTS, head, rows, found)


@cache
def since_geneva(scenario):
    """Return scores of theories, and of some of what is not one, while an agreement was in force."""
    theories = [*theory_forecasters(scenario), *theory_forecasters(scenario, pace="central")]
    chosen = [*(baseline(name) for name in BESIDE), *theories]
    return {
        "weeks since Geneva": week_scores(chosen, scenario, start=FIRST_WEEK),
        "months since Geneva": month_scores(chosen, scenario, start=FIRST_MONTH, leads=LAST_LEAD),
    }


@cache
def with_pools(scenario):
    """Return the scores by month of baselines, theories and the candidates of decision 54."""
    theories = theory_forecasters(scenario)
    pools = candidates(theories)
    every = [*BASELINES, *theories, *pools, selected_prequentially(pools)]
    return month_scores([AskedOnce(one) for one in every], scenario)


def four(found, name):
    """Return the mean of a predictor's mean log scores at the leads that count."""
    return sum(found.mean(name, lead=lead) for lead in COUNTED) / len(COUNTED)


def best_baselines(found):
    """Return the best baseline at each lead that counts, and over all leads, in hindsight."""
    names = [one.name for one in BASELINES]
    best = {lead: min(names, key=lambda name: found.mean(name, lead=lead)) for lead in COUNTED}
    return best | {None: min(names, key=found.mean)}


def share_since_geneva(found):
    """Return the share of the choice's gain over the pool of baselines, a month ahead, since Geneva."""
    scores = found.log_scores[:, :, 0].sum(axis=-1)
    gains = scores[found.names.index(POOL)] - scores[found.names.index(CHOSEN)]
    return gains[[day >= FIRST_MONTH for day in found.origins]].sum() / gains.sum()


def keep_pools(found):
    """Write to `docs/pools.csv` the scores at the leads that count, against the best baseline and a pool."""
    best = best_baselines(found)
    theories = [one.name for one in theory_forecasters(load_scenario("us-china-2025", "central"))]
    single = [one.name for one in BASELINES] + theories
    with POOLED.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        head = ("predictor", "lead", "against", "over", "log", "brier", "auc", "gain", "low", "high")
        lines.writerow(head)
        for name in found.names:
            for lead, other in best.items():
                of = "all" if lead is None else lead
                both = [f"{found.mean(name, lead=lead, rule=rule):.5f}" for rule in ("log", "brier")]
                auc = f"{found.discrimination(name, lead=lead):.4f}"
                against = {"best": other} | ({} if name in single else {"pooled": POOL})
                for word, over in against.items():
                    gain = (f"{value:.5f}" for value in found.difference(name, over, lead=lead))
                    lines.writerow((name, of, word, over, *both, auc, *gain))
            lines.writerow((name, "four", "", "", f"{four(found, name):.5f}", *[""] * 5))
        share = f"{share_since_geneva(found):.3f}"
        lines.writerow((CHOSEN, 1, "since Geneva", POOL, "", "", "", share, "", ""))


@cache
def first_year(scenario):
    """Return by coding the scores of every forecast of Busan's first year, as of the frozen ones' day."""
    files = [FROZEN / f"2025-11-30{version}.json" for version in ("", "-v2", "-v3", "-v4")]
    frozen = [read_frozen(file).forecast for file in files]
    after = frozen[0].as_of + timedelta(days=1)
    back = looking_back_to(scenario, record_begins(scenario) - timedelta(days=1))
    theories = theory_forecasters(scenario)
    pools = candidates(theories)
    asked = [*theories, *theory_forecasters(scenario, pace="central"), *pools, selected_prequentially(pools)]
    asked.append(WithDockets(baseline(COMPARED)))
    past, windows = past_of(back, after), month_windows(after, MONTHS)
    # Questions stand as chances do: by month, country and instrument, and direction.
    said = np.stack([forecast_ahead(one, back, past, windows).ravel() for one in asked])
    versions, found = [f"frozen {k}" for k in range(1, len(frozen) + 1)], {}
    for name in question_sets(scenario):
        of = [one.score(questions=name, scenario=scenario) for one in frozen]
        chances = np.vstack([*(one.chances[0] for one in of), of[0].chances[1:], said])
        names = (*versions, *of[0].names[1:], *(one.name for one in asked))
        found[name.partition("-")[2]] = replace(of[0], names=names, chances=chances)
    return found


def keep_first_year(found):
    """Write all scores of forecasts of Busan's first year to `docs/first_year.csv`."""
    with YEAR.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        head = ("coding", "predictor", "log", "brier", "auc", "expected", "mcb", "dsc", "gain")
        lines.writerow((*head, "low_months", "high_months", "low_series", "high_series"))
        for coding, one in found.items():
            for row, gains in zip(one.table().rows, one.gains().rows, strict=True):
                lines.writerow((coding, row[0], *(f"{number:.5f}" for number in (*row[1:], *gains[1:]))))


def keep(scores):
    """Write every score of some forms to `docs/scores.csv`, the others staying as they are."""
    rows = []
    for form, found in scores.items():
        of = [{"leg": leg} for leg in LEGS]
        of += [{"instrument": one} for one in dict.fromkeys(name for _, name in found.pairs)]
        of += [{"lead": k + 1} for k in range(found.known.shape[1]) if found.form == "months"]
        for name in found.names:
            for part in of:
                auc = "" if "instrument" in part else f"{found.discrimination(name, **part):.4f}"
                gain = (f"{value:.5f}" for value in found.difference(name, COMPARED, **part))
                both = (f"{found.mean(name, rule=rule, **part):.5f}" for rule in ("log", "brier"))
                rows.append((form, name, " ".join(map(str, part.values())), *both, auc, *gain))
    head = ("form", "predictor", "of", "log", "brier", "auc", "gain", "low", "high")
    keep_beside(KEPT, head, rows, scores)


def keep_table(name, make, scenario):
    """Write a table with the head and the rows that `make` returns to the file of its name."""
    head, rows = make(scenario)
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def makers(scenario):
    """Return by name what computes each table and keeps it."""
    tables = {"named": named, "placebos": placebos}
    forms = dict.fromkeys(("weeks", "months"), over_the_record) | dict.fromkeys(GENEVA, since_geneva)
    return {
        **{name: partial(keep_table, name, make, scenario) for name, make in tables.items()},
        **{form: lambda form=form, of=of: keep({form: of(scenario)[form]}) for form, of in forms.items()},
        **{
            f"parts by {form}": lambda form=form: keep_parts({form: parts(scenario, form)})
            for form in ("weeks", "months")
        },
        "pools": lambda: keep_pools(with_pools(scenario)),
        "first year": lambda: keep_first_year(first_year(scenario)),
    }


def main():
    """Name the tables, or keep them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="compute and keep them")
    options.add_argument("--only", help="names of tables, with commas between")
    given = options.parse_args()
    every = makers(load_scenario("us-china-2025", "central"))
    for name in given.only.split(",") if given.only else every:
        if given.write:
            every[name]()
        print(name)


if __name__ == "__main__":
    main()
