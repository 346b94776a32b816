"""A forecast set beside what came: by hand, by leg, with baselines, and no further than a record reaches."""

from datetime import date

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidDate, InvalidGame, UnknownName
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.baselines import BASELINES, baseline
from negotiation.truces.prediction.chances import forecast_ahead
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import ForecastRow, last_day, month_windows
from negotiation.truces.prediction.weeks import DOWN, UP, cells_of, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world.dates import RecordDate
from tests.us_china import MOVES

SCENARIO = ng.load_scenario("us-china-2025")
PAIRS = pairs_of(SCENARIO)
LEAST = NUMERICS.least_chance
DAY = date(2025, 11, 30)
NAMES = {
    "up": ("USA", "tariff", "up"),
    "down": ("USA", "tariff", "down"),
    "leg": ("both", "tariff", "renewed"),
}


def move(day, direction="escalate", **changes):
    given = {"announced": RecordDate.parse(day), "actor": "USA", "instrument": "tariff", "ended": None}
    return MOVES[0].model_copy(update={**given, "direction": direction, "status": "applied", **changes})


def end(day):
    """Return a row that says how far a record reaches, and nothing else."""
    return move(day, "hold", instrument=None)


def given(month="2026-01", truce="2025-10-busan", as_of=DAY, clock="2026-11", **chances):
    rows = [ForecastRow(clock if key == "leg" else month, *NAMES[key], p, p, p) for key, p in chances.items()]
    return Forecast(truce, as_of, tuple(rows))


@pytest.mark.parametrize(
    ("moves", "up", "down"),
    [
        ([move("2026-01-31")], 1, 0),
        ([move("2026-01-01", "de-escalate"), move("2026-01-05")], 1, 1),
        ([move("2026-02-01")], 0, 0),
        ([move("2026-01-05", "hold"), move("2026-01-05", status="threatened")], 0, 0),
        ([move("2026-01-05", actor="CHN"), move("2026-01-05", instrument=None)], 0, 0),
        ([move("2026-01")], 1, 0),  # a month is enough where months are scored
        ([move("2026-01 to 2026-02")], 0, 0),
        ([], 0, 0),
    ],
)  # fmt: skip
def test_a_row_is_scored_by_whether_such_a_move_came_in_its_month(moves, up, down):
    scores = given(up=0.25, down=0.5, leg=0.9).score([*moves, end("2026-02-05")])
    log = (np.log(0.25) if up else np.log(0.75)) + np.log(0.5)
    assert scores.came.tolist() == [up, down]
    assert scores.mean("forecast") == pytest.approx(-log / 2)
    assert scores.mean("forecast", rule="brier") == pytest.approx(((0.25 - up) ** 2 + 0.25) / 2)
    assert scores.mean("forecast", group="tariff") == scores.mean("forecast")
    assert np.isnan(scores.mean("forecast", group="control"))
    assert any("clock runs to 2026-11-10" in sentence for sentence in scores.left_out)


def test_a_row_of_no_one_month_is_named():
    scores = given(up=0.25).score([move("2026-01 to 2026-02", id="X07"), end("2026-03-05")])
    assert "Rows of the record whose date names no one month: X07." in scores.left_out


def test_what_was_called_impossible_and_came_costs_as_much_as_the_floor_says():
    scores = given(up=0.0, down=1.0).score([move("2026-01-05"), end("2026-02-01")])
    assert scores.mean("forecast") == pytest.approx(-np.log(LEAST))
    assert scores.mean("forecast", rule="brier") == pytest.approx((1 - LEAST) ** 2)


def test_quiet_after_the_records_end_is_not_known_and_not_scored():
    made = given(up=0.25)
    for until in (None, date(2026, 1, 31)):
        with pytest.raises(InvalidDate, match="2025-11-30"):
            made.score(until=until)
    # A record that ends in the month leaves the month open, as does a day before the month is over.
    with pytest.raises(InvalidDate, match=r"no month of the forecast is over by 2026-01-30: .* 2026-01-31"):
        made.score([end("2026-01-30")])
    with pytest.raises(InvalidDate, match="no month"):
        made.score([end("2026-03-05")], until=date(2026, 1, 30))
    # A row that is dated to the month may have been written on its first day.
    with pytest.raises(InvalidDate, match="no month of the forecast is over by 2026-01-01"):
        made.score([move("2026-01")])
    with pytest.raises(InvalidDate, match=r"ends on 2026-02-01; .* until 2026-02-28: choose a day to"):
        made.score([end("2026-02-01")], until=date(2026, 2, 28))
    with pytest.raises(InvalidDate, match="no row"):
        made.score([])
    assert len(made.score([end("2026-01-31")]).rows) == 1


