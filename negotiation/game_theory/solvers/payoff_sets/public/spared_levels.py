"""Polygons that generate themselves: fixed points of the operator less what corners need.

At a fixed point of the outer bound's operator each half-plane of W is touched by what W generates, but the
corners of W, where two half-planes meet, reach beyond that. So W is no inner bound. Let the levels b solve

    b_k = max_a (reach of profile a in direction k, continuations in W(b)) - e_k,

with e_k > 0 spared. What W(b) generates then reaches beyond the half-plane k by e_k, and where that covers
the corners next to it, W(b) is within what it generates: it generates itself (Abreu, Pearce and Stacchetti
1990). Incentives are whole, since continuations are those of programs over W(b) itself and not of a nearby
set. What is lost is some e / (1 - delta), and corners reach beyond by about 1 - delta times the angle
between their half-planes: so little that the loss is that angle, at any patience.

The equation is the outer bound's with its constants lowered, and solved as that is, by steps of the operator
and frozen bases (`outer_bound.lowered`). What corners need is found in turn: begin with nothing, see by how
much each corner lies outside of what is generated, spare that much more at its half-planes, at first a part
only since the corners that remain then need less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays, HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.public.outer_bound import (
    OuterBound,
    hull_of,
    lowered,
    middles,
    polygon_of,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import Generated


def spared_generation(numbers: ConstraintArrays, outer: OuterBound, budget: Budget) -> Generated | None:
    """Return what a polygon generates within its own hull, up to `covered`; None if none is found."""
    from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import (
        Generated,
        maximisers,
        new_reach,
    )

    directions, between = outer.directions, middles(outer.directions)
    levels, spared, alive = outer.levels.copy(), np.zeros(len(outer.levels)), outer.alive.copy()
    programs = Programs(numbers, HalfPlanes(directions, levels), 0.0)
    along, halfway = (new_reach(alive, each, programs) for each in (directions, between))
    least = outer.beyond
    for attempt in range(NUMERICS.sparings):
        # No more than a part of what corners need: steps that are left are part of the next shortfall.
        tolerance = max(NUMERICS.settled, NUMERICS.fraction * least)
        taken, change = lowered(programs, along, tolerance, budget, spared)
        budget = budget.less(taken)
        if change > tolerance or not np.isfinite(levels).all():
            return None
        polygon = polygon_of(directions, levels)
        if len(polygon) < 3:
            return None
        found = (maximisers(directions, programs, along), maximisers(between, programs, halfway))
        came = [each.profiles >= 0 for each in found]
        generated = Generated(
            np.vstack([each.points[ended] for each, ended in zip(found, came, strict=True)]),
            np.concatenate([each.profiles[ended] for each, ended in zip(found, came, strict=True)]),
            np.concatenate([each.continuations[ended] for each, ended in zip(found, came, strict=True)]),
        )
        short = shortfalls(polygon, hull_of(generated.points, 0.0))
        least = float(short.max())
        if least <= NUMERICS.covered:
            return generated
        meet = np.abs(levels[:, None] - directions @ polygon.T) <= NUMERICS.slacks[-1]
        part = NUMERICS.cautious if attempt < NUMERICS.cautiously else NUMERICS.boldly
        spared += part * np.where(meet, short, 0.0).max(axis=1)
        if budget.is_spent:
            return None
    return None


def shortfalls(corners: FloatArray, hull: FloatArray) -> FloatArray:
    """Return by how much each corner lies outside a convex polygon, at most; 0 inside.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> shortfalls(np.array([[0.5, 0.5], [1.5, 1.25]]), square).tolist()
    [0.0, 0.5]
    """
    if len(hull) < 3:
        return np.full(len(corners), np.inf)
    edges = np.roll(hull, -1, axis=0) - hull
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1) / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    beyond = corners @ normals.T - (normals * hull).sum(axis=1)
    found: FloatArray = np.maximum(beyond.max(axis=1), 0.0)
    return found
