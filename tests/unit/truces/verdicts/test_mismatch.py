"""The path of two readings, from made-up steps: what is a move, when, and beside which days of the record."""

import re
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

import negotiation as ng
from negotiation.truces.verdicts import mismatch
from negotiation.truces.verdicts.mismatch import MismatchPath, PathMove, mismatch_path
from tests.us_china import MOVES

SCENARIO = ng.load_scenario("us-china-2025")
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


def test_what_an_amendment_leaves_as_it_was_is_in_place_before_the_first_move(monkeypatch):
    monkeypatch.setattr(mismatch, "postures_before", lambda *_: SCENARIO.calm())
    london = ng.truce("2025-06-london")
    assert ("USA", "tariff") not in london.covered()
    calm = SCENARIO.calm()["USA"]["port_fee"]
    path = path_of(
        (f"tariff=geneva port_fee={calm}", "tariff=geneva"), ("tariff=peak port_fee=usd_50", "tariff=geneva")
    )
    assert mismatch._moves(pair_of(london), path) == (
        PathMove(1, "USA", "tariff", "geneva", "peak", True),
        PathMove(1, "USA", "port_fee", calm, "usd_50", True),
    )


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


@pytest.mark.parametrize("play", ["naive", "bayesian", "belief_free"])
def test_the_sides_play_as_asked_by_the_readings_that_they_hold(asked, play):
    pair = pair_of()
    found = mismatch_path(pair, play, periods=3)
    ((told, held, given),) = asked
    assert (told, held) == (pair, ("one", "two"))
    assert given == {"play": play, "periods": 3, "seen": "what is clear"}
    assert found.table().title == f"2025-05-geneva: path of the readings, {play}"
    assert (found.agreement, found.path.play, found.status) == ("2025-05-geneva", play, "complete")


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


def test_the_record_ends_where_it_does_though_the_period_goes_on(monkeypatch):
    rows = [
        SimpleNamespace(
            day=date(2025, 11, 30) + timedelta(k),
            move=SimpleNamespace(
                actor="USA", instrument="tariff", direction="escalate", status="applied", id=f"E{k}",
                announced=SimpleNamespace(precision="day"),
            ),
        )
        for k in (0, 1)
    ]  # fmt: skip
    monkeypatch.setattr(mismatch, "level_changes", lambda _: rows)
    assert mismatch._recorded(pair_of(), date(2025, 11, 20), date(2025, 12, 20)) == ("USA tariff up (E0)",)


def test_each_column_of_a_path():
    path = path_of(
        ("a", "b"), ("a", "b"),
        signals=("USA quiet; CHN one", "USA two+one; CHN quiet"),
    )  # fmt: skip
    moves = (PathMove(1, "USA", "tariff", "a", "b", True), PathMove(1, "CHN", "fee", "c", "d", False))
    days = (date(2025, 5, 12), date(2025, 5, 26))
    table = MismatchPath("x", path, moves, days, ((), ("USA tariff up (E1)", "CHN fee down (E2)"))).table()
    first, second = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    assert first == {
        "period": 0, "from": "2025-05-12", "the readings prescribe": "", "looks broken": "CHN one",
        "USA believes shared": 0.9, "CHN believes shared": 0.8, "the record shows": "",
    }  # fmt: skip
    assert second == {
        "period": 1, "from": "2025-05-26",
        "the readings prescribe": "USA tariff a to b; CHN fee c to d", "looks broken": "USA two+one",
        "USA believes shared": 0.8, "CHN believes shared": pytest.approx(0.7),
        "the record shows": "USA tariff up (E1); CHN fee down (E2)",
    }  # fmt: skip
