"""Which week a row falls into and what its outcome is: a few invented rows, every day by hand."""

from datetime import date, timedelta

import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidDate
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of, first_week, in_weeks, pairs_of
from tests.us_china import MOVES, SCENARIO

PAIRS = pairs_of(SCENARIO)
MONDAY = date(2025, 9, 1)
LABELS = SCENARIO.instruments["chip_control"].labels("USA")
ROW = next(m for m in MOVES if m.actor == "USA" and m.instrument == "chip_control")


def row(day, level=1, direction="escalate", **changes):
    """Return a row of the USA's chip control, announced on a day or in a month."""
    given = {"announced": RecordDate.parse(str(day)), "direction": direction, "status": "applied"}
    return ROW.model_copy(
        update={**given, "level": LABELS[level], "value": None, "definition": None, **changes}
    )


def outcomes(*rows, weeks=3):
    """Return the outcomes of the chip control in some weeks from the Monday on."""
    found = cells_of(SCENARIO, MONDAY, MONDAY + timedelta(7 * weeks - 1), rows)
    other = [k for k, pair in enumerate(PAIRS) if pair != ("USA", "chip_control")]
    assert (found.outcomes[:, other] == NONE).all()
    return found.outcomes[:, PAIRS.index(("USA", "chip_control"))].tolist()


@pytest.mark.parametrize(
    ("days", "week"), [(0, 0), (6, 0), (7, 1), (13, 1), (14, 2), (20, 2), (-1, None), (21, None)]
)
def test_a_week_has_its_monday_and_its_sunday_and_no_other_days(days, week):
    found = outcomes(row(MONDAY + timedelta(days)))
    assert found == [UP if k == week else NONE for k in range(3)]


def test_the_level_over_the_week_decides_before_the_direction():
    # Calm before the week: to the second level and back to the first is up, whatever the last row is called.
    up_and_half_back = (row(MONDAY, 2), row(MONDAY + timedelta(2), 1, "de-escalate"))
    assert outcomes(*up_and_half_back, weeks=1) == [UP]
    whole = (row(MONDAY, 2), row(MONDAY + timedelta(2), 0, "de-escalate"))
    assert outcomes(*whole, weeks=1) == [DOWN]  # the level stays, so the last row says


def test_where_the_level_stays_the_last_row_that_is_no_hold_says():
    earlier = row(MONDAY - timedelta(3), 1)
    up, down = row(MONDAY + timedelta(1), 1), row(MONDAY + timedelta(3), 1, "de-escalate")
    hold = row(MONDAY + timedelta(5), 1, "hold")
    assert outcomes(earlier, up, down, hold, weeks=1) == [DOWN]
    assert outcomes(earlier, down, up, weeks=1) == [DOWN]  # by day and not by place in the file
    assert outcomes(earlier, up, weeks=1) == [UP]


def test_what_came_before_is_counted_from_the_level_that_it_left():
    high, lower = row(MONDAY - timedelta(3), 2), row(MONDAY + timedelta(8), 1, "de-escalate")
    assert outcomes(high, lower) == [NONE, DOWN, NONE]
    assert outcomes(lower) == [NONE, UP, NONE]  # from calm the same level is a step up


def test_the_row_decides_whose_first_day_is_the_latest_and_of_one_day_the_later_in_the_record():
    before = row(MONDAY - timedelta(3), 1)
    long, day = row("2025-09-01 to 2025-09-05", 2), row("2025-09-02", 0, "de-escalate")
    assert outcomes(before, long, day, weeks=1) == outcomes(before, day, long, weeks=1) == [DOWN]
    up, down = row(MONDAY, 2), row(MONDAY, 0, "de-escalate")
    assert outcomes(before, up, down, weeks=1) == [DOWN]
    assert outcomes(before, down, up, weeks=1) == [UP]


@pytest.mark.parametrize("other", [{"status": "threatened"}, {"direction": "hold"}, {"instrument": None}])
def test_threats_holds_and_rows_without_an_instrument_are_no_move(other):
    assert outcomes(row(MONDAY, **other), weeks=1) == [NONE]


