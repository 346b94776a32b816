"""Tables of estimates, once more by plain code from draws, weights and densities."""

import runpy
from datetime import date
from functools import cache
from math import comb, exp, log, sqrt
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.estimation.averaging import compared
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.predictive_checks import predictive_checks
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.random_moves import RandomMoves
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.world import load_scenario
from tests.twins.plain_record import entries

PACE = ("pace.move_rate", "logit.precision")
COVERAGE = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "interval_coverage.py"))


@cache
def record():
    return theory_record(
        load_scenario("us-china-2025"), "each for itself", until=date(2025, 12, 1), since=date(2025, 5, 1),
        size="small", parameters=PACE,
    )  # fmt: skip


@cache
def fits():
    """Fits of two models whose islands differ, so that their weights matter; of one the lag is measured."""
    options = {"particles": 64, "islands": 4, "seed": 3}
    return fit(record(), **options, lag=False), fit(RandomMoves(record()), **options)


def evidences(posterior):
    """Log evidence of each island, from its scores."""
    found = []
    for island in posterior.islands:
        total = 0.0
        for score in island.scores.tolist():
            total += score
        found.append(total)
    return found


def log_mean(logs):
    most = max(logs)
    return most + log(sum(exp(x - most) for x in logs) / len(logs))


def weighted(posterior, k):
    """Draws of parameter k with weights: an island's share goes with its evidence."""
    logs = evidences(posterior)
    whole = sum(exp(x - max(logs)) for x in logs)
    pairs = []
    for log_evidence, island in zip(logs, posterior.islands, strict=True):
        share = exp(log_evidence - max(logs)) / whole
        values = parameters_at(posterior.priors, island.coordinates)[:, k].tolist()
        pairs += [(v, share * exp(w)) for v, w in zip(values, island.log_weights.tolist(), strict=True)]
    return sorted(pairs)


def smallest_with(pairs, share):
    """The smallest value at or below which lies a share of the weight."""
    so_far = 0.0
    for value, weight in pairs:
        so_far += weight
        if so_far >= share:
            return value
    return pairs[-1][0]


def error(logs):
    relative = [exp(x - log_mean(logs)) for x in logs]
    middle = sum(relative) / len(relative)
    return sqrt(sum((x - middle) ** 2 for x in relative) / (len(relative) - 1) / len(relative))


def plain_lag(posterior):
    """By how much chains that went on rose, and its error: each island counts with its evidence."""
    logs = evidences(posterior)
    whole = sum(exp(x - max(logs)) for x in logs)
    rise, square = 0.0, 0.0
    for log_evidence, island in zip(logs, posterior.islands, strict=True):
        chains = island.further.tolist()
        if not chains:
            return "not measured", False
        share = exp(log_evidence - max(logs)) / whole
        before = sum(
            exp(w) * sum(row)
            for w, row in zip(island.log_weights.tolist(), island.densities.tolist(), strict=True)
        )
        mean = sum(chains) / len(chains)
        rise += share * (mean - before)
        square += share**2 * sum((x - mean) ** 2 for x in chains) / (len(chains) - 1) / len(chains)
    return f"{rise:.2f} (error {sqrt(square):.2f})", rise - 2 * sqrt(square) > 0.5


@pytest.mark.parametrize("k", [0, 1])
def test_the_posterior_of_each_parameter(k):
    posterior = fits()[k]
    table = posterior.table()
    assert len(table.rows) == len(posterior.priors)
    for j, (row, prior) in enumerate(zip(entries(table), posterior.priors, strict=True)):
        pairs = weighted(posterior, j)
        assert sum(w for _, w in pairs) == pytest.approx(1.0)
        told = {f"{q:.0%}": pytest.approx(smallest_with(pairs, q)) for q in (0.05, 0.5, 0.95)}
        assert row == {"parameter": prior.name, "low": prior.low, "high": prior.high, **told}
        assert prior.low <= row["5%"] < row["50%"] < row["95%"] <= prior.high
    logs = evidences(posterior)
    evidence = f"log evidence {log_mean(logs):.2f} (error {error(logs):.2f})"
    lag, may_lag = plain_lag(posterior)
    end = f"{evidence}, lag {lag}" + ("; particles may lag" if may_lag else "")
    assert table.title == f"{posterior.model}: {len(record().observations)} observations, {end}"
    assert (lag == "not measured") == (k == 0)
    assert error(logs) > 0.0


