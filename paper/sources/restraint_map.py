"""Days of the record on the map of cover and horizon: where the smallest game keeps restraint."""

from dataclasses import asdict
from datetime import date

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.studies.restraint_map import restraint_map

MAKES = ("restraint_map",)
RECORD_ENDS = date(2026, 10, 10)


def compute(budget):
    """Return one row for each day: its cover with a band, its horizons, and the shares of draws."""
    scenario = load_scenario("us-china-2025").as_of(RECORD_ENDS)
    found = restraint_map(scenario, draws=budget.leverage_draws, rng=budget.seed)
    rows = [{**asdict(point), "day": str(point.day)} for point in found.points]
    return {"restraint_map": pd.DataFrame(rows)}
