"""Pure-strategy perfect public equilibrium payoffs with public randomisation, two players.

The operator of Abreu, Pearce and Stacchetti (1990) for public signals: a profile a generates (1 - delta_i)
g_i(a) + delta_i sum_y pi(y | a) w_i(y), with a continuation w(y) in W after each signal, if no player gains
by another action.

- Outer bound (Judd, Yeltekin and Conklin 2003, section 4): W is a set of half-planes, which are lowered to
  the generated payoffs until they settle; each iterate contains the set (`outer_bound.py`). Constraints are
  relaxed by `KNIFE_EDGE` and levels rounded outwards.
- Inner bound: a set that generates itself, with the profile and the continuations behind each corner
  (`inner_bound.py`).

Cost: a step solves, for each direction, the linear programs of the few profiles that may reach farthest, of
2 Y unknowns, each from its last basis (`kernels/programs.py`); the steps grow as 1 / (1 - delta).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.checks.self_generation import verify_payoff_set
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget, never
from negotiation.game_theory.solvers.payoff_sets.public.constraints import (
    SignalConstraints,
    signal_constraints,
)
from negotiation.game_theory.solvers.payoff_sets.public.inner_bound import (
    KNIFE,
    PublicPlay,
    distance,
    inner_bound,
    knife_edge,
)
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.public.outer_bound import (
    OuterBound,
    flattened,
    hull_of,
    outer_bound,
    refined_bound,
)


@Takes("public equilibria", (RepeatedGame,), (2,), "needed", profiles=FOR_PROGRAMS)
def public_perfect_payoffs(
    game: RepeatedGame, *, limit: int = NUMERICS.limit, stop: BoolArray | None = None
) -> PayoffSet:
    """Return bounds of the pure-strategy perfect public equilibrium payoffs with public randomisation."""
    signal = game.monitoring
    if signal is None:
        raise InvalidGame("the game has no public signal: use `equilibrium_payoffs`")
    constraints = signal_constraints(game.stage, signal, game.float_discount_factors)
    budget = Budget(limit, never() if stop is None else stop)
    outer, play, gap = _bounds(constraints, game.is_common, budget)
    payoff_set = _assembled(game, constraints, outer, play, gap, budget)
    if (
        KNIFE in play.reason
        # Chances of signals that are floats are taken as they are.
        and RepeatedGame(game.stage, game.discount_factor).is_rational
        and not verify_payoff_set(game, payoff_set, exact=True).holds
    ):
        reason = f"{payoff_set.reason}; in rational numbers that is not proven"
        return replace(payoff_set, status="partial", reason=reason)
    return payoff_set


def _bounds(
    constraints: SignalConstraints, is_common: bool, budget: Budget
) -> tuple[OuterBound, PublicPlay, float]:
    """Return both bounds and their distance, with each refined if the other leaves room."""
    outer = outer_bound(constraints, is_common, budget)
    play, gap = inner_bound(constraints, outer, budget)
    for _ in range(NUMERICS.refinements):
        if gap <= NUMERICS.goal or not outer.settled or budget.less(outer.steps).is_spent:
            break
        # Near each other, directions of the inner bound's edges are those of the set; far apart only those of
        # the outer one are known.
        edges = play.points if gap <= NUMERICS.wide else outer.points
        before, last = outer, gap
        outer = refined_bound(constraints, outer, edges, budget)
        gap = distance(outer.polygon, play.points)
        # A refinement that gains little is the last one.
        if last <= NUMERICS.wide and outer.beyond > NUMERICS.worthwhile * before.beyond:
            break
        bound, near = inner_bound(constraints, outer, budget)
        if near < gap:
            play, gap = bound, near
        if gap > NUMERICS.worthwhile * last:
            break
    edge = knife_edge(constraints, outer, budget, gap)
    return (outer, play, gap) if edge is None else (outer, edge, distance(outer.polygon, edge.points))


def _assembled(
    game: RepeatedGame,
    constraints: SignalConstraints,
    outer: OuterBound,
    play: PublicPlay,
    gap: float,
    budget: Budget,
) -> PayoffSet:
    low, scale = constraints.low, constraints.scale
    polygon = _tidy(outer, play, gap) * scale + low
    inner = play.points * scale + low
    reason = play.reason
    if not outer.settled:
        reason += f"; the outer bound still moved by {outer.change:.1g} of its size at step {outer.steps}"
        if outer.steps >= budget.steps:
            reason += f", the limit: give a larger `limit` than {budget.steps}"
        elif budget.is_spent:
            reason += ", where the deadline stopped it"
    if gap > NUMERICS.jump:
        reason += f"; bounds {gap:.1g} of the payoff range apart"
    if gap > NUMERICS.wide:
        reason += ": the set may jump at this discount factor, or the inner bound be far too small"
    threats = polygon.min(axis=0) if len(polygon) else constraints.minmax * scale + low
    continuations = _by_signal(constraints, play) * scale + low
    # A stage equilibrium repeated for ever is given as it came, so that it generates itself to the last bit.
    still = (play.continuations == play.points[:, None]).all(axis=(1, 2))
    inner[still] = game.stage.payoffs.reshape(-1, 2)[play.profiles[still]]
    continuations[still] = inner[still][:, None]
    read_only(polygon, inner, threats, play.profiles, continuations)
    size = float((constraints.scale * (np.ptp(constraints.payoffs, axis=0) > 0.0)).max()) or 1.0
    status: Status = "complete" if outer.settled and gap <= NUMERICS.wide else "partial"
    return PayoffSet(
        game, polygon, inner, threats, play.profiles, continuations, status, "public_perfect_payoffs",
        reason, outer.steps, outer.change, size, distance(polygon / scale, inner / scale),
    )  # fmt: skip


def _tidy(outer: OuterBound, play: PublicPlay, gap: float) -> FloatArray:
    """Return the outer polygon, or the point or segment that it is up to rounding."""
    if play.reason.endswith("stage equilibria") and gap <= NUMERICS.flat:
        return play.points.copy()
    return flattened(hull_of(outer.polygon, NUMERICS.collinear))


def _by_signal(constraints: SignalConstraints, play: PublicPlay) -> FloatArray:
    """Return the continuations after each of the game's signals, shape (m, Y, 2)."""
    groups: IntArray = np.maximum(constraints.groups[play.profiles], 0)
    result: FloatArray = np.take_along_axis(play.continuations, groups[:, :, None], axis=1)
    return result
