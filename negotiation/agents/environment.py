"""Matches as environments of PettingZoo (Terry et al. 2021), in which all players move simultaneously."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from negotiation.agents.matches import Board, Played, Rounds, package, playable
from negotiation.errors import UnknownPlayer

if TYPE_CHECKING:
    from pettingzoo import ParallelEnv

# Number of rounds after which an episode is truncated; regret is computed for infinite play.
MAX_ROUNDS = 200


def parallel_env(
    played: Played,
    opponent: str | None = None,
    *,
    seed: int = 0,
    max_rounds: int = MAX_ROUNDS,
    theory: str | None = None,
) -> ParallelEnv:
    """Return a truce, a dispute or a game as a PettingZoo `ParallelEnv`.

    Parameters
    ----------
    played : str, Match, RepeatedGame or StochasticGame
        A match, the name of a truce, the name of a dispute, or a game. A dispute is played as its small
        stochastic game. In a dispute or a game no agreement is in force, and each side's prescribed action is
        its first, which is the calmest in a dispute.
    opponent : str, optional
        The side that follows the prescribed actions; by default every side is an agent.
    seed : int, optional
        Seed of the signals and lotteries; 0 by default. Each `reset` without a seed first adds 1 to the last
        seed.
    max_rounds : int, optional
        Number of rounds after which an episode is truncated; 200 by default.
    theory : str, optional
        Theory of a truce that is given by name, as in `match`; by default the compiled text itself.

    Returns
    -------
    ParallelEnv
        The environment. An action is a position among the m actions that the side has in any state. An
        observation is a dictionary with "observation", an array of zeros and ones of shape (n,) for the state
        and the last round, and "action_mask", an array of shape (m,) that is 1 for each lawful action;
        `infos[agent]["text"]` describes it in words. A reward is the stage payoff of the round.

    Raises
    ------
    MissingPackage
        If PettingZoo is not installed.
    UnknownPlayer, UnknownName
        If the opponent is not one of the sides, or there is no such truce or theory.
    InvalidGame
        If `played` is of another kind, or `theory` is given with a dispute or a game or has no strategy for a
        repeated game.

    Examples
    --------
    >>> from negotiation.agents import parallel_env
    >>> env = parallel_env("2025-10-busan", opponent="USA")  # doctest: +SKIP
    >>> observations, infos = env.reset()  # doctest: +SKIP
    """
    zoo, spaces = package("pettingzoo"), package("gymnasium.spaces")
    board = Board(playable(played, theory))
    if opponent is not None:
        UnknownPlayer.unless_in(opponent, board.players)
    kind = type("NegotiationEnv", (_Sides, zoo.ParallelEnv), {})
    return kind(board, spaces, opponent, seed, max_rounds)


class _Sides:
    """The methods of a `ParallelEnv` whose agents are all sides of a match, or all but the opponent."""

    metadata = {"name": "negotiation_v0", "render_modes": []}  # noqa: RUF012 - as PettingZoo has it
    render_mode = None

    def __init__(self, board: Board, spaces: Any, opponent: str | None, seed: int, max_rounds: int) -> None:
        self.board, self.max_rounds, self.seed = board, max_rounds, seed
        self.places = {p: i for i, p in enumerate(board.players) if p != opponent}
        self.possible_agents, self.agents = [*self.places], list[str]()
        sizes = {p: len(board.menus[i]) for p, i in self.places.items()}
        array = spaces.Box(0.0, 1.0, (board.width,), np.float32)
        self.observation_spaces = {
            p: spaces.Dict({"observation": array, "action_mask": spaces.MultiBinary(n)})
            for p, n in sizes.items()
        }
        self.action_spaces = {p: spaces.Discrete(n) for p, n in sizes.items()}

    def observation_space(self, agent: str) -> Any:
        """Return the space of an agent's observations."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """Return the space of an agent's actions."""
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: Any = None) -> Any:  # noqa: ARG002
        """Begin a new episode, with the next seed if none is given, and return observations and infos."""
        self.seed = self.seed + 1 if seed is None else seed
        self.agents, self.rounds = [*self.possible_agents], Rounds(self.board, self.seed)
        return self._seen()

    def step(self, actions: Any) -> Any:
        """Play a round, in which a side that is not an agent takes its prescribed action.

        Return observations, rewards, terminations, truncations and infos, each by agent.
        """
        profile = tuple(
            self.board.menus[i][int(actions[p])] if p in self.places else self.rounds.prescribed(i)
            for i, p in enumerate(self.board.players)
        )
        paid = self.rounds.play(profile)
        over = self.rounds.round >= self.max_rounds
        observations, infos = self._seen()
        rewards = {p: float(paid[self.places[p]]) for p in self.agents}
        ended, cut = dict.fromkeys(self.agents, False), dict.fromkeys(self.agents, over)
        if over:
            self.agents = []
        return observations, rewards, ended, cut, infos

    def _seen(self) -> Any:
        """Return the observations, and the infos with the same in words, each by agent."""
        rounds, places = self.rounds, {p: self.places[p] for p in self.agents}
        observations = {
            p: {"observation": rounds.array(i), "action_mask": self.board.mask(rounds.at, i)}
            for p, i in places.items()
        }
        return observations, {p: {"text": rounds.text(i), "state": rounds.state} for p, i in places.items()}
