"""Compiled bounds of a payoff set if players discount differently, and whether they are certified.

Policy iteration finds three sets, each starting from the last one. The first is the set itself. The second
has continuations drawn to a centre c and tighter constraints, so every inequality of self-generation holds
with room. The third has continuations pushed away from c and relaxed constraints, so it contains all that it
generates. Vertices near the lines between others, within a share of that room, are then left out.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import distance_between_near
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_certificates import (
    Drawn,
    Rules,
    inner_holds,
    outer_holds,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_policies import (
    Generated,
    Play,
    Room,
    empty_room,
    fixed_set,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.orbit_shapes import (
    inner_radius,
    kept_vertices,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS, ORBITS

# How far it came: no interior (a segment, a point, nothing), policies that do not settle, a certificate that
# fails, no more steps allowed, or both hold.
FLAT, CYCLES, NOT_INNER, NOT_OUTER, LIMIT, CERTIFIED = range(6)


class OrbitBounds(NamedTuple):
    """Bounds, counter-clockwise from the leftmost vertex."""

    # CERTIFIED, or what failed; without it the arrays mean nothing.
    how_far: int
    # outer, inner: (k, 2)
    outer: FloatArray
    inner: FloatArray
    # (k,): the profile that generates each inner vertex.
    owners: IntArray
    # (k, 2)
    continuations: FloatArray
    # A bound of the distance between the bounds.
    gap: float
    steps: int


class Pull(NamedTuple):
    """The share by which continuations are drawn to a centre, the tightening, and the tail of a chain."""

    centre: FloatArray
    share: float
    tighter: float
    tail: float
    still: float


@njit(cache=True, nogil=True)
def pulled(rules: Rules, pull: Pull) -> Play:
    """Return f_a(w) = (I - D) g + D ((1 - share) w + share c), and the constraints."""
    fixed = (1.0 - rules.deltas) * rules.payoffs + pull.share * rules.deltas * pull.centre
    factors = (1.0 - pull.share) * rules.deltas
    near = ORBITS.near * rules.size
    return Play(fixed, factors, rules.needed + pull.tighter, rules.floor, pull.tail, near, pull.still)


@njit(cache=True, nogil=True)
def first_set(rules: Rules, room: Room, limit: int) -> Generated:
    """Return the set itself, from the box of feasible payoffs; the ends of chains are left out early."""
    # From outside: a box that holds every equilibrium payoff, so that no cut is overlooked at the beginning.
    low, high = rules.floor, np.array([rules.payoffs[:, 0].max(), rules.payoffs[:, 1].max()])
    box = np.array([[high[0], low[1]], [high[0], high[1]], [low[0], high[1]], [low[0], low[1]]])
    early = ORBITS.first_tail * rules.size
    pull = Pull(np.zeros(2), 0.0, 0.0, early, ORBITS.first_still * early)
    return fixed_set(pulled(rules, pull), box, room, min(ORBITS.steps, limit), ORBITS.plain_steps)


@njit(cache=True, nogil=True)
def middle(points: FloatArray, n: int) -> FloatArray:
    """Return the mean of a polygon's extreme vertices."""
    mean, extremes = np.zeros(2), np.zeros(4, np.int64)
    for k in range(1, n):
        for axis in range(2):
            if points[k, axis] < points[extremes[axis], axis]:
                extremes[axis] = k
            if points[k, axis] > points[extremes[2 + axis], axis]:
                extremes[2 + axis] = k
    for i in range(4):
        mean += points[extremes[i]] / 4.0
    return mean


@njit(cache=True, nogil=True)
def nothing(how_far: int, steps: int) -> OrbitBounds:
    """Return empty bounds, of which nothing is certified."""
    none = np.empty((0, 2))
    return OrbitBounds(how_far, none, none, np.empty(0, np.int64), none, np.inf, steps)