def test_months_that_are_not_over_are_left_out_and_named():
    rows = [ForecastRow(f"2026-{k:02d}", *NAMES["up"], 0.2, 0.2, 0.2) for k in (1, 2, 3, 4)]
    made = Forecast("2025-10-busan", DAY, tuple(rows))
    scores = made.score([move("2026-03-01"), end("2026-03-20")])
    assert [row.month for row in scores.rows] == ["2026-01", "2026-02"]
    assert "Months that were not over on 2026-03-20: 2026-03 to 2026-04." in scores.left_out
    assert not scores.came.any()


def test_a_record_that_begins_later_continues_the_disputes_own_and_another_one_replaces_it():
    made = given(month="2025-10", as_of=date(2025, 9, 30), truce="2025-05-geneva", up=0.2, down=0.2)
    assert made.score().came.tolist() == [False, True]  # the cut of 30 October
    assert made.score([move("2025-10-03"), end("2025-11-01")]).came.tolist() == [True, True]
    assert made.score([end("2025-09-01"), end("2025-11-01")]).came.tolist() == [False, False]


def test_a_row_of_a_country_that_does_not_hold_the_instrument_is_refused_by_name():
    wrong = move("2026-01-05", instrument="rare_earth_curb", id="X09")
    for action in (
        lambda: given(up=0.2).score([wrong, end("2026-02-01")]),
        lambda: cells_of(SCENARIO, date(2026, 1, 5), date(2026, 1, 11), [wrong]),
    ):
        with pytest.raises(
            InvalidGame, match="row X09 of the record: USA does not hold rare_earth_curb; it holds tariff"
        ):
            action()
    row = ForecastRow("2026-01", "USA", "rare_earth_curb", "up", 0.2, 0.2, 0.2)
    made = Forecast("2025-10-busan", DAY, (row,))
    with pytest.raises(InvalidGame, match="USA rare_earth_curb, which USA does not hold"):
        made.score([end("2026-02-01")])


def months_of(as_of, chance):
    rows = [
        ForecastRow(month, country, name, direction, p, p, p)
        for month in ("2025-06", "2025-07")
        for k, (country, name) in enumerate(PAIRS)
        for d, direction in enumerate(("up", "down"))
        for p in [chance(month, k, d)]
    ]
    return Forecast("2025-05-geneva", as_of, tuple(rows))


def test_baselines_know_what_the_forecast_knew_and_a_constant_rate_runs_for_the_days_of_the_month():
    as_of, days = date(2025, 5, 31), {"2025-06": 30, "2025-07": 31}
    scores = months_of(as_of, lambda *_: 0.2).score(until=date(2025, 8, 31))
    assert scores.names == ("forecast", *(one.name for one in BASELINES))
    past = past_of(SCENARIO, date(2025, 6, 1))
    for name in ("hazard", "series"):
        weekly = baseline(name).predict(SCENARIO, past)
        for k, row in enumerate(scores.rows):
            week = weekly[PAIRS.index((row.actor, row.instrument)), UP if row.direction == "up" else DOWN]
            expected = min(max(1 - (1 - week) ** (days[row.month] / 7), LEAST), 1 - LEAST)
            assert scores.chances[scores.names.index(name), k] == pytest.approx(expected)
    assert scores.chances[scores.names.index("hold")] == pytest.approx([LEAST] * len(scores.rows))
    assert [round(scores.mean(name), 3) for name in scores.names] == [
        round(float(-np.log(np.where(scores.came, c, 1 - c)).mean()), 3) for c in scores.chances
    ]


@pytest.mark.parametrize("one", BASELINES, ids=lambda one: one.name)
def test_the_forecast_itself_is_a_baseline_where_it_says_the_same(one):
    as_of = date(2025, 5, 31)
    past, windows = past_of(SCENARIO, date(2025, 6, 1)), month_windows(date(2025, 6, 1), 2)
    said = forecast_ahead(one, SCENARIO, past, windows)
    made = months_of(as_of, lambda month, k, d: float(said[int(month == "2025-07"), k, d]))
    scores = made.score(until=date(2025, 7, 31))
    for rule in ("log", "brier"):
        assert scores.mean("forecast", rule=rule) == pytest.approx(
            scores.mean(one.name, rule=rule), rel=1e-12
        )


