"""A match as an environment of PettingZoo (Terry et al. 2021), in which all sides move at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.agents.matches import Match, match, package
from negotiation.agents.rounds import Rounds

# Rounds after which an environment stops; regret knows no such end.
MAX_ROUNDS = 200


def parallel_env(
    played: str | Match,
    opponent: str | None = None,
    *,
    seed: int = 0,
    max_rounds: int = MAX_ROUNDS,
    theory: str | None = None,
) -> Any:
    """Return a match as a PettingZoo `ParallelEnv`.

    Parameters
    ----------
    played : str or Match
        Name of a truce, or a match.
    opponent : str, optional
        The side that follows the strategy of the match; if not given, every side is an agent.
    seed : int, optional
        Seed of the signals and lotteries, until `reset` is given another one.
    max_rounds : int, optional
        Rounds after which a play is cut.
    theory : str, optional
        Of a truce by name, as in `match`.

    Returns
    -------
    ParallelEnv
        An observation has an array and the mask of lawful actions; `infos[agent]["text"]` is in words. An
        action is a position; a reward is what the round pays.

    Raises
    ------
    MissingPackage
        If PettingZoo is not installed.

    Examples
    --------
    >>> env = parallel_env("2025-10-busan", opponent="USA")  # doctest: +SKIP
    >>> observations, infos = env.reset()  # doctest: +SKIP
    """
    zoo, spaces = package("pettingzoo"), package("gymnasium.spaces")
    chosen = match(played, theory=theory) if isinstance(played, str) else played
    stage = chosen.game.stage
    bound = () if opponent is None else (stage.player_index(opponent),)

    class NegotiationEnv(zoo.ParallelEnv):  # type: ignore[misc,name-defined]
        """All sides of a match, or all but the one that follows the strategy."""

        metadata = {"name": "negotiation_v0", "render_modes": []}  # noqa: RUF012 - as PettingZoo has it
        render_mode = None

        def __init__(self) -> None:
            self.possible_agents = [p for i, p in enumerate(stage.players) if i not in bound]
            self.agents: list[str] = []
            width = Rounds(chosen, 0).width
            self._spaces = {
                p: spaces.Dict(
                    {
                        "observation": spaces.Box(0.0, 1.0, (width,), np.float32),
                        "action_mask": spaces.MultiBinary(len(stage.actions[i])),
                    }
                )
                for i, p in enumerate(stage.players)
            }
            self._moves = {p: spaces.Discrete(len(stage.actions[i])) for i, p in enumerate(stage.players)}
            self._seed = seed

        def observation_space(self, agent: str) -> Any:
            return self._spaces[agent]

        def action_space(self, agent: str) -> Any:
            return self._moves[agent]

        def reset(self, seed: int | None = None, options: Any = None) -> Any:  # noqa: ARG002
            self._seed = self._seed + 1 if seed is None else seed
            self.agents, self.rounds = [*self.possible_agents], Rounds(chosen, self._seed)
            return self._seen(), self._told()

        def step(self, actions: Any) -> Any:
            profile = tuple(
                self.rounds.prescribed(i) if i in bound else stage.actions[i][int(actions[p])]
                for i, p in enumerate(stage.players)
            )
            paid = dict(zip(stage.players, self.rounds.play(profile).tolist(), strict=True))
            over = self.rounds.round >= max_rounds
            results = (
                self._seen(), {p: paid[p] for p in self.agents}, dict.fromkeys(self.agents, False),
                dict.fromkeys(self.agents, over), self._told(),
            )  # fmt: skip
            if over:
                self.agents = []
            return results

        def _seen(self) -> Any:
            return {
                p: {
                    "observation": self.rounds.array(stage.player_index(p)),
                    "action_mask": np.ones(len(stage.actions[stage.player_index(p)]), dtype=np.int8),
                }
                for p in self.agents
            }

        def _told(self) -> Any:
            return {
                p: {"text": self.rounds.text(stage.player_index(p)), "state": self.rounds.state}
                for p in self.agents
            }

    return NegotiationEnv()
