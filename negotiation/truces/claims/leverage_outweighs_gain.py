"""Leverage of a period: h > g, at full dependence with stocks gone (Clayton, Maggi and Schreger)."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.verdicts.incentives_by_draw import small_payoffs, weapons
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return h - g."""
    found = weapons(small_payoffs(draws))
    return {"h > g": found.harm - found.gain}


CLAIM = Claim(
    "leverage_outweighs_gain",
    3,
    1,
    "A full curb costs the USA more a period than the chip control gains it: h > g.",
    inequalities,
    (("USA", "chip_control"), ("CHN", "rare_earth_curb")),
    (),
    notes="No source gives the harm of the curb; its range is assumed.",
)
