"""Markov perfect equilibria of games in continuous time, and logit responses, as the solvers return them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.errors import SeveralEquilibria, UnknownPlayer
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.strategies.move_choices import MoveChoices


@dataclass(frozen=True, eq=False)
class ChosenPlay(Tabular, Drawable):
    """Values of play by state, and the choices of each decision maker."""

    _figure = "continuous:continuous_play_figure"

    game: ContinuousTimeGame
    # (S, N): discounted integrals of flows and of what options pay, shocks included where choices answer to
    # them.
    values: FloatArray
    # By maker and state, a probability for each option.
    choice_probabilities: tuple[MoveChoices, ...]
    # (N,): largest distance of the two sides of each player's equations, in that player's flows.
    residuals: FloatArray
    found_by: str
    # (S, N): values less what the middle of each player's flows is worth: far from zero values lose its
    # digits.
    from_middle: FloatArray | None = field(default=None, kw_only=True)

    @property
    def residual(self) -> float:
        """Largest residual of all players, in units of flow."""
        return float(self.residuals.max())

    @property
    def average_values(self) -> FloatArray:
        """Values as average flows per year, shape (S, N): the values times the discount rates."""
        averages: FloatArray = self.values * np.array(self.game.discount_rates)
        return averages

    def value(self, state: str, player: str) -> float:
        """Return the expected discounted payoff of a player from a state.

        Parameters
        ----------
        state : str
            Label of the state.
        player : str
            Label of the player.

        Returns
        -------
        float
            The discounted integral; multiplied by the discount rate it is an average flow per year.

        Raises
        ------
        UnknownState, UnknownPlayer
            If the game has no state or player with this label.
        """
        UnknownPlayer.unless_in(player, self.game.players)
        return float(self.values[self.game.state_index(state), self.game.players.index(player)])

    def intensities(self, state: str) -> dict[str, float]:
        """Return the expected number of each event per year while play is in a state.

        Parameters
        ----------
        state : str
            Label of the state.

        Returns
        -------
        dict from str to float
            Expected number per year, by event; 0 for events that no decision maker can cause in the state.

        Raises
        ------
        UnknownState
            If the game has no state with this label.
        """
        game = self.game
        s, rates = game.state_index(state), dict.fromkeys(game.events, 0.0)
        for m, (rows, chosen) in enumerate(zip(game.options, self.choice_probabilities, strict=True)):
            part = rows.row(s)
            for k, chance in zip(range(part.start, part.stop), chosen[s].tolist(), strict=True):
                event = rows.event(k)
                if event is not None:
                    rates[event] += float(game.rates[m, s]) * chance
        return rates

    def _title(self) -> str:
        return f"Play in continuous time, residual {self.residual:.2g}"

    def table(self) -> Table:
        """Return a table by state: average values, and each maker's likeliest move with its probability."""
        game = self.game
        columns = (
            "state",
            *(f"average {player}" for player in game.players),
            *(f"{what} {maker.label}" for maker in game.makers for what in ("move", "chance")),
        )
        rows = []
        for s, (label, averages) in enumerate(zip(game.states, self.average_values.tolist(), strict=True)):
            moves: list[str | float] = []
            for options, choices in zip(game.options, self.choice_probabilities, strict=True):
                j = int(np.argmax(choices[s]))
                position = int(options.indptr[s]) + j
                goal = int(options.targets[position])
                name = options.event(position) or ("stay" if goal == s else f"to {game.states[goal]}")
                moves += [name, float(choices[s][j])]
            rows.append((label, *averages, *moves))
        return Table(self._title(), columns, tuple(rows))


@dataclass(frozen=True, eq=False)
class ContinuousEquilibrium(ChosenPlay):
    """One Markov perfect equilibrium of a game in continuous time.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    values : array, shape (S, N)
        `values[s, i]` is player i's expected discounted payoff from state s: the integral of flows and
        payments by options, including shocks.
    choice_probabilities : tuple of MoveChoices
        For each decision maker, the probability of each option in each state.
    residuals : array, shape (N,)
        Largest difference between the two sides of each player's equations, in the unit of that player's
        flows.
    found_by : str
        Start of the search that led to the equilibrium, such as "branch from precision 0".
    from_middle : array, shape (S, N), optional
        The same values less the middle of the player's range of flows divided by the discount rate, which
        keeps the digits that flows far from zero would hide.

    Notes
    -----
    The choices are exactly those that the values imply. If player i's equations have the residual r and the
    discount rate is rho_i, any other strategy therefore gains at most 2 r / rho_i, and the values differ from
    the exact values of the choices by at most r / rho_i.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.markov_perfect_equilibria(game).only()
    >>> bool((found.gain_bounds < 1e-9).all()), ng.verify(game, found).holds
    (True, True)
    """

    @property
    def gain_bounds(self) -> FloatArray:
        """Bounds on each player's gain from any other strategy, as a discounted total, shape (N,)."""
        bounds: FloatArray = 2.0 * self.residuals / np.array(self.game.discount_rates)
        return bounds

    def _title(self) -> str:
        return f"Markov perfect equilibrium in continuous time, residual {self.residual:.2g}"


