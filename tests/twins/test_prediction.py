"""Weeks, months, rates, scores and forecasts, each derived once more by plain code for every week and row."""

import math
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidDate
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import predicted
from negotiation.truces.prediction.scores import prequential, truce_spells
from negotiation.truces.prediction.weeks import cells_of, first_week, pairs_of
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.past import past_of
from tests.twins.plain_record import DAY, DISPUTES, Plain, days

NAMES = ("up", "down", "none")


@cache
def plain(name):
    return Plain(name)


@pytest.fixture(params=DISPUTES, scope="module")
def there(request):
    return plain(request.param)


# Months


def by_calendar(day, months):
    """The labels of the months after a day, counted one by one."""
    found, year, month = [], day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        found.append(f"{year}-{month:02d}")
    return found


# Weeks


def outcomes(there, start, end):
    """What happened by week and pair from a Monday to a day, and the rows that no week can hold."""
    weeks = [d for d in days(start, end - 6 * DAY) if (d - start).days % 7 == 0]
    found = {(w, pair): "none" for w in weeks for pair in there.pairs}
    unplaced, groups = [], {}
    for row in there.own:
        if row.status != "applied" or row.direction == "hold" or not row.instrument:
            continue
        if row.last < start or row.first > weeks[-1] + 6 * DAY:
            continue
        first, last = (d - d.weekday() * DAY for d in (row.first, row.last))
        if first != last:
            unplaced.append(row.id)
        else:
            groups.setdefault((first, (row.actor, row.instrument)), []).append(row)
    for (week, pair), rows in groups.items():
        last = max(reversed(rows), key=lambda row: row.first)
        before = there.place(pair, there.public(week)[pair])
        after = before if there.level(last) is None else there.place(pair, there.level(last))
        if after == before or last.last < there.begins:
            found[week, pair] = "up" if last.direction == "escalate" else "down"
        else:
            found[week, pair] = "up" if after > before else "down"
    return weeks, found, unplaced


def first_monday(there):
    return next(d for d in days(there.begins.replace(day=1), there.begins + 8 * DAY) if d.weekday() == 0)


@cache
def whole(name):
    there = plain(name)
    return outcomes(there, first_monday(there), there.end)


def test_what_happened_in_every_week(there):
    assert first_week(there.scenario) == first_monday(there)
    assert list(pairs_of(there.scenario)) == there.pairs
    weeks, found, unplaced = whole(there.scenario.name)
    cells = cells_of(there.scenario)
    assert list(cells.weeks) == weeks
    assert weeks[-1] + 6 * DAY <= there.end < weeks[-1] + 13 * DAY
    assert cells.unplaced == tuple(unplaced)
    assert cells.pairs == tuple(there.pairs)
    assert cells.legs == tuple(there.legs[name] for _, name in there.pairs)
    for w, week in enumerate(weeks):
        got = [NAMES[k] for k in cells.outcomes[w]]
        assert got == [found[week, pair] for pair in there.pairs], week
    moved = [(str(w), *p, there.legs[p[1]], found[w, p]) for w in weeks for p in there.pairs]
    moved = [row for row in moved if row[-1] != "none"]
    assert list(cells.table().rows) == moved
    assert cells.table().columns == ("week", "country", "instrument", "leg", "outcome")
    assert cells.moved == len(moved)
    assert cells.table().title == f"{len(moved)} of {len(weeks) * len(there.pairs)} cells with a move"


@given(st.data())
def test_what_happened_in_any_stretch_of_weeks(data):
    there = plain(data.draw(st.sampled_from(DISPUTES)))
    weeks = whole(there.scenario.name)[0]
    start = data.draw(st.sampled_from(weeks))
    length = data.draw(st.integers(6, 60))
    end = min(start + length * DAY, there.end)
    if end - start < 6 * DAY:
        with pytest.raises(InvalidDate):
            cells_of(there.scenario, start, end)
        return
    expected, found, unplaced = outcomes(there, start, end)
    cells = cells_of(there.scenario, start, end)
    assert list(cells.weeks) == expected
    assert cells.unplaced == tuple(unplaced)
    assert [NAMES[k] for k in cells.outcomes.ravel()] == [found[w, p] for w in expected for p in there.pairs]


