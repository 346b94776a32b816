"""Truces of the first round: read, judged and scored by themselves, and out of everything else."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidDate, UnknownCountry, UnknownInstrument, UnknownLevel, UnknownTruce
from negotiation.testing.contracts import check_agreement
from negotiation.truces.compiling.terms import postures_before, stated_postures
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import predicted
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import pairs_of
from negotiation.truces.record.agreement_text import agreements_of, truce_names
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.replay.placebos import known_then, opening_of, placebo_scores, score_placebo
from negotiation.truces.verdicts.under_noise import noise_verdicts
from tests.us_china import MOVES, SCENARIO, TRUCES, WHOLE

PURCHASES = ("2018-12-10", "2018-12-17", "2019-01-28", "2019-02-18")
PLACEBOS = ("2018-12-buenos-aires", "2020-01-phase-one")


def test_placebos_are_named_only_on_request():
    everything = truce_names(SCENARIO, placebos=True)
    assert everything == (*PLACEBOS, *TRUCES)
    assert [ng.truce(name).placebo for name in everything] == [True] * 2 + [False] * 4


@pytest.mark.parametrize("name", PLACEBOS)
def test_a_placebo_is_an_agreement_like_any_other(name):
    agreement = ng.truce(name)
    check_agreement(agreement, scenario=SCENARIO)
    assert agreement.verdict(known_then(SCENARIO))["tariff"].holds
    assert all(entry.note for entry in agreement.before)


def test_a_replay_says_what_is_missing():
    early = ng.truce("2018-12-buenos-aires")
    days = {name: date(2018, 2, 1) for name in ("signed", "in_force", "window_start")}
    with pytest.raises(InvalidDate, match=r"recorded from 2018-03-01 on.*placebo_scores"):
        ng.replay(early.model_copy(update=days), draws=0)


def test_an_early_agreement_without_stated_levels_is_refused():
    days = {name: date(2018, 2, 1) for name in ("signed", "in_force", "window_start")}
    bare = ng.truce("2018-12-buenos-aires").model_copy(update={"before": (), **days})
    with pytest.raises(InvalidDate, match=r"\[\[before\]\]"):
        bare.verdict(SCENARIO)


@pytest.mark.parametrize("name", PLACEBOS)
def test_levels_that_a_text_states_are_those_of_the_record(name):
    text = ng.truce(name)
    found = postures_on(WHOLE, text.signed - timedelta(1))
    assert {e.instrument: found[e.country][e.instrument] for e in text.before} == {
        e.instrument: e.level for e in text.before
    }
    assert postures_before(text, WHOLE) == found
    assert not [entry for entry in text.before if entry.assumption]


@pytest.mark.long
@pytest.mark.parametrize("name", PLACEBOS)
def test_a_truce_of_the_first_round_is_replayed_with_the_levels_of_its_time(name):
    found = ng.replay(name, draws=0)
    assert found.scenario.looks_back
    assert found.timeline.days[0] == date(2018, 3, 1)
    assert found.legs["tariff"].model == "holds"
    assert {move.id for move in found.moves.moves if move.after not in (None, move.before)} == {
        "2018-12-buenos-aires": {"P020", "P022", "E006"},
        "2020-01-phase-one": {"E009", "P055"},
    }[name]


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


def test_the_window_opens_with_the_signing_carried_out():
    moves = [move for move in MOVES if move.instrument in ("tariff", "purchases")]
    then = known_then(WHOLE)
    levels = [opening_of(ng.truce(name), then, moves)["CHN"]["purchases"] for name in PLACEBOS]
    assert levels == ["buys", "buys"]
    stated = [stated_postures(ng.truce(name), then)["CHN"]["purchases"] for name in PLACEBOS]
    assert stated == ["boycott", "buys"]  # soybeans were bought again from September 2019


def test_what_came_later_changes_no_prediction(monkeypatch):
    from negotiation.truces.replay import placebos

    agreement = ng.truce("2018-12-buenos-aires")
    before = score_placebo(agreement, SCENARIO, BASELINES)
    kept = tuple(move for move in MOVES if move.announced.latest < date(2019, 5, 6))
    monkeypatch.setattr(placebos, "load_moves", lambda _: kept)
    after = score_placebo(agreement, SCENARIO, BASELINES)
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


def test_a_window_without_a_week_is_refused():
    result = ng.replay("2025-10-busan", draws=0)
    short = result.agreement.model_copy(update={"window_end": date(2025, 11, 5)})
    with pytest.raises(InvalidDate):
        replace(result, agreement=short).score()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"level": "tariff"}, UnknownLevel),
        ({"instrument": "porcelain"}, UnknownInstrument),
        ({"country": "FRA"}, UnknownCountry),
        ({"country": "USA"}, UnknownInstrument),  # China alone holds this instrument
    ],
)
def test_a_level_of_before_that_the_scenario_has_not_is_named_with_its_agreement(change, error):
    agreement = ng.truce("2018-12-buenos-aires")
    wrong = agreement.before[-1].model_copy(update=change)
    changed = agreement.model_copy(update={"before": (*agreement.before[:-1], wrong)})
    with pytest.raises(error, match="2018-12-buenos-aires, before: "):
        noise_verdicts(changed, WHOLE)
