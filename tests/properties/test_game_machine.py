"""The whole game by its rules, in every scenario; what the machine found; and that it can find something."""

import os
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, run_state_machine_as_test

import negotiation.disputes.state as state_module
import negotiation.testing.machine as machine
import negotiation.testing.machine_invariants as keeps
from negotiation.disputes import (
    Move,
    Postures,
    Scenario,
    State,
    apply_move,
    legality,
    load_scenario,
    scenario_names,
    transition,
)
from negotiation.disputes.rules import lawful_postures
from negotiation.disputes.saving import Position, position_from_text, position_text
from negotiation.errors import BrokenContract, IllegalMove, InvalidFile
from negotiation.game_theory.games import StageGame, slip_kernel
from negotiation.testing import GameMachine
from negotiation.testing import strategies as ngst
from tests.us_china import SCENARIO

EXAMPLES = {"thorough": 150, "nightly": 1500}.get(os.environ.get("HYPOTHESIS_PROFILE", "fast"), 20)
COURSES = settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None)
# Longer courses: what Hypothesis draws depends on which modules are loaded, so that a bug which 25 steps find
# with nine chances in ten would be missed in some order of the tests.
FEW = settings(
    COURSES,
    max_examples=150,
    stateful_step_count=50,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)


@pytest.mark.parametrize("name", scenario_names())
def test_the_rules_hold_after_every_step(name):
    GameMachine.for_scenario(load_scenario(name), COURSES)("runTest").runTest()


@pytest.mark.parametrize("seed", range(3))
def test_the_rules_hold_at_other_parameters(seed):
    short = settings(max_examples=3, stateful_step_count=20, deadline=None, derandomize=True, database=None)
    GameMachine.for_scenario(SCENARIO.draw(seed), short)("runTest").runTest()


# --- it can find something ----------------------------------------------------------------------------------


def found_by(monkeypatch, where, name, faulty):
    monkeypatch.setattr(where, name, faulty)
    with pytest.raises(BrokenContract) as caught:
        run_state_machine_as_test(GameMachine, settings=FEW)
    return str(caught.value)


def test_a_move_that_changes_too_much_would_be_found(monkeypatch):
    def faulty(scenario, postures, move, state=None):
        after = apply_move(scenario, postures, move, state)
        other = scenario.other(move.country)
        return after.after(other, {"tariff": "peak"})

    message = found_by(monkeypatch, machine, "apply_move", faulty)
    assert "changes what it names and nothing else" in message


def test_an_illegal_move_that_is_made_would_be_found(monkeypatch):
    def faulty(scenario, postures, move, state=None):
        if not legality(scenario, postures, move, state).legal and move.country in postures:
            return postures
        return apply_move(scenario, postures, move, state)

    assert "illegal move was made" in found_by(monkeypatch, machine, "apply_move", faulty)


def test_a_level_that_outlives_its_law_would_be_found(monkeypatch):
    message = found_by(monkeypatch, machine, "lawful_postures", lambda *given: given[1])
    assert "a level falls only with its law" in message


def test_a_transition_row_that_does_not_sum_to_1_would_be_found(monkeypatch):
    monkeypatch.setattr(state_module, "_stocks", lambda step, *_: {step: 0.9})
    with pytest.raises(BrokenContract, match="transition rows sum to 1"):
        run_state_machine_as_test(GameMachine, settings=FEW)


def test_a_position_that_is_not_kept_would_be_found(monkeypatch):
    def faulty(text, scenario, form):
        loaded = position_from_text(text, scenario, form)
        return replace(loaded, state=replace(loaded.state, stocks=0))

    assert "what is saved comes back" in found_by(monkeypatch, machine, "position_from_text", faulty)


# --- rules that are wrong in a corner -----------------------------------------------------------------------


def at(postures, *levels):
    return all(postures[country].get(name) == label for country, name, label in levels)


US_PEAK, CHINA_PEAK = ("USA", "tariff", "peak"), ("CHN", "tariff", "peak")


def a_peak_that_resets_another_instrument(scenario, postures, move, state=None):
    after = apply_move(scenario, postures, move, state)
    return after.after("USA", {"visa": "open"}) if move.changes.get("tariff") == "peak" else after


