"""Bounds of pure-strategy subgame-perfect payoffs of two players, whose discount factors may differ.

Monitoring is perfect and there is public randomisation. The operator is that of Abreu, Pearce and Stacchetti
(1990). Each set of admissible continuations is an exactly clipped polygon, in place of the linear programs of
Judd, Yeltekin and Conklin (2003).

- Outer, "judd_yeltekin_conklin" (their section 4, the outer approximation): an iterate is the half-planes
  with fixed normals that contain all that the last one generates. "aps": it is the hull itself, with edges
  merged outwards within 1e-14 of the size, or more if there would be over 256 vertices. Both start from the
  box of each player's pure minmax and greatest payoff: if discount factors differ, players trade over time
  and the set can leave the feasible set (Lehrer and Pauzner 1999).
- Inner: the same iteration with slightly tighter constraints and vertices dropped inwards. The payoffs of the
  play that the last iterate describes are then solved for, and its incentives are checked (`fixed_play.py`).
  If that fails, the bound is the hull of the pure stage equilibria, which always generates itself. If the set
  jumps at the discount factors themselves, untightened constraints count as met up to `KNIFE_EDGE`, or
  exactly in a game of rational numbers.

The cost of an iteration is profiles times vertices, plus a sort. The number of iterations grows as
1 / (1 - the larger discount factor).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.common.fixed_play import (
    FixedPlay,
    exact_play,
    fixed_play,
    mixture_weights,
)
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import each_on_own_range, own_ranges
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS as SHARED
from negotiation.game_theory.solvers.payoff_sets.perfect.abreu_sannikov import doubted
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.common.stage import Stage


@dataclass(frozen=True)
class _Setting:
    """The game as arrays, with each player's least payoff shifted to zero, and the limits of iterations."""

    stage: Stage
    deltas: FloatArray
    shift: FloatArray
    limit: int
    stop: BoolArray

    @property
    def size(self) -> float:
        """The larger range of a player's payoffs, or 1 if both are constant."""
        return self.stage.size

    @property
    def minmax(self) -> FloatArray:
        """The pure minmax payoffs, shape (2,): each player's least best-response payoff."""
        best: FloatArray = (self.stage.payoffs + self.stage.gains).min(axis=0)
        return best


@dataclass(frozen=True)
class _Outer:
    """The outer bound and how it was reached; `change` and `merged` are relative to the size."""

    polygon: FloatArray
    threats: FloatArray
    active: IntArray
    steps: int
    change: float
    merged: float
    settled: bool


@Takes("a payoff set", (RepeatedGame,), (2,), "refused")
def judd_yeltekin_conklin(
    game: RepeatedGame,
    *,
    directions: int | npt.ArrayLike = NUMERICS.directions,
    limit: int = SHARED.iterations,
    stop: BoolArray | None = None,
) -> PayoffSet:
    """Return bounds of the equilibrium payoffs of two players; the outer bound has fixed normals.

    `directions` is the number of evenly spread normals or an array of normals, shape (L, 2).
    """
    normals = direction_array(directions)
    if not isinstance(directions, (int, np.integer)):
        # A half-plane n . v <= l is (n_i 2^k_i) . (v_i / 2^k_i) <= l where payoffs are divided by 2^k_i.
        normals = direction_array(np.ldexp(normals, own_ranges((game.stage,)).exponents[:2]))
    return _with_directions(game, normals=normals, limit=limit, stop=stop)


@each_on_own_range
def _with_directions(
    game: RepeatedGame, *, normals: FloatArray, limit: int, stop: BoolArray | None
) -> PayoffSet:
    return _bounds(_setting(game, limit, stop), game, "judd_yeltekin_conklin", normals)


@Takes("a payoff set", (RepeatedGame,), (2,), "refused")
@each_on_own_range
def abreu_pearce_stacchetti(
    game: RepeatedGame, *, limit: int = SHARED.iterations, stop: BoolArray | None = None
) -> PayoffSet:
    """Return bounds of the equilibrium payoffs of two players by iterating the whole operator."""
    return _bounds(_setting(game, limit, stop), game, "aps", np.empty((0, 2)))


