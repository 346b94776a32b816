"""Strategies as phases: what is aimed at, where departures lead, rates, blame and the end of the term."""

from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.truces.theories.common.in_time import Checks, Times, resting, rule_of
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
    for one, times in (
        (theory(play(), ending=False), Times(PERIODS, 2.0)),
        (theory(play()), Times(PERIODS)),
    ):
        assert rule_of(one, ASKED, times)[0].labels[-1] == "answer CHN"


def stay(asked, menus, holds=True, leg="tariff"):
    """A strategy of one state about some menus."""
    stage = asked.stage(menus)
    kept = Automaton(["kept"], "kept", {"kept": stage.labels((0, 0))}, {"kept": {OTHERWISE: "kept"}})
    return Play((leg,), ng.RepeatedGame(stage, 0.9), kept, passes(holds))


def part(*pairs):
    return {side: {n: x for n, x in MENUS[side].items() if (side, n) in pairs} for side in SIDES}


def test_what_no_strategy_is_about_rests_at_the_best_stage_equilibrium_of_the_rest():
    rule, checks = rule_of(theory(stay(ASKED, part(TARIFF))), ASKED, Times(PERIODS))
    levels, stage, profile = resting(ASKED, part(LIST, CURB))
    assert rule.labels == ("kept",)
    assert {pair: tuple(aims) for pair, aims in rule.aims.items()} == {
        TARIFF: ("geneva",), LIST: (levels[LIST],), CURB: (levels[CURB],),
    }  # fmt: skip
    assert set(rule.harsher) == {TARIFF}
    assert checks.profile == profile
    assert checks.rest.payoffs.tolist() == stage.payoffs.tolist()
    # Of one state there is no name where strategies are told apart by issue; of several there is one.
    two = theory(stay(ASKED, part(LIST), leg="control"), play_of_tariff())
    assert rule_of(two, ASKED, Times(PERIODS))[0].labels == ("tariff kept", "tariff over")
    ending = rule_of(theory(stay(ASKED, part(LIST)), stay(ASKED, part(TARIFF))), ASKED, Times(PERIODS, 1.0))
    assert ending[0].labels == ("kept", "ended")


def play_of_tariff():
    stage = ASKED.stage(part(TARIFF))
    calm, war = stage.labels((0, 0)), stage.labels((2, 0))
    moves = {"kept": {(war[0], calm[1]): "over", (stage.actions[0][1], calm[1]): "over", OTHERWISE: "kept"}}
    strategy = Automaton(
        ["kept", "over"], "kept", {"kept": calm, "over": war}, {**moves, "over": {OTHERWISE: "over"}}
    )
    return Play(("tariff",), ng.RepeatedGame(stage, 0.9), strategy, passes())


def payoffs(rows):
    return ng.StageGame(np.array(rows, dtype=float), ("USA", "CHN"), [["c", "d"], ["c", "d"]])


DILEMMA = payoffs([[(9, 9), (1, 10)], [(10, 1), (3, 3)]])


@pytest.mark.parametrize(
    ("plays", "rest", "profile", "hold"),
    [
        ((True, True), None, (), True),
        ((True, False), None, (), False),
        ((), DILEMMA, ("d", "d"), True),
        ((True,), DILEMMA, ("c", "c"), False),
        ((False,), DILEMMA, ("d", "d"), False),
    ],
)
def test_all_checks_have_to_pass_and_what_is_left_out_has_to_rest(plays, rest, profile, hold):
    made = tuple(Play(("a",), DILEMMA, None, passes(holds)) for holds in plays)
    assert Checks(made, rest, profile).hold == hold


