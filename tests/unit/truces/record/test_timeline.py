from dataclasses import replace
from datetime import date, timedelta

import pytest

from negotiation.errors import InvalidDate
from negotiation.truces.record import timeline
from negotiation.truces.record.timeline import (
    announced_before,
    level_changes,
    posture_timeline,
    postures_on,
    record_begins,
    record_ends,
)
from negotiation.world import load_scenario
from negotiation.world.dates import RecordDate

SCENARIO = load_scenario("us-china-2025")
WHOLE = SCENARIO.with_past_levels()


@pytest.mark.parametrize(
    ("day", "country", "instrument", "level"),
    [
        (date(2025, 1, 20), "USA", "tariff", "january"),
        (date(2025, 5, 11), "USA", "tariff", "peak"),
        (date(2025, 5, 13), "USA", "tariff", "peak"),  # signed on the 12th, in force on the 14th
        (date(2025, 5, 14), "USA", "tariff", "geneva"),
        (date(2025, 5, 13), "USA", "chip_control", "ascend_guidance"),
        # Licences for the H20 were promised in July; none was issued before the arrangement of August.
        (date(2025, 7, 14), "USA", "chip_control", "ascend_guidance"),
        (date(2025, 8, 31), "USA", "chip_control", "licensed_for_fee"),
        (date(2025, 10, 13), "USA", "port_fee", "none"),  # adopted in April, collected from 14 October
        (date(2025, 10, 14), "USA", "port_fee", "usd_50"),
        (date(2025, 10, 9), "CHN", "rare_earth_curb", "october_package"),
        (date(2025, 11, 30), "CHN", "precursor_enforcement", "enforced"),
        (date(2025, 11, 30), "USA", "tariff", "busan"),
    ],
)
def test_levels_in_force(day, country, instrument, level):
    assert postures_on(SCENARIO, day)[country][instrument] == level


def test_step_suspended_before_its_date_never_comes_into_force():
    # Five rows of the October package were to take effect on 8 November; the suspension did on the 7th.
    assert postures_on(SCENARIO, date(2025, 11, 8))["CHN"]["rare_earth_curb"] == "general_licences"


def test_threats_set_nothing():
    every = [postures_on(SCENARIO, date(2025, month, 28)) for month in range(2, 12)]
    assert all(p["USA"]["tariff"] != "threatened" for p in every)
    assert all(p["USA"]["chip_control"] != "all_critical_software" for p in every)


@pytest.mark.parametrize("day", [date(2025, 1, 19), date(2025, 12, 1), date(2018, 7, 6)])
def test_day_outside_the_record_is_refused(day):
    with pytest.raises(InvalidDate, match="2025-01-20 to 2025-11-30"):
        postures_on(SCENARIO, day)


def test_second_mover_of_a_day_sees_the_first():
    rows = level_changes(SCENARIO)
    position = {row.move.id: k for k, row in enumerate(rows)}
    seen = announced_before(SCENARIO, rows, position["E081"])
    assert rows[position["E080"]].day == rows[position["E081"]].day
    assert seen["USA"]["tariff"] == "busan"
    assert announced_before(SCENARIO, rows, position["E080"])["USA"]["tariff"] == "geneva"


def test_timeline_has_an_entry_for_each_change_and_agrees_with_the_days():
    timeline = posture_timeline(SCENARIO, record_begins(SCENARIO), record_ends(SCENARIO))
    assert list(timeline.days) == sorted(set(timeline.days))
    assert all(one != other for one, other in zip(timeline.postures, timeline.postures[1:], strict=False))
    for day, postures in zip(timeline.days, timeline.postures, strict=True):
        assert postures == postures_on(SCENARIO, day)
    assert len(timeline.table().rows) == 12 * len(timeline.days)


@pytest.mark.parametrize("end", [date(2025, 5, 14), date(2025, 10, 14), date(2025, 11, 7)])
def test_a_timeline_reaches_to_its_last_day(end):
    # A level that comes into force on the last day belongs to the stretch.
    timeline = posture_timeline(SCENARIO, record_begins(SCENARIO), end)
    assert timeline.days[-1] == end
    assert timeline.postures[-1] == postures_on(SCENARIO, end) != postures_on(SCENARIO, end - timedelta(1))
    assert posture_timeline(SCENARIO, end, end).days == (end,)


def test_from_2025_on_the_levels_are_the_same_with_past_levels_and_without():
    for day in (date(2025, 1, 20), date(2025, 5, 1), date(2025, 11, 30)):
        assert postures_on(WHOLE, day) == postures_on(SCENARIO, day)
    with pytest.raises(InvalidDate, match="runs from 2018-03-01"):
        postures_on(WHOLE, date(2018, 2, 28))


