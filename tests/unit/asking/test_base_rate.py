"""The default forecaster: it is ahead in the stored scores, and says by month what it says by day."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import negotiation as ng
from negotiation.asking.base_rate import SCORES, base_rate, rule_forecast, scored_so_far
from negotiation.report.commands.declared import ForecastOptions
from negotiation.report.commands.explore import opened
from negotiation.report.commands.forecast import _wanted, run_forecast
from negotiation.report.commands.output import Output
from negotiation.truce_panel.spell_pace import BY_SPELL

PAPER = Path(__file__).parents[3] / "paper" / "data"
COLUMNS = ["form", "predictor", "log", "brier", "gain", "low", "high"]


def test_the_default_is_ahead_in_the_scores_that_are_stored():
    whole = pd.read_parquet(PAPER / "spell_scores.parquet")
    of_2026 = whole[whole.form.str.startswith("2026")][COLUMNS].round(5).reset_index(drop=True)
    shipped = pd.read_csv(SCORES)
    pd.testing.assert_frame_equal(shipped, of_2026, check_dtype=False)  # else write the columns there again
    # Ahead is whose gain over the constant rate has the largest lower end.
    assert shipped.groupby("predictor").low.mean().drop("shrunk").idxmax() == BY_SPELL
    assert f"{shipped.log[shipped.predictor == BY_SPELL].iloc[0]:.3f}" in scored_so_far()


def test_a_month_has_the_same_chance_by_month_and_by_day():
    world = ng.load_scenario("us-china-2025").as_of(date(2025, 11, 30))
    months = rule_forecast("2025-10-busan", date(2025, 11, 30), 1, world)
    row = next(r for r in months.rows if (r.actor, r.instrument, r.direction) == ("USA", "tariff", "up"))
    by_day = base_rate(world, date(2025, 11, 30), ("USA", "tariff", "up"), date(2025, 12, 31))
    assert (row.probability, row.low, row.high) == pytest.approx((by_day.chance, by_day.low, by_day.high))


@pytest.mark.long
def test_python_and_the_command_ask_the_same_forecaster_on_the_same_day(capsys):
    made = ng.forecast(months=1)
    run_forecast(Output(as_json=True), ForecastOptions(months=1))
    said = json.loads(capsys.readouterr().out)
    assert (said["truce"], said["as_of"], said["by"]) == (made.truce, str(made.as_of), BY_SPELL)
    assert [row["probability"] for row in said["rows"]] == [row.probability for row in made.rows]
    assert opened(None) == made.truce  # the explorer begins with the same text


def test_a_rule_without_a_band_says_one_number():
    world = ng.load_scenario("us-china-2025").as_of(date(2025, 11, 30))
    found = rule_forecast("2025-10-busan", date(2025, 11, 30), 2, world, rule="shrunk")
    assert all(row.low == row.probability == row.high for row in found.rows if row.direction != "renewed")


def test_an_instrument_and_a_country_are_named_by_their_beginnings_or_left_out():
    world = ng.load_scenario("us-china-2025")
    for typed, meant in (
        ({}, (None, None)),
        ({"country": "ch"}, (None, "CHN")),
        ({"instrument": "tar"}, ("tariff", None)),
    ):
        assert _wanted(ForecastOptions(**typed), world) == meant
