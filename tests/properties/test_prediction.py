"""Predictions: no looking ahead, proper distributions, proper scores, fair shares."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import predicted
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import DOWN, UP, cells_of
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES, SCENARIO, turned

PREDICTORS = [*BASELINES, *theory_forecasters(SCENARIO, ["moment"])]
DAYS = st.dates(date(2025, 2, 1), date(2025, 11, 30))


def seen_later(text):
    """An agreement with other words in all that a file states of it after its signing."""
    later = {"observed": "turned", "observed_detail": ""}
    clauses = tuple(clause.model_copy(update=later) for clause in text.clauses)
    return text.model_copy(update={"window_end": date(2031, 1, 1), "summary": "turned", "clauses": clauses})


@pytest.mark.long
@settings(max_examples=10)
@given(day=DAYS)
def test_what_comes_later_and_what_an_agreement_came_to_change_no_prediction(day):
    texts = agreements_of(SCENARIO)
    signed, later = [text for text in texts if text.signed < day], [seen_later(text) for text in texts]
    cut = [m for m in MOVES if m.announced.latest < day]
    pasts = [(turned(day), texts), (turned(day), later), (cut, signed)]
    for predictor in PREDICTORS:
        found = predicted(predictor, SCENARIO, past_of(SCENARIO, day, MOVES, texts))
        for record, known in pasts:
            assert (predicted(predictor, SCENARIO, past_of(SCENARIO, day, record, known)) == found).all()


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


@pytest.mark.long
def test_a_forecast_is_the_same_whenever_it_is_made():
    worlds = (SCENARIO, load_scenario("us-china-2025"), None)
    one, two, three = (forecast("2025-10-busan", months=2, scenario=w, theories="moment") for w in worlds)
    assert one.rows == two.rows == three.rows
    assert all(0 <= r.low <= r.probability <= r.high <= 1 for r in one.rows)
    assert {r.month for r in one.rows} == {"2025-12", "2026-01"}
