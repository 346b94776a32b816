"""Forecasts of weeks that follow each other, by plain loops; what is fitted, and where a fit begins."""

from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.prediction.baselines import (
    BASELINES,
    baseline,
    baselines,
    self_exciting,
    shrunk_hazard,
    two_pace,
)
from negotiation.truces.prediction.baselines.climatology import monthly_shares
from negotiation.truces.prediction.baselines.markov import came_by_week, weekly_chain
from negotiation.truces.prediction.baselines.mirror import side_moves
from negotiation.truces.prediction.baselines.self_exciting import excitement_before, fitted_excitement
from negotiation.truces.prediction.baselines.shrunk_hazard import pooled_mean, shape_of_rates
from negotiation.truces.prediction.baselines.two_pace import (
    Paces,
    at_two_paces,
    filtered,
    fitted_paces,
    paces_before,
)
from negotiation.truces.prediction.weeks import WEEK
from negotiation.truces.record.events import (
    DOWN,
    NONE,
    UP,
    Event,
    EventRecord,
    events_of,
    level_paths,
    pairs_of,
)
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

WORLDS = {name: load_scenario(name) for name in ("us-china-2025", "japan-korea-2019", "australia-china-2020")}
DAYS = {
    "us-china-2025": (date(2025, 4, 14), date(2025, 10, 20)), "japan-korea-2019": (date(2019, 9, 23),),
    "australia-china-2020": (date(2020, 12, 7),),
}  # fmt: skip
ASKED = [(name, day) for name, days in DAYS.items() for day in days]


def windows_from(day):
    """The first week, a month that begins in the third week, and half a year."""
    return [(day, day + WEEK), (day + 2 * WEEK, day + 6 * WEEK), (day, day + 26 * WEEK)]


WEEKS = [range(1), range(2, 6), range(26)]


def test_the_baselines_in_their_order():
    names = ["hold", "coin", "climatology", "hazard", "series", "shrunk", "markov", "mirror", "two pace"]
    assert [one.name for one in BASELINES] == [*names, "self exciting"]
    assert list(baselines()) == [one.name for one in BASELINES]
    assert [one.order for one in BASELINES] == list(range(10))


# --- the same chances in every week ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["coin", "hazard", "series"])
@pytest.mark.parametrize(("world", "day"), ASKED)
def test_what_stays_the_same_over_a_window_has_as_many_weeks_as_it_has_sevenths_of_its_days(name, world, day):
    scenario = WORLDS[world]
    past, one = past_of(scenario, day), baseline(name)
    week = one.predict(scenario, past)
    windows = [(day, day + WEEK), (day + timedelta(3), day + timedelta(13)), (day, day + timedelta(365))]
    ahead = one.ahead(scenario, past, windows)
    assert ahead.shape == (3, len(pairs_of(scenario)), 2)
    for (first, end), found in zip(windows, ahead, strict=True):
        assert found == pytest.approx(1 - (1 - week[:, :2]) ** ((end - first).days / 7))


@pytest.mark.parametrize(("world", "day"), ASKED)
def test_where_nothing_changes_no_window_has_a_chance(world, day):
    scenario = WORLDS[world]
    past, pairs = past_of(scenario, day), len(pairs_of(scenario))
    assert baseline("hold").predict(scenario, past).tolist() == [[0.0, 0.0, 1.0]] * pairs
    assert baseline("hold").ahead(scenario, past, windows_from(day)).tolist() == [[[0.0, 0.0]] * pairs] * 3


@pytest.mark.parametrize("name", ["hazard", "series", "markov", "mirror"])
@pytest.mark.parametrize(("world", "day"), ASKED)
def test_from_the_calmest_level_nothing_comes_down(name, world, day):
    scenario = WORLDS[world]
    past = past_of(scenario, day)
    calmest = level_paths(scenario, past).before(day) == 0
    assert 0 < calmest.sum() < len(calmest)
    week = baseline(name).predict(scenario, past)
    ahead = baseline(name).ahead(scenario, past, [(day, day + WEEK)])[0]
    for found in (week, ahead):
        assert np.abs(found[calmest, DOWN]).max() < 1e-12
        assert found[~calmest, DOWN].min() > 1e-6
        assert (found[:, UP] > 0).all()
    assert week.sum(axis=1) == pytest.approx(1.0)


