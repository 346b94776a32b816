"""Busan's covered controls: affiliates rule, rare-earth curb, minerals ban."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.busan_text import AGREEMENT, COVERED
from negotiation.truces.claims.by_text import leg_margins
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin of complying over its best harsher covered control."""
    return {f"{who} control": margin for who, margin in leg_margins(draws, AGREEMENT, "control").items()}


CLAIM = Claim(
    "busan_control_leg",
    2,
    4,
    "The controls that Busan's text covers enforce themselves, all stakes pooled.",
    inequalities,
    COVERED,
    notes="Reversion is to the worst stage equilibrium, in which a curb that costs its user is not used.",
)
