"""Pure-strategy subgame-perfect equilibrium payoffs with public randomisation, two players.

Different discount factors: policy iteration (`policy_iteration.py`), the whole operator of Abreu, Pearce and
Stacchetti (1990), or the bounds of Judd, Yeltekin and Conklin (2003); see `judd_yeltekin_conklin.py`. Three
players: `bounded_payoffs.py`.

A common discount factor: the algorithm of Abreu and Sannikov (2014), with an inner bound that a certificate
proves; see `abreu_sannikov.py`. A public signal: `public_perfect_payoffs`. Stochastic games:
`stochastic_payoffs`.
"""

from __future__ import annotations

from functools import partial
from typing import Literal, TypedDict, Unpack, overload

from negotiation.base.numeric import BoolArray
from negotiation.base.reading.numbers import expect_count, expect_flag
from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.state_transfer_simplices import Observed, StateTransferSimplices
from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
from negotiation.game_theory.solvers.payoff_sets.common.budget import raised_after
from negotiation.game_theory.solvers.payoff_sets.common.own_ranges import decided_in_whole_numbers
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS
from negotiation.game_theory.solvers.payoff_sets.perfect.abreu_sannikov import abreu_sannikov, doubted
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import (
    abreu_pearce_stacchetti,
    judd_yeltekin_conklin,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.numerics import NUMERICS as PERFECT
from negotiation.game_theory.solvers.payoff_sets.perfect.policy_iteration import policy_iteration
from negotiation.game_theory.solvers.payoff_sets.public.payoffs import public_perfect_payoffs
from negotiation.game_theory.solvers.payoff_sets.stochastic.payoffs import stochastic_payoffs
from negotiation.game_theory.solvers.payoff_sets.stochastic.transfers import (
    payoffs_with_transfers,
    repeated_payoffs_with_transfers,
)
from negotiation.game_theory.solvers.relational.public_transfers import payoffs_with_public_transfers
from negotiation.game_theory.solvers.relational.seen_states import payoffs_with_seen_states
from negotiation.game_theory.solvers.relational.several_players import payoffs_of_several

_SOLVERS = {
    "abreu_sannikov": abreu_sannikov,
    "policy_iteration": policy_iteration,
    "aps": abreu_pearce_stacchetti,
}
METHODS = (*_SOLVERS, "judd_yeltekin_conklin")


class _Options(TypedDict, total=False):
    method: str
    limit: int | None
    deadline: float | None
    directions: int | None


@overload
def equilibrium_payoffs(
    game: RepeatedGame, *, transfers: Literal[False] = False, **options: Unpack[_Options]
) -> PayoffSet: ...


@overload
def equilibrium_payoffs(
    game: RepeatedGame, *, transfers: bool, **options: Unpack[_Options]
) -> PayoffSet | TransferSimplex: ...


@overload
def equilibrium_payoffs(
    game: StochasticGame, *, transfers: Literal[False] = False, **options: Unpack[_Options]
) -> StatePayoffSets: ...


@overload
def equilibrium_payoffs(
    game: StochasticGame, *, transfers: bool, observed: Observed = "actions", **options: Unpack[_Options]
) -> StatePayoffSets | StateTransferSimplices: ...


def equilibrium_payoffs(
    game: RepeatedGame | StochasticGame,
    *,
    method: str = "auto",
    limit: int | None = None,
    deadline: float | None = None,
    directions: int | None = None,
    transfers: bool = False,
    observed: Observed = "actions",
) -> PayoffSet | TransferSimplex | StatePayoffSets | StateTransferSimplices:
    """Return bounds of the pure-strategy subgame-perfect payoffs with public randomisation.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        A game of two players or, with transfers, of any number. Discount factors may differ in a repeated
        game without transfers. For a repeated game with a public signal the equilibria are the perfect public
        ones, and `method` has no effect. For a stochastic game the sets of all states are computed. Use
        `bounded_payoffs` for three players without transfers.
    method : {"auto", "abreu_sannikov", "policy_iteration", "aps", "judd_yeltekin_conklin"}, optional
        "abreu_sannikov" needs a common discount factor. "policy_iteration" is for different discount factors
        and falls back on "aps" if it cannot certify its bounds. "aps" iterates the whole operator.
        "judd_yeltekin_conklin" bounds the set in fixed directions and leaves a wide gap unless there are many
        directions. "auto", the default, is "abreu_sannikov" for a common discount factor and
        "policy_iteration" otherwise.
    limit : int, optional
        Largest number of iterations. If the bounds have not converged by then, the result has the status
        `partial`, and its outer bound is still valid. By default 200,000, or 120 for a stochastic game of 25
        to 64 states without `directions`, whose iterations are slow. Ignored with transfers.
    deadline : float, optional
        Seconds, including compilation at the first use, after which no further iteration begins. If the
        bounds have not converged by then, the result is `partial`, as at the limit. No deadline by default.
    directions : int, optional
        For "judd_yeltekin_conklin", the number of evenly spaced outward normals, a multiple of 4, so that the
        axes are among them; 128 by default. For a stochastic game, the number of fixed directions, a multiple
        of 4 and at least 8; by default the directions of the sets' own edges are used.
    transfers : bool, optional
        Whether players may pay each other, and burn money, without limit before they act; False by default.
        The set is then a simplex, which is a triangle for two players. Requires a common discount factor,
        `method` "auto" and no `directions`.
    observed : {"actions", "states"}, optional
        What players observe in a stochastic game with transfers: the actions, which is the default, or only
        the states. In a repeated game the public signal determines this.

    Returns
    -------
    PayoffSet, TransferSimplex, StatePayoffSets or StateTransferSimplices
        For a repeated game, a `PayoffSet` with `.vertices` (of the outer bound), `.inner`, `.gap`,
        `.threats` and `.contains`. With transfers, a `TransferSimplex` unless there are two players and
        perfect monitoring. For a stochastic game, a mapping from state label to such sets, which are
        simplices if there are not two players or players observe only the states.

    Raises
    ------
    InvalidGame
        If the game is of another kind, or has a number of players, discount factors or a range of payoffs
        that the method does not support; if `transfers` is not a bool or `limit` is not a whole number of at
        least 1; if `directions` is not a positive multiple of 4 (of at least 8 for a stochastic game) or
        belongs to another method; if `method` or `directions` is given with transfers, or `method` for a
        stochastic game; or if `observed` is "states" without transfers or for a repeated game.
    SizeLimit
        If the game has more action profiles than the method supports.
    UnknownMethod
        If there is no such method, or `observed` is neither "actions" nor "states".
    InvalidNumber
        If the deadline is not a positive number of seconds.
    InvalidDiscountFactor
        If a discount factor is below 1e-100 or rounds to 1 as a float.

    Notes
    -----
    The sets are the largest fixed points of the operator of Abreu, Pearce and Stacchetti (1990). The methods
    are due to Abreu and Sannikov (2014) and Judd, Yeltekin and Conklin (2003).

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> equilibrium_payoffs(RepeatedGame(stage, 0.75)).vertices.round(6).tolist()
    [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]]

    With different discount factors, the less patient player below 1/7, only the stage equilibrium remains:

    >>> equilibrium_payoffs(RepeatedGame(stage, (0.6, 0.1))).vertices.round(6).tolist()
    [[3.0, 3.0]]
    """
    expect_flag("transfers", transfers)
    UnknownMethod.unless_in(method, ("auto", *METHODS))
    UnknownMethod.unless_in(observed, ("actions", "states"))
    if limit is not None:
        limit = expect_count("iterations, `limit`,", limit)
    if directions is not None:
        directions = expect_count("directions", directions, 4)
    if transfers:
        if method != "auto" or directions is not None:
            raise InvalidGame(
                "with transfers there is one method for each kind of game, and it needs no directions; got "
                f"method={method!r} and directions={directions!r}: leave both out"
            )
        with raised_after(deadline) as stop:
            return payoffs_among_payers(game, observed, stop)
    if observed == "states":
        raise InvalidGame(
            "if only states are observed, payoff sets need transfers=True; without transfers use "
            "`markov_perfect_equilibria`, which are perfect public equilibria"
        )
    with raised_after(deadline) as stop:
        return payoffs_without_transfers(game, method, limit, directions, stop)


def payoffs_among_payers(
    game: RepeatedGame | StochasticGame, observed: Observed, stop: BoolArray
) -> PayoffSet | TransferSimplex | StatePayoffSets | StateTransferSimplices:
    """Return the equilibrium payoffs with transfers, for any number of players."""
    if observed == "states":
        if isinstance(game, StochasticGame):
            return payoffs_with_seen_states(game, stop)
        raise InvalidGame(
            f"observed='states' is for a StochasticGame; got a {type(game).__name__}. In a repeated game the "
            "public signal determines what players observe: "
            "`RepeatedGame(stage, discount_factor, monitoring=signal)`"
        )
    if isinstance(game, RepeatedGame) and game.monitoring is None and game.stage.n_players == 2:
        return repeated_payoffs_with_transfers(game, stop)
    if isinstance(game, StochasticGame):
        return (payoffs_with_transfers if game.n_players == 2 else payoffs_of_several)(game, stop)
    return payoffs_with_public_transfers(game, stop)


@Takes(
    "a payoff set",
    (RepeatedGame, StochasticGame),
    (2,),
    questions=("payoffs", "equilibria"),
    otherwise="with transfers=True any number may pay each other; `verify` checks a strategy",
    entry="equilibrium_payoffs",
)
def payoffs_without_transfers(
    game: RepeatedGame | StochasticGame,
    method: str,
    limit: int | None,
    directions: int | None,
    stop: BoolArray,
) -> PayoffSet | StatePayoffSets:
    """Return the equilibrium payoffs of two players without transfers."""
    if isinstance(game, RepeatedGame):
        limit = NUMERICS.iterations if limit is None else limit
        return repeated_payoffs(game, method, limit, directions, stop)
    if method != "auto":
        raise InvalidGame(
            "a choice of `method` exists only for a RepeatedGame, and a StochasticGame needs method='auto'; "
            f"got method={method!r}"
        )
    return stochastic_payoffs(game, limit=limit, normals=directions, stop=stop)


def repeated_payoffs(
    game: RepeatedGame, method: str, limit: int, directions: int | None, stop: BoolArray
) -> PayoffSet:
    """Return the equilibrium payoffs of a repeated game without transfers."""
    if directions is not None and method != "judd_yeltekin_conklin":
        raise InvalidGame(
            f"directions are an option of method='judd_yeltekin_conklin'; got directions={directions} with "
            f"method={method!r}. Leave out `directions`, or choose that method"
        )
    if game.monitoring is not None:
        return public_perfect_payoffs(game, limit=limit, stop=stop)
    if method == "judd_yeltekin_conklin":
        count = PERFECT.directions if directions is None else directions
        return judd_yeltekin_conklin(game, directions=count, limit=limit, stop=stop)
    if method == "auto":
        method = "abreu_sannikov" if game.is_common else "policy_iteration"
    solver = partial(_SOLVERS[method], limit=limit, stop=stop)
    payoff_set = decided_in_whole_numbers(solver(game), PERFECT.meet, solver)
    return doubted(payoff_set) if method == "aps" else payoff_set