@pytest.mark.parametrize(
    ("day", "country", "instrument", "level"),
    [
        (date(2018, 3, 22), "USA", "tariff", "ordinary"),
        (date(2018, 9, 24), "USA", "tariff", "three_lists"),
        (date(2019, 8, 31), "USA", "tariff", "list_3_raised"),
        (date(2019, 9, 1), "USA", "tariff", "list_4a"),  # a threat made smaller in August changes nothing
        (date(2020, 2, 14), "USA", "tariff", "phase_one"),
        (date(2020, 2, 14), "CHN", "tariff", "phase_one"),
        (date(2022, 10, 6), "USA", "chip_control", "chips_free"),
        (date(2022, 10, 7), "USA", "chip_control", "rules_of_2022"),
        (date(2024, 12, 1), "USA", "chip_control", "rules_of_2023"),
        (date(2024, 12, 2), "USA", "chip_control", "licensed"),
        (date(2023, 7, 31), "CHN", "minerals_ban", "free"),
        (date(2025, 1, 19), "CHN", "tariff", "phase_one"),  # no row raises the average to that of 2025
        (date(2025, 1, 20), "CHN", "tariff", "january"),
    ],
)
def test_levels_before_2025(day, country, instrument, level):
    assert postures_on(WHOLE, day)[country][instrument] == level


def test_a_row_of_the_past_sets_what_stands_for_its_level_where_there_are_no_past_levels():
    rows = {row.move.id: row.level for row in level_changes(SCENARIO)}
    assert (rows["E011"], rows["E013"], rows["E007"], rows["E003"]) == (*["licensed"] * 2, *["january"] * 2)
    whole = {row.move.id: row.level for row in level_changes(WHOLE)}
    assert (whole["E011"], whole["E007"]) == ("rules_of_2022", "list_4a")
    assert {row for row in whole if row.startswith("E") and whole[row] != rows[row]} <= {
        "E003", "E005", "E006", "E007", "E009", "E011", "E013",
    }  # fmt: skip


def test_a_row_of_an_instrument_that_was_left_out_sets_nothing():
    less = SCENARIO.without("visa")
    assert [row.level for row in level_changes(less) if row.move.instrument == "visa"][-1] is None
    assert "visa" not in postures_on(less, date(2025, 6, 1))["USA"]


@pytest.mark.parametrize(
    ("announced", "effective", "first"),
    [
        ("2025-06", None, date(2025, 6, 1)),  # known to a month: from its first day on
        ("2025-06-20", "2025-07", date(2025, 7, 1)),
        ("2025-06-20", "2025-07-03 (in part) / 2025-08-01 (the rest)", date(2025, 7, 3)),
        ("2025-07", "2025-06-20", date(2025, 7, 1)),  # a step that nobody knows of is not in force
        ("2025-06-20", None, date(2025, 6, 20)),
    ],
)
def test_a_row_counts_from_the_first_day_on_which_it_can_be_in_effect(
    monkeypatch, announced, effective, first
):
    row = next(row for row in level_changes(SCENARIO) if row.level == "busan").move
    given = {"announced": RecordDate.parse(announced), "value": None, "level": "busan"}
    given |= {"effective": None if effective is None else RecordDate.parse(effective)}
    monkeypatch.setattr(timeline, "load_moves", lambda _: (row.model_copy(update=given),))
    alone = replace(SCENARIO, instruments=dict(SCENARIO.instruments))  # not the one that was read
    before, after = (postures_on(alone, day)[row.actor]["tariff"] for day in (first - timedelta(1), first))
    assert before == postures_on(SCENARIO, record_begins(SCENARIO))[row.actor]["tariff"] != "busan"
    assert after == "busan"


def test_the_record_is_read_once_for_all_values_of_the_parameters():
    """Estimation asks for the levels of one day at thousands of settings."""
    one, other = (SCENARIO.with_parameters({"security_weight": x}) for x in (0.5, 1.5))
    day = date(2025, 6, 1)
    assert level_changes(one) is level_changes(other)
    assert postures_on(one, day) is postures_on(other, day) is not postures_on(one, date(2025, 5, 1))
    assert level_changes(WHOLE) is not level_changes(SCENARIO)
    assert postures_on(WHOLE, day) is not postures_on(SCENARIO, day)
    alone = replace(SCENARIO, instruments=dict(SCENARIO.instruments))
    assert level_changes(alone) is not level_changes(SCENARIO)
