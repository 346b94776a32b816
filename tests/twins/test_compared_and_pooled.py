"""Verdicts side by side, and gains of pooling: each cell once more, from payoffs and from plain sums."""

import math
import runpy
import statistics
import tomllib
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

import negotiation as ng
from negotiation.disputes import State
from tests.twins.plain_record import Plain, entries

DRAWS = 4
LOST = State(curb_dependence=1, control_dependence=1, stocks=0, clock=0, authority=1)
CHIPS = {("USA", "chip_control"): "h20_stopped"}
SECURITY, LAG = 0.8, 30.0
TWO = ("moment", "each for itself")


@cache
def plain():
    return Plain("us-china-2025")


@cache
def of_file():
    """The values of the calibration as its file has them."""
    text = (plain().folder / "calibrations" / "central.toml").read_text(encoding="utf-8")
    return {name: one["value"] for name, one in tomllib.loads(text)["parameters"].items()}


@cache
def asked():
    """Five questions by label: what is asked, and what the package says."""
    world = plain().scenario
    busan = ng.truce("2025-10-busan")
    still = world.default_state
    other = world.with_parameters({"security_weight": SECURITY, "reaction_lag_days": LAG})
    return {
        "as signed": ("2025-10-busan", {}, world, still, TWO, DRAWS),
        "otherwise": ("2025-10-busan", {}, other, still, TWO, 0),
        "authority lost": ("2025-10-busan", {}, world, LOST, TWO[1:], 0),
        "with chips": ("2025-10-busan", CHIPS, world, still, TWO, 0),
        "Geneva": ("2025-05-geneva", {}, world, still, TWO[:1], 0),
    }, {
        "as signed": ng.verdict(busan, world, theories=TWO, state=still, draws=DRAWS, rng=5),
        "otherwise": ng.verdict(busan, other, theories=TWO, state=still),
        "authority lost": ng.verdict(busan, world, theories=TWO[1:], state=LOST),
        "with chips": ng.verdict(
            busan.with_clause("USA", "chip_control", "h20_stopped"), world, theories=TWO, state=still
        ),
        "Geneva": ng.verdict("2025-05-geneva", world, theories=TWO[:1], state=still),
    }  # fmt: skip


@pytest.mark.parametrize(
    "labels",
    [
        ("as signed", "otherwise", "authority lost", "with chips", "Geneva"),
        ("with chips", "as signed"),
        ("Geneva", "with chips", "authority lost"),
    ],
)
def test_each_cell_of_verdicts_side_by_side(labels):
    verdicts = {label: asked()[1][label] for label in labels}
    rows = entries(ng.compare_verdicts(verdicts).table())
    assert [(row["leg"], row["theory"]) for row in rows] == list(product(("tariff", "control", "other"), TWO))
    for row, (label, found) in product(rows, verdicts.items()):
        if row["theory"] not in {one.theory for one in found}:
            assert row[label] == "not asked"
            continue
        one = found.find(row["leg"], row["theory"])
        share = "" if one.share is None else f" ({one.share:.2f})"
        assert row[label] == f"{one.word} {one.margin:.2g}{share}", (label, row)
    assert any(row["what changes"] for row in rows)


