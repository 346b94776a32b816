"""Markov perfect equilibria of a stochastic game, by several methods, each checked by independent code.

A Markov perfect equilibrium is a subgame perfect equilibrium in which play depends only on the state (Maskin
and Tirole 2001). One exists, possibly mixed (Fink 1964). The search covers all pure profiles, or sequences of
best replies, and the ends of paths of logit equilibria from several priors (`logit.py`). If the states can be
solved one after another, all equilibria are found and proven to be all (`separate_states.py`). In small games
of two players all equilibria are found support by support. The cost is the sum of the costs of these
searches.

In small games every pure Markov profile is tried (`kernels/pure.py`). In large games each player in turn
takes a best reply, found by policy iteration (Howard 1960), starting from a pure profile, until no player
changes. No player then gains by any deviation. Replies may also cycle, which is reported. Cost of a reply: a
few linear systems of the size of the state space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, prod
from time import monotonic
from typing import overload

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.progress import stop_time
from negotiation.base.reading.numbers import expect_count, expect_generator
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solutions.continuous_equilibrium import (
    ContinuousEquilibria,
    ContinuousEquilibrium,
)
from negotiation.game_theory.solvers.markov.logit import LogitMarkov, PathEnd, logit_markov
from negotiation.game_theory.solvers.markov.numerics import NUMERICS
from negotiation.game_theory.solvers.markov.separate_states import (
    COUPLED,
    all_equilibria,
    all_in_coupled_states,
)
from negotiation.game_theory.solvers.markov.solution import (
    MarkovEquilibria,
    MarkovEquilibrium,
    certified_equilibrium,
    distinct,
    regret_tolerances,
)
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy, pure_markov_strategy

METHODS = ("auto", "logit", "pure")


@overload
def markov_perfect_equilibria(
    game: StochasticGame,
    *,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    method: str = "auto",
    max_steps: int = NUMERICS.most_steps,
    deadline: float | None = None,
    initial: None = None,
) -> MarkovEquilibria: ...


@overload
def markov_perfect_equilibria(
    game: ContinuousTimeGame,
    *,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    method: str = "auto",
    max_steps: int = NUMERICS.most_steps,
    deadline: float | None = None,
    initial: ContinuousEquilibrium | FloatArray | None = None,
) -> ContinuousEquilibria: ...


@Takes("a Markov perfect equilibrium", (StochasticGame, ContinuousTimeGame), questions=("equilibria",))
def markov_perfect_equilibria(
    game: StochasticGame | ContinuousTimeGame,
    *,
    starts: int = 5,
    rng: int | np.random.Generator = 0,
    method: str = "auto",
    max_steps: int = NUMERICS.most_steps,
    deadline: float | None = None,
    initial: ContinuousEquilibrium | FloatArray | None = None,
) -> MarkovEquilibria | ContinuousEquilibria:
    """Return Markov perfect equilibria of a stochastic game, or of a game in continuous time.

    Parameters
    ----------
    game : StochasticGame or ContinuousTimeGame
        The game, with any number of players, states, decision makers and actions.
    starts : int, optional
        Number of paths of logit equilibria to follow; 5 by default. The first path begins at the uniform
        prior, the others at priors drawn at random. In a game too large to try all pure profiles, best
        replies also begin from this number of pure profiles. In continuous time, paths begin near `initial`
        if it is given, on the branch from precision 0, and at random choices.
    rng : int or numpy.random.Generator, optional
        Seed or generator of the draws; 0 by default.
    method : {"auto", "logit", "pure"}, optional
        "logit" follows the paths, and "pure" searches for pure equilibria. "auto", the default, does both. If
        possible "auto" also solves the states one after another, or tries all supports of a small game of two
        players. A game in continuous time has only "auto".
    max_steps : int, optional
        Largest number of steps along one path; 5,000 by default. Not used in continuous time.
    deadline : float, optional
        Seconds after which no path is followed further or, in continuous time, no further path begins. The
        equilibria found until then are returned, with the status `partial` unless they are proven to be all,
        or `failed` if there are none. No limit by default.
    initial : ContinuousEquilibrium or array of shape (S, N), optional
        In continuous time, an equilibrium of a similar game, or its values, from which to begin.

    Returns
    -------
    MarkovEquilibria or ContinuousEquilibria
        The equilibria of a stochastic game, or of a game in continuous time; each has passed `verify`. The
        status is `complete` if they are proven to be all equilibria (with "pure", all pure equilibria);
        `partial` if some may be missing or there is a continuum, as `.reason` says; and `failed` if none was
        found, though some may exist. For a stochastic game `.pure_complete` says whether all pure equilibria
        are proven to be included.

    Raises
    ------
    InvalidGame
        If the game is of another kind, `starts` or `max_steps` is not a whole number of at least 1, or
        `initial` does not fit the game or is given for a `StochasticGame`.
    SizeLimit
        If there are more than 1,000,000 starts, or more than 20,000,000 action profiles of all states.
    UnknownMethod
        If there is no such method, or the game is in continuous time and the method is not "auto".
    InvalidNumber
        If the deadline is not a positive number of seconds, or `rng` is neither a seed nor a generator.
    InvalidDiscountFactor
        If a discount factor is below 1e-100 or rounds to 1 as a float.

    Examples
    --------
    >>> payoffs = [[[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], [[[2, 1], [0, 0]], [[0, 0], [1, 2]]]]
    >>> game = StochasticGame(payoffs, np.full((2, 2, 2, 2), 0.5), 0.9, states=("pennies", "sexes"))
    >>> found = markov_perfect_equilibria(game)
    >>> len(found), found.status, round(found[0].value("pennies", "0"), 6)
    (3, 'complete', 0.3)
    """
    count = expect_count("starts", starts, most=NUMERICS.most_starts)
    max_steps = expect_count("steps, `max_steps`,", max_steps)
    if isinstance(game, ContinuousTimeGame):
        if method != "auto":
            raise UnknownMethod(method, ("auto",))
        from negotiation.game_theory.solvers.continuous.equilibria import continuous_equilibria

        return continuous_equilibria(game, starts=count, rng=rng, initial=initial, deadline=deadline)
    if initial is not None:
        raise InvalidGame(
            "`initial` is only for a ContinuousTimeGame; for a StochasticGame leave it out, and give the "
            "number of starts as `starts`"
        )
    UnknownMethod.unless_in(method, METHODS)
    ends_at = stop_time(deadline)
    return _searched(logit_markov(game), count, expect_generator(rng), (method, max_steps, ends_at))


def _searched(
    setting: LogitMarkov, count: int, generator: np.random.Generator, how: tuple[str, int, float]
) -> MarkovEquilibria:
    """Return the equilibria that a method finds from `count` starts; `how` is method, steps and end time."""
    game, (method, max_steps, ends_at) = setting.game, how
    outcomes: list[PathEnd] = []
    if method in ("auto", "logit"):
        outcomes += _paths(setting, count, generator, max_steps, ends_at)
    pure, pure_note = None, ""
    if method in ("auto", "pure"):
        pure, pure_note = _pure(setting)
        if pure is None:
            outcomes += _replies(setting, count, generator, ends_at)
    every, proof = _every(game, ends_at) if method == "auto" else (None, "")
    ends = [end.equilibrium for end in outcomes if end.equilibrium is not None]
    equilibria = distinct([*ends, *(pure or []), *(every or [])])
    pure_complete = every is not None or (pure is not None and not pure_note)
    done = every is not None or (method == "pure" and pure_complete)
    notes = [_starts(outcomes)] if outcomes else []
    if every is not None:
        notes.append(f"all found, {proof}")
    elif method != "logit":
        notes.append(pure_note or "all pure ones found")
    if not done and method != "pure":
        notes.append("others may be missing" + (f": {proof}" if proof else ""))
    failed = not done and not equilibria
    status: Status = "complete" if done else "failed" if failed else "partial"
    return MarkovEquilibria(
        equilibria,
        status,
        method,
        "; ".join(notes),
        max(regret_tolerances(game)),
        tuple(end.outcome for end in outcomes),
        pure_complete,
    )


def _pure(setting: LogitMarkov) -> tuple[list[MarkovEquilibrium] | None, str]:
    """Return the pure equilibria, or None if there are too many profiles, and a note on what is missing."""
    if pure_profiles(setting.game) > NUMERICS.most_profiles:
        return None, f"more than {NUMERICS.most_profiles} pure profiles were not tried one by one"
    pure, total = all_pure(setting)
    missing = total > len(pure)
    return pure, f"{NUMERICS.most_equilibria} of {total} pure ones kept" if missing else ""


def _every(game: StochasticGame, ends_at: float) -> tuple[list[MarkovEquilibrium] | None, str]:
    """Return all equilibria and how they were found, or None and why there is no proof that they are all."""
    proof = "state by state"
    strategies, doubt = all_equilibria(game, ends_at)
    if doubt.endswith(COUPLED):
        proof = "on every profile of supports"
        strategies, second = all_in_coupled_states(game, ends_at)
        doubt = f"{doubt}, and {second}" if second else ""
    if doubt:
        return None, doubt
    certified = [certified_equilibrium(game, strategy, proof) for strategy in strategies]
    every = [equilibrium for equilibrium in certified if equilibrium is not None]
    if len(distinct(every)) < len(strategies):
        return None, "rounding hides some that are close to one another"
    return every, proof


def _starts(outcomes: Sequence[PathEnd]) -> str:
    ended = sum(end.equilibrium is not None for end in outcomes)
    return f"{ended} of {len(outcomes)} starts ended in an equilibrium"


def _paths(
    setting: LogitMarkov, count: int, generator: np.random.Generator, max_steps: int, ends_at: float
) -> list[PathEnd]:
    """Return the ends of the paths from the uniform prior and from priors drawn at random."""
    ends = [setting.follow(None, "uniform prior", max_steps, ends_at)]
    for k in range(1, count):
        prior = setting.random_prior(generator)
        if monotonic() > ends_at:
            ends.append(PathEnd(None, f"prior {k}: not begun before the deadline"))
        else:
            ends.append(setting.follow(prior, f"prior {k}", max_steps, ends_at))
    return ends


def _replies(
    setting: LogitMarkov, count: int, generator: np.random.Generator, ends_at: float
) -> list[PathEnd]:
    """Return the ends of best replies in turn from the first actions and from random pure profiles."""
    game = setting.game
    first: list[np.ndarray] = [game.offsets[:-1].copy()]
    draws = first + [random_rows(game, generator) for _ in range(1, count)]
    return [best_replies_in_turn(setting, rows, f"best replies {k}", ends_at) for k, rows in enumerate(draws)]


def pure_profiles(game: StochasticGame) -> int:
    """Return the number of pure Markov profiles of a game."""
    return prod(prod(stage.n_actions) for stage in game.stages)


def all_pure(setting: LogitMarkov) -> tuple[list[MarkovEquilibrium], int]:
    """Return the pure Markov perfect equilibria that were kept, and the number of all that were found."""
    from negotiation.game_theory.solvers.markov.kernels.pure import pure_markov

    game = setting.game
    rows = np.empty((NUMERICS.most_equilibria, game.n_states), dtype=np.intp)
    count = pure_markov(setting.arrays, _strides(game), rows)
    proposed = [_strategy(game, rows_found) for rows_found in rows[:count]]
    certified = [certified_equilibrium(game, strategy, "all pure profiles") for strategy in proposed]
    equilibria = [equilibrium for equilibrium in certified if equilibrium is not None]
    return equilibria, count - len(proposed) + len(equilibria)


def best_replies_in_turn(setting: LogitMarkov, rows: IntArray, name: str, ends_at: float = inf) -> PathEnd:
    """Return the equilibrium, if any, at which best replies in turn from a pure profile no longer change.

    `rows` has the row of the profile in each state, among the action profiles of all states.

    Shapes: `rows` (S,).
    """
    game, strides = setting.game, _strides(setting.game)
    players = [_Player(setting, i, strides[:, i]) for i in range(game.n_players)]
    seen: set[bytes] = set()
    for turn in range(NUMERICS.most_rounds):
        before = rows
        for player in players:
            if monotonic() > ends_at:
                return PathEnd(None, f"{name}: stopped after {turn} rounds, at the deadline")
            rows = player.reply(rows)
        if np.array_equal(rows, before):
            reply = certified_equilibrium(game, _strategy(game, rows), name)
            return PathEnd(reply, f"{name}: {'rest' if reply else 'no certified rest'} after {turn} rounds")
        if rows.tobytes() in seen:
            return PathEnd(None, f"{name}: best replies cycle after {turn} rounds")
        seen.add(rows.tobytes())
    return PathEnd(None, f"{name}: no rest after {NUMERICS.most_rounds} rounds of best replies")


def random_rows(game: StochasticGame, generator: np.random.Generator) -> IntArray:
    """Return a pure profile drawn uniformly, as the position of a row for each state, shape (S,)."""
    rows: IntArray = generator.integers(game.offsets[:-1], game.offsets[1:]).astype(np.intp)
    return rows


@dataclass(frozen=True, eq=False)
class _Player:
    setting: LogitMarkov
    i: int
    strides: IntArray

    def reply(self, rows: IntArray) -> IntArray:
        """Return the rows of the profile in which the player changes to a best reply, shape (S,)."""
        arrays, i = self.setting.arrays, self.i
        own = arrays.slots[rows, i] - arrays.ends[:, i]
        bases = rows - own * self.strides
        counts = arrays.ends[:, i + 1] - arrays.ends[:, i]
        owner = np.repeat(np.arange(len(rows)), counts)
        actions = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        choices = bases[owner] + actions * self.strides[owner]
        move, flow = self._dense(choices), arrays.payoffs[choices, i]
        first = np.cumsum(counts) - counts
        policy = first + own
        while True:
            q = flow + arrays.deltas[i] * (move @ self._advantages(move[policy], flow[policy]))
            best = np.maximum.reduceat(q, first)
            better = best > q[policy] + NUMERICS.improvement
            if not better.any():
                replied: IntArray = choices[policy]
                return replied
            for s in np.flatnonzero(better):
                policy[s] = first[s] + int(q[first[s] : first[s] + counts[s]].argmax())

    def _dense(self, rows: IntArray) -> FloatArray:
        from scipy.sparse import csr_array

        arrays = self.setting.arrays
        whole = csr_array(
            (arrays.chances, arrays.indices, arrays.indptr), shape=(len(arrays.payoffs), len(arrays.ends))
        )
        dense: FloatArray = np.asarray(whole[rows].toarray(), dtype=np.float64)
        return dense

    def _advantages(self, move: FloatArray, flow: FloatArray) -> FloatArray:
        system = np.eye(len(flow), dtype=np.float64)
        system -= self.setting.arrays.deltas[self.i] * move
        system[:, 0] = 1.0
        levels: FloatArray = np.linalg.solve(system, flow).astype(np.float64)
        levels[0] = 0.0
        return levels


def _strides(game: StochasticGame) -> IntArray:
    return np.array(
        [[prod(stage.n_actions[i + 1 :]) for i in range(game.n_players)] for stage in game.stages]
    )


def _strategy(game: StochasticGame, rows: IntArray) -> MarkovStrategy:
    profiles = [
        [int(a) for a in np.unravel_index(int(row - first), stage.n_actions)]
        for row, first, stage in zip(rows, game.offsets, game.stages, strict=False)
    ]
    return pure_markov_strategy(game, profiles)
