"""The path of two readings, from made-up steps: what is a move, when, and beside which days of the record."""

import re
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

import negotiation as ng
from negotiation.truces.verdicts import mismatch
from negotiation.truces.verdicts.mismatch import PathMove, mismatch_path
from tests.us_china import MOVES, SCENARIO

GENEVA = ng.truce("2025-05-geneva")
PLAYERS = ("USA", "CHN")


def pair_of(agreement=GENEVA, scenario=SCENARIO):
    return SimpleNamespace(agreement=agreement, scenario=scenario, held=("one", "two"), clear="what is clear")


def path_of(*actions, signals=None, play="naive"):
    """A path in which these are played, period by period, with beliefs that all differ."""
    steps = tuple(
        SimpleNamespace(period=k, actions=each, signal=signal, beliefs=(0.9 - k / 10, 0.8 - k / 10))
        for k, (each, signal) in enumerate(zip(actions, signals or [""] * len(actions), strict=True))
    )
    return SimpleNamespace(players=PLAYERS, steps=steps, play=play)


def test_moves_are_changes_of_level_against_the_written_terms_and_then_against_the_last_ones():
    before = ng.truce("2025-05-geneva").covered()
    assert before == {("USA", "tariff"): "geneva", ("CHN", "tariff"): "geneva"}
    chip, curb = "h20_stopped", "april_licensing"  # as they stood on the day before
    path = path_of(
        (f"tariff=geneva chip_control={chip}", f"tariff=geneva rare_earth_curb={curb}"),
        ("tariff=peak chip_control=licensed", f"tariff=geneva rare_earth_curb={curb}"),
        ("tariff=peak chip_control=h20_stopped", "tariff=geneva rare_earth_curb=october_package"),
        ("tariff=geneva chip_control=h20_stopped", "tariff=geneva rare_earth_curb=october_package"),
    )
    assert mismatch._moves(pair_of(), path) == (
        PathMove(1, "USA", "tariff", "geneva", "peak", True),
        PathMove(1, "USA", "chip_control", "h20_stopped", "licensed", False),
        PathMove(2, "USA", "chip_control", "licensed", "h20_stopped", True),
        PathMove(2, "CHN", "rare_earth_curb", "april_licensing", "october_package", True),
        PathMove(3, "USA", "tariff", "peak", "geneva", False),
    )
    assert str(PathMove(1, "USA", "tariff", "geneva", "peak", True)) == "USA tariff geneva to peak"


@pytest.fixture
def asked(monkeypatch):
    """What the solver of paths is asked, in place of its answer."""
    calls = []

    def told(pair, held, **given):
        calls.append((pair, held, given))
        still = ("tariff=geneva", "tariff=geneva")
        return path_of(*[still] * given["periods"], play=given["play"])

    monkeypatch.setattr(mismatch, "reading_path", told)
    return calls


@pytest.mark.parametrize(
    ("days", "lag", "periods"),
    [(90, 30, 3), (100, 30, 3), (110, 30, 4), (3, 30, 1), (364, 10, 36), (366, 10, 36), (4000, 10, 36)],
)
def test_a_path_goes_on_to_the_end_of_the_window_at_least_a_period_and_at_most_a_year(
    asked, days, lag, periods
):
    text = GENEVA.model_copy(update={"window_end": GENEVA.signed + timedelta(days)})
    scenario = SCENARIO.with_parameters({"reaction_lag_days": float(lag)})
    found = mismatch_path(pair_of(text, scenario))
    assert asked[0][2]["periods"] == len(found.days) == len(found.recorded) == periods
    assert list(found.days) == [text.signed + timedelta(lag * k) for k in range(periods)]


def test_days_of_a_lag_that_is_not_whole_are_rounded_each_and_leave_none_out(asked):
    found = mismatch_path(pair_of(scenario=SCENARIO.with_parameters({"reaction_lag_days": 3.4})), periods=5)
    assert [(day - GENEVA.signed).days for day in found.days] == [0, 3, 7, 10, 14]
    # From 12 to 28 May each recorded change once, in the period that its day is in.
    expected = [[] for _ in range(5)]
    for row in MOVES:
        if row.announced.precision == "day" and row.instrument and row.direction != "hold":
            after = (row.announced.earliest - GENEVA.signed).days
            for k, (start, end) in enumerate(pairwise([0, 3, 7, 10, 14, 17])):
                if start <= after < end:
                    expected[k].append(row.id)
    told = [re.findall(r"E\d+", " ".join(each)) for each in found.recorded]
    assert [sorted(each) for each in told] == [sorted(each) for each in expected]
    assert sum(map(len, told)) > 5
