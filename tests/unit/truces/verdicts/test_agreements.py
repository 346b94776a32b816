from math import inf

import pytest

import negotiation as ng
from negotiation.errors import UnknownInstrument, UnknownLevel
from tests.us_china import SCENARIO

BUSAN, GENEVA = ng.truce("2025-10-busan"), ng.truce("2025-05-geneva")


def test_the_least_patience_is_where_the_independent_check_turns():
    found = BUSAN.critical_discount_factor()
    game, automaton = BUSAN.game(clock="memoryless"), BUSAN.compile(clock="memoryless")
    for shift, holds in ((1e-6, True), (-1e-6, False)):
        at = ng.RepeatedGame(game.stage, float(found.value) + shift, game.monitoring)
        assert ng.verify(at, automaton).holds is holds
    assert SCENARIO.discount_factor > found.value


def test_no_patience_is_enough_where_a_departure_always_gains():
    found = ng.truce("2019-11-standstill").critical_discount_factor()
    assert found.value is None
    assert found.binding.player == "KOR"


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


def life(agreement):
    return agreement.survival().find("broken off", "any", agreement.linkage.kind).mean_days
