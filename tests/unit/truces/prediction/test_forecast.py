"""What a forecast hands on: who is asked, about what days, with which levels, and how cases become rows."""

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.errors import InvalidDate, InvalidGame, UnknownName
from negotiation.truces.estimation.kept_draws import KeptDraws
from negotiation.truces.prediction import forecast as forecasting
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.bands import Spread
from negotiation.truces.prediction.pools.candidates import candidates, in_force
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.timeline import record_begins

WORLD, KOREA = load_scenario("us-china-2025"), load_scenario("japan-korea-2019")
PAIRS = pairs_of(KOREA)
BUSAN, TOKYO = "2025-10-busan", "2023-03-tokyo"
SIGNED, END = date(2023, 3, 16), date(2023, 12, 31)


class Anybody:
    """Says that up is likelier than down, and remembers the last thing it was asked."""

    name, order = "anybody", 0

    def ahead(self, scenario, past, windows):
        self.asked = scenario, past, list(windows)
        steps = np.arange(len(windows) * 2 * len(PAIRS)).reshape(len(windows), len(PAIRS), 2)
        return 0.1 + steps / 1000


@pytest.fixture
def anybody(monkeypatch):
    """Let anybody forecast in place of theories."""
    one = Anybody()
    asked = forecasting._Asked(one, theory_forecasters(KOREA, ["moment"]), KOREA, (0.0, 1.0))
    monkeypatch.setattr(forecasting, "_of_theories", lambda *_: asked)
    return one


def test_theories_are_asked_by_name_each_once_and_without_any_the_pool_that_was_chosen(monkeypatch):
    handed = []
    monkeypatch.setattr(forecasting, "_made", lambda *given: handed.append(given))
    monkeypatch.setattr(forecasting, "_pool", lambda _, choice: choice)
    monkeypatch.setattr(forecasting, "_of_theories", lambda _, names: names)
    asked = {
        "moment": ("moment",), ("renegotiation", "moment", "renegotiation"): ("renegotiation", "moment"),
        ("all",): None, "all": None, ("all", "moment"): ("all", "moment"), None: "all pooled",
    }  # fmt: skip
    for theories in asked:
        forecast(BUSAN, scenario=WORLD, theories=theories)
    assert [given[4] for given in handed] == list(asked.values())
    assert {given[1:4] for given in handed} == {(WORLD, date(2025, 11, 30), 12)}


def test_a_candidate_has_all_theories_and_looks_at_the_levels_of_the_past():
    every = tuple(one.theory for one in theory_forecasters(WORLD))
    for expected in candidates(theory_forecasters(WORLD)):
        found = forecasting._pool(WORLD, expected.name)
        assert found.forecaster.name == expected.name
        assert type(found.forecaster) is type(expected)
        assert tuple(one.theory for one in found.theories) == every
        assert {(one.world, one.pace) for one in found.theories} == {(WORLD, "of the record")}
        assert (found.scenario.looks_back, found.band) == (True, (0.05, 0.95))
        assert record_begins(found.scenario) < record_begins(WORLD)
        assert forecasting._pool(WORLD, expected.name) is found
    with pytest.raises(UnknownName, match="all pooled"):
        forecasting._pool(WORLD, "all")


def test_theories_alone_look_at_the_levels_of_the_dispute_and_are_banded_from_least_to_most():
    some = forecasting._of_theories(WORLD, ("renegotiation", "moment"))
    assert [one.theory for one in some.theories] == ["moment", "renegotiation"]
    assert (some.scenario, some.band) == (WORLD, (0.0, 1.0))
    assert (some.forecaster.name, some.forecaster.members) == ("theories pooled", some.theories)
    assert some.forecaster.counts is in_force
    every = forecasting._of_theories(WORLD, None)
    assert [one.theory for one in every.theories] == [one.theory for one in theory_forecasters(WORLD)]
    for asked in (some, every):
        assert {(one.world, one.pace) for one in asked.theories} == {(WORLD, "of the record")}


