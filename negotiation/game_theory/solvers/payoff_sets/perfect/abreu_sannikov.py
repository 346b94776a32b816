"""Bounds of pure-strategy subgame-perfect payoffs of two players with a common discount factor.

Monitoring is perfect and there is public randomisation. The algorithm of Abreu and Sannikov (2014), compiled
in `kernels/abreu_sannikov.py`, starts from the feasible set and the pure minmax payoffs, and each iterate is
an outer bound. The inner bound is the set at a slightly smaller discount factor, drawn in until it generates
itself with room to spare (`kernels/certified_bounds.py`). The cost of an iteration is linear in the action
profiles that are left.

If the set jumps at the discount factor itself (a threshold that is met exactly), the set at a smaller one is
no good inner bound. Then the outer bound is tested in rational numbers as an exact set.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, read_only
from negotiation.base.status import Status
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.payoff_sets.common.budget import Budget, never
from negotiation.game_theory.solvers.payoff_sets.common.exact_generation import (
    NONE,
    exact_generation,
    knife_edges,
)
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import each_on_own_range
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS as SHARED
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS


@Takes("a payoff set", (RepeatedGame,), (2,), "refused", unlike=False, otherwise="try method='aps'")
@each_on_own_range
def abreu_sannikov(
    game: RepeatedGame, *, limit: int = SHARED.iterations, stop: BoolArray | None = None
) -> PayoffSet:
    """Return the bounds of the equilibrium payoffs, equal and exact if that is proven."""
    budget = Budget(limit, never() if stop is None else stop)
    payoff_set = _bounded(game, KNIFE_EDGE, budget)
    if payoff_set.residual > NUMERICS.settled and payoff_set.status == "partial":
        return payoff_set
    rational = game.is_rational
    if payoff_set.status == "complete" and payoff_set.gap <= NUMERICS.meet:
        # Rational data, and sets without interior, have exact vertices more often than not.
        tidy = rational or len(payoff_set.outer) <= NUMERICS.flat or _has_small_denominators(payoff_set)
        return (exact_generation(payoff_set, NONE) if tidy else None) or payoff_set
    exact = exact_generation(payoff_set, NONE if rational else knife_edges(game.stage))
    if exact is None and rational:
        # On rational numbers a shortfall is a shortfall: the constraints are relaxed by rounding alone.
        payoff_set = _bounded(game, NUMERICS.resolved, budget)
        exact = exact_generation(payoff_set, NONE)
    return exact or doubted(payoff_set)


def _bounded(game: RepeatedGame, relax: float, budget: Budget) -> PayoffSet:
    """Return both bounds, with the outer one's constraints relaxed by `relax` times the size."""
    from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.certified_bounds import bounded_set

    payoffs = np.ascontiguousarray(game.stage.payoffs)
    bounds = bounded_set(payoffs, game.float_discount_factors[0], relax, budget)
    inner = bounds.inner
    read_only(bounds.outer, bounds.threats, inner.vertices, inner.profiles, inner.continuations)
    # Bounds that meet are proof of themselves, however the outer one still moves by rounding.
    settled = bool(
        bounds.change <= NUMERICS.settled or (inner.proven and bounds.gap <= NUMERICS.meet * bounds.size)
    )
    status: Status = "complete" if inner.proven and settled else "partial"
    reason = "inner bound certified" if inner.proven else "inner bound not certified"
    if not settled:
        reason += (
            f"; the outer bound still moved by {bounds.change:.1g} of its size "
            f"after {bounds.steps} iterations"
        )
    return PayoffSet(
        game, bounds.outer, inner.vertices, bounds.threats, inner.profiles, inner.continuations, status,
        "abreu_sannikov", reason, int(bounds.steps), float(bounds.change), bounds.size,
        float(bounds.gap) / bounds.size,
    )  # fmt: skip


def _has_small_denominators(payoff_set: PayoffSet) -> bool:
    """Return whether delta is a short fraction and the vertices look like multiples of another one.

    This quick test comes before an exact one, which no other float would pass.
    """
    common = NUMERICS.common_denominator
    if payoff_set.game.exact_discount_factors[0].denominator > common:
        return False
    scaled = common * payoff_set.outer
    return bool(np.abs(scaled - np.rint(scaled)).max() <= common * NUMERICS.settled * payoff_set.size)


def doubted(payoff_set: PayoffSet) -> PayoffSet:
    """Return bounds that do not meet as a partial result, since either may differ from the set."""
    if payoff_set.gap <= NUMERICS.meet:
        return payoff_set
    # The inner bound is the set at a slightly smaller discount factor. It is far from the outer bound if the
    # set jumps between the two, and it fails if the set has no interior to shrink it to.
    least, flat = NUMERICS.least_less_patience[0], _width(payoff_set)
    why = (
        f"a constraint may be met or missed by less than they resolve ({least:.0e}), so that the set jumps "
        "at this discount factor or close beside it"
    )
    if flat <= NUMERICS.thin:
        why = f"the set is {flat:.0e} of its size wide, too thin for an inner bound with room"
    reason = f"{payoff_set.reason}; the bounds do not meet: {why}"
    return replace(payoff_set, status="partial", reason=reason)


def _width(payoff_set: PayoffSet) -> float:
    """Return the least width of the outer bound, in shares of the players' ranges; infinite if it is flat."""
    ranges = np.ptp(payoff_set.game.stage.payoffs.reshape(-1, 2), axis=0)
    points = payoff_set.outer / np.where(ranges > 0.0, ranges, 1.0)
    edges = np.roll(points, -1, axis=0) - points
    lengths = np.hypot(*edges.T)
    if len(points) <= NUMERICS.flat or not lengths.all():
        return float("inf")
    normals = np.stack([-edges[:, 1], edges[:, 0]]) / lengths
    away = points @ normals - (points * normals.T).sum(axis=1)
    return float(np.abs(away).max(axis=0).min())
