"""Busan's tariff leg as written, all that the text covers being at stake."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.busan_text import AGREEMENT, COVERED
from negotiation.truces.claims.by_text import leg_margins
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin of complying over its best harsher tariff."""
    return {f"{who} tariff": margin for who, margin in leg_margins(draws, AGREEMENT, "tariff").items()}


CLAIM = Claim(
    "busan_tariff_leg",
    2,
    3,
    "As written, Busan's tariff leg enforces itself under the same strategy, all stakes pooled.",
    inequalities,
    COVERED,
    notes="Where another leg tempts more, the trigger is pulled there: see busan_covered.",
)
