"""A country's own payoff by level of one instrument, everything else as it stands."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.posture import Postures
from negotiation.world.posture_payoffs import at_peak_levels, curb_interaction
from negotiation.world.scenario import Scenario
from negotiation.world.state import CURB, State


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
    if CURB not in scenario.held(country) or name not in (CURB, "tariff"):
        return own
    # The levels of the instrument in question, and of the other of the two that interact the one in place.
    strength, at_peak = scenario.strength(country, CURB, state), at_peak_levels(scenario, country, "tariff")
    if name == CURB:
        at_peak = at_peak[_position(scenario, postures, country, "tariff")]
    else:
        strength = strength[_position(scenario, postures, country, CURB)]
    other = scenario.other(country)
    theirs = at_peak_levels(scenario, other, "tariff")[_position(scenario, postures, other, "tariff")]
    return own + curb_interaction(scenario.parameters.__getitem__, strength, np.maximum(at_peak, theirs))


def _position(scenario: Scenario, postures: Postures, country: str, name: str) -> int:
    return scenario.instruments[name].position(country, postures[country][name])
