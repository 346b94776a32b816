"""When a clock runs out, and whether a leg stayed bound beyond it: by papers and by rows."""

from datetime import date, timedelta

import pytest

import negotiation as ng
from negotiation.truces.record import renewals
from negotiation.truces.record.renewals import clock_end, earlier_ends, was_renewed
from tests.us_china import MOVES

SCENARIO = ng.load_scenario("us-china-2025")
GENEVA, LONDON, STOCKHOLM, BUSAN = (
    ng.truce(name) for name in ("2025-05-geneva", "2025-06-london", "2025-08-stockholm", "2025-10-busan")
)
MAY, END = date(2025, 5, 31), date(2025, 8, 12)


def renewed(monkeypatch, *papers, leg="tariff", end=END):
    monkeypatch.setattr(renewals, "agreements_of", lambda *_: (GENEVA, *papers))
    return was_renewed(SCENARIO, GENEVA, (), MAY, end, leg)


def test_the_last_clock_of_the_papers_counts_and_one_without_does_not():
    assert clock_end([GENEVA]) == END
    assert clock_end([STOCKHOLM, GENEVA, LONDON]) == date(2025, 11, 10)
    assert clock_end([LONDON]) is None
    assert clock_end([]) is None


def test_an_amendment_that_lasts_longer_renews_the_legs_that_it_binds(monkeypatch):
    assert renewed(monkeypatch, STOCKHOLM)
    assert not renewed(monkeypatch, STOCKHOLM, leg="control")
    assert not renewed(monkeypatch)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signed": END}, True),
        ({"signed": END + timedelta(1)}, False),  # signed when it had run out
        ({"signed": MAY}, False),  # known on the day, so that its clock is the one that runs
        ({"clock_days": 1}, True),
        ({"in_force": date(2025, 8, 11), "clock_days": 1}, False),  # runs out on the same day
        ({"clock_days": 0}, True),  # no clock of its own: for good
        ({"amends": "2025-06-london"}, False),
        ({"amends": None}, True),  # an agreement that stands on its own
    ],
)
def test_it_counts_by_its_day_its_clock_and_what_it_amends(monkeypatch, changes, expected):
    assert renewed(monkeypatch, STOCKHOLM.model_copy(update=changes)) is expected


def test_ends_of_the_record_by_day():
    # Geneva's clock was prolonged in August, Stockholm's was followed by Busan, and Busan's still runs.
    assert earlier_ends(SCENARIO, date(2025, 8, 11)) == (0, 0)
    assert earlier_ends(SCENARIO, date(2025, 8, 12)) == (1, 1)
    assert earlier_ends(SCENARIO, date(2025, 11, 30)) == (2, 2)
    assert BUSAN.clock_days == 365


def test_rows_alone_tell_that_a_leg_goes_on(monkeypatch):
    monkeypatch.setattr(renewals, "agreements_of", lambda *_: (GENEVA,))
    assert was_renewed(SCENARIO, GENEVA, MOVES, MAY, END, "tariff")  # E055 and E056 hold to 10 November
    assert was_renewed(
        SCENARIO, GENEVA, MOVES, MAY, date(2025, 11, 10), "tariff"
    )  # and E081 and E088 a year more
    assert not was_renewed(SCENARIO, GENEVA, MOVES, MAY, date(2026, 11, 10), "tariff")
