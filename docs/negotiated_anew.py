"""Measure what changes what is negotiated: `python docs/negotiated_anew.py`, after payoffs changed.

Writes the figure, that of the experiment `negotiated_anew`, and `docs/negotiated_anew.json`, from which
`python docs/page_numbers.py --stored` fills the page negotiated-anew.md: medians over draws and the shares of
draws in which each side negotiates more or less, at the levels of the small game; at the central values the
same with all levels; and over fewer draws, with all levels, at the pace of past talks. It takes some ten
minutes on one core.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from negotiation.lab import load_experiment, run
from negotiation.truces.claims import claims
from negotiation.truces.claims.table import claims_table
from negotiation.truces.studies.negotiated_anew import CHANGES, NegotiatedAnew, negotiated_anew
from negotiation.truces.theories.common.rounds import chance_a_period, rounds_a_year
from negotiation.world import Scenario, load_scenario

HERE = Path(__file__).parent
KEPT = HERE / "negotiated_anew.json"
DRAWS = 64
FEW = 24
CHEAP = tuple(name for name in CHANGES if name != "precedent")
DEPENDENCE, TODAY = "state.rare_earth_dependence.full", 0.7
"""The share of US imports in the experiment that is nearest to that of the last window known."""
PACE = 0.15
"""Near the chance a period that the talks on record give."""
QUESTION = 10
"""Number of the claims about bargaining anew."""
DIGITS = 6
"""Digits that are kept: more than the page shows, fewer than machines differ by."""
NONE = 1e-6
"""Less than so many USD bn a year is kept as none: what is left of a difference that is 0."""


def rows_of(found: NegotiatedAnew) -> dict[str, dict[str, Any]]:
    """Return what was found by change and chance, as "clock/0.15"."""
    rows: dict[str, dict[str, Any]] = {}
    for row in found:
        for name in row.changes:
            key = f"{name.replace(', ', '_').replace(' ', '_')}/{row.chance:g}"
            rows[key] = {"settled": float(row.settled.mean())}
            for i, player in enumerate(found.players):
                median = row.median(name, i)
                rows[key][player] = 0.0 if abs(median) < NONE else float(f"{median:.{DIGITS}g}")
                rows[key][f"{player}_gains"] = float(f"{row.share(name, i):.{DIGITS}g}")
                rows[key][f"{player}_loses"] = float(f"{row.lost(name, i):.{DIGITS}g}")
    return rows


def facts_of(scenario: Scenario, drawn: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return draws, the share of them in which something has not settled, and the pace of past talks."""
    rounds, lag = rounds_a_year(scenario), np.array(scenario.parameters["reaction_lag_days"])
    a_year = {"value": rounds.value, "low": rounds.low, "high": rounds.high}
    pace = {name: float(chance_a_period(np.array(x), lag)) for name, x in a_year.items()}
    return {
        "rounds": {name: float(f"{x:.{DIGITS}g}") for name, x in a_year.items()},
        "pace": {name: float(f"{x:.{DIGITS}g}") for name, x in pace.items()},
        "draws": {"small": DRAWS, "all": FEW, "pace": PACE},
        "unsettled": {"half": 1.0 - drawn["controls/0.5"]["settled"]},
    }


def claims_of(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the claims of the question by name, with the columns that the page of claims has."""
    names = {
        "question": "number", "at the central values": "central", "share of draws": "share", "low": "low",
        "high": "high", "draws": "draws", "fails by": "fails_by", "moved most by": "mover",
        "rank correlation": "correlation", "outcome": "outcome",
    }  # fmt: skip
    rows = table.set_index("claim")[list(names)].rename(columns=names).to_dict("index")
    return {
        claim: {key: float(f"{x:.{DIGITS}g}") if isinstance(x, float) else x for key, x in row.items()}
        for claim, row in rows.items()
    }


def turns_of(swept: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return where answers turn over the chance of bargaining anew, at the dependence of today."""
    own = swept[np.isclose(swept[DEPENDENCE], TODAY)].set_index("chance").sort_index()
    paid = own.index[(own[["usa_by_controls", "china_by_controls"]] > NONE).any(axis=1)]
    usa, china = (own.index[own[f"{side}_by_clock"] > NONE] for side in ("usa", "china"))
    return {
        "controls": {"last": float(paid.max()), "none": float(own.index[own.index > paid.max()].min())},
        "clock": {"usa": float(usa[usa < china.min()].max()), "china": float(china.min())},
    }


def main() -> None:
    """Measure everything and write it down."""
    scenario = load_scenario("us-china-2025")
    drawn = rows_of(negotiated_anew(scenario, size="small", draws=DRAWS))
    found = {
        "anew_of": facts_of(scenario, drawn),
        "anew": drawn,
        "anew_small_centre": rows_of(negotiated_anew(scenario, size="small")),
        "anew_centre": rows_of(negotiated_anew(scenario)),
        "anew_all": rows_of(negotiated_anew(scenario, changes=CHEAP, chances=[PACE], draws=FEW)),
    }
    names = [name for name, one in claims().items() if one.number == QUESTION]
    found["anew_claims"] = claims_of(claims_table(scenario, names=names).to_pandas())
    with TemporaryDirectory() as folder:
        swept = run(load_experiment("negotiated_anew", HERE.parent / "experiments"), store=folder)
        found["anew_turns"] = turns_of(swept.to_pandas())
        KEPT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        swept.plot().figure.savefig(HERE / "images" / "negotiated-anew.png", dpi=110)


if __name__ == "__main__":
    main()