# --- levels that move on -----------------------------------------------------------------------------------


def chances_of_a_level(scenario, rates, pair, at):
    """Up, down and none at a level: of the calmest, those between, and all from the harshest applied on."""
    levels = scenario.instruments[pair[1]].held_by(pair[0])
    applied = [k for k, level in enumerate(levels) if not level.threatened]
    up, down, none = rates[0] if at == 0 else rates[2] if at >= len(applied) - 1 else rates[1]
    return (up, 0.0, none + down) if at == 0 else (up, down, none)


@pytest.mark.parametrize(("world", "day"), ASKED)
def test_a_chain_is_played_forward_level_by_level(world, day):
    scenario, one = WORLDS[world], baseline("markov")
    past = past_of(scenario, day)
    rates, events = one.rates(scenario, past), events_of(scenario, past).events
    changed = sum(event.before != event.after for event in events)
    across = (changed + 1) / (len(events) + 2)
    now = level_paths(scenario, past).before(day)
    found = one.ahead(scenario, past, windows_from(day))
    for k, pair in enumerate(pairs_of(scenario)):
        last = len(scenario.instruments[pair[1]].held_by(pair[0])) - 1
        for (w, window), barred in product(enumerate(WEEKS), (UP, DOWN)):
            weights = {int(now[k]): 1.0}
            for week in range(window.stop):
                after = {}
                for at, weight in weights.items():
                    up, down, none = chances_of_a_level(scenario, rates, pair, at)
                    steps = [(UP, up, min(at + 1, last)), (DOWN, down, max(at - 1, 0)), (NONE, none, at)]
                    for outcome, chance, to in steps:
                        if outcome == barred and week in window:
                            continue
                        share = 1.0 if outcome == NONE else across
                        after[to] = after.get(to, 0.0) + weight * chance * share
                        after[at] = after.get(at, 0.0) + weight * chance * (1.0 - share)
                weights = after
            expected = 1.0 - sum(weights.values())
            assert found[w, k, barred] == pytest.approx(expected, abs=1e-10), (pair, w, barred)


def test_chains_of_one_and_of_two_levels():
    rates = np.array([[0.3, 0.1, 0.6], [0.2, 0.25, 0.55], [0.05, 0.4, 0.55]])
    one = weekly_chain(rates, 1, 0, 0.25)
    assert one.tolist() == [[[pytest.approx(0.3)]], [[0.0]], [[pytest.approx(0.7)]]]
    two = weekly_chain(rates, 2, 1, 0.25)
    assert two[UP].tolist() == [pytest.approx([0.225, 0.075]), pytest.approx([0.0, 0.05])]
    assert two[DOWN].tolist() == [[0.0, 0.0], pytest.approx([0.1, 0.3])]
    assert two[NONE].tolist() == [pytest.approx([0.7, 0.0]), pytest.approx([0.0, 0.55])]
    assert came_by_week(two, np.array([1.0, 0.0]), UP, []).tolist() == []


# --- two sides that answer each other ----------------------------------------------------------------------


def of_a_side(rows, barred=None):
    """Chances of a side's last move of a week from those of its instruments, and with an outcome left out."""
    rows = [list(row) for row in rows]
    if barred is not None:
        rows[barred[0]][barred[1]] = 0.0
    none, total = 1.0, 1.0
    for row in rows:
        none, total = none * row[NONE], total * sum(row)
    ups, downs = (sum(row[d] for row in rows) for d in (UP, DOWN))
    moved = total - none if ups + downs else 0.0
    return [
        moved * ups / (ups + downs) if moved else 0.0,
        moved * downs / (ups + downs) if moved else 0.0,
        none,
    ]


