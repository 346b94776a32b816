"""A forecast set beside what came: by hand, by leg, with baselines, and no further than a record reaches."""

from datetime import date

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidDate, InvalidGame, InvalidNumber, NegotiationError, UnknownName
from negotiation.truces.prediction import forecast_scores as scored
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.forecast_scores import forecast_scores
from negotiation.truces.prediction.months import ForecastRow
from negotiation.truces.prediction.series_scores import month_scores
from negotiation.truces.prediction.weeks import pairs_of
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.timeline import load_moves

WORLD = load_scenario("japan-korea-2019")
TOKYO = agreement_text("2023-03-tokyo", WORLD)
ROW = load_moves(WORLD)[0]
AS_OF, END = date(2023, 5, 31), date(2023, 12, 31)
LIST, CLAIMS, TREATY = ("JPN", "whitelist_jpn"), ("KOR", "labour_claims"), ("JPN", "treaty_procedure")


@pytest.fixture(autouse=True)
def _three_baselines(monkeypatch):
    """Ask three quick baselines: what others say of months is tested elsewhere."""
    monkeypatch.setattr(scored, "BASELINES", tuple(baseline(name) for name in ("hold", "coin", "hazard")))


def row(month, pair=LIST, direction="up", chance=0.25):
    return ForecastRow(month, *pair, direction, chance, 0.0, 1.0)


def renewal(leg, chance, month="2023-08"):
    return ForecastRow(month, "both", leg, "renewed", chance, 0.0, 1.0)


def move(day, pair=LIST, direction="escalate", **changes):
    given = {"announced": RecordDate.parse(day), "actor": pair[0], "instrument": pair[1], "level": None}
    rest = {"direction": direction, "status": "applied", "ended": None}
    return ROW.model_copy(update={**given, **rest, **changes})


def end(day):
    """Return a row that says how far a record reaches, and nothing else."""
    return move(day, direction="hold", instrument=None)


def came(rows, record=None, until=None, text=TOKYO, as_of=AS_OF):
    return forecast_scores(text, WORLD, as_of, rows, record, until).came.tolist()


def test_moves_count_in_their_own_month_from_its_first_day_to_its_last():
    rows = [row("2023-06"), row("2023-06", direction="down"), row("2023-07")]
    for when, expected in (
        ("2023-05-31", [0, 0, 0]),
        ("2023-06-01", [1, 0, 0]),
        ("2023-06-10 to 2023-06-20", [1, 0, 0]),
        ("2023-06-30", [1, 0, 0]),
        ("2023-07-01", [0, 0, 1]),
        ("2023-07-31", [0, 0, 1]),
        ("2023-08-01", [0, 0, 0]),
        ("2022-06-15", [0, 0, 0]),
    ):
        record = [end("2022-01-01"), move(when), end("2023-09-30")]
        for until in (None, date(2023, 7, 31)):
            assert came(rows, record, until) == expected, when


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [1, 0, 0, 0]),
        ({"direction": "de-escalate"}, [0, 1, 0, 0]),
        ({"actor": "KOR", "instrument": "labour_claims"}, [0, 0, 1, 0]),
        ({"instrument": "treaty_procedure"}, [0, 0, 0, 1]),
        ({"status": "threatened"}, [0, 0, 0, 0]),
        ({"direction": "hold"}, [0, 0, 0, 0]),
        ({"instrument": None}, [0, 0, 0, 0]),
        ({"actor": "USA"}, [0, 0, 0, 0]),  # no side of the dispute
    ],
)
def test_a_row_comes_by_its_actor_its_instrument_and_its_direction(changes, expected):
    rows = [row("2023-06"), row("2023-06", direction="down"), row("2023-06", CLAIMS), row("2023-06", TREATY)]
    assert came(rows, [end("2023-01-01"), move("2023-06-05", **changes), end("2023-07-01")]) == expected


def test_the_last_day_of_the_record_can_be_asked_for_and_the_next_cannot():
    rows = [row("2023-12"), row("2023-06")]
    found = forecast_scores(TOKYO, WORLD, AS_OF, rows, until=str(END))
    assert found.until == END
    with pytest.raises(UnknownName, match="no scoring rule 'x'"):
        found.decomposition("coin", "x")
    with pytest.raises(InvalidNumber, match="`rng` must be a whole number"):
        found.gain("coin", "hold", rng=-1)
    for record, words in (([], "no row"), ("moves.csv", "`record` must have rows")):
        with pytest.raises(NegotiationError, match=words):
            forecast_scores(TOKYO, WORLD, AS_OF, rows, record)
    with pytest.raises(InvalidDate, match=r"`until` is 2024-01-01; choose a day up to 2023-12-31"):
        forecast_scores(TOKYO, WORLD, AS_OF, rows, until=date(2024, 1, 1))
    with pytest.raises(InvalidDate, match="choose a day up to 2023-08-01"):
        forecast_scores(TOKYO, WORLD, AS_OF, rows, [end("2023-01-01"), end("2023-08-01")], date(2023, 8, 2))


