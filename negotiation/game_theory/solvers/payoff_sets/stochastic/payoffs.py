"""Pure-strategy subgame-perfect equilibrium payoffs of stochastic games, two players, public randomisation.

The operator of Abreu, Pearce and Stacchetti (1990) by state (Yeltekin, Cai and Judd 2017). As in Abreu,
Brooks and Sannikov, profiles whose constraints do not bind are valued as the Markov program that they are
part of and not one step a time, so that the number of iterations does not grow with patience for their sake;
those whose constraints bind stop at one of at most four points. The normals of the sets' edges are shared by
all states and follow them, which makes the limit exact. In games of many states they are thinned out, and
the bounds stay a little apart.

Cost: an iteration takes rows x successors x normals, and a Markov program for each normal.

What is asked of an equilibrium: that play and every departure by one player alone lead to states with an
equilibrium. Nothing is asked of what two players who depart at once would lead to.
"""

from __future__ import annotations

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, read_only
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
    is_rational_game,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.inner_bound import (
    CERTIFIED,
    UP_TO_ROUNDING,
    InnerBound,
    best_inner_bound,
)
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.stochastic.outer_bound import (
    OuterBound,
    first_outer_bound,
    longer_outer_bound,
)

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
        raise InvalidGame(f"the number of normals is a multiple of 4, at least 8; got {normals}")
    stop = never() if stop is None else stop
    compressed = compressed_game(game)
    found = _bounded(game, compressed, normals, KNIFE_EDGE, limit, stop)
    doubtful = found.reason.startswith(UP_TO_ROUNDING) and is_rational_game(game)
    # What holds only because the constraints are relaxed is decided in rational numbers.
    if doubtful and not verify_state_payoff_sets(game, found, exact=True).holds:
        second = _bounded(game, compressed, normals, NUMERICS.resolved, limit, stop)
        return second if second.status == "complete" else found
    return found


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
