"""Entity list: parties that may not be supplied without a licence, and the rule that adds affiliates.

The strength x of a level is the number of affiliates it covers relative to those that the 50 percent rule
added, so that x = 1 for the rule as it was; `strength` takes the coverage that the ownership rule of
`world/ownership/coverage.py` gives at any threshold.
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import control_gain, control_harm

WIRESCREEN = (
    "International Trade Today, one-third of Entity List companies have affiliates captured (WireScreen)"
)
WIRESCREEN_URL = (
    "http://stage.internationaltradetoday.com/article/2025/10/22/"
    "onethird-of-entity-list-companies-have-affiliates-captured-by-bis-50-rule-firm-says-2510210013"
)

LEVELS = (
    Level(
        "listed_only",
        "about 1,300 listed parties, affiliates free",
        "2025-09-28",
        WIRESCREEN,
        WIRESCREEN_URL,
        1300.0,
        "covered parties",
        authority="ECRA",
    ),
    Level(
        "affiliates_rule",
        "affiliates owned 50 percent or more by listed parties, over 20,000 covered",
        "2025-09-29",
        WIRESCREEN,
        WIRESCREEN_URL,
        20000.0,
        "covered parties",
        authority="ECRA",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the entity list reads."""
    del holder
    return (
        "security_weight",
        "entity_list.security_value",
        "entity_list.business_cost",
        "entity_list.harm",
        "control_convexity",
        "state.chip_dependence.full",
    )


def strength(covered: float, listed: float) -> float:
    """Return x: affiliates covered, relative to those that the 50 percent rule added.

    Examples
    --------
    >>> strength(20000, 1300), strength(1300, 1300)
    (1.0, 0.0)
    """
    added = (LEVELS[1].value or 0.0) - (LEVELS[0].value or 0.0)
    return (covered - listed) / added


def intensity(circumstances: Circumstances) -> FloatArray:
    """Return x of each level."""
    del circumstances
    base = LEVELS[0].value or 0.0
    return np.array([strength(level.value or 0.0, base) for level in LEVELS])


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of each level to the USA and to China."""
    p, x = circumstances.parameters, intensity(circumstances)
    gain = control_gain(
        x, p["security_weight"], p["entity_list.security_value"], p["entity_list.business_cost"]
    )
    harm = control_harm(
        x,
        p["entity_list.harm"],
        circumstances.state.chip_share(p),
        p["state.chip_dependence.full"],
        p["control_convexity"],
    )
    return Effects(gain, harm)


INSTRUMENT = Instrument(
    "entity_list", "entity list", "control", {"USA": LEVELS}, effects, parameters, intensity
)
