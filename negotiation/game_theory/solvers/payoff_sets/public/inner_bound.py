"""Inner bound of perfect public equilibrium payoffs: a set that generates itself, found and proven.

The method is policy iteration (Howard 1960). W is a polygon, at first the outer bound. For each direction, a
profile and continuations in W reach farthest under tightened incentives. The corners of the hull of these
points are the states of a play, in which each continuation is a lottery over the states. The payoffs of that
play solve a linear system (`PublicPlay`), and their hull is the next W. As soon as the incentives hold in the
play's own payoffs, that hull generates itself. If policy iteration stalls, incentives are tightened more. If
the bounds are still apart, a polygon is tried that leaves room for its corners (see below), and in the end
the pure stage equilibria.

Finally everything is drawn in a little, so that continuations lie strictly inside the set, and corners
strictly inside what is generated. With a centre c, continuations move to w + r (c - w), the payoffs that they
generate to v + r (c - v) + r (1 - delta) (g - c), and the corner half-way between that and v + r (c - v).

The polygon that leaves room for its corners is a fixed point of a lowered operator. At a fixed point of the
outer bound's operator, the payoffs that W generates touch each half-plane of W, but the corners of W, where
two half-planes meet, reach beyond them. So W is no inner bound. Let the levels b solve

    b_k = max_a (reach of profile a in direction k, continuations in W(b)) - e_k,

with e_k > 0. Then the payoffs that W(b) generates reach beyond the half-plane k by e_k. If that covers the
corners next to it, W(b) is within what it generates, so it generates itself (Abreu, Pearce and Stacchetti
1990). Incentives hold without tightening, since the programs' continuations are in W(b) itself and not in a
nearby set. The loss is about e / (1 - delta), and corners reach beyond by about 1 - delta times the angle
between their half-planes. So the loss is about that angle at any discount factor.

The equation is the outer bound's with lower constants, and is solved in the same way, by steps of the
operator and frozen bases (`outer_bound.lowered`). The e_k are found in turn. They start at zero, and each
step adds the distance by which a corner lies outside the generated set to the e_k of its half-planes. The
first steps add only a part of it, since the other corners then need less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, IntArray
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget
from negotiation.game_theory.solvers.payoff_sets.common.fixed_play import mixture_weights
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays, HalfPlanes
from negotiation.game_theory.solvers.payoff_sets.public.constraints import SignalConstraints
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


@dataclass(frozen=True, eq=False)
class PublicPlay:
    """Payoffs of a play under a public signal, and what generates each; in scaled payoffs.

    Given points, the profile a that is to generate each and, for each signal y, its continuation as a mixture
    L_y of the points, the payoffs solve v_i = (1 - delta_i) g_i(a) + delta_i sum_y pi(y | a) L_y v_i,
    whatever the errors of the points were. If the incentives hold too, the hull of the solutions generates
    itself (Abreu, Pearce and Stacchetti 1990, theorem 1).
    """

    # (m, 2): payoffs within the hull of what is generated.
    points: FloatArray
    # (m,): row-major positions of the action profiles.
    profiles: IntArray
    # (m, Y, 2): continuation payoffs after each signal, within the hull of the points.
    continuations: FloatArray
    # Least slack of an incentive constraint.
    margin: float
    reason: str = "inner bound certified"


def public_play(constraints: SignalConstraints, profiles: IntArray, weights: FloatArray) -> PublicPlay:
    """Return the payoffs of a play from each state, which moves between states by signal and lottery.

    Shapes: `profiles` (m,), `weights` (m, Y, m).
    """
    chances = constraints.probabilities[profiles]
    moves = np.einsum("ky,kyj->kj", chances, weights)
    values = discounted_values(moves, constraints.payoffs[profiles], constraints.deltas.tolist())
    continuations = weights @ values
    return PublicPlay(values, profiles, continuations, incentive_margin(constraints, profiles, continuations))


def incentive_margin(constraints: SignalConstraints, profiles: IntArray, continuations: FloatArray) -> float:
    """Return the least slack of an incentive constraint, in continuation payoffs.

    A deviation without gain is deterred by continuations that do not depend on the signal.
    """
    if not len(profiles):
        return np.inf
    if constraints.hopeless[profiles].any():
        return -np.inf
    owners, deltas = constraints.owners[profiles], constraints.deltas
    # Falls of probability sum to zero: measured from the first signal, equal continuations give 0.
    spread = continuations - continuations[:, :1]
    own = np.take_along_axis(spread, owners[:, None, :], axis=2)
    worth = np.einsum("kmy,kym->km", constraints.coefficients[profiles], own)
    needed = (1.0 - deltas)[owners] / deltas[owners] * constraints.gains[profiles]
    used = np.arange(owners.shape[1]) < constraints.n_constraints[profiles][:, None]
    return float(np.where(used, worth - needed, np.inf).min(initial=np.inf))


def generation_margin(constraints: SignalConstraints, play: PublicPlay) -> float:
    """Return the least depth of continuations in the points' hull, and of points in what they generate.

    The points, at least three, are corners of their hull, counter-clockwise.
    """
    chances = constraints.probabilities[play.profiles]
    expected = np.einsum("ky,kyi->ki", chances, play.continuations)
    stage = constraints.payoffs[play.profiles]
    generated = (1.0 - constraints.deltas) * stage + constraints.deltas * expected
    used = np.arange(chances.shape[1]) < constraints.n_signals[play.profiles][:, None]
    corners = generated[corner_positions(generated)]
    return min(_depth(play.continuations[used], play.points), _depth(play.points, corners))


def corner_positions(points: FloatArray) -> IntArray:
    """Return the positions of the points that are corners of their hull, counter-clockwise."""
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import convex_hull

    order, corners = np.empty(len(points), np.int64), np.empty((2 * len(points) + 2, 2))
    # On a size of zero nothing is one up to rounding, and corners are points as they are.
    count = convex_hull(np.ascontiguousarray(points), len(points), 0.0, order, corners)
    places = {(x, y): k for k, (x, y) in enumerate(points.tolist())}
    return np.array([places[x, y] for x, y in corners[:count].tolist()], dtype=np.intp)


def _depth(points: FloatArray, polygon: FloatArray) -> float:
    """Return the least distance of points from the lines of a polygon's edges; negative outside."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1) / np.maximum(lengths, 1e-300)[:, None]
    return float(((normals * polygon).sum(axis=1)[:, None] - normals @ points.T).min())


