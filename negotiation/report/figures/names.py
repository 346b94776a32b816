"""Names of countries and instruments in figures: their names in prose if the scenario has them."""

from __future__ import annotations

from negotiation.disputes import Scenario
from negotiation.truces.record.agreement_text import scenario_for, truce_names


def country_name(scenario: Scenario | None, code: str) -> str:
    """Return a country's name in prose, or its code if no scenario with this country is given.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> country_name(scenario, "USA"), country_name(scenario, "both")
    ('United States', 'both')
    """
    return scenario.names[code] if scenario and code in scenario.facts else code


def instrument_name(scenario: Scenario | None, name: str) -> str:
    """Return an instrument's title, or its name with spaces if no scenario with this instrument is given.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> instrument_name(scenario, "rare_earth_curb"), instrument_name(scenario, "third_party")
    ('rare-earth curb', 'third party')
    """
    known = scenario is not None and name in scenario.instruments
    return scenario.names[name] if scenario and known else name.replace("_", " ")


def scenario_of(truce: str) -> Scenario | None:
    """Return the scenario of an agreement on record, or None if no agreement has this name.

    Examples
    --------
    >>> scenario_of("2025-10-busan").name, scenario_of("mine")
    ('us-china-2025', None)
    """
    return scenario_for(truce, None) if truce in truce_names(placebos=True) else None
