"""A slow plain referee of profile thresholds: the whole operator in rational numbers, profile by profile.

It shares nothing with the solver: no outer bound in floats, no reading of extreme points, no closed form. The
set of continuations of every profile is cut out in full (Abreu, Pearce and Stacchetti 1990), and what is
generated is rounded outwards, so that each iterate contains the equilibrium payoffs: what it excludes is
excluded.
"""

import json
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from tests.properties.plane import clipped, hull

GRID = 2**24
MOST = 400
"""Iterations after which the referee gives up: it has then excluded nothing."""
STEP = Fraction(1, 1000)
"""How far below a threshold the referee is asked."""

ROWS = json.loads((Path(__file__).parents[1] / "golden" / "profile_thresholds.json").read_text())


def outwards(point):
    return [
        (Fraction(r(x * GRID), GRID), Fraction(s(y * GRID), GRID))
        for x, y in [point]
        for r in (floor, ceil)
        for s in (floor, ceil)
    ]


def excluded(stage, profile, delta, most=MOST):
    """Whether the profile is proven to be played for ever in no equilibrium at a discount factor."""
    payoffs = stage.exact_payoffs()
    n, m = stage.n_actions
    best = [[max(payoffs[i, j, 0] for i in range(n)) for j in range(m)],
            [max(payoffs[i, j, 1] for j in range(m)) for i in range(n)]]  # fmt: skip
    target = stage.profile_index(profile)
    ratio = (1 - delta) / delta
    polygon = hull([tuple(payoffs[i, j]) for i in range(n) for j in range(m)])
    threats = [min(best[0]), min(best[1])]
    for _ in range(most):
        own = payoffs[target]
        gains = best[0][target[1]] - own[0], best[1][target[0]] - own[1]
        if any(delta * (own[k] - threats[k]) < (1 - delta) * gains[k] for k in (0, 1)):
            return True
        points = []
        for i in range(n):
            for j in range(m):
                u = payoffs[i, j]
                part = polygon
                for k, gain in enumerate((best[0][j] - u[0], best[1][i] - u[1])):
                    part = clipped(part, k, threats[k] + ratio * gain)
                points += [
                    corner
                    for w in part
                    for corner in outwards(tuple((1 - delta) * u[k] + delta * w[k] for k in (0, 1)))
                ]
        if not points:
            return True
        polygon = hull(points)
        threats = [max(threats[k], min(p[k] for p in polygon)) for k in (0, 1)]
    return False


def tiny():
    """Return the small games of whole numbers that have a threshold above the pure minmax bound."""
    found = []
    for row in ROWS:
        payoffs = np.array(row["payoffs"])
        if payoffs.dtype.kind == "i" and payoffs.size <= 18 and row["upper"]:
            found.append((StageGame(payoffs.astype(object)), tuple(map(str, row["profile"]))))
    return found


def near(at, step):
    return Fraction(round((at + step) * 10_000), 10_000)


@pytest.mark.long
@pytest.mark.parametrize("part", range(3))
def test_the_referee_excludes_what_is_below_a_threshold(part):
    told, games = 0, tiny()[part::3]
    assert len(games) > 30
    for stage, profile in games:
        found = critical_discount_factor(stage, profile)
        at = found.value if isinstance(found.value, Fraction) else Fraction(found.upper)
        assert verify(RepeatedGame(stage, at), found.strategy, exact=True).holds
        if at > 2 * STEP:
            told += excluded(stage, profile, near(at, -STEP))
        else:
            told += 1
    assert told == len(games)


@pytest.mark.long
def test_the_referee_passes_what_is_above_a_threshold():
    for stage, profile in tiny()[:6]:
        at = Fraction(critical_discount_factor(stage, profile).upper)
        assert not excluded(stage, profile, near(at, min(STEP, (1 - at) / 2)), most=20)
