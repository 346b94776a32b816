"""Purchases: whether China's state buyers take US soybeans."""

from __future__ import annotations

import numpy as np

from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import share_of_gdp

LEVELS = (
    Level(
        "buys",
        "soybeans bought as in 2024",
        "2024",
        "factually.co, US soybean exports to China in 2024",
        "https://factually.co/fact-checks/business/us-soybean-exports-to-china-2024-metric-tons-91f6af",
    ),
    Level(
        "boycott",
        "no new-crop purchases",
        "2025-05",
        "Keneci, summary of White House fact sheet of Nov 1 2025",
        "https://www.keneci.com/business/trump-xi-trade-deal-china-to-suspend-rare-earth-minerals-curbs",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that purchases read."""
    del holder
    return ("purchases.value", "purchases.farm_loss", "purchases.buyer_cost", "USA.gdp", "CHN.gdp")


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of buying and of a boycott to China and to the USA.

    A boycott costs farmers the share of the value that other buyers do not make up, and China the extra
    price of other beans (negative where those are cheaper).
    """
    p, boycott = circumstances.parameters, np.array([0.0, 1.0])
    cost = p["purchases.value"] * p["purchases.buyer_cost"]
    loss = p["purchases.value"] * p["purchases.farm_loss"]
    return Effects(-share_of_gdp(cost, p["CHN.gdp"]) * boycott, -share_of_gdp(loss, p["USA.gdp"]) * boycott)


INSTRUMENT = Instrument("purchases", "soybean purchases", "other", {"CHN": LEVELS}, effects, parameters)
