"""Simulated records: likelihoods of their own, paces that are found again, shares that add up."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.games.event_path import EventPath
from negotiation.truces.studies.recovery import Seen, at_its_pace, recovery, simulated

SCENARIO = ng.load_scenario("us-china-2025")
BUSAN = ng.truce("2025-10-busan")
GAME = BUSAN.continuous_game("custom in kind", size="small")


@pytest.fixture(scope="module")
def found():
    return recovery(BUSAN, SCENARIO, ["custom in kind", "shadow linkage"], records=3, years=1.0, rng=2)


def test_theories_that_differ_in_what_they_forbid_are_told_apart(found):
    assert found.best.tolist() == [[0] * 3, [1] * 3]
    assert found.share("shadow linkage", "custom in kind") == 0.0
    assert (found.moves > 5).all()


def test_shares_add_up_and_the_table_has_a_row_for_each_theory(found):
    for name in found.theories:
        assert sum(found.share(name, other) for other in found.theories) == 1.0
    assert [row[0] for row in found.table().rows] == list(found.theories)
    assert max(map(len, str(found.table()).splitlines())) <= 80


def test_the_same_seed_gives_the_same_records(found):
    again = recovery(BUSAN, SCENARIO, ["custom in kind", "shadow linkage"], records=1, years=1.0, rng=2)
    assert (again.likelihoods[:, 0] == found.likelihoods[:, 0]).all()


def test_a_pace_is_found_again_however_the_record_is_stretched():
    seen = simulated(GAME, 20.0, np.random.default_rng(5))
    value, pace = at_its_pace(GAME, seen)
    # Some 600 moves: a pace is known to about one in twenty-five.
    assert pace == pytest.approx(1.0, abs=0.15)
    slow = Seen(tuple((3 * at, event) for at, event in seen.moves), 3 * seen.years)
    stretched, found = at_its_pace(GAME, slow)
    assert found == pytest.approx(pace / 3, rel=0.05)
    assert stretched == pytest.approx(value - len(seen.moves) * np.log(3), abs=0.5)


def test_the_best_pace_has_no_less_than_the_central_one():
    seen = simulated(GAME, 2.0, np.random.default_rng(1))
    path = EventPath(GAME.game.states[0], list(seen.moves), years=2.0)
    plain = ng.log_likelihood(GAME.game, GAME.response, path).value
    assert at_its_pace(GAME, seen)[0] >= plain - 1e-3


@pytest.mark.parametrize("wrong", [{"records": 0}, {"years": 0.0}, {"theories": []}])
def test_no_records_are_refused(wrong):
    with pytest.raises(InvalidGame, match="one or more of each"):
        recovery(BUSAN, SCENARIO, **{"theories": ["moment"], "records": 1, **wrong})
