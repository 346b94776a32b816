"""Verdicts side by side: each cell is that of its own verdict, and what changes is said."""

from functools import cache

import pytest

import negotiation as ng
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
    assert len(ng.compare_verdicts(dict(reversed(verdicts().items())))) == 6  # the first lacks a theory


def test_what_holds_under_one_and_not_under_another_has_changed():
    two = {label: verdicts()[label] for label in ("as it is", "double")}
    found = ng.compare_verdicts(two)
    by_hand = {
        (row.leg, row.theory)
        for row in two["as it is"]
        if row.holds != two["double"].find(row.leg, row.theory).holds
    }
    assert {(row.leg, row.theory) for row in found.changed} == by_hand == {("other", "moment")}
    assert found.find("other", "moment").words == "breaks, by USA visa and 2 more"
    assert ng.compare_verdicts(dict(reversed(two.items()))).find("other", "moment").words == "holds"


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
