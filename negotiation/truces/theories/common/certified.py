"""Checks of a theory's strategies at the central values, compared with its margins.

The margins of a strategy are given by class of state: everything is kept, a breach is being answered, or all
is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, payoff_tolerances
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.strategies import Automaton
from negotiation.truces.theories.common.departures import ANSWERING, KEPT, OVER, StateClass, one_shot_gains
from negotiation.truces.theories.common.legs import LegMargins
from negotiation.truces.theories.common.theory import Checked, Play


@dataclass(frozen=True, eq=False)
class Certified:
    """The checks of a theory's strategies."""

    # The strategies, each with the verdict of its check.
    plays: tuple[Play, ...]
    # Whether all checks pass exactly where no departure gains, and those of a theory that takes legs apart
    # leg by leg; and whether the legs in which one gains are ruled out whatever is played after a departure,
    # where the theory allows any strategy.
    agrees: bool
    # For such a theory, the checks that rule legs out.
    excluded: Mapping[str, Verdict] = field(default_factory=dict)

    def of(self, leg: str) -> tuple[Verdict, ...]:
        """Return the checks behind a leg's verdict: of its strategies, and any check that rules it out."""
        own = tuple(play.verdict for play in self.plays if leg in play.legs)
        return (*own, self.excluded[leg]) if leg in self.excluded else own

    def by_class(self, leg: str) -> dict[str, float]:
        """Return the least margin, by class of state, of the strategies behind a leg's verdict."""
        least: dict[str, float] = {}
        for play, margins in zip(self.plays, self._margins, strict=True):
            for kind, margin in margins.items() if leg in play.legs else ():
                least[kind] = min(least.get(kind, margin), margin)
        return least

    @cached_property
    def _margins(self) -> list[dict[StateClass, float]]:
        """Margins of each play, which several legs may share."""
        return [
            class_margins(play.game, play.strategy)
            if play.strategy is not None and isinstance(play.game, RepeatedGame)
            else {}
            for play in self.plays
        ]


def class_margins(game: RepeatedGame, automaton: Automaton) -> dict[StateClass, float]:
    """Return the least one-shot margin of any player in the states of each class."""
    payoffs = np.asarray(game.stage.payoffs, dtype=np.float64)
    tolerances = payoff_tolerances(payoffs[None], KNIFE_EDGE)[0]
    least: dict[StateClass, tuple[float, float]] = {}
    for state, i, prescribed, gains, _ in one_shot_gains(game, automaton):
        kind = KEPT if state == KEPT else OVER if state == OVER else ANSWERING
        margin = 0.0 - float(np.delete(gains, prescribed).max(initial=-np.inf))
        margin = 0.0 if -tolerances[i] <= margin < 0.0 else margin
        # Players have units of their own: compared as shares of the range of the player's payoffs.
        size = float(np.ptp(payoffs[..., i])) or 1.0
        least[kind] = min(least.get(kind, (np.inf, np.inf)), (margin / size, margin))
    return {kind: margin for kind, (_, margin) in least.items()}


Posed = TypeVar("Posed", contravariant=True)


class Judge(Protocol[Posed]):
    """A theory, or its form in a moving world: strategies with checks, and checks that rule legs out."""

    @property
    def plays(self) -> Callable[[Posed], tuple[Play, ...]]:
        """Function that returns the checked strategies of a batch of games."""

    @property
    def checked(self) -> Checked:
        """What the checks cover."""

    @property
    def possible(self) -> Callable[[Posed], Mapping[str, Verdict]] | None:
        """Function that returns checks that rule legs out in a batch of games; `None` if there are none."""

    def judge(self, posed: Posed) -> dict[str, LegMargins]:
        """Return the margin of each leg."""


def certified(judge: Judge[Posed], posed: Posed, legs: Mapping[str, LegMargins]) -> Certified:
    """Return the checks of a theory's strategies at the first setting, and whether they agree with `legs`."""
    plays, holds = judge.plays(posed), {leg: bool(margins.holds[0]) for leg, margins in legs.items()}
    # No departure that the checks look at gains, neither from what is kept nor by not paying.
    quiet = {
        "leg": all(margins.alone[0] >= 0.0 for margins in legs.values()),
        "legs": all(margins.joint[0] >= 0.0 for margins in legs.values()),
        "all": all(margins.any_change[0] >= 0.0 and margins.rational[0] for margins in legs.values()),
    }
    agrees = all(play.verdict.holds for play in plays) == quiet[judge.checked]
    for leg, margins in legs.items():
        own = [play for play in plays if leg in play.legs]
        # A check of several legs together does not show which of them fails.
        if all(play.legs == (leg,) for play in own):
            agrees &= all(play.verdict.holds for play in own) == bool(margins.alone[0] >= 0.0)
    # Where any strategy is allowed, that one fails is no proof that none is there.
    excluded = {}
    if judge.possible is not None and not all(holds.values()):
        excluded = {leg: check for leg, check in judge.possible(posed).items() if not holds[leg]}
    agrees &= not any(check.holds for check in excluded.values())
    return Certified(plays, agrees, excluded)
