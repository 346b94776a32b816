"""How often intervals of estimates hold the truth: counted once more, and against chance."""

import runpy
from datetime import date
from math import comb
from pathlib import Path

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.estimation.theory_record import theory_record

COVERAGE = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "interval_coverage.py"))


def at_least(hits, count, chance):
    """Chance of so many successes or more."""
    return sum(comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(hits, count + 1))


@pytest.mark.long
def test_how_often_intervals_hold_the_truth():
    model = theory_record(
        load_scenario("us-china-2025"), "each for itself", until=date(2025, 10, 1), since=date(2025, 5, 1),
        instruments=["tariff"], parameters=["pace.move_rate"],
    )  # fmt: skip
    records = [COVERAGE["placed"](model, k, 32, 1, 5) for k in range(12)]
    assert COVERAGE["placed"](model, 3, 32, 1, 5) == records[3]  # of its own number, whatever came before
    assert COVERAGE["placed"](model, 3, 32, 1, 6).places != records[3].places
    names = ("pace.move_rate", COVERAGE["DENSITY"])
    for k in range(len(names)):
        places = sorted(one.places[k] for one in records)
        row = COVERAGE["coverage"](np.array(places))
        hits = sum(0.05 < place < 0.95 for place in places)
        assert row["covered"] == hits / 12
        if hits:
            assert at_least(hits, 12, row["from"]) == pytest.approx(0.025)
        if hits < 12:
            assert 1 - at_least(hits + 1, 12, row["to"]) == pytest.approx(0.025)
        # The statistics, and where they are of such a size by chance: beyond it p is smaller.
        counts = [sum(b / 10 <= p < (b + 1) / 10 or p == b == 10 for p in places) for b in range(10)]
        squares = sum((n - 1.2) ** 2 / 1.2 for n in counts)
        assert (row["chi2"] < 0.05) == (squares > 16.919)  # the 95th of a hundred of chi square with nine
        steps = max(max((j + 1) / 12 - p, p - j / 12) for j, p in enumerate(places))
        assert (row["ks"] < 0.05) == (steps > 0.3754)  # that of Kolmogorov's statistic of twelve


def test_the_interval_of_few_draws_holds_another_draw_less_often():
    rng = np.random.default_rng(8)
    held = []
    counts = range(40, 60)  # every place of the count within twenty, which the edges round
    for count in counts:
        below = (rng.random((20_000, count)) < rng.random((20_000, 1))).mean(axis=1)
        held.append(COVERAGE["covered_by"](below).mean())
    told = np.mean([COVERAGE["held_by"](count) for count in counts])
    assert np.mean(held) == pytest.approx(told, abs=0.003)
