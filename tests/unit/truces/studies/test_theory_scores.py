"""Scores of theories by leg, from verdicts made up so that each count is another number."""

from datetime import date
from types import SimpleNamespace

import pytest

from negotiation.truces.studies import theory_scores as module
from negotiation.truces.studies.theory_scores import (
    RULES,
    ScoredLeg,
    TheoryScores,
    scored_legs,
    theory_scores,
)
from negotiation.truces.theory_verdicts import TheoryVerdict
from negotiation.truces.verdicts.legs import Step


def said(leg="tariff", theory="moment", margin=1.0, breaking=(), share=None, named=None):
    return TheoryVerdict(leg, theory, margin, None, (), {}, breaking, (), True, share, named or {})


def moved(country="USA", instrument="tariff"):
    return Step(date(2025, 5, 20), "moved on", country, instrument, "E1")


def scored(margin, first, **verdict):
    return ScoredLeg("paper", verdict.get("leg", "tariff"), said(margin=margin, **verdict), first)


@pytest.mark.parametrize(
    ("margin", "first", "right"),
    [(1.0, None, True), (0.0, None, True), (-1.0, None, False), (1.0, moved(), False), (-1.0, moved(), True)],
)
def test_a_theory_is_right_where_it_says_what_the_record_shows(margin, first, right):
    assert scored(margin, first).right is right


@pytest.mark.parametrize(
    ("margin", "breaking", "named", "first", "names", "right"),
    [
        (-1.0, ("USA tariff", "CHN curb"), {}, moved(), "USA tariff", True),
        (-1.0, ("CHN curb",), {"USA tariff": 0.6, "CHN curb": 0.4}, moved(), "USA tariff", True),
        (-1.0, ("USA tariff",), {"CHN tariff": 0.6}, moved(), "CHN tariff", False),  # another country
        (-1.0, ("USA curb",), {}, moved(), "USA curb", False),
        (-1.0, ("USA tariff",), {}, None, "USA tariff", False),  # nothing was moved
        (1.0, ("USA tariff",), {"USA tariff": 1.0}, moved(), "", False),  # it says that the leg holds
        (-1.0, (), {}, moved(), "", False),
    ],
)
def test_what_is_named_first_is_what_most_draws_name_or_else_the_departure(
    margin, breaking, named, first, names, right
):
    one = scored(margin, first, breaking=breaking, named=named)
    assert one.names == names
    assert one.names_right is right


LEGS = (
    scored(1.0, None, theory="A", share=0.9),  # right: holds, and held
    scored(-1.0, moved(), theory="A", share=0.3, leg="control", breaking=("USA tariff",)),
    scored(-1.0, moved("CHN", "curb"), theory="A", share=0.2, leg="other", named={"USA visa": 0.7}),
    scored(1.0, moved(), theory="A", share=0.6),  # wrong: holds, and was moved on
    scored(-1.0, None, theory="A", share=0.4, leg="other"),  # wrong: breaks, and held
    scored(1.0, None, theory="B", share=1.0),
    scored(1.0, moved(), theory="B", share=1.0, leg="control"),
    scored(1.0, moved("CHN", "curb"), theory="B", share=1.0, leg="other"),
    scored(1.0, moved(), theory="B", share=1.0),
    scored(1.0, None, theory="B", share=1.0, leg="other"),
)


@pytest.mark.parametrize("draws", [0, 16])
def test_the_table_counts_theories_and_rules(draws):
    table = TheoryScores(LEGS, draws, {"A": "the first"}).table()
    assert table.columns == (
        "theory or rule",
        "right",
        "legs",
        "right, over draws",
        "first right",
        "breaks said rightly",
    )
    over = [0.9 + 0.7 + 0.8 + 0.4 + 0.4, 2.0] if draws else [None, None]
    assert table.rows[:2] == (
        ("A", 3, 5, over[0] and pytest.approx(over[0]), 1, 2), ("B", 2, 5, over[1], 0, 0),
    )  # fmt: skip
    # Of the legs of one theory a tariff leg held and one moved, one other leg held and two moved.
    assert [row[0] for row in table.rows[2:]] == list(RULES)
    assert [row[1] for row in table.rows[2:]] == [1 + 2, 2, 3, 2.5]
    assert all(row[2:] == (5, row[1], None, None) for row in table.rows[2:])
    assert table.names == {"A": "the first"}


