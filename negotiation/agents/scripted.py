"""Twelve scripted agents, none of which solves the game.

Each function makes an agent for a match. An agent has finitely many memories, so its regret can be computed
exactly. The *kept* action of a player is the one with which play begins. The *harshest* action of the agent
costs the others most while they take their kept actions. Another player *departs* if its action pays the
agent less than its kept action does. If only a signal is observed, any signal other than the most likely one
counts as a departure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from negotiation.agents.matches import Match
from negotiation.base.numeric import Number
from negotiation.game_theory.solvers.best_response.facing import Seen
from negotiation.game_theory.solvers.best_response.policies import Choice, Observation

Remember: TypeAlias = Callable[[Observation, str, Seen], Hashable]


@dataclass(frozen=True, eq=False)
class Agent:
    """A scripted agent in a match: its rule of choice and its memory."""

    choose: Callable[[Observation], Choice]
    keep: Remember = lambda *_: None

    def __call__(self, seen: Observation) -> Choice:
        """Return the choice at an observation: an action or a lottery."""
        return self.choose(seen)

    def remember(self, seen: Observation, action: str, shown: Seen) -> Hashable:
        """Return the memory after a round with the agent's action and what was shown."""
        return self.keep(seen, action, shown)


@dataclass(frozen=True, eq=False)
class Reading:
    """The features of a match that an agent finds from the payoffs of one period."""

    match: Match

    @cached_property
    def kept(self) -> str:
        """The player's own action with which play begins."""
        return self.match.kept[self.match.seat]

    @cached_property
    def harshest(self) -> str:
        """The player's action that costs the others most while they take their kept actions.

        The cost is the sum over the others of their losses as shares of their payoff ranges.
        """
        stage, i = self.match.game.stage, self.match.seat
        at = [*stage.profile_index(self.match.kept)]
        ranges = np.ptp(stage.payoffs.reshape(-1, stage.n_players), axis=0)
        place: Any = (slice(None), *at[:i], *at[i + 1 :])
        pays = np.moveaxis(stage.payoffs, i, 0)[place]
        others = np.delete(pays / np.where(ranges > 0, ranges, 1.0), i, axis=-1).sum(axis=-1)
        return stage.actions[i][int(np.argmin(np.round(others, 12)))]

    def departed(self, shown: Seen) -> bool:
        """Return whether another player departed from its kept action, by the observation of a round."""
        stage, i, kept = self.match.game.stage, self.match.seat, self.match.kept
        signal = self.match.game.monitoring
        if isinstance(shown, str) or signal is not None:
            usual = int(np.argmax(signal.probabilities[stage.profile_index(kept)])) if signal else 0
            return signal is not None and shown != signal.signals[usual]
        theirs = (*shown[:i], kept[i], *shown[i + 1 :])
        return float(stage.payoff(theirs)[i]) < float(stage.payoff(kept)[i])

    def answer(self, shown: Seen) -> str:
        """Return the action that answers a round: the kept action unless another player departed.

        After a departure, the instruments in which the others departed take their levels in the harshest
        action. If this gives no other action of the game, the answer is the harshest action.
        """
        if not self.departed(shown):
            return self.kept
        kept, own = self.match.kept, self.match.seat
        moved = set()
        for i, label in enumerate(() if isinstance(shown, str) else shown):
            if i != own:
                moved |= {part.split("=")[0] for part in {*label.split(" ")} - {*kept[i].split(" ")}}
        pairs = zip(self.kept.split(" "), self.harshest.split(" "), strict=False)
        legs = " ".join(b if a.split("=")[0] in moved else a for a, b in pairs)
        return legs if legs in self.match.facing.actions[0] and legs != self.kept else self.harshest


def _mixed(chances: Mapping[str, Number]) -> Choice:
    return {action: p for action, p in chances.items() if p}


def as_prescribed(_: Match) -> Agent:
    """Return the agent that always takes the prescribed action."""
    return Agent(lambda seen: str(seen.prescribed))


