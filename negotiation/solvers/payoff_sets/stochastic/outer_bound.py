"""Outer bounds of the payoff sets of a stochastic game, as the compiled iteration leaves them.

See `kernels/state_bounds.py` for the operator that is iterated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.stochastic.compressed_game import CompressedGame

SETTLED = 1e-12
"""Change of sets, relative to the size, at which they have settled."""

COARSE = 1e-6
"""The same with fixed or thinned normals."""

FINE, LESS_FINE = 1e-14, 1e-8
"""Depth, relative to the size, of cuts not worth a corner: as a rule, and where normals are thinned."""

LONGER = 12
"""Steps without a change that are asked for where the bounds do not meet."""


@dataclass(frozen=True, eq=False)
class OuterBound:
    """The outer bounds as the compiled iteration leaves them, and how it was run."""

    polygons: FloatArray
    counts: IntArray
    threats: FloatArray
    alive: BoolArray
    empty: BoolArray
    normals: FloatArray
    follow: bool
    coarse: bool
    most: int
    relaxed: float
    steps: int
    change: float

    @property
    def tolerance(self) -> float:
        """Change, relative to the size, at which the sets have settled."""
        return COARSE if self.coarse else SETTLED

    def polygon(self, state: int, size: float) -> FloatArray:
        """Return the vertices of a state's set, without those on the line of their neighbours."""
        from negotiation.solvers.payoff_sets.common.polygons import convex_hull, simplified

        count, near = int(self.counts[state]), 10.0 * SETTLED * size
        polygon = self.polygons[state, :count]
        if count and np.ptp(polygon, axis=0).max() <= near:
            middle: FloatArray = (polygon.min(axis=0) + polygon.max(axis=0)) / 2.0
            return middle[None, :]
        hull, order = np.empty((2 * count + 4, 2)), np.empty(count, np.int64)
        n = convex_hull(self.polygons[state], count, size, order, hull)
        kept: FloatArray = hull[: simplified(hull, n, near)].copy()
        if not len(kept):
            return kept
        # Counter-clockwise from the smallest, up to rounding.
        leftmost = np.flatnonzero(kept[:, 0] <= kept[:, 0].min() + near)
        return np.roll(kept, -int(leftmost[kept[leftmost, 1].argmin()]), axis=0)

    def after(self, iterated: Any) -> OuterBound:
        """Return the bound that an iteration from this one has come to."""
        family, normals, steps, change = iterated
        return replace(
            self,
            polygons=family[0],
            counts=family[1],
            threats=family[2],
            alive=family[3],
            empty=family[4],
            normals=normals,
            steps=self.steps + int(steps),
            change=float(change),
        )

    def family(self) -> tuple[FloatArray, IntArray, FloatArray, BoolArray, BoolArray]:
        """Return copies of the sets, for an iteration that works in place."""
        return (
            self.polygons.copy(),
            self.counts.copy(),
            self.threats.copy(),
            self.alive.copy(),
            self.empty.copy(),
        )


def first_outer_bound(
    game: CompressedGame,
    setting: tuple[float, float, float, float],
    follow: bool,
    coarse: bool,
    most: int,
    limit: int,
) -> OuterBound:
    """Return the bound from the square of all payoffs on.

    Parameters
    ----------
    game : CompressedGame
    setting : tuple
        Discount factor, draw (0), relaxation (absolute), size.
    follow : bool
        Whether normals follow the sets' edges; otherwise there are `most`, at equal angles.
    coarse : bool
        Whether normals are fixed or thinned out.
    most : int
        Most normals.
    limit : int
        Largest number of iterations.
    """
    from negotiation.solvers.payoff_sets.stochastic.kernels.bounds import outer_sets

    fine, tolerance = (LESS_FINE, COARSE) if coarse else (FINE, SETTLED)
    family, normals, steps, change = outer_sets(game.rows, setting, follow, most, fine, tolerance, limit)
    relaxed = setting[2] / game.size
    return OuterBound(*family, normals, follow, coarse, most, relaxed, int(steps), float(change))


def longer_outer_bound(
    game: CompressedGame, outer: OuterBound, setting: tuple[float, float, float, float], limit: int
) -> OuterBound:
    """Return the bound after further steps, until `LONGER` in a row have changed nothing."""
    from negotiation.solvers.payoff_sets.stochastic.kernels.bounds import iterated

    centre = np.zeros((len(outer.counts), 2))
    found = iterated(
        game.rows, outer.family(), outer.normals, centre, setting, outer.follow, outer.most, FINE, SETTLED,
        LONGER, limit,
    )  # fmt: skip
    return outer.after(found)
