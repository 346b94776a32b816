"""Compiled outer bounds of the payoff sets of a stochastic game, by iteration from above."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import copied, largest_distance
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import CompressedGame
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.cuts import levels_of, polygon_of
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import (
    EnforcementTerms,
    mark_empty,
    needed,
    options,
    supported,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.polygons import (
    HalfPlanes,
    at_middles,
    found_normals,
    interleaved,
    merged_normals,
    uniform_normals,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.punishments import punishments
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS


class Family(NamedTuple):
    """A family of sets, one for each state."""

    # (S, capacity, 2)
    polygons: FloatArray
    # (S,): numbers of vertices.
    counts: IntArray
    # (S, 2): the worst payoffs of each player.
    threats: FloatArray
    # (R,): rows that may still be enforced.
    alive: BoolArray
    # (S,): states of whose sets nothing is left.
    empty: BoolArray


class Course(NamedTuple):
    """The settings of an iteration; distances are relative to the size."""

    # Whether the normals are those of the sets themselves, so that the limit is exact.
    follow: bool
    most: int
    # Cuts that take away no more are not made.
    fine: float
    # Change at which sets have settled.
    tolerance: float
    # So many steps without a larger change end the iteration.
    quiet: int
    limit: int
    # (2,): raised when time is up, and looked at after each step.
    stop: BoolArray


class Outer(NamedTuple):
    """The result of an iteration: the sets, their normals, the number of steps and the last change."""

    family: Family
    normals: FloatArray
    steps: int
    change: float


@njit(cache=True, nogil=True)
def raised_threats(game: CompressedGame, floors: FloatArray, family: Family, stop: BoolArray) -> None:
    """Raise the threats, in place, to the least values that punishments can have.

    `floors` (R, 2): each player's sure payoff if a row is prescribed.
    """
    threats, empty = family.threats, family.empty
    for i in range(2):
        before = threats[:, i].copy()
        worst = punishments(game, i, floors[:, i].copy(), family.alive, empty, before, stop)
        for s in range(len(empty)):
            threats[s, i] = max(threats[s, i], worst[s])


def first_family(game: CompressedGame, capacity: int) -> Family:
    """Return the square of all payoffs for every state, with threats below all payoffs."""
    states = len(game.actions)
    polygons, most = np.zeros((states, capacity, 2)), game.payoffs.max(axis=0)
    polygons[:, 1:3, 0], polygons[:, 2:4, 1] = most
    alive, empty = np.ones(len(game.payoffs), np.bool_), np.zeros(states, np.bool_)
    return Family(polygons, np.full(states, 4), np.zeros((states, 2)), alive, empty)


@njit(cache=True, nogil=True)
def redrawn(
    family: Family, planes: HalfPlanes, order: IntArray, size: float, fine: float
) -> tuple[float, BoolArray]:
    """Replace the polygons by those within the half-planes; return the change and the normals with an edge.

    A state with an empty set gets a polygon without vertices.
    """
    polygons, counts = family.polygons, family.counts
    change, used = 0.0, np.zeros(len(planes.normals), np.bool_)
    new = np.empty((len(planes.normals) + NUMERICS.spare_vertices, 2))
    for s in range(len(counts)):
        if family.empty[s]:
            counts[s] = 0
            continue
        count = polygon_of(planes.normals, order, planes.levels[s], size, fine, used, new)
        if count > 0:
            change = max(change, largest_distance(polygons[s], counts[s], new, count))
        copied(new, count, polygons[s])
        counts[s] = count
    return change, used


def outer_sets(game: CompressedGame, terms: EnforcementTerms, course: Course) -> Outer:
    """Iterate the operator from above, from the square of all payoffs and the pure minmax values.

    If the normals do not follow the sets, there are `course.most` of them at equal angles. This function is
    not compiled, since compiling it would optimise all that it calls once more.
    """
    family = first_family(game, course.most + NUMERICS.spare_vertices)
    normals = uniform_normals(NUMERICS.start if course.follow else course.most)
    outer: Outer = iterated(game, family, normals, terms, course, True)
    return outer


@njit(cache=True, nogil=True)
def iterated(
    game: CompressedGame, family: Family, normals: FloatArray,
    terms: EnforcementTerms, course: Course, fresh: bool,
) -> Outer:  # fmt: skip
    """Iterate the operator, in place, until the sets have moved by at most the tolerance for some steps.

    The threats of a `fresh` family are first raised to the pure minmax values.
    """
    if fresh:
        raised_threats(game, np.full((len(game.payoffs), 2), -np.inf), family, course.stop)
    threats, alive, empty = family.threats, family.alive, family.empty
    order, size, strict = np.arange(len(normals)), game.size, terms.draw > 0.0
    every = 1 if course.follow else 2
    change, step, still = np.inf, 0, 0
    # One iteration: what continuations are needed -> what each row can do -> how far the best policies reach
    # in each direction -> punishments -> the sets within the new half-planes -> the normals of the next ones.
    while step < course.limit and still < course.quiet and not (step > 0 and course.stop[0]):
        step += 1
        # What is far shallower than the sets still move is not worth a corner yet.
        depth = max(course.fine, NUMERICS.depth * change) if change < 1.0 else course.fine
        corners = at_middles(family.polygons, family.counts, normals, size)
        b = needed(game, threats, terms.relax, strict)
        directions = interleaved(normals)
        given, ranking = options(game, terms, corners, directions, b, alive, empty)
        if terms.stop[1]:
            return Outer(family, normals, step - 1, change)
        for r in range(len(alive)):
            alive[r] = given.alive[r]
        # A state has lost its last row: what was computed used its set, so that the step is made again
        # without it.
        if mark_empty(game, alive, empty, threats):
            for s in range(len(empty)):
                family.counts[s] = 0 if empty[s] else family.counts[s]
            change, still = np.inf, 0
            continue
        if empty.all():
            return Outer(family, normals, step, 0.0)
        # The levels of the sets as they are: bounds from which those of the programs are taken down.
        planes = HalfPlanes(directions, levels_of(family.polygons, family.counts, directions, size))
        best = supported(game, terms, given, ranking, planes, empty, every)
        if terms.stop[1]:
            return Outer(family, normals, step - 1, change)
        before = threats.copy()
        raised_threats(game, given.floors, family, terms.stop)
        # Of normals and middles in turns the normals: only these bound the next sets.
        levels = planes.levels[:, 0::2]
        cut_at_threats(normals, levels, threats, empty)
        change, used = redrawn(family, HalfPlanes(normals, levels.copy()), order, size, depth)
        # Threats that rise can empty rows later, though the sets have not moved yet.
        change = max(change, raised_by(game, family, before)) / size
        if mark_empty(game, alive, empty, threats):
            change = np.inf
        elif course.follow:
            shown = found_normals(best.nexts, best.points, planes, empty, size, depth, course.most)
            # Before the sets have settled, what is one edge in the end has as many normals as states.
            alike = max(NUMERICS.alike, min(change, NUMERICS.turned_most))
            wanted, order = merged_normals(shown, normals[used], course.most, alike)
            normals = refitted(family, normals, wanted, order, used, size, depth)
        still = still + 1 if change <= course.tolerance else 0
    return Outer(family, normals, step, change)


@njit(cache=True, nogil=True)
def raised_by(game: CompressedGame, family: Family, before: FloatArray) -> float:
    """Return by how much threats have risen, after dropping the rows of states with empty sets."""
    change = 0.0
    for s in range(len(family.empty)):
        if not family.empty[s]:
            for i in range(2):
                change = max(change, abs(family.threats[s, i] - before[s, i]))
            if family.counts[s] == 0:
                family.alive[game.firsts[s] : game.firsts[s + 1]] = False
    return change


@njit(cache=True, nogil=True)
def cut_at_threats(normals: FloatArray, levels: FloatArray, threats: FloatArray, empty: BoolArray) -> None:
    """Lower the levels along the negative axes to the threats, and raise the threats to them, in place."""
    for n in range(len(normals)):
        for i in range(2):
            # The half-plane -w_i <= level and the threat u_i say the same of one coordinate; each takes over
            # what the other knows.
            if normals[n, i] == -1.0 and normals[n, 1 - i] == 0.0:
                for s in range(len(empty)):
                    if not empty[s]:
                        threats[s, i] = max(threats[s, i], -levels[s, n])
                        levels[s, n] = min(levels[s, n], -threats[s, i])


@njit(cache=True, nogil=True)
def refitted(
    family: Family,
    normals: FloatArray,
    wanted: FloatArray,
    order: IntArray,
    used: BoolArray,
    size: float,
    fine: float,
) -> FloatArray:
    """Return the wanted normals; polygons with an edge whose normal is missing are drawn around."""
    for n in range(len(normals)):
        # Polygons are stored by their vertices and read off at normals: an edge whose normal is not wanted
        # any more would come out as a corner cut off, so that the set is drawn around first, which only
        # enlarges it.
        if used[n]:
            missing = True
            for m in range(len(wanted)):
                if wanted[m, 0] == normals[n, 0] and wanted[m, 1] == normals[n, 1]:
                    missing = False
                    break
            if missing:
                planes = HalfPlanes(wanted, levels_of(family.polygons, family.counts, wanted, size))
                redrawn(family, planes, order, size, fine)
                break
    return wanted