@njit(cache=True, nogil=True)
def unsettled(generated: Generated, steps: int, limit: int) -> OrbitBounds:
    """Return why policies did not settle: no polygon is left, no more steps were allowed, or they cycle."""
    if generated.total <= NUMERICS.flat:
        return nothing(FLAT, steps)
    return nothing(LIMIT if steps >= limit else CYCLES, steps)


@njit(cache=True, nogil=True)
def near_set(rules: Rules, pull: Pull, vertices: FloatArray, room: Room, limit: int) -> tuple[Generated, int]:
    """Return the set with a pull, from the vertices of the set without, and the number of steps.

    Chains are ended early at first, since these sweeps are short.
    """
    early = Pull(pull.centre, pull.share, pull.tighter, ORBITS.first_tail * rules.size, pull.still)
    first = fixed_set(pulled(rules, early), vertices, room, min(ORBITS.steps, limit), 1)
    if not first.settled:
        return first, first.steps
    start, left = first.polygon.points[: first.total].copy(), limit - first.steps
    final = fixed_set(pulled(rules, pull), start, room, min(ORBITS.steps, left), 1)
    return final, first.steps + final.steps


@njit(cache=True, nogil=True)
def orbit_bounds(rules: Rules, relax: float, limit: int, stop: BoolArray) -> OrbitBounds:
    """Return both bounds of a game in which player 0 is the more patient one."""
    room = empty_room(ORBITS.most_vertices, stop)
    first = first_set(rules, room, limit)
    if not first.settled:
        return unsettled(first, first.steps, limit)
    vertices, least = first.polygon.points[: first.total].copy(), ORBITS.least_radius * rules.size
    centre = middle(vertices, len(vertices))
    # The radius is measured on a polygon without the shortest edges, whose directions are rounding.
    kept = kept_vertices(vertices, len(vertices), least)
    radius = inner_radius(vertices[kept], centre[0], centre[1])
    if not radius > least:
        return nothing(FLAT, first.steps)
    # Drawn by much less than 1 - delta of the way, so that the set hardly changes and the constraints,
    # tightened by less still, keep room.
    share = ORBITS.pulled * (1.0 - rules.deltas[0])
    tighter, thin = ORBITS.shifted * share * rules.size, ORBITS.thinned * share * radius
    tail = ORBITS.tail * share * radius
    pull = Pull(centre, share, tighter, tail, ORBITS.still * tail)
    narrower, taken = near_set(rules, pull, vertices, room, limit - first.steps)
    steps = first.steps + taken
    if not narrower.settled:
        return unsettled(narrower, steps, limit)
    kept, chain = kept_vertices(narrower.polygon.points, narrower.total, thin), narrower.polygon
    # What was left out is within `thin` of the lines of the others: a share of the room that the draw leaves,
    # so that the certificate need not know of it.
    points, owners = chain.points[kept], chain.owners[kept]
    continuations = chain.continuations[kept] + share * (centre - chain.continuations[kept])
    drawn = Drawn(centre, ORBITS.drawn * share)
    if not inner_holds(rules, drawn, points, owners, continuations):
        return nothing(NOT_INNER, steps)
    inner = points + drawn.share * (centre - points)
    # Pushed away from the centre, with relaxed constraints: a set that holds strictly what it generates, and
    # hence every equilibrium payoff.
    push = Pull(centre, -share, -tighter - relax, tail, pull.still)
    wider, taken = near_set(rules, push, vertices, room, limit - steps)
    steps += taken
    if not wider.settled:
        return unsettled(wider, steps, limit)
    outer = wider.polygon.points[kept_vertices(wider.polygon.points, wider.total, thin)]
    relaxed = Rules(rules.payoffs, rules.deltas, rules.needed - relax, rules.floor, rules.size)
    if not outer_holds(relaxed, outer):
        return nothing(NOT_OUTER, steps)
    gap = distance_between_near(outer, inner)
    return OrbitBounds(CERTIFIED, outer, inner, owners, continuations, gap, steps)
