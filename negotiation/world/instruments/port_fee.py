"""Port fee: a charge on ships linked to the other side.

What the payer's side loses is the fee paid; the collector keeps the revenue less what falls on its own
shippers.
"""

from __future__ import annotations

import numpy as np

from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import share_of_gdp

USA_LEVELS = (
    Level(
        "none",
        "no fee",
        "2025-01-20",
        "FreightWaves, US suspends port fees on Chinese ships (Nov 10 2025)",
        "https://www.freightwaves.com/news/us-suspends-port-fees-on-chinese-ships",
        0.0,
        "USD a net ton",
    ),
    Level(
        "usd_50",
        "USD 50 a net ton on Chinese-owned or operated vessels",
        "2025-10-14",
        "FreightWaves, US suspends port fees on Chinese ships (Nov 10 2025)",
        "https://www.freightwaves.com/news/us-suspends-port-fees-on-chinese-ships",
        50.0,
        "USD a net ton",
        authority="Section 301 (shipbuilding)",
        # Adopted in April, collected from 14 October: the shortest reading of that interval.
        lead_days=167,
    ),
)

CHN_LEVELS = (
    Level(
        "none",
        "no fee",
        "2025-01-20",
        "MENAFN/Asia Times, China-US clash in global shipping (Oct 14 2025)",
        "https://menafn.com/1110196900/China-US-Clash-In-Global-Shipping-After-Chip-And-Tariff-Wars",
        0.0,
        "RMB a net ton",
    ),
    Level(
        "rmb_400",
        "RMB 400 a net ton on US-linked vessels",
        "2025-10-14",
        "MENAFN/Asia Times, China-US clash in global shipping (Oct 14 2025)",
        "https://menafn.com/1110196900/China-US-Clash-In-Global-Shipping-After-Chip-And-Tariff-Wars",
        400.0,
        "RMB a net ton",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the port fee of a country reads."""
    return (
        f"port_fee.revenue.{holder}",
        f"port_fee.foreign_burden.{holder}",
        f"port_fee.own_burden.{holder}",
        "USA.gdp",
        "CHN.gdp",
    )


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of no fee and of the fee to the collector and to the other side."""
    p, holder = circumstances.parameters, circumstances.holder
    revenue = p[f"port_fee.revenue.{holder}"]
    kept = revenue * (1.0 - p[f"port_fee.own_burden.{holder}"])
    paid = -p[f"port_fee.foreign_burden.{holder}"]
    return Effects(
        share_of_gdp(np.array([0.0, kept]), p[f"{holder}.gdp"]),
        share_of_gdp(np.array([0.0, paid]), p[f"{circumstances.other}.gdp"]),
    )


INSTRUMENT = Instrument(
    "port_fee", "port fee", "other", {"USA": USA_LEVELS, "CHN": CHN_LEVELS}, effects, parameters
)