def an_end_of_the_peak_that_moves_the_other_side(scenario, postures, move, state=None):
    after = apply_move(scenario, postures, move, state)
    left = at(postures, US_PEAK) and not at(after, US_PEAK)
    return after.after("CHN", {"tariff": "january"}) if left else after


def a_move_that_is_refused_while_both_are_at_the_peak(scenario, postures, move, state=None):
    if at(postures, US_PEAK, CHINA_PEAK):
        raise IllegalMove("nobody moves at the peak")
    return apply_move(scenario, postures, move, state)


def a_law_that_takes_nothing(scenario, postures, state=None, day=None):
    return lawful_postures(scenario, postures, state, day) if state.authority else postures


def a_law_that_takes_from_both_sides(scenario, postures, state=None, day=None):
    after = lawful_postures(scenario, postures, state, day)
    return after if after == postures else after.after("CHN", {"tariff": "january"})


def a_law_that_takes_the_peak_although_it_stands(scenario, postures, state=None, day=None):
    after = lawful_postures(scenario, postures, state, day)
    return after.after("USA", {"tariff": "geneva"}) if at(after, US_PEAK, CHINA_PEAK) else after


def wrong_from(corner, changes):
    """Return a motion of the state that goes wrong from the states of a corner alone."""

    def faulty(state, curb_used, control_used, p):
        row = transition(state, curb_used, control_used, p)
        return changes(state, row) if corner(state, curb_used, control_used) else row

    return faulty


def moved(**parts):
    return lambda state, _: {replace(state, **parts): 1.0}


def a_saving_that_loses_the_peak(text, scenario, form):
    loaded = position_from_text(text, scenario, form)
    if not at(loaded.postures, US_PEAK):
        return loaded
    return replace(loaded, postures=loaded.postures.after("USA", {"tariff": "geneva"}))


def slips_that_are_wrong_on_long_ladders(levels, up, down):
    kernel = slip_kernel(levels, up, down).copy()
    if levels >= 5:
        kernel[-1, -1] += 0.25
    return kernel


def payoffs_that_are_lost_when_both_are_at_the_peak(self, *given, **options):
    game = STAGE_GAME(self, *given, **options)
    levels = options.get("levels") or {}
    if levels.get(US_PEAK[:2]) == ["peak"] and levels.get(CHINA_PEAK[:2]) == ["peak"]:
        return StageGame(game.payoffs + 1.0, game.players, game.actions)
    return game


