"""The automaton of a plan, with its clock: counted period by period, memoryless, or none.

*counted*: a state includes the number of periods left. At the end of the term the agreement is renewed with
its probability, or "by play" if nothing is being answered. Otherwise it is over for good. *memoryless*: the
term of N periods ends in every period with chance 1/N, so the expected term is the same with fewer states.
*none*: the agreement never ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from negotiation.errors import InvalidStrategy, SizeLimit
from negotiation.game_theory.games import Profile, StageGame
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, Target
from negotiation.truces.compiling.intent_game import Pattern
from negotiation.truces.compiling.plan import Phase, Plan, profile_of
from negotiation.truces.numerics import NUMERICS

Clock: TypeAlias = Literal["counted", "memoryless", "none"]
ENDED = "ended"

# Periods left (0 without a counted clock), and what is being answered.
Place: TypeAlias = tuple[int, Phase]


@dataclass(frozen=True)
class Term:
    """The clock of an agreement."""

    kind: Clock
    # Length of the term; `None` without a clock.
    periods: int | None
    # Chance of renewal; `None` for renewal by play, or without a clock.
    renewal: float | None

    def renewed(self, calm: bool) -> float:
        """Return the chance that the agreement is renewed at the end of its term.

        If it is renewed by play, the chance is 1 if nothing is being answered (`calm`), else 0.
        """
        return float(calm) if self.renewal is None else self.renewal

    def hazard(self) -> float:
        """Return the probability per period that a memoryless clock ends the agreement; 0 without a clock.

        Raises `InvalidStrategy` if the agreement is renewed by play.
        """
        if self.periods is None or self.kind == "none":
            return 0.0
        if self.renewal is None:
            raise InvalidStrategy(
                "the agreement's `renewal` is 'by play', but the memoryless clock of this game needs a "
                'probability; give one in `renewal`, or use clock="none"'
            )
        return (1.0 - self.renewal) / self.periods


def plan_automaton(stage: StageGame, plan: Plan, term: Term, signals: Mapping[str, Pattern]) -> Automaton:
    """Return the automaton of a plan over public signals.

    `signals` gives the alarms behind each label of a signal. Raises `SizeLimit` if there are too many states.
    """
    start: Place = (term.periods or 0 if term.kind == "counted" else 0, plan.calm)
    actions: dict[str, Profile] = {}
    transitions: dict[str, Mapping[Key, Target]] = {}
    # Breadth first from the start: a place is appended when some signal first leads to it. States are then in
    # the order in which play can reach them, and no unreachable state is made.
    places: dict[Place | None, None] = {start: None}
    queue = [start]
    for place in queue:
        label = place_label(plan, place)
        actions[label] = profile_of(stage, plan.levels(place[1]))
        row: dict[Key, Target] = {}
        for signal, alarms in signals.items():
            lottery = {to: p for to, p in _following(plan, term, place, alarms).items() if p > 0.0}
            queue += [to for to in lottery if to is not None and to not in places]
            places.update(dict.fromkeys(lottery))
            row[signal] = _target(plan, lottery)
        transitions[label] = _short(row)
        if len(queue) > NUMERICS.most_states:
            raise SizeLimit(
                f"the automaton needs more than {NUMERICS.most_states:,} states, the most that are made; use "
                'clock="memoryless" if the clock is counted, shorten `punishment`, or link more issues in '
                "`linkage`"
            )
    if None in places:
        actions[ENDED] = profile_of(stage, {**plan.kept, **plan.ended})
        transitions[ENDED] = {OTHERWISE: ENDED}
    return Automaton(actions, place_label(plan, start), actions, transitions)


def place_label(plan: Plan, place: Place) -> str:
    """Return the label of the state of a place."""
    left = f"{place[0]} left, " if place[0] else ""
    return f"{left}{plan.label(place[1])}"


def _following(plan: Plan, term: Term, place: Place, alarms: Pattern) -> dict[Place | None, float]:
    """Return the next places after a signal with their chances; `None` is the end of the agreement."""
    phase = plan.after(place[1], alarms)
    # Renewal by play depends on the phase after the signal: an alarm in the last period ends the agreement.
    calm = phase == plan.calm
    if place[0] == 0:
        if term.kind == "none" or term.periods is None:
            return {(0, phase): 1.0}
        over = (1.0 - term.renewed(calm)) / term.periods
        return {(0, phase): 1.0 - over, None: over}
    if place[0] > 1:
        return {(place[0] - 1, phase): 1.0}
    again = term.renewed(calm)
    return {(term.periods or 0, phase): again, None: 1.0 - again}


def _target(plan: Plan, lottery: Mapping[Place | None, float]) -> Target:
    named = {
        ENDED if place is None else place_label(plan, place): chance for place, chance in lottery.items()
    }
    return next(iter(named)) if len(named) == 1 else named


def _short(row: dict[Key, Target]) -> dict[Key, Target]:
    """Return the transitions of a state, shortened to one entry if every signal has the same target."""
    targets = list(row.values())
    return {OTHERWISE: targets[0]} if all(target == targets[0] for target in targets) else row