# Rates


def rates(there, week):
    """The pooled chances of up, down and none before a week: counts with a prior of the years before."""
    n = len(there.pairs)
    start = first_monday(there)
    first = min(row.first for row in there.rows)
    after = by_calendar(first, 1)[0]
    begun = next(d for d in days(date.fromisoformat(f"{after}-01"), there.end) if d.weekday() == 0)
    prior = [1 / 3, 1 / 3, 1 / 3]
    until = min(week, start)
    if (until - begun).days >= 7:
        _, found, _ = outcomes_before(there, begun, until - DAY, start)
        seen = list(found.values())
        prior = [(seen.count(k) + 0.5) / (len(seen) + 1.5) for k in NAMES]
    seen = []
    if (week - start).days >= 7:
        seen = list(outcomes_before(there, start, week - DAY, week)[1].values())
    return [(seen.count(k) + n * p) / (len(seen) + n) for k, p in zip(NAMES, prior, strict=True)]


@cache
def outcomes_before(there, start, end, day):
    """What happened in a stretch of weeks, by the rows that are known before a day alone."""
    other = Plain(there.scenario.name)
    other.own = [row for row in other.own if row.last < day]
    return outcomes(other, start, end)


def places(there, levels):
    """0, 1 or 2 by pair: at the calmest level, between, at the harshest that was ever applied."""
    found = {}
    for pair in there.pairs:
        applied = [x for x in there.ladders[pair] if not x.get("threatened", False)]
        at = there.place(pair, levels[pair])
        found[pair] = 0 if at == 0 else 2 if at >= len(applied) - 1 else 1
    return found


def provoked(there, week):
    """By pair, what the other side's last move in its leg in the fortnight before was."""
    found = {}
    for country, name in there.pairs:
        found[country, name] = "none"
        for row in sorted((r for r in there.own if r.last < week), key=lambda r: r.last):
            if (
                not row.instrument
                or row.status != "applied"
                or row.direction == "hold"
                or row.actor == country
            ):
                continue
            if there.legs[row.instrument] == there.legs[name] and 1 <= (week - row.last).days <= 14:
                found[country, name] = "up" if row.direction == "escalate" else "down"
    return found


def baseline(there, name, week):
    """What a baseline gives for a week, by pair: chances of up, down and none."""
    pooled, n = rates(there, week), len(there.pairs)
    levels = there.public(week)
    if name == "hold":
        return {pair: [0.0, 0.0, 1.0] for pair in there.pairs}
    if name == "coin":
        half = (1 - pooled[2]) / 2
        return {pair: [half, half, pooled[2]] for pair in there.pairs}
    if name == "hazard":
        given = dict.fromkeys(there.pairs, pooled)
    else:
        cases = {
            "series": lambda _: {pair: pair for pair in there.pairs},
            "markov": lambda day: places(there, there.public(day)),
            "mirror": lambda day: provoked(there, day),
        }[name]
        start, seen = first_monday(there), {}
        if (week - start).days >= 7:
            weeks, found, _ = outcomes_before(there, start, week - DAY, week)
            for day in weeks:
                for pair, case in cases(day).items():
                    seen.setdefault(case, []).append(found[day, pair])
        now = cases(week)
        given = {
            pair: [(seen.get(now[pair], []).count(k) + n * p) / (len(seen.get(now[pair], [])) + n)
                   for k, p in zip(NAMES, pooled, strict=True)]
            for pair in there.pairs
        }  # fmt: skip
    return {
        pair: [up, 0.0, none + down] if there.place(pair, levels[pair]) == 0 else [up, down, none]
        for pair, (up, down, none) in given.items()
    }


PLAIN = [one for one in BASELINES if one.name in ("hold", "coin", "hazard", "series", "markov", "mirror")]


