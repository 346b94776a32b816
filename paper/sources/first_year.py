"""The year after Busan: what moved, what theories expect of a month, and how forecasts of it score."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

import negotiation as ng
from negotiation.base.reading.text import file_text
from negotiation.truces.record.timeline import load_moves

MAKES = ("expected_moves", "moved", "first_year")
SCORES = Path(__file__).parents[2] / "docs" / "first_year.csv"
"""Made by `python docs/scores.py --write`."""

LAST = date(2026, 10, 10)
ORIGINS = (
    ("2025-05-geneva", date(2025, 5, 31)),
    ("2025-08-stockholm", date(2025, 10, 29)),
    ("2025-10-busan", date(2025, 10, 31)),
    ("2025-10-busan", date(2026, 3, 31)),
    ("2025-10-busan", date(2026, 8, 31)),
)
"""Ends of months under a text, and the day before Busan."""
MONTH = timedelta(days=31)


def compute(budget):  # noqa: ARG001 - nothing is drawn
    """Return steps expected in a month and those that came, what moved after Busan, and scores as stored."""
    world = ng.load_scenario("us-china-2025", "central").as_of(LAST)
    moves = [one for one in load_moves(world) if one.instrument and one.status == "applied"]
    rows = []
    for truce, day in ORIGINS:
        after = [one.direction for one in moves if day < one.announced.earliest <= day + MONTH]
        came = after.count("escalate"), after.count("de-escalate")
        for theory in ng.theories():
            if theory.in_time:
                found = ng.forecast(truce, day, 1, scenario=world, theories=[theory.name]).rows
                expected = [
                    -sum(np.log1p(-row.probability) for row in found if row.direction == way)
                    for way in ("up", "down")
                ]
                rows.append((day.isoformat(), truce, theory.name, *expected, *came))
    columns = ["day", "truce", "theory", "up", "down", "came_up", "came_down"]
    return {
        "expected_moves": pd.DataFrame(rows, columns=columns),
        "moved": ng.aftermath("2025-10-busan").table().to_pandas(),
        "first_year": pd.read_csv(StringIO(file_text(SCORES))),
    }
