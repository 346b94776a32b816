"""The map of cover and horizon: where the smallest game keeps restraint, and days of the record on it."""

from dataclasses import asdict
from datetime import date

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.studies.restraint_map import restraint_map

MAKES = (
    "restraint_map", "restraint_grid", "restraint_horizons", "restraint_stockpiles", "restraint_values",
)  # fmt: skip
RECORD_ENDS = date(2026, 10, 10)


def compute(budget):
    """Return days of the record, the grid, least horizons, shares by stockpile, and payoffs."""
    scenario = load_scenario("us-china-2025").as_of(RECORD_ENDS)
    found = restraint_map(scenario, draws=budget.leverage_draws, rng=budget.seed)
    rows = [{**asdict(point), "day": str(point.day)} for point in found.points]
    grid = [
        (lag, horizon, cover, found.share[k, i, j], found.central[k, i, j])
        for k, lag in enumerate(found.lags)
        for i, horizon in enumerate(found.horizons)
        for j, cover in enumerate(found.covers)
    ]
    values = [(name, *three, found.draws) for name, three in found.numbers.items()]
    return {
        "restraint_map": pd.DataFrame(rows),
        "restraint_grid": pd.DataFrame(grid, columns=["lag", "horizon", "cover", "share", "central"]),
        "restraint_horizons": pd.DataFrame([asdict(each) for each in found.least]),
        "restraint_stockpiles": pd.DataFrame({"cover": found.stockpiles, "share": found.share_by_stockpile}),
        "restraint_values": pd.DataFrame(values, columns=["name", "value", "low", "high", "draws"]),
    }
