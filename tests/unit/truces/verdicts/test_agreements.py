from math import inf

import pytest

import negotiation as ng
from negotiation.errors import InvalidFile, InvalidGame, UnknownInstrument, UnknownLevel, UnknownScenario
from tests.us_china import SCENARIO

BUSAN, GENEVA = ng.truce("2025-10-busan"), ng.truce("2025-05-geneva")


@pytest.mark.long
def test_the_scenario_is_the_agreements_own_dispute_if_none_is_given():
    assert BUSAN.game() == BUSAN.game(SCENARIO)
    assert str(BUSAN.verdict()) == str(BUSAN.verdict("us-china-2025")) == str(BUSAN.verdict(SCENARIO))
    assert str(BUSAN.survival()) == str(BUSAN.survival(SCENARIO))
    assert BUSAN.compile(clock="none").actions == BUSAN.compile(SCENARIO, clock="none").actions
    assert BUSAN.critical_discount_factor().value == BUSAN.critical_discount_factor(SCENARIO).value


def test_a_scenario_of_no_such_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownScenario, match="did you mean 'us-china-2025'"):
        BUSAN.verdict("us-china")
    with pytest.raises(InvalidGame, match="scenario"):
        BUSAN.verdict(7)


def test_the_least_patience_is_where_the_independent_check_turns():
    found = BUSAN.critical_discount_factor()
    game, automaton = BUSAN.game(clock="memoryless"), BUSAN.compile(clock="memoryless")
    for shift, holds in ((1e-6, True), (-1e-6, False)):
        at = ng.RepeatedGame(game.stage, float(found.value) + shift, game.monitoring)
        assert ng.verify(at, automaton).holds is holds
    assert SCENARIO.discount_factor > found.value


def test_a_counted_clock_asks_for_more_patience_as_the_page_says():
    game, automaton = BUSAN.game(), BUSAN.compile()
    for delta, holds in ((0.36, False), (0.37, True)):
        assert ng.verify(ng.RepeatedGame(game.stage, delta, game.monitoring), automaton).holds is holds
    assert BUSAN.critical_discount_factor().value < 0.36


def test_no_patience_is_enough_where_a_departure_always_gains():
    found = ng.truce("2019-11-standstill").critical_discount_factor()
    assert found.value is None
    assert found.binding.player == "KOR"


@pytest.mark.long
def test_a_verdict_holds_iff_every_leg_does():
    assert ng.truce("2025-10-busan").verdict().holds is False
    for name in ng.truce_names():
        verdict = ng.truce(name).verdict()
        assert verdict.holds is all(leg.holds for leg in verdict)


def test_a_leg_of_no_such_name_is_refused_with_the_known():
    with pytest.raises(ng.NegotiationError, match="Known: control, other, tariff"):
        BUSAN.verdict()["chips"]


def test_another_clause_is_covered_and_the_rest_is_as_it_was():
    wider = BUSAN.with_clause("USA", "chip_control", "h20_stopped")
    assert dict(wider.covered()) == {**BUSAN.covered(), ("USA", "chip_control"): "h20_stopped"}
    assert type(wider) is type(BUSAN)
    assert wider.id == "2025-10-busan-with-chip-control"
    assert ("USA", "chip_control") not in BUSAN.covered()
    assert wider.clauses[-1].source_title == "assumed: not in the text"
    assert len({clause.id for clause in wider.clauses}) == len(wider.clauses)
    assert all(clause.instrument != "chip_control" or clause.covered for clause in wider.clauses)
    # A clause more is one more that can be misread.
    assert life(wider) < life(BUSAN)


def test_a_clause_harder_to_check_makes_for_a_shorter_life():
    lives = [
        life(BUSAN.with_clause("USA", "chip_control", "h20_stopped", verifiability=grade))
        for grade in ("high", "medium")
    ]
    assert inf > lives[0] > lives[1]


@pytest.mark.parametrize(
    ("clause", "error", "words"),
    [
        (
            ("USA", "chip", "h20_stopped"),
            UnknownInstrument,
            "no instrument 'chip'; did you mean 'chip_control'",
        ),
        (("USA", "chip_control", "h20"), UnknownLevel, "no level 'h20'; did you mean 'h20_stopped'"),
        (("JPN", "tariff", "busan"), ng.NegotiationError, "no country 'JPN'"),
        (("usa", "tariff", "busan"), ng.NegotiationError, "did you mean 'USA'"),
    ],
)
def test_a_clause_that_does_not_fit_the_scenario_is_refused(clause, error, words):
    with pytest.raises(error, match=words):
        BUSAN.with_clause(*clause)


def test_a_grade_of_no_such_name_is_refused():
    with pytest.raises(InvalidFile, match="verifiability"):
        BUSAN.with_clause("USA", "chip_control", "h20_stopped", verifiability="perfect")


def life(agreement):
    return agreement.survival().find("broken off", "any", agreement.linkage.kind).mean_days