def test_the_first_month_that_is_over_lets_a_forecast_be_scored_whatever_the_order_of_its_rows():
    rows = [row("2023-08"), renewal("control", 0.5, "2023-06"), row("2023-06"), row("2023-07")]
    found = forecast_scores(TOKYO, WORLD, AS_OF, rows, until=date(2023, 6, 30))
    assert [one.month for one in found.rows] == ["2023-06"]
    assert found.left_out[0] == "Months that were not over on 2023-06-30: 2023-07 to 2023-08."
    with pytest.raises(InvalidDate, match="its first, 2023-06, ends on 2023-06-30"):
        forecast_scores(TOKYO, WORLD, AS_OF, rows, until=date(2023, 6, 29))
    for nothing in ([], rows[1:2]):
        with pytest.raises(InvalidDate, match="no month with moves"):
            forecast_scores(TOKYO, WORLD, AS_OF, nothing)


def test_a_baseline_is_asked_with_the_whole_past_of_the_day_as_wherever_months_are_scored():
    china = load_scenario("us-china-2025")
    geneva, pairs = agreement_text("2025-05-geneva", china), pairs_of(china)
    rows = [row("2025-10", pair, direction) for pair in pairs for direction in ("up", "down")]
    found = forecast_scores(geneva, china, date(2025, 9, 30), rows, until=date(2025, 10, 31))
    asked = [baseline(name) for name in ("hold", "coin", "hazard")]
    monthly = month_scores(asked, china, start=date(2025, 10, 1), leads=1)
    assert (found.chances[1:] == monthly.chances[:, 0, 0].reshape(3, -1)).all()
    # Since 2018 some two moves came a month, in 2025 four.
    assert found.chances[2].sum() < 2.5


CLOCK = TOKYO.model_copy(update={"clock_days": 130})  # from 23 March to 31 July
ROWS = (renewal("other", 0.6), row("2023-06"), renewal("control", 0.9), row("2023-07", CLAIMS, chance=0.5))


@pytest.mark.parametrize(("day", "end"), [(10, "2025-08-12"), (11, "2025-11-10")])
def test_an_amendment_moves_the_clock_from_the_day_of_its_signing_on(day, end):
    china = load_scenario("us-china-2025")
    geneva = agreement_text("2025-05-geneva", china)
    rows = [row("2025-09", ("USA", "tariff")), renewal("tariff", 0.5, "2025-11")]
    found = forecast_scores(geneva, china, date(2025, 8, day), rows, until=date(2025, 10, 31))
    assert ("renewal, tariff" in found.groups) is (end == "2025-08-12")
    told = f"Renewals: the clock runs to {end}, after 2025-10-31."
    assert (told in found.left_out) is (end == "2025-11-10")
    whole = forecast_scores(geneva, china, date(2025, 8, day), rows)
    assert whole.came.tolist() == [False, True]  # Busan was signed on 30 October
    # Before 12 August no clock had run out: Laplace's rule says one half.
    assert whole.mean("hazard", group="renewal, tariff") == pytest.approx(np.log(2))


def test_a_side_that_goes_on_renews_its_own_leg_alone():
    # Both sides are bound in controls; of other instruments Korea alone is.
    def on(pair, until="2024-12-31"):
        return move("2023-07-20", pair, "hold", ended=RecordDate.parse(until))

    record = [end("2023-01-01"), on(CLAIMS), end("2023-12-31")]
    assert came(ROWS, record, text=CLOCK) == [False, False, True, False]
    both = [end("2023-01-01"), on(LIST), on(("KOR", "whitelist_kor")), end("2023-12-31")]
    assert came(ROWS, both, text=CLOCK) == [False, False, False, True]


def test_a_row_of_what_its_country_does_not_hold_is_refused_with_what_it_holds():
    for pair, held in (
        (("USA", "whitelist_jpn"), "nothing"),
        (("KOR", "whitelist_jpn"), "whitelist_kor, gsomia, labour_claims, wto_case"),
    ):
        with pytest.raises(InvalidGame) as told:
            came([row("2023-06", pair)])
        assert f"(it has {held})" in str(told.value)
    wrong = move("2023-06-05", ("KOR", "whitelist_jpn"), id="X09")
    with pytest.raises(
        InvalidGame, match="row X09 of the record: KOR does not have the instrument whitelist_jpn; it has"
    ):
        came([row("2023-06")], [end("2023-01-01"), wrong, end("2023-07-01")])


def test_nothing_later_than_its_day_enters_a_baseline():
    other = {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    turned = [
        m.model_copy(update={"direction": other[m.direction]}) if m.announced.latest > AS_OF else m
        for m in load_moves(WORLD)
    ]
    rows = [row("2023-06"), row("2023-06", direction="down")]
    found = [forecast_scores(TOKYO, WORLD, AS_OF, rows, record) for record in (load_moves(WORLD), turned)]
    assert [one.came.tolist() for one in found] == [[False, True], [True, False]]
    assert (found[0].chances == found[1].chances).all()