def test_a_row_of_a_month_is_placed_nowhere_and_listed_only_where_it_touches_the_stretch():
    month = row("2025-09")
    assert outcomes(month) == [NONE] * 3
    assert cells_of(SCENARIO, MONDAY, MONDAY + timedelta(20), (month,)).unplaced == (ROW.id,)
    later = MONDAY + timedelta(28)  # the last two days of the month are in this week
    assert cells_of(SCENARIO, later, later + timedelta(6), (month,)).unplaced == (ROW.id,)
    after = MONDAY + timedelta(35)
    assert cells_of(SCENARIO, after, after + timedelta(6), (month,)).unplaced == ()
    before = MONDAY - timedelta(7)
    assert cells_of(SCENARIO, before, before + timedelta(6), (month,)).unplaced == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("us-china-2025", date(2025, 1, 6)), ("australia-china-2020", None), ("japan-korea-2019", None)],
)
def test_the_first_week_is_that_of_the_first_monday_of_a_month(name, expected):
    found = first_week(load_scenario(name))
    assert found.weekday() == 0
    assert 1 <= found.day <= 7
    assert expected in (None, found)


def test_the_table_has_the_cells_that_moved_by_week_and_name():
    moves = row(MONDAY + timedelta(9)), row(MONDAY + timedelta(15), 0, "de-escalate")
    found = cells_of(SCENARIO, MONDAY, MONDAY + timedelta(20), moves)
    table, leg = found.table(), SCENARIO.instruments["chip_control"].leg
    assert table.columns == ("week", "country", "instrument", "leg", "outcome")
    assert table.rows == (
        ("2025-09-08", "USA", "chip_control", leg, "up"),
        ("2025-09-15", "USA", "chip_control", leg, "down"),
    )
    assert table.title == f"2 of {3 * len(PAIRS)} cells with a move"
    assert (found.moved, found.status, found.unplaced) == (2, "complete", ())
    assert cells_of(SCENARIO, MONDAY, MONDAY + timedelta(20), ()).moved == 0


@pytest.mark.parametrize("weekday", range(7))
def test_a_window_has_the_weeks_whose_middle_day_lies_in_it(weekday):
    begins = MONDAY + timedelta(weekday)
    middles = [begins + timedelta(7 * k + 3) for k in range(40)]  # of seven days the fourth
    edges = [begins + timedelta(k) for k in (0, 3, 4, 10, 11, 17, 31, 90, 92)]
    windows = [(first, end) for first in edges for end in edges if first < end]
    found = in_weeks(begins, windows)
    for (first, end), weeks in zip(windows, found, strict=True):
        assert list(weeks) == [k for k, day in enumerate(middles) if first <= day < end]
    assert in_weeks(begins, []) == []


def test_cells_begin_with_the_records_first_week_and_end_with_its_last_day():
    whole = cells_of(SCENARIO)
    assert whole.weeks[0] == first_week(SCENARIO)
    assert whole.weeks[-1] == date(2025, 11, 24)
    assert cells_of(SCENARIO, end=date(2025, 11, 29)).weeks == whole.weeks[:-1]
    assert cells_of(SCENARIO, date(2025, 11, 17)).weeks == whole.weeks[-2:]
    assert not whole.outcomes.flags.writeable
    with pytest.raises(InvalidDate, match="at least one must end by 2025-09-06; got 2025-09-01"):
        cells_of(SCENARIO, MONDAY, MONDAY + timedelta(5))
    with pytest.raises(InvalidDate, match=r"from a Monday .*; got 2025-09-02"):
        cells_of(SCENARIO, MONDAY + timedelta(1))


@pytest.mark.parametrize(("day", "outcome"), [("2018-10-28", DOWN), ("2018-10-29", UP), ("2018-10-30", UP)])
def test_levels_decide_from_the_first_day_of_the_record_on(day, outcome):
    # The record of Japan and South Korea gives levels from Monday, 29 October 2018.
    world = load_scenario("japan-korea-2019")
    notice = ROW.model_copy(
        update={"announced": RecordDate.parse(day), "direction": "de-escalate", "status": "applied",
                "actor": "KOR", "instrument": "gsomia", "level": "notice", "value": None}
    )  # fmt: skip
    found = cells_of(world, date(2018, 10, 22), date(2018, 11, 4), [notice])
    assert found.outcomes[:, found.pairs.index(("KOR", "gsomia"))].max() == NONE
    assert outcome in found.outcomes[:, found.pairs.index(("KOR", "gsomia"))]
    assert found.moved == 1
