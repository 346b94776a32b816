"""Forecasts from the ends of months: the days, how far each looks, and what it is scored on."""

from datetime import date

import numpy as np

import negotiation as ng
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow, month_labels
from negotiation.truces.replay import rolling_forecasts as rolling

HALF = float(np.log(2))
"""What half a chance costs, whatever came."""

SCENARIO = ng.load_scenario("us-china-2025")


def test_a_day_needs_an_agreement_in_force_and_a_month_to_follow():
    found = list(rolling.origins(SCENARIO))
    assert [str(day) for day, _ in found] == [
        "2025-05-31", "2025-06-30", "2025-07-31", "2025-08-31", "2025-09-30", "2025-10-31",
    ]  # fmt: skip
    assert [name for _, name in found] == ["2025-05-geneva"] * 5 + ["2025-10-busan"]


def test_each_looks_to_the_records_end_and_is_scored_on_all_of_it(monkeypatch):
    asked = []

    def made(name, day, months, *, scenario, paths, draws, rng):
        asked.append((name, day, months, paths, draws, rng))
        labels = month_labels(day, months)
        rows = [ForecastRow(month, "USA", "tariff", "down", 0.5, 0.5, 0.5) for month in labels]
        return Forecast(name, day, tuple(rows), (), paths, draws, rng)

    monkeypatch.setattr(rolling, "forecast", made)
    done = []
    found = rolling.rolling_forecasts(SCENARIO, paths=3, rng=7, progress=lambda *each: done.append(each))
    assert [each[2] for each in asked] == [6, 5, 4, 3, 2, 1]
    assert asked[0] == ("2025-05-geneva", date(2025, 5, 31), 6, 3, 0, 7)
    assert done == [(k, 6) for k in range(1, 7)]
    assert [row[2] for row in found.table().rows] == [6, 5, 4, 3, 2, 1]
    # The USA came down in October and November.
    assert [row[3] for row in found.table().rows] == [2, 2, 2, 2, 2, 1]
    assert all(abs(row[4] - HALF) < 1e-12 for row in found.table().rows)
    assert found.better_than("coin") == sum(row[6] > HALF for row in found.table().rows)