def did(past, scenario, side, leg, end):
    """What a side did last in a leg in the week before a day."""
    found = NONE
    for step in past.steps:
        move = step.move
        if (
            move.actor != side
            or move.instrument is None
            or move.status != "applied"
            or move.direction == "hold"
        ):
            continue
        if scenario.instruments[move.instrument].leg == leg and end - WEEK <= step.day < end:
            found = UP if move.direction == "escalate" else DOWN
    return found


@pytest.mark.parametrize(("world", "day"), ASKED)
def test_answers_are_played_forward_week_by_week(world, day):
    scenario, one = WORLDS[world], baseline("mirror")
    past, pairs = past_of(scenario, day), pairs_of(scenario)
    rates, now = one.rates(scenario, past), level_paths(scenario, past).before(day)
    found = one.ahead(scenario, past, windows_from(day)[:2])

    def given(k, last):
        up, down, none = rates[last]
        return (up, 0.0, none + down) if now[k] == 0 else (up, down, none)

    started = set()
    for leg in dict.fromkeys(scenario.instruments[name].leg for _, name in pairs):
        held = [
            [k for k, (c, n) in enumerate(pairs) if c == side and scenario.instruments[n].leg == leg]
            for side in scenario.countries
        ]
        start = tuple(
            tuple(did(past, scenario, s, leg, day - b * WEEK) for b in (0, 1)) for s in scenario.countries
        )
        started |= {x for pair in start for x in pair}
        for (side, members), (w, window), d in product(enumerate(held), enumerate(WEEKS[:2]), (UP, DOWN)):
            for at, k in enumerate(members):
                weights = {start: 1.0}
                for week in range(window.stop):
                    after = {}
                    for state, weight in weights.items():
                        moves = []
                        for i in (0, 1):
                            lately = state[1 - i]
                            last = lately[0] if lately[0] != NONE else lately[1]
                            left_out = (at, d) if i == side and week in window else None
                            moves.append(of_a_side([given(j, last) for j in held[i]], left_out))
                        for first, second in product(range(3), repeat=2):
                            to = ((first, state[0][0]), (second, state[1][0]))
                            after[to] = after.get(to, 0.0) + weight * moves[0][first] * moves[1][second]
                    weights = after
                expected = 1.0 - sum(weights.values())
                assert found[w, k, d] == pytest.approx(expected, abs=1e-10), (pairs[k], w, d)
    assert started >= {NONE}
    assert world != "us-china-2025" or len(started) > 1  # somebody had moved in the fortnight before


def test_a_side_that_cannot_move_does_not():
    still = np.tile([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]], (3, 1, 1))
    assert side_moves(still).tolist() == [[0.0, 0.0, 1.0]] * 3
    assert side_moves(np.empty((3, 0, 3))).tolist() == [[0.0, 0.0, 1.0]] * 3
    given = np.array([[[0.2, 0.1, 0.7], [0.1, 0.3, 0.6]]] * 3)
    assert side_moves(given)[0].tolist() == pytest.approx(of_a_side(given[0]))
    for barred in product((0, 1), (UP, DOWN)):
        assert side_moves(given, barred)[0].tolist() == pytest.approx(of_a_side(given[0], barred))
    assert given[0, 0].tolist() == [0.2, 0.1, 0.7]  # what was given is left as it was


# --- what is fitted ----------------------------------------------------------------------------------------


BEGINS = date(2024, 11, 1)
PAIRS = (("CHN", "tariff"), ("USA", "tariff"), ("USA", "visa"))


def record_of(as_of, *moves):
    """A made-up record: (days from its beginning, pair, direction), or with the first day that it may be."""
    events = tuple(
        Event(
            BEGINS + timedelta(day), BEGINS + timedelta(first[0] if first else day), pair, way, 0, 1, ("X01",)
        )
        for day, pair, way, *first in moves
    )
    return EventRecord(BEGINS, as_of, PAIRS, ("tariff", "tariff", "other"), events)


