"""The sentences of predictions.md agree with the tables that its command keeps."""

import csv
import importlib.util
import json
from math import log
from pathlib import Path

import pytest

from negotiation.truces.prediction.baselines import BASELINES, baseline, baselines
from negotiation.truces.prediction.pools.candidates import CHOSEN, candidates
from negotiation.truces.prediction.questions import question_set
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.prediction.series_scores import month_scores, week_scores
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.replay.window_scores import usual_predictors
from tests.us_china import CENTRAL

DOCS = Path(__file__).parents[2] / "docs"
PARTS = ("month", "actor", "instrument", "direction")
NUMBERS = ("log", "auc", "gain", "low", "high")


@pytest.fixture(scope="module")
def command():
    spec = importlib.util.spec_from_file_location("scores_of_the_page", DOCS / "scores.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found():
    return prequential(usual_predictors(CENTRAL), CENTRAL)


def kept_rows(name):
    """Return the lines of a kept table, its head first."""
    with (DOCS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.long
def test_its_sentences_on_scores_hold(found):
    assert min((one.name for one in BASELINES), key=found.mean) == "coin"
    theories = [one.name for one in theory_forecasters(CENTRAL)]
    assert min(theories, key=found.mean) == "renegotiation"
    assert found.mean("renegotiation") > found.mean("coin")


def test_its_sentences_on_who_is_named_first_hold():
    rows = kept_rows("named")[1:]
    theories = {one.name for one in theory_forecasters(CENTRAL)}
    first = {(row[0][:7], row[2]): row[3] for row in rows}
    assert {first["2025-05", name] for name in theories} == {"CHN port fee", "USA visa"}
    assert not any(first["2025-06", name] == "USA entity list" for name in theories)
    assert first["2025-06", "self exciting"] == "USA entity list"
    assert {first["2025-10", name] for name in theories} == {"USA port fee"}
    assert [row[3:5] + row[6:] for row in rows if row[0][:7] == "2025-05" and row[2] == "markov"] == [
        ["a tie of 4", "0.13", "0.13"]
    ]


def test_its_sentences_on_placebos_hold():
    head, *rows = kept_rows("placebos")
    aires, phase = (dict(zip(head[3:], map(float, row[3:]), strict=True)) for row in rows)
    theories = [one.name for one in theory_forecasters(CENTRAL)]
    simple = [one.name for one in BASELINES]
    ahead = [n for n in simple if aires[n] < min(aires[t] for t in theories)]
    assert len(ahead) == 5
    assert {"coin", "shrunk"} < set(ahead)
    assert [n for n in simple if phase[n] < min(phase[t] for t in theories)] == ["hold"]


def test_the_first_year_is_that_of_plain_code_and_its_sentences_hold(command):
    with command.YEAR.open(encoding="utf-8", newline="") as file:
        kept = {(row["coding"], row["predictor"]): row for row in csv.DictReader(file)}
    for coding, version, name in (
        ("first", "", "frozen 1"),
        ("second", "-v2", "frozen 2"),
        ("second", "-v4", "frozen 4"),
    ):
        rows = question_set(CENTRAL, f"2026-{coding}").rows
        frozen = json.loads((command.FROZEN / f"2025-11-30{version}.json").read_text(encoding="utf-8"))[
            "rows"
        ]
        given = {":".join(row[part] for part in PARTS): row["probability"] for row in frozen}
        missed = [-log(given[q.question] if q.came else 1 - given[q.question]) for q in rows]
        assert float(kept[coding, name]["log"]) == pytest.approx(sum(missed) / 240, abs=6e-6)
        gain = float(kept[coding, "shrunk"]["log"]) - sum(missed) / 240
        assert float(kept[coding, name]["gain"]) == pytest.approx(gain, abs=2e-5)
    ahead = {key for key, row in kept.items() if float(row["gain"]) > 0}
    law = {("first", "shrunk and law"), ("second", "shrunk and law")}
    assert ahead == law | {("second", "baselines pooled by pair")}
    assert not any(float(row["low_months"]) > 0 or float(row["low_series"]) > 0 for row in kept.values())
    assert [float(kept[one, CHOSEN]["high_months"]) < 0 for one in ("first", "second")] == [True, False]
    own = [row for (_, name), row in kept.items() if name.endswith("central pace")]
    assert len(own) == 10
    assert all(float(row["high_months"]) < 0 for row in own)
    sharp = {name for _, name in kept if all(float(kept[c, name]["auc"]) > 0.85 for c in ("first", "second"))}
    pools = {one.name for one in candidates(theory_forecasters(CENTRAL))}
    assert sharp & pools == {CHOSEN}
    assert float(kept["first", CHOSEN]["expected"]) > 2.5 * 9


@pytest.fixture(scope="module")
def kept(command):
    with command.KEPT.open(encoding="utf-8", newline="") as file:
        return {(row["form"], row["predictor"], row["of"]): row for row in csv.DictReader(file)}


def test_its_sentences_on_eight_years_hold(kept):
    whole = {key[:2]: row for key, row in kept.items() if key[0] in ("weeks", "months") and key[2] == "all"}
    ahead = {key for key, row in whole.items() if float(row["low"]) > 0}
    assert ahead == {("weeks", "two pace"), ("weeks", "self exciting"), ("months", "two pace")}
    assert max(float(row["gain"]) for row in whole.values()) < 0.005
    assert max(float(kept["months", name, "12"]["gain"]) for name in baselines()) < 0.0025


def test_its_sentences_on_theories_over_the_record_hold(kept):
    names = [one.name for one in theory_forecasters(CENTRAL)]
    row = {key[:2]: {k: float(v) for k, v in line.items() if v and k in NUMBERS}
           for key, line in kept.items() if key[2] == "all"}  # fmt: skip
    for form in ("weeks", "months"):
        for pace in ("", ", central pace"):
            logs = [row[form, name + pace]["log"] for name in names]
            assert all(row[form, name + pace]["gain"] < 0 for name in names)
            near = max(logs) - min(logs) < 0.01
            assert near == ((form, pace) != ("months", ", central pace"))
        assert max(row[form, name]["auc"] for name in names) < row[form, "shrunk"]["auc"]
    assert all(float(kept["months", name, "tariff"]["low"]) > 0 for name in names)
    assert all(float(kept["months", name, "entity_list"]["high"]) < 0 for name in names)


def test_its_sentences_on_parts_of_theories_hold(command):
    with command.KEPT_PARTS.open(encoding="utf-8", newline="") as file:
        rows = {(r["form"], r["part"], r["leg"]): r for r in csv.DictReader(file)}
    chain = ("answers", "custom", "everywhere", "harshest")
    for form in ("weeks", "months"):
        value = {part: float(rows[form, part, "all"]["value"]) for _, part, _ in rows}
        assert max(value, key=value.__getitem__) == "pace of the record"
        assert float(rows[form, "pace of the record", "all"]["low"]) > 0
        assert abs(sum(value[part] for part in chain)) < 0.01
        assert max(abs(value[part]) for part in chain) < 0.003
        assert 0 < value["answers"] < 0.001
        around = {
            p: float(rows[form, p, "all"]["low"]) <= 0 <= float(rows[form, p, "all"]["high"]) for p in chain
        }
        assert [part for part in chain if not around[part]] == ["answers"]
        assert float(rows[form, "answers", "all"]["lost_high"]) < 0
        assert float(rows[form, "agencies", "all"]["lost_low"]) > 0
        assert (value["agencies"] > -0.01) == (form == "weeks")
        assert value["agencies"] < 0


def test_its_sentences_on_theories_hold(command, kept):
    weeks, months = command.GENEVA
    names = [one.name for one in theory_forecasters(CENTRAL)]
    log = {key[:2]: float(row["log"]) for key, row in kept.items() if key[2] == "all"}
    auc = {key[:2]: float(row["auc"]) for key, row in kept.items() if key[2] == "all" and row["auc"]}
    low = {key[:2]: float(row["low"]) for key, row in kept.items() if key[2] == "all" and row["low"]}
    assert max(log[weeks, a] for a in names) - min(log[weeks, a] for a in names) < 0.018
    assert all(low[weeks, name] < 0 for name in names)
    assert all(low[months, name] > 0 for name in names)
    assert [name for name in names if log[months, name] > log[months, "coin"]] == ["shadow linkage"]
    assert all(log[weeks, f"{name}, central pace"] > log[weeks, name] for name in names)
    assert len([name for name in names if log[months, f"{name}, central pace"] > log[months, name]]) == 3
    for form in (weeks, months):
        assert min(auc[form, name] for name in names) > max(auc[form, name] for name in command.BESIDE)
        for pace in ("", ", central pace"):
            assert max(names, key=lambda name: log[form, name + pace]) == "shadow linkage"
    assert min(auc[months, name] for name in names) > 0.57


@pytest.mark.long
def test_scores_of_some_baselines_over_eight_years_are_those_that_are_kept(kept):
    chosen = [baseline("hold"), baseline("shrunk")]
    for form, found in (("weeks", week_scores(chosen, CENTRAL)), ("months", month_scores(chosen, CENTRAL))):
        for name in found.names:
            assert found.mean(name) == pytest.approx(float(kept[form, name, "all"]["log"]), abs=6e-6)


@pytest.mark.slow
def test_the_quick_tables_are_those_that_are_kept(command):
    for name in ("named", "placebos"):
        head, rows = getattr(command, name)(CENTRAL)
        assert kept_rows(name) == [list(head), *([str(cell) for cell in row] for row in rows)], name


@pytest.fixture(scope="module")
def pooled(command):
    with command.POOLED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["predictor"], row["lead"], row["against"]): row for row in rows}


