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
    """Values by state, and what each decision maker chooses at them."""

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
        """The constant flows with the same values, rho V, shape (S, N)."""
        averages: FloatArray = self.values * np.array(self.game.discount_rates)
        return averages

    def value(self, state: str, player: str) -> float:
        """Return a player's value in a state.

        Parameters
        ----------
        state : str
            The state.
        player : str
            The player.

        Returns
        -------
        float
            A discounted integral; multiplied by the discount rate it is an average flow.
        """
        UnknownPlayer.unless_in(player, self.game.players)
        return float(self.values[self.game.state_index(state), self.game.players.index(player)])

    def intensities(self, state: str) -> dict[str, float]:
        """Return the expected number of each event per year while play is in a state.

        Parameters
        ----------
        state : str
            The state.

        Returns
        -------
        dict from str to float
            By event; 0 for those that no decision maker can cause there.
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
        """Return one row for each state: average values, and each maker's likeliest move with its chance."""
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
        Discounted integrals of flows and of payments by options, including shocks.
    choice_probabilities : tuple of MoveChoices
        By maker and state, a probability for each option.
    residuals : array, shape (N,)
        Largest difference between the two sides of each player's equations, in that player's flows.
    found_by : str
        How it was found.
    from_middle : array, shape (S, N), optional
        Values less the middle of each player's flows divided by the discount rate, which keeps the digits
        that flows far from zero would hide.

    Notes
    -----
    Choices are exactly those implied by the values. The residual r of player i's equations
    therefore bounds the gain of any other strategy by 2 r / rho_i, and the distance of the values from the
    values of the choices by r / rho_i.

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
        """The most that any strategy of a player gains in any state, as a discounted total, shape (N,)."""
        bounds: FloatArray = 2.0 * self.residuals / np.array(self.game.discount_rates)
        return bounds

    def _title(self) -> str:
        return f"Markov perfect equilibrium in continuous time, residual {self.residual:.2g}"


@dataclass(frozen=True, eq=False)
class LogitResponse(ChosenPlay):
    """Logit choices given the values of some strategies.

    Parameters
    ----------
    game : ContinuousTimeGame
        The game.
    values : array, shape (S, N)
        Values of the strategies: discounted integrals of flows and of payments by options.
    choice_probabilities : tuple of MoveChoices
        By maker and state, the logit of the values.
    residuals : array, shape (N,)
        Largest difference between the two sides of each player's equations, in that player's flows.
    found_by : str
        How it was found.
    from_middle : array, shape (S, N), optional
        Values less the middle of each player's flows divided by the discount rate, which keeps the digits
        that flows far from zero would hide.
    strategies : tuple of MoveChoices
        The strategies that are valued: `values` solves a linear system without shocks, because the strategies
        do not react to shocks.
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
    """Markov perfect equilibria found in a game in continuous time, and whether these are proven to be all.

    Parameters
    ----------
    equilibria : tuple of ContinuousEquilibrium
        Each has passed the independent check. The first is the one at the end of the branch from precision 0
        or near the initial values, if that start led to one.
    status : {"complete", "partial", "failed"}
        `complete` if these are proven to be all, `partial` if others may be missing, `failed` if none was
        found.
    method, reason : str
        How they were found, and what is proven or why the answer is partial.
    tolerance : float
        Largest residual that is accepted, as a share of the player's unit of flows.
    outcomes : tuple of str
        What became of each start.

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
        """Return the only equilibrium, or raise `SeveralEquilibria` if there are none or several.

        Returns
        -------
        ContinuousEquilibrium
            It has passed the independent check.
        """
        if len(self.equilibria) != 1:
            raise SeveralEquilibria(
                f"one equilibrium was asked for; {len(self.equilibria)} were found ({self.status}). Choose "
                "from .equilibria"
            )
        return self.equilibria[0]

    def __iter__(self) -> Iterator[ContinuousEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, position: int) -> ContinuousEquilibrium:
        return self.equilibria[position]

    def table(self) -> Table:
        """Return one row for each equilibrium: residual, start of the search, and average values."""
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