def test_the_best_of_several_equilibria_and_the_kept_levels_where_there_is_none():
    menus = {
        "USA": {"entity_list": ("listed_only", "affiliates_rule")},
        "CHN": {"purchases": ("buys", "boycott")},
    }

    def of(rows):
        def paid(_, levels):
            a = levels["USA", "entity_list"] == "affiliates_rule"
            return rows[a][levels["CHN", "purchases"] == "boycott"]

        return asked_about(paid, menus, terms={})

    both = of([[(1, 1), (0, 0)], [(0, 0), (2, 3)]])
    levels, stage, profile = resting(both, menus)
    assert levels == {("USA", "entity_list"): "affiliates_rule", ("CHN", "purchases"): "boycott"}
    assert profile == ("entity_list=affiliates_rule", "purchases=boycott")
    assert tuple(stage.payoff(profile)) == (2.0, 3.0)
    calm = of([[(3, 3), (0, 0)], [(0, 0), (2, 3)]])
    assert resting(calm, menus)[0][("CHN", "purchases")] == "buys"
    pennies = of([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]])
    assert resting(pennies, menus)[0] == {("USA", "entity_list"): "listed_only", ("CHN", "purchases"): "buys"}
    assert resting(pennies, {"USA": {}, "CHN": {}}) == ({}, None, ())


def test_an_instrument_of_one_level_stays_in_its_phase_and_each_side_has_its_own():
    menus = {
        "USA": {"tariff": ("geneva", "peak"), "visa": ("open",)},
        "CHN": {"tariff": ("geneva", "peak")},
    }
    asked = asked_about(lambda _, levels: (float(levels["CHN", "tariff"] == "peak"), 0.0), menus, terms={})
    mine = {"USA": menus["USA"], "CHN": {}}
    stage = asked.stage(mine)
    (calm, none), (war, _) = stage.labels((0, 0)), stage.labels((1, 0))
    moves = {"kept": {(war, none): "over", OTHERWISE: "kept"}, "over": {OTHERWISE: "over"}}
    grim = Automaton(["kept", "over"], "kept", {"kept": (calm, none), "over": (war, none)}, moves)
    one = Play(("tariff",), ng.RepeatedGame(stage, 0.9), grim, passes())
    rule, checks = rule_of(theory(one), asked, Times(PERIODS))
    assert rule.labels == ("kept", "over")
    assert tuple(rule.harsher["USA", "visa"]) == (0, 1)
    assert tuple(rule.harsher["USA", "tariff"]) == (1, 1)
    # The other side's tariff is no part of the strategy: it rests where it is best for both together.
    assert tuple(rule.aims["CHN", "tariff"]) == ("peak", "peak")
    assert ("CHN", "tariff") not in rule.harsher
    assert checks.profile[1] == "tariff=peak"


def test_what_answers_both_is_named_for_neither_and_strategies_of_several_legs_for_all():
    moves = {"kept": {OTHERWISE: "war"}, "war": {OTHERWISE: "war", WAR: {"kept": 0.5, "war": 0.5}}}
    moves["kept"][CALM] = "kept"
    both = Automaton(["kept", "war"], "kept", {"kept": CALM, "war": WAR}, moves)
    one = Play(("tariff", "control"), ng.RepeatedGame(STAGE, 0.9), both, passes())
    rule, _ = rule_of(theory(one), ASKED, Times(PERIODS))
    assert rule.labels == ("kept", "answer")
    assert rule.rates[1, 0] == pytest.approx(0.5 * PERIODS)
    blamed, _ = rule_of(theory(one), ASKED, Times(PERIODS, breach_cost=1.0))
    assert blamed.labels == ("kept", "answer USA", "answer CHN")
    stage = ASKED.stage(part(LIST, CURB))
    calm, war = stage.labels((0, 0)), stage.labels((1, 1))
    grim = Automaton(
        ["kept", "over"], "kept", {"kept": calm, "over": war},
        {"kept": {calm: "kept", OTHERWISE: "over"}, "over": {OTHERWISE: "over"}},
    )  # fmt: skip
    two = Play(("control", "other"), ng.RepeatedGame(stage, 0.9), grim, passes())
    found, _ = rule_of(theory(two, play_of_tariff()), ASKED, Times(PERIODS))
    assert len(found.labels) == 4
    assert found.labels[0] == "control+other kept, tariff kept"
