"""Which paths best punishments hold, by game, stocks and horizon.

Three paths of the core game and that of all calm are asked of in three games
(`experiments/effective_horizon.py`): at the central values at five horizons, and in draws of the parameters
at two. A draw takes some twenty seconds, nearly all of it for the game in which the harm is learned.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from negotiation.base.reading.text import file_text
from negotiation.disputes import load_scenario
from negotiation.lab.experiment import module_from_source

MAKES = ("restraint",)
HEAVY = True  # three quarters of an hour; the first draws are computed again by a test
PART = 2
"""A draw takes twenty seconds, so that one draw in so many of a replay's budget is made."""
FILE = Path(__file__).parents[2] / "experiments" / "effective_horizon.py"
CENTRE = {"half a month": 1 / 24, "1 month": 1 / 12, "3 months": 0.25, "1 year": 1.0, "4 years": 4.0}
"""Horizons in years that are tried at the central values."""
DRAWN = {"3 months": 0.25, "1 year": 1.0}
"""Those that are tried in draws."""


def compute(budget):
    """Return which paths are held at the centre and in which draws."""
    scenario, games = load_scenario("us-china-2025"), tuple(experiment().MOVING)
    drawn = drawn_scenarios(scenario, budget.replay_draws // PART, budget.seed)
    return {
        "restraint": paths_held(
            letters(scenario, games, CENTRE), [letters(one, games, DRAWN) for one in drawn]
        )
    }


@cache
def experiment():
    """Return the program of the experiment, read as other files are: the tables are of what stands in it."""
    return module_from_source(file_text(FILE), str(FILE))


def paths():
    """Return the paths that are asked of: those of the experiment, and all calm."""
    return {**experiment().PATHS, "calm": {}}


def drawn_scenarios(scenario, count, seed=0):
    """Return the first draws of the parameters; more of them begin with the same."""
    rng = np.random.default_rng(seed)
    return [scenario.draw(rng) for _ in range(count)]


def letters(scenario, games, horizons):
    """Return by path, game, stocks and horizon a letter: 1 held, 0 not, ? undecided."""
    years = {value: name for name, value in horizons.items()}
    held, stocks = experiment().restraint, experiment().STOCKS
    return {
        (path, game, stocks[step], years[at]): letter
        for game in games
        for (path, step, at), letter in held(scenario, paths(), game, horizons.values()).items()
    }


def paths_held(centre, draws):
    """Return by path, game, stocks and horizon whether it is held at the centre, and the letters of draws."""
    rows = []
    for place in sorted(centre):
        told = "".join(one[place] for one in draws) if place[-1] in DRAWN else ""
        share = told.count("1") / len(told) if told else None
        rows.append((*place, centre[place] == "1", share, len(told), told))
    columns = ["path", "game", "stocks", "horizon", "centre", "share", "draws", "letters"]
    return pd.DataFrame(rows, columns=columns)
