"""One floor for all: raised rows stay distributions, a second pass changes nothing, nobody has another."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidGame
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.baselines.hold import Hold
from negotiation.truces.prediction.chances import floored, predicted
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.weeks import cells_of, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025")
LEAST = NUMERICS.least_chance
CELLS = cells_of(SCENARIO, date(2025, 5, 5), date(2025, 6, 8))
PREDICTORS = [*BASELINES, *theory_forecasters(SCENARIO, ["moment", "shadow linkage"])]
ROWS = st.lists(
    st.tuples(*[st.one_of(st.just(0.0), st.floats(0, 1), st.floats(0, 1e-2))] * 3).filter(
        lambda row: sum(row) > 1e-3
    ),
    min_size=1,
    max_size=6,
)


class Given:
    """Gives the same chances for everything."""

    name = "given"

    def __init__(self, row):
        self.row = row

    def predict(self, scenario, past):
        return np.tile(np.array(self.row), (len(pairs_of(scenario)), 1))


class Wrapped:
    """Gives what another gives, above the floor already."""

    def __init__(self, inner):
        self.inner, self.name = inner, f"wrapped {inner.name}"

    def predict(self, scenario, past):
        return predicted(self.inner, scenario, past)


@given(rows=ROWS)
def test_rows_stay_distributions_above_the_floor_and_keep_their_order(rows):
    chances = np.array(rows)
    chances /= chances.sum(axis=1, keepdims=True)
    found = floored(chances)
    assert found.min() >= LEAST
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-12
    for before, after in zip(chances, found, strict=True):
        if before.min() >= LEAST:
            assert (before == after).all()
        order = np.argsort(before, kind="stable")
        assert (np.diff(after[order]) >= -1e-15).all()


@given(rows=ROWS)
def test_a_second_pass_changes_no_bit(rows):
    chances = np.array(rows)
    once = floored(chances / chances.sum(axis=1, keepdims=True))
    assert (floored(once) == once).all()


def test_what_gives_way_may_reach_the_floor_itself():
    found = floored(np.array([0.0, LEAST * 1.0001, 1 - LEAST * 1.0001]))
    assert found == pytest.approx([LEAST, LEAST, 1 - 2 * LEAST])


def test_a_predictor_wrapped_in_itself_scores_the_same():
    scores = prequential([*PREDICTORS, *map(Wrapped, PREDICTORS)], SCENARIO, cells=CELLS)
    half = len(PREDICTORS)
    assert (scores.chances[:half] == scores.chances[half:]).all()


def test_all_predictors_have_the_same_floor():
    scores = prequential([*PREDICTORS, Given([0.0, 0.0, 1.0])], SCENARIO, cells=CELLS)
    least = scores.chances.min(axis=(1, 2, 3))
    # Whoever calls anything impossible, or nearly so, gives it what "nothing changes" gives.
    assert least.min() == LEAST
    assert sum(each == LEAST for each in least) >= 4


def test_another_floor_is_another_one_for_all():
    scores = prequential(PREDICTORS, SCENARIO, cells=CELLS, least=0.02)
    assert scores.chances.min() == 0.02
    assert (scores.chances.min(axis=(1, 2, 3)) >= 0.02).all()
    assert prequential([Hold()], SCENARIO, cells=CELLS, least=0.001).chances.min() == 0.001


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([0.5, 0.5, 0.5], "do not sum to 1"),
        ([-0.1, 0.5, 0.6], "negative or no number"),
        ([np.nan, 0.5, 0.5], "negative or no number"),
    ],
)
def test_what_is_no_distribution_is_refused_by_the_predictors_name(row, message):
    past = past_of(SCENARIO, date(2025, 5, 5))
    with pytest.raises(InvalidGame, match=f"'given'.*{message}"):
        predicted(Given(row), SCENARIO, past)
    assert predicted(Hold(), SCENARIO, past).min() == LEAST
