"""Inner bound of perfect public equilibrium payoffs: a set that generates itself, found, grown and proven.

A set to start from: the operator of `payoffs.py` is iterated from the outer bound with
incentive constraints tightened, W being the hull of what is generated in the outer bound's directions; the
play that the last iterate describes is solved for (`play.py`). If its incentives hold, the hull of its
payoffs generates itself, and is grown by what it generates (`kernels/growth.py`). Otherwise more room
is tried; at last the pure stage equilibria.

Then everything is drawn in by a little, so that continuations lie strictly inside the set and corners
strictly inside what is generated: with a centre c, continuations go to w + r (c - w), what they generate to
v + r (c - v) + r (1 - delta) (g - c), and the corner is put half-way between that and v + r (c - v).
"""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np

from negotiation.numeric import KNIFE_EDGE, FloatArray, IntArray
from negotiation.solvers.payoff_sets.common.fixed_play import mixture_weights
from negotiation.solvers.payoff_sets.public.constraints import SignalConstraints
from negotiation.solvers.payoff_sets.public.numerics import NUMERICS
from negotiation.solvers.payoff_sets.public.outer_bound import OuterBound, hull_of
from negotiation.solvers.payoff_sets.public.play import (
    PublicPlay,
    generation_margin,
    incentive_margin,
    public_play,
)

KNIFE = "up to the knife edge"
"""How an inner bound is certified where constraints are met with a shortfall that counts as none."""


def inner_bound(constraints: SignalConstraints, outer: OuterBound, limit: int) -> tuple[PublicPlay, float]:
    """Return the best certified play found and its distance from the outer bound."""
    best = stage_equilibria(constraints)
    gap = distance(outer.polygon, best.points)
    # Bounds of a curved set need room in proportion to how far they are apart.
    for tighter in NUMERICS.tighter:
        if gap <= NUMERICS.jump or tighter < NUMERICS.needed * outer.beyond:
            continue
        play = _play(constraints, outer, tighter, limit)
        if play is None or play.margin < -NUMERICS.rounding:
            continue
        grown = _drawn_in(constraints, _grown(constraints, outer, play, gap))
        near = distance(outer.polygon, grown.points)
        if grown.margin >= -NUMERICS.rounding and near < gap:
            best, gap = grown, near
            if near <= NUMERICS.apart * max(outer.beyond, tighter):
                break
    if gap > max(NUMERICS.jump, NUMERICS.apart * outer.beyond):
        edge = _play(constraints, outer, -0.5 * KNIFE_EDGE, limit)
        if edge is not None and edge.margin >= -KNIFE_EDGE:
            near = distance(outer.polygon, edge.points)
            if near < 0.5 * gap:
                best, gap = replace(edge, reason=f"inner bound certified {KNIFE}"), near
    return best, gap


def distance(outer: FloatArray, inner: FloatArray) -> float:
    """Return the largest distance of a corner of one polygon from another; infinite from an empty one."""
    from negotiation.solvers.payoff_sets.common.polygons import largest_distance

    return float(largest_distance(outer, len(outer), inner, len(inner)))


def stage_equilibria(constraints: SignalConstraints) -> PublicPlay:
    """Return the pure stage equilibria: their hull always generates itself."""
    used = np.arange(constraints.gains.shape[1]) < constraints.n_constraints[:, None]
    worst = np.where(used, constraints.gains, 0.0).max(axis=1)
    still = np.flatnonzero((worst <= 0.0) & (constraints.hopeless == 0))
    kept = still[_corners(constraints.payoffs[still])]
    points = constraints.payoffs[kept]
    n_signals = constraints.probabilities.shape[1]
    reason = "inner bound certified: the pure stage equilibria" if len(kept) else "inner bound empty"
    return PublicPlay(points, kept, np.repeat(points[:, None], n_signals, axis=1), 0.0, reason)


def _corners(points: FloatArray) -> IntArray:
    """Return which points are corners of their hull, counter-clockwise."""
    from negotiation.solvers.payoff_sets.public.kernels.growth import hull_positions

    if not len(points):
        return np.empty(0, np.intp)
    found: IntArray = hull_positions(np.ascontiguousarray(points), len(points))
    return found


