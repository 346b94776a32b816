"""Strategies as phases: what is aimed at, where departures lead, rates, blame and the end of the term."""

from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.truces.theories.common.in_time import Times, resting, rule_of
from negotiation.truces.theories.common.theory import Play
from tests.unit.truces.theories.made_up import MENUS, SIDES, asked_about, scattered

ASKED = asked_about(scattered(8))
STAGE = ASKED.stage(ASKED.menus)
TARIFF, LIST, CURB = ("USA", "tariff"), ("USA", "entity_list"), ("CHN", "rare_earth_curb")
CALM = ("tariff=geneva entity_list=listed_only", "rare_earth_curb=general_licences")
ANSWER = ("tariff=january entity_list=listed_only", "rare_earth_curb=april_licensing")
WAR = ("tariff=peak entity_list=affiliates_rule", "rare_earth_curb=october_package")
PERIODS = 26.0


def passes(holds=True):
    return lambda: SimpleNamespace(holds=holds)


def theory(*plays, ending=True):
    return SimpleNamespace(plays=lambda _: plays, ending=ending or None)


def strategy():
    """A tariff is answered for a while, a listing by war; a curb by war with one half."""

    def row(profile, tariff, listing, curb, onward):
        found = {OTHERWISE: onward}
        for action in STAGE.actions[0]:
            moved = [a != b for a, b in zip(action.split(), profile[0].split(), strict=True)]
            if any(moved):
                found[action, profile[1]] = {(True, False): tariff, (False, True): listing}.get(
                    tuple(moved), onward
                )
        for action in STAGE.actions[1]:
            if action != profile[1]:
                found[profile[0], action] = curb
        return found

    return Automaton(
        ["kept", "answer", "over"],
        "kept",
        {"kept": CALM, "answer": ANSWER, "over": WAR},
        {
            "kept": row(CALM, "answer", "over", {"over": 0.5, "kept": 0.5}, "kept"),
            "answer": row(ANSWER, "answer", "over", "over", {"kept": 0.25, "answer": 0.75}),
            "over": {OTHERWISE: "over"},
        },
    )


def play(legs=("tariff", "control"), holds=True):
    return Play(legs, ng.RepeatedGame(STAGE, 0.9), strategy(), passes(holds))


def rates(count, *entries):
    found = np.zeros((count, count))
    for here, there, rate in entries:
        found[here, there] = rate
    return found


def test_a_strategy_becomes_phases_with_a_phase_for_each_draw():
    rule, checks = rule_of(theory(play()), ASKED, Times(PERIODS))
    assert rule.labels == ("kept", "answer USA", "over", "answer CHN")
    assert {pair: tuple(levels) for pair, levels in rule.aims.items()} == {
        TARIFF: ("geneva", "january", "peak", "geneva"),
        LIST: ("listed_only", "listed_only", "affiliates_rule", "listed_only"),
        CURB: ("general_licences", "april_licensing", "october_package", "general_licences"),
    }
    assert {pair: tuple(goals) for pair, goals in rule.harsher.items()} == {
        TARIFF: (1, 1, 2, 1),
        LIST: (2, 2, 2, 2),
        CURB: (3, 2, 2, 3),
    }
    # Calmer than a ceiling is no departure while all is kept; from an answer it is one.
    assert {pair: tuple(goals) for pair, goals in rule.calmer.items()} == {
        TARIFF: (0, 1, 2, 1),
        LIST: (0, 2, 2, 2),
        CURB: (0, 2, 2, 3),
    }
    expected = rates(4, (1, 0, 0.25 * PERIODS), (3, 2, 0.5 * PERIODS), (3, 0, 0.5 * PERIODS))
    assert rule.rates == pytest.approx(expected)
    assert rule.flows == {}
    assert rule.speeds.tolist() == [1.0] * 4
    assert (checks.rest, checks.profile, len(checks.plays)) == (None, (), 1)


def test_who_departed_pays_until_all_is_kept_again():
    rule, _ = rule_of(theory(play()), ASKED, Times(PERIODS, breach_cost=0.5))
    assert rule.labels == ("kept", "answer USA", "over, USA departed", "answer CHN", "over, CHN departed")
    assert {side: rule.flows[side].tolist() for side in SIDES} == {
        "USA": [0.0, -0.5, -0.5, 0.0, 0.0],
        "CHN": [0.0, 0.0, 0.0, -0.5, -0.5],
    }
    # In war each departure leads to who is to blame for it; the draw blames who brought it about.
    assert {pair: tuple(goals) for pair, goals in rule.harsher.items()} == {
        TARIFF: (1, 1, 2, 1, 2),
        LIST: (2, 2, 2, 2, 2),
        CURB: (3, 4, 4, 3, 4),
    }
    expected = rates(5, (1, 0, 0.25 * PERIODS), (3, 4, 0.5 * PERIODS), (3, 0, 0.5 * PERIODS))
    assert rule.rates == pytest.approx(expected)


def test_when_the_term_ends_all_goes_to_the_stage_equilibrium_and_nothing_is_answered():
    levels, *_ = resting(ASKED, ASKED.menus)
    assert levels != {pair: MENUS[pair[0]][pair[1]][0] for pair in (TARIFF, LIST, CURB)}
    plain, _ = rule_of(theory(play()), ASKED, Times(PERIODS, breach_cost=0.5))
    rule, _ = rule_of(theory(play()), ASKED, Times(PERIODS, ends=2.0, breach_cost=0.5))
    assert rule.labels == (*plain.labels, "ended")
    for pair in (TARIFF, LIST, CURB):
        assert tuple(rule.aims[pair]) == (*plain.aims[pair], levels[pair])
        assert tuple(rule.harsher[pair]) == (*plain.harsher[pair], 5)
        assert tuple(rule.calmer[pair]) == (*plain.calmer[pair], 5)
    assert rule.rates[:5, :5] == pytest.approx(np.asarray(plain.rates))
    assert rule.rates[:, 5].tolist() == [2.0] * 5 + [0.0]
    assert rule.rates[5].tolist() == [0.0] * 6
    for side in SIDES:
        assert rule.flows[side].tolist() == [*plain.flows[side].tolist(), 0.0]
    assert rule.speeds.tolist() == [1.0] * 6
    # A custom has no term, and without an end there is no phase for it.
    for one, times in ((theory(play(), ending=False), Times(PERIODS, 2.0)), (theory(play()), Times(PERIODS))):
        assert rule_of(one, ASKED, times)[0].labels[-1] == "answer CHN"
