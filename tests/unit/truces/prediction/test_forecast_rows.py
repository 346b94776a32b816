"""What a forecast is asked for: rows of an instrument or a country, its table, what a score is of."""

from datetime import date

import pytest

from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidDate, InvalidGame, UnknownTruce
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow
from negotiation.truces.record.agreement_text import agreement_text
from tests.us_china import MOVES, SCENARIO

DAY = date(2025, 11, 30)
KEYS = (
    ("2025-12", "USA", "tariff", "up"), ("2025-12", "USA", "tariff", "down"),
    ("2025-12", "CHN", "tariff", "up"), ("2026-01", "USA", "port_fee", "up"),
    ("2026-01", "CHN", "tariff", "up"), ("2026-11", "both", "tariff", "renewed"),
)  # fmt: skip
ROWS = tuple(ForecastRow(*key, 0.1 + k / 100, 0.05 + k / 100, 0.2 + k / 100) for k, key in enumerate(KEYS))
MADE = Forecast("2025-10-busan", DAY, ROWS, 3, ("moment",), names={"port_fee": "port fee"})


def hold(day):
    """Return a row that moves nothing and says how far a record reaches."""
    return MOVES[0].model_copy(
        update={"announced": RecordDate.parse(day), "direction": "hold", "instrument": None}
    )


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


@pytest.mark.parametrize(
    ("instrument", "country", "wanted"),
    [
        ("port_fee", "CHN", "CHN port_fee"),
        ("ships", None, "ships"),
        (None, "JPN", "JPN"),
        (None, "both", "both"),  # a renewal is no move
    ],
)
def test_moves_that_are_not_there_are_refused_with_those_that_are(instrument, country, wanted):
    with pytest.raises(
        InvalidGame, match=f"no move of {wanted}; it has those of USA tariff, CHN tariff, USA port_fee$"
    ):
        MADE.only(instrument, country)


def test_a_probability_is_that_of_the_row_and_not_an_end_of_its_band():
    for k, key in enumerate(KEYS):
        assert MADE.probability(*key) == pytest.approx(0.1 + k / 100)
    with pytest.raises(InvalidGame, match="no row 2026-01 USA port_fee down"):
        MADE.probability("2026-01", "USA", "port_fee", "down")


def test_the_table_has_every_row_as_it_is_and_the_names_in_print():
    table = MADE.table()
    assert table.columns == ("month", "actor", "instrument", "direction", "probability", "low", "high")
    assert table.rows == tuple(
        (*key, row.probability, row.low, row.high) for key, row in zip(KEYS, ROWS, strict=True)
    )
    assert table.title == "forecast for 2025-10-busan, as of 2025-11-30"
    assert "port fee" in str(table)
    assert "port_fee" not in str(table)


def test_a_score_is_of_the_dispute_and_the_agreement_that_are_given():
    # An agreement of no folder: the forecast's own name is not looked for.
    text = agreement_text("2025-10-busan").model_copy(update={"id": "2025-10-elsewhere", "clock_days": 30})
    renewal = ForecastRow("2025-12", "both", "tariff", "renewed", 0.9, 0.9, 0.9)
    made = Forecast("2025-10-elsewhere", DAY, (*ROWS[:1], renewal))
    found = made.score([hold("2026-03-01")], scenario=SCENARIO, agreement=text)
    assert found.truce == "2025-10-elsewhere"
    assert found.groups == ("tariff", "renewal, tariff")
    # By its name, the clock is that of the file, which has not run out.
    named = made.score([hold("2026-03-01")], agreement="2025-10-busan")
    assert (named.truce, named.groups) == ("2025-10-busan", ("tariff",))
    with pytest.raises(UnknownTruce, match="2025-10-elsewhere"):
        made.score([hold("2026-03-01")], scenario=SCENARIO)
    # The record's end is that of the dispute that is given.
    with pytest.raises(InvalidDate, match="the record on 2023-12-31"):
        made.score(scenario="japan-korea-2019", agreement=text)
