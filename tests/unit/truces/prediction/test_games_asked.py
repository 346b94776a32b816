"""Which games are asked for on a day, with which levels, at whose pace, and what is kept of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from negotiation.truces.numerics import NUMERICS
from negotiation.truces.prediction import games_of_the_day as asking
from negotiation.truces.prediction.games_of_the_day import (
    NOTHING_ANSWERED,
    AskedGame,
    GamesOfTheDay,
    games_of,
    no_agreement,
    parts_of,
)
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.past import past_of
from negotiation.truces.theories.machinery.day import StateOfTheDay, state_of_the_day
from negotiation.world import load_scenario
from negotiation.world.continuous.game import Pace

NOW = load_scenario("us-china-2025")
BACK = NOW.with_past_levels()
CORE = ("tariff", "chip_control", "entity_list", "rare_earth_curb", "purchases")
OTHERS = ("minerals_ban", "entity_listings", "port_fee", "precursor_enforcement", "visa")
BUSAN, PHASE_ONE = agreement_text("2025-10-busan"), agreement_text("2020-01-phase-one", BACK)
LAST = date(2025, 12, 1)


@pytest.fixture
def made(monkeypatch):
    """Return what games are made of, in place of making any."""
    found = []

    def make(agreement, theory, world, asked, pace):
        found.append((agreement, theory, world, asked, pace))
        return len(found)

    monkeypatch.setattr(asking, "theory_game", make)
    return found


def on(games, agreement, day, moves=None):
    return games.on(agreement, past_of(BACK, day, moves))


def test_the_games_of_an_agreement_are_of_the_core_and_of_each_other_instrument(made):
    pace = Pace(precision=2.0, move_rate=3.0)
    games = on(GamesOfTheDay("moment", NOW, True, pace), BUSAN, LAST)
    assert [one.game for one in games] == list(range(1, 7))
    assert all(isinstance(one, AskedGame) for one in games)
    state = state_of_the_day(BUSAN, NOW).likely
    for agreement, theory, world, asked, own in made:
        assert (agreement, theory, world, asked.state) == (BUSAN, "moment", NOW, state)
        assert own == Pace(precision=2.0, move_rate=3.0, agencies=True)
        assert asked.levels is None
    assert (made[0][3].size, made[0][3].instruments) == ("core", None)
    assert [one[3].instruments for one in made[1:]] == [(name,) for name in OTHERS]
    assert {one[3].size for one in made[1:]} == {None}


def test_without_agencies_there_are_none_and_the_pace_is_the_calibrations(made):
    on(GamesOfTheDay("moment", NOW, moves=Pace(agencies=True)), BUSAN, LAST)
    on(GamesOfTheDay("moment", NOW), BUSAN, LAST)
    assert {pace for *_, pace in made} == {Pace()}


def test_an_agreement_of_the_past_has_the_levels_that_are_lawful_on_the_day(made):
    on(GamesOfTheDay("moment", NOW), PHASE_ONE, date(2020, 3, 1))
    core = made[0][3]
    assert (core.size, core.instruments) == (None, CORE)
    # One entry for each holder of a core instrument, levels calmest first.
    assert {name for _, name in core.levels} == set(CORE)
    whole = {pair: BACK.instruments[pair[1]].labels(pair[0]) for pair in core.levels}
    for pair, levels in core.levels.items():
        assert list(levels) == [x for x in whole[pair] if x in levels], pair
    # What the core leaves out today it leaves out then.
    assert "licensed_for_fee" in whole["USA", "chip_control"]
    assert "licensed_for_fee" not in core.levels["USA", "chip_control"]
    assert "licensed" in core.levels["USA", "chip_control"]
    # A tariff under an act that was first used in 2025 was no option.
    assert "three_lists" in core.levels["USA", "tariff"]
    assert "peak" not in core.levels["USA", "tariff"]
    # Others stand by themselves, and what nobody could move has no game.
    rest = {one[3].instruments: one[3].levels for one in made[1:]}
    assert set(rest) <= {(name,) for name in OTHERS}
    for (name,), levels in rest.items():
        assert {own for _, own in levels} == {name}
        assert {country for country, _ in levels} == {c for c in NOW.countries if name in NOW.held(c)}
        assert max(map(len, levels.values())) > 1
    # China needs no act for a fee; what the United States cannot move is in the game all the same.
    assert rest["port_fee",] == {("USA", "port_fee"): ("none",), ("CHN", "port_fee"): ("none", "rmb_400")}
    assert rest["minerals_ban",] == {("CHN", "minerals_ban"): ("free", "licensed", "banned")}
    assert {one[3].state for one in made} == {state_of_the_day(PHASE_ONE, BACK).likely}


def test_an_instrument_that_the_law_leaves_one_level_has_no_game(made, monkeypatch):
    def levels(self, country, name, state, day):
        found = BACK.instruments[name].held_by(country)
        return found[:1] if name in ("visa", "minerals_ban") else found

    monkeypatch.setattr(type(BACK), "levels", levels)
    on(GamesOfTheDay("moment", NOW), PHASE_ONE, date(2020, 3, 1))
    assert [one[3].instruments for one in made[1:]] == [
        ("entity_listings",),
        ("port_fee",),
        ("precursor_enforcement",),
    ]


@pytest.mark.parametrize(("days", "past"), [(-400, True), (0, True), (1, False), (300, False)])
def test_levels_of_the_past_are_those_of_agreements_to_the_first_day_of_todays(made, days, past):
    day = date(2025, 1, 20) + timedelta(days=days)
    on(GamesOfTheDay("moment", NOW), no_agreement(day), day + timedelta(days=1))
    assert {one[3].levels is not None for one in made} == {past}
    assert made[0][3].size == (None if past else "core")


def test_a_game_is_made_once_for_an_agreement_its_levels_and_its_state(made):
    games = GamesOfTheDay("moment", NOW)
    first = on(games, PHASE_ONE, date(2020, 3, 1))
    assert on(games, PHASE_ONE, date(2020, 5, 1)) is first
    # Another act is in force by 2025, so that other levels are lawful.
    assert on(games, PHASE_ONE, date(2025, 3, 1)) is not first
    # A text that was changed is another one, also under the same name.
    one = on(GamesOfTheDay("moment", NOW), BUSAN, LAST)
    games = GamesOfTheDay("moment", NOW)
    other = BUSAN.model_copy(update={"clauses": BUSAN.clauses[:-1]})
    assert on(games, BUSAN, LAST) is not on(games, other, LAST)
    assert {each[0] for each in made[-2 * len(one) :]} == {BUSAN, other}


def test_without_an_agreement_games_differ_by_the_levels_of_the_day(made):
    games = GamesOfTheDay(NOTHING_ANSWERED, NOW)
    calm = on(games, no_agreement(date(2018, 3, 20)), date(2018, 3, 20))
    assert on(games, no_agreement(date(2018, 3, 21)), date(2018, 3, 21)) is calm
    assert on(games, no_agreement(date(2018, 10, 1)), date(2018, 10, 1)) is not calm


def test_games_differ_by_the_state_in_which_the_world_is(made, monkeypatch):
    likely = state_of_the_day(BUSAN, NOW).likely
    days = (date(2018, 3, 2), date(2018, 3, 20), date(2018, 5, 2))
    steps = {day: replace(likely, curb_dependence=k) for k, day in enumerate(days)}
    monkeypatch.setattr(asking, "state_of_the_day", lambda text, _: StateOfTheDay(steps[text.signed], {}))
    games = GamesOfTheDay(NOTHING_ANSWERED, NOW)
    # The same levels are in force on all days: nobody has moved.
    found = [on(games, no_agreement(day), day, ()) for day in days]
    assert [one[3].state for one in made] == [
        steps[day] for day, each in zip(days, found, strict=True) for _ in each
    ]
    assert len({id(each) for each in found}) == 3


def test_two_days_of_a_month_are_told_apart(made, monkeypatch):
    # 20 January 2025 is the first day of the levels of today, and the last that is looked at with past ones.
    worlds = []
    monkeypatch.setattr(
        asking,
        "state_of_the_day",
        lambda _, world: worlds.append(world.looks_back) or StateOfTheDay(NOW.default_state, {}),
    )
    games = GamesOfTheDay(NOTHING_ANSWERED, NOW)
    for day in (date(2025, 1, 20), date(2025, 1, 21)):
        assert no_agreement(day).id == "2025-01-none"
        on(games, no_agreement(day), day)
    assert [one[3].size for one in made if one[3].size or "tariff" in one[3].instruments] == [None, "core"]
    assert worlds == [True, False]


def test_the_last_games_that_were_asked_for_are_kept(made):
    assert NUMERICS.games_kept == 2
    games = GamesOfTheDay("moment", NOW)
    texts = [BUSAN.model_copy(update={"id": f"2025-10-{k}"}) for k in range(3)]
    one, _ = on(games, texts[0], LAST), on(games, texts[1], LAST)
    assert on(games, texts[0], LAST) is one  # now the second was asked for longest ago
    on(games, texts[2], LAST)
    count = len(made)
    assert on(games, texts[0], LAST) is one
    assert len(made) == count
    on(games, texts[1], LAST)
    assert len(made) > count


def test_the_eve_of_the_first_day_without_an_agreement_is_on_record():
    games = GamesOfTheDay(NOTHING_ANSWERED, NOW)
    # Levels are on record from 1 March 2018 on.
    for day, expected in (
        (date(2018, 1, 1), date(2018, 3, 2)), (date(2018, 3, 1), date(2018, 3, 2)),
        (date(2018, 3, 2), date(2018, 3, 2)), (date(2018, 6, 1), date(2018, 6, 1)),
    ):  # fmt: skip
        text = games.without_agreement(day)
        assert text == no_agreement(expected)
        assert {text.signed, text.in_force, text.window_start, text.window_end} == {expected}


def test_a_text_for_none_has_no_clause_no_clock_and_amends_nothing():
    text = no_agreement(date(2018, 6, 5))
    assert (text.id, text.clauses, text.readings, text.before) == ("2018-06-none", (), (), ())
    assert (text.clock_days, text.amends) == (0, None)


def test_games_are_the_same_for_whoever_asks_in_the_same_setting():
    one = games_of("moment", NOW)
    assert games_of("moment", NOW) is one
    assert (one.theory, one.world, one.agencies, one.moves) == ("moment", NOW, False, Pace())
    pace = Pace(move_rate=5.0)
    other = games_of("renegotiation", NOW, True, pace)
    assert (other.theory, other.agencies, other.moves) == ("renegotiation", True, pace)
    assert games_of("moment", NOW.with_parameters({"security_weight": 0.4})) is not one


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("us-china-2025", OTHERS),
        ("japan-korea-2019", ("whitelist_kor", "further_retaliation", "treaty_procedure")),
    ],
)
def test_what_is_not_linked_stands_by_itself(name, others):
    assert parts_of(load_scenario(name)) == (True, others)


def test_a_dispute_without_a_core_has_every_instrument_by_itself(made):
    world = load_scenario("japan-korea-2019")
    text = agreement_text("2023-03-tokyo", world)
    sizes = {name: size for name, size in world.definition.sizes.items() if name != "core"}
    bare = replace(world, definition=world.definition.model_copy(update={"sizes": sizes}))
    assert parts_of(bare) == (False, tuple(bare.instruments))
    GamesOfTheDay("moment", bare).on(text, past_of(bare, date(2023, 6, 1)))
    assert [one[3].instruments for one in made] == [(name,) for name in bare.instruments]


@pytest.mark.parametrize("authority", [0, 1])
def test_levels_of_the_past_are_those_that_are_lawful_in_the_state_of_the_day(made, monkeypatch, authority):
    state = replace(NOW.default_state, authority=authority)
    monkeypatch.setattr(asking, "state_of_the_day", lambda *_: StateOfTheDay(state, {}))
    on(GamesOfTheDay("moment", NOW), PHASE_ONE, date(2025, 3, 1))
    levels = made[0][3].levels["USA", "tariff"]
    # The act of the highest tariffs can be lost; that of the earlier ones cannot.
    assert ("peak" in levels) is bool(authority)
    assert "three_lists" in levels
    assert {one[3].state for one in made} == {state}
