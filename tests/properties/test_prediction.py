"""Predictions: no looking ahead, proper distributions, proper scores, fair shares."""

from datetime import date, timedelta
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.errors import InvalidDate, InvalidGame, UnknownName
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import predicted
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.prediction.scores import Scores, prequential, truce_spells
from negotiation.truces.prediction.shapley import shapley_values
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import DOWN, NONE, UP, cells_of, pairs_of
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario
from tests.us_china import MOVES

SCENARIO = load_scenario("us-china-2025")
PREDICTORS = [*BASELINES, *theory_forecasters(SCENARIO, ["moment"])]
DAYS = st.dates(date(2025, 2, 1), date(2025, 11, 30))


def turned(moves, day):
    """The record with every row announced on a day or later turned the other way."""
    other = {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    return [
        m if m.announced.latest < day else m.model_copy(update={"direction": other[m.direction]})
        for m in moves
    ]


@settings(max_examples=15)
@given(day=DAYS)
def test_what_comes_later_changes_no_prediction(day):
    moves = MOVES
    cut = [m for m in moves if m.announced.latest < day]
    for predictor in PREDICTORS:
        found = [
            predictor.predict(SCENARIO, past_of(SCENARIO, day, record))
            for record in (moves, turned(moves, day), cut)
        ]
        assert (found[0] == found[1]).all()
        assert (found[0] == found[2]).all()


def seen_later(text):
    """An agreement with other words in all that a file states of it after its signing."""
    later = {"observed": "turned", "observed_detail": ""}
    clauses = tuple(clause.model_copy(update=later) for clause in text.clauses)
    return text.model_copy(update={"window_end": date(2031, 1, 1), "summary": "turned", "clauses": clauses})


@settings(max_examples=8)
@given(day=DAYS)
def test_what_an_agreement_came_to_and_later_agreements_change_no_prediction(day):
    texts = agreements_of(SCENARIO)
    signed = [text for text in texts if text.signed < day]
    for predictor in PREDICTORS:
        found = [
            predicted(predictor, SCENARIO, past_of(SCENARIO, day, turned(MOVES, day), known))
            for known in (texts, signed, [seen_later(text) for text in texts])
        ]
        assert (found[0] == found[1]).all()
        assert (found[0] == found[2]).all()


@settings(max_examples=25)
@given(day=DAYS, one=st.sampled_from(PREDICTORS))
def test_chances_of_the_next_move_sum_to_one(day, one):
    chances = one.predict(SCENARIO, past_of(SCENARIO, day))
    assert chances.shape == (len(pairs_of(SCENARIO)), 3)
    assert (chances >= 0).all()
    assert np.abs(chances.sum(axis=1) - 1).max() < 1e-12


def test_a_past_holds_nothing_of_its_day_or_later():
    past = past_of(SCENARIO, date(2025, 5, 12))
    assert max(step.day for step in past.steps) < date(2025, 5, 12)
    assert past.agreement() is None
    assert past_of(SCENARIO, date(2025, 5, 13)).agreement().id == "2025-05-geneva"


def test_rows_dated_to_a_month_are_seen_when_the_month_is_over_and_are_in_no_cell():
    cells = cells_of(SCENARIO)
    assert "E057" in cells.unplaced
    assert "E037" not in cells.unplaced
    seen = {step.move.id for step in past_of(SCENARIO, date(2025, 8, 31)).steps}
    assert "E057" not in seen
    assert "E057" in {step.move.id for step in past_of(SCENARIO, date(2025, 9, 1)).steps}


@pytest.mark.parametrize(
    ("monday", "pair", "outcome"),
    [
        (date(2023, 7, 3), ("CHN", "minerals_ban"), UP),  # gallium and germanium licensed, banned by 2025
        (date(2018, 5, 14), ("CHN", "entity_listings"), DOWN),  # probe of sorghum dropped
        (date(2018, 7, 23), ("CHN", "entity_listings"), UP),  # a merger let lapse; firms were listed by 2025
    ],
)
def test_rows_before_the_record_gives_levels_count_by_their_direction(monday, pair, outcome):
    # Levels of the record's first day lie years after them and say nothing of what a row changed.
    cells = cells_of(SCENARIO, monday, monday + timedelta(days=6))
    assert cells.outcomes[0, cells.pairs.index(pair)] == outcome


def test_cells_say_what_the_record_says():
    cells = cells_of(SCENARIO)
    at = {pair: k for k, pair in enumerate(cells.pairs)}
    week = {monday: w for w, monday in enumerate(cells.weeks)}
    assert cells.outcomes[week[date(2025, 5, 12)], at["USA", "tariff"]] == DOWN
    assert cells.outcomes[week[date(2025, 5, 12)], at["USA", "chip_control"]] == UP
    assert cells.outcomes[week[date(2025, 8, 11)], at["USA", "tariff"]] == NONE
    assert cells.outcomes[week[date(2025, 10, 6)], at["CHN", "rare_earth_curb"]] == UP
    # The threat of 10 October is no move.
    assert cells.outcomes[week[date(2025, 10, 6)], at["USA", "tariff"]] == NONE


def scores_of(*chances):
    cells = cells_of(SCENARIO, date(2025, 5, 12), date(2025, 5, 25))
    arrays = np.stack([np.broadcast_to(c, (*cells.outcomes.shape, 3)) for c in chances])
    blocks, spells = truce_spells(cells.weeks, [])
    return Scores(cells, tuple(str(k) for k in range(len(chances))), arrays, blocks, spells)


@given(q=st.floats(0.01, 0.98))
def test_scores_are_proper_for_the_frequency_that_came(q):
    cells = cells_of(SCENARIO, date(2025, 5, 12), date(2025, 5, 25))
    rates = np.bincount(cells.outcomes.ravel(), minlength=3) / cells.outcomes.size
    other = np.array([q * 0.5, q * 0.5, 1 - q])
    scores = scores_of(np.maximum(rates, 1e-9) / np.maximum(rates, 1e-9).sum(), other)
    for rule in ("log", "brier"):
        assert scores.mean("0", rule=rule) <= scores.mean("1", rule=rule) + 1e-6


def test_scores_by_hand():
    scores = scores_of(np.array([0.25, 0.25, 0.5]))
    cells = scores.cells
    moved = int((cells.outcomes != NONE).sum())
    expected = -(moved * np.log(0.25) + (cells.outcomes.size - moved) * np.log(0.5)) / cells.outcomes.size
    assert scores.mean("0") == pytest.approx(expected)
    assert scores.mean("0", rule="brier", moved=True) == pytest.approx(0.75**2 + 0.25**2 + 0.5**2)
    with pytest.raises(UnknownName):
        scores.mean("0", leg="tarif")


def test_a_predictor_that_gives_no_distribution_is_refused():
    class Broken:
        name = "broken"

        def predict(self, scenario, past):
            return np.full((len(pairs_of(scenario)), 3), 0.5)

    with pytest.raises(InvalidGame, match="do not sum to 1"):
        prequential([Broken()], SCENARIO)


@given(
    worth=st.lists(st.integers(-9, 9), min_size=16, max_size=16),
    scale=st.integers(1, 4),
)
def test_shapley_values_share_out_the_whole_fairly(worth, scale):
    players = "abcd"
    subsets = [frozenset(c) for c in chain.from_iterable(combinations(players, n) for n in range(5))]
    game = dict(zip(subsets, map(float, worth), strict=True))
    game[frozenset()] = 0.0
    values = shapley_values(players, game)
    assert values.sum() == pytest.approx(game[frozenset(players)])
    # A player who adds nothing gets nothing; values are linear in worth.
    dummy = {subset: game[subset - {"d"}] for subset in subsets}
    assert shapley_values(players, dummy)[3] == pytest.approx(0)
    assert shapley_values(players, {s: scale * w for s, w in game.items()}) == pytest.approx(scale * values)


def test_a_forecast_is_the_same_whenever_it_is_made():
    worlds = (SCENARIO, load_scenario("us-china-2025"), None)
    one, two, three = (forecast("2025-10-busan", months=2, scenario=w, theories="moment") for w in worlds)
    assert one.rows == two.rows == three.rows
    assert all(0 <= r.low <= r.probability <= r.high <= 1 for r in one.rows)
    assert {r.month for r in one.rows} == {"2025-12", "2026-01"}


def test_the_end_of_the_clock_gives_one_row_a_leg():
    found = forecast("2025-10-busan", months=12, theories="moment")
    renewals = [row for row in found.rows if row.direction == "renewed"]
    assert [row.instrument for row in renewals] == ["tariff", "control", "other"]
    assert all(row.month == "2026-11" and 0 < row.low < row.probability < row.high < 1 for row in renewals)


def test_a_forecast_is_scored_against_later_rows():
    found = forecast("2025-05-geneva", as_of=date(2025, 5, 31), months=1, theories="moment")
    scores = found.score(MOVES, until=date(2025, 6, 30))
    assert (len(scores.rows), int(scores.came.sum())) == (24, 3)
    assert 0 < scores.mean("forecast", rule="brier") < 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"as_of": date(2025, 10, 1)}, InvalidDate),
        ({"as_of": date(2026, 1, 1)}, InvalidDate),
        ({"months": 0}, InvalidGame),
        ({"theories": ()}, InvalidGame),
    ],
)
def test_bad_forecasts_are_refused(arguments, error):
    with pytest.raises(error):
        forecast("2025-10-busan", **arguments)


def test_weeks_start_on_mondays():
    with pytest.raises(InvalidDate, match="from a Monday"):
        cells_of(SCENARIO, date(2025, 1, 7))
    assert all(monday.weekday() == 0 for monday in cells_of(SCENARIO).weeks)
    assert cells_of(SCENARIO).weeks[-1] + timedelta(days=6) == date(2025, 11, 30)
