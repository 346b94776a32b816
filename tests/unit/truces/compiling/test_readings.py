from datetime import date

import pytest

import negotiation as ng
from negotiation.game_theory.checks.readings import verify_readings
from negotiation.truces.verdicts.mismatch import mismatch_path
from tests.us_china import SCENARIO

GENEVA = ng.truce("2025-05-geneva")
FLOW, FROZEN = "licences flow", "controls frozen"


@pytest.fixture(scope="module")
def pair():
    return GENEVA.compile(SCENARIO)


def test_a_reading_prescribes_its_terms_and_leaves_the_rest_outside(pair):
    flow, frozen = pair.plans[FLOW].kept, pair.plans[FROZEN].kept
    for key, level in GENEVA.as_read_by("USA").items():
        assert flow[key] == level
    for key, level in GENEVA.as_read_by("CHN").items():
        assert frozen[key] == level
    # The US reading binds no control: they go to the residual stage equilibrium.
    # Security is concave in strength: the best control left free is inside the ladder.
    assert flow["USA", "chip_control"] == "software_and_engines"
    custom = GENEVA.compile(SCENARIO, outside="custom").plans[FLOW].kept
    assert custom["USA", "chip_control"] == "h20_stopped"


def test_what_one_reading_keeps_breaks_the_other(pair):
    stage = pair.game.stage
    kept = {name: [a.actions[a.initial][0] for a in (r[name] for r in pair.readings)] for name in pair.plans}
    held = stage.profile_index((kept[FLOW][0], kept[FROZEN][1]))
    seen = pair.alarms[pair.signal.signals[int(pair.clear[held])]]
    assert seen == {FLOW, FROZEN}
    shared = stage.profile_index(kept[FROZEN])
    assert FROZEN not in pair.alarms[pair.signal.signals[int(pair.clear[shared])]]


def test_the_verdict_is_that_of_the_independent_check(pair):
    found, check = pair.verdict(depth=2), verify_readings(pair, depth=2)
    assert found.margin == pytest.approx(float(check.margin), abs=1e-12)
    assert not found.holds
    assert not found.belief_free
    assert not ng.verify(GENEVA.game(SCENARIO), pair).holds


def test_subjective_margins_are_those_of_the_shared_reading(pair):
    for found in pair.verdict(depth=1).subjective:
        joint = ng.verify(pair.game, pair.joint(found.reading, found.reading))
        assert found.margin >= float(joint.margin) - 1e-12
        assert all(regret >= 0 for _, regret in found.regrets)


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