def always_calm(match: Match) -> Agent:
    """Return the agent that always takes its kept action."""
    kept = Reading(match).kept
    return Agent(lambda _: kept)


def always_harsher(match: Match) -> Agent:
    """Return the agent that always takes its harshest action."""
    harshest = Reading(match).harshest
    return Agent(lambda _: harshest)


def random(_: Match) -> Agent:
    """Return the agent that takes each action with the same probability."""
    return Agent(lambda seen: dict.fromkeys(seen.actions, 1.0 / len(seen.actions)))


def myopic(_: Match) -> Agent:
    """Return the agent that maximises its payoff in this period, given the others' prescribed actions."""

    def choose(seen: Observation) -> str:
        """Return the action with the largest payoff in this period."""
        flows = seen.facing.flows[seen.facing.states.index(seen.state)]
        return seen.actions[int(np.argmax(np.round([float(x) / seen.facing.scale for x in flows], 12)))]

    return Agent(choose)


def tit_for_tat(match: Match) -> Agent:
    """Return the agent that answers a departure for one period, in the same instruments if possible."""
    read = Reading(match)
    return Agent(lambda seen: str(seen.memory or read.kept), lambda _, __, shown: read.answer(shown))


def grim(match: Match) -> Agent:
    """Return the agent that takes its kept action until a departure, and its harshest one ever after."""
    read = Reading(match)
    return Agent(
        lambda seen: read.harshest if seen.memory else read.kept,
        lambda seen, _, shown: bool(seen.memory) or read.departed(shown),
    )


def generous(match: Match) -> Agent:
    """Return the agent that plays tit for tat but forgives a departure with probability 1/3."""
    read = Reading(match)

    def choose(seen: Observation) -> Choice:
        """Return the kept action, or after a departure a lottery over the answer and the kept action."""
        answer = str(seen.memory or read.kept)
        return answer if answer == read.kept else _mixed({answer: 2 / 3, read.kept: 1 / 3})

    return Agent(choose, lambda _, __, shown: read.answer(shown))


def two_tats(match: Match) -> Agent:
    """Return the agent that takes its harshest action after two departures in a row, else the kept one."""
    read = Reading(match)
    return Agent(
        lambda seen: read.harshest if seen.memory == 2 else read.kept,
        lambda seen, _, shown: min(2, int(seen.memory or 0) + 1) if read.departed(shown) else 0,
    )


def win_stay(match: Match) -> Agent:
    """Return the agent that repeats its action while nobody departs, and switches after a departure.

    The agent switches between its kept and its harshest action.
    """
    read = Reading(match)

    def keep(_: Observation, action: str, shown: Seen) -> str:
        """Return the same action after a round without a departure, else the other of the two actions."""
        return action if not read.departed(shown) else read.harshest if action == read.kept else read.kept

    return Agent(lambda seen: str(seen.memory or read.kept), keep)


def trembling(_: Match) -> Agent:
    """Return the agent that takes the prescribed action with probability 0.95, else any other action."""

    def choose(seen: Observation) -> Choice:
        """Return the lottery over actions, in which all actions but the prescribed one are equally likely."""
        others = [action for action in seen.actions if action != seen.prescribed]
        if not others:
            return str(seen.prescribed)
        return {str(seen.prescribed): 0.95} | dict.fromkeys(others, 0.05 / len(others))

    return Agent(choose)


def on_record(match: Match) -> Agent:
    """Return the agent that repeats its country's actions on record, and then the last of them.

    Without a record the agent always takes its kept action.
    """
    moves = match.record or (Reading(match).kept,)
    last = len(moves) - 1
    return Agent(
        lambda seen: moves[int(seen.memory or 0)],
        lambda seen, _, __: min(int(seen.memory or 0) + 1, last),
    )


AGENTS: dict[str, Callable[[Match], Agent]] = {
    made.__name__.replace("_", " "): made
    for made in (
        as_prescribed, always_calm, always_harsher, random, myopic, tit_for_tat, grim, generous, two_tats,
        win_stay, trembling, on_record,
    )
}  # fmt: skip