def _bounds(setting: _Setting, game: RepeatedGame, method: str, directions: FloatArray) -> PayoffSet:
    outer = _outer(setting, directions)
    play = _inner(setting, outer)
    gap = _gap(outer.polygon, play.points)
    if outer.settled and gap > NUMERICS.meet * setting.size:
        # The set may jump between the tightened and the true constraints: less room is tried before none.
        near = None if len(directions) else _play(setting, outer, NUMERICS.least_tightened)
        if near is not None and near.margin >= 0.0:
            near = near.only(_corners(near.points))
            play = near if _gap(outer.polygon, near.points) < gap else play
        edge = _untightened(game, setting, outer)
        if edge is not None and _gap(edge.points, play.points) > NUMERICS.meet * setting.size:
            play = edge
    return _assembled(game, method, setting, outer, play)


def _setting(game: RepeatedGame, limit: int, stop: BoolArray | None) -> _Setting:
    from negotiation.game_theory.solvers.payoff_sets.common.stage import shifted_stage

    stage, shift = shifted_stage(np.ascontiguousarray(game.stage.payoffs))
    deltas = np.array(game.float_discount_factors)
    return _Setting(stage, deltas, np.array(shift), limit, never() if stop is None else stop)


def _outer(setting: _Setting, directions: FloatArray) -> _Outer:
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import simplified
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.clipped_polygons import (
        Rule,
        Step,
        iterate_clipped,
    )

    stage, size = setting.stage, setting.size
    (x, y), (far_x, far_y) = setting.minmax, stage.payoffs.max(axis=0)
    box = np.array([[x, y], [far_x, y], [far_x, far_y], [x, far_y]])
    active, threats = np.arange(len(stage.payoffs)), setting.minmax.copy()
    start = Step(box, threats, setting.deltas, KNIFE_EDGE * size)
    rule = Rule(directions, True, NUMERICS.iterated * size, setting.limit, setting.stop)
    polygon, _, left, steps, change, merged = iterate_clipped(stage, active, start, rule)
    merged = merged if merged > NUMERICS.merged else 0.0
    # Merged edges move by what they are merged within, for ever: that is no sign of a set that still shrinks.
    settled = change <= max(NUMERICS.settled, NUMERICS.still_moves * merged) * size
    if len(polygon):
        corner = NUMERICS.collinear * size
        polygon = polygon[: simplified(polygon, len(polygon), corner)]
        if np.ptp(polygon, axis=0).max() <= corner:
            polygon = polygon.mean(axis=0, keepdims=True)
        # The first vertex is the lexicographically smallest, with ties up to rounding settled alike each
        # time.
        near = np.round(polygon / size, NUMERICS.same_corner)
        polygon = np.roll(polygon, -int(np.lexsort((near[:, 1], near[:, 0]))[0]), axis=0)
    return _Outer(polygon, threats, active[:left], steps, change / size, merged, bool(settled))


def _inner(setting: _Setting, outer: _Outer) -> FixedPlay:
    """Return the first play that is certified, trying each tightening in turn, or the stage equilibria."""
    for tighter in NUMERICS.tightened:
        if not len(outer.polygon):
            break
        play = _play(setting, outer, tighter)
        if play is not None and play.margin >= 0.0:
            return play.only(_corners(play.points))
    # Pure stage equilibria repeated for ever: always there to fall back on.
    still = np.flatnonzero((setting.stage.gains <= 0.0).all(axis=1))
    corners = still[_corners(setting.stage.payoffs[still])]
    points = setting.stage.payoffs[corners]
    reason = "inner bound certified: the pure stage equilibria" if len(corners) else "inner bound empty"
    return FixedPlay(points, corners, points, np.eye(len(corners)), 0.0, reason)


