"""Truces of the first round: read, judged and scored by themselves, and out of everything else."""

from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.dates import RecordDate
from negotiation.errors import UnknownTruce
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import predicted
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import pairs_of
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from negotiation.truces.replay.placebos import opening_of, placebo_scores, score_placebo
from tests.us_china import MOVES, SCENARIO, WHOLE

PURCHASES = ("2018-12-10", "2018-12-17", "2019-01-28", "2019-02-18")
PLACEBOS = ("2018-12-buenos-aires", "2020-01-phase-one")


@pytest.mark.long
def test_windows_and_moves_are_those_of_the_record():
    found = placebo_scores(SCENARIO, BASELINES)
    weeks = {name: (str(s.cells.weeks[0]), str(s.cells.weeks[-1])) for name, s in found.scores.items()}
    assert weeks == {
        "2018-12-buenos-aires": ("2018-12-03", "2019-05-06"),
        "2020-01-phase-one": ("2020-01-20", "2021-12-27"),
    }
    # Cars and purchases, then the move that ended Buenos Aires; under Phase One the mirror cut and waivers.
    assert found["2018-12-buenos-aires"].cells.table().rows == (
        ("2018-12-10", "CHN", "tariff", "tariff", "down"),
        *((week, "CHN", "purchases", "other", "down") for week in PURCHASES),
        ("2019-05-06", "USA", "tariff", "tariff", "up"),
    )
    assert found["2020-01-phase-one"].cells.table().rows == tuple(
        (week, "CHN", "tariff", "tariff", "down") for week in ("2020-02-03", "2020-02-17")
    )
    with pytest.raises(UnknownTruce):
        found["2019-06-osaka"]


def test_a_window_opens_with_the_signings_own_moves_and_none_of_its_weeks():
    deal, monday = ng.truce("2020-01-phase-one"), date(2020, 1, 20)
    row = next(m for m in MOVES if m.actor == "CHN" and m.instrument == "tariff")
    stated = opening_of(deal, WHOLE, ())["CHN"]["tariff"]
    other = next(label for label in SCENARIO.instruments["tariff"].labels("CHN") if label != stated)

    def opens(day, status="applied"):
        given = {"announced": RecordDate.parse(str(day)), "status": status, "level": other, "value": None}
        return opening_of(deal, WHOLE, (row.model_copy(update=given),))["CHN"]["tariff"]

    assert opens(deal.signed) == opens(monday - timedelta(1)) == other
    assert opens(deal.signed - timedelta(1)) == opens(monday) == stated
    assert opens(deal.signed, status="threatened") == stated


def test_what_came_later_changes_no_prediction(monkeypatch):
    from negotiation.truces.replay import placebos

    agreement = ng.truce("2018-12-buenos-aires")
    before = score_placebo(agreement, SCENARIO, BASELINES[:4])
    kept = tuple(move for move in MOVES if move.announced.latest < date(2019, 5, 6))
    monkeypatch.setattr(placebos, "load_moves", lambda _: kept)
    after = score_placebo(agreement, SCENARIO, BASELINES[:4])
    assert (before.cells.moved, after.cells.moved) == (6, 5)
    assert np.array_equal(before.chances, after.chances)


@pytest.mark.long
def test_theories_are_asked_about_the_whole_dispute_and_read_on_what_is_scored():
    moment = theory_forecasters(SCENARIO, ["moment"])[0]
    found = placebo_scores(SCENARIO, [BASELINES[1], moment])
    for name in PLACEBOS:
        scores = found[name]
        assert scores.names == (BASELINES[1].name, "moment")
        week = scores.cells.weeks[-1]
        asked = predicted(moment, WHOLE, past_of(WHOLE, week, agreements=agreements_of(WHOLE, placebos=True)))
        where = [pairs_of(WHOLE).index(pair) for pair in scores.cells.pairs]
        assert scores.chances[1, -1] == pytest.approx(asked[where])
