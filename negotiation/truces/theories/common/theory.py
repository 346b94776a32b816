"""The class `Theory`: a rule for what happens outside a text and after a breach, which judges texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.strategies import Automaton
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.in_states import MovingBatch
from negotiation.truces.theories.common.legs import Departures, LegMargins, legs_of, margins_of

Checked: TypeAlias = Literal["leg", "legs", "all"]


@dataclass(frozen=True, eq=False)
class Play:
    """A strategy of a theory in the game of some legs, with its independent check."""

    # The legs that it is about.
    legs: tuple[str, ...]
    game: StageGame | RepeatedGame | StochasticGame
    # What is played; `None` where one profile is, which nothing answers, and in a world that moves, where one
    # profile is in each state.
    strategy: Automaton | None
    # The check of `negotiation.game_theory.checks`, made when its verdict is first used.
    check: Callable[[], Verdict]

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict of the check."""
        return self.check()


@dataclass(frozen=True, eq=False)
class InStates:
    """A theory's judgement of a text in a moving world."""

    # The payoffs of each side's departures, by leg, with one row for each state in which the theory looks.
    departures: Callable[[MovingBatch], Mapping[str, Sequence[Departures]]]
    # The strategies that keep the agreement, with their checks.
    plays: Callable[[MovingBatch], tuple[Play, ...]]
    checked: Checked = "leg"
    # The checks that rule legs out, as for a theory.
    possible: Callable[[MovingBatch], Mapping[str, Verdict]] | None = None

    def judge(self, moving: MovingBatch) -> dict[str, LegMargins]:
        """Return the margin of each leg."""
        by_leg = self.departures(moving)
        # A leg holds where it does in every state: the one with the least margin stands for all.
        return {leg: margins_of(moving.batch, own, leg).least() for leg, own in by_leg.items()}


# Named functions, since a theory is handed to worker processes.
def _all_of_it(_: GameBatch, more: FloatArray) -> FloatArray:
    return more


def _own_patience(batch: GameBatch) -> FloatArray:
    return batch.delta


def _stage_equilibrium(batch: GameBatch) -> FloatArray:
    return batch.stage_values


@dataclass(frozen=True, eq=False)
class Ending:
    """What follows the term of a text, under a theory whose restraint ends with it."""

    # What each side gets per period, shape (D, 2).
    after: Callable[[GameBatch], FloatArray]
    # What a departure forgoes of the path's extra value, compared with levels that last, shape (D, 2).
    forgone: Callable[[GameBatch, FloatArray], FloatArray] = _all_of_it
    # The discount factor of what is agreed, shape (D,).
    lasting: Callable[[GameBatch], FloatArray] = _own_patience


@dataclass(frozen=True, eq=False)
class Theory:
    """A rule for what happens outside an agreement's text and after a breach."""

    # As it is called in calls and tables.
    name: str
    order: int
    # The theory in one sentence.
    statement: str
    # phases, outside, off_path: What moves with public events, what is played outside the text, and what
    # follows a departure.
    phases: str
    outside: str
    off_path: str
    # The payoffs of each side's departures.
    departures: Callable[[GameBatch], Sequence[Departures]]
    # The strategies at the first setting of a batch, each checked.
    plays: Callable[[GameBatch], tuple[Play, ...]]
    # Whether anything follows a move that the text does not bind.
    answers_outside: bool = True
    # What the checks look at: departures within one leg that calm nothing, in several legs, or all.
    checked: Checked = "leg"
    # What follows the term of the text; `None` where restraint does not end with it.
    ending: Ending | None = None
    # Whether its strategies can be written in continuous time; a theory with payments gives verdicts alone.
    in_time: bool = True
    # A check of each leg at the first setting of a batch: whether departures in it leave the levels
    # possible whatever follows, at bounds that `negotiation.game_theory.checks` computes by itself. `None`
    # where the strategies are all that the theory allows, so that their failing is the proof that nothing is
    # kept.
    possible: Callable[[GameBatch], Mapping[str, Verdict]] | None = None
    # The same in a world that moves after the day of signing; `None` where that is not solved.
    in_states: InStates | None = None
    # What each side gets per period without a text, at the levels in force on the day; shape (D, 2).
    without: Callable[[GameBatch], FloatArray] = _stage_equilibrium

    def judge(self, batch: GameBatch) -> dict[str, LegMargins]:
        """Return the margin of each leg at every setting of a batch."""
        return legs_of(batch, self.departures(batch))
