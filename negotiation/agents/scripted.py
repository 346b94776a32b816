"""Twelve scripted agents, none of which solves anything.

Each is made for a match and has finitely many memories, so that its regret is computed exactly. *Kept* is the
action with which the profile begins; *harshest* is the action that costs the others most while they keep
theirs. The other side *departs* if its action does more harm than its kept one or, if actions are not seen,
if the signal is not the usual one.
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
    """A scripted agent in a match: what it chooses, and what it remembers."""

    choose: Callable[[Observation], Choice]
    keep: Remember = lambda *_: None

    def __call__(self, seen: Observation) -> Choice:
        """Return what is chosen."""
        return self.choose(seen)

    def remember(self, seen: Observation, action: str, shown: Seen) -> Hashable:
        """Return what is remembered of a round."""
        return self.keep(seen, action, shown)


@dataclass(frozen=True, eq=False)
class Reading:
    """How a match looks to an agent that knows the payoffs of one period."""

    match: Match

    @cached_property
    def kept(self) -> str:
        """The player's own action with which the profile begins."""
        return self.match.kept[self.match.seat]

    @cached_property
    def harshest(self) -> str:
        """The own action that costs the others most, in ranges of their payoffs, while they keep theirs."""
        stage, i = self.match.game.stage, self.match.seat
        at = [*stage.profile_index(self.match.kept)]
        ranges = np.ptp(stage.payoffs.reshape(-1, stage.n_players), axis=0)
        place: Any = (slice(None), *at[:i], *at[i + 1 :])
        pays = np.moveaxis(stage.payoffs, i, 0)[place]
        others = np.delete(pays / np.where(ranges > 0, ranges, 1.0), i, axis=-1).sum(axis=-1)
        return stage.actions[i][int(np.argmin(np.round(others, 12)))]

    def departed(self, shown: Seen) -> bool:
        """Return whether another side departed from what it keeps, as far as that is seen."""
        stage, i, kept = self.match.game.stage, self.match.seat, self.match.kept
        signal = self.match.game.monitoring
        if isinstance(shown, str) or signal is not None:
            usual = int(np.argmax(signal.probabilities[stage.profile_index(kept)])) if signal else 0
            return signal is not None and shown != signal.signals[usual]
        theirs = (*shown[:i], kept[i], *shown[i + 1 :])
        return float(stage.payoff(theirs)[i]) < float(stage.payoff(kept)[i])

    def answer(self, shown: Seen) -> str:
        """Return the answer by leg: harsher in the instruments in which the others were, otherwise in all."""
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
    """Do what the profile says, whatever it is."""
    return Agent(lambda seen: str(seen.prescribed))


def always_calm(match: Match) -> Agent:
    """Keep what was agreed, whatever comes."""
    kept = Reading(match).kept
    return Agent(lambda _: kept)


def always_harsher(match: Match) -> Agent:
    """Do what costs the others most, always."""
    harshest = Reading(match).harshest
    return Agent(lambda _: harshest)


def random(_: Match) -> Agent:
    """Draw any action with equal chances."""
    return Agent(lambda seen: dict.fromkeys(seen.actions, 1.0 / len(seen.actions)))


def myopic(_: Match) -> Agent:
    """Take what pays most in this period, while the others do what is prescribed."""

    def choose(seen: Observation) -> str:
        """Return the action with the largest payoff in this period."""
        flows = seen.facing.flows[seen.facing.states.index(seen.state)]
        return seen.actions[int(np.argmax(np.round([float(x) / seen.facing.scale for x in flows], 12)))]

    return Agent(choose)


def tit_for_tat(match: Match) -> Agent:
    """Answer the last departure by leg, for one period."""
    read = Reading(match)
    return Agent(lambda seen: str(seen.memory or read.kept), lambda _, __, shown: read.answer(shown))


def grim(match: Match) -> Agent:
    """After one departure do what is harshest, for ever."""
    read = Reading(match)
    return Agent(
        lambda seen: read.harshest if seen.memory else read.kept,
        lambda seen, _, shown: bool(seen.memory) or read.departed(shown),
    )


def generous(match: Match) -> Agent:
    """Answer as tit for tat does, but forgive one departure in three."""
    read = Reading(match)

    def choose(seen: Observation) -> Choice:
        """Return the remembered answer, or a lottery with the kept action if it is harsher."""
        answer = str(seen.memory or read.kept)
        return answer if answer == read.kept else _mixed({answer: 2 / 3, read.kept: 1 / 3})

    return Agent(choose, lambda _, __, shown: read.answer(shown))


def two_tats(match: Match) -> Agent:
    """Answer two departures in a row."""
    read = Reading(match)
    return Agent(
        lambda seen: read.harshest if seen.memory == 2 else read.kept,
        lambda seen, _, shown: min(2, int(seen.memory or 0) + 1) if read.departed(shown) else 0,
    )


def win_stay(match: Match) -> Agent:
    """Do the same again while nobody departs, else change between what is kept and what is harshest."""
    read = Reading(match)

    def keep(_: Observation, action: str, shown: Seen) -> str:
        """Return the same action after a round without a departure, and the other of the two after one."""
        return action if not read.departed(shown) else read.harshest if action == read.kept else read.kept

    return Agent(lambda seen: str(seen.memory or read.kept), keep)


def trembling(_: Match) -> Agent:
    """Do what the profile says, and in one period of twenty any other action."""

    def choose(seen: Observation) -> Choice:
        """Return the prescribed action with probability .95, and each other one with an equal chance."""
        others = [action for action in seen.actions if action != seen.prescribed]
        if not others:
            return str(seen.prescribed)
        return {str(seen.prescribed): 0.95} | dict.fromkeys(others, 0.05 / len(others))

    return Agent(choose)


def on_record(match: Match) -> Agent:
    """Do what the country did after it signed, then stay there; without a record keep what was agreed."""
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
