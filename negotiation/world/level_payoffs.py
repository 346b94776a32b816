"""A country's own payoff by level of one instrument, everything else as it stands."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.payoffs import interaction
from negotiation.world.posture import Postures
from negotiation.world.posture_payoffs import at_peak_levels
from negotiation.world.scenario import Scenario
from negotiation.world.state import State

CURB = "rare_earth_curb"


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
    curb, peak = (
        scenario.strength(country, CURB, state)[
            scenario.instruments[CURB].position(country, postures[country][CURB])
        ],
        max(_at_peak(scenario, postures, c) for c in scenario.countries),
    )
    strength: FloatArray | float = float(curb)
    at_peak: FloatArray | float = float(peak)
    if name == CURB:
        strength = scenario.strength(country, CURB, state)
    else:
        others = max(_at_peak(scenario, postures, c) for c in scenario.countries if c != country)
        at_peak = np.maximum(at_peak_levels(scenario, country, name), others)
    p = scenario.parameters
    gross = p["rare_earth_curb.lost_sales"] + p["rare_earth_curb.erosion"]
    extra: FloatArray = interaction(
        np.asarray(strength), np.asarray(at_peak), p["rare_earth_curb.tariff_interaction"], gross
    )
    return own + extra


def _at_peak(scenario: Scenario, postures: Postures, country: str) -> float:
    at = scenario.instruments["tariff"].position(country, postures[country]["tariff"])
    return float(at_peak_levels(scenario, country, "tariff")[at])
