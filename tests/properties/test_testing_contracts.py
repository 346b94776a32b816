"""The contracts bite: what breaks a rule is named, with the smallest example."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import find, settings
from hypothesis import strategies as st

from negotiation.disputes.instrument import Effects
from negotiation.disputes.quantity import Quantity
from negotiation.errors import BrokenContract
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.strategies import OTHERWISE, Automaton
from negotiation.testing import GameMachine
from negotiation.testing import strategies as ngst
from negotiation.testing.contracts import (
    check_agreement,
    check_instrument,
    check_scenario,
    check_solver,
    check_strategy,
)
from negotiation.testing.contracts.instrument import with_instrument
from negotiation.testing.contracts.rules import Rule, require
from negotiation.truces.verdicts.agreements import truce
from tests.command import printed, python
from tests.us_china import SCENARIO

VISA = SCENARIO.instruments["visa"]
PAGES = Path(__file__).parents[2] / "docs" / "how-to"


def broken(check, *arguments, **keywords):
    with pytest.raises(BrokenContract) as caught:
        check(*arguments, **keywords)
    return str(caught.value)


# --- solvers ------------------------------------------------------------------------------------------------


def changed(**fields):
    """Return `solve` with some fields of its result replaced."""

    def solver(stage):
        found = solve(stage)
        return replace(found, **{key: make(found) for key, make in fields.items()})

    return solver


def pure_only(solution):
    return tuple(e for e in solution if all(max(p) == 1 for p in e.strategies))


def other_payoffs(solution):
    return tuple(replace(e, payoffs=e.payoffs[::-1]) for e in solution.equilibria)


def best_for_the_first(solution):
    return (max(solution, key=lambda e: e.payoffs[0]),)


def first_profile(stage):
    made = tuple(np.eye(n)[0] for n in stage.n_actions)
    fake = replace(solve(stage).equilibria[0], strategies=made, payoffs=stage.payoffs[0, 0])
    return replace(pure_equilibria(stage), equilibria=(fake,))


def near_zero(stage):
    found = solve(stage)
    return replace(found, equilibria=found.equilibria if abs(stage.payoffs).max() < 500 else ())


@pytest.mark.long
@pytest.mark.parametrize(
    ("solver", "words"),
    [
        (first_profile, "Not a Nash equilibrium"),
        (changed(equilibria=other_payoffs), "is reported"),
        (near_zero, "a constant added to a player's payoffs"),
        (changed(equilibria=best_for_the_first), "swapping the players"),
    ],
)
def test_a_solver_that_breaks_a_rule_is_found(solver, words):
    assert words in broken(check_solver, solver)


@pytest.mark.long
def test_a_solver_that_loses_mixed_equilibria_is_found_by_the_smallest_such_game():
    loses = changed(equilibria=pure_only)
    message = broken(check_solver, loses, finds="all")
    assert "missing: [[0.5, 0.5, 0.5, 0.5]]" in message
    assert len(re.findall(r"^a\d", message, re.MULTILINE)) == 4  # a game of two by two actions
    check_solver(loses, finds="some", examples=10)


@pytest.mark.parametrize(
    ("solver", "words"),
    [
        (lambda _: 3, "int has no status"),
        (lambda _: 1 / 0, "ZeroDivisionError was raised (division by zero)"),
    ],
)
def test_a_solver_without_a_proper_result_is_found(solver, words):
    message = broken(check_solver, solver)
    assert words in message
    assert "a result with a status and a table" in message


# --- instruments --------------------------------------------------------------------------------------------


def with_level(position, **fields):
    levels = list(VISA.levels["USA"])
    levels[position] = replace(levels[position], **fields)
    return replace(VISA, levels={"USA": tuple(levels)})


@pytest.mark.parametrize(
    ("instrument", "words"),
    [
        (replace(VISA, levels={"FRA": VISA.levels["USA"]}), "some country of the scenario holds it"),
        (with_level(1, source="", source_url=""), "it must have a source"),
        (with_level(0, value=1.0, unit="%"), "some levels have a value and others have none"),
        (with_level(0, threatened=True), "only threatened lies above"),
        (with_level(1, may_follow=("revocations",)), "can be reached from every other"),
    ],
)
def test_a_fault_of_a_level_is_named(instrument, words):
    assert words in broken(check_instrument, instrument)


def with_effects(change):
    return replace(VISA, effects=lambda given: change(given, VISA.effects(given)))


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda _, raw: Effects(raw.holder[:1], raw.other), "shape (2,), one per level"),
        (lambda _, raw: Effects(raw.holder, -raw.other), "hurts less than 'open'"),
        (lambda s, raw: Effects(raw.holder, raw.other * (1 - 2 * (s.state.stocks == 2))), "stocks=2"),
    ],
)
def test_a_fault_of_payoffs_is_named_with_the_smallest_example(change, words):
    assert words in broken(check_instrument, with_effects(change))


# --- strategies, agreements, scenarios ----------------------------------------------------------------------


def always(stage, profile=("C", "C"), spare=False):
    """Return what is played always."""
    states = ["s", "t"] if spare else ["s"]
    return Automaton(states, "s", dict.fromkeys(states, profile), {s: {OTHERWISE: "s"} for s in states})


@pytest.mark.parametrize(
    ("builder", "words"),
    [
        (lambda stage, colour: always(stage, colour), "no values are known for ['colour']"),
        (lambda stage: always(stage, spare=True), "nothing leads to ['t']"),
    ],
)
def test_a_fault_of_a_strategy_is_named(builder, words):
    assert words in broken(check_strategy, builder)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"side": "CHN"}, "CHN does not hold 'chip_control'"), ({"verifiability": "none"}, "no covered clause")],
)
def test_a_fault_of_an_agreement_is_named(change, words):
    chip = SCENARIO.instruments["chip_control"].levels["USA"]
    threatened = next(level.label for level in chip if level.threatened)
    base = {"side": "USA", "instrument": "chip_control", "level": chip[0].label, "verifiability": "high"}
    given = base | change
    if "level" in change:
        given["level"] = threatened
    clause = truce("2025-10-busan").clauses[0].model_copy(update=given)
    deal = truce("2025-10-busan").model_copy(update={"clauses": (clause,), "readings": ()})
    assert words in broken(check_agreement, deal)


def ranged(name, **ends):
    quantity = SCENARIO.quantities[name].model_copy(update=ends)
    known = {**SCENARIO.calibration.parameters, name: quantity}
    return replace(SCENARIO, calibration=SCENARIO.calibration.model_copy(update={"parameters": known}))


@pytest.mark.parametrize(
    ("name", "ends", "words"),
    [
        ("security_weight", {"high": 1.5}, "from 0 to 1"),
        ("reaction_lag_days", {"high": 60.0}, "are longer than state.truce_days"),
    ],
)
def test_a_fault_of_a_scenario_is_named(name, ends, words):
    assert words in broken(check_scenario, ranged(name, **ends))


# --- how --------------------------------------------------------------------------------------------------


def test_the_smallest_example_is_shown_and_rules_are_tried_in_order():
    first = Rule(
        "the sum is small", st.lists(st.integers(0, 50)), lambda n: "too large" if sum(n) > 9 else None
    )
    second = Rule("there is none", st.lists(st.integers(0, 50)), lambda n: "there is one" if n else None)
    message = broken(require, "a list", [first, second])
    assert (
        message == "a list breaks the rule that the sum is small: too large.\nSmallest example found:\n[10]"
    )
    assert "there is none" in broken(require, "a list", [second, first])


@pytest.mark.long
@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "test-your-own-instrument",
            ("breaks the rule that a harsher level hurts the other side no less", "moved={'ban.harm': -"),
        ),
        ("write-a-solver", ("the rule that the unit of one player changes nothing: PlayerTerms(player=",)),
    ],
)
def test_the_how_to_runs_as_written(page, words, tmp_path):
    text = (PAGES / f"{page}.md").read_text()
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    shown = printed(python("-W", "error", "-c", code, cwd=tmp_path))
    assert [part for part in words if part not in shown] == []
    written = {path.name for path in tmp_path.iterdir() if path.name != ".hypothesis"}
    assert written == set()


def test_without_hypothesis_the_error_says_what_to_install():
    lines = [
        "import sys",
        "sys.modules['hypothesis'] = None",
        "import importlib.util",
        "found = importlib.util.find_spec",
        "importlib.util.find_spec = lambda name, *rest: None if name == 'hypothesis' else found(name, *rest)",
        "import negotiation",
        "try:",
        "    import negotiation.testing",
        "except negotiation.NegotiationError as error:",
        "    print(type(error).__name__, error)",
    ]
    done = python("-c", "\n".join(lines), check=True)
    assert "MissingPackage negotiation.testing needs the package hypothesis" in done.stdout


@pytest.mark.long
def test_a_scenario_of_ones_own_can_be_played():
    twin = replace(VISA, name="study_permit")
    world = with_instrument(SCENARIO, twin, {})
    GameMachine.for_scenario(world, settings(max_examples=2, deadline=None))("runTest").runTest()
    assert "study_permit" in find(ngst.postures(scenario=world), lambda _: True)["USA"]
    quantity = Quantity(value=1, low=0, high=2, unit="percent", date="2025", assumption=True)
    assert "extra" in with_instrument(SCENARIO, twin, {"extra": quantity}).parameters