def test_each_row_of_what_was_asked_otherwise():
    _, found = asked()
    moved = replace(found["as signed"], moving=("stocks", "belief"), size="core", draws=8)
    here = {label: found[label] for label in ("as signed", "otherwise", "with chips", "Geneva")}
    rows = ng.compare_verdicts(here | {"moving": moved}).asked().rows
    wider = ng.truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped").id
    busan, size = "2025-10-busan", found["as signed"].size
    security, lag = of_file()["security_weight"], of_file()["reaction_lag_days"]
    assert wider != busan
    assert (size, security, lag) != ("core", SECURITY, LAG)
    assert rows[:4] == (
        ("agreement", busan, busan, wider, "2025-05-geneva", busan),
        ("moving", "nothing", "nothing", "nothing", "nothing", "stocks and belief"),
        ("size", size, size, size, size, "core"),
        ("draws", DRAWS, 0, 0, 0, 8),
    )
    assert set(rows[4:]) == {
        ("security_weight", security, SECURITY, security, security, security),
        ("reaction_lag_days", lag, LAG, lag, lag, lag),
    }
    states = ng.compare_verdicts({"now": found["otherwise"], "lost": found["authority lost"]}).asked().rows
    assert states[0] == ("state", plain().scenario.default_state.label, LOST.label)
    assert {row[0] for row in states[1:]} == {"security_weight", "reaction_lag_days"}
    elsewhere = ng.load_scenario("japan-korea-2019")
    korea = ng.verdict("2023-03-tokyo", elsewhere, theories=TWO[1:], state=elsewhere.default_state)
    both = ng.compare_verdicts({"here": found["as signed"], "there": korea}).asked().rows
    assert ("scenario", "us-china-2025", "japan-korea-2019") in both
    # What only one of the disputes has is told as well; levels that were left in the past are in neither.
    here, there = plain().scenario.parameters, elsewhere.parameters
    alone = {(n, x, None) for n, x in of_file().items() if n in here and n not in there}
    assert len(alone) > 5
    assert alone <= set(both)


# Pooling

PAPER = Path(__file__).parents[2] / "paper"
POOLING = runpy.run_path(str(PAPER / "sources" / "pooling.py"))
NAMES = ("one", "two", "three")
PARAMETERS = ("pace.move_rate", "logit.precision", "pace.adjustment")
SETS, POINTS = 3, 8


@cache
def pooled():
    """A pooling of densities that follow no rule: nothing but the sums can bring the numbers about."""
    rng = np.random.default_rng(11)
    points = rng.normal(size=(SETS, POINTS, 3))
    return POOLING["Pooling"](points, {name: rng.normal(size=(SETS, POINTS)) for name in NAMES})


def log_mean(logs):
    return math.log(math.fsum(math.exp(x) for x in logs) / len(logs))


def over(sets, name):
    return [float(pooled().densities[name][s, k]) for s in sets for k in range(POINTS)]


def whole(sets, held_out, others):
    """One parameter for all: what the disputes' densities are together, over what they are apart."""
    taught = [sum(x) for x in zip(*(over(sets, name) for name in others), strict=True)]
    every = [a + b for a, b in zip(taught, over(sets, held_out), strict=True)]
    return log_mean(every) - log_mean(taught) - log_mean(over(sets, held_out))


COMMON = POOLING["even_points"](1, 1024, 1)[0]


def given_common(sets, name, axes, rho):
    """The density of a dispute at each common point: points weighted by how likely they are from there."""
    at = np.array([pooled().points[s, k, axes] for s in sets for k in range(POINTS)])
    likely = np.array(over(sets, name))
    near = norm.pdf(at, math.sqrt(rho) * COMMON[:, None, axes], math.sqrt(1 - rho)) / norm.pdf(at)
    weight = near.prod(axis=2)
    return [float(one @ np.exp(likely) / one.sum()) for one in weight]


def in_part(sets, held_out, others, axes, rhos):
    both = taught = 0.0
    for rho in rhos:
        at = {name: given_common(sets, name, axes, rho) for name in (held_out, *others)}
        for k in range(len(COMMON)):
            apart = math.prod(at[name][k] for name in others)
            taught += apart
            both += apart * at[held_out][k]
    return math.log(both / taught) - log_mean(over(sets, held_out))


def with_jackknife(found):
    """A number from all sets, and its error by how far it moves without each (jackknife; Efron 1982)."""
    every = tuple(range(SETS))
    left = [found(tuple(s for s in every if s != k)) for k in every]
    return found(every), math.sqrt((SETS - 1) * statistics.pvariance(left))


