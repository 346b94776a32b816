"""Weeks, months, rates, scores and forecasts, each derived once more by plain code for every week and row."""

import calendar
import itertools
import math
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import InvalidDate, InvalidGame
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.chances import floored, predicted
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.forecast_scores import forecast_scores
from negotiation.truces.prediction.months import (
    ForecastRow,
    last_day,
    month_labels,
)
from negotiation.truces.prediction.scores import prequential, truce_spells
from negotiation.truces.prediction.shapley import shapley_values
from negotiation.truces.prediction.weeks import NONE, UP, cells_of, first_week, pairs_of
from negotiation.truces.record.agreement_text import agreement_text, agreements_of
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.past import past_of
from negotiation.world.dates import RecordDate
from tests.twins.plain_record import DAY, DISPUTES, Plain, days

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


@given(DAYS_OF_THREE_YEARS, st.integers(0, 30))
def test_labels_of_months(day, months):
    assert list(month_labels(day, months)) == by_calendar(day, months)


@given(DAYS_OF_THREE_YEARS)
def test_a_month_ends_on_its_last_day(day):
    assert last_day(f"{day:%Y-%m}") == date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    assert (last_day(f"{day:%Y-%m}") + DAY).day == 1


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


# Scores of a forecast


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
    assert found.names == ("forecast", *(one.name for one in BASELINES))
    floor, constant = 0.005, ("hold", "coin", "hazard", "series")
    for p, who in enumerate(found.names):
        if who not in ("forecast", *constant):
            continue  # what the others say of windows has twins of its own (test_events_and_baselines.py)
        given_ = None if who == "forecast" else baseline(there, who, as_of + DAY)
        for k in monthly:
            r = kept[k]
            chance = r.probability
            if given_ is not None:
                up, down, _ = given_[r.actor, r.instrument]
                year, number = (int(x) for x in r.month.split("-"))
                weeks = calendar.monthrange(year, number)[1] / 7
                chance = 1 - (1 - (up if r.direction == "up" else down)) ** weeks
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
            for p in range(len(found.names)):
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
    made = Forecast("2025-05-geneva", date(2025, 5, 31), rows)
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
    made = Forecast("2025-10-busan", date(2025, 11, 30), each)
    for k, row in enumerate(rows):
        assert made.probability(*row) == (k + 1) / 100
    for wrong in (("2026-02", "USA", "tariff", "up"), ("2025-12", "both", "tariff", "up"),
                  ("2025-12", "USA", "purchases", "up"), ("2026-11", "both", "tariff", "up")):  # fmt: skip
        with pytest.raises(InvalidGame, match="no row"):
            made.probability(*wrong)
