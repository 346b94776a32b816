"""Markov perfect equilibria of a stochastic game of known length, by backward induction.

With t periods to go each state is a one-shot game: its payoffs and the discounted values of what follows.
An equilibrium of every state's game, for every period, is a Markov perfect equilibrium of the whole. All pure
ones are followed as long as they are few; beyond that, in each state, the *selection*: the pure equilibrium
with the largest sum of payoffs, the first of several. Where a state's game has no pure equilibrium its mixed
one at the end of the logit branch is played. Each equilibrium is checked by unrolling the game: a state for
each state and period, and an end without payoffs. Cost: for each value kept and each period one pass through
the payoffs and transitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from operator import index

import numpy as np

from negotiation.checks.markov_strategies import verify_markov_strategy
from negotiation.errors import InvalidGame
from negotiation.games import StageGame, StochasticGame, Transitions
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray, payoff_scale, read_only
from negotiation.solvers.markov.logit import logit_markov
from negotiation.solvers.nash.pure_equilibria import best_reply_mask
from negotiation.status import Status
from negotiation.strategies.markov_strategy import MarkovStrategy

LIMIT = 50
"""Most equilibria, by their values, that are followed from one period to the one before."""
END = "end"


@dataclass(frozen=True, eq=False)
class FiniteHorizonEquilibria(Tabular):
    """Markov perfect equilibria of a stochastic game of known length.

    Parameters
    ----------
    values : array, shape (k, S, N)
        Average discounted payoffs over the T periods from each state; the first is the selection.
    strategies : tuple of tuples of MarkovStrategy, k times T
        What is played in each period, the first period first.
    states, players : tuple of str
        Labels.
    periods : int
        Number of periods T.
    status, reason : str
        `complete` where all pure equilibria were followed, up to equal values; else `partial`.
    """

    values: FloatArray
    strategies: tuple[tuple[MarkovStrategy, ...], ...]
    states: tuple[str, ...]
    players: tuple[str, ...]
    periods: int
    status: Status
    reason: str
    method: str = "backward induction"

    @property
    def selection(self) -> FloatArray:
        """The values of the selected equilibrium, shape (S, N)."""
        chosen: FloatArray = self.values[0]
        return chosen

    def __len__(self) -> int:
        return len(self.values)

    def table(self) -> Table:
        """Return one row for each equilibrium and state: what is played first, and the values."""
        rows = tuple(
            (str(k), *first, *(float(v) for v in self.values[k, s]))
            for k, plan in enumerate(self.strategies)
            for s, first in enumerate(plan[0].table().rows)
        )
        title = f"Markov perfect equilibria of {self.periods} periods: {self.status} ({self.reason})"
        columns = ("equilibrium", "state", *self.players, *(f"value {player}" for player in self.players))
        return Table(title, columns, rows)


@dataclass(frozen=True, eq=False)
class _Node:
    """Sums of discounted payoffs from now on, by state and player, and what is played from now on."""

    totals: FloatArray
    plan: tuple[MarkovStrategy, ...]


def backward_induction(game: StochasticGame, periods: int, *, limit: int = LIMIT) -> FiniteHorizonEquilibria:
    """Return Markov perfect equilibria of a stochastic game played a known number of times.

    Parameters
    ----------
    game : StochasticGame
        Any number of players; nothing is paid after the last period.
    periods : int
        Number of periods, at least 1.
    limit : int, optional
        Most equilibria, by their values, that are followed; 1 for the selection alone.

    Returns
    -------
    FiniteHorizonEquilibria
        Each has passed `verify` in the unrolled game. `failed`, without values, where a state's game had
        neither a pure equilibrium nor a mixed one that was found.

    Raises
    ------
    InvalidGame
        If the number of periods or the limit is not a whole number of at least 1.

    Examples
    --------
    >>> sexes = [[[[2, 1], [0, 0]], [[0, 0], [1, 2]]]]
    >>> found = backward_induction(StochasticGame(sexes, np.ones((1, 2, 2, 1)), 0.5), 2)
    >>> found.values[:, 0, 0].round(4).tolist(), found.status
    ([2.0, 1.3333, 1.6667, 1.0], 'complete')
    """
    count, most = _whole(periods, "number of periods"), _whole(limit, "limit")
    nodes = [_Node(np.zeros((game.n_states, game.n_players)), ())]
    mixed, cut = False, False
    for _ in range(count):
        choices = [_choices(game, node.totals) for node in nodes]
        if any(not options for row in choices for options in row):
            return _failed(game, count)
        mixed = mixed or any(not options[0].pure for row in choices for options in row)
        cut = cut or sum(prod(len(options) for options in row) for row in choices) > most
        extended = _extensions(game, nodes, choices, selection_only=cut)
        nodes = _distinct(extended, payoff_scale(game.flat_payoffs()))
    kept = [node for node in nodes if _holds(game, node)]
    notes = ["all pure equilibria" if not cut else f"more than {most}: one selection from then on"]
    notes += ["a mixed one where a state has none"] if mixed else []
    notes += [f"{len(nodes) - len(kept)} not certified"] if len(kept) < len(nodes) else []
    status: Status = "partial" if cut or mixed or len(kept) < len(nodes) else "complete"
    return _result(game, count, kept, status, "; ".join(notes))


@dataclass(frozen=True, eq=False)
class _Choice:
    """An equilibrium of one state's game: the choices, and the players' payoffs with what follows."""

    profile: tuple[str | FloatArray, ...]
    payoffs: FloatArray
    pure: bool


def _choices(game: StochasticGame, totals: FloatArray) -> list[list[_Choice]]:
    """Return the equilibria of each state's game when `totals` follow, the selection first."""
    deltas = np.array([float(delta) for delta in game.discount_factors])
    dense, offsets = game.transitions.to_dense().astype(np.float64), game.offsets
    ahead = game.flat_payoffs() + deltas * (dense @ totals)
    found: list[list[_Choice]] = []
    for s, stage in enumerate(game.stages):
        payoffs = ahead[offsets[s] : offsets[s + 1]].reshape(*stage.n_actions, game.n_players)
        one = StageGame(payoffs, stage.players, stage.actions)
        options = [
            _Choice(one.labels(at), payoffs[tuple(at)], pure=True)
            for at in np.argwhere(best_reply_mask(one)).tolist()
        ]
        options.sort(key=lambda option: -round(float(option.payoffs.sum()), 9))
        found.append(options or _mixed(one))
    return found


