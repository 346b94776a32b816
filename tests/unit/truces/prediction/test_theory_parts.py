"""Parts of theories: which can be on together, and their values once more by orders that are written out."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import numpy as np
import pytest

from negotiation.truces.prediction.resampling import interval
from negotiation.truces.prediction.series_scores import SeriesScores
from negotiation.truces.prediction.theory_parts import (
    AGENCIES,
    CHAIN,
    PACE,
    PARTS,
    TheoryParts,
    feasible_sets,
    theory_parts,
    with_parts,
)
from negotiation.truces.theories import theories_by_name
from negotiation.world import load_scenario

NOW = load_scenario("us-china-2025")
NAMES = [part.name for part in PARTS]
LINKS = [part.name for part in CHAIN]
PAIRS = (("USA", "tariff"), ("CHN", "tariff"), ("USA", "chip_control"))


@pytest.fixture(scope="module")
def made_up():
    """Scores of drawn chances over thirty months."""
    rng = np.random.default_rng(3)
    predictors = {parts: with_parts(NOW, parts).name for parts in feasible_sets()}
    shape = (len(predictors), 30, 2, len(PAIRS), 2)
    scores = SeriesScores(
        "months", tuple(predictors.values()),
        tuple(date(2020 + k // 12, k % 12 + 1, 1) for k in range(30)), PAIRS,
        ("tariff", "tariff", "control"), rng.uniform(0.05, 0.6, shape), rng.random(shape[1:]) < 0.2,
        np.arange(30)[:, None] + np.arange(2) < 30, (),
    )  # fmt: skip
    return TheoryParts(scores, predictors)


def orders():
    """Return the orders in which each link of the chain comes after the one before it."""
    return [o for o in permutations(NAMES) if [x for x in o if x in LINKS] == LINKS]


def test_sets_that_can_be_on_have_what_they_need():
    sets = feasible_sets()
    assert len(sets) == len(set(sets)) == 20
    for parts in sets:
        on = [name in parts for name in LINKS]
        assert on == sorted(on, reverse=True)
    assert {PACE.name, AGENCIES.name} in [set(s) for s in sets]
    assert len(orders()) == 30
    # Every theory with a form in continuous time is one of them, and no other is.
    plain = {with_parts(NOW, s).theory for s in sets}
    assert plain == {name for name, one in theories_by_name().items() if one.in_time}


def test_values_are_means_over_the_orders_that_can_be(made_up):
    log = dict(zip(made_up.scores.names, made_up.scores.log_scores, strict=True))
    known = made_up.scores.known
    for leg, pairs in (("all", [0, 1, 2]), ("control", [2])):
        for part in NAMES:
            gain = np.zeros_like(log[made_up.scores.names[0]])
            for order in orders():
                at = order.index(part)
                before, after = frozenset(order[:at]), frozenset(order[: at + 1])
                gain += log[made_up.predictors[before]] - log[made_up.predictors[after]]
            gain = np.where(known[:, :, None], gain / len(orders()), 0.0)[:, :, pairs]
            sizes = known.sum(axis=1).astype(float) * len(pairs)
            expected = interval(gain.sum(axis=(1, 2)), sizes, min(12.0, 30 / 4))
            assert made_up.value(part, leg) == pytest.approx(expected)


def test_the_table_is_its_values_and_what_is_lost(made_up):
    whole = made_up.predictors[frozenset(NAMES)]
    rows = made_up.table().rows
    assert [row[0] for row in rows] == NAMES
    total = sum(row[1] for row in rows)
    nothing = made_up.predictors[frozenset()]
    assert total == pytest.approx(made_up.scores.mean(nothing) - made_up.scores.mean(whole))
    kept = {
        "answers": {PACE.name, AGENCIES.name},
        "custom": {"answers", PACE.name, AGENCIES.name},
        "everywhere": {"answers", "custom", PACE.name, AGENCIES.name},
        "harshest": {"answers", "custom", "everywhere", PACE.name, AGENCIES.name},
        PACE.name: {*LINKS, AGENCIES.name},
        AGENCIES.name: {*LINKS, PACE.name},
    }
    for row in rows:
        assert row[1:4] == made_up.value(row[0])
        assert row[4:6] == (made_up.value(row[0], "tariff")[0], made_up.value(row[0], "control")[0])
        rest = made_up.predictors[frozenset(kept[row[0]])]
        assert row[6:] == made_up.scores.difference(whole, rest)


def test_a_part_that_changes_nothing_is_worth_nothing(made_up):
    chances = np.array(made_up.scores.chances)
    place = made_up.scores.names.index
    for parts, name in made_up.predictors.items():
        if AGENCIES.name in parts:
            chances[place(name)] = chances[place(made_up.predictors[parts - {AGENCIES.name}])]
    found = TheoryParts(replace(made_up.scores, chances=chances), made_up.predictors)
    assert found.value(AGENCIES.name) == (0.0, 0.0, 0.0)
    assert found.lost_without(AGENCIES.name) == (0.0, 0.0, 0.0)


def test_switches_make_a_difference_to_forecasts_of_a_month():
    found = theory_parts(NOW, "months", start=date(2025, 11, 1))
    chances = dict(zip(found.scores.names, found.scores.chances[:, 0, 0], strict=True))
    everything = frozenset(NAMES)
    for part in NAMES[-3:]:
        here, there = (found.predictors[parts] for parts in (everything, everything - {part}))
        assert np.abs(chances[here] - chances[there]).max() > 0.001, part
    assert len(found.scores.names) == 20
