"""Markov perfect equilibria as the solvers return them, each checked by independent code.

A solver proposes Markov strategies; `certified_equilibrium` accepts one only if `verify_markov_strategy`
finds no profitable deviation. A solver can thus miss an equilibrium, but not invent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Mixture, Table, Tabular
from negotiation.base.numeric import REGRET_TOLERANCE, FloatArray
from negotiation.base.status import Status
from negotiation.errors import SeveralEquilibria, UnknownPlayer, UnknownState
from negotiation.game_theory.checks.markov_strategies import verify_best_replies, verify_markov_strategy
from negotiation.game_theory.games import StochasticGame, own_units
from negotiation.game_theory.solvers.markov.numerics import NUMERICS
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy, MixedActions


@dataclass(frozen=True, eq=False)
class MarkovEquilibrium(Tabular, Drawable):
    """One Markov perfect equilibrium of a stochastic game, with its values and regret.

    Parameters
    ----------
    strategy : MarkovStrategy
        The strategy profile, which `verify` can check.
    mixed_actions : tuple of tuples of arrays
        For each state and player, the probabilities of the player's actions.
    values : array, shape (S, N)
        Average discounted payoff of each player from each state.
    regret : float
        Largest gain of any player in any state from a best response, in average discounted payoffs.
    residual : float
        Bellman residual: largest absolute difference between a value and the payoff of the best single
        action, with these values as continuation payoffs.
    states, players : tuple of str
        Labels of the S states and the N players.
    found_by : str
        Method that found the equilibrium, in words.
    game : StochasticGame
        The game.

    Examples
    --------
    >>> import negotiation as ng
    >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
    >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
    >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
    >>> found = ng.markov_perfect_equilibria(game)
    >>> round(found.equilibria[0].value("tense", "1"), 4)
    8.2727
    """

    _figure = "markov:markov_figure"

    strategy: MarkovStrategy
    mixed_actions: MixedActions
    values: FloatArray
    regret: float
    residual: float
    states: tuple[str, ...]
    players: tuple[str, ...]
    found_by: str
    game: StochasticGame

    @property
    def strategies(self) -> MixedActions:
        """Probabilities of the actions, one array for each player and state."""
        return tuple(tuple(row[i] for row in self.mixed_actions) for i in range(len(self.players)))

    @property
    def is_pure(self) -> bool:
        """Whether every player plays one action in every state."""
        return self.strategy.is_pure

    def value(self, state: str, player: str) -> float:
        """Return a player's average discounted payoff from a state.

        Parameters
        ----------
        state : str
            Label of the state in which play begins.
        player : str
            Label of the player.

        Returns
        -------
        float
            The discounted sum of payoffs times 1 - delta.

        Raises
        ------
        UnknownState, UnknownPlayer
            If there is no such state or player.
        """
        UnknownState.unless_in(state, self.states)
        UnknownPlayer.unless_in(player, self.players)
        return float(self.values[self.states.index(state), self.players.index(player)])

    def table(self) -> Table:
        """Return a table with one row for each state: the players' actions and values."""
        rows = tuple(
            (
                state,
                *(Mixture(dict(zip(a, p.tolist(), strict=True))) for a, p in zip(labels, mixed, strict=True)),
                *values,
            )
            for state, labels, mixed, values in zip(
                self.states,
                (stage.actions for stage in self.game.stages),
                self.mixed_actions,
                self.values.tolist(),
                strict=True,
            )
        )
        columns = ("state", *self.players, *(f"value {player}" for player in self.players))
        return Table(f"Markov perfect equilibrium, regret {self.regret:.2g}", columns, rows)


