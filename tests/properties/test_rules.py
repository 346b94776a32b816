from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes import Move, State, apply_move, legality
from negotiation.disputes.posture import posture_from_label, posture_label
from negotiation.errors import IllegalMove
from negotiation.testing import strategies as ngst
from tests.us_china import SCENARIO

MENUS = {
    country: {name: SCENARIO.instruments[name].labels(country) for name in SCENARIO.held(country)}
    for country in SCENARIO.countries
}
NAMES = sorted({name for menu in MENUS.values() for name in menu} | {"investment_ban"})
LABELS = sorted({label for menu in MENUS.values() for labels in menu.values() for label in labels} | {"x"})
DATES = st.none() | st.dates(date(2025, 1, 1), date(2025, 12, 31))


@st.composite
def known_changes(draw, country):
    names = draw(st.lists(st.sampled_from(sorted(MENUS[country])), min_size=1, max_size=3, unique=True))
    return {name: draw(st.sampled_from(MENUS[country][name])) for name in names}


@st.composite
def moves(draw):
    country = draw(st.sampled_from(["USA", "CHN", "USA", "CHN", "FRA"]))
    anything = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LABELS), max_size=3)
    sensible = known_changes(country) if country in MENUS else anything
    return Move(country, draw(st.one_of(sensible, sensible, anything)), draw(DATES), draw(DATES))


def obstacles(postures, move, state):
    """Whether anything stands against a move, from the levels' own fields."""
    days = None
    if move.announced and move.effective:
        days = (move.effective - move.announced).days
    if move.country not in MENUS or not move.changes or (days is not None and days < 0):
        return True
    for name, label in move.changes.items():
        if label not in MENUS[move.country].get(name, ()) or postures[move.country][name] == label:
            return True
        level = SCENARIO.instruments[name].level(move.country, label)
        since = {"IEEPA": date(2025, 2, 1), "Section 301 (shipbuilding)": date(2025, 4, 1)}
        lost = level.authority == "IEEPA" and state.authority == 0
        early = any(day and day < since.get(level.authority, day) for day in (move.announced, move.effective))
        out_of_turn = level.may_follow and postures[move.country][name] not in level.may_follow
        if lost or early or out_of_turn or (days is not None and days < level.lead_days):
            return True
    return False


@given(ngst.postures(), moves(), ngst.states())
def test_a_move_is_made_as_named_or_refused_whole(postures, move, state):
    before = {country: dict(levels) for country, levels in postures.items()}
    changes = dict(move.changes)
    verdict = legality(SCENARIO, postures, move, state)
    assert verdict.legal == (verdict.reasons == ()) == (verdict.reason == "")
    if verdict.legal:
        after = apply_move(SCENARIO, postures, move, state)
        expected = {**before, move.country: {**before[move.country], **changes}}
        assert {country: dict(levels) for country, levels in after.items()} == expected
        changed = {
            (country, name)
            for country, levels in after.items()
            for name in levels
            if after[country][name] != before[country][name]
        }
        assert changed == {(move.country, name) for name in changes}
    else:
        with pytest.raises(IllegalMove) as caught:
            apply_move(SCENARIO, postures, move, state)
        assert all(reason in str(caught.value) for reason in verdict.reasons)
        assert all(verdict.reasons)
    assert {country: dict(levels) for country, levels in postures.items()} == before
    assert move.changes == changes


@given(ngst.postures(), moves(), ngst.states())
def test_a_move_is_refused_where_and_only_where_a_rule_stands_against_it(postures, move, state):
    assert legality(SCENARIO, postures, move, state).legal != obstacles(postures, move, state)


@given(ngst.postures(), moves(), ngst.states())
def test_a_move_that_is_legal_without_its_law_is_legal_with_it(postures, move, state):
    lawless = legality(SCENARIO, postures, move, State(stocks=state.stocks, authority=0))
    lawful = legality(SCENARIO, postures, move, State(stocks=state.stocks, authority=1))
    assert lawful.legal or not lawless.legal
    assert set(lawful.reasons) <= set(lawless.reasons)


@given(ngst.postures(), moves(), ngst.states())
def test_a_move_cannot_be_made_twice(postures, move, state):
    if legality(SCENARIO, postures, move, state).legal:
        after = apply_move(SCENARIO, postures, move, state)
        assert "it is at that level already" in legality(SCENARIO, after, move, state).reason


@given(ngst.postures())
def test_postures_come_back_from_their_labels(postures):
    for country in SCENARIO.countries:
        assert posture_from_label(posture_label(postures[country])) == postures[country]
    assert posture_from_label(posture_label({})) == {}