@pytest.mark.long
@pytest.mark.parametrize("one", PLAIN, ids=lambda one: one.name)
def test_what_each_baseline_gives(there, one):
    weeks = whole(there.scenario.name)[0]
    for week in [weeks[0], weeks[1], weeks[2], weeks[len(weeks) // 2], weeks[-1]]:
        past = past_of(there.scenario, week)
        expected = baseline(there, one.name, week)
        found = one.predict(there.scenario, past)
        assert found == pytest.approx(np.array([expected[pair] for pair in there.pairs]), abs=1e-12), week
        given = predicted(one, there.scenario, past, 0.02)
        assert given == pytest.approx(np.array([lifted(expected[pair], 0.02) for pair in there.pairs]))


def lifted(row, least):
    """A row with nothing below the floor: what is below is raised, what is above gives way in proportion."""
    low = [x < least for x in row]
    while True:
        left = 1 - least * sum(low)
        rest = sum(x for x, is_low in zip(row, low, strict=True) if not is_low)
        found = [least if is_low else x * left / rest for x, is_low in zip(row, low, strict=True)]
        if not any(low):
            return list(row)
        more = [is_low or x < least for is_low, x in zip(low, found, strict=True)]
        if more == low:
            return found
        low = more


# Scores


@cache
def scored(name):
    there = plain(name)
    return prequential(BASELINES if name == "us-china-2025" else PLAIN, there.scenario)


def spell(there, week):
    known = sorted((p["signed"], n) for n, p in there.papers.items() if p["signed"] < week)
    return known[-1][1] if known else "before"


@pytest.mark.long
def test_scores_are_those_of_what_was_given_and_what_came(there):
    found = scored(there.scenario.name)
    weeks, came, _ = whole(there.scenario.name)
    given_by = BASELINES if there.scenario.name == "us-china-2025" else PLAIN
    assert found.names == tuple(one.name for one in given_by)
    for w in (0, len(weeks) // 3, len(weeks) - 1):
        past = past_of(there.scenario, weeks[w])
        for p, one in enumerate(given_by):
            assert (found.chances[p, w] == predicted(one, there.scenario, past)).all()
    expected = []
    legs = ["all", *(leg for leg in ("tariff", "control", "other") if leg in there.legs.values())]
    for p, name in enumerate(found.names):
        for leg in legs:
            logs, briers, moves = [], [], []
            for w, week in enumerate(weeks):
                for k, pair in enumerate(there.pairs):
                    if leg not in ("all", there.legs[pair[1]]):
                        continue
                    row = found.chances[p, w, k]
                    at = NAMES.index(came[week, pair])
                    logs.append(-math.log(row[at]))
                    briers.append(sum((row[j] - (j == at)) ** 2 for j in range(3)))
                    if at != 2:
                        moves.append(logs[-1])
            mean = [math.fsum(x) / len(x) if x else None for x in (logs, briers, moves)]
            expected.append((name, leg, len(logs), len(moves), *mean))
            assert found.mean(name, leg=leg) == pytest.approx(mean[0])
            assert found.mean(name, leg=leg, rule="brier") == pytest.approx(mean[1])
            if moves:
                assert found.mean(name, leg=leg, moved=True) == pytest.approx(mean[2])
    table = found.table()
    assert table.columns == (
        "predictor", "leg", "cells", "with a move", "log score", "Brier score", "log score, moves",
    )  # fmt: skip
    assert [row[:4] for row in table.rows] == [row[:4] for row in expected]
    for got, wanted in zip(table.rows, expected, strict=True):
        assert got[4:] == pytest.approx(wanted[4:])


@pytest.mark.long
def test_spells_of_weeks(there):
    found, weeks = scored(there.scenario.name), whole(there.scenario.name)[0]
    assert [found.spells[b] for b in found.blocks] == [spell(there, week) for week in weeks]
    signed = sorted(there.papers, key=lambda n: there.papers[n]["signed"])
    assert found.spells == ("before", *signed)
    texts = agreements_of(there.scenario)
    edges = sorted({t.signed + k * DAY for t in texts for k in (-1, 0, 1)})
    blocks, names = truce_spells(edges, texts)
    assert [names[b] for b in blocks] == [spell(there, day) for day in edges]
