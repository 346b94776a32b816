"""Compiled inner bounds of the payoff sets of a stochastic game, with certificates.

Each continuation is drawn a little towards a centre c(s) of the sets, w <- (1 - draw) w + draw c, and the
incentive constraints are tightened a little. A family of sets that generates itself under these terms does so
without them with room to spare, which is what `certificates.py` checks.

The family is found by iterating the operator from the outer bound. Each polygon is the hull of the payoffs
that the programs return, so it adds no point that was not computed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import largest_distance
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import Course, Family
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.certificates import (
    Inner,
    certified,
    worst_of,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.cuts import levels_of
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import (
    EnforcementTerms,
    drop_dead_ends,
    needed,
    options,
    supported,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.polygons import (
    HalfPlanes,
    all_inside,
    at_middles,
    edge_normals,
    hulls_of,
    interleaved,
    merged_normals,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


class Generated(NamedTuple):
    """What one step generates: polygons (S, capacity, 2), their counts, and points and rows by direction."""

    polygons: FloatArray
    counts: IntArray
    points: FloatArray
    rows: IntArray


@njit(cache=True, nogil=True)
def one_step(game: CompressedGame, family: Family, normals: FloatArray, terms: EnforcementTerms) -> Generated:
    """Return what a family generates; rows and states that drop out are marked in it."""
    polygons, counts, alive, empty = family.polygons, family.counts, family.alive, family.empty
    corners, directions = at_middles(polygons, counts, normals, game.size), interleaved(normals)
    # np.bool_, np.int64: a plain constant would have what is called compiled once more, for that constant.
    # Rows that drop out may take states with them, whose rows drop out in turn; until none does, all is
    # computed with what is left.
    while True:
        b = needed(game, family.threats, terms.relax, np.bool_(True))
        given, ranking = options(game, terms, corners, directions, b, alive, empty)
        for r in range(len(alive)):
            alive[r] = given.alive[r]
        drop_dead_ends(game, alive, empty, family.threats)
        dropped = False
        for r in range(len(alive)):
            dropped |= alive[r] != given.alive[r]
        if not dropped:
            break
    before = levels_of(polygons, counts, directions, game.size)
    planes = HalfPlanes(directions, before.copy())
    best = supported(game, terms, given, ranking, planes, empty, np.int64(1))
    # A policy's values are sums over the future: rounding in them counts 1 / (1 - delta) times.
    near = NUMERICS.beyond * game.size / (1.0 - game.delta)
    held = HalfPlanes(directions, before)
    for s in range(len(counts)):
        if empty[s]:
            continue
        keep = all_inside(best.points[s], held, s, near)
        for k in range(len(directions)):
            # Of several best policies one may go on for ever whose own payoffs cannot be sustained.
            if not keep[k]:
                best.policies[s, k] = best.sources[s, k]
                for i in range(2):
                    best.points[s, k, i] = best.nexts[s, k, i]
    hulls, numbers = hulls_of(best.points, empty, game.size, NUMERICS.finer * terms.draw, polygons.shape[1])
    return Generated(hulls, numbers, best.points, best.policies)


@njit(cache=True, nogil=True)
def moved_by(family: Family, new: Generated) -> float:
    """Return how far what is generated is from the sets, both ways; infinite where a set becomes empty."""
    change = 0.0
    for s in range(len(family.counts)):
        # Both ways: points that do not hold are replaced and hulls simplified, so that a set need not lie
        # within the one before.
        here, count, there, many = family.polygons[s], family.counts[s], new.polygons[s], new.counts[s]
        if count != 0 and many == 0:
            change = np.inf
        elif many > 0:
            change = max(change, largest_distance(here, count, there, many))
            change = max(change, largest_distance(there, many, here, count))
    return change


@njit(cache=True, nogil=True)
def inner_sets(
    game: CompressedGame, outer: Family, normals: FloatArray, terms: EnforcementTerms, course: Course
) -> Inner:
    """Return the family that the operator comes to from an outer bound, and its certificates."""
    draw, size, counts = terms.draw, game.size, outer.counts.copy()
    family = Family(
        outer.polygons, counts, worst_of(outer.polygons, counts), outer.alive.copy(), outer.empty.copy()
    )
    new = Generated(
        family.polygons, counts, np.zeros((len(counts), 1, 2)), np.zeros((len(counts), 1), np.int64)
    )
    # The iteration need not come to rest: sets that generate each other with room are certified as soon as
    # they do, which is tried when they move by less than the room.
    change, step, known = np.inf, 0, normals
    while True:
        late = step >= course.limit or (step > 0 and course.stop[0])
        done = late or change <= course.tolerance * size or family.empty.all()
        # Once in a while: what is left to move may be less than there is room for.
        if done or (draw > 0.0 and step % NUMERICS.often == 0 and change <= draw * size):
            allowed = np.inf if done else draw * size
            inner = certified(game, new.polygons, new.counts, new.points, new.rows, terms, allowed)
            if done or inner.sound:
                return inner
        step += 1
        new = one_step(game, family, known, terms)
        change = moved_by(family, new)
        threats = worst_of(new.polygons, new.counts)
        family = Family(new.polygons, new.counts, threats, family.alive, family.empty)
        if course.follow:
            edges = edge_normals(new.polygons, new.counts, size)
            alike = max(NUMERICS.alike, min(change / size, NUMERICS.turned_most))
            known, _ = merged_normals(edges, normals[:0], course.most, alike)
