"""The record as events, and the four baselines whose rates are by the day, once more by plain code.

Likelihoods are summed move by move, matrix exponentials are series of powers, and means are followed in small
steps of time; what was fitted is asked whether any neighbour does better by the plain likelihood.
"""

import math
from datetime import date
from functools import cache

import numpy as np
import pytest

from negotiation.truces.prediction.baselines import baseline
from negotiation.truces.prediction.baselines.self_exciting import excitement_before
from negotiation.truces.prediction.baselines.shrunk_hazard import shape_of_rates
from negotiation.truces.prediction.baselines.two_pace import paces_before
from negotiation.truces.record.events import events_of
from negotiation.truces.record.past import past_of
from tests.twins.plain_record import DISPUTES, Plain, days

RECORDS = [("us-china-2025", True), *((name, False) for name in DISPUTES)]
MONTH = 365.25 / 12
LAGS, BEGOTTEN, RATES, PACES = (2.0, 730.0), (1e-3, 0.95), (1e-5, 2.0), (28.0, 3650.0)
"""What fitted numbers are looked for in; reasons stand in `truces/numerics.py`."""


@cache
def plain(name, past):
    return Plain(name, past)


@pytest.fixture(params=RECORDS, ids=lambda one: f"{one[0]}{' from the beginning' if one[1] else ''}")
def there(request):
    return plain(*request.param)


