"""Which week a row falls into and what its outcome is: a few invented rows, every day by hand."""

from datetime import date, timedelta

import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of, in_weeks, pairs_of
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


def test_the_level_over_the_week_decides_before_the_direction():
    # Calm before the week: to the second level and back to the first is up, whatever the last row is called.
    up_and_half_back = (row(MONDAY, 2), row(MONDAY + timedelta(2), 1, "de-escalate"))
    assert outcomes(*up_and_half_back, weeks=1) == [UP]
    whole = (row(MONDAY, 2), row(MONDAY + timedelta(2), 0, "de-escalate"))
    assert outcomes(*whole, weeks=1) == [DOWN]  # the level stays, so the last row says


def test_the_row_decides_whose_first_day_is_the_latest_and_of_one_day_the_later_in_the_record():
    before = row(MONDAY - timedelta(3), 1)
    long, day = row("2025-09-01 to 2025-09-05", 2), row("2025-09-02", 0, "de-escalate")
    assert outcomes(before, long, day, weeks=1) == outcomes(before, day, long, weeks=1) == [DOWN]
    up, down = row(MONDAY, 2), row(MONDAY, 0, "de-escalate")
    assert outcomes(before, up, down, weeks=1) == [DOWN]
    assert outcomes(before, down, up, weeks=1) == [UP]


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
