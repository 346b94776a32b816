from datetime import date

import pytest

import negotiation as ng
from negotiation.game_theory.checks.readings import verify_readings
from negotiation.truces.replay.noise_part import mismatch_path
from tests.us_china import SCENARIO

GENEVA = ng.truce("2025-05-geneva")


@pytest.fixture(scope="module")
def pair():
    return GENEVA.compile(SCENARIO)


def test_the_verdict_is_that_of_the_independent_check(pair):
    found, check = pair.verdict(depth=2), verify_readings(pair, depth=2)
    assert found.margin == pytest.approx(float(check.margin), abs=1e-12)
    assert not found.holds
    assert not found.belief_free
    assert not ng.verify(GENEVA.game(SCENARIO), pair).holds


def test_the_path_starts_with_the_usa_and_stops(pair):
    path = mismatch_path(pair)
    first = path.moves[0]
    assert (first.period, first.country, first.harsher) == (0, "USA", True)
    assert first.instrument in ("chip_control", "entity_list")
    assert path.stops is not None
    assert all(step.follows == (True, True) for step in path.path.steps)
    assert all(step.beliefs == (1.0, 1.0) for step in path.path.steps)


def test_recorded_moves_stand_beside_the_period_in_which_they_were_announced(pair):
    path = mismatch_path(pair)
    assert path.days[0] == date(2025, 5, 12)
    where = {
        row[:4]: k
        for k, texts in enumerate(path.recorded)
        for text in texts
        for row in text.partition("(")[2].split(", ")
    }
    assert where["E041"] == 0
    assert where["E050"] == 2
    assert where["E061"] == where["E065"] == 10
    assert len(path.table().rows) == len(path.days) == 13