def ends_of(there):
    """Days before which a record is read: in the middle of months and at their first, and after its end."""
    first, span = there.rows[0].first, (there.end - there.rows[0].first).days
    some = [date.fromordinal(first.toordinal() + k * span // 6) for k in range(2, 6)]
    return [*some, some[1].replace(day=1), date.fromordinal(there.end.toordinal() + 1)]


# --- events ------------------------------------------------------------------------------------------------


def plain_events(there, end):
    """What moved before a day: (last day, first day, pair, up or down, level before, after, ids)."""
    seen = sorted((row for row in there.own if row.last < end), key=lambda row: row.last)
    anchors = [there.anchors[0], *(one for one in there.anchors[1:] if one[0] < end)]
    found = {}
    for place, row in enumerate(seen):
        if not row.instrument or row.status != "applied" or row.direction == "hold":
            continue
        pair = row.actor, row.instrument
        begins, levels = [anchors[0], *(one for one in anchors[1:] if one[0] <= row.last)][-1]
        level = levels[pair]
        for other in seen[:place]:
            same = (other.actor, other.instrument, other.status) == (*pair, "applied")
            if same and other.last >= begins and there.level(other) is not None:
                level = there.level(other)
        after = level if there.level(row) is None or row.last < begins else there.level(row)
        way = "up" if row.direction == "escalate" else "down"
        if row.last >= there.begins and after != level:
            way = "up" if there.place(pair, after) > there.place(pair, level) else "down"
        old = found.get((row.last, pair, way))
        found[row.last, pair, way] = (
            row.last, min(row.first, old[1]) if old else row.first, pair, way,
            old[4] if old else level, after, (*(old[6] if old else ()), row.id),
        )  # fmt: skip
    first = min((row.first for row in seen), default=there.begins).replace(day=1)
    return min(first, there.begins), list(found.values())


def test_every_move_of_the_record(there):
    for end in ends_of(there):
        begins, rows = plain_events(there, end)
        found = events_of(there.scenario, past_of(there.scenario, end))
        assert (found.begins, found.as_of) == (begins, end)
        assert found.pairs == tuple(there.pairs)
        assert found.legs == tuple(there.legs[name] for _, name in there.pairs)
        for event, row in zip(found.events, rows, strict=True):
            pair, way = there.pairs[event.pair], ("up", "down")[event.direction]
            levels = tuple(there.labels(pair)[k] for k in (event.before, event.after))
            assert (event.day, event.first, pair, way, *levels, event.ids) == row
        table = found.table()
        assert table.columns == ("day", "country", "instrument", "direction", "level")
        assert list(table.rows) == [
            (str(row[0]), *row[2], row[3], "within" if row[4] == row[5] else "across") for row in rows
        ]
        assert table.title == f"{len(rows)} moves from {begins} to before {end}"
        series = [(pair, way) for pair in there.pairs for way in ("up", "down")]
        assert found.counts.tolist() == [sum((row[2], row[3]) == one for row in rows) for one in series]
        assert found.exposure == (end - begins).days


# --- what the baselines share ------------------------------------------------------------------------------


def known(there, end):
    """Where the record begins, its moves as (day from there, series), and the number of series."""
    begins, rows = plain_events(there, end)
    order = [(pair, way) for pair in there.pairs for way in ("up", "down")]
    return begins, [((row[0] - begins).days, order.index((row[2], row[3]))) for row in rows], len(order)


def windows_after(end):
    """A week, a month that begins later, and a year."""
    day = end.toordinal()
    return [tuple(map(date.fromordinal, (day + a, day + b))) for a, b in ((0, 7), (40, 70), (0, 365))]


def of_a_week(up, down):
    """Up, down and none of a week from the chances of at least one move up and of one down."""
    hazards = [-math.log(1 - one) for one in (up, down)]
    none = math.exp(-sum(hazards))
    return [(1 - none) * one / sum(hazards) for one in hazards] + [none]


def agrees(name, there, end, expected, tolerance=1e-9):
    """Whether a baseline gives these chances by window and series, and those of the first as its week."""
    past = past_of(there.scenario, end)
    ahead = baseline(name).ahead(there.scenario, past, windows_after(end))
    week = baseline(name).predict(there.scenario, past)
    for w, row in enumerate(expected):
        assert ahead[w].ravel().tolist() == pytest.approx(row, abs=tolerance), (name, end, w)
    for p in range(len(there.pairs)):
        own = of_a_week(*expected[0][2 * p : 2 * p + 2])
        assert week[p].tolist() == pytest.approx(own, abs=tolerance), (name, end)


def test_shares_of_months(there):
    for end in ends_of(there):
        begins, rows = plain_events(there, end)
        firsts = [day for day in days(begins, end) if day.day == 1]
        months = [f"{day:%Y-%m}" for day in firsts if f"{day:%Y-%m}" != f"{end:%Y-%m}"]
        shares = []
        for pair in there.pairs:
            for way in ("up", "down"):
                own = [row for row in rows if (row[2], row[3]) == (pair, way)]
                sure = {f"{row[0]:%Y-%m}" for row in own if f"{row[0]:%Y-%m}" == f"{row[1]:%Y-%m}"}
                shares.append((len(sure & set(months)) + 1) / (len(months) + 2))
        expected = [
            [1 - (1 - share) ** ((last - first).days / MONTH) for share in shares]
            for first, last in windows_after(end)
        ]
        agrees("climatology", there, end, expected)


# --- shrunk rates ------------------------------------------------------------------------------------------


def counted(moves, n):
    return [sum(series == k for _, series in moves) for k in range(n)]


def of_counts(shape, counts):
    """Log likelihood of counts whose means are gamma of a shape and of the pooled mean."""
    mean = (sum(counts) + 0.5) / len(counts)
    share = shape / (shape + mean)
    return sum(
        math.lgamma(shape + k) - math.lgamma(shape) + shape * math.log(share) + k * math.log(1 - share)
        for k in counts
    )


def shrunk(counts):
    """Expected counts of series, at the shape of the package."""
    shape, mean = shape_of_rates(np.array(counts, dtype=float)), (sum(counts) + 0.5) / len(counts)
    # Gamma of shape a and rate a / mean, after a count over one unit of time.
    return [(shape + k) / (shape / mean + 1) for k in counts]


def test_shrunk_rates(there):
    for end in ends_of(there):
        begins, moves, n = known(there, end)
        counts = counted(moves, n)
        shape = shape_of_rates(np.array(counts, dtype=float))
        grid = [0.01 * 10 ** (k / 20) for k in range(121)]
        assert of_counts(shape, counts) >= max(of_counts(one, counts) for one in grid) - 1e-6
        exposure = max((end - begins).days, 1)
        rate = shape / ((sum(counts) + 0.5) / n / exposure)
        expected = [
            [1 - ((rate + exposure) / (rate + exposure + (last - first).days)) ** (shape + k) for k in counts]
            for first, last in windows_after(end)
        ]
        agrees("shrunk", there, end, expected)


# --- two paces ---------------------------------------------------------------------------------------------


def exponential(matrix, time):
    """exp(matrix * time), by the series of powers of a small part of it, squared again and again."""
    halvings = max(0, math.ceil(math.log2(max(abs(x) for row in matrix for x in row) * time + 1e-300)) + 4)
    size = len(matrix)
    part = [[x * time / 2**halvings for x in row] for row in matrix]
    found = [[float(i == j) for j in range(size)] for i in range(size)]
    term = found
    for k in range(1, 14):
        term = [[x / k for x in row] for row in times(term, part)]
        found = [[a + b for a, b in zip(one, two, strict=True)] for one, two in zip(found, term, strict=True)]
    for _ in range(halvings):
        found = times(found, found)
    return found


def times(one, two):
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*two, strict=True)]
        for row in one
    ]


