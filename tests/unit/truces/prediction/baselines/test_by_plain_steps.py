"""Forecasts of weeks that follow each other, by plain loops; what is fitted, and where a fit begins."""

from datetime import date
from itertools import product

import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.weeks import WEEK
from negotiation.truces.record.events import DOWN, NONE, UP, events_of, level_paths, pairs_of
from negotiation.truces.record.past import past_of

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


@pytest.mark.parametrize(
    ("world", "day"),
    [pytest.param(*one, marks=[pytest.mark.long] * (one not in ASKED[2:3])) for one in ASKED],
)
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
