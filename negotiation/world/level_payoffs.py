"""A country's own payoff by level of one instrument, everything else as it stands."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.files.scenario_file import InteractionFile
from negotiation.world.posture import Postures
from negotiation.world.posture_payoffs import at_peak_levels, curb_interaction
from negotiation.world.scenario import Scenario
from negotiation.world.state import State


def level_payoffs(
    scenario: Scenario, postures: Postures, country: str, name: str, state: State
) -> FloatArray:
    """Return the holder's payoff of each level, up to a constant, in percent of GDP, shape (levels,).

    Parameters
    ----------
    scenario : Scenario
        Payoffs.
    postures : Postures
        Where everything else stands.
    country, name : str
        Who, and which instrument.
    state : State
        The state of the world.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> level_payoffs(scenario, scenario.calm(), "USA", "visa", State())[0]
    np.float64(0.0)
    """
    own: FloatArray = np.array(scenario.effects(country, name, state).holder)
    interacts = scenario.definition.interaction
    if interacts is None or interacts.curb not in scenario.held(country):
        return own
    if name not in (interacts.curb, interacts.tariff):
        return own
    # The levels of the instrument in question, and of the other of the two that interact the one in place.
    strength = scenario.strength(country, interacts.curb, state)
    others = scenario.others(country)
    users = [c for c in (country, *others) if _holds(scenario, c, interacts)]
    peaks = {c: at_peak_levels(scenario, c, interacts.tariff) for c in users}
    stands = {c: peak[_position(scenario, postures, c, interacts.tariff)] for c, peak in peaks.items()}
    mine = stands.get(country, 0.0) if name == interacts.curb else peaks[country]
    if name != interacts.curb:
        strength = strength[_position(scenario, postures, country, interacts.curb)]
    at_peak = np.maximum(mine, max(stands.get(c, 0.0) for c in others))
    return own + curb_interaction(interacts, scenario.parameters.__getitem__, strength, at_peak)


def _holds(scenario: Scenario, country: str, interacts: InteractionFile) -> bool:
    return interacts.tariff in scenario.held(country)


def _position(scenario: Scenario, postures: Postures, country: str, name: str) -> int:
    return scenario.instruments[name].position(country, postures[country][name])
