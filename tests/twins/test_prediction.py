"""Weeks, months, rates, scores and forecasts, each derived once more by plain code for every week and row."""

import calendar
import itertools
import math
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidDate, InvalidGame
from negotiation.numeric import KNIFE_EDGE
from negotiation.truces.prediction.ablation import Ablation, short_list
from negotiation.truces.prediction.agreement_in_force import agreement_in_force, papers_in_force, stake_weight
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import floored, predicted
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.forecast_scores import forecast_scores
from negotiation.truces.prediction.mechanisms import Rules, mechanism_names
from negotiation.truces.prediction.model import MechanismModel, opportunity
from negotiation.truces.prediction.months import (
    ForecastRow,
    last_day,
    month_labels,
    month_of_week,
    weeks_in,
    weeks_until,
)
from negotiation.truces.prediction.scores import prequential, truce_spells
from negotiation.truces.prediction.shapley import shapley_values
from negotiation.truces.prediction.stakes import SolvedTerms, solved_terms
from negotiation.truces.prediction.weeks import NONE, UP, cells_of, first_week, pairs_of
from negotiation.truces.record.agreement_text import agreement_text, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of
from negotiation.world.dates import RecordDate
from negotiation.world.posture import posture_from_label
from tests.twins.plain_record import DAY, DISPUTES, Plain, days, entries, flat

WEEK = 7 * DAY
NAMES = ("up", "down", "none")
DAYS_OF_THREE_YEARS = st.dates(date(2023, 1, 1), date(2025, 12, 31))


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


def owner(monday):
    """The month that has most days of a week."""
    every = [f"{d:%Y-%m}" for d in days(monday, monday + 6 * DAY)]
    return max(set(every), key=every.count)


@given(DAYS_OF_THREE_YEARS, st.integers(0, 30))
def test_labels_of_months(day, months):
    assert list(month_labels(day, months)) == by_calendar(day, months)


@given(DAYS_OF_THREE_YEARS)
def test_a_week_is_of_the_month_that_has_most_of_it_and_a_month_ends_on_its_last_day(day):
    monday = day - day.weekday() * DAY
    assert month_of_week(monday) == owner(monday)
    assert last_day(f"{day:%Y-%m}") == date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    assert (last_day(f"{day:%Y-%m}") + DAY).day == 1


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 1, 31),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2025, 11, 30),
        date(2025, 12, 28),
        date(2025, 12, 31),
        date(2025, 8, 31),
    ],
)
@pytest.mark.parametrize("months", [1, 2, 14])
def test_weeks_of_the_months_after_a_day(day, months):
    last = by_calendar(day, months)[-1]
    mondays = [d for d in days(day + DAY, day + 500 * DAY) if d.weekday() == 0 and owner(d) <= last]
    assert weeks_until(day, last) == mondays
    counts = weeks_in(day, last)
    assert dict(counts) == {m: sum(owner(d) == m for d in mondays) for m in {owner(d) for d in mondays}}
    assert sum(counts.values()) == len(mondays)


@given(DAYS_OF_THREE_YEARS)
def test_the_weeks_after_a_day_begin_with_the_next_monday(day):
    found = weeks_until(day, by_calendar(day, 1)[0])
    following = next(d for d in days(day + DAY, day + 8 * DAY) if d.weekday() == 0)
    assert found[0] == following
    assert {b - a for a, b in itertools.pairwise(found)} <= {WEEK}


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


@pytest.mark.parametrize("days_off", range(1, 7))
def test_weeks_begin_on_a_monday(days_off):
    there = plain("us-china-2025")
    with pytest.raises(InvalidDate):
        cells_of(there.scenario, date(2025, 5, 12) + days_off * DAY)


def invented(pair, when, **changes):
    told = {
        "id": "X01", "announced": RecordDate.parse(when), "actor": pair[0], "agency": "a",
        "record_instrument": pair[1], "instrument": pair[1], "direction": "escalate", "status": "applied",
        "source_title": "s", "confidence": "high", "mapping_note": "within the level", **changes,
    }  # fmt: skip
    return MoveRecord(**told)


