"""Verdicts side by side: each cell is that of its own verdict, and what changes is said."""

from dataclasses import replace
from functools import cache

import pytest

import negotiation as ng
from negotiation.errors import InvalidOptions, UnknownLeg
from negotiation.truces.verdicts.compared_verdicts import ComparedVerdict
from tests.unit.truces.theory_rows import theory_row


@cache
def verdicts():
    """Return what two theories say of Busan as it is, with security double, and with one clause more."""
    world = ng.load_scenario("us-china-2025")
    double = world.with_parameters({"security_weight": 2 * world.parameters["security_weight"]})
    wider = ng.truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped")
    two = ["moment", "each for itself"]
    return {
        "as it is": ng.verdict("2025-10-busan", world, theories=two),
        "double": ng.verdict("2025-10-busan", double, theories=two),
        "with chips": ng.verdict(wider, world, theories=["moment"]),
    }


def test_each_cell_is_that_of_its_own_verdict():
    found = ng.compare_verdicts(verdicts())
    table = found.table()
    assert table.columns == ("leg", "theory", "as it is", "double", "with chips", "what changes")
    for leg, theory, *cells, _ in table.rows:
        for cell, one in zip(cells, verdicts().values(), strict=True):
            asked = [row for row in one if (row.leg, row.theory) == (leg, theory)]
            if not asked:
                assert cell == "not asked"
                continue
            word, margin = cell.split()
            assert word == ("holds" if asked[0].holds else "breaks")
            assert float(margin) == pytest.approx(asked[0].margin, rel=0.05)
    assert len(found) == len(table.rows) == 6


def test_legs_stand_together_and_theories_in_the_order_asked():
    pairs = [(row.leg, row.theory) for row in ng.compare_verdicts(verdicts())]
    legs = list(dict.fromkeys(leg for leg, _ in pairs))
    assert pairs == [(leg, theory) for leg in legs for theory in ("moment", "each for itself")]


def test_what_holds_under_one_and_not_under_another_has_changed():
    two = {label: verdicts()[label] for label in ("as it is", "double")}
    found = ng.compare_verdicts(two)
    by_hand = {
        (row.leg, row.theory)
        for row in two["as it is"]
        if row.holds != two["double"].find(row.leg, row.theory).holds
    }
    assert {(row.leg, row.theory) for row in found.changed} == by_hand == {("other", "moment")}
    assert found.find("other", "moment").words == "breaks, by USA visa +2"
    assert ng.compare_verdicts(dict(reversed(two.items()))).find("other", "moment").words == "holds"


def test_of_more_than_two_it_is_said_which_changes_what():
    found = ng.compare_verdicts(verdicts())
    said = "double: breaks otherwise, by USA chip_control +2; with chips: holds"
    assert found.find("control", "moment").words == said
    assert "with chips" not in found.find("control", "each for itself").verdicts


def test_another_departure_is_told_where_both_break():
    first = verdicts()["as it is"]
    row = first.find("control", "moment")
    other = replace(row, player="CHN", departure=(("tariff", "embargo"),))
    second = replace(first, rows=tuple(other if one is row else one for one in first))
    found = ng.compare_verdicts({"one": first, "two": second})
    assert found.find("control", "moment").words == "breaks otherwise, by CHN tariff"
    assert found.changed == ()


def test_what_was_asked_otherwise_is_listed_and_nothing_else():
    found = ng.compare_verdicts(verdicts())
    assert [row[0] for row in found.asked().rows] == ["agreement", "security_weight"]
    assert {row[0]: row[1:] for row in found.asked().rows}["security_weight"] == (0.5, 1.0, 0.5)
    same = ng.compare_verdicts({"one": verdicts()["double"], "two": verdicts()["double"]})
    assert same.asked().rows == ()
    assert same.changed == ()
    assert all(row.words == "" for row in same)


def test_what_cannot_be_compared_is_refused():
    one = verdicts()["double"]
    with pytest.raises(InvalidOptions, match="two verdicts or more"):
        ng.compare_verdicts({"alone": one})
    with pytest.raises(InvalidOptions, match="what each is to be called"):
        ng.compare_verdicts([one, one])
    with pytest.raises(InvalidOptions, match=r"'second': a result of `negotiation\.verdict`"):
        ng.compare_verdicts({"first": one, "second": one.table()})
    with pytest.raises(UnknownLeg, match="tariff under moment"):
        ng.compare_verdicts({"first": one, "second": one}).find("chips", "moment")


@pytest.mark.parametrize(
    ("margins", "changed", "said"),
    [
        ((0.0, 1.0), True, "holds"),
        ((0.0, -1.0), True, "breaks, by USA tariff"),
        ((-1.0, 0.0), True, "open"),
        ((-1.0, -2.0), False, ""),
        ((1.0,), False, ""),
        ((1.0, -1.0, 2.0), True, "1: breaks, by USA tariff"),
        ((-1.0, 0.0, -2.0, 1.0), True, "1: open; 3: holds"),
    ],
)
def test_what_changes_is_told_against_the_first(margins, changed, said):
    rows = {str(k): theory_row("a", margin) for k, margin in enumerate(margins)}
    found = ComparedVerdict("a", "t", rows)
    assert (found.changed, found.words) == (changed, said)
