"""Entity listings: China's unreliable-entity and export-control listings of US firms, and probes."""

from __future__ import annotations

import numpy as np

from negotiation.world.instrument import Circumstances, Effects, Instrument, Level

LEVELS = (
    Level(
        "none",
        "lists of March and April suspended or removed, probes ended",
        "2025-11-10",
        "Bloomberg repost, China to remove retaliatory tariffs on some US farm products (Nov 5 2025)",
        "http://www.talltimberlegend.com/articles/china-remove-farm-tariffs",
    ),
    Level(
        "listings",
        "US firms listed or probed",
        "2025-02-04",
        "LexBlog/Thompson Hine, China announces retaliatory tariffs and other actions (Feb 5 2025)",
        "https://www.lexblog.com/2025/02/05/china-announces-retaliatory-tariffs-and-other-trade-actions-against-the-u-s/",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that entity listings read."""
    del holder
    return ("entity_listings.cost", "entity_listings.harm")


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of no listings and of listings to China and to the USA."""
    p, listed = circumstances.parameters, np.array([0.0, 1.0])
    return Effects(-p["entity_listings.cost"] * listed, -p["entity_listings.harm"] * listed)


INSTRUMENT = Instrument("entity_listings", "entity listings", "other", {"CHN": LEVELS}, effects, parameters)
