"""Rounds of a match, one after another: what is paid, what is seen, where play goes; the same for a seed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from negotiation.agents.matches import Match
from negotiation.base.numeric import FloatArray
from negotiation.disputes.posture import posture_from_label
from negotiation.game_theory.games import Profile, RepeatedGame, StageGame
from negotiation.game_theory.solvers.best_response.facing import PublicPlay, Seen, public_play
from negotiation.game_theory.solvers.best_response.regret import drawn


class Board:
    """What all plays of a match share: public states by position, lawful actions, what may follow."""

    def __init__(self, match: Match) -> None:
        self.match, self.game = match, match.facing.game
        first = None if isinstance(self.game, RepeatedGame) else self.game.states[0]
        self.play: PublicPlay = public_play(self.game, match.facing.strategy, False, first)
        self.states, self.players = match.facing.states, match.players
        stages = (self.game.stage,) if isinstance(self.game, RepeatedGame) else self.game.stages
        self.stages: list[StageGame] = [stages[self.play.stage(node)] for node in self.play.nodes]
        # All actions of a player: in some states the law takes some of them away.
        self.menus = [
            tuple(dict.fromkeys(label for stage in stages for label in stage.actions[i]))
            for i in range(len(self.players))
        ]

    def after(self, state: int, profile: Profile) -> Mapping[tuple[Seen, int], float]:
        """Return the chances of what is seen and of the next state."""
        return self.play.after(self.play.nodes[state], profile)  # type: ignore[return-value]

    def prescribed(self, state: int, player: int) -> Mapping[str, float]:
        """Return the lottery that the strategy has a player play in a state."""
        return self.play.choices(self.play.nodes[state])[player]  # type: ignore[return-value]

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """The signals; none where all see what was played."""
        signal = self.game.monitoring if isinstance(self.game, RepeatedGame) else None
        return () if signal is None else signal.signals

    def mask(self, state: int, player: int) -> Any:
        """Return one for each of a player's actions that is lawful in a state, else zero."""
        lawful = {*self.stages[state].actions[player]}
        return np.array([label in lawful for label in self.menus[player]], dtype=np.int8)

    @property
    def width(self) -> int:
        """The length of an observation."""
        return len(self.states) + sum(map(len, self.menus)) + len(self.signals)


class Rounds:
    """A play of a match in which every player's action may be given."""

    def __init__(self, board: Board, seed: int) -> None:
        self.board, self.rng, self.round = board, np.random.default_rng(seed), 0
        self.at: int = self._drawn(board.match.facing.start)
        self.last: tuple[Profile, Seen] | None = None

    @property
    def state(self) -> str:
        """The public state."""
        return self.board.states[self.at]

    def prescribed(self, player: int) -> str:
        """Return what the strategy has a player do now, drawn where it mixes."""
        lottery = self.board.prescribed(self.at, player)
        return str(next(iter(lottery)) if len(lottery) == 1 else self._drawn(lottery))

    def play(self, profile: Profile) -> FloatArray:
        """Return what a round pays each player, shape (N,), and go on."""
        paid = self.board.stages[self.at].payoff(profile)
        seen, self.at = self._drawn(self.board.after(self.at, profile))
        self.last, self.round = (profile, seen), self.round + 1
        return paid

    def _drawn(self, lottery: Mapping[Any, Any]) -> Any:
        return drawn(lottery, float(self.rng.random()))

    def seen(self, player: int) -> str:
        """Return what a player has seen of the last round: the profile, or its own action and the signal."""
        if self.last is None:
            return "nothing yet"
        profile, shown = self.last
        if isinstance(shown, str):
            return f"you played {_short(profile[player])}; the signal was {shown}"
        pairs = zip(self.board.players, profile, strict=True)
        return "; ".join(f"{who} played {_short(action)}" for who, action in pairs)

    def text(self, player: int) -> str:
        """Return what a player sees, in words."""
        who, lottery = self.board.players[player], self.board.prescribed(self.at, player)
        money = self.board.match.money.get(who)
        unit = f" One percent of GDP is {money:.0f} billion dollars." if money else ""
        return (
            f"Round {self.round + 1}. You are {who}. The agreement stands at: {self.state}."
            f" Last round: {self.seen(player)}. The agreement has you play "
            f"{' or '.join(map(_short, lottery))}.{unit}"
        )

    def array(self, player: int) -> Any:
        """Return the same as numbers: the public state, then what was played as far as it is seen."""
        board = self.board
        values, start = np.zeros(board.width, dtype=np.float32), len(board.states)
        values[self.at] = 1.0
        if self.last is not None:
            profile, shown = self.last
            for i, menu in enumerate(board.menus):
                if i == player or not isinstance(shown, str):
                    values[start + menu.index(profile[i])] = 1.0
                start += len(menu)
            if isinstance(shown, str):
                values[start + board.signals.index(shown)] = 1.0
        return values


def _short(action: str) -> str:
    """Return an action as people read it."""
    if "=" not in action:
        return action
    return ", ".join(f"{name} {level}" for name, level in posture_from_label(action).items())
