"""What scripted agents give away in the matches of the bench, and whether two halves of them rank alike."""

import pandas as pd

from negotiation.agents import bench

MAKES = ("bench_agents", "bench_halves")
# The bench itself has thirty matches: a smaller budget plays the first ones alone.
MATCHES = 30


def compute(budget):
    """Return the tables of the bench; nothing in it is drawn but the interval."""
    played = bench(limit=max(2, min(MATCHES, budget.claim_draws // 8)))
    halves = [("plain", played.agreement()), ("disguised", played.agreement(disguised=True))]
    columns = ["matches", "correlation"]
    return {
        "bench_agents": played.to_pandas().assign(matches=len(played.matches)),
        "bench_halves": pd.DataFrame(halves, columns=columns),
    }
