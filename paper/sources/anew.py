"""What changes what is negotiated where all is bargained anew, and the same over dependence on the curb.

Medians over draws and the shares of draws in which each side negotiates more or less, at the levels of the
small game; at the central values the same with all levels; and over fewer draws, with all levels, near the
pace of past talks. It takes some three minutes.
"""

from pathlib import Path

import pandas as pd

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.lab.experiment import load_experiment
from negotiation.truces.studies.negotiated_anew import CHANGES, negotiated_anew

MAKES = ("anew", "anew_by_dependence")
EXPERIMENT = Path(__file__).parents[2] / "experiments" / "negotiated_anew.py"
DRAWS = 64
FEW = 24
CHEAP = tuple(name for name in CHANGES if name != "precedent")
PACE = 0.15
"""Near the chance a period that the talks on record give."""
DIGITS = 6
"""Digits that are kept: more than a page shows, fewer than machines differ by."""
NONE = 1e-6
"""Less than so many USD bn a year is kept as none: what is left of a difference that is 0."""


def compute(budget):
    """Return medians and shares of draws by change, chance and side, and the experiment over dependence."""
    scenario, most = load_scenario("us-china-2025"), budget.replay_draws
    frames = [
        rows_of("anew", negotiated_anew(scenario, size="small", draws=min(DRAWS, most))),
        rows_of("anew_small_centre", negotiated_anew(scenario, size="small")),
        rows_of("anew_all", negotiated_anew(scenario, changes=CHEAP, chances=[PACE], draws=min(FEW, most))),
        rows_of("anew_centre", negotiated_anew(scenario)),
    ]
    return {
        "anew": pd.concat(frames, ignore_index=True),
        "anew_by_dependence": ng.run(load_experiment(EXPERIMENT)).to_pandas(),
    }


def rows_of(table, study):
    """Return what each side negotiates more, one row for each chance, change and side."""
    rows = []
    for row in study:
        for name in row.changes:
            what = name.replace(", ", "_").replace(" ", "_")
            for i, side in enumerate(study.players):
                median = row.median(name, i)
                numbers = (0.0 if abs(median) < NONE else median, row.share(name, i), row.lost(name, i))
                shown = (float(f"{x:.{DIGITS}g}") for x in numbers)
                rows.append((table, what, row.chance, side, *shown, float(row.settled.mean()), study.draws))
    columns = ["table", "what", "chance", "side", "more", "gains", "loses", "settled", "draws"]
    return pd.DataFrame(rows, columns=columns)