MOVES = ((4, 0, UP), (4, 2, DOWN), (20, 1, UP), (30, 2, UP), (40, 1, DOWN), (61, 0, UP), (70, 2, UP))
"""61 days from the beginning is the first of January."""


def test_months_are_counted_from_the_first_to_the_last_whole_one():
    record = record_of(date(2025, 2, 15), *MOVES, (90, 1, UP), (95, 2, DOWN), (45, 0, UP, 10))
    # November, December and January. The pair of the first move may have been moved in either of two months.
    expected = np.ones(6) / 5
    for pair, way, months in ((0, UP, 2), (2, DOWN, 1), (1, UP, 2), (2, UP, 2), (1, DOWN, 1)):
        expected[2 * pair + way] = (months + 1) / 5
    assert monthly_shares(record) == pytest.approx(expected)
    assert monthly_shares(record_of(date(2024, 11, 20), (4, 0, UP))) == pytest.approx(np.full(6, 1 / 2))
    assert monthly_shares(record_of(date(2024, 10, 2))) == pytest.approx(np.full(6, 1 / 2))


def test_a_process_is_fitted_to_the_whole_months_with_each_side_s_own_number(monkeypatch):
    seen = []
    monkeypatch.setattr(self_exciting, "fitted_excitement", lambda *given: seen.append(given))
    excitement_before(record_of(date(2025, 1, 20), *MOVES))
    assert seen == [((4.0, 4.0, 20.0, 30.0, 40.0), (0, 5, 2, 4, 3), (0, 1, 1), 61.0)]


def test_paces_are_fitted_to_the_days_of_whole_months_and_filtered_to_the_last(monkeypatch):
    seen, paces = [], Paces(0.02, 0.2, 0.01, 0.03)
    monkeypatch.setattr(two_pace, "fitted_paces", lambda *given: seen.append(given) or paces)
    found, now = paces_before(record_of(date(2025, 1, 20), *MOVES))
    assert seen == [((4.0, 20.0, 30.0, 40.0), 61.0)]
    assert found is paces
    assert now == pytest.approx(filtered(paces, np.array([4.0, 20, 30, 40, 61, 70]), 80.0)[1])


@pytest.fixture
def searched(monkeypatch):
    """The starts and bounds of a search that ends where it is told to, by module."""
    told = SimpleNamespace(starts=[], bounds=[], end=None)

    def stays(likelihood, starts, bounds):
        told.bounds = np.array(bounds)
        told.starts = np.clip(starts, *told.bounds.T)
        return told.starts[0] if told.end is None else told.end

    monkeypatch.setattr(self_exciting, "most_likely", stays)
    monkeypatch.setattr(two_pace, "most_likely", stays)
    return told


SIDES = (0, 1, 1)
TIMES, SERIES = (4.0, 4.0, 20.0, 30.0, 40.0), (0, 5, 2, 4, 3)


def test_the_numbers_of_a_search_are_a_rate_a_lag_and_three_ways_to_beget(searched):
    searched.end = np.log([0.05, 1 / 20, 0.6, 3.0, 2.0])
    found = fitted_excitement.__wrapped__(TIMES, SERIES, SIDES, 61.0)
    shares = shrunk_hazard.expected_counts(np.bincount(SERIES, minlength=6).astype(float))
    assert found.base == pytest.approx(0.05 * shares / shares.sum())
    assert found.lag == pytest.approx(1 / 20)
    # By a move up of the second pair: of its own side's, of the other side's, and of all down.
    column = found.begets[:, 2]
    assert [column[[2, 4]].sum(), column[0], column[[1, 3, 5]].sum()] == pytest.approx([0.3, 0.2, 0.1])
    assert column[2] / column[4] == pytest.approx(shares[2] / shares[4])


