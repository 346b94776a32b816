"""Scores by series on made-up chances, sum by sum; what a record is scored with, argument by argument."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.dates import RecordDate
from negotiation.truces.prediction.cell_scores import interval
from negotiation.truces.prediction.reliability import discrimination, reliability
from negotiation.truces.prediction.series_scores import SeriesScores, month_scores
from negotiation.truces.record.events import pairs_of
from negotiation.truces.record.timeline import load_moves

PAIRS = (("USA", "tariff"), ("CHN", "tariff"), ("USA", "visa"), ("CHN", "curb"))
LEGS = ("tariff", "tariff", "other", "control")
NAMES = ("one", "two", "three")
KOREA = load_scenario("japan-korea-2019")
HELD = pairs_of(KOREA)


def made_up(form, origins=30):
    """Scores of drawn chances; of months the last origins are not known at every lead."""
    rng, leads = np.random.default_rng(1), 3 if form == "months" else 1
    shape = (len(NAMES), origins, leads, len(PAIRS), 2)
    came = rng.random(shape[1:]) < 0.3
    known = np.ones((origins, leads), dtype=bool)
    if form == "months":
        known = np.arange(origins)[:, None] + np.arange(leads) < origins
    else:
        came[..., 1] &= ~came[..., 0]
    days = tuple(date(2020, 1, 6) + timedelta(days=7 * k) for k in range(origins))
    return SeriesScores(form, NAMES, days, PAIRS, LEGS, rng.uniform(0.05, 0.45, shape), came, known, ("X1",))


FOUND = {form: made_up(form) for form in ("months", "weeks")}


def cells(found, name, rule, leg="all", instrument=None, lead=None):
    """Return the score of every cell that counts, by its origin."""
    n = found.names.index(name)
    for t, k, p in product(*(range(size) for size in found.came.shape[:3])):
        if not found.known[t, k] or leg not in ("all", found.legs[p]):
            continue
        if instrument not in (None, found.pairs[p][1]) or lead not in (None, k + 1):
            continue
        chances, came = found.chances[n, t, k, p].tolist(), found.came[t, k, p].tolist()
        if found.form == "weeks":
            chances, came = [*chances, 1 - sum(chances)], [*came, not any(came)]
            log = -sum(np.log(c) for c, yes in zip(chances, came, strict=True) if yes)
            brier = sum((c - yes) ** 2 for c, yes in zip(chances, came, strict=True))
        else:
            log = -sum(np.log(c if yes else 1 - c) for c, yes in zip(chances, came, strict=True)) / 2
            brier = sum((c - yes) ** 2 for c, yes in zip(chances, came, strict=True)) / 2
        yield t, log if rule == "log" else brier


CHOICES = (
    {}, {"leg": "tariff"}, {"leg": "other"}, {"instrument": "tariff"}, {"instrument": "curb"}, {"lead": 1},
    {"rule": "brier"}, {"leg": "control", "rule": "brier"},
    {"leg": "tariff", "instrument": "tariff", "lead": 1},
)  # fmt: skip


@pytest.mark.parametrize("form", FOUND)
def test_means_are_over_the_cells_that_are_chosen_and_known(form):
    found = FOUND[form]
    for chosen in (*CHOICES, *([{"lead": 3}, {"lead": 2, "rule": "brier"}] if form == "months" else [])):
        for name in NAMES:
            expected = [score for _, score in cells(found, name, **{"rule": "log", **chosen})]
            assert found.mean(name, **chosen) == pytest.approx(np.mean(expected)), chosen


def sums_of(found, chosen):
    """Return by origin how much better the first is than the third, and of how many cells."""
    rule, origins = {"rule": "log", **chosen}, len(found.origins)
    sums, sizes = np.zeros(origins), np.zeros(origins)
    for (t, one), (_, three) in zip(cells(found, "one", **rule), cells(found, "three", **rule), strict=True):
        sums[t] += three - one
        sizes[t] += 1
    return sums, sizes


@pytest.mark.parametrize("form", FOUND)
def test_differences_are_positive_where_the_first_is_better_and_banded_over_origins(form):
    found = FOUND[form]
    for chosen in CHOICES:
        for rng in (0, 5):
            # Thirty origins are in blocks of a quarter of them, shorter than a year of weeks or of months.
            expected = interval(*sums_of(found, chosen), 7.5, rng)
            assert found.difference("one", "three", **chosen, rng=rng) == pytest.approx(expected)
            weighed = found.combination({"one": -2.0, "three": 2.0}, **chosen, rng=rng)
            assert weighed == pytest.approx([2 * x for x in expected])
    assert found.difference("one", "three") == found.difference("one", "three", rng=0)
    assert found.difference("two", "two") == found.combination({}) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("form", FOUND)
def test_reliability_and_discrimination_are_of_both_directions_of_the_chosen_cells(form):
    found = FOUND[form]
    for chosen, (n, name) in product(({}, {"leg": "tariff"}, {"lead": 1}), enumerate(NAMES)):
        rows = [
            (found.chances[n, t, k, p, d], bool(found.came[t, k, p, d]))
            for t, k, p, d in product(*(range(size) for size in found.came.shape))
            if found.known[t, k]
            and chosen.get("leg", "all") in ("all", LEGS[p])
            and chosen.get("lead", k + 1) == k + 1
        ]
        chances, came = np.array([c for c, _ in rows]), np.array([yes for _, yes in rows])
        told = found.reliability(name, **chosen)
        assert (told.name, told.table().rows) == (name, reliability(name, chances, came).table().rows)
        assert found.discrimination(name, **chosen) == pytest.approx(discrimination(chances, came))


# What the record is scored with


class Asked:
    """Gives chances by its number, and remembers the pasts and windows that it was asked about."""

    order = 0

    def __init__(self, name, chance):
        self.name, self.chance, self.pasts, self.windows, self.worlds = name, chance, [], [], []

    def predict(self, scenario, past):
        self.pasts.append(past)
        self.worlds.append(scenario)
        size = len(pairs_of(scenario))
        return np.tile([self.chance, 2 * self.chance, 1 - 3 * self.chance], (size, 1))

    def ahead(self, scenario, past, windows):
        self.pasts.append(past)
        self.worlds.append(scenario)
        self.windows.append(list(windows))
        return np.tile([self.chance, 2 * self.chance], (len(windows), len(pairs_of(scenario)), 1))


def months(begin, count):
    """Return first days of months."""
    return tuple(
        date(begin[0] + (begin[1] - 1 + k) // 12, (begin[1] - 1 + k) % 12 + 1, 1) for k in range(count)
    )


def row(day, pair, direction="escalate", **changes):
    given = {"announced": RecordDate.parse(day), "actor": pair[0], "instrument": pair[1], "level": None}
    return load_moves(KOREA)[0].model_copy(update={**given, "direction": direction, **changes})


GIVEN = (
    row("2023-10-05", ("JPN", "whitelist_jpn"), id="A"),
    row("2023-10-28 to 2023-11-02", ("KOR", "gsomia"), id="B"),
    row("2023-11-06 to 2023-11-14", ("KOR", "gsomia"), id="C"),
    row("2023-11-30", ("KOR", "gsomia"), "de-escalate", id="D"),
    row("2023-12-31", ("JPN", "treaty_procedure"), id="E"),
    row("2023-10-28 to 2023-11-02", ("KOR", "gsomia"), id="F"),
    row("2023-12-28 to 2024-01-03", ("JPN", "whitelist_jpn"), id="G"),
)


def test_months_of_a_record_that_is_given():
    one = Asked("one", 0.1)
    found = month_scores(
        [one], KOREA, start=date(2023, 11, 1), leads=1, moves=GIVEN, agreements=[], least=0.25
    )
    assert found.came[0, 0, HELD.index(("KOR", "gsomia"))].tolist() == [True, True]
    assert found.came.sum() == 3
    assert found.came[1, 0, HELD.index(("JPN", "treaty_procedure"))].tolist() == [True, False]
    assert found.unplaced == ("B", "F", "G")
    assert (found.chances == 0.25).all()
    assert [[step.move.id for step in past.steps] for past in one.pasts] == [["A"], ["A", "B", "F", "C", "D"]]
    assert all(past.agreements == () for past in one.pasts)