# How an inner bound is certified where constraints are met with a shortfall that counts as none.
KNIFE = "up to the knife edge"


def inner_bound(
    constraints: SignalConstraints, outer: OuterBound, budget: Budget
) -> tuple[PublicPlay, float]:
    """Return the best certified play found and its distance from the outer bound.

    A set that leaves room for its corners is tried with a limited number of steps of the operator.
    """
    best = stage_equilibria(constraints)
    gap = distance(outer.polygon, best.points)
    if not len(outer.points) or gap <= NUMERICS.jump:
        return best, gap
    for play in _plays(constraints, outer, budget):
        drawn = _drawn_in(constraints, play)
        near = distance(outer.polygon, drawn.points)
        # The margin is that of the drawn-in play itself: what led there proves nothing.
        if drawn.margin >= -NUMERICS.rounding and near < gap:
            best, gap = drawn, near
        if gap <= NUMERICS.goal:
            break
    return best, gap


def knife_edge(
    constraints: SignalConstraints, outer: OuterBound, budget: Budget, gap: float
) -> PublicPlay | None:
    """Return a play certified up to a negligible shortfall if that halves the gap, or None."""
    over_time = outer.beyond / (1.0 - float(constraints.deltas.max()))
    if not len(outer.points) or gap <= max(NUMERICS.jump, NUMERICS.apart * over_time):
        return None
    edge = _play(constraints, outer, budget, -0.5 * KNIFE_EDGE)
    # A knife edge is worth the weaker certificate only if it brings the bounds much nearer.
    if edge is None or distance(outer.polygon, edge.points) >= 0.5 * gap:
        return None
    return replace(edge, reason=f"inner bound certified {KNIFE}")


def _plays(constraints: SignalConstraints, outer: OuterBound, budget: Budget) -> Iterator[PublicPlay]:
    """Yield plays whose incentives hold: from the outer bound, then from a set with room for corners."""
    # Bounds of a curved set need room in proportion to how far they are apart.
    # Least room first: the sooner the incentives hold, the nearer the bounds.
    enough = [tighter for tighter in NUMERICS.tighter if tighter >= NUMERICS.needed * outer.beyond]
    play = _play(constraints, outer, budget, enough[0]) if enough else None
    if play is not None:
        yield play
    generating = spared_generation(constraints.compiled(NUMERICS.spare), outer, budget)
    play = None if generating is None else _solved(constraints, generating)
    if play is not None and play.margin >= 0.0:
        yield _only(play)
        return
    # Where no corners can be provided for, as in a thin set: the room stays, and is not taken too early.
    for tighter in enough:
        play = _play(constraints, outer, budget, tighter, NUMERICS.enduring)
        if play is not None:
            yield play


def distance(outer: FloatArray, inner: FloatArray) -> float:
    """Return the largest distance of a corner of one polygon from another; infinite from an empty one."""
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import largest_distance

    return float(largest_distance(outer, len(outer), inner, len(inner)))


def stage_equilibria(constraints: SignalConstraints) -> PublicPlay:
    """Return the pure stage equilibria: their hull always generates itself."""
    used = np.arange(constraints.gains.shape[1]) < constraints.n_constraints[:, None]
    worst = np.where(used, constraints.gains, 0.0).max(axis=1)
    still = np.flatnonzero((worst <= 0.0) & (constraints.hopeless == 0))
    corners = still[corner_positions(constraints.payoffs[still])]
    points = constraints.payoffs[corners]
    n_signals = constraints.probabilities.shape[1]
    reason = "inner bound certified: the pure stage equilibria" if len(corners) else "inner bound empty"
    return PublicPlay(points, corners, np.repeat(points[:, None], n_signals, axis=1), 0.0, reason)