@dataclass(frozen=True, eq=False)
class LogitResponse(ChosenPlay):
    """Logit choices of all decision makers, given the values of play under some strategies.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    values : array, shape (S, N)
        `values[s, i]` is player i's expected discounted payoff from state s under `strategies`.
    choice_probabilities : tuple of MoveChoices
        For each decision maker, the logit probability of each option in each state.
    residuals : array, shape (N,)
        Largest difference between the two sides of each player's equations, in the unit of that player's
        flows.
    found_by : str
        Method that found the response, in words.
    from_middle : array, shape (S, N), optional
        The same values less the middle of the player's range of flows divided by the discount rate, which
        keeps the digits that flows far from zero would hide.
    strategies : tuple of MoveChoices
        The strategies whose values are computed. They do not react to shocks, so `values` solves a linear
        system without shocks.
    status : {"complete"}
        Always complete: there is one response.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.logit_response(game, [[0, 0]])
    >>> found.values.round(9).ravel().tolist(), found.choice_probabilities[0][0].round(4).tolist()
    ([0.0, 2.0], [0.1192, 0.8808])
    """

    strategies: tuple[MoveChoices, ...] = ()
    status: Status = "complete"

    def _title(self) -> str:
        return f"Logit response in continuous time, residual {self.residual:.2g}"


@dataclass(frozen=True, eq=False)
class ContinuousEquilibria(Tabular, Drawable):
    """The Markov perfect equilibria found in a game in continuous time.

    Parameters
    ----------
    equilibria : tuple of ContinuousEquilibrium
        The equilibria, each of which has passed the independent check. The first comes from the branch from
        precision 0, or from the initial values, if that start led to an equilibrium.
    status : {"complete", "partial", "failed"}
        `complete` if these are proven to be all, `partial` if others may be missing, `failed` if none was
        found.
    method, reason : str
        The method, and what is proven or why the answer is partial.
    tolerance : float
        Largest residual that is accepted, as a share of the unit of the player's flows.
    outcomes : tuple of str
        The result of each start of the search, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = [[(0, 0), (1, 0, "act")], [(1, 0)]]
    >>> game = ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 4.0, options, 1.0)], 0.5)
    >>> found = ng.markov_perfect_equilibria(game)
    >>> len(found), found.status, found.outcomes
    (1, 'complete', ('branch from precision 0: equilibrium 0',))
    """

    _figure = "continuous:continuous_equilibria_figure"

    equilibria: tuple[ContinuousEquilibrium, ...]
    status: Status
    method: str
    reason: str
    tolerance: float
    outcomes: tuple[str, ...] = ()

    def only(self) -> ContinuousEquilibrium:
        """Return the only equilibrium.

        Returns
        -------
        ContinuousEquilibrium
            The equilibrium, which has passed the independent check.

        Raises
        ------
        SeveralEquilibria
            If there is no equilibrium, or there are several.
        """
        if len(self.equilibria) != 1:
            raise SeveralEquilibria(
                f"there must be a single equilibrium; {len(self.equilibria)} were found ({self.status}). "
                "`.equilibria` has them all"
            )
        return self.equilibria[0]

    def __iter__(self) -> Iterator[ContinuousEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, position: int) -> ContinuousEquilibrium:
        return self.equilibria[position]

    def table(self) -> Table:
        """Return a table by equilibrium: residual, start of the search, and ranges of average values."""
        players = self.equilibria[0].game.players if self.equilibria else ()
        what = ("least average", "most average")
        columns = (
            "equilibrium",
            "residual",
            "found by",
            *(f"{extreme} {player}" for player in players for extreme in what),
        )
        rows = []
        for k, equilibrium in enumerate(self.equilibria):
            averages = equilibrium.average_values
            ends = np.stack([averages.min(axis=0), averages.max(axis=0)], axis=1).ravel().tolist()
            rows.append((str(k), equilibrium.residual, equilibrium.found_by, *ends))
        title = f"{len(self)} Markov perfect equilibria in continuous time: {self.status} ({self.reason})"
        return Table(title, columns, tuple(rows))
