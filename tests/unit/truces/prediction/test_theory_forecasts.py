"""Theories as forecasters: they differ, give the exact chances of their games, and see the past alone."""

from datetime import date, timedelta
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.disputes.continuous.game import Pace
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.errors import UnknownName
from negotiation.truces.prediction import theory_forecasts as forecasting
from negotiation.truces.prediction.baselines.two_pace import paces_before
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster, theory_forecasters
from negotiation.truces.record.agreement_text import agreement_text, agreements_of
from negotiation.truces.record.events import UP, events_of, pairs_of
from negotiation.truces.record.past import past_of
from negotiation.truces.theories import theories_by_name
from tests.us_china import MOVES
from tests.us_china import SCENARIO as NOW

BACK = NOW.with_past_levels()
PAIRS = pairs_of(NOW)
AFTER = date(2025, 12, 1)
THEORIES = {one.name: one for one in theory_forecasters(NOW)}
SHADOW = THEORIES["shadow linkage"]


TEXTS = agreements_of(BACK, placebos=True)


def ahead(one, record=None, day=AFTER, windows=None):
    """Return what a theory gives from a day; for the month after it if nothing else is asked."""
    return one.ahead(BACK, past_of(BACK, day, record, TEXTS), windows or month_windows(day, 1))


def broken():
    """The record with one more chip control of the USA after Busan."""
    row = next(m for m in MOVES if m.id == "E041")
    level = NOW.instruments["chip_control"].labels("USA")[-2]
    extra = {"id": "E998", "announced": RecordDate.parse("2025-11-28"), "level": level}
    return [*MOVES, row.model_copy(update={**extra, "direction": "escalate"})]


def test_every_two_theories_forecast_differently_before_anything_is_estimated():
    kept = {name: ahead(one) for name, one in THEORIES.items()}
    after = {name: ahead(one, broken()) for name, one in THEORIES.items()}
    for one, two in combinations(THEORIES, 2):
        apart = max(np.abs(found[one] - found[two]).max() for found in (kept, after))
        assert apart > 0.01, (one, two)
    assert np.abs(kept["moment"] - kept["shadow linkage"]).max() > 0.05


def test_at_the_central_pace_chances_are_those_of_the_game():
    one = TheoryForecaster("moment", NOW, "central")
    past = past_of(BACK, AFTER)
    found = one.ahead(BACK, past, [(AFTER + timedelta(days=10), AFTER + timedelta(days=40))])[0]
    game = ng.truce("2025-10-busan").continuous_game("moment")
    start = game.state_of(past.postures(), "kept")
    exact = ng.event_probabilities(game.game, game.response, start=start, begin=10 / 365, years=[40 / 365])
    for event, (chance,) in zip(exact.events, exact.probabilities, strict=True):
        country, name, word = event.split(" ")
        k = PAIRS.index((country, name))
        # A year has a quarter of a day more or less by convention of the package.
        assert found[k, int(word != "escalate")] == pytest.approx(chance, rel=2e-3)


def test_the_pace_of_the_record_is_the_mean_of_the_two_paces():
    past = past_of(BACK, AFTER)
    record = events_of(BACK, past)
    paces, now = paces_before(record)
    clock = SHADOW._clock(record, SHADOW.standing(BACK, past))
    moves = len(record.events) / len(np.unique(record.times))

    def rate(day):
        settled = np.exp(-(paces.rises + paces.falls) * day)
        return moves * (paces.resting + (now - paces.resting) * settled) @ paces.rates

    for first, end in [(0, 7), (30, 60), (300, 365)]:
        expected = quad(rate, first, end)[0] / quad(rate, 0, 365)[0]
        assert (clock(end) - clock(first)) / clock(365) == pytest.approx(expected, rel=1e-6)
    # A year of the game's time has the moves that the game expects of a year, so that the two counts meet.
    expected = 0.0
    for asked, start in SHADOW.standing(BACK, past):
        game, response, steps = asked.game.game, asked.game.response, np.linspace(0.0, 1.0, 41)
        found = ng.transition_probabilities(game, response, start=start, years=steps)
        per_state = np.array([sum(response.intensities(one).values()) for one in game.states])
        middle = found.probabilities @ per_state
        expected += float(np.trapezoid(middle, steps))
    assert clock(365) * expected == pytest.approx(quad(rate, 0, 365)[0], rel=1e-3)


def test_a_departure_is_answered_under_the_theories_that_say_so():
    curb = PAIRS.index(("CHN", "rare_earth_curb")), UP
    rises = {}
    for name, one in THEORIES.items():
        if name in ("each for itself", "shadow linkage"):
            # In the game's own time, in which the pace is the same before and after.
            central = TheoryForecaster(name, NOW, "central")
            rises[name] = ahead(central, broken())[0][curb] - ahead(central)[0][curb]
            assert one.theory == name
    assert rises["shadow linkage"] > 0.1
    assert abs(rises["each for itself"]) < 0.1