def _play(
    constraints: SignalConstraints,
    outer: OuterBound,
    budget: Budget,
    tighter: float,
    patience: int = NUMERICS.patience,
) -> PublicPlay | None:
    """Return a play whose incentives hold, by policy iteration with the incentives tightened, or None.

    If the shortfall has not halved after `patience` systems, incentives are tightened further.
    """
    enough = min(0.0, 2.0 * tighter)
    margins: list[float] = []
    polygon = outer.polygon
    for _ in range(max(patience, NUMERICS.improvements)):
        if budget.is_spent:
            return None
        play = _improved(constraints, constraints.compiled(tighter), outer, polygon)
        if play is None:
            return None
        if play.margin >= enough:
            return _only(play)
        margins.append(play.margin)
        if len(margins) > patience and margins[-1] < 0.5 * margins[-1 - patience]:
            if tighter < 0.0:
                return None
            # What is left is not to be had by going on: the corners change places. More room covers it.
            tighter, margins = max(tighter, -2.0 * max(margins)), []
        polygon = hull_of(play.points, NUMERICS.on_line)
    return None


def _improved(
    constraints: SignalConstraints, numbers: ConstraintArrays, outer: OuterBound, polygon: FloatArray
) -> PublicPlay | None:
    """Return the solved play that generates the farthest payoffs with continuations in a polygon."""
    from negotiation.game_theory.solvers.payoff_sets.common.kernels.bases import Programs
    from negotiation.game_theory.solvers.payoff_sets.public.kernels.operator import (
        fill_in,
        half_planes_of,
        maximisers,
        new_reach,
    )

    programs = Programs(numbers, half_planes_of(polygon), 0.0)
    directions = middles(outer.directions)
    best_profiles = maximisers(directions, programs, new_reach(outer.alive.copy(), directions, programs))
    return _solved(constraints, best_profiles) if fill_in(directions, best_profiles) else None


def _solved(constraints: SignalConstraints, solved: Generated) -> PublicPlay:
    """Return the play from the corners of the generated payoffs, with lotteries over these corners."""
    points, profiles, continuations = solved
    hull = hull_of(points, NUMERICS.on_line)
    states = np.abs(hull[:, None] - points).sum(axis=2).argmin(axis=1)
    used = np.arange(continuations.shape[1]) < constraints.n_signals[profiles[states]][:, None]
    weights = np.zeros((*used.shape, len(states)))
    weights[~used, 0] = 1.0
    weights[used] = mixture_weights(continuations[states][used], points[states])
    return public_play(constraints, profiles[states], weights)


def _only(play: PublicPlay) -> PublicPlay:
    """Return the play from the corners of its payoffs, with the margin of all states."""
    corners = corner_positions(play.points)
    return replace(
        play,
        points=play.points[corners],
        profiles=play.profiles[corners],
        continuations=play.continuations[corners],
    )


def _with(play: PublicPlay, still: PublicPlay) -> PublicPlay:
    """Return a play joined with the pure stage equilibria, which generate themselves."""
    return _only(
        replace(
            play,
            points=np.vstack([play.points, still.points]),
            profiles=np.r_[play.profiles, still.profiles],
            continuations=np.concatenate([play.continuations, still.continuations]),
        )
    )


def _drawn_in(constraints: SignalConstraints, play: PublicPlay) -> PublicPlay:
    """Return the play drawn strictly inside, by as much as the incentives allow."""
    centre = play.points.mean(axis=0)
    stage = constraints.payoffs[play.profiles]
    result = play
    for share in NUMERICS.drawn:
        continuations = play.continuations + share * (centre - play.continuations)
        beyond = 0.5 * (1.0 - constraints.deltas) * (stage - centre)
        points = play.points + share * (centre - play.points + beyond)
        margin = incentive_margin(constraints, play.profiles, continuations)
        result = _only(PublicPlay(points, play.profiles, continuations, margin, play.reason))
        result = _with(result, stage_equilibria(constraints))
        if len(result.points) > 2:
            result = replace(result, margin=min(margin, generation_margin(constraints, result)))
        if result.margin >= 0.0:
            break
    return result


def spared_generation(numbers: ConstraintArrays, outer: OuterBound, budget: Budget) -> Generated | None:
    """Return what a polygon generates that covers the polygon up to `covered`; None if none is found."""
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
        generated_set = (maximisers(directions, programs, along), maximisers(between, programs, halfway))
        came = [each.profiles >= 0 for each in generated_set]
        generated = Generated(
            np.vstack([each.points[ended] for each, ended in zip(generated_set, came, strict=True)]),
            np.concatenate([each.profiles[ended] for each, ended in zip(generated_set, came, strict=True)]),
            np.concatenate(
                [each.continuations[ended] for each, ended in zip(generated_set, came, strict=True)]
            ),
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
    """Return how far each corner lies beyond the line of some edge of a convex polygon; 0 inside.

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
    result: FloatArray = np.maximum(beyond.max(axis=1), 0.0)
    return result
