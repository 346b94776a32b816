"""A finite certificate of self-generation under a public signal: play that a contraction fixes, then checked.

Given candidate points, the profile a that is to generate each and, for each signal y, its continuation as a
mixture L_y of the points, the payoffs of that play solve v_i = (1 - delta_i) g_i(a) + delta_i sum_y pi(y | a)
L_y v_i: one linear system for each player, whatever the candidates' errors were. Each solution point is then
generated with continuations in the hull of the solution points. If the incentive constraints hold too, the
hull generates itself and is within the perfect public equilibrium payoffs (Abreu, Pearce and Stacchetti
1990, theorem 1). Cost: N linear systems of as many unknowns as points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solvers.payoff_sets.public.constraints import SignalConstraints


@dataclass(frozen=True, eq=False)
class PublicPlay:
    """Payoffs of a play under a public signal, and what generates each; in scaled payoffs."""

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
    """Return the payoffs of play that starts in each state and moves between them by signal and lot.

    Shapes: `profiles` (m,), `weights` (m, Y, m).
    """
    chances = constraints.probabilities[profiles]
    moves = np.einsum("ky,kyj->kj", chances, weights)
    values = discounted_values(moves, constraints.payoffs[profiles], constraints.deltas.tolist())
    continuations = weights @ values
    return PublicPlay(values, profiles, continuations, incentive_margin(constraints, profiles, continuations))


def incentive_margin(constraints: SignalConstraints, profiles: IntArray, continuations: FloatArray) -> float:
    """Return the least slack of an incentive constraint, in payoffs of a period's continuation.

    A constraint of nobody who gains, with continuations that do not depend on the signal, is met.
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
    """Return how far inside the hull of the points the continuations are, and they inside what they generate.

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
    """Return which points are corners of their hull, counter-clockwise: a corner keeps what belongs to it."""
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