def _play(constraints: SignalConstraints, outer: OuterBound, tighter: float, limit: int) -> PublicPlay | None:
    """Return the play that the tightened operator's last iterate describes; None where there is none."""
    from negotiation.solvers.payoff_sets.public.kernels.operator import iterate_hulls

    if not len(outer.points):
        return None
    patience = float(constraints.deltas.max())
    room = max(0.0, NUMERICS.room * tighter * (1.0 - patience))
    steps = min(limit, NUMERICS.iterates + int(NUMERICS.iterate_lives / -log(patience)))
    points, profiles, continuations = iterate_hulls(
        outer.directions, outer.polygon, constraints.compiled(tighter),
        outer.alive.copy(), max(0.1 * room, NUMERICS.rounding), steps,
    )  # fmt: skip
    if not len(points):
        return None
    hull = hull_of(points, 0.1 * room)
    states = np.array([np.abs(points - corner).sum(axis=1).argmin() for corner in hull], np.intp)
    weights = np.zeros((len(states), continuations.shape[1], len(states)))
    for k, state in enumerate(states):
        used = constraints.n_signals[profiles[state]]
        weights[k, :used] = mixture_weights(continuations[state, :used], points[states])
        weights[k, used:, 0] = 1.0
    return _only(public_play(constraints, profiles[states], weights))


def _only(play: PublicPlay) -> PublicPlay:
    """Return the play from the corners of its payoffs; the margin is still that of all states."""
    kept = _corners(play.points)
    return replace(
        play, points=play.points[kept], profiles=play.profiles[kept], continuations=play.continuations[kept]
    )


def _with(play: PublicPlay, still: PublicPlay) -> PublicPlay:
    """Return a play and the pure stage equilibria, which generate themselves."""
    return _only(
        replace(
            play,
            points=np.vstack([play.points, still.points]),
            profiles=np.r_[play.profiles, still.profiles],
            continuations=np.concatenate([play.continuations, still.continuations]),
        )
    )


def _grown(constraints: SignalConstraints, outer: OuterBound, play: PublicPlay, gap: float) -> PublicPlay:
    """Return the play and what it generates in turn; where it has no interior the play itself."""
    from negotiation.solvers.payoff_sets.public.kernels.growth import grown
    from negotiation.solvers.payoff_sets.public.kernels.operator import Generated

    near = min(gap, distance(outer.polygon, play.points))
    if len(play.points) < 3 or near <= NUMERICS.jump:
        return play
    patience = float(constraints.deltas.max())
    steps = NUMERICS.growths + int(NUMERICS.growth_lives / -log(patience))
    tolerance = max(NUMERICS.least_growth, NUMERICS.growth * near * (1.0 - patience))
    points, profiles, continuations = grown(
        Generated(play.points, play.profiles, play.continuations), constraints.compiled(NUMERICS.growing),
        outer.alive, tolerance, NUMERICS.corners, steps,
    )  # fmt: skip
    return replace(play, points=points, profiles=profiles, continuations=continuations)


def _drawn_in(constraints: SignalConstraints, play: PublicPlay) -> PublicPlay:
    """Return the play with everything strictly inside, by as much as the incentives allow."""
    centre = play.points.mean(axis=0)
    stage = constraints.payoffs[play.profiles]
    found = play
    for share in NUMERICS.drawn:
        continuations = play.continuations + share * (centre - play.continuations)
        beyond = 0.5 * (1.0 - constraints.deltas) * (stage - centre)
        points = play.points + share * (centre - play.points + beyond)
        margin = incentive_margin(constraints, play.profiles, continuations)
        found = _only(PublicPlay(points, play.profiles, continuations, margin, play.reason))
        found = _with(found, stage_equilibria(constraints))
        if len(found.points) > 2:
            found = replace(found, margin=min(margin, generation_margin(constraints, found)))
        if found.margin >= 0.0:
            break
    return found
