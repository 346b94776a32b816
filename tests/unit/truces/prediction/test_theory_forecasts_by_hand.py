"""Theories over games that are made up: what they are told, at which time of the game, and where it goes."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad

from negotiation.errors import UnknownName
from negotiation.truces.prediction import theory_forecasts as forecasting
from negotiation.truces.prediction.baselines.two_pace import paces_before
from negotiation.truces.prediction.chances import week_of
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster, theory_forecasters
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.events import events_of, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.truces.theories import theories_by_name
from negotiation.world import load_scenario
from negotiation.world.continuous.game import Pace
from negotiation.world.periods import DAYS_A_YEAR

WORLD = load_scenario("japan-korea-2019")
PAIRS = pairs_of(WORLD)
TOKYO = agreement_text("2023-03-tokyo", WORLD)  # signed on 16 March, in force on 23 March
DAY = date(2023, 7, 1)
LICENCE, CLAIMS = PAIRS.index(("JPN", "three_item_licence")), PAIRS.index(("KOR", "labour_claims"))


class Game:
    """A game that gives its windows back as chances, and remembers what it was asked."""

    def __init__(self, events, phases=("kept", "ended"), a_year=20.0, scale=0.01):
        self.game, self.ahead, self.asked = self, self, []
        self.events, self.phases, self.a_year, self.scale = events, phases, a_year, scale

    def state_of(self, postures, phase=None):
        return f"{postures['JPN']['whitelist_jpn']} {postures['KOR']['gsomia']} {phase}"

    def phase_chances(self, moves, years, *, barred):
        self.asked.append((list(moves), years, barred))
        return {"kept": 0.75, "broken": 0.25}

    def chances(self, start, windows):
        self.asked.append((start, list(windows)))
        return self.scale * np.array(
            [
                [(e + 1) * (end - begin) + 0.001 * begin for e in range(len(self.events))]
                for begin, end in windows
            ]
        )

    def expected(self, start, years):
        return self.a_year * years * len(start)


GAMES = (
    Game(("JPN three_item_licence escalate", "KOR labour_claims de-escalate")),
    Game(("JPN whitelist_jpn escalate",), ("", " x")),
)


@pytest.fixture
def told(monkeypatch):
    """Put made-up games in the place of a theory's, and return of what they are asked for."""
    found = []
    for one in GAMES:
        one.asked.clear()
        one.a_year = 20.0

    def games_of(*given):
        def on(agreement, past):
            found.append((given, agreement, past))
            return GAMES

        return SimpleNamespace(on=on, without_agreement=lambda day: f"nothing on {day}")

    monkeypatch.setattr(forecasting, "games_of", games_of)
    return found


def past(day=DAY, agreements=None, moves=None):
    return past_of(WORLD, day, moves, agreements)


def test_a_theory_is_asked_for_the_games_of_the_agreement_in_force_with_the_moves_since(told):
    pace = Pace(move_rate=3.0)
    one = TheoryForecaster("moment", WORLD, "central", True, pace)
    then = past()
    standing = one.standing(WORLD, then)
    ((given, agreement, asked),) = told
    assert given == ("moment", WORLD, True, pace)
    assert (agreement, asked) == (TOKYO, then)
    # The rows of the day of the signing are no moves since; those of 24 and 28 April and of 27 June are.
    moves = [
        (39 / DAYS_A_YEAR, "KOR", "whitelist_kor", "second_group", "top_group"),
        (43 / DAYS_A_YEAR, "JPN", "whitelist_jpn", "group_b", "group_b"),
        (103 / DAYS_A_YEAR, "JPN", "whitelist_jpn", "group_b", "group_a"),
    ]
    for game, (asked, start) in zip(GAMES, standing, strict=True):
        assert asked is game
        assert start == {"group_a in_force kept": 0.75, "group_a in_force broken": 0.25}
        ((seen, years, barred),) = game.asked
        assert seen == [(pytest.approx(at), *rest) for at, *rest in moves]
        assert years == pytest.approx(107 / DAYS_A_YEAR)
        assert barred == ("ended",)