@pytest.mark.parametrize(
    ("when", "week"),
    [
        ("2025-05-12", 0),
        ("2025-05-18", 0),
        ("2025-05-19", 1),
        ("2025-05-25", 1),
        ("2025-05-11", None),
        ("2025-05-26", None),
        ("2025-05-13 to 2025-05-18", 0),
    ],
)
def test_a_row_of_each_day_falls_into_its_week(when, week):
    there = plain("us-china-2025")
    pair = ("USA", "visa")
    cells = cells_of(there.scenario, date(2025, 5, 12), date(2025, 5, 25), [invented(pair, when)])
    expected = np.full((2, len(there.pairs)), NONE)
    if week is not None:
        expected[week, there.pairs.index(pair)] = UP
    assert cells.outcomes.tolist() == expected.tolist()
    assert cells.unplaced == ()


def test_a_row_that_may_be_of_two_weeks_is_in_none():
    there = plain("us-china-2025")
    row = invented(("USA", "visa"), "2025-05-18 to 2025-05-19")
    cells = cells_of(there.scenario, date(2025, 5, 12), date(2025, 5, 25), [row])
    assert (cells.moved, cells.unplaced) == (0, ("X01",))


def test_of_two_rows_of_a_day_the_later_in_the_record_is_the_last():
    there = plain("us-china-2025")
    pair, labels = ("USA", "visa"), there.labels(("USA", "visa"))
    up = invented(pair, "2025-05-13", level=labels[-1], id="X01")
    down = invented(pair, "2025-05-13", level=labels[0], id="X02", direction="de-escalate")
    for rows in ([up, down], [down, up]):
        found = cells_of(there.scenario, date(2025, 5, 12), date(2025, 5, 18), rows)
        at = found.outcomes[0, there.pairs.index(pair)]
        assert NAMES[at] == ("up" if rows[-1] is up else "down")


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


@given(
    st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(sum), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.005, 0.1, 0.3]),
)
def test_a_floor_under_every_chance(rows, least):
    given_ = [[x / sum(row) for x in row] for row in rows]
    found = floored(np.array(given_), least)
    assert found == pytest.approx(np.array([lifted(row, least) for row in given_]), abs=1e-12)
    assert found.min() >= least - 1e-15
    assert found.sum(axis=-1) == pytest.approx(np.ones(len(rows)))


# Scores


@cache
def scored(name):
    there = plain(name)
    return prequential(BASELINES if name == "us-china-2025" else PLAIN, there.scenario)


def spell(there, week):
    known = sorted((p["signed"], n) for n, p in there.papers.items() if p["signed"] < week)
    return known[-1][1] if known else "before"


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


def test_spells_of_weeks(there):
    found, weeks = scored(there.scenario.name), whole(there.scenario.name)[0]
    assert [found.spells[b] for b in found.blocks] == [spell(there, week) for week in weeks]
    signed = sorted(there.papers, key=lambda n: there.papers[n]["signed"])
    assert found.spells == ("before", *signed)
    texts = agreements_of(there.scenario)
    edges = sorted({t.signed + k * DAY for t in texts for k in (-1, 0, 1)})
    blocks, names = truce_spells(edges, texts)
    assert [names[b] for b in blocks] == [spell(there, day) for day in edges]


@pytest.mark.parametrize(("rule", "leg"), [("log", "all"), ("brier", "tariff"), ("log", "control")])
def test_a_difference_with_its_interval_over_spells(there, rule, leg):
    found, weeks = scored(there.scenario.name), whole(there.scenario.name)[0]
    if leg not in ("all", *there.legs.values()):
        pytest.skip("no such leg")
    scores = found.log_scores if rule == "log" else found.brier_scores
    sums, sizes = {}, {}
    for w, week in enumerate(weeks):
        for k, pair in enumerate(there.pairs):
            if leg in ("all", there.legs[pair[1]]):
                gap = scores[found.names.index("hold"), w, k] - scores[found.names.index("series"), w, k]
                at = spell(there, week)
                sums[at] = sums.get(at, 0.0) + gap
                sizes[at] = sizes.get(at, 0) + 1
    order = [s for s in found.spells if s in sums]
    picks = np.random.default_rng(4).integers(0, len(order), size=(2000, len(order)))
    means = [sum(sums[order[j]] for j in row) / sum(sizes[order[j]] for j in row) for row in picks]
    low, high = np.quantile(means, (0.05, 0.95))
    expected = sum(sums.values()) / sum(sizes.values()), low, high
    assert found.difference("series", "hold", leg=leg, rule=rule, rng=4) == pytest.approx(expected)


