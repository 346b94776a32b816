"""Pure-strategy subgame-perfect equilibrium payoffs with public randomisation, two players.

Unlike discount factors: the whole operator of Abreu, Pearce and Stacchetti (1990), or the bounds of Judd,
Yeltekin and Conklin (2003); see `judd_yeltekin_conklin.py`. Three players: `bounded_payoffs.py`.

A common discount factor: the algorithm of Abreu and Sannikov (2014), compiled, started from the feasible set
and pure minmax threats; each iterate is an outer bound. The inner bound is the set at a slightly smaller
discount factor, drawn in until it generates itself with room to spare (`kernels/inner_payoffs.py`). Cost: an
iteration is linear in the action profiles that are left (`kernels/binding_points.py`).

Where the set jumps at the discount factor itself (a threshold exactly met), the set at a smaller one is no
good inner bound; then the outer bound is tried as an exact set, in rational numbers.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import overload

import numpy as np

from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.games import RepeatedGame, StochasticGame
from negotiation.games.kinds import expect_kind
from negotiation.numeric import KNIFE_EDGE, FloatArray, read_only
from negotiation.solutions.payoff_set import PayoffSet
from negotiation.solutions.state_payoff_set import StatePayoffSets
from negotiation.solvers.payoff_sets.common.exact_generation import exact_generation, is_rational
from negotiation.solvers.payoff_sets.perfect.judd_yeltekin_conklin import (
    DIRECTIONS,
    abreu_pearce_stacchetti,
    judd_yeltekin_conklin,
)
from negotiation.solvers.payoff_sets.public.payoffs import public_perfect_payoffs
from negotiation.solvers.payoff_sets.stochastic.payoffs import stochastic_payoffs
from negotiation.solvers.payoff_sets.stochastic.transfers import (
    payoffs_with_transfers,
    repeated_payoffs_with_transfers,
)
from negotiation.status import Status

METHODS = ("abreu_sannikov", "judd_yeltekin_conklin", "aps")
LIMIT = 200_000
SETTLED = 1e-11
"""Change of the outer bound, relative to the size, at which it has settled."""

RESOLVED = 2e-15
"""Relaxation of the constraints, relative to the size, that covers what rounding does to them."""

FLAT = 2
"""Up to so many vertices a set has no interior."""

COMMON = 27_720
"""Least common multiple of 1 to 12."""

APART = 1e6
"""Ratio of the players' ranges of payoffs beyond which what is found is not called complete."""

SMALLEST = 1e-120
"""Least range of payoffs; its inverse is the largest."""

JUMP = 1e-6
"""Gap, relative to the size, above which the outer bound is tried as an exact set."""


@overload
def equilibrium_payoffs(
    game: RepeatedGame,
    *,
    method: str = "auto",
    limit: int = LIMIT,
    directions: int | None = None,
    transfers: bool = False,
) -> PayoffSet: ...


@overload
def equilibrium_payoffs(
    game: StochasticGame,
    *,
    method: str = "auto",
    limit: int = LIMIT,
    directions: int | None = None,
    transfers: bool = False,
) -> StatePayoffSets: ...