@pytest.mark.parametrize(("days", "over"), [(99, True), (100, False), (101, False), (0, False)])
def test_a_term_is_over_from_the_day_after_its_last_and_only_where_there_is_a_phase_for_it(told, days, over):
    # From 23 March a hundred days lead to 1 July, of which nothing is seen yet.
    text = TOKYO.model_copy(update={"clock_days": days})
    first, second = TheoryForecaster("moment", WORLD).standing(WORLD, past(agreements=[text]))
    played = {"group_a in_force kept": 0.75, "group_a in_force broken": 0.25}
    assert first[1] == ({"group_a in_force ended": 1.0} if over else played)
    assert second[1] == played


def test_an_amendment_makes_the_term_longer(told):
    text = TOKYO.model_copy(update={"clock_days": 50})
    longer = text.model_copy(
        update={"id": "2023-05-longer", "amends": TOKYO.id, "signed": date(2023, 5, 1),
                "in_force": date(2023, 5, 1), "clock_days": 90}
    )  # fmt: skip
    one = TheoryForecaster("moment", WORLD)
    assert list(one.standing(WORLD, past(agreements=[text]))[0][1]) == ["group_a in_force ended"]
    assert len(one.standing(WORLD, past(agreements=[text, longer]))[0][1]) == 2
    assert {agreement.id for _, agreement, _ in told} == {TOKYO.id}


def test_without_an_agreement_each_is_for_itself_at_the_levels_of_the_day(told):
    pace = Pace(move_rate=3.0)
    then = past(date(2019, 9, 1))
    found = TheoryForecaster("moment", WORLD, agencies=True, moves=pace).standing(WORLD, then)
    assert told == [(("each for itself", WORLD, True, pace), "nothing on 2019-09-01", then)]
    assert [start for _, start in found] == [{"group_b notice None": 1.0}] * 2
    assert GAMES[0].asked == []


WINDOWS = [(DAY + timedelta(a), DAY + timedelta(b)) for a, b in ((60, 90), (0, 7), (0, 365), (7, 60))]


def test_at_the_central_pace_a_day_of_the_game_is_a_day(told):
    found = TheoryForecaster("moment", WORLD, "central").ahead(WORLD, past(), WINDOWS)
    assert found.shape == (4, len(PAIRS), 2)
    expected = np.zeros_like(found)
    for w, (first, end) in enumerate(WINDOWS):
        begin, last = ((day - DAY).days / DAYS_A_YEAR for day in (first, end))
        expected[w, LICENCE, 0] = 0.01 * (last - begin + 0.001 * begin)
        expected[w, CLAIMS, 1] = 0.01 * (2 * (last - begin) + 0.001 * begin)
        expected[w, PAIRS.index(("JPN", "whitelist_jpn")), 0] = 0.01 * (last - begin + 0.001 * begin)
    assert found == pytest.approx(expected)
    # The game takes windows in the order in which they begin.
    for game in GAMES:
        start, windows = game.asked[-1]
        assert windows == sorted(windows)
        assert start == {"group_a in_force kept": 0.75, "group_a in_force broken": 0.25}


def test_a_week_is_that_of_the_seven_days_from_the_pasts_end(told):
    one = TheoryForecaster("moment", WORLD, "central")
    week = one.ahead(WORLD, past(), [(DAY, DAY + timedelta(days=7))])[0]
    assert one.predict(WORLD, past()) == pytest.approx(week_of(week))
    assert week.max() > 0


@pytest.mark.parametrize("a_year", [20.0, 2.0, 0.1])
@pytest.mark.parametrize("day", [DAY, date(2020, 2, 1)])
def test_at_the_pace_of_the_record_a_year_has_as_many_moves_as_it_leads_to_expect(told, day, a_year):
    for game in GAMES:
        game.a_year = a_year
    windows = [(day, day + timedelta(days=30)), (day + timedelta(days=30), day + timedelta(days=400))]
    TheoryForecaster("moment", WORLD).ahead(WORLD, past(day), windows)
    record = events_of(WORLD, past(day))
    paces, now = paces_before(record)
    a_day = len(record.events) / len({event.day for event in record.events})
    assert a_day > 1.05

    def rate(t):
        settled = np.exp(-(paces.rises + paces.falls) * t)
        active = paces.resting[1] + (now[1] - paces.resting[1]) * settled
        return a_day * (paces.quiet + (paces.active - paces.quiet) * active)

    # Both games, of two states each; a game that hardly moves is not driven beyond one move a year.
    moves = max(4 * a_year, 1.0)
    for (begin, end), days in zip(GAMES[0].asked[-1][1], ((0, 30), (30, 400)), strict=True):
        assert end - begin == pytest.approx(quad(rate, *days)[0] / moves, rel=1e-6)
    assert GAMES[0].asked[-1][1][0][0] == 0.0


