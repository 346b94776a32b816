"""Visa: US student visas for Chinese nationals, open or being revoked."""

from __future__ import annotations

import numpy as np

from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import control_gain, share_of_gdp

LEVELS = (
    Level(
        "open",
        "students admitted as usual",
        "2025-06-11",
        "Reuters via Goldsea, London talks: 55% tariffs, rare earths, students (June 11 2025)",
        "https://goldsea.com/public/index.php/article_details/london-talks-disappoint-exchanging-rare-earths-for-access-to-us-colleges",
        authority="visa authority",
    ),
    Level(
        "revocations",
        "revocations announced for students in critical fields",
        "2025-05-28",
        "Axios via daily8, The rare minerals battle behind Rubio's ban (May 31 2025)",
        "https://www.daily8.com/en/article/92811ecd41258538969dce6cba4fcad0",
        authority="visa authority",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the visa instrument reads."""
    del holder
    names = ("students", "spending", "share_revoked", "security_value", "harm_ratio")
    return ("security_weight", "USA.gdp", "CHN.gdp", *(f"visa.{name}" for name in names))


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of each level to the USA and to China.

    The USA trades security value against what the students would have spent, as with other controls.
    """
    p = circumstances.parameters
    spent = p["visa.students"] * p["visa.share_revoked"] * p["visa.spending"] / 1e9
    level = np.array([0.0, 1.0])
    gain = control_gain(
        level,
        p["security_weight"],
        p["visa.security_value"],
        float(share_of_gdp(spent, p["USA.gdp"])),
    )
    harm = -level * float(share_of_gdp(spent * p["visa.harm_ratio"], p["CHN.gdp"]))
    return Effects(gain, harm)


INSTRUMENT = Instrument("visa", "student visas", "other", {"USA": LEVELS}, effects, parameters)
