"""A theory's strategies at the central values, set beside its margins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.games import RepeatedGame
from negotiation.solutions.verdict import Verdict
from negotiation.truces.theories.machinery.classes import class_margins
from negotiation.truces.theories.machinery.legs import LegMargins
from negotiation.truces.theories.machinery.question import Question
from negotiation.truces.theories.machinery.theory import Play, Theory


@dataclass(frozen=True, eq=False)
class Certified:
    """The checks of a theory's strategies.

    Parameters
    ----------
    plays : tuple of Play
        The strategies, each with the verdict of its check.
    agrees : bool
        Whether all checks pass exactly where every leg holds, and those of a theory that takes the legs apart
        leg by leg.
    """

    plays: tuple[Play, ...]
    agrees: bool

    def of(self, leg: str) -> tuple[Verdict, ...]:
        """Return the checks of the strategies that a leg rests on."""
        return tuple(play.verdict for play in self.plays if leg in play.legs)

    def by_class(self, leg: str) -> dict[str, float]:
        """Return the least margin by class of state of the strategies that a leg rests on."""
        found: dict[str, float] = {}
        for play in self.plays:
            if leg in play.legs and play.strategy is not None and isinstance(play.game, RepeatedGame):
                for kind, margin in class_margins(play.game, play.strategy).items():
                    found[kind] = min(found.get(kind, margin), margin)
        return found


def certified(one: Theory, asked: Question, found: Mapping[str, LegMargins]) -> Certified:
    """Return the checks of a theory's strategies at the first setting of a question.

    Parameters
    ----------
    one : Theory
        The theory.
    asked : Question
        The question.
    found : mapping from leg to LegMargins
        What the theory's margins say.
    """
    plays = one.plays(asked)
    agrees = all(play.verdict.holds for play in plays) == all(bool(leg.holds[0]) for leg in found.values())
    for leg, margins in found.items():
        own = [play for play in plays if leg in play.legs]
        if all(play.legs == (leg,) for play in own):
            agrees &= all(play.verdict.holds for play in own) == bool(margins.holds[0])
    return Certified(plays, agrees)
