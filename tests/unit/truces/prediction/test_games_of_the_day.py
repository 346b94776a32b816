"""Which games are asked for on a day, with which levels, at whose pace, and what is kept of them."""

from dataclasses import replace
from datetime import date

import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.continuous.game import Pace
from negotiation.truces.prediction import games_of_the_day as asking
from negotiation.truces.prediction.games_of_the_day import (
    NOTHING_ANSWERED,
    AskedGame,
    GamesOfTheDay,
    games_of,
    no_agreement,
    parts_of,
)
from negotiation.truces.record.agreement_text import agreement_text, agreements_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.state_trajectory import StateOfTheDay, state_of_the_day
from tests.us_china import SCENARIO as NOW

BACK = NOW.with_past_levels()
CORE = ("tariff", "chip_control", "entity_list", "rare_earth_curb", "purchases")
OTHERS = ("minerals_ban", "entity_listings", "port_fee", "precursor_enforcement", "visa")
BUSAN, PHASE_ONE = agreement_text("2025-10-busan"), agreement_text("2020-01-phase-one", BACK)
LAST = date(2025, 12, 1)
TEXTS = agreements_of(BACK, placebos=True)


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


def test_a_game_is_made_once_for_a_text_and_once_more_where_the_text_was_changed(made):
    games = GamesOfTheDay("moment", NOW)
    first = on(games, BUSAN, LAST)
    assert on(games, BUSAN, LAST) is first
    # Also under the same name.
    other = BUSAN.model_copy(update={"clauses": BUSAN.clauses[:-1]})
    assert on(games, other, LAST) is not first
    assert made[-1][0] == other


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


def test_a_dispute_without_a_core_has_every_instrument_by_itself(made):
    world = load_scenario("japan-korea-2019")
    text = agreement_text("2023-03-tokyo", world)
    sizes = {name: size for name, size in world.definition.sizes.items() if name != "core"}
    bare = replace(world, definition=world.definition.model_copy(update={"sizes": sizes}))
    assert parts_of(bare) == (False, tuple(bare.instruments))
    GamesOfTheDay("moment", bare).on(text, past_of(bare, date(2023, 6, 1)))
    assert [one[3].instruments for one in made] == [(name,) for name in bare.instruments]


# Games that are made


def games(day, theory="moment"):
    """Return the games of a day."""
    past = past_of(BACK, day, None, TEXTS)
    return games_of(theory, NOW).on(past.agreement() or no_agreement(day), past)


@pytest.mark.parametrize(
    ("day", "lawful", "not_yet"),
    [
        (date(2018, 6, 1), ("ordinary", "three_lists", "list_4a"), ("peak", "threatened", "busan")),
        (date(2019, 1, 1), ("ordinary", "three_lists", "list_4a"), ("peak", "threatened", "busan")),
        (date(2025, 1, 25), ("phase_one", "january"), ("peak", "threatened", "busan")),
        (date(2025, 3, 1), ("phase_one", "january", "peak", "threatened"), ()),
        (date(2025, 6, 1), ("january", "peak"), ("ordinary", "phase_one")),
    ],
    ids=str,
)
def test_a_tariff_is_an_option_only_while_its_law_is(day, lawful, not_yet):
    core, *_ = games(day)
    levels = core.game.ladders["USA", "tariff"]
    assert set(lawful) <= set(levels)
    assert not set(not_yet) & set(levels)


def test_port_fees_are_no_game_before_there_is_a_law_for_one():
    def fees(day):
        return {pair for one in games(day) for pair in one.game.ladders if pair[1] == "port_fee"}

    assert ("USA", "port_fee") in fees(date(2025, 6, 1))
    # China needs no act of its own for a fee; the United States cannot move theirs.
    before = [one.game for one in games(date(2019, 1, 1)) if ("USA", "port_fee") in one.game.ladders]
    assert all(one.ladders["USA", "port_fee"] == ("none",) for one in before)