@pytest.mark.long
@pytest.mark.parametrize(
    "day",
    [date(2018, 8, 1), date(2019, 2, 1), date(2020, 3, 1), date(2025, 3, 1), date(2025, 11, 1)],
    ids=str,
)
@pytest.mark.parametrize("name", ["shadow linkage", "custom in kind"])
def test_what_comes_later_changes_no_chance(name, day):
    other = {"escalate": "de-escalate", "de-escalate": "escalate", "hold": "hold"}
    turned = [
        m if m.announced.latest < day else m.model_copy(update={"direction": other[m.direction]})
        for m in MOVES
    ]
    cut = [m for m in MOVES if m.announced.latest < day]
    year = month_windows(day, 12)
    found = [ahead(THEORIES[name], record, day, year) for record in (MOVES, turned, cut)]
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()
    signed = [one for one in TEXTS if one.signed < day]
    assert (THEORIES[name].ahead(BACK, past_of(BACK, day, cut, signed), year) == found[0]).all()


@pytest.mark.long
def test_without_an_agreement_every_theory_is_each_for_itself():
    day = date(2018, 9, 1)
    found = [ahead(one, day=day, windows=month_windows(day, 12)) for one in THEORIES.values()]
    assert all((one == found[0]).all() for one in found)
    assert 0.01 < found[0].max() < 0.9
    # Two months on there is a truce, and something to keep.
    later = date(2019, 1, 1)
    after = [ahead(one, day=later) for one in THEORIES.values()]
    assert np.abs(after[0] - after[3]).max() > 0.01


def test_a_forecast_of_a_year_is_that_of_each_of_its_months():
    day = date(2020, 3, 1)
    months = month_windows(day, 12)
    whole = ahead(SHADOW, day=day, windows=months)
    for k in (0, 7):
        assert ahead(SHADOW, day=day, windows=[months[k]])[0] == pytest.approx(whole[k], abs=1e-12)
    assert (ahead(SHADOW, day=day, windows=months[::-1])[::-1] == whole).all()


# Games that are made up: what they are told, and which are asked for

WORLD = load_scenario("japan-korea-2019")
TOKYO = agreement_text("2023-03-tokyo", WORLD)  # signed on 16 March, in force on 23 March
DAY = date(2023, 7, 1)


class Game:
    """A game that gives the lengths of its windows back as chances, and remembers what it was asked."""

    def __init__(self, events, phases=("kept", "ended")):
        self.game, self.ahead, self.asked = self, self, []
        self.events, self.phases, self.a_year = events, phases, 20.0

    def state_of(self, postures, phase=None):
        return f"{postures['JPN']['whitelist_jpn']} {postures['KOR']['gsomia']} {phase}"

    def phase_chances(self, moves, years, *, barred):
        self.asked.append((list(moves), years, barred))
        return {"kept": 0.75, "broken": 0.25}

    def chances(self, start, windows):
        self.asked.append((start, list(windows)))
        return np.array([[0.01 * (end - begin)] * len(self.events) for begin, end in windows])

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
        def on(agreement, past, lost=None):
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


def test_without_an_agreement_each_is_for_itself_at_the_levels_of_the_day(told):
    pace = Pace(move_rate=3.0)
    then = past(date(2019, 9, 1))
    found = TheoryForecaster("moment", WORLD, agencies=True, moves=pace).standing(WORLD, then)
    assert told == [(("each for itself", WORLD, True, pace), "nothing on 2019-09-01", then)]
    assert [start for _, start in found] == [{"group_b notice None": 1.0}] * 2
    assert GAMES[0].asked == []


WINDOWS = [(DAY + timedelta(a), DAY + timedelta(b)) for a, b in ((60, 90), (0, 7), (0, 365), (7, 60))]


def test_the_clock_stands_before_any_move_and_never_drives_a_game_beyond_a_move_a_year(told):
    ends = []
    for a_year in (20.0, 0.25, 0.1):  # of two games, each of two states
        for game in GAMES:
            game.a_year = a_year
        TheoryForecaster("moment", WORLD).ahead(WORLD, past(), WINDOWS)
        ends.append([end for _, end in GAMES[0].asked[-1][1]])
    assert ends[0] == pytest.approx([x / 80 for x in ends[1]])
    assert ends[1] == ends[2]
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


def test_theories_stand_after_the_baselines_in_their_own_order_and_names_say_what_was_switched():
    every = theories_by_name()
    in_time = [name for name, one in every.items() if one.in_time]
    found = theory_forecasters(WORLD)
    assert [one.theory for one in found] == sorted(in_time, key=lambda name: every[name].order)
    assert [one.order for one in found] == [100 + every[one.theory].order for one in found]
    some = theory_forecasters(WORLD, iter(in_time[::-2]), "central")
    assert [one.theory for one in some] == [one.theory for one in found if one.theory in in_time[::-2]]
    assert {(one.pace, one.world) for one in some} == {("central", WORLD)}
    for pace, agencies, name in (
        ("of the record", False, "moment"), ("central", False, "moment, central pace"),
        ("of the record", True, "moment, agencies"), ("central", True, "moment, agencies, central pace"),
    ):  # fmt: skip
        assert TheoryForecaster("moment", WORLD, pace, agencies).name == name
    assert theory_forecasters(WORLD, ["moment"], law=True)[0].name == "moment, law"
    with pytest.raises(UnknownName, match="of the record"):
        theory_forecasters(WORLD, ["moment"], "centrl")
    with pytest.raises(UnknownName, match="momentum"):
        theory_forecasters(WORLD, ["moment", "momentum"])