def test_models_by_their_evidence_and_the_average_by_weights_that_know_nothing_of_what_comes():
    both = fits()
    *rows, average = entries(compared(both).table())
    logs = {one.model: log_mean(evidences(one)) for one in both}
    whole = sum(exp(x) for x in logs.values())
    assert [row["model"] for row in rows] == sorted(logs, key=lambda name: -logs[name])
    for row in rows:
        one = next(p for p in both if p.model == row["model"])
        assert row == {
            "model": one.model, "parameters": len(one.priors), "log evidence": pytest.approx(logs[one.model]),
            "error": pytest.approx(error(evidences(one))),
            "weight": pytest.approx(exp(logs[one.model]) / whole),
        }  # fmt: skip
    # One observation after the other: what each foretold, by the weights that they had before it.
    weights, total = [0.5, 0.5], 0.0
    for t in range(len(record().observations)):
        along = [
            [log_mean([sum(i.scores.tolist()[:n]) for i in one.islands]) for n in (t, t + 1)] for one in both
        ]
        foretold = [exp(after - before) for before, after in along]
        chance = sum(w * x for w, x in zip(weights, foretold, strict=True))
        total += log(chance)
        weights = [w * x / chance for w, x in zip(weights, foretold, strict=True)]
    assert average["model"] == "average of all"
    assert average["log evidence"] == pytest.approx(total)


def at_least(hits, count, chance):
    """Chance of so many successes or more."""
    return sum(comb(count, k) * chance**k * (1 - chance) ** (count - k) for k in range(hits, count + 1))


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


def test_what_lies_at_the_truth_counts_half_and_each_draw_by_its_weight():
    found = SimpleNamespace(
        draws=np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 5.0], [2.0, 9.0]]),
        # Two observations a record: the density is of both together.
        log_densities=np.array([[-1.0, -1.0], [-3.0, 0.0], [0.0, -1.0], [-2.0, 0.0]]),
        weights=np.array([0.5, 0.25, 0.125, 0.125]),
    )
    places = COVERAGE["places_of"](found, np.array([2.0, 6.0]), -2.0)
    assert places.tolist() == [0.5 + 0.375 / 2, 0.625 + 0.25 / 2, 0.25 + 0.625 / 2]


def test_the_interval_of_few_draws_holds_another_draw_less_often():
    rng = np.random.default_rng(8)
    held = []
    counts = range(40, 60)  # every place of the count within twenty, which the edges round
    for count in counts:
        below = (rng.random((20_000, count)) < rng.random((20_000, 1))).mean(axis=1)
        held.append(COVERAGE["covered_by"](below).mean())
    told = np.mean([COVERAGE["held_by"](count) for count in counts])
    assert np.mean(held) == pytest.approx(told, abs=0.003)


def quantile_of(values, share):
    """Quantile between the two values beside its place."""
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    below = int(place)
    return ranked[below] + (place - below) * (ranked[min(below + 1, len(ranked) - 1)] - ranked[below])


def counted(spells, instrument):
    """Statistics of a record, move after move."""
    moves, up, of, answered, quiet, firsts = 0, 0, 0, 0, [], []
    for years, seen in spells:
        last, first = 0.0, None
        for k, (at, country, name, _, harsher) in enumerate(seen):
            moves, up, of = moves + 1, up + harsher, of + (name == instrument)
            quiet.append(at - last)
            last, first = at, at if first is None else first
            answers = [x for x in seen[k + 1 :] if x[1] != country and (x[0] - at) * 365 <= 14]
            answered += bool(answers)
        quiet.append(years - last)
        firsts.append(years if first is None else first)
    return {
        "moves": moves, "share up": up / moves if moves else None,
        "longest quiet time, days": 365 * max(quiet), "days to first move": 365 * sum(firsts) / len(firsts),
        "share answered in 14 days": answered / moves if moves else None,
        f"share of {instrument}": of / moves if moves else None,
    }  # fmt: skip


@pytest.mark.parametrize("k", [0, 1])
def test_the_record_among_those_drawn(k):
    model, posterior = (record(), RandomMoves(record()))[k], fits()[k]
    rows = {row["statistic"]: row for row in entries(predictive_checks(posterior, model, records=30).table())}
    rng = np.random.default_rng(0)
    drawn = [model.drawn(row, rng) for row in posterior.resampled(30)]
    for name in ("tariff", "rare_earth_curb"):
        here = counted(model.seen, name)
        others = [counted(one, name) for one in drawn]
        for statistic, value in here.items():
            there = [one[statistic] for one in others if one[statistic] is not None]
            tail = min(sum(x >= value for x in there), sum(x <= value for x in there)) / len(there)
            told = {f"{q:.0%}": pytest.approx(quantile_of(there, q)) for q in (0.05, 0.5, 0.95)}
            assert rows[statistic] == {
                "statistic": statistic, "record": pytest.approx(value), **told, "tail": pytest.approx(tail),
            }  # fmt: skip
