"""The chain of levels and the mirror played forward, against enumeration and simulation."""

from datetime import date
from itertools import product

import numpy as np
import pytest

from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.baselines.markov import came_by_week, weekly_chain
from negotiation.truces.prediction.baselines.mirror import LAST, side_moves
from negotiation.truces.prediction.rates import ANSWER, last_in_leg, possible
from negotiation.truces.prediction.weeks import WEEK
from negotiation.truces.record.events import DOWN, NONE, UP, level_paths, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025").with_past_levels()
PAIRS = pairs_of(SCENARIO)
RATES = np.array([[0.3, 0.1, 0.6], [0.2, 0.25, 0.55], [0.05, 0.4, 0.55]])


def test_a_chain_goes_up_and_down_within_its_levels():
    chain = weekly_chain(RATES, 4, 2, 0.25)
    assert chain.sum(axis=(0, 2)) == pytest.approx(np.ones(4))
    assert chain[DOWN, 0].sum() == 0
    assert chain[UP, 0].tolist() == pytest.approx([0.225, 0.075, 0, 0])
    assert chain[UP, 3, 3] == pytest.approx(0.05)  # a list is lengthened at its harshest level
    assert chain[DOWN, 2].tolist() == pytest.approx([0, 0.1, 0.3, 0])


@pytest.mark.parametrize("outcome", [UP, DOWN])
def test_first_moves_by_enumeration(outcome):
    chain, start = weekly_chain(RATES, 3, 2, 0.5), np.array([0.0, 1.0, 0.0])
    windows = [range(2), range(1, 4)]
    expected = np.zeros(2)
    for path in product(range(3), repeat=4):  # outcomes of four weeks
        state = start
        for one in path:
            state = state @ chain[one]
        expected += [state.sum() * any(path[w] == outcome for w in window) for window in windows]
    assert came_by_week(chain, start, outcome, windows) == pytest.approx(expected)


@pytest.mark.parametrize("day", [date(2025, 5, 19), date(2019, 9, 2)])
@pytest.mark.parametrize("name", ["markov", "mirror"])
def test_the_first_week_is_that_of_the_prediction(name, day):
    one, past = baseline(name), past_of(SCENARIO, day)
    ahead = one.ahead(SCENARIO, past, [(day, day + WEEK)])[0]
    assert ahead == pytest.approx(one.predict(SCENARIO, past)[:, :2])


def test_the_chain_starts_from_the_level_of_the_day():
    day = date(2025, 5, 19)
    past = past_of(SCENARIO, day)
    ahead = baseline("markov").ahead(SCENARIO, past, [(day, day + 8 * WEEK)])[0]
    now = level_paths(SCENARIO, past).before(day)
    assert len({tuple(row) for row in ahead.round(9)}) > 1
    assert (ahead[now == 0, DOWN] < ahead[now > 0, DOWN].min() + 1e-12).all()


def test_the_moves_of_a_side_are_those_of_its_instruments():
    given = np.tile([[0.2, 0.1, 0.7], [0.1, 0.0, 0.9]], (3, 1, 1))
    found = side_moves(given)
    assert found[0].tolist() == pytest.approx([0.37 * 0.75, 0.37 * 0.25, 0.63])
    barred = side_moves(given, (0, UP))
    assert barred.sum(axis=1) == pytest.approx(np.full(3, 0.8))
    assert barred[0, NONE] == pytest.approx(0.63)
    assert LAST[UP, DOWN] == UP
    assert LAST[NONE, DOWN] == DOWN
    assert LAST[NONE, NONE] == NONE


def test_the_mirror_agrees_with_simulation():
    day = date(2025, 6, 9)
    one, past, rng = baseline("mirror"), past_of(SCENARIO, day), np.random.default_rng(1)
    window = (day + 2 * WEEK, day + 6 * WEEK)
    ahead = one.ahead(SCENARIO, past, [window])[0]
    rates, paths = one.rates(SCENARIO, past), 4000
    by_last = np.stack([possible(SCENARIO, past.postures(), np.tile(row, (len(PAIRS), 1))) for row in rates])
    legs = [SCENARIO.instruments[name].leg for _, name in PAIRS]
    sides = list(dict.fromkeys(zip([c for c, _ in PAIRS], legs, strict=True)))
    lately = {
        side: [last_in_leg(SCENARIO, past, side, day - k * WEEK, WEEK) for k in (0, 1)] for side in sides
    }
    lately = {side: np.tile(found, (paths, 1)) for side, found in lately.items()}
    came = np.zeros((paths, len(PAIRS), 2), dtype=bool)
    for week in range(6):
        outcomes = np.empty((paths, len(PAIRS)), dtype=int)
        for k, (country, _) in enumerate(PAIRS):
            other = lately.get((SCENARIO.other(country), legs[k]), np.full((paths, 2), NONE))
            last = np.where(other[:, 0] != NONE, other[:, 0], other[:, 1])
            draws = rng.random(paths)[:, None] > by_last[last, k].cumsum(axis=1)
            outcomes[:, k] = draws.sum(axis=1)
        if week >= 2:
            for d in (UP, DOWN):
                came[:, :, d] |= outcomes == d
        for country, leg in sides:
            mine = [k for k in range(len(PAIRS)) if (PAIRS[k][0], legs[k]) == (country, leg)]
            moved = outcomes[:, mine] != NONE
            pick = np.where(moved, rng.random(moved.shape), -1).argmax(axis=1)
            now = np.where(moved.any(axis=1), outcomes[np.arange(paths), np.array(mine)[pick]], NONE)
            lately[country, leg] = np.stack([now, lately[country, leg][:, 0]], axis=1)
    assert ANSWER == 2 * WEEK
    assert np.abs(came.mean(axis=0) - ahead).max() < 4.5 * 0.5 / np.sqrt(paths)
    assert came.mean(axis=0).sum() == pytest.approx(ahead.sum(), rel=0.03)
