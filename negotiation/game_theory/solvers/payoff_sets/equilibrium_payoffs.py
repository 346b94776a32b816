"""Pure-strategy subgame-perfect equilibrium payoffs with public randomisation, two players.

Unlike discount factors: policy iteration (`policy_iteration.py`), the whole operator of Abreu, Pearce and
Stacchetti (1990), or the bounds of Judd, Yeltekin and Conklin (2003); see `judd_yeltekin_conklin.py`. Three
players: `bounded_payoffs.py`.

A common discount factor: the algorithm of Abreu and Sannikov (2014), with an inner bound that a certificate
proves; see `abreu_sannikov.py`. A public signal: `public_perfect_payoffs`. Stochastic games:
`stochastic_payoffs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, overload

import numpy as np

from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.games.capabilities import expect_game
from negotiation.game_theory.games.kinds import expect_flag
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.state_transfer_simplices import Observed, StateTransferSimplices
from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
from negotiation.game_theory.solvers.payoff_sets.common.whole_numbers import decided_in_whole_numbers
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

METHODS = ("abreu_sannikov", "policy_iteration", "judd_yeltekin_conklin", "aps")


@overload
def equilibrium_payoffs(
    game: RepeatedGame,
    *,
    method: str = "auto",
    limit: int | None = None,
    directions: int | None = None,
    transfers: Literal[False] = False,
) -> PayoffSet: ...


@overload
def equilibrium_payoffs(
    game: RepeatedGame,
    *,
    method: str = "auto",
    limit: int | None = None,
    directions: int | None = None,
    transfers: bool,
) -> PayoffSet | TransferSimplex: ...


@overload
def equilibrium_payoffs(
    game: StochasticGame,
    *,
    method: str = "auto",
    limit: int | None = None,
    directions: int | None = None,
    transfers: Literal[False] = False,
) -> StatePayoffSets: ...


@overload
def equilibrium_payoffs(
    game: StochasticGame,
    *,
    method: str = "auto",
    limit: int | None = None,
    directions: int | None = None,
    transfers: bool,
    observed: Observed = "actions",
) -> StatePayoffSets | StateTransferSimplices: ...


def equilibrium_payoffs(
    game: RepeatedGame | StochasticGame,
    *,
    method: str = "auto",
    limit: int | None = None,
    directions: int | None = None,
    transfers: bool = False,
    observed: Observed = "actions",
) -> PayoffSet | TransferSimplex | StatePayoffSets | StateTransferSimplices:
    """Return bounds of the pure-strategy subgame-perfect payoffs with public randomisation.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Two players; a common discount factor or one for each. Of a stochastic game (a common one only) the
        sets of all states are found: see `stochastic/payoffs.py`. With a public signal the equilibria are the
        perfect public ones (`public/payoffs.py`) and `method` is not read. For three players see
        `bounded_payoffs.bounded_payoffs`; with transfers a game may have any number.
    method : str, optional
        "abreu_sannikov" (a common discount factor), "policy_iteration" (unlike ones),
        "judd_yeltekin_conklin" (outward normals at fixed directions: a wide gap unless these are many), "aps"
        (the whole operator, iterated), or "auto": the first for a common discount factor and the second for
        unlike ones. The last takes over where the second proves nothing.
    limit : int, optional
        Largest number of iterations; at the limit the result is `partial`, its outer bound still valid. By
        default 200,000; 120 for a stochastic game of 25 to 64 states, each of which is work.
    directions : int, optional
        For "judd_yeltekin_conklin": how many outward normals, evenly spaced, a multiple of 4 so that the axes
        are among them; 128 if not given. Powers of two are nested: more of them never bound less tightly.
        For a stochastic game: fixed directions, in place of those of the sets' own edges.
    transfers : bool, optional
        Whether players may pay each other, and burn money, before they act, without limit: then the sets are
        triangles, and exact (`stochastic/transfers.py`), under a public signal as well, and simplices for
        more players (`relational/public_transfers.py`, for stochastic games `relational/several_players.py`);
        `limit` is not read, and there is no other method.
    observed : {"actions", "states"}, optional
        What players see of play in a stochastic game with transfers: what was played, or the states that
        follow alone (`relational/seen_states.py`). Of a repeated game its public signal says it.

    Returns
    -------
    PayoffSet, TransferSimplex, StatePayoffSets or StateTransferSimplices
        With `.vertices` (the outer bound), `.inner`, `.gap`, `.threats`, `.contains`; of a stochastic game a
        mapping from state label to such sets; with transfers among other than two players, or where states
        alone are seen, simplices.

    Raises
    ------
    InvalidGame
        If the game does not have two players (with transfers it may have any number, with one discount
        factor), the method needs a common discount factor, or directions are not a positive multiple
        of 4 or given to another method, or a method is asked for with transfers.
    UnknownMethod
        If there is no such method, or `observed` is neither.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> equilibrium_payoffs(RepeatedGame(stage, 0.75)).vertices.round(6).tolist()
    [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]]

    Unlike discount factors; the less patient player is below 1/7, and nothing but the stage equilibrium is
    left.

    >>> equilibrium_payoffs(RepeatedGame(stage, (0.6, 0.1))).vertices.round(6).tolist()
    [[3.0, 3.0]]
    """
    expect_flag("transfers", transfers)
    if observed != "actions":
        return _with_seen_states(game, observed, transfers)
    # Games for solvers of any number of players are refused there, if at all.
    if not _is_simplex(game, transfers):
        expect_game("equilibrium_payoffs", game)
    UnknownMethod.unless_in(method, ("auto", *METHODS))
    if limit is not None:
        _check_limit(limit)
    if transfers and (method != "auto" or directions is not None):
        raise InvalidGame(
            "with transfers there is one method for each kind of game, and it needs no directions; got "
            f"method={method!r} and directions={directions!r}: leave both out"
        )
    if isinstance(game, StochasticGame):
        return _by_state(game, method, limit, directions, transfers)
    limit = NUMERICS.iterations if limit is None else limit
    if directions is not None and method != "judd_yeltekin_conklin":
        raise InvalidGame(
            f"directions are for method='judd_yeltekin_conklin'; got directions={directions} with "
            f"method={method!r}, which bounds the set in every direction: leave one of them out"
        )
    if transfers:
        simplex = _is_simplex(game, transfers)
        return payoffs_with_public_transfers(game) if simplex else repeated_payoffs_with_transfers(game)
    if game.monitoring is not None:
        return public_perfect_payoffs(game, limit=limit)
    if method == "judd_yeltekin_conklin":
        return judd_yeltekin_conklin(
            game, directions=PERFECT.directions if directions is None else directions, limit=limit
        )
    if method == "aps":
        return doubted(_decided(game, abreu_pearce_stacchetti, limit))
    if method == "policy_iteration" or (method == "auto" and not game.is_common):
        return _decided(game, policy_iteration, limit)
    return _decided(game, abreu_sannikov, limit)


def _decided(game: RepeatedGame, solver: Callable[..., PayoffSet], limit: int) -> PayoffSet:
    """Return the set, knife edges being decided in whole numbers where the bounds do not meet."""

    def solved(game: RepeatedGame) -> PayoffSet:
        """Return the set by one more run of the solver."""
        return solver(game, limit=limit)

    return decided_in_whole_numbers(solved(game), PERFECT.meet, solved)


def _is_simplex(game: object, transfers: bool) -> bool:
    """Return whether a game with transfers is for one of the solvers of any number of players."""
    if not transfers or not isinstance(game, (RepeatedGame, StochasticGame)):
        return False
    players = game.n_players if isinstance(game, StochasticGame) else game.stage.n_players
    return players != 2 or (isinstance(game, RepeatedGame) and game.monitoring is not None)


def _with_seen_states(game: object, observed: object, transfers: bool) -> StateTransferSimplices:
    if observed != "states":
        raise UnknownMethod(observed, ("actions", "states"))
    if not isinstance(game, StochasticGame):
        raise InvalidGame(
            f"observed='states' is for a StochasticGame; got {type(game).__name__}: what is seen of a "
            "repeated game is its public signal, `RepeatedGame(stage, discount_factor, monitoring=signal)`"
        )
    if not transfers:
        raise InvalidGame(
            "payoff sets where states alone are seen are found with transfers=True only; without transfers "
            "ask for `markov_perfect_equilibria`, which are perfect public equilibria"
        )
    return payoffs_with_seen_states(game)


def _check_limit(limit: object) -> None:
    if not isinstance(limit, (int, np.integer)) or limit < 1:
        raise InvalidGame(f"`limit` is a positive whole number of iterations; got {limit!r}")


def _by_state(
    game: StochasticGame, method: str, limit: int | None, directions: int | None, transfers: bool
) -> StatePayoffSets | StateTransferSimplices:
    if method != "auto":
        raise InvalidGame(f"the method is for repeated games, and 'auto' for stochastic ones; got {method!r}")
    if transfers:
        return payoffs_of_several(game) if _is_simplex(game, transfers) else payoffs_with_transfers(game)
    return stochastic_payoffs(game, limit=limit, normals=directions)