def _untightened(game: RepeatedGame, setting: _Setting, outer: _Outer) -> FixedPlay | None:
    """Return a play whose constraints hold exactly (rational games) or up to the knife edge, or None."""
    play = _play(setting, outer, -0.5 * KNIFE_EDGE)
    if play is None or play.margin < -KNIFE_EDGE * setting.size:
        return None
    edge = replace(play, reason="inner bound certified up to the knife edge")
    result = exact_play(game, play) if game.is_rational else edge
    return None if result is None else result.only(_corners(result.points))


def _play(setting: _Setting, outer: _Outer, tighter: float) -> FixedPlay | None:
    """Return the play that the tightened operator's last iterate describes; None if it is empty."""
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.clipped_polygons import (
        Rule,
        Step,
        iterate_clipped,
        nearest_sources,
    )

    stage, size, deltas = setting.stage, setting.size, setting.deltas
    patience = float(deltas.max())
    # Continuations are pulled in by a share of what the tightening leaves: the play's own payoffs then keep
    # the constraints.
    room = max(0.0, NUMERICS.pulled * tighter * (1.0 - patience))
    steps = min(setting.limit, NUMERICS.first_steps + int(NUMERICS.horizons / -log(patience)))
    tolerance = max(NUMERICS.settled_share * room, NUMERICS.rounding_moves) * size
    active, threats, relax = outer.active.copy(), outer.threats.copy(), -tighter * size
    start = Step(outer.polygon, threats, deltas, relax)
    rule = Rule(np.empty((0, 2)), False, tolerance, steps, setting.stop)
    clipped_set = iterate_clipped(stage, active, start, rule)
    if not len(clipped_set.polygon):
        return None
    last = Step(clipped_set.before, threats, deltas, relax)
    # The profile and the continuation (in the last but one set) that generate each vertex. With continuations
    # as lotteries over vertices they are an automaton.
    profiles, continuations = nearest_sources(stage, active[: clipped_set.left], clipped_set.polygon, last)
    weights = mixture_weights(continuations, clipped_set.polygon)
    payoffs, gains = stage.payoffs, stage.gains
    return fixed_play(payoffs, gains, [float(delta) for delta in deltas], profiles, weights, room)


def _corners(points: FloatArray) -> IntArray:
    """Return the positions of the hull's vertices, counter-clockwise from the lexicographically least."""
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import convex_hull

    order, hull = np.empty(len(points), np.int64), np.empty((2 * len(points) + 4, 2))
    size = float(np.ptp(points)) if len(points) else 1.0
    count = convex_hull(points, len(points), size, order, hull)
    return np.array([int(np.abs(points - corner).sum(axis=1).argmin()) for corner in hull[:count]], np.intp)


def _gap(outer: FloatArray, inner: FloatArray) -> float:
    from negotiation.game_theory.solvers.payoff_sets.common.polygons import largest_distance

    return float(largest_distance(outer, len(outer), inner, len(inner)))


def _assembled(
    game: RepeatedGame, method: str, setting: _Setting, outer: _Outer, play: FixedPlay
) -> PayoffSet:
    exact = play.is_exact and _gap(outer.polygon, play.points) <= NUMERICS.exact_met * setting.size
    polygon, reason = play.points if exact else outer.polygon, play.reason
    if not outer.settled:
        reason += (
            f"; the outer bound still moved by {outer.change:.1g} of the size at iteration {outer.steps}"
        )
    elif outer.merged > 0.0:
        reason += f"; edges of the outer bound merged within {outer.merged:.1g} of its size"
    gap = _gap(polygon, play.points) / setting.size
    if method == "judd_yeltekin_conklin" and outer.settled and gap > NUMERICS.meet:
        reason += f"; the bounds are {gap:.1g} of the size apart, which more `directions` may narrow"
    status: Status = "complete" if outer.settled and gap <= NUMERICS.meet else "partial"
    shift = setting.shift
    arrays = (polygon + shift, play.points + shift, outer.threats + shift, play.profiles)
    continuations = play.continuations + shift
    read_only(*arrays, continuations)
    payoff_set = PayoffSet(
        game, *arrays, continuations, status, method, reason, outer.steps, outer.change, setting.size,
        gap, exact,
    )  # fmt: skip
    return doubted(payoff_set) if method == "aps" and outer.settled else payoff_set
