"""What the record says of the theories: the kept tables agree.

`estimates_expected.toml` was written before any fit was run and stays as it was written.
"""

import csv
import math
import runpy
import tomllib
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from negotiation.truces.estimation.kept_draws import read_draws

ROOT = Path(__file__).parents[2]
PROGRAM = runpy.run_path(str(ROOT / "docs" / "estimates.py"))
EXPECTED = tomllib.loads((Path(__file__).parent / "estimates_expected.toml").read_text(encoding="utf-8"))
THEORIES = (*PROGRAM["THEORIES"], PROGRAM["RANDOM"])
AGAIN = "run `python docs/estimates.py --write` after deleting results/estimates/"


def rows(name):
    with (ROOT / "docs" / "estimates" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_expectation_is_kept_with_its_band():
    shown = {(r["question"], r["theory"]): r for r in rows("expected")}
    given = {(one["question"], one["theory"]): one for one in EXPECTED["expected"]}
    assert shown.keys() == given.keys()
    for key, row in shown.items():
        low, found, high = (float(row[k]) for k in ("low", "found", "high"))
        assert (low, high) == (given[key]["low"], given[key]["high"])
        assert (
            row["within"] == str(low <= found <= high)
            or math.isclose(found, low)
            or math.isclose(found, high)
        )


def test_the_theory_of_most_evidence_is_one_of_those_expected():
    best = max(rows("sampler"), key=lambda row: float(row["log_evidence"]))
    assert best["theory"] in EXPECTED["best"]


def test_weights_along_the_record_follow_from_the_scores_before_them():
    scores, kept = defaultdict(list), defaultdict(list)
    for row in rows("evidence"):
        scores[row["theory"]].append(float(row["log_score"]))
        kept[row["theory"]].append(float(row["weight_before"]))
    assert tuple(scores) == THEORIES
    for t in range(len(scores[THEORIES[0]]) + 1):
        likely = {name: math.exp(sum(found[:t])) for name, found in scores.items()}
        for name in THEORIES:
            share = likely[name] / sum(likely.values())
            if t < len(kept[name]):
                assert kept[name][t] == pytest.approx(share, rel=1e-4)
            else:
                (row,) = [r for r in rows("sampler") if r["theory"] == name]
                assert float(row["weight"]) == pytest.approx(share, rel=1e-4)
                assert float(row["log_evidence"]) == pytest.approx(math.log(likely[name]), abs=1e-3)


def test_the_kept_draws_lie_in_their_ranges_and_near_the_posterior_that_they_are_of():
    draws = read_draws(ROOT / "docs" / "estimates" / "draws.csv")
    assert tuple(draws) == THEORIES
    for row in rows("parameters"):
        one = draws[row["theory"]]
        column = one.values[:, one.names.index(row["parameter"])]
        low, high, mean = (float(row[k]) for k in ("low", "high", "mean"))
        assert len(column) == PROGRAM["DRAWS"]
        assert one.particles == PROGRAM["PARTICLES"] * PROGRAM["islands_of"](row["theory"])
        assert (low <= column).all()
        assert (column <= high).all()
        # Each draw stands for eight particles; five standard errors, the spread that of the draws.
        assert abs(column.mean() - mean) <= 5 * column.std() / math.sqrt(len(column))


def test_the_first_kept_draws_have_the_densities_that_are_kept():
    assert PROGRAM["differing"]() == [], AGAIN


def test_legs_only_ever_become_less_likely_to_have_been_kept_and_bands_hold_their_means():
    found = defaultdict(list)
    for row in rows("survival"):
        values = [float(row[k]) for k in ("day", "low", "mean", "high")]
        found[row["theory"], row["truce"], row["group"]].append(values)
    assert len(found) == len(THEORIES) * 2 * 5
    for kept in found.values():
        days, low, mean, high = np.array(kept).T
        assert (days[0], low[0], mean[0], high[0]) == (0.0, 1.0, 1.0, 1.0)
        assert (np.diff(days) > 0).all()
        assert (np.diff(mean) <= 1e-6).all()
        assert (low <= high).all()


def test_a_leg_alone_is_kept_at_least_as_likely_as_all_that_it_is_a_part_of():
    at = {(r["theory"], r["truce"], r["group"], r["day"]): float(r["mean"]) for r in rows("survival")}
    for (theory, truce, group, day), kept in at.items():
        if truce == "geneva" and group == "tariff":  # all that Geneva's text covers
            assert kept == at[theory, truce, "covered", day]
        if truce == "busan" and group in ("tariff", "other"):  # within what Busan's text covers
            assert kept >= at[theory, truce, "covered", day] - 1e-6


def test_answers_of_legs_are_read_off_the_survival_on_their_day():
    answers = {(r["question"], r["theory"]): r for r in rows("answers")}
    kept = {(r["theory"], r["truce"], r["group"], float(r["day"])): r for r in rows("survival")}
    asked = answers["busan control kept to 2026-11-10", "moment"]
    assert float(asked["mean"]) == float(kept["moment", "busan", "control", 376.0]["mean"])
    moved = answers["geneva control moved 30 days", "renegotiation"]
    found = kept["renegotiation", "geneva", "control", 30.0]
    assert float(moved["low"]) == pytest.approx(1 - float(found["high"]), abs=1e-5)
    assert float(moved["mean"]) == pytest.approx(1 - float(found["mean"]), abs=1e-5)


def test_evidence_is_the_mean_over_islands():
    for row in rows("sampler"):
        least, most, found = (float(row[k]) for k in ("least_island", "most_island", "log_evidence"))
        assert int(row["islands"]) == PROGRAM["islands_of"](row["theory"]) <= 2
        assert found == pytest.approx(math.log((math.exp(least) + math.exp(most)) / 2), abs=1e-4)


def test_statistics_of_drawn_records_are_shown_beside_the_record():
    kept = rows("checks")
    assert {row["theory"] for row in kept} == set(THEORIES)
    moves = {float(row["record"]) for row in kept if row["statistic"] == "moves"}
    assert moves == {14.0}
    for row in kept:
        quantiles = [float(row[k]) for k in ("p5", "p50", "p95")]
        assert quantiles == sorted(quantiles)
        assert 0.0 <= float(row["tail"]) <= 1.0


def test_the_average_of_answers_is_by_the_weights_after_the_record():
    weight = {row["theory"]: float(row["weight"]) for row in rows("sampler")}
    given = defaultdict(dict)
    for row in rows("answers"):
        given[row["question"]][row["theory"]] = float(row["mean"])
    for said in given.values():
        average = said.pop(PROGRAM["AVERAGE"])
        total = sum(weight[theory] for theory in said)
        assert average == pytest.approx(sum(weight[t] / total * m for t, m in said.items()), abs=1e-5)


def test_nothing_taken_away_matters_where_nothing_is_answered():
    taken = [
        r for r in rows("answers") if r["theory"] == "each for itself" and "more without" in r["question"]
    ]
    assert len(taken) == 4
    assert all(float(r["low"]) == float(r["high"]) == 0.0 for r in taken)
