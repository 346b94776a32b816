"""Gains of pooling, from densities whose correlation is known and from those that are stored."""

import runpy
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

PAPER = Path(__file__).parents[2] / "paper"
POOLING = runpy.run_path(str(PAPER / "sources" / "pooling.py"))
PARAMETERS = ("pace.move_rate", "logit.precision", "pace.adjustment")


@pytest.mark.long
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


@pytest.mark.long
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
