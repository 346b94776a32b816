"""What remedies for a misread clause are worth, and two clocks together or in turn, at the central values."""

from pathlib import Path

import pandas as pd

from negotiation.base.reading.text import file_text
from negotiation.disputes import load_scenario
from negotiation.lab import Cell
from negotiation.lab.experiment import module_from_source

MAKES = ("remedies", "clocks_in_turn")
EXPERIMENTS = Path(__file__).parents[2] / "experiments"


def compute(budget):
    """Return the worth of remedies at two stakes, and margins of clocks by probability of renewal."""
    del budget
    scenario = load_scenario("us-china-2025")
    worth, clocks = program("remedies_for_noise").remedies, program("staggered_clocks")
    often = scenario.parameters["signal.ambiguity.low"]
    remedies = [
        {"stake": name} | worth(Cell({"ambiguity": often, "stake_for_each_gain": stake}, base=scenario))
        for name, stake in (("gain", 1.0), ("tenth", 0.1))
    ]
    in_turn = [
        {"renewal": renewal}
        | clocks.in_turn(Cell({"renewal": renewal, "stake_for_each_gain": 1.0}, base=scenario))
        for renewal in clocks.RENEWALS
    ]
    return {"remedies": pd.DataFrame(remedies), "clocks_in_turn": pd.DataFrame(in_turn)}


def program(slug):
    """Return the program of an experiment, read as other files are: the tables are of what stands in it."""
    path = EXPERIMENTS / f"{slug}.py"
    return module_from_source(file_text(path), str(path))
