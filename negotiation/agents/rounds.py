"""Rounds of a match, one after another: what is paid, what is seen, where play goes; the same for a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.agents.matches import Match
from negotiation.base.numeric import FloatArray
from negotiation.disputes.posture import posture_from_label
from negotiation.game_theory.games import Profile
from negotiation.game_theory.solvers.best_response.facing import Seen
from negotiation.game_theory.solvers.best_response.regret import drawn
from negotiation.game_theory.strategies.automaton import Lottery


class Rounds:
    """A play of a match in which every player's action may be given."""

    def __init__(self, played: Match, seed: int) -> None:
        self.match, self.game, self.automaton = played, played.game, played.automaton
        self.rng, self.round = np.random.default_rng(seed), 0
        self.state = self._drawn(self.automaton.start)
        self.last: tuple[Profile, Seen] | None = None
        self._chances: dict[Profile, Lottery] = {}

    def prescribed(self, player: int) -> str:
        """Return what the strategy has a player do now."""
        return self.automaton.actions[self.state][player]

    def play(self, profile: Profile) -> FloatArray:
        """Return what a round pays each player, shape (N,), and go on."""
        signal, seen = self.game.monitoring, profile
        key: Seen = seen
        if signal is not None:
            if profile not in self._chances:
                row = signal.probabilities[self.game.stage.profile_index(profile)].tolist()
                self._chances[profile] = dict(zip(signal.signals, row, strict=True))
            key = self._drawn(self._chances[profile])
        self.state, self.last = self._drawn(self.automaton.next_states(self.state, key)), (profile, key)
        self.round += 1
        return self.game.stage.payoff(profile)

    def _drawn(self, lottery: Lottery) -> str:
        return str(drawn(lottery, float(self.rng.random())))

    def seen(self, player: int) -> str:
        """Return what a player has seen of the last round: the profile, or its own action and the signal."""
        if self.last is None:
            return "nothing yet"
        profile, key = self.last
        if isinstance(key, str):
            return f"you played {_short(profile[player])}; the signal was {key}"
        return "; ".join(
            f"{who} played {_short(a)}" for who, a in zip(self.game.stage.players, key, strict=True)
        )

    def text(self, player: int) -> str:
        """Return what a player sees, in words."""
        stage, money = self.game.stage, self.match.facing.usd_bn
        unit = (
            f" One percent of GDP is {money:.0f} billion dollars."
            if money and player == self.match.seat
            else ""
        )
        return (
            f"Round {self.round + 1}. You are {stage.players[player]}. The agreement stands at: {self.state}."
            f" Last round: {self.seen(player)}. The agreement has you play "
            f"{_short(self.prescribed(player))}.{unit}"
        )

    def array(self, player: int) -> Any:
        """Return the same as numbers: the public state, then what was played as far as it is seen."""
        stage, states = self.game.stage, self.automaton.states
        found = np.zeros(self.width, dtype=np.float32)
        found[states.index(self.state)] = 1.0
        if self.last is not None:
            profile, key = self.last
            start = len(states)
            for i, count in enumerate(stage.n_actions):
                if i == player or not isinstance(key, str):
                    found[start + stage.action_index(i, profile[i])] = 1.0
                start += count
            if isinstance(key, str) and self.game.monitoring is not None:
                found[start + self.game.monitoring.signal_index(key)] = 1.0
        return found

    @property
    def width(self) -> int:
        """The length of an observation."""
        signals = 0 if self.game.monitoring is None else self.game.monitoring.n_signals
        return len(self.automaton.states) + sum(self.game.stage.n_actions) + signals


def _short(action: str) -> str:
    """Return an action as people read it."""
    return (
        ", ".join(f"{name} {level}" for name, level in posture_from_label(action).items())
        if "=" in action
        else action
    )
