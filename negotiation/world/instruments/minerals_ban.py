"""Minerals ban: China's controls on gallium, germanium and antimony."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.instrument import Circumstances, Effects, Instrument, Level

LEVELS = (
    Level(
        "free",
        "free export",
        "2023-07",
        "defence.pk repost of MarketWatch/Bloomberg headlines, gallium and germanium controls (2023)",
        "https://pdf.defence.pk/threads/china-imposes-export-control-on-gallium-germanium-items-mofcom.770667/",
        authority="Export Control Law",
    ),
    Level(
        "licensed",
        "export under licence",
        "2023-08-01",
        "defence.pk repost of MarketWatch/Bloomberg headlines, gallium and germanium controls (2023)",
        "https://pdf.defence.pk/threads/china-imposes-export-control-on-gallium-germanium-items-mofcom.770667/",
        authority="Export Control Law",
    ),
    Level(
        "banned",
        "export to the USA prohibited in principle",
        "2024-12-03",
        "Cryptogon citing Reuters, China bans exports of gallium, germanium, antimony to US (Dec 3 2024)",
        "https://www.cryptogon.com/?p=71535",
        authority="Export Control Law",
        # A ban on one destination is a decision on licences: the item must be on the control list first.
        may_follow=("licensed", "banned"),
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the minerals ban reads."""
    del holder
    return ("minerals_ban.strength.licensed", "minerals_ban.cost", "minerals_ban.harm")


def intensity(circumstances: Circumstances) -> FloatArray:
    """Return the strength of each level: 0, that of licensing, 1."""
    return np.array([0.0, circumstances.parameters["minerals_ban.strength.licensed"], 1.0])


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of each level to China and to the USA."""
    p, r = circumstances.parameters, intensity(circumstances)
    return Effects(-p["minerals_ban.cost"] * r, -p["minerals_ban.harm"] * r)


INSTRUMENT = Instrument(
    "minerals_ban", "minerals ban", "control", {"CHN": LEVELS}, effects, parameters, intensity
)
