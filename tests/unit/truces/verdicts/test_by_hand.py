"""Thresholds, turns of a leg and the days of a path, on invented games and rows."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.record.timeline import LevelChange
from negotiation.truces.verdicts import mismatch
from negotiation.truces.verdicts.grim_trigger import (
    best_deviation,
    deviation_gains,
    least_margins,
    stakes,
    threshold,
)
from negotiation.truces.verdicts.legs import record_steps, threats
from negotiation.truces.verdicts.lifetime import CONSULTATION, COORDINATED, Lifetime, remedied
from negotiation.truces.verdicts.mismatch import MismatchPath, PathMove
from negotiation.world.dates import RecordDate
from tests.us_china import MOVES

SCENARIO = ng.load_scenario("us-china-2025")
BUSAN = ng.truce("2025-10-busan")
ROW = next(m for m in MOVES if m.actor == "USA" and m.instrument == "tariff")

# Rows are the first player's, columns the second's; the last profile is the one stage equilibrium.
GAME = np.array([[[(9, 8), (1, 12), (0, 0)], [(11, 1), (3, 2), (2, 0)]]], dtype=float)


def test_gains_are_a_players_own_against_the_first_profile():
    assert deviation_gains(GAME, 0).tolist() == [[0, 2]]
    assert deviation_gains(GAME, 1).tolist() == [[0, 4, -8]]
    assert (best_deviation(GAME, 0)[0], best_deviation(GAME, 1)[0]) == (2, 4)
    assert best_deviation(GAME[:, :1], 0)[0] == -np.inf
    assert stakes(GAME).tolist() == [[6, 6]]
    # -(1 - 1/4) g + s/4 for g = 2, 4 and s = 6.
    assert least_margins(GAME, np.array([0.25])).tolist() == [[0.0, -1.5]]


@pytest.mark.parametrize(
    ("gain", "stake", "expected"),
    [
        (1.0, 4.0, 0.2),
        (0.1, 5.0, 0.0),  # within the tolerance no temptation
        (0.1, -0.1, 0.0),
        (-3.0, -0.2, None),  # to depart costs now and pays for ever after
        (0.2, 0.1, None),
        (0.3, 0.6, 1 / 3),
    ],
)
def test_a_threshold_is_gain_over_gain_and_stake(gain, stake, expected):
    assert threshold(gain, stake, 0.1) == (None if expected is None else pytest.approx(expected))


def change(day, direction="escalate", **changes):
    announced = RecordDate.parse(str(day))
    given = {"announced": announced, "direction": direction, "status": "applied", **changes}
    move = ROW.model_copy(update=given)
    return LevelChange(move, announced.earliest, announced.earliest, "busan")


def turns(*rows, leg="tariff"):
    return [(step.kind, step.day) for step in record_steps(SCENARIO, BUSAN, rows, leg)]


def test_a_leg_is_moved_on_and_mended_in_turns_after_the_signing():
    days = [BUSAN.signed + timedelta(k) for k in range(7)]
    mended_first = change(days[1], "de-escalate")
    up, again, down = change(days[2]), change(days[3]), change(days[4], "de-escalate")
    hold, last = change(days[5], "hold"), change(days[6])
    rows = (change(days[0]), mended_first, up, again, down, hold, last)
    assert turns(*rows) == [("moved on", days[2]), ("mended", days[4]), ("moved on", days[6])]
    assert turns(*rows, leg="control") == []
    assert turns(change(days[1], status="threatened")) == []
    assert turns(change(f"{days[1]:%Y-%m}")) == []


@pytest.mark.parametrize(("days", "counts"), [(0, 0), (1, 1)])
def test_threats_count_after_the_signing_too(days, counts):
    rows = (change(BUSAN.signed + timedelta(days), status="threatened"), change(BUSAN.signed + timedelta(3)))
    assert len(threats(SCENARIO, BUSAN, rows, "tariff")) == counts
    assert threats(SCENARIO, BUSAN, rows, "other") == ()


@pytest.mark.parametrize(("days", "counts"), [(0, 1), (1, 0)])
def test_the_window_has_its_last_day_and_the_record_its_own(days, counts):
    short = BUSAN.model_copy(update={"window_end": date(2025, 11, 20)})
    rows = (change(short.window_end + timedelta(days)),)
    assert len(record_steps(SCENARIO, short, rows, "tariff")) == counts
    long = BUSAN.model_copy(update={"window_end": date(2026, 11, 20)})
    rows = (change(date(2025, 11, 30) + timedelta(days)),)
    assert len(record_steps(SCENARIO, long, rows, "tariff")) == counts


def test_survival_to_a_day_is_that_of_the_periods_that_have_ended():
    curve = np.array([1.0, 0.75, 0.5, 0.25])
    found = Lifetime(
        "broken off", "none", "any", "as it is", SimpleNamespace(curve=curve, mean=2.5, median=2), 10.0
    )
    assert [found.at(days) for days in (0, 9, 10, 19, 20, 30)] == [1.0, 1.0, 0.75, 0.75, 0.5, 0.25]
    assert (found.mean_days, found.median_days) == (25.0, 20.0)


def test_consultation_makes_each_clause_one_grade_better_and_coordination_ends_the_fracture():
    world, text = remedied(BUSAN, SCENARIO, CONSULTATION)
    before, after = SCENARIO.parameters, world.parameters
    pairs = {"high": "high", "medium": "high", "low": "medium", "none": "low"}
    for grade, better in pairs.items():
        assert after[f"signal.ambiguity.{grade}"] == before[f"signal.ambiguity.{better}"]
        assert after[f"signal.miss.{grade}"] == before[f"signal.miss.{grade}"]
    assert text.regime == BUSAN.regime == "fractured"
    world, text = remedied(BUSAN, SCENARIO, COORDINATED)
    assert (text.regime, dict(world.parameters)) == ("coordinated", dict(before))


def path_of(*moves, days=4):
    start = date(2025, 5, 12)
    return MismatchPath("x", None, moves, tuple(start + timedelta(k) for k in range(days)), ())


@pytest.mark.parametrize(("last", "stops"), [(0, 1), (2, 3), (3, None), (None, 0)])
def test_a_path_stops_in_the_period_after_its_last_move(last, stops):
    move = () if last is None else (PathMove(last, "USA", "tariff", "a", "b", True),)
    assert path_of(*move).stops == stops


def test_recorded_moves_are_those_of_the_days_from_the_first_to_before_the_last(monkeypatch):
    start, end = date(2025, 5, 12), date(2025, 5, 26)
    rows = [
        change(start, id="E001"), change(end - timedelta(1), id="E002"), change(end, id="E003"),
        change(start - timedelta(1), id="E004"), change(start, "hold", id="E005"),
        change(start, "de-escalate", id="E006"), change(start, id="E007", status="threatened"),
        change(start, id="E008", instrument=None), change("2025-05", id="E009"),
        change(start, id="E010", actor="CHN"),
    ]  # fmt: skip
    monkeypatch.setattr(mismatch, "level_changes", lambda _: rows)
    found = mismatch._recorded(SimpleNamespace(scenario=SCENARIO), start, end)
    assert found == (
        "USA tariff up (E001, E002, E007 threatened)", "USA tariff down (E006)", "CHN tariff up (E010)",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gain", "stake", "expected"),
    [
        (0.1, -0.1, 0.0),  # both at the edge: no temptation, and nothing that is lost
        (0.1, -0.1001, None),
        (0.1001, 0.1, None),
        (0.1001, 0.1001, 0.5),
        (-5.0, -0.1, 0.0),
    ],
)
def test_gains_and_stakes_at_the_tolerance_count_as_none(gain, stake, expected):
    assert threshold(gain, stake, 0.1) == (None if expected is None else pytest.approx(expected))


def test_each_game_has_its_own_punishment_patience_and_best_departure():
    other = np.array([[(4, 4), (0, 9), (0, 0)], [(9, 0), (1, 1), (0, 0)]], dtype=float)
    both = np.stack([GAME[0], other])
    assert deviation_gains(both, 0).tolist() == [[0, 2], [0, 5]]
    assert deviation_gains(both, 1).tolist() == [[0, 4, -8], [0, 5, -4]]
    assert best_deviation(both, 1).tolist() == [4, 5]
    assert stakes(both).tolist() == [[6, 6], [3, 3]]
    # -(1 - 1/4) g + s/4, and -(1 - 1/2) g + s/2.
    assert least_margins(both, np.array([0.25, 0.5])).tolist() == [[0.0, -1.5], [-1.0, -1.0]]
    # Where the only departure costs, that is the best one: not staying.
    calm = np.array([[[(9, 8)], [(7, 8)]]], dtype=float)
    assert best_deviation(calm, 0)[0] == -2
