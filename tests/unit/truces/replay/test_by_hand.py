"""Windows, openings and moves of a replay, and the sums of its studies: every day and number by hand."""

from datetime import timedelta

import negotiation as ng
from negotiation.disputes.dates import RecordDate
from negotiation.truces.record.timeline import LevelChange
from negotiation.truces.replay.placebos import opening_of
from tests.us_china import MOVES, SCENARIO

PHASE_ONE = ng.truce("2020-01-phase-one")
WHOLE = SCENARIO.with_past_levels()
ROW = next(m for m in MOVES if m.actor == "CHN" and m.instrument == "tariff")
LABELS = SCENARIO.instruments["tariff"].labels("CHN")


def change(day, level, **changes):
    announced = RecordDate.parse(str(day))
    given = {"announced": announced, "status": "applied", "level": level, "value": None, **changes}
    return LevelChange(ROW.model_copy(update=given), announced.earliest, announced.earliest, level)


def test_a_window_opens_with_the_signings_own_moves_and_none_of_its_weeks():
    start = PHASE_ONE.signed + timedelta(1)
    while start.weekday():
        start += timedelta(1)
    stated = opening_of(PHASE_ONE, WHOLE, ())["CHN"]["tariff"]
    other = next(label for label in LABELS if label != stated)

    def opens(day, **changes):
        row = change(day, other, **changes).move
        return opening_of(PHASE_ONE, WHOLE, (row,))["CHN"]["tariff"]

    assert opens(PHASE_ONE.signed) == opens(start - timedelta(1)) == other
    assert opens(PHASE_ONE.signed - timedelta(1)) == opens(start) == stated
    assert opens(PHASE_ONE.signed, status="threatened") == stated
