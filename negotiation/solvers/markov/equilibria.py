"""Markov perfect equilibria of a stochastic game, several ways, each certified by code of its own.

A Markov perfect equilibrium is a subgame perfect one in which play depends on the state alone (Maskin and
Tirole 2001); one exists, possibly mixed (Fink 1964). They are looked for among all pure profiles or by best
replies in turn (`pure.py`), and at the ends of paths of logit equilibria from several priors
(`logit.py`). The cost is that of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from time import monotonic

import numpy as np

from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.games import StochasticGame
from negotiation.games.kinds import expect_kind
from negotiation.solvers.markov.logit import LogitMarkov, PathEnd, logit_markov
from negotiation.solvers.markov.numerics import NUMERICS
from negotiation.solvers.markov.pure import (
    all_pure,
    best_replies_in_turn,
    pure_profiles,
    random_rows,
)
from negotiation.solvers.markov.solution import (
    MarkovEquilibria,
    MarkovEquilibrium,
    distinct,
    regret_tolerance,
)
from negotiation.status import Status

METHODS = ("auto", "logit", "pure")


def markov_perfect_equilibria(
    game: StochasticGame,
    *,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    method: str = "auto",
    max_steps: int = NUMERICS.most_steps,
    deadline: float | None = None,
) -> MarkovEquilibria:
    """Return Markov perfect equilibria of a stochastic game.

    Parameters
    ----------
    game : StochasticGame
        Any number of players, states and actions.
    starts : int, optional
        Number of paths of logit equilibria: the first from the uniform prior, the others from priors drawn
        uniformly; and, in games too large to try all pure profiles, of pure profiles for best replies.
    rng : int or numpy.random.Generator, optional
        Seed or generator of the draws.
    method : {"auto", "logit", "pure"}, optional
        "logit" follows the paths, "pure" looks for pure equilibria, "auto" does both.
    max_steps : int, optional
        Most steps along one path.
    deadline : float, optional
        Seconds after which no path is followed further; what was found is returned as `partial`.

    Returns
    -------
    MarkovEquilibria
        Every one has passed `verify`. `partial` where a start failed, a limit was met, or the pure profiles
        were too many to try; `failed` where nothing was found and something was left out.

    Raises
    ------
    InvalidGame
        If the number of starts is not a whole number of at least 1.
    UnknownMethod
        If there is no such method.
    ValueError
        If the deadline is not a positive number of seconds.

    Examples
    --------
    >>> payoffs = [[[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], [[[2, 1], [0, 0]], [[0, 0], [1, 2]]]]
    >>> game = StochasticGame(payoffs, np.full((2, 2, 2, 2), 0.5), 0.9, states=("pennies", "sexes"))
    >>> found = markov_perfect_equilibria(game)
    >>> len(found), found.status, round(found[0].value("pennies", "0"), 6)
    (3, 'complete', 0.3)
    """
    expect_kind(game, StochasticGame, "a Markov perfect equilibrium")
    count, ends_at = _checked(starts, method, deadline)
    generator = np.random.default_rng(rng)
    setting = logit_markov(game)
    found: list[MarkovEquilibrium] = []
    outcomes: list[PathEnd] = []
    notes: list[str] = []
    if method in ("auto", "logit"):
        outcomes += _paths(setting, count, generator, max_steps, ends_at)
    if method in ("auto", "pure"):
        if pure_profiles(game) <= NUMERICS.most_profiles:
            pure, total = all_pure(setting)
            found += pure
            more = total > len(pure)
            notes.append(
                f"{NUMERICS.most_equilibria} of {total} pure ones kept" if more else "all pure ones found"
            )
        else:
            more = True
            outcomes += _replies(setting, count, generator)
            notes.append(f"more than {NUMERICS.most_profiles} pure profiles were not tried one by one")
    else:
        more = False
    found = [end.equilibrium for end in outcomes if end.equilibrium is not None] + found
    return _result(game, distinct(found), outcomes, notes, method, more)


def _paths(
    setting: LogitMarkov, count: int, generator: np.random.Generator, max_steps: int, ends_at: float | None
) -> list[PathEnd]:
    """Follow the paths from the uniform prior and from priors drawn at random."""
    ends = [setting.follow(None, "uniform prior", max_steps, ends_at)]
    for k in range(1, count):
        prior = setting.random_prior(generator)
        if ends_at is not None and monotonic() > ends_at:
            ends.append(PathEnd(None, f"prior {k}: not begun before the deadline"))
        else:
            ends.append(setting.follow(prior, f"prior {k}", max_steps, ends_at))
    return ends


def _replies(setting: LogitMarkov, count: int, generator: np.random.Generator) -> list[PathEnd]:
    """Let best replies come to rest from the first actions and from pure profiles drawn at random."""
    game = setting.game
    first: list[np.ndarray] = [game.offsets[:-1].copy()]
    draws = first + [random_rows(game, generator) for _ in range(1, count)]
    return [best_replies_in_turn(setting, rows, f"best replies {k}") for k, rows in enumerate(draws)]


def _result(
    game: StochasticGame,
    equilibria: tuple[MarkovEquilibrium, ...],
    outcomes: Sequence[PathEnd],
    notes: list[str],
    method: str,
    more: bool,
) -> MarkovEquilibria:
    failed = [end for end in outcomes if end.equilibrium is None]
    status: Status = "partial" if failed or more else "complete"
    if not equilibria and status == "partial":
        status = "failed"
    if outcomes:
        notes.insert(0, f"{len(outcomes) - len(failed)} of {len(outcomes)} starts ended in an equilibrium")
    return MarkovEquilibria(
        equilibria,
        status,
        method,
        "; ".join(notes),
        regret_tolerance(game),
        tuple(end.outcome for end in outcomes),
    )


def _checked(starts: int, method: str, deadline: float | None) -> tuple[int, float | None]:
    try:
        count = index(starts)
    except TypeError:
        count = 0
    if count < 1:
        raise InvalidGame(f"the number of starts is a whole number of at least 1; got {starts!r}")
    if method not in METHODS:
        raise UnknownMethod(method, METHODS)
    if deadline is not None and not deadline > 0:
        raise ValueError(f"deadline is a positive number of seconds; got {deadline!r}")
    return count, None if deadline is None else monotonic() + deadline