def test_the_choice_follows_from_the_rule_of_decision_54(pooled):
    names = [one.name for one in candidates(theory_forecasters(CENTRAL))]
    four = {name: float(pooled[name, "four", ""]["log"]) for name in names}
    assert min(four, key=four.get) == CHOSEN == "all pooled"
    for name in names:
        leads = [float(pooled[name, lead, "best"]["log"]) for lead in ("1", "3", "6", "12")]
        assert four[name] == pytest.approx(sum(leads) / 4, abs=1e-5)


def test_what_the_page_says_of_pools_holds(pooled):
    def beats(name, lead, against="best"):
        return float(pooled[name, lead, against]["low"]) > 0

    leads = ("1", "3", "6", "12")
    assert [lead for lead in (*leads, "all") if beats("all pooled", lead)] == ["1", "3", "12", "all"]
    assert [lead for lead in leads if beats("baselines pooled", lead)] == ["12"]
    others = {name for name, _, against in pooled if against == "pooled"} - {"all pooled", "baselines pooled"}
    assert not any(beats(name, lead) for name in others for lead in (*leads, "all"))
    assert not any(float(pooled["chosen as it went", lead, "best"]["high"]) < 0 for lead in leads)
    # What theories and even directions add to the pool of baselines shows one month ahead alone.
    assert [lead for lead in leads if beats("all pooled", lead, "pooled")] == ["1"]
    assert 0.5 < float(pooled["all pooled", "1", "since Geneva"]["gain"]) < 0.75
