"""Pure-strategy subgame-perfect equilibrium payoffs of stochastic games, two players, public randomisation.

The operator of Abreu, Pearce and Stacchetti (1990) by state (Yeltekin, Cai and Judd 2017). As in Abreu,
Brooks and Sannikov, profiles whose constraints do not bind are valued as the Markov program that they are
part of and not one step a time, so that the number of iterations does not grow with patience for their sake;
those whose constraints bind stop at one of at most four points. The normals of the sets' edges are shared by
all states and follow them, which makes the limit exact. Above `FEW_STATES` states they are thinned out, and
the bounds stay a little apart.

Cost: an iteration takes rows x successors x normals, and a Markov program for each normal.

What is asked of an equilibrium: that play and every departure by one player alone lead to states with an
equilibrium. Nothing is asked of what two players who depart at once would lead to.
"""

from __future__ import annotations

from negotiation.errors import InvalidGame
from negotiation.games import StochasticGame
from negotiation.numeric import KNIFE_EDGE, read_only
from negotiation.solvers.compressed_game import CompressedGame, compressed_game, is_rational_game
from negotiation.solvers.state_inner_bound import (
    MEET,
    RESOLVED,
    SETTLED,
    UP_TO_ROUNDING,
    InnerBound,
    OuterBound,
    best_inner_bound,
)
from negotiation.solvers.state_payoff_set import StatePayoffSet, StatePayoffSets
from negotiation.solvers.verdict import Status
from negotiation.solvers.verify_state_payoff_sets import verify_state_payoff_sets

METHOD = "state_polygons"
LIMIT = 20_000
FEW_STATES = 24
"""Above so many states the normals of edges are thinned out."""

NORMALS, FEWER_NORMALS = 512, 256
"""Most normals up to so many states, and above."""

COARSE = 1e-6
"""Change relative to the size at which outer bounds with fixed or thinned normals have settled."""

FINE, LESS_FINE = 1e-14, 1e-8
"""Depth, relative to the size, of cuts not worth a corner: as a rule, and where normals are thinned."""


def stochastic_payoffs(
    game: StochasticGame, *, limit: int = LIMIT, normals: int | None = None
) -> StatePayoffSets:
    """Return bounds of the pure-strategy subgame-perfect payoffs of every state, with public randomisation.

    Parameters
    ----------
    game : StochasticGame
        Two players with a common discount factor.
    limit : int, optional
        Largest number of iterations; at the limit the result is `partial`, its outer bounds still valid.
    normals : int, optional
        Number of fixed directions, a multiple of 4, for a coarser result. By default the directions follow
        the sets' edges, up to 512 of them, and above 24 states up to 256.

    Returns
    -------
    StatePayoffSets
        A mapping from state label to a set with `.vertices` (the outer bound), `.inner`, `.gap`, `.threats`,
        `.contains`.

    Raises
    ------
    InvalidGame
        If the game does not have two players who discount alike.

    Examples
    --------
    Between two states of a prisoner's dilemma, the second with twice the stakes, moves a fair coin.

    >>> import numpy as np
    >>> payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]])
    >>> coin = np.full((2, 2, 2, 2), 0.5)
    >>> game = StochasticGame([payoffs, 2 * payoffs], coin, 0.75, states=("low", "high"))
    >>> stochastic_payoffs(game)["low"].vertices.round(6).tolist()
    [[4.125, 4.125], [13.40625, 4.125], [12.375, 12.375], [4.125, 13.40625]]
    """
    if normals is not None and (normals < 8 or normals % 4):
        raise InvalidGame(f"the number of normals is a multiple of 4, at least 8; got {normals}")
    compressed = compressed_game(game)
    found = _bounded(game, compressed, normals, KNIFE_EDGE, limit)
    doubtful = found.reason.startswith(UP_TO_ROUNDING) and is_rational_game(game)
    # What holds only because the constraints are relaxed is decided in rational numbers.
    if doubtful and not verify_state_payoff_sets(game, found, exact=True).holds:
        second = _bounded(game, compressed, normals, RESOLVED, limit)
        return second if second.status == "complete" else found
    return found


def _bounded(
    game: StochasticGame, compressed: CompressedGame, normals: int | None, relaxed: float, limit: int
) -> StatePayoffSets:
    from negotiation.solvers.kernels.state_bounds import outer_sets

    few = game.n_states <= FEW_STATES
    coarse, most = normals is not None or not few, normals or (NORMALS if few else FEWER_NORMALS)
    setting = (compressed.delta, 0.0, relaxed * compressed.size, compressed.size)
    tolerance = COARSE if coarse else SETTLED
    family, found, steps, change = outer_sets(
        compressed.rows, setting, normals is None, most, LESS_FINE if coarse else FINE, tolerance, limit
    )
    outer = OuterBound(*family, found, normals is None, coarse, most, relaxed, int(steps), float(change))
    inner = best_inner_bound(compressed, outer, limit)
    meet = inner.gap <= MEET * compressed.size
    reason = inner.reason
    if change > tolerance:
        reason += f"; the outer bounds still moved by {change:.1g} of their size after {steps} iterations"
    if not meet:
        reason += f"; the bounds are up to {inner.gap:.2g} apart"
    parts = tuple(_labelled(game, compressed, outer, inner, s, reason) for s in range(game.n_states))
    return StatePayoffSets(game, parts, "complete" if meet else "partial", METHOD, reason)


def _labelled(
    game: StochasticGame,
    compressed: CompressedGame,
    outer: OuterBound,
    inner: InnerBound,
    s: int,
    reason: str,
) -> StatePayoffSet:
    arrays = (
        outer.polygon(s, compressed.size) + compressed.shift,
        inner.vertices[s] + compressed.shift,
        outer.threats[s] + compressed.shift,
        inner.rows[s] - int(game.offsets[s]),
        inner.continuations[s] + compressed.shift,
    )
    for array in arrays:
        read_only(array)
    status: Status = "complete" if inner.gaps[s] <= MEET * compressed.size else "partial"
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
        float(inner.gaps[s]),
    )
