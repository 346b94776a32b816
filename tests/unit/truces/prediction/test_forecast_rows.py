"""What a forecast is asked for: rows of an instrument or a country, its table, what a score is of."""

from datetime import date

import pytest

from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow

DAY = date(2025, 11, 30)
KEYS = (
    ("2025-12", "USA", "tariff", "up"), ("2025-12", "USA", "tariff", "down"),
    ("2025-12", "CHN", "tariff", "up"), ("2026-01", "USA", "port_fee", "up"),
    ("2026-01", "CHN", "tariff", "up"), ("2026-11", "both", "tariff", "renewed"),
)  # fmt: skip
ROWS = tuple(ForecastRow(*key, 0.1 + k / 100, 0.05 + k / 100, 0.2 + k / 100) for k, key in enumerate(KEYS))
MADE = Forecast("2025-10-busan", DAY, ROWS, 3, ("moment",), names={"port_fee": "port fee"})


@pytest.mark.parametrize(
    ("instrument", "country", "places"),
    [
        (None, None, range(6)),
        ("tariff", None, [0, 1, 2, 4]),
        (None, "USA", [0, 1, 3]),
        (None, "CHN", [2, 4]),
        ("tariff", "USA", [0, 1]),
        ("tariff", "CHN", [2, 4]),
        ("port_fee", "USA", [3]),
    ],
)
def test_moves_of_an_instrument_of_a_country_or_of_both(instrument, country, places):
    found = MADE.only(instrument, country)
    assert found.rows == tuple(ROWS[k] for k in places)
    assert MADE.only(country=country, instrument=instrument) == found
    rest = (found.truce, found.as_of, found.draws, found.theories, found.status, found.names)
    assert rest == ("2025-10-busan", DAY, 3, ("moment",), "complete", {"port_fee": "port fee"})
