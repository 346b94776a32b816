"""Pure-strategy subgame-perfect equilibrium payoffs of stochastic games, two players, public randomisation.

The operator of Abreu, Pearce and Stacchetti (1990) by state (Yeltekin, Cai and Judd 2017). As in Abreu,
Brooks and Sannikov, profiles whose constraints do not bind are valued as the Markov program that they are
part of and not one step at a time, so that the number of iterations does not grow with patience for their
sake; those whose constraints bind stop at one of at most four points. The normals of the sets' edges are
shared by all states and follow them, which makes the limit exact. In games of many states they are thinned
out, and the bounds stay a little apart.

Cost: an iteration takes rows x successors x normals, and a Markov program for each normal.

What is asked of an equilibrium: that play and every departure by one player alone lead to states with an
equilibrium. Nothing is asked of what two players who depart at once would lead to.

Inner bounds are certified in `kernels/inner.py`; here is which certificate is tried, and in what order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.checks.self_generation import verify_state_payoff_sets
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet, StatePayoffSets
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import states_on_own_ranges
from negotiation.game_theory.solvers.payoff_sets.stochastic.compressed_game import (
    CompressedGame,
    compressed_game,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import Course, Family, Outer
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import EnforcementTerms


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
    return outer.after(iterated(game, outer.copied(), outer.normals, terms, course, False))


def _relaxed(game: CompressedGame, relaxed: float, stop: BoolArray) -> EnforcementTerms:
    """Return the terms of an outer bound: no draw, constraints a little relaxed."""
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import EnforcementTerms

    return EnforcementTerms(0.0, relaxed * game.size, np.zeros((len(game.actions), 2)), stop)


METHOD = "state_polygons"


@states_on_own_ranges
def stochastic_payoffs(
    game: StochasticGame,
    *,
    limit: int | None = None,
    normals: int | None = None,
    stop: BoolArray | None = None,
) -> StatePayoffSets:
    """Bounds of the pure-strategy subgame-perfect payoffs of every state, with public randomisation."""
    if normals is not None and (normals < 8 or normals % 4):
        raise InvalidGame(
            f"`directions` must be a multiple of 4, at least 8, for a StochasticGame; got {normals}"
        )
    stop = never() if stop is None else stop
    compressed = compressed_game(game)
    payoff_sets = _bounded(game, compressed, normals, KNIFE_EDGE, limit, stop)
    doubtful = payoff_sets.reason.startswith(UP_TO_ROUNDING) and game.is_rational
    # What holds only because the constraints are relaxed is decided in rational numbers.
    if doubtful and not verify_state_payoff_sets(game, payoff_sets, exact=True).holds:
        second = _bounded(game, compressed, normals, NUMERICS.resolved, limit, stop)
        return second if second.status == "complete" else payoff_sets
    return payoff_sets


def _bounded(
    game: StochasticGame,
    compressed: CompressedGame,
    normals: int | None,
    relaxed: float,
    limit: int | None,
    stop: BoolArray,
) -> StatePayoffSets:
    near = NUMERICS.meet * compressed.size
    outer = first_outer_bound(compressed, relaxed, normals, limit, stop)
    inner = best_inner_bound(compressed, outer, outer, limit)
    late = bool(stop[0])
    if outer.many and inner.reason != CERTIFIED and not late:
        # Where states wait long for each other, coarser sets come to rest sooner than exact ones.
        thinned = first_outer_bound(compressed, relaxed, None, limit, stop, thinned=True)
        inner = best_inner_bound(compressed, thinned, outer, limit)
    elif inner.gap > near and not (outer.coarse or late) and outer.steps < outer.course.limit:
        # An edge that no direction has shown yet is the likeliest reason.
        outer = longer_outer_bound(compressed, outer, outer.course.limit - outer.steps)
        inner = best_inner_bound(compressed, outer, outer, limit)
    # Values are sums over the future: rounding in a payoff counts 1 / (1 - delta) times, in both bounds.
    rounding = NUMERICS.amplified * compressed.size / (1.0 - compressed.delta)
    reasons = [inner.reason]
    if not outer.is_settled:
        moved = f"moved by {outer.change:.1g} of their size after {outer.steps} iterations"
        more = ", and a larger `limit` allows more" if outer.many and limit is None else ""
        reasons.append(f"the outer bounds still {moved}{more}")
    if inner.gap > near:
        reasons.append(f"the bounds are up to {inner.gap / compressed.size:.2g} of the range apart")
    if rounding > near:
        share = rounding / compressed.size
        reasons.append(f"so near to 1, rounding alone moves values by up to {share:.2g} of the range")
    # Where rounding is more than what counts as meeting, the bounds are said to be that much further apart.
    gaps = inner.gaps + (rounding if rounding > near else 0.0)
    parts = tuple(
        _labelled(game, compressed, outer, inner, s, "; ".join(reasons), float(gaps[s]))
        for s in range(game.n_states)
    )
    meet = bool((gaps <= near).all())
    return StatePayoffSets(game, parts, "complete" if meet else "partial", METHOD, "; ".join(reasons))


def _labelled(
    game: StochasticGame,
    compressed: CompressedGame,
    outer: OuterBound,
    inner: InnerBound,
    s: int,
    reason: str,
    gap: float,
) -> StatePayoffSet:
    arrays = (
        outer.polygon(s, compressed.size) + compressed.shift,
        inner.vertices[s] + compressed.shift,
        outer.family.threats[s] + compressed.shift,
        inner.rows[s] - int(game.offsets[s]),
        inner.continuations[s] + compressed.shift,
    )
    read_only(*arrays)
    status: Status = "complete" if gap <= NUMERICS.meet * compressed.size else "partial"
    return StatePayoffSet(
        game,
        game.states[s],
        *arrays,
        status,
        METHOD,
        reason,
        outer.steps,
        outer.change,
        compressed.size,
        gap / compressed.size,
    )


CERTIFIED = "inner bound certified"
UP_TO_ROUNDING = "inner bound certified up to rounding"
NOT_CERTIFIED = "inner bound not certified"


@dataclass(frozen=True, eq=False)
class InnerBound:
    """An inner bound of every state: vertices, rows and continuations by state, and the gaps."""

    vertices: list[FloatArray]
    rows: list[IntArray]
    continuations: list[FloatArray]
    gaps: FloatArray
    reason: str

    @property
    def gap(self) -> float:
        """The largest distance of the bounds in any state."""
        return float(self.gaps.max(initial=0.0))


def best_inner_bound(
    game: CompressedGame, outer: OuterBound, above: OuterBound, limit: int | None
) -> InnerBound:
    """Return the first inner bound that all but meets the outer one, or the nearest of all tried.

    Sets without interior leave no room to spare: there the constraints as they are come first. Last come
    constraints relaxed nearly as those of the outer bound: at a knife edge nothing less gives the set.
    """
    as_they_are, edge = (0.0, NUMERICS.resolved), (0.0, NUMERICS.edge * outer.relaxed)
    draws = NUMERICS.coarse_draws if outer.coarse else NUMERICS.many_draws if outer.many else NUMERICS.draws
    tries = [(draw, -NUMERICS.tighter * draw) for draw in draws]
    first_will_do = outer.coarse or outer.many
    limit = NUMERICS.limit if limit is None else limit
    if first_will_do:
        limit = min(limit, NUMERICS.coarse_limit if outer.coarse else NUMERICS.many_limit)
    else:
        # A set of one or two vertices is a point or a segment.
        flat = any(0 < len(outer.polygon(s, game.size)) <= 2 for s in range(len(game.actions)))
        tries = [as_they_are, *tries, edge] if flat else [*tries, as_they_are, edge]
    best = _inner_bound(game, (outer, above), *tries[0], limit)
    for draw, relax in tries[1:]:
        if best.gap <= NUMERICS.meet * game.size or (first_will_do and best.reason == CERTIFIED):
            break
        if outer.course.stop[0]:
            break
        candidate = _inner_bound(game, (outer, above), draw, relax, limit)
        best = candidate if candidate.gap < best.gap else best
    return best


def _inner_bound(
    game: CompressedGame, bounds: tuple[OuterBound, OuterBound], draw: float, relax: float, limit: int
) -> InnerBound:
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import largest_distance
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.certificates import centres_of
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.inner import inner_sets
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.operator import EnforcementTerms

    outer, above = bounds[0], bounds[1].family
    centre = centres_of(outer.family.polygons, outer.family.counts)
    terms = EnforcementTerms(draw, relax * game.size, centre, outer.course.stop)
    start = _drawn(game, outer, terms, limit) if outer.coarse or outer.many else outer
    # What the iteration still moves when it ends has to stay well within the room that the draw leaves.
    tolerance = max(NUMERICS.cut, NUMERICS.finer * draw * (1.0 - game.delta))
    course = outer.course._replace(tolerance=tolerance, limit=limit)
    inner = inner_sets(game, start.family, start.normals, terms, course)
    states = range(len(game.actions))
    counts = inner.counts if inner.sound else np.zeros_like(inner.counts)
    gaps = [
        largest_distance(above.polygons[s], above.counts[s], inner.polygons[s], counts[s])
        if above.counts[s]
        else 0.0
        for s in states
    ]
    chosen = [inner.rows[s, : counts[s]].astype(np.intp) for s in states]
    ends = np.cumsum([int(np.diff(game.indptr)[rows].sum()) for rows in chosen])
    return InnerBound(
        [inner.polygons[s, : counts[s]].copy() for s in states],
        chosen,
        [part.copy() for part in np.split(inner.parts[: ends[-1]], ends[:-1])],
        np.array(gaps),
        (CERTIFIED if draw > 0.0 else UP_TO_ROUNDING) if inner.sound else NOT_CERTIFIED,
    )


def _drawn(game: CompressedGame, outer: OuterBound, terms: EnforcementTerms, limit: int) -> OuterBound:
    """Return the outer bounds of what the drawn and tightened operator sustains.

    From above the iteration is quick, and from there little is left to move.
    """
    from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.bounds import iterated

    fine = near = NUMERICS.finer * terms.draw
    if outer.many:
        near = NUMERICS.finer_many * terms.draw
    course = outer.course._replace(fine=fine, tolerance=near, limit=limit)
    return outer.after(iterated(game, outer.copied(), outer.normals, terms, course, False))