def through(weights, matrix):
    return [sum(w * row[k] for w, row in zip(weights, matrix, strict=True)) for k in range(len(matrix[0]))]


def paced(paces, thinned=1.0):
    """Rates between quiet and active, less those of days with a move, or of a share of them."""
    quiet, active, rises, falls = paces
    return [[-rises - thinned * quiet, rises], [falls, -falls - thinned * active]]


def by_pace(paces, moved, end):
    """The log likelihood of days with a move up to an end, and the chances of the paces there."""
    quiet, active, rises, falls = paces
    weights, found, now = [falls / (rises + falls), rises / (rises + falls)], 0.0, 0
    for day in [*moved, None]:
        weights = through(weights, exponential(paced(paces), (end if day is None else day) - now))
        if day is not None:
            weights, now = [weights[0] * quiet, weights[1] * active], day
        found += math.log(sum(weights))
        weights = [w / sum(weights) for w in weights]
    return found, weights


def test_two_paces(there):
    for end in ends_of(there)[1::2]:
        begins, moves, n = known(there, end)
        moved = sorted({day for day, _ in moves})
        month = (end.replace(day=1) - begins).days
        if month < 1:
            continue
        paces, now = paces_before(events_of(there.scenario, past_of(there.scenario, end)))
        before = [day for day in moved if day < month]
        best = by_pace(paces, before, month)[0]
        bounds = [RATES, RATES, *[(1 / PACES[1], 1 / PACES[0])] * 2]
        for k, (low, high) in enumerate(bounds):
            assert low * (1 - 1e-9) <= paces[k] <= high * (1 + 1e-9)
            for factor in (0.8, 1.25):
                other = [x * factor if j == k else x for j, x in enumerate(paces)]
                if low <= other[k] <= high:
                    assert by_pace(other, before, month)[0] <= best + 1e-4, (end, k, factor)
        assert paces.quiet <= paces.active
        weights = by_pace(paces, moved, (end - begins).days)[1]
        assert now.tolist() == pytest.approx(weights, abs=1e-9)
        marks = [min(x / max(len(moved), 1), 1) for x in shrunk(counted(moves, n))]
        expected = []
        for first, last in windows_after(end):
            then = through(weights, exponential(paced(paces, 0.0), (first - end).days))
            expected.append(
                [1 - sum(through(then, exponential(paced(paces, m), (last - first).days))) for m in marks]
            )
        agrees("two pace", there, end, expected)


# --- moves that beget moves --------------------------------------------------------------------------------


def kind_of(one, other):
    """Which of the three numbers of a move says how often it begets another."""
    if one[1] != other[1]:
        return "turned"
    return "own side" if one[0][0] == other[0][0] else "other side"


