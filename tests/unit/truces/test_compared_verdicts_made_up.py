"""Verdicts side by side whose rows are made up: words, order, cells and what was asked otherwise."""

from dataclasses import replace
from functools import cache

import pytest

import negotiation as ng
from negotiation.errors import UnknownLeg
from negotiation.truces.compared_verdicts import ComparedVerdict, compare_verdicts
from negotiation.truces.theory_verdicts import TheoryVerdict
from negotiation.world import State
from tests.us_china import SCENARIO


def row(leg, theory, margin, departure=("tariff",), player="USA", share=None):
    moves = tuple((name, "peak") for name in departure)
    return TheoryVerdict(leg, theory, margin, player, moves, {}, (), (), True, share, {})


@cache
def made():
    return ng.verdict(
        "2025-10-busan", SCENARIO, theories=["each for itself"], size="small", state=State(stocks=1)
    )


def verdicts(*rows, **other):
    return replace(made(), rows=rows, **other)


@pytest.mark.parametrize(
    ("margins", "changed", "said"),
    [
        ((0.0, 1.0), False, ""),
        ((0.0, -1.0), True, "breaks, by USA tariff"),
        ((-1.0, 0.0), True, "holds"),
        ((-1.0, -2.0), False, ""),
        ((1.0,), False, ""),
        ((1.0, -1.0, 2.0), True, "1: breaks, by USA tariff"),
        ((-1.0, 0.0, -2.0, 1.0), True, "1: holds; 3: holds"),
    ],
)
def test_what_changes_is_told_against_the_first(margins, changed, said):
    rows = {str(k): row("a", "t", margin) for k, margin in enumerate(margins)}
    found = ComparedVerdict("a", "t", rows)
    assert (found.changed, found.words) == (changed, said)


def test_rows_stand_by_leg_in_the_order_in_which_legs_and_theories_come_first():
    one = verdicts(row("control", "two", 1.0), row("tariff", "two", 0.123456), row("other", "one", -1.0))
    two = verdicts(row("tariff", "one", -0.5, share=0.25), row("control", "two", -2.0), draws=4)
    found = compare_verdicts({"x": one, 7: two})
    assert [(each.leg, each.theory) for each in found] == [
        ("control", "two"), ("tariff", "two"), ("tariff", "one"), ("other", "one"),
    ]  # fmt: skip
    table = found.table()
    assert table.columns == ("leg", "theory", "x", "7", "what changes")
    assert table.rows == (
        ("control", "two", "holds 1", "breaks -2", "breaks, by USA tariff"),
        ("tariff", "two", "holds 0.12", "not asked", ""),
        ("tariff", "one", "not asked", "breaks -0.5 (0.25)", ""),
        ("other", "one", "breaks -1", "not asked", ""),
    )
    assert table.title.endswith(", and share of draws from the ranges, which other values leave as they are")
    assert [(each.leg, each.theory) for each in found.changed] == [("control", "two")]
    assert found.find("tariff", "one").verdicts == {"7": two.rows[0]}
    with pytest.raises(UnknownLeg, match="other under two"):
        found.find("other", "two")
    assert compare_verdicts({"x": one, "y": one}).table().title == "verdicts compared: margin, % GDP"
    assert len(found) == 4


def test_parameters_of_either_scenario_are_compared_and_what_one_has_not_is_left_empty():
    one, korea = verdicts(row("a", "t", 1.0)), ng.load_scenario("japan-korea-2019")
    other = replace(one, asked=replace(one.asked, scenario=korea))
    cells = {name: each for name, *each in compare_verdicts({"x": one, "y": other}).asked().rows}
    names = dict.fromkeys((*SCENARIO.parameters, *korea.parameters))
    expected = {name: [SCENARIO.parameters.get(name), korea.parameters.get(name)] for name in names}
    assert cells == {
        "scenario": ["us-china-2025", "japan-korea-2019"],
        **{name: each for name, each in expected.items() if each[0] != each[1]},
    }
    assert cells["security_weight"][1] is None
    assert cells["JPN.gdp"][0] is None