def test_renewals_are_scored_by_leg_once_the_clock_has_run_out():
    made = given(
        month="2025-07", as_of=date(2025, 5, 31), truce="2025-05-geneva", clock="2025-08", up=0.2, leg=0.8
    )
    early, late = made.score(until=date(2025, 8, 11)), made.score(until=date(2025, 8, 12))
    assert early.groups == ("tariff",)
    assert late.groups == ("tariff", "renewal, tariff")
    assert late.came.tolist() == [False, True]  # prolonged on 11 August, by 90 days
    means = {name: late.mean(name, group="renewal, tariff") for name in late.names}
    # On 31 May no clock had run out yet: Laplace's rule says one half.
    assert means == pytest.approx(
        {
            "forecast": -np.log(0.8),
            "hold": -np.log(1 - LEAST),
            "coin": np.log(2),
            "hazard": np.log(2),
            **dict.fromkeys(set(late.names) - {"forecast", "hold", "coin", "hazard"}, np.nan),
        },
        nan_ok=True,
    )
    assert late.mean("forecast") == early.mean("forecast")  # moves are not mixed with renewals


def test_a_later_end_than_the_first_is_scored_where_an_amendment_was_known():
    made = given(
        month="2025-10", as_of=date(2025, 9, 30), truce="2025-05-geneva", clock="2025-11", up=0.2, leg=0.8
    )
    scores = made.score()
    assert scores.groups == ("tariff", "renewal, tariff")
    assert scores.came.tolist() == [False, True]  # Busan was signed on 30 October
    assert scores.mean("hazard", group="renewal, tariff") == pytest.approx(-np.log(2 / 3))


@pytest.mark.parametrize(
    ("sides", "until", "renewed"),
    [
        (("USA", "CHN"), "2027-11-10", True),
        (("USA",), "2027-11-10", False),  # each side that is bound says so
        (("USA", "CHN"), "2026-11-10", False),  # nothing beyond the clock's end
        ((), "", False),
    ],
)
def test_rows_that_hold_a_leg_beyond_the_clocks_end_renew_it(sides, until, renewed):
    rows = [
        move("2026-11-09", "hold", actor=side, ended=RecordDate.parse(until), id=f"X{k:02d}")
        for k, side in enumerate(sides)
    ]
    made = given(up=0.2, leg=0.8)
    scores = made.score([*rows, end("2026-11-30")])
    assert scores.came.tolist() == [False, renewed]
    assert len(made.score([*rows, end("2026-11-09")]).rows) == 1  # the clock had a day to run


def test_tables_show_every_group_and_names_are_known():
    made = ng.forecast("2025-05-geneva", date(2025, 5, 31), 6, theories="moment")
    scores = made.score()
    assert [row[:3] for row in scores.table().rows] == [
        ("all moves", 144, 23), ("tariff", 24, 3), ("control", 48, 10), ("other", 72, 10),
        ("renewal, tariff", 1, 1),
    ]  # fmt: skip
    assert all(len(line) <= 80 for line in str(scores).splitlines())
    assert scores.brier_table().rows[0][3] == scores.mean("forecast", rule="brier")
    for arguments in ({"name": "hope"}, {"name": "coin", "group": "ships"}, {"name": "coin", "rule": "rank"}):
        with pytest.raises(UnknownName):
            scores.mean(**arguments)


def test_nothing_later_than_its_day_enters_a_baseline():
    as_of, other = date(2025, 9, 30), {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    made = given(month="2025-10", as_of=as_of, truce="2025-05-geneva", up=0.2, down=0.3)
    turned = [
        m.model_copy(update={"direction": other[m.direction]}) if m.announced.latest > as_of else m
        for m in MOVES
    ]
    scores = [made.score(record, until=date(2025, 10, 31)) for record in (MOVES, turned)]
    assert [one.came.tolist() for one in scores] == [[False, True], [True, False]]
    assert (scores[0].chances == scores[1].chances).all()


def test_months_end_on_their_last_day():
    assert [last_day(month).day for month in ("2026-01", "2026-02", "2028-02", "2026-12")] == [31, 28, 29, 31]
