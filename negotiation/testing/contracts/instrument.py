"""The contract of an instrument: its levels, the law, what a level does, and the parameters that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Instrument
from negotiation.disputes.quantity import Parameters, Quantity
from negotiation.testing.contracts.instrument_effects import (
    declared_fault,
    effects_fault,
    harm_fault,
    strength_fault,
)
from negotiation.testing.contracts.instrument_levels import (
    calmest_fault,
    labels_fault,
    law_fault,
    level_fault,
    reach_fault,
    threat_fault,
    values_fault,
)
from negotiation.testing.contracts.rules import EXAMPLES, Rule, first_fault, require
from negotiation.testing.strategies.world import default_scenario, scenarios, states


def check_instrument(
    instrument: Instrument,
    *,
    scenario: Scenario | None = None,
    parameters: Mapping[str, Quantity] | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Check an instrument, as each country of a scenario holds it.

    Levels are named, dated and sourced, calmest first; what was only threatened comes last; measured values
    rise. The calmest level exists under every law, and every level can be reached from every other. A harsher
    level is no weaker and hurts the other side no less, at every parameter and state; payoffs are finite; and
    no parameter is read that is not declared.

    Examples
    --------
    >>> check_instrument(default_scenario().instruments["visa"], examples=10)
    """
    world = with_instrument(
        default_scenario() if scenario is None else scenario, instrument, parameters or {}
    )
    rules = list(_rules(instrument, world))
    require(f"the instrument {instrument.name!r}", rules, examples)


def with_instrument(
    scenario: Scenario, instrument: Instrument, parameters: Mapping[str, Quantity]
) -> Scenario:
    """Return the scenario with one more instrument, or another in place of the one of its name.

    Examples
    --------
    >>> visa = replace(default_scenario().instruments["visa"], name="study_permit")
    >>> with_instrument(default_scenario(), visa, {}).held("USA")[-1]
    'study_permit'
    """
    known = {**scenario.calibration.parameters, **parameters}
    return replace(
        scenario,
        calibration=scenario.calibration.model_copy(update={"parameters": known}),
        instruments={**scenario.instruments, instrument.name: instrument},
        bindings={name: bound for name, bound in scenario.bindings.items() if name != instrument.name},
        parameters=Parameters({**scenario.parameters, **{name: q.value for name, q in parameters.items()}}),
    )


def _rules(instrument: Instrument, world: Scenario) -> Iterator[Rule[Any]]:
    countries = [country for country in world.countries if country in instrument.levels]
    read = {name for country in countries for name in instrument.parameters(country)}
    state = world.definition.state
    shares = {*state.scaling("curb_dependence"), *state.scaling("control_dependence")}
    named = read & set(world.parameters) | shares
    drawn = st.tuples(scenarios(scenario=world, names=named), states())

    def each(check: Any) -> Any:
        """Return a check of every country that holds the instrument."""

        def fault(example: Any) -> str | None:
            """Return the first fault that a check finds, with the country in which it does."""
            rest = () if example is None else example
            found = [(country, check(instrument, country, *(rest or (world,)))) for country in countries]
            return next((f"held by {country}, {wrong}" for country, wrong in found if wrong), None)

        return fault

    yield Rule(
        "some country of the scenario holds it",
        None,
        lambda _: None if countries else f"it is held by {list(instrument.levels)} alone",
    )
    yield Rule(
        "every level is named, dated and sourced",
        None,
        lambda _: first_fault(*(level_fault(lv) for c in countries for lv in instrument.held_by(c))),
    )
    yield Rule("labels differ and find their level", None, each(labels_fault))
    yield Rule("a law is spelt as elsewhere", None, each(law_fault))
    yield Rule("measured values rise and snap to themselves", None, each(values_fault))
    yield Rule("what was only threatened lies above what was done", None, each(threat_fault))
    yield Rule("the calmest level exists under every law", None, each(calmest_fault))
    yield Rule("every level can be reached from every other", None, each(reach_fault))
    yield Rule("every parameter that is read is declared and known", drawn, each(declared_fault))
    yield Rule("payoffs are finite, one a level, against the calmest", drawn, each(effects_fault))
    yield Rule("a harsher level hurts the other side no less", drawn, each(harm_fault))
    yield Rule("a harsher level is no weaker", drawn, each(strength_fault))