@pytest.mark.parametrize(("exposure", "days"), [(61.0, 61.0), (0.0, 1.0)])
def test_a_search_begins_at_the_record_s_own_rate_with_half_of_the_moves_begotten(searched, exposure, days):
    fitted_excitement.__wrapped__(TIMES, SERIES, SIDES, exposure)
    for start, lag in zip(searched.starts, (5.0, 20.0, 80.0, 320.0), strict=True):
        base, rate_of_lag, begotten, *ways = np.exp(start)
        assert base / (1 - begotten) == pytest.approx(min((len(TIMES) + 0.5) / days, 4.0))
        assert (begotten, 1 / rate_of_lag) == pytest.approx((0.5, lag))
        assert ways == [1.0, 1.0]
    low, high = searched.bounds.T
    assert np.exp(low[:3]) == pytest.approx([1e-5, 1 / 730, 1e-3])
    assert np.exp(high[:3]) == pytest.approx([2.0, 1 / 2, 0.95])
    assert (low[3:].tolist(), high[3:].tolist()) == ([-4.0, -4.0], [4.0, 4.0])


@pytest.mark.parametrize(("exposure", "days"), [(61.0, 61.0), (0.0, 1.0)])
def test_paces_are_searched_on_either_side_of_the_record_s_own_rate(searched, exposure, days):
    fitted_paces.__wrapped__((4.0, 20.0, 30.0), exposure)
    rate = 3.5 / days
    assert len(searched.starts) == 2
    for start, spread in zip(searched.starts, (0.7, 1.5), strict=True):
        quiet, active, rises, falls = np.exp(start)
        assert quiet == pytest.approx(np.clip(rate * np.exp(-spread), 1e-5, 2.0))
        assert active == pytest.approx(np.clip(rate * np.exp(spread), 1e-5, 2.0))
        assert (1 / rises, 1 / falls) == pytest.approx((400, 120))
    low, high = searched.bounds.T
    assert np.exp(low) == pytest.approx([1e-5, 1e-5, 1 / 3650, 1 / 3650])
    assert np.exp(high) == pytest.approx([2.0, 2.0, 1 / 28, 1 / 28])


@pytest.mark.parametrize(
    "numbers", [(0.02, 0.2, 1 / 500, 1 / 100), (0.2, 0.02, 1 / 100, 1 / 500), (0.1, 0.1, 0.02, 0.01)]
)
def test_the_quiet_pace_is_the_slower_one_with_its_own_way_out(searched, numbers):
    searched.end = np.log(numbers)
    found = fitted_paces.__wrapped__((4.0, 20.0), 61.0)
    quiet, active, rises, falls = numbers
    expected = numbers if quiet <= active else (active, quiet, falls, rises)
    assert tuple(found) == pytest.approx(expected)


def test_a_series_moves_on_no_more_days_than_there_are(monkeypatch):
    # A pace that never changes: at a rate r a series with the share m of the days moves with 1 - exp(-m r n).
    paces = Paces(0.1, 0.1, 0.02, 0.01)
    monkeypatch.setattr(two_pace, "fitted_paces", lambda *_: paces)
    record = record_of(date(2025, 1, 20), *MOVES)  # six days with a move
    expected = np.array([3.0, 0.6, 12.0, 6.0, 0.0, 1.5])
    windows = [(date(2025, 1, 20), date(2025, 2, 9)), (date(2025, 3, 1), date(2025, 3, 11))]
    found = at_two_paces(record, expected, windows)
    assert found.shape == (2, 3, 2)
    for days, row in zip((20, 10), found, strict=True):
        assert row.ravel() == pytest.approx(1 - np.exp(-np.minimum(expected / 6, 1.0) * 0.1 * days))
    bare = at_two_paces(record_of(date(2025, 1, 20)), np.full(6, 0.25), windows)
    assert bare[0].ravel() == pytest.approx(np.full(6, 1 - np.exp(-0.25 * 0.1 * 20)))