def test_each_leg_is_told_with_what_was_named_and_moved_first():
    found = TheoryScores(LEGS, 16)
    table = found.first_table()
    assert table.columns == ("truce", "leg", "theory", "right", "names first", "share", "moved first")
    assert table.rows[0] == ("paper", "tariff", "A", True, "", None, "")
    assert table.rows[1] == ("paper", "control", "A", True, "USA tariff", None, "USA tariff")
    assert table.rows[2] == ("paper", "other", "A", True, "USA visa", 0.7, "CHN curb")
    assert table.rows[3][3:] == (False, "", None, "USA tariff")
    assert len(table.rows) == len(list(found)) == 10
    assert found.of("B") == LEGS[5:]
    nothing = TheoryScores((), 0).table()
    assert [row[1:3] for row in nothing.rows] == [(0, 0)] * 4


def test_agreements_within_the_record_are_asked_with_the_same_draws(monkeypatch):
    asked = []
    papers = [SimpleNamespace(id=f"p{d}", signed=date(2025, 1, d)) for d in (9, 10, 11, 12)]
    scenario = SimpleNamespace(names={"A": "x"})

    def verdict(name, given, *, draws, rng):
        asked.append((name, given, draws, rng))
        return name

    monkeypatch.setattr(module, "agreements_of", lambda _: papers)
    monkeypatch.setattr(module, "record_begins", lambda _: date(2025, 1, 10))
    monkeypatch.setattr(module, "verdict", verdict)
    monkeypatch.setattr(module, "scored_legs", lambda _, found: [LEGS[0], found])
    found = theory_scores(scenario, 8, 5)
    assert asked == [(name, scenario, 8, 5) for name in ("p11", "p12")]
    assert list(found) == [LEGS[0], "p11", LEGS[0], "p12"]
    asked.clear()
    theory_scores(scenario)
    assert {one[2:] for one in asked} == {(0, 0)}
    assert (found.draws, found.names, found.status) == (8, {"A": "x"}, "complete")


def test_a_leg_is_scored_by_its_own_first_step(monkeypatch):
    asked = []

    def steps(scenario, agreement, changes, leg):
        asked.append((scenario, agreement, changes, leg))
        return {"tariff": (moved(), moved("CHN")), "control": ()}[leg]

    monkeypatch.setattr(module, "level_changes", lambda scenario: f"changes of {scenario}")
    monkeypatch.setattr(module, "record_steps", steps)

    class Found(list):
        agreement, asked = "p", SimpleNamespace(agreement="text")

    rows = Found([said("tariff"), said("control"), said("tariff", "other")])
    found = list(scored_legs("world", rows))
    assert asked == [("world", "text", "changes of world", leg) for leg in ("tariff", "control", "tariff")]
    assert [one.first for one in found] == [moved(), None, moved()]
    assert [one.found for one in found] == list(rows)
    assert {one.truce for one in found} == {"p"}
    assert [one.leg for one in found] == ["tariff", "control", "tariff"]


def test_a_verdict_without_a_share_counts_as_one_that_never_says_that_the_leg_holds():
    legs = (
        scored(1.0, None, theory="A"),
        scored(-1.0, moved(), theory="A"),
        scored(1.0, moved(), theory="A"),
    )
    first, *_ = TheoryScores(legs, 4).table().rows
    assert first == ("A", 2, 3, 2.0, 0, 1)


def test_both_tables_are_titled_and_call_things_by_their_names():
    found = TheoryScores(LEGS, 16, {"A": "the first"})
    assert found.table().title == "legs of which theory and record say the same"
    assert found.first_table().title == "what theories name first, and what was moved first"
    assert found.first_table().names == {"A": "the first"}
    assert TheoryScores(LEGS, 16).names == {}
    assert "the first" in str(found)
    assert "the first" not in str(TheoryScores(LEGS, 16))