@given(st.integers(1, 4), st.data())
def test_shapley_values_are_means_over_orders(n, data):
    players = "abcd"[:n]
    worth = {
        frozenset(c): data.draw(st.integers(-9, 9))
        for size in range(n + 1)
        for c in itertools.combinations(players, size)
    }
    totals = dict.fromkeys(players, 0.0)
    orders = list(itertools.permutations(players))
    for order in orders:
        before = frozenset()
        for one in order:
            totals[one] += (worth[before | {one}] - worth[before]) / len(orders)
            before |= {one}
    assert shapley_values(players, worth).tolist() == pytest.approx([totals[p] for p in players])


def test_the_table_of_what_each_mechanism_adds():
    there = plain("japan-korea-2019")
    names = mechanism_names()[:3]
    models = short_list(names)
    scores = prequential([BASELINES[0], *models], there.scenario)
    assert [m.name for m in models] == ["plain", "all", *names, *(f"all but {n}" for n in names)]
    assert [set(m.on) for m in models] == [
        set(), set(names), *({n} for n in names), *(set(names) - {n} for n in names)
    ]  # fmt: skip
    rng = np.random.default_rng(2)
    drawn = {m.name: rng.random(5) for m in models}
    shapley = {leg: rng.random(len(names)) for leg in ("all", "tariff", "control", "other")}
    found = Ablation(names, scores, shapley, drawn)
    mean = {m.name: scores.mean(m.name) for m in models}
    for k, (row, name) in enumerate(zip(entries(found.table()), names, strict=True)):
        _, low, high = scores.difference(name, "plain")
        assert row == {
            "mechanism": name,
            "alone": pytest.approx(mean["plain"] - mean[name]),
            "interval, low": pytest.approx(low),
            "interval, high": pytest.approx(high),
            "lost if left out": pytest.approx(mean[f"all but {name}"] - mean["all"]),
            **{f"Shapley, {leg}": shapley[leg][k] for leg in shapley},
            "share of draws in which it gains alone": np.mean(drawn[name] < drawn["plain"]),
        }
    assert mean[found.best_alone] == min(mean[name] for name in names)
    assert "all" in mean
    bare = Ablation(names, scores, {}, {}).table()
    assert bare.columns[:5] == found.table().columns[:5]
    assert bare.rows[0][-1] is None


# An agreement in force


def weight(there, rules, papers, day):
    """How many periods' stakes a breach forfeits, summed period by period."""
    p = there.scenario.parameters
    delta, lag = there.scenario.discount_factor, p["reaction_lag_days"]
    for_ever = delta / (1 - delta)
    if not rules.clock:
        return for_ever if rules.future else delta
    ends = [a.in_force + timedelta(a.clock_days) for a in papers if a.clock_days]
    if ends and day > max(ends):
        return None
    if not rules.future:
        return delta
    if not ends:
        return for_ever
    phi = there.scenario.renewal
    left = delta ** ((max(ends) - day).days / lag)
    term = delta ** (papers[0].clock_days / lag) if papers[0].clock_days else 0.0
    total, reach = for_ever * (1 - left), phi * left
    for _ in range(20_000):
        total += reach * for_ever * (1 - term)
        reach *= phi * term
        if reach == 0.0:
            break
    return total


RULES = [
    Rules(contract=True, future=future, clock=clock, coverage=coverage, noise=noise)
    for future in (True, False)
    for clock in (True, False)
    for coverage in ("everything", "written", "read")
    for noise in (True, False)
]


def chances_of_alarm(there, papers, pair, level):
    """Of a false alarm and of one after a breach, from the grades of what prescribes a level."""
    p = there.scenario.parameters
    grades = [
        c.verifiability for a in papers for c in a.clauses
        if c.covered and (c.side, c.instrument, c.level) == (*pair, level)
    ]  # fmt: skip
    if not grades:
        for a in papers:
            for reading in a.readings:
                for term in reading.terms:
                    if (term.country, term.instrument, term.level) == (*pair, level):
                        clause = next(c for c in a.clauses if c.id == reading.clause)
                        grades.append(term.verifiability or clause.verifiability)
    grades = grades or ["none"]
    share = p["reaction_lag_days"] / 365
    regime = "coordinated" if papers[-1].coordination is None else papers[-1].coordination.regime
    slip = 1 - (1 - p[f"slip.{there.legs[pair[1]]}.{regime}"]) ** share
    clear, miss = 1.0, 1.0
    for grade in grades:
        clear *= (1 - p[f"signal.ambiguity.{grade}"]) ** share
        miss *= p[f"signal.miss.{grade}"]
    return slip * (1 - miss) + (1 - slip) * (1 - clear), 1 - miss