def equilibrium_payoffs(
    game: RepeatedGame | StochasticGame,
    *,
    method: str = "auto",
    limit: int = LIMIT,
    directions: int | None = None,
    transfers: bool = False,
) -> PayoffSet | StatePayoffSets:
    """Return bounds of the pure-strategy subgame-perfect payoffs with public randomisation.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Two players; a common discount factor or one for each. Of a stochastic game (a common one only) the
        sets of all states are found: see `stochastic_payoffs.py`. With a public signal the equilibria are the
        perfect public ones (`public_perfect_payoffs.py`) and `method` is not read. For three players see
        `bounded_payoffs.bounded_payoffs`.
    method : str, optional
        "abreu_sannikov" (a common discount factor), "judd_yeltekin_conklin" (outward normals at fixed
        directions: a wide gap unless these are many), "aps" (the whole operator), or "auto": the first for
        a common discount factor and the last for unlike ones.
    limit : int, optional
        Largest number of iterations; at the limit the result is `partial`, its outer bound still valid.
    directions : int, optional
        For "judd_yeltekin_conklin": how many outward normals, evenly spaced, a multiple of 4 so that the axes
        are among them; 128 if not given. Powers of two are nested: more of them never bound less tightly.
        For a stochastic game: fixed directions, in place of those of the sets' own edges.
    transfers : bool, optional
        Whether players may pay each other, and burn money, before they act, without limit: then the sets are
        triangles, and exact (`payoffs_with_transfers.py`); `method`, `limit` and `directions` are not read.

    Returns
    -------
    PayoffSet or StatePayoffSets
        With `.vertices` (the outer bound), `.inner`, `.gap`, `.threats`, `.contains`; of a stochastic game a
        mapping from state label to such sets.

    Raises
    ------
    InvalidGame
        If the game does not have two players, the method needs a common discount factor, or directions are
        not a positive multiple of 4 or given to another method.
    UnknownMethod
        If there is no such method.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> equilibrium_payoffs(RepeatedGame(stage, 0.75)).vertices.round(6).tolist()
    [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]]

    Unlike discount factors; the less patient player is below 1/7, and nothing but the stage equilibrium is
    left.

    >>> equilibrium_payoffs(RepeatedGame(stage, (0.6, 0.1))).vertices.round(6).tolist()
    [[3.0, 3.0]]
    """
    if method not in ("auto", *METHODS):
        raise UnknownMethod(method, ("auto", *METHODS))
    _check_limit(limit)
    if isinstance(game, StochasticGame):
        return _by_state(game, method, limit, directions, transfers)
    expect_kind(game, RepeatedGame, "a payoff set")
    _check_range(game.stage.payoffs)
    if game.stage.n_players != 2:
        raise InvalidGame(_players_message(game.stage.n_players))
    if directions is not None and method != "judd_yeltekin_conklin":
        raise InvalidGame(
            f"directions are for method='judd_yeltekin_conklin'; got directions={directions} with "
            f"method={method!r}, which bounds the set in every direction: leave one of them out"
        )
    if transfers:
        return repeated_payoffs_with_transfers(game)
    if game.monitoring is not None:
        return _on_one_scale(public_perfect_payoffs(game, limit=limit))
    if method == "judd_yeltekin_conklin":
        return judd_yeltekin_conklin(
            game, directions=DIRECTIONS if directions is None else directions, limit=limit
        )
    if method == "aps" or (method == "auto" and not game.is_common):
        return _on_one_scale(_doubted(abreu_pearce_stacchetti(game, limit=limit)))
    if not game.is_common:
        raise InvalidGame(
            f"abreu_sannikov needs a common discount factor; got {game.discount_factors} "
            "for the players: use one number for both, or method='aps'"
        )
    return _on_one_scale(_exactly_if_possible(game, limit))


def _exactly_if_possible(game: RepeatedGame, limit: int) -> PayoffSet:
    """Return the bounds for a common discount factor, as an exact set where one is proven."""
    found = _bounded(game, KNIFE_EDGE, limit)
    if found.residual > SETTLED and found.status == "partial":
        return found
    rational = is_rational(game)
    if found.status == "complete" and found.gap <= JUMP * found.size:
        # Rational data, and sets without interior, have exact vertices more often than not.
        tidy = rational or len(found.outer) <= FLAT or _has_small_denominators(found)
        return (exact_generation(found, Fraction(0)) if tidy else None) or found
    exact = exact_generation(found, Fraction(0) if rational else Fraction(KNIFE_EDGE * found.size))
    if exact is None and rational:
        # On rational numbers a shortfall is a shortfall: the constraints are relaxed by rounding alone.
        found = _bounded(game, RESOLVED, limit)
        exact = exact_generation(found, Fraction(0))
    return exact or _doubted(found)


def _check_limit(limit: object) -> None:
    if not isinstance(limit, (int, np.integer)) or limit < 1:
        raise InvalidGame(f"`limit` is a positive whole number of iterations; got {limit!r}")


