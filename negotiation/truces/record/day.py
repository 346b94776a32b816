"""The state of the world on the day of signing, from the trajectory under the recorded moves, and its law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario, State
from negotiation.disputes.setup.law import loss_by_cases
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.truces.record.moves import has_record, record_ends
from negotiation.truces.record.state_trajectory import COMPONENTS, Trajectory, state_begins, trajectory
from negotiation.truces.record.until_changed import kept_until_record_changes

WORDS: Mapping[str, tuple[str, ...]] = {
    "curb_dependence": ("low", "middle", "full"),
    "control_dependence": ("low", "middle", "full"),
    "stocks": ("gone", "half", "full"),
}


@dataclass(frozen=True)
class StateOfTheDay:
    """Where dependence and stocks stood on a day, as far as the record tells."""

    # The likeliest step of each component.
    likely: State
    # (3,): the chance of each step; components are independent given the recorded moves. Empty where the
    # state is given or the record does not reach back.
    chances: Mapping[str, FloatArray]
    # Which state it is, in words.
    called: str = "state of the day"

    def in_words(self, scenario: Scenario) -> str:
        """Return which state it is, and what a dispute has of it, in words.

        Examples
        --------
        >>> from negotiation.disputes import load_scenario
        >>> StateOfTheDay(State(stocks=1), {}).in_words(load_scenario("us-china-2025"))
        'state of the day: rare earth dependence full, chip dependence full, stocks half'
        """
        rules = scenario.definition.state
        steps = ", ".join(
            f"{getattr(rules, name).title} {words[getattr(self.likely, name)]}"
            for name, words in WORDS.items()
            if name in rules.components
        )
        return f"{self.called}: {steps or 'none'}"

    def drawn(self, count: int, rng: np.random.Generator) -> list[State]:
        """Return draws of the state."""
        if not self.chances:
            return [self.likely] * count
        steps = {name: rng.choice(len(p), size=count, p=p).tolist() for name, p in self.chances.items()}
        return [replace(self.likely, **{name: steps[name][k] for name in steps}) for k in range(count)]


def state_of_the_day(
    agreement: AgreementText, scenario: Scenario, given: State | None = None
) -> StateOfTheDay:
    """Return the state on the day of signing, or one that is given in its place."""
    if given is not None:
        return StateOfTheDay(scenario.state_given(given), {}, "state given")
    # A text that states the levels of its day needs no record, and then there is none to tell the state.
    if (agreement.before and not has_record(scenario)) or agreement.signed < state_begins(scenario):
        return StateOfTheDay(scenario.default_state, {}, "before the record")
    chances = _recorded(scenario).on(min(agreement.signed, record_ends(scenario)))
    steps = {name: int(chances[name].argmax()) for name in COMPONENTS}
    return StateOfTheDay(replace(scenario.default_state, **steps), chances)


def under_law_of(day: date, scenario: Scenario) -> Scenario:
    """Return a dispute whose authority is lost at the rate that was public on a day; one set by hand stays.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> world = load_scenario("us-china-2025")
    >>> under_law_of(date(2025, 10, 31), world).parameters["state.authority_loss"]
    0.3
    """
    rules = scenario.definition.state.authority
    known = scenario.calibration.parameters
    if rules is None or rules.loss not in known:
        return scenario
    if scenario.parameters[rules.loss] != scenario.quantities[rules.loss].value:
        return scenario
    then = loss_by_cases(scenario.dockets, day) or known[rules.loss]
    return scenario.with_parameters({rules.loss: then.value})


@kept_until_record_changes
def _recorded(scenario: Scenario) -> Trajectory:
    """Return the trajectory under the recorded moves, once for all days that are asked for."""
    return trajectory(scenario)
