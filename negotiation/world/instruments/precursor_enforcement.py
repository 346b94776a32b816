"""Precursor enforcement: China's control of the chemicals that fentanyl is made from."""

from __future__ import annotations

import numpy as np

from negotiation.world.instrument import Circumstances, Effects, Instrument, Level

LEVELS = (
    Level(
        "enforced",
        "licences needed for 13 precursors to North America",
        "2025-11-10",
        "Xinhua via People's Daily, China tightens precursor chemical exports (Nov 11 2025)",
        "http://en.people.cn/n3/2025/1111/c90000-20388949.html",
    ),
    Level(
        "lax",
        "no special control, the finding on which the fentanyl duty was based",
        "2025-02-01",
        "AP via Star Tribune, A timeline of the US-China tariff and trade spat (June 2025)",
        "https://www.startribune.com/a-timeline-of-the-us-china-tariff-and-trade-spat-since-president-trump-took-office-this-year/601371065",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that precursor enforcement reads."""
    del holder
    return ("precursor_enforcement.cost", "precursor_enforcement.benefit")


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of enforcing and of not: lax saves China the cost and costs the USA the benefit."""
    p, lax = circumstances.parameters, np.array([0.0, 1.0])
    return Effects(p["precursor_enforcement.cost"] * lax, -p["precursor_enforcement.benefit"] * lax)


INSTRUMENT = Instrument(
    "precursor_enforcement", "precursor enforcement", "other", {"CHN": LEVELS}, effects, parameters
)