def begetting(order, shares, numbers):
    """How many moves of each series (row) one of each series (column) begets."""
    found = []
    for one in order:
        row = []
        for other in order:
            kind = kind_of(one, other)
            whole = sum(
                share for share, each in zip(shares, order, strict=True) if kind_of(each, other) == kind
            )
            row.append(numbers[kind] * shares[order.index(one)] / whole)
        found.append(row)
    return found


def of_moves(base, begets, lag, moves, end):
    """The log likelihood of moves up to an end, one after another."""
    found = -sum(base) * end
    for day, series in moves:
        felt = [begets[series][k] * lag * math.exp(-lag * (day - then)) for then, k in moves if then < day]
        found += math.log(base[series] + sum(felt))
        found -= sum(row[series] for row in begets) * (1 - math.exp(-lag * (end - day)))
    return found


def stepped(base, begets, lag, felt, time, silent=None):
    """What is felt after a time and the mean moves of one series till then, if it begets nothing itself."""
    begets = np.array(begets)
    if silent is not None:
        begets[:, silent] = 0.0
    base, felt, gone = np.array(base), np.array(felt, dtype=float), 0.0

    def speed(x):
        return lag * (begets @ (base + x) - x)

    steps = max(1, math.ceil(2 * time * max(lag, 0.05)))
    h = time / steps
    for _ in range(steps):
        a = speed(felt)
        b = speed(felt + h / 2 * a)
        c = speed(felt + h / 2 * b)
        d = speed(felt + h * c)
        after = felt + h / 6 * (a + 2 * b + 2 * c + d)
        if silent is not None:
            # Hermite's rule: the ends and their slopes.
            gone += h * base[silent] + h / 2 * (felt + after)[silent]
            gone += h * h / 12 * (speed(felt) - speed(after))[silent]
        felt = after
    return felt, gone


def test_moves_that_beget_moves(there):
    end = ends_of(there)[3]
    begins, moves, n = known(there, end)
    month = (end.replace(day=1) - begins).days
    before = [(day, k) for day, k in moves if day < month]
    found = excitement_before(events_of(there.scenario, past_of(there.scenario, end)))
    order = [(pair, way) for pair in there.pairs for way in ("up", "down")]
    expected = shrunk(counted(before, n))
    shares = [x / sum(expected) for x in expected]
    level = sum(found.base)
    assert found.base.tolist() == pytest.approx([level * share for share in shares], rel=1e-9)
    numbers = dict.fromkeys(("own side", "other side", "turned"), 0.0)
    for k, one in enumerate(order):
        numbers[kind_of(one, order[0])] += found.begets[k, 0]
    begets = begetting(order, shares, numbers)
    assert found.begets.ravel().tolist() == pytest.approx([x for row in begets for x in row], rel=1e-9)
    total = sum(numbers.values())
    assert BEGOTTEN[0] * 0.999 <= total <= BEGOTTEN[1] * 1.001
    assert 1 / LAGS[1] * 0.999 <= found.lag <= 1 / LAGS[0] * 1.001
    best = of_moves(found.base, begets, found.lag, before, month)
    for factor in (0.9, 1.1):
        assert of_moves(found.base * factor, begets, found.lag, before, month) <= best + 1e-3
        if 1 / LAGS[1] <= found.lag * factor <= 1 / LAGS[0]:
            assert of_moves(found.base, begets, found.lag * factor, before, month) <= best + 1e-3
        if BEGOTTEN[0] <= total * factor <= BEGOTTEN[1]:
            more = begetting(order, shares, {kind: x * factor for kind, x in numbers.items()})
            assert of_moves(found.base, more, found.lag, before, month) <= best + 1e-3
    felt = [
        sum(begets[k][j] * found.lag * math.exp(-found.lag * ((end - begins).days - day)) for day, j in moves)
        for k in range(n)
    ]
    chances = []
    for first, last in windows_after(end):
        then, _ = stepped(found.base, begets, found.lag, felt, (first - end).days)
        came = [stepped(found.base, begets, found.lag, then, (last - first).days, k)[1] for k in range(n)]
        chances.append([1 - math.exp(-x) for x in came])
    agrees("self exciting", there, end, chances, 1e-5)
