"""The state of the world on the day of signing, from the trajectory under the recorded moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario, State
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.state_trajectory import COMPONENTS, Trajectory, state_begins, trajectory
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.record.until_changed import kept_until_record_changes


@dataclass(frozen=True)
class StateOfTheDay:
    """Where dependence and stocks stood on a day, as far as the record tells."""

    # The likeliest step of each component.
    likely: State
    # (3,): the chance of each step; components are independent given the recorded moves. Empty where the
    # state is given or the record does not reach back.
    chances: Mapping[str, FloatArray]

    def drawn(self, count: int, rng: np.random.Generator) -> list[State]:
        """Return draws of the state."""
        if not self.chances:
            return [self.likely] * count
        steps = {name: rng.choice(len(p), size=count, p=p).tolist() for name, p in self.chances.items()}
        return [replace(self.likely, **{name: steps[name][k] for name in steps}) for k in range(count)]


WORDS: Mapping[str, tuple[str, ...]] = {
    "curb_dependence": ("low", "middle", "full"),
    "control_dependence": ("low", "middle", "full"),
    "stocks": ("gone", "half", "full"),
}


def in_words(scenario: Scenario, state: State) -> str:
    """Return what a dispute has of the state, in words.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> in_words(load_scenario("us-china-2025"), State(stocks=1))
    'rare earth dependence full, chip dependence full, stocks half'
    """
    rules = scenario.definition.state
    return ", ".join(
        f"{getattr(rules, name).title} {steps[getattr(state, name)]}"
        for name, steps in WORDS.items()
        if name in rules.components
    )


def state_of_the_day(agreement: AgreementText, scenario: Scenario) -> StateOfTheDay:
    """Return the state on the day of signing."""
    if agreement.signed < state_begins(scenario):
        return StateOfTheDay(scenario.default_state, {})
    chances = _recorded(scenario).on(min(agreement.signed, record_ends(scenario)))
    steps = {name: int(chances[name].argmax()) for name in COMPONENTS}
    return StateOfTheDay(replace(scenario.default_state, **steps), chances)


@kept_until_record_changes
def _recorded(scenario: Scenario) -> Trajectory:
    """Return the trajectory under the recorded moves, once for all days that are asked for."""
    return trajectory(scenario)
