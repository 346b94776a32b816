"""Which combinations of levels each side's domestic weights ratify, by the hawks' weight."""

from itertools import product

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.studies.linkage import win_sets

MAKES = ("win_sets",)


def compute(budget):
    """Return the sizes of both win-sets by size of the game, what is without an agreement, and weight."""
    del budget
    scenario = load_scenario("us-china-2025")
    frames = []
    for size, against in product(("small", "core"), ("stage equilibrium", "trade war")):
        found = win_sets(scenario, size=size, against=against)
        frame = pd.DataFrame(
            {
                "weight": found.weights,
                "usa": found.sizes[:, 0],
                "chn": found.sizes[:, 1],
                "both": found.overlap,
                "calm_usa": found.calm[:, 0],
                "calm_chn": found.calm[:, 1],
            }
        )
        frames.append(frame.assign(size=size, against=against, combinations=found.agreements))
    return {"win_sets": pd.concat(frames, ignore_index=True)}
