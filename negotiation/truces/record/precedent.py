"""When controls became negotiable: the first agreement of a dispute that binds the level of one."""

from __future__ import annotations

from datetime import date

from negotiation.truces.record.agreement_text import AgreementText, agreements_of
from negotiation.world import Scenario


def first_trade(scenario: Scenario) -> AgreementText | None:
    """Return the first agreement that binds a control, or `None` where none does.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> first_trade(load_scenario("us-china-2025")).id
    '2025-06-london'
    """
    controls = scenario.definition.state.users("precedent")
    bound = (
        text
        for text in sorted(agreements_of(scenario, placebos=True), key=lambda text: text.signed)
        if any(name in controls for _, name in text.covered())
    )
    return next(bound, None)


def precedent_on(scenario: Scenario, day: date) -> int:
    """Return the step of the precedent on a day: 1 from the day after controls were first traded.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> [precedent_on(scenario, date(2025, 6, k)) for k in (10, 11)]
    [0, 1]
    """
    first = first_trade(scenario)
    start = scenario.default_state.precedent
    return start if first is None or day <= first.signed else 1
