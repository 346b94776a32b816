"""Under each heading of a table stands what the heading says, told by numbers that are all different."""

from datetime import date

import numpy as np

from negotiation.truces.studies.leverage import GONE, Leverage, MonthOfCurb
from negotiation.truces.studies.linkage import WinSets


def entries(table):
    """Return each row as values by heading; headings that come twice would hide one another."""
    assert len(set(table.columns)) == len(table.columns)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_leverage_of_a_day_and_of_a_month():
    def numbers(first):
        names = ("leverage", "lasting", GONE, "gain", "threshold")
        return {name: np.array([first + k / 8]) for k, name in enumerate(names)}

    month = MonthOfCurb(date(2025, 4, 1), 27, 1.0, 2.0, 3.0, 4.0)
    found = Leverage(
        ("AAA", "BBB"), (date(2025, 4, 30),), numbers(0.0), numbers(-1.0), numbers(1.0), np.array([0.75]),
        ("BBB",), (month,), None, None, 1, (),
    )  # fmt: skip
    assert entries(found.table()) == [
        {
            "day": "2025-04-30",
            "leverage, % GDP": 0.0,
            "low": -1.0,
            "high": 1.0,
            "stocks gone: leverage": 0.25,
            "lasting leverage, % GDP": 0.125,
            "lasting, low": -0.875,
            "lasting, high": 1.125,
            "control's gain, % GDP": 0.375,
            "gain, low": -0.625,
            "gain, high": 1.375,
            "share of draws with lasting leverage above gain": 0.75,
            "critical discount factor": 0.5,
            "threshold, low": -0.5,
            "threshold, high": "none",  # no patience is enough
            "binding": "BBB",
        }
    ]
    assert entries(found.months_table()) == [
        {
            "month": "2025-04",
            "days of curb": 27,
            "change of leverage, % GDP": 1.0,
            "stocks gone: change, % GDP": 2.0,
            "low": 3.0,
            "high": 4.0,
        }
    ]


def test_a_win_set_and_where_the_first_side_turns():
    found = WinSets(
        ("AAA", "BBB"), np.array([0.0, 0.5, 1.0]), 16, np.array([[9, 8], [7, 6], [5, 4]]),
        np.array([3, 2, 1]), np.array([2, 1, 0]), np.array([[True, False], [True, False], [False, True]]),
        np.array([[-1.0, -2.0], [-3.0, -4.0], [-5.0, -6.0]]), "stage equilibrium",
    )  # fmt: skip
    assert entries(found.table())[2] == {
        "hawk weight": 1.0,
        "AAA ratifies": 5,
        "BBB ratifies": 4,
        "both ratify": 1,
        "better for one or both": 0,
        "AAA ratifies full calm": False,
        "BBB ratifies full calm": True,
        "no agreement, AAA, % GDP": -5.0,
        "no agreement, BBB, % GDP": -6.0,
    }
    assert found.turning_weight == 1.0
