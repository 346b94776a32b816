"""Whether Busan's path is held with the general licences that it promises as it is with licences flowing."""

from itertools import product
from pathlib import Path

import pandas as pd

from negotiation.base.reading.text import file_text
from negotiation.disputes import load_scenario
from negotiation.lab.experiment import module_from_source

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "effective_horizon.py"
MAKES = ("licences",)
USA = {"tariff": "busan", "chip_control": "licensed"}
CHN = {"tariff": "geneva", "purchases": "buys"}
PATHS = {
    curb: {"USA": USA, "CHN": {**CHN, "rare_earth_curb": curb}}
    for curb in ("licences_flow", "general_licences")
}
"""Busan's levels in the core game, by the level of the curb."""
HORIZONS = {"3 months": 0.25, "1 year": 1.0}
"""Those that `restraint_by_horizon.py` draws paths at, in years."""


def compute(budget):
    """Return whether each path is held at the central values, by game, step of the stocks and horizon."""
    del budget
    # Read as other files are, so that the table is of what stands in it.
    experiment = module_from_source(file_text(EXPERIMENT), str(EXPERIMENT))
    world, rows = load_scenario("us-china-2025"), []
    letters = {
        (path, game, stocks, years): letter
        for game in ("moving", "learned")
        for (path, stocks, years), letter in experiment.restraint(
            world, PATHS, game, HORIZONS.values()
        ).items()
    }
    for path, game, stocks in product(PATHS, ("moving", "learned"), experiment.STOCKS):
        for name, years in HORIZONS.items():
            rows.append((path, game, stocks, name, letters[path, game, stocks, years] == "1"))
    return {"licences": pd.DataFrame(rows, columns=["curb", "game", "stocks", "horizon", "held"])}
