from datetime import date

import numpy as np
import pytest

import negotiation as ng
from negotiation.checks.readings import verify_readings
from negotiation.errors import InvalidProbabilities
from negotiation.truces.compiling.readings import ReadingPair
from negotiation.truces.verdicts.mismatch import mismatch_path
from tests.us_china import AGREEMENTS

SCENARIO = ng.load_scenario("us-china-2025")
GENEVA = ng.truce("2025-05-geneva")
FLOW, FROZEN = "licences flow", "controls frozen"


@pytest.fixture(scope="module")
def pair():
    return GENEVA.compile(SCENARIO)


def test_geneva_compiles_to_its_two_readings(pair):
    assert isinstance(pair, ReadingPair)
    assert pair.names == ((FLOW, FROZEN),) * 2
    assert pair.priors == ({FLOW: 0.5, FROZEN: 0.5},) * 2
    assert pair.held == (FLOW, FROZEN)


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


def test_slips_and_misreadings_leave_every_signal_possible_where_levels_allow_it(pair):
    assert (pair.signal.probabilities.max(axis=(0, 1)) > 0).all()
    np.testing.assert_allclose(pair.signal.probabilities.sum(axis=-1), 1.0, atol=1e-12)


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


def test_an_answer_in_kind_comes_a_period_after_the_move_that_it_answers():
    path = mismatch_path(GENEVA.compile(SCENARIO, linkage="proportionate"))
    answers = [move for move in path.moves if move.country == "CHN" and move.harsher]
    assert (answers[0].period, answers[0].instrument, answers[0].after) == (
        1, "rare_earth_curb", "october_package",
    )  # fmt: skip


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


def test_bayesian_beliefs_move_and_stay_probabilities(pair):
    steps = mismatch_path(pair, "bayesian", periods=4).path.steps
    assert steps[0].beliefs == (0.5, 0.5)
    assert all(0 <= belief <= 1 for step in steps for belief in step.beliefs)


def test_with_one_reading_the_rest_of_the_prior_is_on_the_text(tmp_path):
    text = (AGREEMENTS / "2025-05-geneva.toml").read_text()
    cut = text.index('[[readings]]\nside = "CHN"')
    end = text.index("# Neither this text")
    path = tmp_path / "one.toml"
    path.write_text(text[:cut] + text[end:])
    pair = ng.truce(path).compile(SCENARIO)
    assert pair.priors == ({FLOW: 0.5, "as written": 0.5}, {FLOW: 0.5, "as written": 0.5})


def test_priors_above_one_together_are_refused(tmp_path):
    text = (AGREEMENTS / "2025-05-geneva.toml").read_text()
    path = tmp_path / "sure.toml"
    path.write_text(
        text.replace('side = "CHN"\nname', 'side = "USA"\nname').replace("prior = 0.5", "prior = 0.8")
    )
    with pytest.raises(InvalidProbabilities, match=r"priors of the readings of USA sum to 1.6"):
        ng.truce(path).compile(SCENARIO)


def graded(*grades):
    """Return Geneva with two readings of the curb, each of a level and a verifiability."""
    levels = ("licences_flow", "april_licensing")
    terms = [reading.terms[0] for reading in GENEVA.readings if reading.side == "USA"]
    readings = tuple(
        reading.model_copy(
            update={"terms": (terms[0].model_copy(update={"level": level, "verifiability": grade}),)}
        )
        for reading, level, grade in zip(GENEVA.readings, levels, grades, strict=True)
    )
    return GENEVA.model_copy(update={"readings": readings}).compile(SCENARIO).signal.probabilities


def test_where_readings_differ_a_level_is_seen_as_the_worst_of_them_is():
    worst, best = graded("low", "low"), graded("high", "high")
    for grades in (("high", "low"), ("low", "high")):
        np.testing.assert_allclose(graded(*grades), worst, rtol=0, atol=1e-15)
    assert np.abs(best - worst).max() > 0.01
