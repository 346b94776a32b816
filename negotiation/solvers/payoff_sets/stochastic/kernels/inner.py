"""Compiled inner bounds of the payoff sets of a stochastic game, with certificates.

Each continuation is drawn a little towards a centre c(s) of the sets, w <- (1 - draw) w + draw c, and the
incentive constraints are tightened a little. A family of sets that generates itself under these terms does so
without them with room to spare, which is what `state_certificates.py` checks.

The family is found by iterating the operator from the outer bound; in a polygon that is the hull of the
programs' own payoffs nothing is added in between.
"""

import numpy as np
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.polygons import largest_distance
from negotiation.solvers.payoff_sets.stochastic.kernels.bounds import levels_of
from negotiation.solvers.payoff_sets.stochastic.kernels.certificates import Inner, certified, worst_of
from negotiation.solvers.payoff_sets.stochastic.kernels.operator import (
    Setting,
    mark_empty,
    needed,
    options,
    rewards_of,
    supported,
)
from negotiation.solvers.payoff_sets.stochastic.kernels.polygons import (
    at_middles,
    edge_normals,
    hulls_of,
    inside,
    interleaved,
    merged_normals,
)
from negotiation.solvers.payoff_sets.stochastic.kernels.programs import Rows

OFTEN = 5
"""Every so many steps the certificate is tried."""

NEAR = 1e-14
"""Distance beyond a polygon that is rounding, relative to the size, over 1 - delta."""


@njit(cache=True, nogil=True)
def one_step(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    normals: FloatArray,
    centre: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    setting: Setting,
) -> tuple[FloatArray, IntArray, FloatArray, IntArray]:
    """Return the polygons that these generate, their counts, and the payoffs and rows by direction."""
    directions = interleaved(normals)
    corners = at_middles(polygons, counts, normals)
    threats = worst_of(polygons, counts)
    # np.bool_, np.int64: a plain constant would have what is called compiled once more, for that constant.
    b = needed(rows, threats, setting, np.bool_(True))
    given = options(rows, corners, b, centre, alive, empty, setting)
    for r in range(len(alive)):
        alive[r] = given[3][r]
    mark_empty(rows, alive, empty, threats)
    # A row that leads to a state found empty is dropped in the next step; till then it must not be used.
    for r in range(len(alive)):
        for e in range(rows[3][r], rows[3][r + 1]):
            if empty[rows[4][e]]:
                given[3][r] = False
    while mark_empty(rows, given[3], empty, threats):
        for r in range(len(alive)):
            for e in range(rows[3][r], rows[3][r + 1]):
                if empty[rows[4][e]]:
                    given[3][r] = False
    many = len(directions)
    points, policies = np.zeros((len(counts), many, 2)), np.zeros((len(counts), many), np.int64)
    nexts, sources = points.copy(), policies.copy()
    levels = levels_of(polygons, counts, directions)
    before, rewards = levels.copy(), rewards_of(rows, centre, setting)
    supported(
        rows, given, directions, levels, rewards, empty, setting, np.int64(1), corners, points, policies,
        nexts, sources,
    )  # fmt: skip
    near = NEAR * setting[3] / (1.0 - setting[0])
    for s in range(len(counts)):
        for k in range(many):
            # Of several best policies one may go on for ever whose own payoffs cannot be sustained.
            if not empty[s] and not inside(points[s, k], directions, before[s], near):
                policies[s, k] = sources[s, k]
                for i in range(2):
                    points[s, k, i] = nexts[s, k, i]
    hulls, numbers = hulls_of(points, empty, setting[3], 0.0, polygons.shape[1])
    return hulls, numbers, points, policies


@njit(cache=True, nogil=True)
def inner_sets(
    rows: Rows,
    polygons: FloatArray,
    counts: IntArray,
    normals: FloatArray,
    alive: BoolArray,
    empty: BoolArray,
    centre: FloatArray,
    setting: Setting,
    follow: bool,
    most: int,
    tolerance: float,
    limit: int,
) -> Inner:
    """Return the family that the operator comes to from these sets, and its certificates."""
    draw, size = setting[1], setting[3]
    here, numbers = polygons.copy(), counts.copy()
    left, none = alive.copy(), empty.copy()
    points, policies = np.zeros((len(counts), 1, 2)), np.zeros((len(counts), 1), np.int64)
    change, step, known = np.inf, 0, normals
    while step < limit and change > tolerance * size and not none.all():
        step += 1
        new, many, points, policies = one_step(rows, here, numbers, known, centre, left, none, setting)
        change = 0.0
        for s in range(len(counts)):
            if numbers[s] != 0 and many[s] == 0:
                change = np.inf
            elif many[s] > 0:
                change = max(change, largest_distance(here[s], numbers[s], new[s], many[s]))
                change = max(change, largest_distance(new[s], many[s], here[s], numbers[s]))
        here, numbers = new, many
        if follow:
            known, _ = merged_normals(edge_normals(here, numbers, size), normals[:0], most)
        if draw > 0.0 and step % OFTEN == 0 and change <= draw * size:
            # What is left to move may be less than there is room for.
            early = certified(rows, here, numbers, points, policies, setting, draw * size)
            if early[4]:
                return early
    return certified(rows, here, numbers, points, policies, setting, np.inf)
