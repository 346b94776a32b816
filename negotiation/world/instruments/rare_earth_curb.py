"""Rare-earth curb: China's licensing of rare earths and magnets.

The strength r is the share of supply to the USA that a level withholds: for the April licensing the fall of
magnet exports to the USA in May 2025, for the October package everything (and more, for its
extraterritorial reach, within the range).
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import curb_cost, curb_harm

LEVELS = (
    Level(
        "licences_flow",
        "licences granted, exports flow",
        "2025-06-27",
        "CNN repost, US, China formalize deal on rare earth shipments (June 27 2025)",
        "https://koala-by.com/us-china-formalize-deal-on-rare-earth-shipments/2",
        authority="Export Control Law",
    ),
    Level(
        "april_licensing",
        "licences for 7 elements, granted slowly",
        "2025-04-04",
        "SFA Oxford, China Imposes Export Controls on Key REE (Apr 5 2025)",
        "https://sfa-oxford.com/market-news-and-insights/china-imposes-export-controls-on-key-medium-and-heavy-rare-earths",
        authority="Export Control Law",
    ),
    Level(
        "october_package",
        "12 elements, technology, and foreign goods with 0.1 percent Chinese content",
        "2025-10-09",
        "Fred Gao (Inside China), China implements new export controls (Oct 2025)",
        "https://www.fredgao.com/p/china-implements-new-export-controls",
        authority="Export Control Law",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the curb reads."""
    del holder
    return (
        "rare_earth_curb.strength.april_licensing",
        "rare_earth_curb.strength.october_package",
        "rare_earth_curb.lost_sales",
        "rare_earth_curb.erosion",
        "rare_earth_curb.leverage",
        "rare_earth_curb.harm",
        "rare_earth_curb.convexity",
        "rare_earth_curb.tariff_interaction",
        "state.rare_earth_dependence.full",
    )


def intensity(circumstances: Circumstances) -> FloatArray:
    """Return r of each level."""
    p = circumstances.parameters
    return np.array([0.0, *(p[f"rare_earth_curb.strength.{level.label}"] for level in LEVELS[1:])])


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of each level to China and to the USA, without the tariff interaction."""
    p, r = circumstances.parameters, intensity(circumstances)
    cost = curb_cost(
        r, p["rare_earth_curb.lost_sales"], p["rare_earth_curb.erosion"], p["rare_earth_curb.leverage"]
    )
    harm = curb_harm(
        r,
        p["rare_earth_curb.harm"],
        circumstances.state.rare_earth_share(p),
        p["state.rare_earth_dependence.full"],
        p["rare_earth_curb.convexity"],
        circumstances.state.stocks_last,
    )
    return Effects(cost, harm)


INSTRUMENT = Instrument(
    "rare_earth_curb", "rare-earth curb", "control", {"CHN": LEVELS}, effects, parameters, intensity
)
