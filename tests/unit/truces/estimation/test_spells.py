"""Spells of the record: which agreements begin one, when it ends, and which rows are moves in it."""

from datetime import date
from types import SimpleNamespace

import pytest

from negotiation.truces.estimation import theory_record as module
from negotiation.truces.estimation.theory_record import LevelMove, spells_of
from tests.us_china import SCENARIO


class Levels(dict):
    """Levels by country and instrument that can be changed into others."""

    def after(self, country, change):
        return Levels({**self, country: {**self[country], **change}})


OPENING = Levels(USA={"tariff": "low", "visa": "open"}, CHN={"tariff": "low"})


def row(day, level, actor="USA", instrument="tariff", status="applied", name="E"):
    move = SimpleNamespace(id=f"{name}{day}", actor=actor, instrument=instrument, status=status)
    return SimpleNamespace(move=move, day=date(2025, 5, day), level=level)


def paper(name, day, amends=None):
    return SimpleNamespace(id=name, signed=date(2025, 5, day), amends=amends)


def past(steps, papers):
    asked = []
    return SimpleNamespace(
        steps=steps, agreements=papers, asked=asked,
        postures=lambda before: asked.append(before) or OPENING,
    )  # fmt: skip


def told(monkeypatch, there, until=20, since=None):
    days = []
    monkeypatch.setattr(module, "past_of", lambda scenario, day: days.append((scenario, day)) or there)
    found = spells_of("world", date(2025, 5, until), since and date(2025, 5, since))
    assert days == [("world", date(2025, 5, until))]
    return found


def test_a_spell_has_the_changes_of_levels_from_its_signing_to_the_day_before_its_end(monkeypatch):
    steps = [
        row(4, "high"), row(5, "high"), row(6, "high"), row(7, "middle", status="threatened"),
        row(8, "middle", actor="CHN"), row(9, "shut", instrument="visa"), row(10, None),
        row(11, "x", instrument=None), row(12, "middle", actor="CHN"), row(13, "low"),
        row(14, "middle", name="F"),
    ]  # fmt: skip
    there = past(steps, [paper("one", 5)])
    (spell,) = told(monkeypatch, there, until=14)
    assert spell.moves == (
        LevelMove(date(2025, 5, 5), "E5", "USA", "tariff", "high"),
        LevelMove(date(2025, 5, 8), "E8", "CHN", "tariff", "middle"),
        LevelMove(date(2025, 5, 9), "E9", "USA", "visa", "shut"),
        LevelMove(date(2025, 5, 13), "E13", "USA", "tariff", "low"),
    )
    assert (spell.begins, spell.ends, spell.agreement.id) == (date(2025, 5, 5), date(2025, 5, 14), "one")
    assert spell.opening is OPENING
    assert there.asked == [date(2025, 5, 5)]  # levels before the day of signing


@pytest.mark.parametrize(
    ("since", "names"), [(None, ["one", "two", "four"]), (8, ["two", "four"]), (9, ["four"]), (13, [])]
)
def test_agreements_begin_spells_unless_they_amend_or_are_from_before(monkeypatch, since, names):
    papers = [paper("one", 5), paper("two", 8), paper("three", 10, amends="two"), paper("four", 12)]
    found = told(monkeypatch, past([row(9, "high"), row(11, "middle"), row(12, "low")], papers), since=since)
    assert [spell.agreement.id for spell in found] == names
    ends = [date(2025, 5, day) for day in (8, 12, 20)]
    assert [spell.ends for spell in found] == ends[3 - len(names) :]
    assert [spell.begins for spell in found] == [p.signed for p in papers if p.id in names]
    moves = {spell.agreement.id: [m.day.day for m in spell.moves] for spell in found}
    full = {"one": [], "two": [9, 11], "four": []}  # on the twelfth the levels are as at the opening
    assert moves == {name: full[name] for name in names}


def test_before_any_agreement_there_is_no_spell():
    assert spells_of(SCENARIO, date(2025, 1, 2), since=date(2025, 1, 1)) == ()
    first = spells_of(SCENARIO, date(2025, 5, 13), since=date(2025, 5, 12))
    assert [(s.begins, s.ends) for s in first] == [(date(2025, 5, 12), date(2025, 5, 13))]
    assert {move.day for move in first[0].moves} <= {date(2025, 5, 12)}