def test_before_any_move_the_clock_stands(told):
    TheoryForecaster("moment", WORLD).ahead(WORLD, past(moves=[]), WINDOWS[:1])
    assert GAMES[0].asked[-1][1] == [(0.0, 0.0)]


def test_before_any_agreement_one_answer_serves_all_theories_of_one_setting(told):
    then, other = past(date(2019, 9, 1)), past(date(2019, 10, 1))
    windows = [(then.as_of + timedelta(60), then.as_of + timedelta(90))]
    asked = [
        TheoryForecaster("moment", WORLD), TheoryForecaster("moment", WORLD, "central"),
        TheoryForecaster("moment", WORLD, agencies=True),
        TheoryForecaster("moment", WORLD, moves=Pace(move_rate=3.0)),
        TheoryForecaster("moment", WORLD.with_parameters({"reaction_lag_days": 7.0})),
    ]  # fmt: skip
    for k, one in enumerate(asked):
        found = one.ahead(WORLD, then, windows)
        assert len(told) == k + 1
        kept = found.copy()
        found[:] = 7.0  # what is handed out is nobody else's
        again = TheoryForecaster("renegotiation", one.world, one.pace, one.agencies, one.moves)
        assert (again.ahead(WORLD, then, windows) == kept).all()
        assert (again.ahead(WORLD, then, tuple(windows)) == kept).all()
        assert len(told) == k + 1
    asked[0].ahead(WORLD, then, [(then.as_of, then.as_of + timedelta(9))])
    asked[0].ahead(WORLD.with_parameters({"reaction_lag_days": 8.0}), then, windows)
    asked[0].ahead(WORLD, other, [(other.as_of + timedelta(60), other.as_of + timedelta(90))])
    assert len(told) == len(asked) + 3
    # Under an agreement every theory is asked for itself.
    for name in ("moment", "renegotiation"):
        TheoryForecaster(name, WORLD).ahead(WORLD, past(), WINDOWS)
    assert [given[0] for given, *_ in told[-2:]] == ["moment", "renegotiation"]


@pytest.mark.parametrize(
    ("pace", "agencies", "name"),
    [
        ("of the record", False, "moment"),
        ("central", False, "moment, central pace"),
        ("of the record", True, "moment, agencies"),
        ("central", True, "moment, agencies, central pace"),
    ],
)
def test_a_name_says_what_was_switched(pace, agencies, name):
    assert TheoryForecaster("moment", WORLD, pace, agencies).name == name
    plain = TheoryForecaster("moment", WORLD)
    assert (plain.pace, plain.agencies, plain.moves) == ("of the record", False, None)


def test_theories_stand_after_the_baselines_in_their_own_order():
    every = theories_by_name()
    in_time = [name for name, one in every.items() if one.in_time]
    assert 0 < len(in_time) < len(every)
    found = theory_forecasters(WORLD)
    assert [one.theory for one in found] == sorted(in_time, key=lambda name: every[name].order)
    assert [one.order for one in found] == [100 + every[one.theory].order for one in found]
    some = theory_forecasters(WORLD, iter(in_time[::-2]), "central")
    assert [one.theory for one in some] == [one.theory for one in found if one.theory in in_time[::-2]]
    assert {(one.pace, one.world) for one in some} == {("central", WORLD)}
    assert theory_forecasters(WORLD, ()) == ()


def test_names_that_are_not_known_are_refused_with_those_that_are():
    with pytest.raises(UnknownName, match="of the record"):
        theory_forecasters(WORLD, ["moment"], "centrl")
    with pytest.raises(UnknownName, match="momentum"):
        theory_forecasters(WORLD, ["moment", "momentum"])