@pytest.mark.parametrize("day", [SIGNED, date(2023, 5, 31), END])
def test_days_from_the_signing_to_the_records_end_can_be_asked_about(anybody, day):
    found = forecast(TOKYO, day, 2, theories="moment")
    following = {SIGNED: 4, date(2023, 5, 31): 6, END: 13}[day]
    first = date(2023 + following // 13, 1 if following == 13 else following, 1)
    scenario, past, windows = anybody.asked
    assert scenario == KOREA
    assert windows == month_windows(first, 2)
    # The day itself is seen, the next is not.
    assert (past.as_of - day).days == 1
    assert {step.move.id for step in past.steps} >= ({"K039"} if day == SIGNED else {"K042"})
    assert past.agreement().id == TOKYO
    assert (found.truce, found.as_of, found.theories, found.draws) == (TOKYO, day, ("moment",), 0)
    assert found.status == "complete"
    labels = [f"{begins:%Y-%m}" for begins, _ in windows]
    keys = [(label, *pair, way) for label in labels for pair in PAIRS for way in ("up", "down")]
    assert [(r.month, r.actor, r.instrument, r.direction) for r in found.rows] == keys
    assert [r.probability for r in found.rows] == pytest.approx([0.1 + k / 1000 for k in range(len(keys))])
    assert all(r.low == r.probability == r.high for r in found.rows)
    assert found.names["gsomia"] == TEXT.names_in(KOREA)["gsomia"] != "gsomia"


TEXT = agreement_text(TOKYO, KOREA)


def test_days_before_the_signing_and_after_the_record_and_no_month_are_refused(anybody):
    for day in (date(2023, 3, 15), date(2024, 1, 1)):
        with pytest.raises(InvalidDate) as told:
            forecast(TOKYO, day, 2, theories="moment")
        assert str(told.value) == (
            "a forecast for 2023-03-tokyo is made as of a day from 2023-03-16, when it was signed, to "
            f"2023-12-31, where the record ends; got {day}"
        )
    with pytest.raises(InvalidGame, match="months is a whole number of at least 1; got 0"):
        forecast(TOKYO, END, 0, theories="moment")


def test_a_renewal_stands_last_if_the_clock_runs_out_within_the_months(anybody):
    text = TEXT.model_copy(update={"clock_days": 300})  # to 17 January 2024
    found = {m: forecast(text, date(2023, 11, 30), m, theories="moment").rows for m in (1, 2)}
    renewals = [row for row in found[2] if row.direction == "renewed"]
    assert renewals == list(found[2][-2:])
    assert [(r.month, r.actor, r.instrument) for r in renewals] == [
        ("2024-01", "both", "control"),
        ("2024-01", "both", "other"),
    ]
    assert not any(row.direction == "renewed" for row in found[1])


def test_an_agreement_that_is_given_takes_the_place_of_its_namesake(anybody):
    own = TEXT.model_copy(update={"title": "as I read it"})
    forecast(own, date(2023, 5, 31), 1, theories="moment")
    past = anybody.asked[1]
    assert past.agreement() is own
    assert [one.id for one in past.agreements] == ["2019-11-standstill", TOKYO]
    # One that is in no folder is taken in by the day of its signing.
    earlier = TEXT.model_copy(update={"id": "2021-01-elsewhere", "signed": date(2021, 1, 5)})
    forecast(earlier, date(2023, 5, 31), 1, theories="moment")
    assert [one.id for one in anybody.asked[1].agreements] == [
        "2019-11-standstill",
        "2021-01-elsewhere",
        TOKYO,
    ]
    forecast(TOKYO, date(2023, 5, 31), 1, theories="moment")
    assert len(anybody.asked[1].agreements) == 2


@pytest.mark.parametrize(
    ("cases", "weights", "expected"),
    [
        # Nine tenths of the weight lie from 0.1 to 0.3.
        ((0.2, 0.1, 0.9, 0.3), (0.5, 0.3, 0.03, 0.17), (0.208, 0.1, 0.3)),
        # A case far out carries the mean past the band, which then reaches to it.
        ((0.1, 0.1, 0.9, 0.1), (0.5, 0.3, 0.04, 0.16), (0.132, 0.1, 0.132)),
        ((0.9, 0.9, 0.1, 0.9), (0.5, 0.3, 0.04, 0.16), (0.868, 0.868, 0.9)),
        # The mean of equal chances is that chance, whatever weights are rounded to.
        ((0.7, 0.7, 0.7, 0.7), (0.3, 0.3, 0.1, 0.3 + 4e-16), (0.7, 0.7, 0.7)),
    ],
)
def test_a_band_is_of_the_weight_and_the_mean_lies_in_it(anybody, monkeypatch, cases, weights, expected):
    def spread(*asked):
        given.append(asked[4])
        shares, said = (np.array(x)[:, None, None, None] for x in (weights, cases))
        return Spread(shares * np.ones((1, len(PAIRS), 1)), said * np.ones((1, len(PAIRS), 2)))

    given = []
    monkeypatch.setattr(forecasting, "spread_of", spread)
    kept = {"moment": KeptDraws(("reaction_lag_days",), np.array([[4.0], [5.0], [6.0]]), 0)}
    monkeypatch.setattr(forecasting, "read_draws", lambda _: kept)
    alone = forecast(TOKYO, END, 1, theories="moment").rows[0]
    drawn = forecast(TOKYO, END, 1, theories="moment", posterior="a file")
    assert (alone.low, alone.high) == (min(cases), max(cases))
    row = drawn.rows[-1]
    assert (row.probability, row.low, row.high) == pytest.approx(expected)
    assert row.low <= row.probability <= row.high
    assert (drawn.draws, drawn.theories, given[0]) == (3, ("moment",), {})
    assert [one.world.parameters["reaction_lag_days"] for one in given[1]["moment"]] == [4.0, 5.0, 6.0]


def test_a_dispute_of_the_package_is_the_same_object_however_it_is_named(tmp_path):
    def about(name, scenario):
        return forecasting._about(name, scenario, None, 1)[1]

    one = about(BUSAN, None)
    assert about(BUSAN, "us-china-2025") is about(BUSAN, Path(SCENARIOS / "us-china-2025")) is one
    assert about(agreement_text(BUSAN), None) is one
    assert not one.looks_back
    # An agreement from before the games is looked at with the levels of the past.
    back = about("2018-12-buenos-aires", None)
    assert back.looks_back
    assert back == one.with_past_levels()
    # What is given is taken as it is, also from elsewhere.
    other = WORLD.with_parameters({"security_weight": 0.4})
    assert about(BUSAN, other) is other
    folder = shutil.copytree(SCENARIOS / "japan-korea-2019", tmp_path / "japan-korea-2019")
    assert about(TOKYO, folder).folder == folder
    with pytest.raises(InvalidGame, match="a forecast is for disputes between two countries"):
        about(TOKYO, load_scenario("us-china-netherlands-2023"))
