"""Bounds of payoff sets in rational numbers: points that generate themselves, and a chain of sets around all.

The points are those of `penal_codes/self_generation.py`, written with the lotteries that follow them. The
chain is the operator of Abreu, Pearce and Stacchetti (1990), applied exactly to polygons whose corners are
rounded outward to a grid, so that numbers stay short and each set contains what the one before generates.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, frexp
from typing import Any

import numpy as np

from negotiation.game_theory.certificates.check_certificate import Game, Point, generated, hull
from negotiation.game_theory.certificates.forms import number
from negotiation.game_theory.certificates.numerics import NUMERICS
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.penal_codes.strategy_for import generations


def inner_claim(found: PayoffSet) -> dict[str, Any] | None:
    """Return the claim of an inner bound, or None where no points are proven to generate themselves."""
    for generation in generations(found):
        if generation.is_proven():
            stage = found.game.stage
            points = [
                {
                    "profile": list(stage.labels(source.index)),
                    "payoffs": [number(x) for x in source.point],
                    "then": [
                        {
                            str(k): number(p)
                            for k, p in generation.lottery(source.continuation).weights.items()
                        }
                    ],
                }
                for source in generation.sources
            ]
            return {"kind": "inner bound", "points": points}
    return None


def outer_claim(game: Game) -> dict[str, Any]:
    """Return the claim of an outer bound: sets by state, until a step moves them no more."""
    units = [_unit([row[i] for row in game.payoffs.values()]) for i in (0, 1)]
    sets = _feasible(game, units)
    chain = [sets]
    while len(chain) <= NUMERICS.most_steps:
        sets = _next(game, sets, units, free=False)
        chain.append(sets)
        moved = max(_moved(chain[-2][state], sets[state], units) for state in game.states)
        if moved <= NUMERICS.rest:
            break
    steps = [
        [[[number(x) for x in corner] for corner in row[state]] for state in game.states] for row in chain
    ]
    return {"kind": "outer bound", "steps": steps}


def _feasible(game: Game, units: Sequence[Fraction]) -> dict[str, list[Point]]:
    """Return sets that hold all feasible payoffs: boxes, which any profile leads back into."""
    ends = [[pick(row[i] for row in game.payoffs.values()) for pick in (min, max)] for i in (0, 1)]
    box = hull((x, y) for x in ends[0] for y in ends[1])
    return _next(game, dict.fromkeys(game.states, box), units, free=True)


def _unit(payoffs: Sequence[Fraction]) -> Fraction:
    """Return the step of the grid: a power of two, near the range of a player's payoffs over 2^bits."""
    return Fraction(2) ** (frexp(float(max(payoffs) - min(payoffs)) or 1.0)[1] - NUMERICS.bits)


def _next(
    game: Game, sets: dict[str, list[Point]], units: Sequence[Fraction], *, free: bool
) -> dict[str, list[Point]]:
    """Return sets around what the sets generate, with their corners on the grid."""
    return {
        state: hull(
            (x, y)
            for point in hull(generated(game, state, sets, free))
            for x in _around(point[0], units[0])
            for y in _around(point[1], units[1])
        )
        for state in game.states
    }


def _around(value: Fraction, unit: Fraction) -> set[Fraction]:
    return {floor(value / unit) * unit, ceil(value / unit) * unit}


def _moved(old: list[Point], new: list[Point], units: Sequence[Fraction]) -> float:
    """Return how far apart two polygons are in some directions, in parts of the range."""
    if not old or not new:
        return float(len(old) != len(new))
    angles = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    ways = np.stack([np.cos(angles), np.sin(angles)])
    seen = [
        (np.array([[float(x / units[0]), float(y / units[1])] for x, y in corners]) @ ways).max(axis=0)
        for corners in (old, new)
    ]
    return float(np.abs(seen[0] - seen[1]).max()) / 2.0**NUMERICS.bits