def _mixed(stage: StageGame) -> list[_Choice]:
    """Return the equilibrium at the end of the logit branch of a stage game, if it is reached."""
    alone = StochasticGame.from_stages({"now": stage}, np.ones((1, *stage.n_actions, 1)), 0.5)
    found = logit_markov(alone).follow(None, "uniform prior", 5000).equilibrium
    if found is None:
        return []
    return [_Choice(tuple(found.mixed_actions[0]), found.values[0], pure=False)]


def _extensions(
    game: StochasticGame, nodes: list[_Node], choices: list[list[list[_Choice]]], *, selection_only: bool
) -> Iterator[_Node]:
    """Yield what each node becomes with one more period before it."""
    for node, options in zip(nodes, choices, strict=True):
        for chosen in product(*(row[:1] if selection_only else row for row in options)):
            now = MarkovStrategy(
                {state: choice.profile for state, choice in zip(game.states, chosen, strict=True)}
            )
            yield _Node(np.stack([choice.payoffs for choice in chosen]), (now, *node.plan))


def _distinct(nodes: Iterator[_Node], scale: float) -> list[_Node]:
    """Return the nodes whose values differ, in their order."""
    kept: dict[bytes, _Node] = {}
    for node in nodes:
        kept.setdefault(np.round(node.totals / scale, 10).tobytes(), node)
    return list(kept.values())


def _holds(game: StochasticGame, node: _Node) -> bool:
    """Return whether a plan is an equilibrium of the unrolled game, by the independent check."""
    strategy = MarkovStrategy(
        {
            _label(state, t): profile
            for t, strategy in enumerate(node.plan)
            for state, profile in strategy.play.items()
        }
        | {END: tuple("0" for _ in game.players)}
    )
    return verify_markov_strategy(unrolled(game, len(node.plan)), strategy).holds


def unrolled(game: StochasticGame, periods: int) -> StochasticGame:
    """Return the game of known length as one without end: a state for each state and period, then nothing.

    Parameters
    ----------
    game : StochasticGame
    periods : int
        At least 1.

    Examples
    --------
    >>> game = StochasticGame([[[1.0]]], [[[1.0]]], 0.5, states=("s",))
    >>> unrolled(game, 2).states
    ('s in period 1', 's in period 2', 'end')
    """
    stages = {
        _label(state, t): stage
        for t in range(periods)
        for state, stage in zip(game.states, game.stages, strict=True)
    }
    last = periods * game.n_states
    # What is paid at the end is the least payoff, so that the payoff range is that of the game.
    low = game.flat_payoffs().min(axis=0)
    stages[END] = StageGame(low.reshape(*(1,) * game.n_players, -1), game.players)
    moves, n = game.transitions, game.n_rows
    indices: list[IntArray] = [moves.indices + (t + 1) * game.n_states for t in range(periods - 1)]
    chances: list[FloatArray] = [moves.floats()] * (periods - 1)
    counts = [np.diff(moves.indptr)] * (periods - 1)
    final = np.full(n + 1, last, dtype=np.intp)
    rows = np.concatenate([*counts, np.ones(n + 1, dtype=np.intp)])
    transitions = Transitions(
        np.concatenate([[0], np.cumsum(rows)]).astype(np.intp),
        np.concatenate([*indices, final]),
        np.concatenate([*chances, np.ones(n + 1)]),
        last + 1,
    )
    return StochasticGame.from_stages(stages, transitions, game.discount_factor)


def _label(state: str, period: int) -> str:
    return f"{state} in period {period + 1}"


def _result(
    game: StochasticGame, periods: int, nodes: list[_Node], status: Status, reason: str
) -> FiniteHorizonEquilibria:
    weights = [sum(float(delta) ** t for t in range(periods)) for delta in game.discount_factors]
    shape = (0, game.n_states, game.n_players)
    values = np.stack([node.totals / weights for node in nodes]) if nodes else np.empty(shape)
    read_only(values)
    plans = tuple(node.plan for node in nodes)
    return FiniteHorizonEquilibria(values, plans, game.states, game.players, periods, status, reason)


def _failed(game: StochasticGame, periods: int) -> FiniteHorizonEquilibria:
    return _result(game, periods, [], "failed", "no equilibrium of a state's game was found")


def _whole(given: object, what: str) -> int:
    try:
        count = index(given)  # type: ignore[arg-type]
    except TypeError:
        count = 0
    if count < 1:
        raise InvalidGame(f"the {what} is a whole number of at least 1; got {given!r}")
    return count
