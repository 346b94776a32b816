"""What the record says of the theories: the kept tables agree.

`estimates_expected.toml` was written before any fit was run and stays as it was written.
"""

import csv
import math
import runpy
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = runpy.run_path(str(ROOT / "docs" / "estimates.py"))
EXPECTED = tomllib.loads((Path(__file__).parent / "estimates_expected.toml").read_text(encoding="utf-8"))
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


@pytest.mark.long
def test_the_first_kept_draws_have_the_densities_that_are_kept():
    assert PROGRAM["differing"]() == [], AGAIN


def test_the_average_of_answers_is_by_the_weights_after_the_record():
    weight = {row["theory"]: float(row["weight"]) for row in rows("sampler")}
    given = defaultdict(dict)
    for row in rows("answers"):
        given[row["question"]][row["theory"]] = float(row["mean"])
    for said in given.values():
        average = said.pop(PROGRAM["AVERAGE"])
        total = sum(weight[theory] for theory in said)
        assert average == pytest.approx(sum(weight[t] / total * m for t, m in said.items()), abs=1e-5)
