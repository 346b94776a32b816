"""Whether Busan's path is held with the general licences that it promises as it is with licences flowing."""

import pandas as pd

from negotiation.truces.studies.restraint import restraint
from negotiation.world import load_scenario

MAKES = ("licences",)
USA = {"tariff": "busan", "chip_control": "licensed"}
CHN = {"tariff": "geneva", "purchases": "buys"}
PATHS = {
    curb: {"USA": USA, "CHN": {**CHN, "rare_earth_curb": curb}}
    for curb in ("licences_flow", "general_licences")
}
"""Busan's levels in the core game, by the level of the curb."""
HORIZONS = {"3 months": 0.25, "1 year": 1.0}
"""Those that paths are drawn at in `docs/restraint.py`, in years."""


def compute(budget):
    """Return whether each path is held at the central values, by game, step of the stocks and horizon."""
    del budget
    found = restraint(
        load_scenario("us-china-2025"), PATHS, size="core", horizons=tuple(HORIZONS.values()),
        games=["moving", "learned"],
    )  # fmt: skip
    rows = [
        (row.path, row.game, row.stocks, horizon, bool(row.holds[0, k]))
        for row in found
        for k, horizon in enumerate(HORIZONS)
    ]
    return {"licences": pd.DataFrame(rows, columns=["curb", "game", "stocks", "horizon", "held"])}