def test_each_gain_of_pooling():
    for held_out in NAMES:
        others = [name for name in NAMES if name != held_out]
        told = {
            "all": (lambda sets: whole(sets, held_out, others), pooled().gain(held_out, others)),  # noqa: B023
            "part": (
                lambda sets: in_part(sets, held_out, others, [0, 1, 2], (0.0, 0.3, 0.6, 0.9)),  # noqa: B023
                pooled().gain_in_part(held_out, others),
            ),
            "alone": (lambda sets: log_mean(over(sets, held_out)), pooled().alone(held_out)),  # noqa: B023
        }
        for axis, name in enumerate(PARAMETERS):
            told[name] = (
                lambda sets, axis=axis: in_part(sets, held_out, others, [axis], (0.95,)),  # noqa: B023
                pooled().gain_in_part(held_out, others, [name], 0.95),
            )
        for gained, found in told.values():
            assert found == pytest.approx(with_jackknife(gained), rel=1e-8, abs=1e-10)
        assert len({round(found[0], 6) for _, found in told.values()}) == len(told)


def test_gains_are_those_of_correlated_normals_where_these_are_known():
    """Numbers seen with noise, whose truths are correlated: like disputes gain, unlike ones lose."""
    seen, noise = {"one": (0.9, -0.3, 0.1), "two": (1.3, 0.4, 0.2), "three": (-1.0, 0.1, 0.0)}, 0.5
    points = POOLING["even_points"](4, 256, 0)
    logs = {name: norm.logpdf(np.array(at), points, noise).sum(axis=-1) for name, at in seen.items()}
    found = POOLING["Pooling"](points, logs)

    def expected(names, rho, shared=PARAMETERS):
        total = 0.0
        for k, name in enumerate(PARAMETERS):
            own = rho if name in shared else 0.0
            covariance = own + (1 - own + noise**2) * np.eye(len(names))
            total += multivariate_normal.logpdf([seen[d][k] for d in names], cov=covariance)
        return total

    def gained(others, *args):
        return expected(["one", *others], *args) - expected(others, *args) - expected(["one"], 0.0)

    for others in (["two"], ["three"], ["two", "three"]):
        gain, error = found.gain("one", others)
        assert gain == pytest.approx(gained(others, 1.0), abs=3 * error + 0.01)
    assert found.gain("one", ["two"])[0] > 0.3 > -1.0 > found.gain("one", ["three"])[0]
    for shared, rho in ((PARAMETERS, 0.0), (PARAMETERS, 0.5), (PARAMETERS, 0.9), (PARAMETERS[:1], 0.95)):
        gain, error = found.gain_in_part("one", ["two", "three"], shared, rho)
        assert gain == pytest.approx(gained(["two", "three"], rho, shared), abs=3 * error + 0.03)
    for k, parameter in enumerate(PARAMETERS):
        told = norm.ppf(0.9, seen["one"][k] / (1 + noise**2), noise / np.sqrt(1 + noise**2))
        assert found.quantile("one", parameter, 0.9) == pytest.approx(told, abs=0.05)
    assert np.isnan(POOLING["Pooling"](points[:1], {"one": logs["one"][:1]}).alone("one")[1])


def test_what_follows_from_the_densities_is_what_is_kept_of_one_theory():
    kept, gains = (
        pd.read_parquet(PAPER / "data" / f"pooling_{name}.parquet") for name in ("points", "gains")
    )
    theory, disputes = gains["theory"][0], list(POOLING["DISPUTES"])
    budget = tomllib.loads((PAPER / "budget.toml").read_text(encoding="utf-8"))["full"]
    sets = POOLING["SETS"]
    points = POOLING["even_points"](sets, len(kept) // sets, budget["seed"])
    densities = {name: kept[f"{theory}/{name}"].to_numpy().reshape(sets, -1) for name in disputes}
    pooling = POOLING["Pooling"](points, densities)
    stored = gains[(gains["theory"] == theory) & (gains["taught_by"] == "others")].set_index(
        ["held_out", "shared"]
    )
    for dispute in disputes:
        others = [other for other in disputes if other != dispute]
        for kind, gain in (("all", pooling.gain), ("part", pooling.gain_in_part)):
            row = stored.loc[dispute, kind]
            assert (row["gain"], row["error"]) == pytest.approx(gain(dispute, others), rel=1e-3)