@dataclass(frozen=True, eq=False)
class MarkovEquilibria(Tabular, Drawable):
    """The Markov perfect equilibria of a stochastic game that were found.

    Parameters
    ----------
    equilibria : tuple of MarkovEquilibrium
        The equilibria, each of which has passed the independent check. The first is the one that the path
        from the uniform prior reaches, if that path was followed to an equilibrium.
    status : {"complete", "partial", "failed"}
        `complete` if these are proven to be all equilibria or, with the method "pure", all pure equilibria;
        otherwise `partial` or, if none was found, `failed`.
    method, reason : str
        The method "auto", "logit" or "pure", and what was proven or why some equilibria may be missing.
    tolerance : float
        Largest regret that is accepted for any player, in average discounted payoffs.
    outcomes : tuple of str
        The result of each path of logit equilibria and each sequence of best replies, in words.
    pure_complete : bool
        Whether all pure equilibria are proven to be among these.

    Examples
    --------
    >>> import negotiation as ng
    >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
    >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
    >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
    >>> found = ng.markov_perfect_equilibria(game)
    >>> len(found.equilibria), found.status
    (5, 'complete')
    >>> print(found.equilibria[0])
    Markov perfect equilibrium, regret 0
    state  0  1  value 0  value 1
    calm   C  C        9        9
    tense  C  C  8.27273  8.27273
    """

    _figure = "markov:markov_equilibria_figure"

    equilibria: tuple[MarkovEquilibrium, ...]
    status: Status
    method: str
    reason: str
    tolerance: float
    outcomes: tuple[str, ...] = ()
    pure_complete: bool = False

    @property
    def max_regret(self) -> float:
        """Largest regret of the equilibria; 0 if there are none."""
        return max((equilibrium.regret for equilibrium in self.equilibria), default=0.0)

    def only(self) -> MarkovEquilibrium:
        """Return the only equilibrium.

        Returns
        -------
        MarkovEquilibrium
            The equilibrium, which has passed the independent check.

        Raises
        ------
        SeveralEquilibria
            If no equilibrium was found, or several were.
        """
        if len(self.equilibria) != 1:
            raise SeveralEquilibria(
                f"a single equilibrium was requested; {self.method} found {len(self.equilibria)} "
                f"({self.status}). Choose one from `.equilibria`; if it is empty, `.reason` says why"
            )
        return self.equilibria[0]

    def __iter__(self) -> Iterator[MarkovEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, position: int) -> MarkovEquilibrium:
        return self.equilibria[position]

    def table(self) -> Table:
        """Return a table with one row for each equilibrium and state: actions, values and regret."""
        players = self.equilibria[0].players if self.equilibria else ()
        columns = ("equilibrium", "state", *players, *(f"value {player}" for player in players), "regret")
        rows = tuple(
            (str(k), *row, e.regret) for k, e in enumerate(self.equilibria) for row in e.table().rows
        )
        title = f"{len(self)} Markov perfect equilibria by {self.method}: {self.status} ({self.reason})"
        return Table(title, columns, rows)


def certified_equilibrium(
    game: StochasticGame, strategy: MarkovStrategy, found_by: str
) -> MarkovEquilibrium | None:
    """Return a strategy as an equilibrium, or None if the independent check finds a profitable deviation."""
    certificate = verify_best_replies(game, strategy)
    regret = float(certificate.regret)
    accepted = (certificate.gains <= regret_tolerances(game)).all()
    if not accepted or not verify_markov_strategy(game, strategy).holds:
        return None
    return MarkovEquilibrium(
        strategy,
        tuple(tuple(v.astype(np.float64) for v in row) for row in strategy.mixed_actions(game)),
        certificate.values,
        max(regret, 0.0),
        float(certificate.residual),
        game.states,
        game.players,
        found_by,
        game,
    )


def regret_tolerances(game: StochasticGame) -> list[float]:
    """Return the largest accepted regret of each player, in average discounted payoffs."""
    return own_units(*game.stages).tolerances(REGRET_TOLERANCE)


def distinct(equilibria: Iterable[MarkovEquilibrium]) -> tuple[MarkovEquilibrium, ...]:
    """Return the equilibria without repetitions, in the given order."""
    apart: list[MarkovEquilibrium] = []
    points: list[FloatArray] = []
    for equilibrium in equilibria:
        point = np.concatenate([vector for row in equilibrium.mixed_actions for vector in row])
        if not points or np.abs(np.stack(points) - point).max(axis=1).min() >= NUMERICS.same_profile:
            apart.append(equilibrium)
            points.append(point)
    return tuple(apart)