def breached(there, papers, pair, ceiling, day, lasts):
    """Whether a side is above a ceiling for too long, or stepped beyond it within an answer's length."""
    lag = there.scenario.parameters["reaction_lag_days"]
    length = timedelta(36500) if lasts is None else timedelta(days=lag * lasts)
    limit = there.place(pair, ceiling)
    due = papers[0].in_force + timedelta(14)
    if due < day <= due + length and there.place(pair, there.public(day)[pair]) > limit:
        return True
    start = max(day - length, max(a.signed for a in papers))
    at = there.place(pair, there.public(start + DAY, day)[pair])
    for row in sorted((r for r in there.own if r.last < day), key=lambda r: r.last):
        if (row.actor, row.instrument, row.status) != (*pair, "applied") or row.last <= start:
            continue
        to = at if there.level(row) is None else there.place(pair, there.level(row))
        if row.direction == "escalate" and (to > limit or to == at == limit):
            return True
        at = to
    return False


@pytest.mark.parametrize("name", ["us-china-2025", "japan-korea-2019"])
def test_where_an_agreement_stands_in_each_week_for_each_side(name):
    there = plain(name)
    weeks = whole(name)[0]
    signed = min(p["signed"] for p in there.papers.values())
    chosen = [w for w in weeks if w > signed]
    for week in chosen[:: max(1, len(chosen) // 14)]:
        past = past_of(there.scenario, week)
        names = [n for n, p in there.papers.items() if p["signed"] < week]
        names.sort(key=lambda n: there.papers[n]["signed"])
        known = [agreement_text(n, there.scenario) for n in names]
        last = [a for a in known if a.amends is None][-1]
        papers = (last, *(a for a in known if a.amends == last.id))
        assert papers_in_force(past) == papers
        assert agreement_in_force(there.scenario, past, Rules(), there.sides[0]) is None
        for rules in RULES:
            expected = weight(there, rules, papers, week)
            found = stake_weight(there.scenario, past, rules, papers)
            assert found == (None if expected is None else pytest.approx(expected)), (week, rules)
            for side in there.sides:
                told = agreement_in_force(there.scenario, past, rules, side)
                if expected is None:
                    assert told is None
                    continue
                terms = {}
                for a in papers:
                    terms |= dict(a.as_read_by(side) if rules.coverage == "read" else a.covered())
                if rules.coverage == "everything":
                    terms = {**there.public(last.signed + DAY, week), **terms}
                assert dict(told.terms) == terms
                lasts = papers[0].punishment_periods(there.scenario.parameters["reaction_lag_days"])
                spared = {}
                for pair, level in terms.items():
                    if pair[0] == side:
                        continue
                    is_broken = breached(there, papers, pair, level, week, lasts)
                    alarm = chances_of_alarm(there, papers, pair, level) if rules.noise else (0.0, 1.0)
                    leg = there.legs[pair[1]]
                    spared[leg] = spared.get(leg, 1.0) * (1 - alarm[is_broken])
                assert told.breaches == pytest.approx({k: 1 - v for k, v in spared.items()}), (
                    week,
                    rules,
                    side,
                )


@pytest.mark.parametrize(("clock", "ends"), [(90, 90), (1, 1), (0, None)])
def test_an_agreement_counts_up_to_the_last_day_of_its_clock(clock, ends):
    there = plain("us-china-2025")
    geneva = agreement_text("2025-05-geneva").model_copy(update={"clock_days": clock})
    rules = Rules(contract=True, clock=True, future=True)
    for shift in (-1, 0, 1, 2):
        day = geneva.in_force + ((ends or 40) + shift) * DAY
        past = past_of(there.scenario, day, agreements=[geneva])
        found = stake_weight(there.scenario, past, rules, [geneva])
        assert (found is None) == (ends is not None and shift > 0)
        if found is not None:
            assert found == pytest.approx(weight(there, rules, [geneva], day))


@pytest.mark.parametrize("name", ["2025-05-geneva", "2025-10-busan"])
def test_stakes_are_those_of_the_worst_pure_equilibrium_of_the_terms(name):
    there = plain("us-china-2025")
    text = agreement_text(name)
    day = past_of(there.scenario, text.signed + DAY).postures()
    terms = dict(text.covered())
    menus, state = {}, there.scenario.default_state
    for pair in there.pairs:
        if pair in terms:
            lawful = {x.label for x in there.scenario.levels(*pair, state)}
            labels = there.labels(pair)[there.place(pair, terms[pair]) :]
            menus[pair] = [x for x in labels if x in lawful or x == terms[pair]]
    stage = there.scenario.stage_game(
        instruments={n for _, n in terms}, levels={
            pair: tuple(menus.get(pair, (flat(day)[pair],)))
            for pair in there.pairs if pair[1] in {m for _, m in terms}
        }, fixed=day, state=state,
    )  # fmt: skip
    u = stage.payoffs
    spans = [np.ptp(u[..., i]) for i in (0, 1)]
    stable = [
        (a, b)
        for a in range(u.shape[0])
        for b in range(u.shape[1])
        if u[a, b, 0] >= u[:, b, 0].max() - KNIFE_EDGE * spans[0]
        and u[a, b, 1] >= u[a, :, 1].max() - KNIFE_EDGE * spans[1]
    ]
    off = min(stable, key=lambda at: u[at].sum())
    found = solved_terms(there.scenario, terms, day, state)
    for i, side in enumerate(there.sides):
        assert found.stakes[side] == pytest.approx(max(u[0, 0, i] - u[*off, i], 0.0))
        agreed, after = (posture_from_label(stage.actions[i][k]) for k in (0, off[i]))
        harsher = {n: there.place((side, n), x) for n, x in after.items() if x != agreed[n]}
        assert found.off[side] == harsher
        for n, at in harsher.items():
            assert [found.answer(side, n, k) for k in (0, at, at + 1)] == [at, at, at + 1]


# Forecasts


def constant(monkeypatch, up, down):
    """Put constant chances in the place of the model's."""

    def chances(self, scenario, past, state, rate):
        return np.tile([up, down, 1 - up - down], (len(pairs_of(scenario)), 1))

    monkeypatch.setattr(MechanismModel, "chances", chances)


@pytest.mark.parametrize(
    ("name", "as_of", "months"),
    [("2025-10-busan", date(2025, 11, 30), 2), ("2025-05-geneva", date(2025, 5, 31), 2),
     ("2025-05-geneva", date(2025, 6, 15), 1)],
)  # fmt: skip
def test_a_forecast_plays_forward_week_by_week(monkeypatch, name, as_of, months):
    """At constant chances and before any clock ends, a few lines say the same, by the same random numbers."""
    up, down, paths = 0.2, 0.1, 7
    constant(monkeypatch, up, down)
    there = plain("us-china-2025")
    found = forecast(name, as_of, months, on=["coverage"], paths=paths, draws=0, rng=5)
    labels = by_calendar(as_of, months)
    weeks = [d for d in days(as_of + DAY, as_of + 32 * (months + 1) * DAY) if d.weekday() == 0]
    weeks = [d for d in weeks if owner(d) <= labels[-1]]
    rng = np.random.default_rng(np.random.SeedSequence(5).spawn(2)[0])
    total = {(m, pair, d): 0.0 for m in labels for pair in there.pairs for d in ("up", "down")}
    for _ in range(paths):
        waiting, month = {}, None
        for week in weeks:
            if owner(week) != month:
                month = owner(week)
                waiting = {(pair, d): 1.0 for pair in there.pairs for d in ("up", "down")}
            drawn = rng.random(len(there.pairs))
            for k, pair in enumerate(there.pairs):
                for d, chance in (("up", up), ("down", down)):
                    if month in labels:
                        total[month, pair, d] += waiting[pair, d] * chance
                came = "up" if drawn[k] < up else "down" if drawn[k] < up + down else None
                if came:
                    waiting[pair, came] = 0.0
    assert [(r.month, (r.actor, r.instrument), r.direction) for r in found.rows] == list(total)
    for row in found.rows:
        mean = min(1.0, total[row.month, (row.actor, row.instrument), row.direction] / paths)
        assert (row.low, row.probability, row.high) == pytest.approx((mean, mean, mean))


@pytest.mark.parametrize(
    ("name", "as_of", "months"),
    [("2025-05-geneva", date(2025, 5, 31), 3), ("2025-05-geneva", date(2025, 6, 15), 2),
     ("2025-10-busan", date(2025, 11, 30), 12)],
)  # fmt: skip
def test_what_is_foreseen_of_the_end_of_a_clock(monkeypatch, name, as_of, months):
    """Where nothing moves any more, a leg goes on with the chance of the calibration if nobody broke it."""
    constant(monkeypatch, 0.0, 0.0)
    monkeypatch.setattr("negotiation.truces.prediction.forecast.floored", lambda chances: chances)
    there, text = Plain("us-china-2025"), agreement_text(name)
    there.own = [row for row in there.own if row.last <= as_of]
    mended = [a for a in agreements_of(there.scenario) if a.amends == name and a.signed <= as_of]
    papers = (text, *mended)
    end = max(a.in_force + timedelta(a.clock_days) for a in papers if a.clock_days)
    week = end - end.weekday() * DAY
    lasts = text.punishment_periods(there.scenario.parameters["reaction_lag_days"])
    terms = {pair: level for a in papers for pair, level in a.covered().items()}
    found = forecast(name, as_of, months, on=["coverage"], paths=2, draws=0)
    ends = {r.instrument: r for r in found.rows if r.direction == "renewed"}
    legs = [x for x in ("tariff", "control", "other") if x in {there.legs[n] for _, n in text.covered()}]
    assert list(ends) == legs
    for leg, row in ends.items():
        intact = 1.0
        for pair, level in terms.items():
            if there.legs[pair[1]] == leg:
                intact *= not breached(there, papers, pair, level, week, lasts)
        assert (row.month, row.actor) == (f"{end:%Y-%m}", "both")
        assert row.probability == pytest.approx(there.scenario.renewal * intact)
        assert (row.low, row.high) == (row.probability, row.probability)


def test_bands_are_quantiles_over_draws(monkeypatch):
    # The chance of each round is its parameters' discount factor of a year, and no path ever draws a move.
    def chances(self, scenario, past, state, rate):
        p = scenario.parameters["discount_factor_annual"] / 1000
        return np.tile([p, 2 * p, 1 - 3 * p], (len(pairs_of(scenario)), 1))

    monkeypatch.setattr(MechanismModel, "chances", chances)
    monkeypatch.setattr("negotiation.truces.prediction.forecast.floored", lambda chances: chances)
    monkeypatch.setattr(
        "negotiation.truces.prediction.forecast._drawn", lambda given, _: np.full(len(given), NONE)
    )
    there = plain("us-china-2025")
    found = forecast("2025-10-busan", date(2025, 11, 30), 1, on=["coverage"], paths=2, draws=5, rng=9)
    seeds = np.random.SeedSequence(9).spawn(7)
    generator = np.random.default_rng(seeds[-1])
    worlds = [there.scenario, *(there.scenario.draw(generator) for _ in range(5))]
    chance = [w.parameters["discount_factor_annual"] / 1000 for w in worlds]
    weeks = sum(owner(d) == "2025-12" for d in days(date(2025, 11, 24), date(2026, 1, 8)) if d.weekday() == 0)
    assert weeks == 4
    for row in found.rows:
        each = [4 * p * (1 if row.direction == "up" else 2) for p in chance]
        low, high = np.quantile(each, (0.05, 0.95))
        assert row.probability == pytest.approx(each[0])
        assert row.low == pytest.approx(min(low, each[0]))
        assert row.high == pytest.approx(max(high, each[0]))
    assert (found.truce, found.as_of, found.on) == ("2025-10-busan", date(2025, 11, 30), ("coverage",))
    assert (found.paths, found.draws, found.seed) == (2, 5, 9)
    assert found.table().columns == (
        "month",
        "actor",
        "instrument",
        "direction",
        "probability",
        "low",
        "high",
    )
    assert [tuple(vars(r).values()) for r in found.rows] == list(found.table().rows)


def happened(there, month, actor, instrument, direction, as_of, until):
    """Whether the record has an applied move of a direction in a month, after a day and up to another."""
    wanted = {"up": "escalate", "down": "de-escalate"}[direction]
    return any(
        (row.actor, row.instrument, row.status, row.direction) == (actor, instrument, "applied", wanted)
        and f"{row.first:%Y-%m}" == f"{row.last:%Y-%m}" == month
        and row.last > as_of
        and row.first <= until
        for row in there.own
    )


@pytest.mark.parametrize(
    ("name", "as_of", "until"),
    [
        ("2025-05-geneva", date(2025, 5, 31), None),
        ("2025-05-geneva", date(2025, 5, 31), date(2025, 8, 31)),
        ("2025-05-geneva", date(2025, 5, 31), date(2025, 8, 30)),
        ("2025-05-geneva", date(2025, 6, 13), date(2025, 8, 12)),
        ("2025-05-geneva", date(2025, 6, 13), date(2025, 8, 11)),
        ("2025-10-busan", date(2025, 10, 31), None),
        ("2023-03-tokyo", date(2023, 4, 30), None),
    ],
)
def test_scores_of_a_forecast(name, as_of, until):
    there = plain("japan-korea-2019" if "tokyo" in name else "us-china-2025")
    text = agreement_text(name, there.scenario)
    rng = np.random.default_rng(3)
    months = by_calendar(as_of, 4)
    legs = [
        leg
        for leg in ("tariff", "control", "other")
        if leg in {there.legs[n] for _, n in there.bound(there.papers[name])}
    ]
    rows = [
        ForecastRow(m, c, n, d, float(rng.random()), 0.0, 1.0)
        for m in months
        for c, n in there.pairs
        for d in ("up", "down")
    ]
    mended = [p for p in there.papers.values() if p.get("amends") == name and p["signed"] <= as_of]
    papers = [there.papers[name], *mended]
    ends = [p["in_force"] + timedelta(p["clock_days"]) for p in papers if p["clock_days"]]
    end = max(ends, default=None)
    if end is not None:
        rows += [
            ForecastRow(f"{end:%Y-%m}", "both", leg, "renewed", float(rng.random()), 0.0, 1.0) for leg in legs
        ]
    last = there.end if until is None else until

    def over(month):
        year, number = (int(x) for x in month.split("-"))
        return date(year, number, calendar.monthrange(year, number)[1]) <= last

    kept = [r for r in rows if (over(r.month) if r.direction != "renewed" else end <= last)]
    kept = [*(r for r in kept if r.direction != "renewed"), *(r for r in kept if r.direction == "renewed")]
    found = forecast_scores(text, there.scenario, as_of, rows, until=until)
    assert list(found.rows) == kept
    assert (found.truce, found.as_of, found.until) == (name, as_of, last)
    groups = [
        there.legs[r.instrument] if r.direction != "renewed" else f"renewal, {r.instrument}" for r in kept
    ]
    assert list(found.groups) == groups
    monthly = [k for k, r in enumerate(kept) if r.direction != "renewed"]
    for k in monthly:
        r = kept[k]
        assert found.came[k] == happened(there, r.month, r.actor, r.instrument, r.direction, as_of, last), r
    assert found.names == ("forecast", "hold", "coin", "hazard", "series")
    floor = 0.005
    for p, who in enumerate(found.names):
        given_ = None if who == "forecast" else baseline(there, who, as_of + DAY)
        for k in monthly:
            r = kept[k]
            chance = r.probability
            if given_ is not None:
                week = lifted(given_[r.actor, r.instrument], floor)[0 if r.direction == "up" else 1]
                count = sum(
                    owner(d) == r.month for d in days(as_of + DAY, as_of + 220 * DAY) if d.weekday() == 0
                )
                chance = 1 - (1 - week) ** count
            assert found.chances[p, k] == pytest.approx(lifted([chance, 1 - chance], floor)[0]), (who, r)
    by_group = {"all moves": monthly}
    for k, group in enumerate(groups):
        by_group.setdefault(group, []).append(k)
    order = [
        "all moves",
        "tariff",
        "control",
        "other",
        "renewal, tariff",
        "renewal, control",
        "renewal, other",
    ]
    for table, rule in ((found.table(), "log"), (found.brier_table(), "brier")):
        assert table.columns == ("of", "rows", "came", *found.names)
        assert [row[0] for row in table.rows] == [g for g in order if g in by_group]
        for row in table.rows:
            at = by_group[row[0]]
            assert row[1:3] == (len(at), sum(bool(found.came[k]) for k in at))
            for p in range(5):
                each = []
                for k in at:
                    q = found.chances[p, k]
                    each.append(
                        -math.log(q if found.came[k] else 1 - q)
                        if rule == "log"
                        else (q - found.came[k]) ** 2
                    )
                mean = math.fsum(each) / len(each)
                assert row[3 + p] == (None if math.isnan(mean) else pytest.approx(mean)), (
                    row[0],
                    found.names[p],
                )
    later = sorted({r.month for r in rows if r.direction != "renewed" and not over(r.month)})
    assert any(f"Months that were not over on {last}" in told for told in found.left_out) == bool(later)
    if later:
        assert f"Months that were not over on {last}: {later[0]} to {later[-1]}." in found.left_out
    open_ends = end is not None and end > last
    assert (f"Renewals: the clock runs to {end}, after {last}." in found.left_out) == open_ends


@pytest.mark.parametrize("months", [1, 2])
def test_a_forecast_scores_itself_with_its_own_day_and_rows(months):
    there = plain("us-china-2025")
    rows = tuple(
        ForecastRow(m, c, n, d, 0.25, 0.25, 0.25) for m in by_calendar(date(2025, 5, 31), months)
        for c, n in there.pairs for d in ("up", "down")
    )  # fmt: skip
    made = Forecast("2025-05-geneva", date(2025, 5, 31), rows, (), 1, 0, 0)
    until = date(2025, 6, 30) if months == 1 else date(2025, 7, 31)
    found = made.score(until=until)
    other = forecast_scores(agreement_text("2025-05-geneva"), there.scenario, made.as_of, rows, until=until)
    assert found.table().rows == other.table().rows
    assert (found.as_of, found.until, len(found.rows)) == (made.as_of, until, len(rows))


def test_each_chance_of_a_forecast_is_found_by_all_that_names_it():
    here = plain("us-china-2025")
    rows = [(m, c, n, d) for m in ("2025-12", "2026-01") for c, n in here.pairs for d in ("up", "down")]
    rows += [("2026-11", "both", leg, "renewed") for leg in ("tariff", "control")]
    each = tuple(ForecastRow(*row, (k + 1) / 100, 0.0, 1.0) for k, row in enumerate(rows))
    made = Forecast("2025-10-busan", date(2025, 11, 30), each, (), 1, 0, 0)
    for k, row in enumerate(rows):
        assert made.probability(*row) == (k + 1) / 100
    for wrong in (("2026-02", "USA", "tariff", "up"), ("2025-12", "both", "tariff", "up"),
                  ("2025-12", "USA", "purchases", "up"), ("2026-11", "both", "tariff", "up")):  # fmt: skip
        with pytest.raises(InvalidGame, match="no row"):
            made.probability(*wrong)


def test_decisions_come_as_often_as_moves_did(there):
    for week in whole(there.scenario.name)[0][2::17]:
        levels, shares = there.public(week), []
        for pair in there.pairs:
            choices = len(there.labels(pair)) + (1 if there.place(pair, levels[pair]) == 0 else 2)
            shares.append((choices - 1) / choices)
        up, down, _ = rates(there, week)
        expected = min(1.0, (up + down) / (sum(shares) / len(shares)))
        assert opportunity(there.scenario, past_of(there.scenario, week)) == pytest.approx(expected)
        assert replace(past_of(there.scenario, week), as_of=week).as_of == week


@pytest.mark.parametrize(
    "as_of", [date(2025, 5, 12), date(2025, 5, 13), date(2025, 10, 9), date(2025, 10, 30)]
)
def test_a_forecast_sees_its_own_last_day_and_nothing_later(monkeypatch, as_of):
    seen = []

    def chances(self, scenario, past, state, rate):
        seen.append((past, rate))
        return np.tile([0.0, 0.0, 1.0], (len(pairs_of(scenario)), 1))

    monkeypatch.setattr(MechanismModel, "chances", chances)
    monkeypatch.setattr("negotiation.truces.prediction.forecast.floored", lambda chances: chances)
    there = plain("us-china-2025")
    signed = [n for n, p in there.papers.items() if p["signed"] <= as_of and "amends" not in p]
    name = max(signed, key=lambda n: there.papers[n]["signed"])
    forecast(name, as_of, 1, on=["coverage"], paths=1, draws=0)
    past, rate = seen[0]
    known = sorted((r for r in there.own if r.last <= as_of), key=lambda r: r.last)
    assert [s.move.id for s in past.steps] == [r.id for r in known]
    assert {a.id for a in past.agreements} == {n for n, p in there.papers.items() if p["signed"] <= as_of}
    assert rate == pytest.approx(opportunity(there.scenario, past_of(there.scenario, as_of + DAY)))
    assert max(r.last for r in known) == as_of or as_of not in {r.last for r in there.own}


def test_stakes_are_solved_anew_in_another_state(monkeypatch):
    there = plain("us-china-2025")
    past, start = past_of(there.scenario, date(2025, 11, 24)), there.scenario.default_state
    states = [replace(start, stocks=k, curb_dependence=d) for k, d in ((0, 2), (2, 2), (0, 0), (0, 2))]
    asked = []

    def solved(scenario, terms, in_force, state):
        asked.append(state)
        return SolvedTerms(dict.fromkeys(scenario.countries, 1.0 + state.stocks), {})

    monkeypatch.setattr("negotiation.truces.prediction.model.solved_terms", solved)
    model = MechanismModel(["patience", "coverage", "linkage"])
    found = [model.chances(there.scenario, past, state, 0.3) for state in states]
    assert set(asked) == {replace(state, clock=0) for state in states}
    assert len(asked) == 3  # a state that was asked for is not solved again
    assert (found[0] == found[3]).all()