def _check_range(payoffs: FloatArray) -> None:
    """Refuse payoffs whose products would leave the range of floats."""
    with np.errstate(over="ignore"):
        size = float(payoffs.max() - payoffs.min())
    if size > 0.0 and not SMALLEST <= size <= 1.0 / SMALLEST:
        raise InvalidGame(
            f"payoffs span {size:.3g}; floats carry products of payoffs from {SMALLEST:g} to "
            f"{1.0 / SMALLEST:g}: measure payoffs in another unit"
        )


def _by_state(
    game: StochasticGame, method: str, limit: int, directions: int | None, transfers: bool
) -> StatePayoffSets:
    if method != "auto":
        raise InvalidGame(f"the method is for repeated games, and 'auto' for stochastic ones; got {method!r}")
    _check_range(game.flat_payoffs())
    if transfers:
        return payoffs_with_transfers(game)
    found = stochastic_payoffs(game, limit=limit, normals=directions)
    doubt = _scale_doubt(game.flat_payoffs())
    if not doubt:
        return found
    parts = tuple(replace(part, status="partial", reason=f"{part.reason}; {doubt}") for part in found.sets)
    return replace(found, sets=parts, status="partial", reason=f"{found.reason}; {doubt}")


def _on_one_scale(found: PayoffSet) -> PayoffSet:
    """Return a set whose players' payoffs are on scales far apart as a partial result."""
    doubt = _scale_doubt(found.game.stage.payoffs.reshape(-1, 2))
    return replace(found, status="partial", reason=f"{found.reason}; {doubt}") if doubt else found


def _scale_doubt(payoffs: FloatArray) -> str:
    """Return what is doubtful where payoffs, shape (rows, 2), are on scales far apart; else nothing."""
    ranges = np.ptp(payoffs, axis=0)
    if not 0.0 < ranges.min() * APART < ranges.max():
        return ""
    return (
        f"one player's payoffs span {ranges.max():.3g}, the other's {ranges.min():.3g}, and tolerances are "
        "relative to the larger: measure both in units of one size"
    )


def _doubted(found: PayoffSet) -> PayoffSet:
    """Return bounds that do not meet as a partial result: neither need be the set."""
    if found.gap <= JUMP * found.size:
        return found
    reason = f"{found.reason}; the bounds do not meet: the set may jump at this discount factor"
    return replace(found, status="partial", reason=reason)


def _has_small_denominators(found: PayoffSet) -> bool:
    """Return whether delta is a short binary fraction and the vertices look like multiples of 1 / `COMMON`.

    A quick test before an exact one, which no other float would pass.
    """
    if found.game.exact_discount_factors[0].denominator > COMMON:
        return False
    scaled = COMMON * found.outer
    return bool(np.abs(scaled - np.rint(scaled)).max() <= COMMON * SETTLED * found.size)


def _players_message(count: int) -> str:
    if count == 3:
        return "this is for two players; the game has 3: use bounded_payoffs"
    return f"payoff sets are for two players and payoff bounds for three; the game has {count}"


def _bounded(game: RepeatedGame, relax: float, limit: int) -> PayoffSet:
    from negotiation.solvers.payoff_sets.perfect.kernels.payoff_bounds import bounded_set

    found, size = bounded_set(
        np.ascontiguousarray(game.stage.payoffs), float(game.discount_factors[0]), relax, limit
    )
    outer, threats, inner, profiles, continuations, steps, change, proven, gap = found
    for array in (outer, inner, threats, profiles, continuations):
        read_only(array)
    # Bounds that meet are proof of themselves, however the outer one still moves by rounding.
    settled = bool(change <= SETTLED or (proven and gap <= JUMP * size))
    status: Status = "complete" if proven and settled else "partial"
    reason = "inner bound certified" if proven else "inner bound not certified"
    if not settled:
        reason += f"; the outer bound still moved by {change:.1g} of its size after {steps} iterations"
    return PayoffSet(
        game,
        outer,
        inner,
        threats,
        profiles,
        continuations,
        status,
        "abreu_sannikov",
        reason,
        int(steps),
        float(change),
        size,
        float(gap),
    )