STAGE_GAME = Scenario.stage_game
MOVES = ("apply_move", (machine, keeps))
LAW = ("lawful_postures", (machine, keeps))
MOTION = ("transition", (machine,))
RULE_BUGS = {
    "a peak resets another instrument": (*MOVES, a_peak_that_resets_another_instrument),
    "the end of the peak moves the other side": (*MOVES, an_end_of_the_peak_that_moves_the_other_side),
    "moves are refused at two peaks": (*MOVES, a_move_that_is_refused_while_both_are_at_the_peak),
    "the law takes nothing once authority is lost": (*LAW, a_law_that_takes_nothing),
    "the law takes from both sides": (*LAW, a_law_that_takes_from_both_sides),
    "the law takes a peak that it bears": (*LAW, a_law_that_takes_the_peak_although_it_stands),
    "dependence rises in a corner": (
        *MOTION,
        wrong_from(
            lambda z, curb, _: curb and z.curb_dependence == 0 and z.stocks == 2,
            moved(curb_dependence=1),
        ),
    ),
    "authority comes back": (*MOTION, wrong_from(lambda z, *_: z.authority == 0, moved(authority=1))),
    "a truce comes of itself when stocks are full": (
        *MOTION,
        wrong_from(lambda z, *_: z.stocks == 2 and z.clock == 0, moved(clock=1)),
    ),
    "the clock skips a third under the curb": (
        *MOTION,
        wrong_from(lambda z, curb, _: curb and z.clock == 3, moved(clock=1)),
    ),
    "chances are lost in the last third": (
        *MOTION,
        wrong_from(lambda z, *_: z.clock == 1, lambda z, _: {z: 0.9}),
    ),
    "stocks run out at once under both weapons": (
        *MOTION,
        wrong_from(lambda z, curb, control: curb and control and z.stocks == 2, moved(stocks=0)),
    ),
    "a position at the peak is not kept": (
        "position_from_text",
        (machine,),
        a_saving_that_loses_the_peak,
    ),
    "slips at the top of a ladder": ("slip_kernel", (machine,), slips_that_are_wrong_on_long_ladders),
    "two peaks pay something else": (
        "stage_game",
        (Scenario,),
        payoffs_that_are_lost_when_both_are_at_the_peak,
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("bug", RULE_BUGS)
def test_a_rule_that_is_wrong_in_a_corner_would_be_found(bug, monkeypatch):
    name, places, faulty = RULE_BUGS[bug]
    for place in places:
        monkeypatch.setattr(place, name, faulty)
    with pytest.raises(BrokenContract):
        run_state_machine_as_test(GameMachine, settings=FEW)


@pytest.mark.long
def test_play_reaches_the_heights_and_seldom_loses_authority():
    steps, heights, courses, lost = 0, 0, 0, 0

    class Watched(GameMachine):
        def teardown(self):
            nonlocal courses, lost
            courses += 1
            lost += self.play.state.authority == 0

        @invariant()
        def count(self):
            nonlocal steps, heights
            steps += 1
            heights += at(self.play.postures, US_PEAK)

    run_state_machine_as_test(Watched, settings=settings(FEW, stateful_step_count=25))
    assert heights >= 0.1 * steps
    assert 0 < lost <= 0.3 * courses


# --- levels whose law is lost -------------------------------------------------------------------------------


@given(ngst.postures(), ngst.states())
def test_the_law_takes_no_more_than_it_must(postures, state):
    after = lawful_postures(SCENARIO, postures, state)
    for country in SCENARIO.countries:
        for name in SCENARIO.held(country):
            instrument = SCENARIO.instruments[name]
            was, now = (instrument.position(country, levels[country][name]) for levels in (postures, after))
            exist = {level.label for level in SCENARIO.levels(country, name, state)}
            labels = instrument.labels(country)
            assert labels[now] in exist
            assert now <= was
            assert not exist & set(labels[now + 1 : was + 1])
    if state.authority == 1:
        assert after == postures


# --- saving -------------------------------------------------------------------------------------------------


@given(ngst.postures(), ngst.states(), st.sampled_from(["json", "toml"]))
def test_a_position_comes_back_from_its_text(postures, state, form):
    text = position_text(postures, state, form)
    assert position_from_text(text, SCENARIO, form) == Position(postures, state)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-1], "JSON"),
        (lambda text: text.replace('"stocks": 0', '"stocks": 3'), "stocks"),
        (lambda text: text.replace('"stocks": 0,', ""), "stocks"),
        (lambda text: text.replace('"peak"', '"summit"'), "'summit' came; allowed: january"),
        (lambda text: text.replace('"visa"', '"visas"'), "`postures.USA.visas` came"),
        (lambda text: text.replace('"visa"', '"visas"'), "`postures.USA.visa` is missing"),
        (lambda text: text.replace('"CHN"', '"FRA"'), "`postures.FRA` came; allowed: USA, CHN"),
        (lambda text: text.replace('"CHN"', '"FRA"'), "`postures.CHN` is missing"),
    ],
)
def test_a_text_that_is_no_position_is_refused_with_every_reason(change, words):
    peak = SCENARIO.calm().after("USA", {"tariff": "peak"})
    with pytest.raises(InvalidFile, match="position") as caught:
        position_from_text(change(position_text(peak, State())), SCENARIO)
    assert words in str(caught.value)


def test_what_is_not_toml_is_refused():
    with pytest.raises(InvalidFile, match="is not TOML"):
        position_from_text("[postures", SCENARIO, "toml")


def test_the_order_in_a_file_does_not_matter():
    turned = Postures({"CHN": SCENARIO.calm()["CHN"], "USA": SCENARIO.calm()["USA"]})
    loaded = position_from_text(position_text(turned, State()), SCENARIO)
    assert tuple(loaded.postures) == SCENARIO.countries
    move = Move("USA", {"tariff": "peak"})
    assert apply_move(SCENARIO, loaded.postures, move)["USA"]["tariff"] == "peak"
