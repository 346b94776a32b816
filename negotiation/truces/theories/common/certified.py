"""A theory's strategies at the central values, set beside its margins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from negotiation.games import RepeatedGame
from negotiation.solutions.verdict import Verdict
from negotiation.truces.theories.common.classes import class_margins
from negotiation.truces.theories.common.in_states import MovingQuestion
from negotiation.truces.theories.common.legs import LegMargins
from negotiation.truces.theories.common.question import Question
from negotiation.truces.theories.common.theory import InStates, Play, PlayInStates, Theory


@dataclass(frozen=True, eq=False)
class Certified:
    """The checks of a theory's strategies."""

    # The strategies, each with the verdict of its check.
    plays: tuple[Play | PlayInStates, ...]
    # Whether all checks pass exactly where every leg holds, and those of a theory that takes the legs apart
    # leg by leg; and whether the legs that break are ruled out whatever is played after a departure, where
    # the theory allows any strategy.
    agrees: bool
    # For such a theory, the checks that rule legs out.
    excluded: Mapping[str, Verdict] = field(default_factory=dict)

    def of(self, leg: str) -> tuple[Verdict, ...]:
        """Return the checks that a leg rests on: of its strategies, and what rules it out."""
        own = tuple(play.verdict for play in self.plays if leg in play.legs)
        return (*own, self.excluded[leg]) if leg in self.excluded else own

    def by_class(self, leg: str) -> dict[str, float]:
        """Return the least margin by class of state of the strategies that a leg rests on."""
        found: dict[str, float] = {}
        for play in self.plays:
            if leg not in play.legs or not isinstance(play, Play) or play.strategy is None:
                continue
            if isinstance(play.game, RepeatedGame):
                for kind, margin in class_margins(play.game, play.strategy).items():
                    found[kind] = min(found.get(kind, margin), margin)
        return found


def certified(one: Theory, asked: Question, found: Mapping[str, LegMargins]) -> Certified:
    """Return the checks of a theory's strategies at the first setting of a question."""
    rule_out = None if one.possible is None else partial(one.possible, asked)
    return _compared(one.plays(asked), found, rule_out)


def certified_in_states(one: InStates, moving: MovingQuestion, found: Mapping[str, LegMargins]) -> Certified:
    """Return the checks of a theory's strategies in a world that moves."""
    rule_out = None if one.possible is None else partial(one.possible, moving)
    return _compared(one.plays(moving), found, rule_out)


def _compared(
    plays: Sequence[Play | PlayInStates],
    found: Mapping[str, LegMargins],
    rule_out: Callable[[], Mapping[str, Verdict]] | None,
) -> Certified:
    """Return checks set beside margins."""
    agrees = all(play.verdict.holds for play in plays) == all(bool(leg.holds[0]) for leg in found.values())
    for leg, margins in found.items():
        own = [play for play in plays if leg in play.legs]
        if all(play.legs == (leg,) for play in own):
            agrees &= all(play.verdict.holds for play in own) == bool(margins.holds[0])
    # Where any strategy is allowed, that one fails is no proof that none is there.
    broken = [leg for leg, margins in found.items() if not margins.holds[0]]
    ruled_out = rule_out() if rule_out is not None and broken else {}
    excluded = {leg: check for leg, check in ruled_out.items() if leg in broken}
    agrees &= not any(check.holds for check in excluded.values())
    return Certified(tuple(plays), agrees, excluded)