def test_the_pace_is_followed_to_the_window_and_through_it(monkeypatch):
    paces = Paces(0.01, 0.4, 0.02, 0.05)
    monkeypatch.setattr(two_pace, "fitted_paces", lambda *_: paces)
    record = record_of(date(2025, 1, 20), *MOVES)
    now = paces_before(record)[1]
    expected = np.array([3.0, 0.6, 12.0, 6.0, 0.0, 1.5])
    (found,) = at_two_paces(record, expected, [(date(2025, 2, 4), date(2025, 2, 14))])
    for k, share in enumerate(np.minimum(expected / 6, 1.0)):
        weights, step = now.copy(), 1e-4
        for days, seen in ((15, 0.0), (10, share)):  # until the window begins, and without a move in it
            rates = np.array([[-0.02 - seen * 0.01, 0.02], [0.05, -0.05 - seen * 0.4]])
            weights = weights @ np.linalg.matrix_power(np.eye(2) + step * rates, round(days / step))
        assert found.ravel()[k] == pytest.approx(1 - weights.sum(), abs=2e-4)


def test_what_is_felt_is_followed_to_the_window_and_through_it(monkeypatch):
    """One series that begets its own kind alone: what is felt goes to its rest at a rate of its own."""
    base, begets, lag = 0.02, 0.6, 0.1
    process = self_exciting.Excitement(np.array([base, 0.01]), np.diag([begets, 0.0]), lag)
    monkeypatch.setattr(self_exciting, "excitement_before", lambda _: process)
    as_of = date(2025, 1, 20)
    record = EventRecord(BEGINS, as_of, PAIRS[:1], ("tariff",), record_of(as_of, *MOVES[:1]).events)
    monkeypatch.setattr(self_exciting, "events_of", lambda *_: record)
    windows = [(as_of, as_of + WEEK), (as_of + 2 * WEEK, as_of + 5 * WEEK)]
    ahead = baseline("self exciting").ahead(None, SimpleNamespace(as_of=as_of), windows)
    felt, rest = begets * lag * np.exp(-lag * (80 - 4)), begets * base / (1 - begets)
    for (wait, days), found in zip(((0, 7), (14, 21)), ahead, strict=True):
        then = rest + (felt - rest) * np.exp(-lag * (1 - begets) * wait)
        none = np.exp(-base * days - then / lag * -np.expm1(-lag * days))
        assert found.ravel() == pytest.approx([1 - none, -np.expm1(-0.01 * days)])


def test_series_are_compared_with_what_is_expected_of_each():
    counts = np.array([4.0, 40.0, 400.0])
    assert shape_of_rates(counts, counts) > 1000 > 10 > shape_of_rates(counts)
    assert shape_of_rates(counts, pooled_mean(counts)) == shape_of_rates(counts)
    assert pooled_mean(counts) == pytest.approx(444.5 / 3)
    assert pooled_mean(np.zeros(4)) == 0.125


@pytest.mark.parametrize(("as_of", "exposure"), [(BEGINS, 1.0), (BEGINS + timedelta(90), 90.0)])
def test_shrunk_chances_count_at_least_a_day(monkeypatch, as_of, exposure):
    record = record_of(as_of, (0, 0, UP), (0, 1, DOWN))
    monkeypatch.setattr(shrunk_hazard, "events_of", lambda *_: record)
    ahead = baseline("shrunk").ahead(None, None, [(as_of, as_of + WEEK), (as_of, as_of + timedelta(30))])
    shape, mean = shape_of_rates(record.counts), 2.5 / 6
    for days, found in zip((7, 30), ahead, strict=True):
        # A gamma rate of that shape and mean a record's length, counted over it, and no move in the days.
        known = exposure * (1 + shape / mean)
        assert found.ravel() == pytest.approx(1 - (known / (known + days)) ** (shape + record.counts))
