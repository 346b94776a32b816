"""First breaks of made-up records, and the window, levels and papers with which a placebo is scored."""

from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidGame
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.weeks import pairs_of
from negotiation.truces.record.timeline import LevelChange, record_begins
from negotiation.truces.replay import first_named as naming
from negotiation.truces.replay import placebos
from negotiation.truces.replay.first_named import _named, first_break, first_named
from negotiation.truces.replay.placebos import (
    known_then,
    opening_of,
    score_placebo,
)
from tests.us_china import MOVES, SCENARIO, WHOLE

PAIRS = pairs_of(SCENARIO)
GENEVA = ng.truce("2025-05-geneva", SCENARIO)
EARLY = ng.truce("2018-12-buenos-aires", SCENARIO)
STEP = next(m for m in MOVES if m.instrument == "tariff" and m.status == "applied")
DAY = timedelta(1)


# --- first breaks ------------------------------------------------------------------------------------------


def row(when, **changes):
    announced = RecordDate.parse(str(when))
    move = STEP.model_copy(
        update={"announced": announced, "direction": "escalate", "id": str(when), **changes}
    )
    return LevelChange(move, announced.earliest, announced.earliest, "peak")


@pytest.mark.parametrize(
    "passed",
    [
        row(GENEVA.signed),  # on the day of the signing: before the truce
        row(GENEVA.signed + DAY, direction="hold"),
        row(GENEVA.signed + DAY, direction="de-escalate"),
        row(GENEVA.signed + DAY, status="threatened"),
        row(GENEVA.signed + DAY, instrument=None),
        row("2025-06"),  # a month, not a day
        row(GENEVA.window_end + DAY),
    ],
    ids=lambda one: f"{one.move.announced} {one.move.direction} {one.move.status} {one.move.instrument}",
)
@pytest.mark.parametrize("actor", SCENARIO.countries)
def test_what_is_no_break_is_passed_over(passed, actor, monkeypatch):
    found = row(GENEVA.signed + 40 * DAY, actor=actor, instrument="visa")
    later = row(GENEVA.signed + 50 * DAY)
    monkeypatch.setattr(naming, "level_changes", lambda _: (passed, found, later))
    assert first_break(SCENARIO, GENEVA) is found
    monkeypatch.setattr(naming, "level_changes", lambda _: (passed,))
    assert first_break(SCENARIO, GENEVA) is None


def named(shares, pair=("CHN", "tariff")):
    given = np.full(len(PAIRS), 0.01)
    for one, share in shares.items():
        given[PAIRS.index(one)] = share
    return _named(SCENARIO, GENEVA, date(2025, 6, 1), pair, "someone", given)


def test_of_shares_within_a_rounding_of_each_other_none_is_ahead():
    found = named({("USA", "tariff"): 0.3, ("CHN", "tariff"): 0.3 - 1e-13, ("USA", "visa"): 0.2})
    assert found.first == (("USA", "tariff"), ("CHN", "tariff"))
    assert (found.share, found.next_share, found.broken_share) == (0.3, 0.2, 0.3 - 1e-13)
    assert found.broken_place == 1
    behind = named({("USA", "tariff"): 0.3, ("USA", "visa"): 0.2, ("CHN", "tariff"): 0.2 - 1e-13})
    assert (behind.broken_place, behind.next_share) == (2, 0.2)
    assert named({("USA", "tariff"): 0.3, ("USA", "visa"): 0.2}).broken_place == 3
    assert (found.truce, found.day, found.broken, found.predictor) == (
        GENEVA.id, date(2025, 6, 1), ("CHN", "tariff"), "someone"
    )  # fmt: skip


def test_of_three_countries_nothing_is_asked():
    with pytest.raises(InvalidGame, match="what is named first"):
        first_named(load_scenario("us-china-netherlands-2023"), BASELINES[:1])


# --- placebos ----------------------------------------------------------------------------------------------


@pytest.fixture
def scored(monkeypatch):
    """What a placebo's scores are asked with."""
    told = {}
    monkeypatch.setattr(placebos, "cells_of", lambda *given: told.update(of=given) or "cells")
    monkeypatch.setattr(placebos, "prequential", lambda *given, **named: told.update(given=given, **named))
    return told


@pytest.mark.parametrize(
    ("signed", "first"),
    [
        ("2018-12-01", "2018-12-03"),
        ("2018-12-02", "2018-12-03"),
        ("2018-12-03", "2018-12-10"),
        ("2018-12-04", "2018-12-10"),
    ],
)
@pytest.mark.parametrize(
    ("ends", "last"),
    [("2019-05-05", "2019-05-05"), ("2019-05-06", "2019-05-12"), ("2019-05-11", "2019-05-12")],
)
def test_weeks_run_from_the_monday_after_the_signing_to_the_sunday_after_the_end(
    signed, first, ends, last, scored
):
    days = {"signed": date.fromisoformat(signed), "window_end": date.fromisoformat(ends)}
    score_placebo(EARLY.model_copy(update=days), SCENARIO, BASELINES[:1])
    world, start, end, moves = scored["of"]
    assert (start, end) == (date.fromisoformat(first), date.fromisoformat(last))
    # Levels are stated, so that what was in play then is scored, and moves are those of it alone.
    assert set(world.instruments) == {"tariff", "purchases"}
    assert moves == tuple(m for m in MOVES if m.instrument in ("tariff", "purchases"))


def test_where_the_record_does_not_reach_back_the_window_opens_with_the_stated_levels(scored, monkeypatch):
    begins = record_begins(WHOLE)
    for day, reached in ((begins, False), (begins + DAY, True), (begins - DAY, False)):
        text = EARLY.model_copy(update={"signed": day})
        score_placebo(text, SCENARIO, BASELINES[:1])
        world = known_then(WHOLE)
        expected = None if reached else opening_of(text, world, scored["moves"])
        assert scored["opening"] == expected, day
    # A placebo that states no levels is scored over everything, from the levels of the record.
    score_placebo(EARLY.model_copy(update={"before": ()}), SCENARIO, BASELINES[:1])
    assert set(scored["given"][1].instruments) == set(SCENARIO.instruments)
    assert scored["opening"] is None
    assert scored["moves"] == tuple(m for m in MOVES if m.instrument)
    score_placebo(EARLY.model_copy(update={"before": (), "signed": begins}), SCENARIO, BASELINES[:1])
    assert scored["opening"] is None


def test_a_window_opens_with_the_last_level_of_the_signing_days_that_both_sides_set():
    start = EARLY.signed + DAY
    while start.weekday():
        start += DAY
    then = known_then(WHOLE)
    stated = opening_of(EARLY, then, ())
    tariffs = {
        c: [x for x in then.instruments["tariff"].labels(c) if x != stated[c]["tariff"]] for c in stated
    }

    def move(actor, level, when, **changes):
        told = {"actor": actor, "level": level, "value": None, "announced": RecordDate.parse(str(when))}
        return STEP.model_copy(update={"instrument": "tariff", **told, **changes})

    found = opening_of(
        EARLY, then,
        [
            move("USA", tariffs["USA"][0], EARLY.signed), move("CHN", tariffs["CHN"][0], EARLY.signed),
            move("USA", tariffs["USA"][1], start - DAY), move("CHN", None, start - DAY),
            move("CHN", tariffs["CHN"][1], f"{EARLY.signed} to {start}"),  # it may be of the first week
        ],
    )  # fmt: skip
    assert (found["USA"]["tariff"], found["CHN"]["tariff"]) == (tariffs["USA"][1], tariffs["CHN"][0])
    assert found["CHN"]["purchases"] == stated["CHN"]["purchases"]
