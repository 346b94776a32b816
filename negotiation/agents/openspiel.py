"""Matches as games of OpenSpiel (Lanctot et al. 2019), which end after a given number of rounds.

Moves are simultaneous, and a chance node for the signal and the next state follows. Returns are discounted
sums of the payoffs of all rounds. `negotiation.regret` computes the regret in the infinite game.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from negotiation.agents.matches import Board, Played, package, playable

if TYPE_CHECKING:
    import pyspiel


def openspiel_game(played: Played, max_rounds: int = 5, *, theory: str | None = None) -> pyspiel.Game:
    """Return a truce, a dispute or a game as an OpenSpiel game.

    Every side is a player.

    Parameters
    ----------
    played : str, Match, RepeatedGame or StochasticGame
        A match, the name of a truce, the name of a dispute, or a game, as for `parallel_env`.
    max_rounds : int, optional
        Number of rounds after which the game ends; 5 by default.
    theory : str, optional
        Theory of a truce that is given by name, as in `match`; by default the compiled text itself.

    Returns
    -------
    pyspiel.Game
        The game. A player's information state has the public state and all that the player has observed: the
        actions of all players or, under a public signal, its own actions and the signals.

    Raises
    ------
    MissingPackage
        If OpenSpiel is not installed.
    UnknownName
        If there is no such truce or theory.
    InvalidGame
        If `played` is of another kind, or `theory` is given with a dispute or a game or has no strategy for a
        repeated game.

    Examples
    --------
    >>> from negotiation.agents import openspiel_game
    >>> game = openspiel_game("2025-10-busan", theory="moment")  # doctest: +SKIP
    """
    pyspiel = package("pyspiel")
    board = Board(playable(played, theory))
    # Data that all plays share are in the class, since OpenSpiel copies the attributes of a state.
    state = type(
        "State", (_State, pyspiel.State), {"board": board, "max_rounds": max_rounds, "spiel": pyspiel}
    )
    methods = {"new_initial_state": lambda self: state(self), "__init__": _begun(pyspiel, board, max_rounds)}
    return type("Game", (pyspiel.Game,), methods)()


def _begun(pyspiel: Any, board: Board, max_rounds: int) -> Any:
    """Return the `__init__` of a game of OpenSpiel."""
    players, kinds = len(board.players), pyspiel.GameType
    is_seen = "IMPERFECT_INFORMATION" if board.signals else "PERFECT_INFORMATION"
    kind = kinds(
        short_name="negotiation", long_name=board.match.name, dynamics=kinds.Dynamics.SIMULTANEOUS,
        chance_mode=kinds.ChanceMode.EXPLICIT_STOCHASTIC, utility=kinds.Utility.GENERAL_SUM,
        information=getattr(kinds.Information, is_seen), reward_model=kinds.RewardModel.REWARDS,
        max_num_players=players, min_num_players=players, provides_information_state_string=True,
        provides_information_state_tensor=False, provides_observation_string=True,
        provides_observation_tensor=False, parameter_specification={},
    )  # fmt: skip
    largest = max(float(np.abs(stage.payoffs).max()) for stage in board.stages) * max_rounds
    chances = len(board.states) * max(len(board.signals), 1)
    info = pyspiel.GameInfo(
        num_distinct_actions=max(map(len, board.menus)), max_chance_outcomes=chances, num_players=players,
        min_utility=-largest, max_utility=largest, utility_sum=None, max_game_length=max_rounds,
    )  # fmt: skip
    return lambda self, params=None: pyspiel.Game.__init__(self, kind, info, params or {})


class _State:
    """The methods of a `pyspiel.State`: a play of a match up to some round."""

    board: Board
    max_rounds: int
    spiel: Any

    def __init__(self, game: Any) -> None:
        super().__init__(game)  # type: ignore[call-arg]
        start = self.board.match.facing.start
        # Chance moves first if it decides in which state play begins.
        self.at = next(iter(start)) if len(start) == 1 else -1
        self.round, self.total = 0, np.zeros(len(self.board.players))
        self.paid = self.total
        # The profile of the round, until chance has moved, and each round so far: its profile, what was seen.
        self.profile: tuple[str, ...] | None = None
        self.past: list[tuple[tuple[str, ...], str]] = []

    def _outcomes(self) -> list[tuple[tuple[Any, int], float]]:
        if self.profile is None:
            return [(("", at), float(p)) for at, p in self.board.match.facing.start.items()]
        return [(key, float(p)) for key, p in self.board.after(self.at, self.profile).items() if p]

    def current_player(self) -> Any:
        """Return who moves next: all players simultaneously, chance, or nobody at the end."""
        if self.is_terminal():
            return self.spiel.PlayerId.TERMINAL
        return self.spiel.PlayerId.CHANCE if self.profile or self.at < 0 else self.spiel.PlayerId.SIMULTANEOUS

    def _legal_actions(self, player: int) -> list[int]:
        return np.flatnonzero(self.board.mask(self.at, player)).tolist()

    def chance_outcomes(self) -> list[tuple[int, float]]:
        """Return the possible moves of chance, with their probabilities."""
        return [(k, p) for k, (_, p) in enumerate(self._outcomes())]

    def _apply_actions(self, actions: Any) -> None:
        self.profile = tuple(menu[a] for menu, a in zip(self.board.menus, actions, strict=True))
        deltas = np.array(self.board.game.float_discount_factors)
        self.paid = self.board.stages[self.at].payoff(self.profile) * deltas**self.round
        self.total = self.total + self.paid

    def _apply_action(self, action: int) -> None:
        (shown, self.at), _ = self._outcomes()[action]
        if self.profile is not None:
            self.past = [*self.past, (self.profile, str(shown))]
        self.profile, self.round = None, len(self.past)

    def _action_to_string(self, player: int, action: int) -> str:
        if player != self.spiel.PlayerId.CHANCE:
            return self.board.menus[player][action]
        shown, at = self._outcomes()[action][0]
        return f"{shown} then {self.board.states[at]}"

    def is_terminal(self) -> bool:
        """Return whether the play is over."""
        return self.round >= self.max_rounds

    def rewards(self) -> list[float]:
        """Return each player's discounted payoff in the last round."""
        return [*map(float, self.paid)]

    def returns(self) -> list[float]:
        """Return each player's discounted sum of payoffs so far."""
        return [*map(float, self.total)]

    def information_state_string(self, player: int | None = None) -> str:
        """Return what a player has observed, as text: under a signal, its own actions and the signals.

        Without a signal, or without a player, the text has the actions of all players. It always ends with
        the position of the public state.
        """
        if player is None or not self.board.signals:
            return f"{self.past} {self.at}"
        return f"{[(profile[player], shown) for profile, shown in self.past]} {self.at}"

    def observation_string(self, player: int | None = None) -> str:  # noqa: ARG002
        """Return the number of the round and the position of the public state, as text."""
        return f"{self.round} {self.at}"

    def __str__(self) -> str:
        return f"{self.past} {self.at} {self.profile or ''}"
