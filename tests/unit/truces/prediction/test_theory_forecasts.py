"""Theories as forecasters: they differ, give the exact chances of their games, and see the past alone."""

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest
from scipy.integrate import quad

import negotiation as ng
from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.baselines.two_pace import paces_before
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.theory_forecasts import TheoryForecaster, theory_forecasters
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.events import UP, events_of, pairs_of
from negotiation.truces.record.past import past_of
from tests.us_china import MOVES, turned
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


@pytest.mark.long
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


@pytest.mark.long
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
    cut = [m for m in MOVES if m.announced.latest < day]
    year = month_windows(day, 12)
    found = [ahead(THEORIES[name], record, day, year) for record in (MOVES, turned(day), cut)]
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()
    signed = [one for one in TEXTS if one.signed < day]
    assert (THEORIES[name].ahead(BACK, past_of(BACK, day, cut, signed), year) == found[0]).all()


def test_without_an_agreement_the_state_is_known_for_sure():
    standing = THEORIES["moment"].standing(BACK, past_of(BACK, date(2018, 9, 1), None, TEXTS))
    assert [[*chances.values()] for _, chances in standing] == [[1.0]] * len(standing)


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


@pytest.mark.long
def test_a_forecast_of_a_year_is_that_of_each_of_its_months():
    day = date(2020, 3, 1)
    months = month_windows(day, 12)
    whole = ahead(SHADOW, day=day, windows=months)
    for k in (7,):
        assert ahead(SHADOW, day=day, windows=[months[k]])[0] == pytest.approx(whole[k], abs=1e-12)
    assert (ahead(SHADOW, day=day, windows=months[::-1])[::-1] == whole).all()
