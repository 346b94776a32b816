"""Outer bounds of the payoff sets of a stochastic game, as the compiled iteration leaves them.

See `kernels/operator.py` for the operator that is iterated, and `kernels/bounds.py` for how.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import Course, Family, Outer
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import Terms


@dataclass(frozen=True, eq=False)
class OuterBound:
    """The outer bounds as the compiled iteration leaves them, and how it was run."""

    family: Family
    # (N, 2): the normals by which they are given.
    normals: FloatArray
    course: Course
    # Whether normals are fixed or thinned out.
    coarse: bool
    # Whether the states are so many that less is asked of sets that have settled.
    many: bool
    # Relaxation of the constraints, relative to the size.
    relaxed: float
    steps: int
    # What the last one moved, relative to the size.
    change: float

    @property
    def is_settled(self) -> bool:
        """Whether the sets have come to rest."""
        return self.change <= self.course.tolerance

    def polygon(self, state: int, size: float) -> FloatArray:
        """Return the vertices of a state's set, without those on the line of their neighbours."""
        from negotiation.game_theory.solvers.payoff_sets.common.polygons import convex_hull, simplified

        count, near = int(self.family.counts[state]), 10.0 * NUMERICS.settled * size
        polygon = self.family.polygons[state]
        if count and np.ptp(polygon[:count], axis=0).max() <= near:
            middle: FloatArray = (polygon[:count].min(axis=0) + polygon[:count].max(axis=0)) / 2.0
            return middle[None, :]
        hull, order = np.empty((2 * count + 4, 2)), np.empty(count, np.int64)
        n = convex_hull(polygon, count, size, order, hull)
        corners: FloatArray = hull[: simplified(hull, n, near)].copy()
        if not len(corners):
            return corners
        # Counter-clockwise from the smallest, up to rounding.
        leftmost = np.flatnonzero(corners[:, 0] <= corners[:, 0].min() + near)
        return np.roll(corners, -int(leftmost[corners[leftmost, 1].argmin()]), axis=0)

    def copied(self) -> Family:
        """Return copies of the sets, for an iteration that works in place."""
        from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import Family

        return Family._make(array.copy() for array in self.family)

    def after(self, outer: Outer) -> OuterBound:
        """Return the bound that an iteration from this one has come to."""
        return replace(
            self,
            family=outer.family,
            normals=outer.normals,
            steps=self.steps + int(outer.steps),
            change=float(outer.change),
        )


def first_outer_bound(
    game: CompressedGame,
    relaxed: float,
    normals: int | None,
    limit: int | None,
    stop: BoolArray,
    *,
    thinned: bool = False,
) -> OuterBound:
    """Return the bound from the square of all payoffs on."""
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import Course, outer_sets

    states = len(game.actions)
    few, many = states <= NUMERICS.few_states, NUMERICS.few_states < states <= NUMERICS.many_states
    coarse = thinned or normals is not None or not (few or many)
    if coarse:
        most, fine, tolerance = NUMERICS.fewer_normals, NUMERICS.fine_coarse, NUMERICS.settled_coarse
    elif many:
        most, fine, tolerance = NUMERICS.normals, NUMERICS.fine_many, NUMERICS.settled_many
        limit = NUMERICS.limit_many if limit is None else limit
    else:
        most, fine, tolerance = NUMERICS.normals, NUMERICS.cut, NUMERICS.settled
    quiet = NUMERICS.quiet_many if many and not coarse else NUMERICS.quiet
    limit = NUMERICS.limit if limit is None else limit
    course = Course(normals is None, normals or most, fine, tolerance, quiet, limit, stop)
    outer = outer_sets(game, _relaxed(game, relaxed, stop), course)
    steps, change = int(outer.steps), float(outer.change)
    return OuterBound(
        outer.family, outer.normals, course, coarse, many and not coarse, relaxed, steps, change
    )


def longer_outer_bound(game: CompressedGame, outer: OuterBound, limit: int) -> OuterBound:
    """Return the bound after further steps, until more of them in a row have changed nothing."""
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import iterated

    course = outer.course._replace(quiet=NUMERICS.quiet_longer, limit=limit)
    terms = _relaxed(game, outer.relaxed, course.stop)
    return outer.after(iterated(game, outer.copied(), outer.normals, terms, course))


def _relaxed(game: CompressedGame, relaxed: float, stop: BoolArray) -> Terms:
    """Return the terms of an outer bound: no draw, constraints a little relaxed."""
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import Terms

    return Terms(0.0, relaxed * game.size, np.zeros((len(game.actions), 2)), stop)
