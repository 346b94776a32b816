"""A match as a game of OpenSpiel (Lanctot et al. 2019), cut after so many rounds.

Simultaneous moves, then a chance node for what is seen and where play goes. Returns are sums of discounted
payoffs of the rounds. Regret without an end comes from `negotiation.regret`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.agents.matches import Match, match, package


def openspiel_game(played: str | Match, max_rounds: int = 5, *, theory: str | None = None) -> Any:
    """Return a match as an OpenSpiel game in which every side is a player.

    Parameters
    ----------
    played : str or Match
        Name of a truce, or a match.
    max_rounds : int, optional
        Rounds after which it ends.
    theory : str, optional
        Of a truce by name, as in `match`.

    Returns
    -------
    pyspiel.Game
        Two states of it are alike if what was seen in public is.

    Raises
    ------
    MissingPackage
        If OpenSpiel is not installed.

    Examples
    --------
    >>> game = openspiel_game("2025-10-busan", theory="moment")  # doctest: +SKIP
    """
    pyspiel = package("pyspiel")
    chosen = match(played, theory=theory) if isinstance(played, str) else played
    stage, delta = chosen.game.stage, chosen.game.float_discount_factors
    largest = float(np.abs(stage.payoffs).max()) * max_rounds
    kind = pyspiel.GameType(
        short_name="negotiation", long_name=chosen.name, dynamics=pyspiel.GameType.Dynamics.SIMULTANEOUS,
        chance_mode=pyspiel.GameType.ChanceMode.EXPLICIT_STOCHASTIC,
        information=pyspiel.GameType.Information.PERFECT_INFORMATION,
        utility=pyspiel.GameType.Utility.GENERAL_SUM,
        reward_model=pyspiel.GameType.RewardModel.REWARDS, max_num_players=stage.n_players,
        min_num_players=stage.n_players, provides_information_state_string=True,
        provides_information_state_tensor=False, provides_observation_string=True,
        provides_observation_tensor=False, parameter_specification={},
    )  # fmt: skip
    info = pyspiel.GameInfo(
        num_distinct_actions=max(stage.n_actions), max_chance_outcomes=64, num_players=stage.n_players,
        min_utility=-largest, max_utility=largest, utility_sum=None, max_game_length=max_rounds,
    )  # fmt: skip

    class State(pyspiel.State):  # type: ignore[misc,name-defined]
        """Where a play stands."""

        def __init__(self, game: Any) -> None:
            super().__init__(game)
            self.at = next(iter(chosen.automaton.start))
            self.round, self.total = 0, np.zeros(stage.n_players)
            self.paid = np.zeros(stage.n_players)
            # The profile of the round, until chance has moved.
            self.profile: Any = None
            self.seen: list[str] = []

        def _outcomes(self) -> list[tuple[str, str, float]]:
            signal, profile = chosen.game.monitoring, self.profile
            row: dict[Any, float] = {None: 1.0}
            if signal is not None:
                chances = signal.probabilities[stage.profile_index(profile)].tolist()
                row = dict(zip(signal.signals, chances, strict=True))
            return [
                (str(key or profile), goal, p * float(q))
                for key, p in row.items()
                if p
                for goal, q in chosen.automaton.next_states(self.at, profile if key is None else key).items()
                if q
            ]

        def current_player(self) -> Any:
            if self.round >= max_rounds:
                return pyspiel.PlayerId.TERMINAL
            return pyspiel.PlayerId.CHANCE if self.profile else pyspiel.PlayerId.SIMULTANEOUS

        def _legal_actions(self, player: int) -> list[int]:
            return [*range(stage.n_actions[player])]

        def chance_outcomes(self) -> list[tuple[int, float]]:
            return [(k, p) for k, (_, _, p) in enumerate(self._outcomes())]

        def _apply_actions(self, actions: Any) -> None:
            self.profile = tuple(stage.actions[i][a] for i, a in enumerate(actions))
            self.paid = stage.payoff(self.profile) * np.array(delta) ** self.round
            self.total = self.total + self.paid

        def _apply_action(self, action: int) -> None:
            shown, self.at, _ = self._outcomes()[action]
            self.seen = [*self.seen, shown]
            self.profile, self.round = None, self.round + 1

        def _action_to_string(self, player: int, action: int) -> str:
            if player == pyspiel.PlayerId.CHANCE:
                return " then ".join(self._outcomes()[action][:2])
            return str(stage.actions[player][action])

        def is_terminal(self) -> bool:
            return self.round >= max_rounds

        def rewards(self) -> list[float]:
            return [float(x) for x in self.paid]

        def returns(self) -> list[float]:
            return [float(x) for x in self.total]

        def information_state_string(self, player: int | None = None) -> str:  # noqa: ARG002
            return f"{self.seen} {self.at}"

        def observation_string(self, player: int | None = None) -> str:  # noqa: ARG002
            return f"{self.round} {self.at}"

        def __str__(self) -> str:
            return f"{self.seen} {self.at} {self.profile or ''}"

    class Game(pyspiel.Game):  # type: ignore[misc,name-defined]
        """The match, cut."""

        def __init__(self, params: Any = None) -> None:
            super().__init__(kind, info, params or {})

        def new_initial_state(self) -> Any:
            return State(self)

    return Game()
