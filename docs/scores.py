"""Compute what findings.md says of predictions: `python docs/scores.py --write` puts its tables on the page.

Without `--write` the tables are printed. It takes some minutes, since every set of mechanisms is scored for
the Shapley values.
"""

import sys
from pathlib import Path

from negotiation.truces.prediction.ablation import ablation
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.replay.first_named import first_named
from negotiation.truces.replay.placebos import placebo_scores
from negotiation.truces.replay.rolling_forecasts import rolling_forecasts
from negotiation.truces.replay.window_scores import ALL_ON, PLAIN, usual_predictors
from negotiation.world import load_scenario

PAGE = Path(__file__).parent / "explanation" / "findings.md"
SEED = 0
LEGS = ("all", "tariff", "control", "other")
NAMED = ("series", "markov", "mirror", PLAIN, "static", "coverage", ALL_ON)
"""Whose first names are shown: hold and coin never prefer one, most mechanisms name what `plain` names."""
FLOORS, FLOORED = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02), (PLAIN, "coverage", ALL_ON)


def weekly(found):
    """Return rows of log and Brier scores by predictor: baselines, then the model."""
    shown = [*(one.name for one in BASELINES), PLAIN, *found.names, ALL_ON, "all but static"]
    head = ("predictor", "log score", *LEGS[1:], "with a move", "Brier score")
    rows = [
        (
            name,
            *(f"{found.scores.mean(name, leg=leg):.3f}" for leg in LEGS),
            f"{found.scores.mean(name, moved=True):.2f}",
            f"{found.scores.mean(name, rule='brier'):.3f}",
        )
        for name in shown
    ]
    return head, rows


def gains(found):
    """Return rows of gains over the best baseline, each with its interval over truce spells, by leg."""
    best = min((one.name for one in BASELINES), key=found.scores.mean)
    rows = [
        (name, *(_interval(*found.scores.difference(name, best, leg=leg)) for leg in LEGS))
        for name in (PLAIN, *found.names, ALL_ON, "all but static")
    ]
    return (f"gain over {best}", *LEGS), rows


def floors(scenario):
    """Return rows of the gain over a coin at other floors, the same for all."""
    chosen = [one for one in usual_predictors(alone=True) if one.name in ("coin", "markov", *FLOORED)]
    rows = []
    for least in FLOORS:
        scores = prequential(chosen, scenario, least=least)
        rows.append((least, *(_interval(*scores.difference(name, "coin")) for name in ("markov", *FLOORED))))
    return ("floor", "markov", *FLOORED), rows


def mechanisms(found):
    """Return rows of what each mechanism adds: alone, left out, and by Shapley value."""
    head = ("mechanism", "alone", "lost if left out", *(f"Shapley, {leg}" for leg in found.shapley))
    rows = [
        (
            name,
            _interval(*found.scores.difference(name, PLAIN)),
            f"{found.gain(ALL_ON) - found.gain(f'all but {name}'):.3f}",
            *(f"{values[k]:.3f}" for values in found.shapley.values()),
        )
        for k, name in enumerate(found.names)
    ]
    return head, rows


def named(scenario):
    """Return rows of what is named first before each first break, once where two truces share it."""
    chosen = [one for one in usual_predictors(alone=True) if one.name in NAMED]
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
    found = placebo_scores(scenario, usual_predictors())
    head = ("placebo", "cells", "with a move", *next(iter(found.scores.values())).names)
    rows = [
        (name, one.cells.outcomes.size, one.cells.moved, *(f"{one.mean(each):.3f}" for each in one.names))
        for name, one in found.scores.items()
    ]
    return head, rows


def rolling(scenario):
    """Return rows of the scores of forecasts from the ends of months."""
    table = rolling_forecasts(scenario, rng=SEED).table()
    return table.columns, [(*row[:4], *(f"{score:.3f}" for score in row[4:])) for row in table.rows]


def _interval(mean, low, high):
    return f"{mean:.3f} ({low:.3f} to {high:.3f})"


def tables(scenario, *, quick=False):
    """Return the tables of the page by name; without those that take minutes if `quick`."""
    found = ablation(scenario, shapley=not quick, rng=SEED)
    made = {
        "scores": weekly(found),
        "gains": gains(found),
        "floors": floors(scenario),
        "named": named(scenario),
        "placebos": placebos(scenario),
    }
    return made if quick else {**made, "mechanisms": mechanisms(found), "rolling": rolling(scenario)}


def markdown(head, rows):
    """Return a table as the page has it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def begin(name):
    """Return the line before a table of the page."""
    return f"<!-- begin: python docs/scores.py --write, {name} -->"


def written(page, made):
    """Return the text of the page with its tables replaced."""
    for name, (head, rows) in made.items():
        before, _, rest = page.partition(begin(name))
        after = rest.partition("<!-- end -->")[2]
        page = f"{before}{begin(name)}\n{markdown(head, rows)}\n<!-- end -->{after}"
    return page


def main():
    """Print the tables, or put them on the page."""
    made = tables(load_scenario("us-china-2025"))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
    else:
        print("\n\n".join(markdown(*each) for each in made.values()))


if __name__ == "__main__":
    main()
