"""Everything that Busan covers, departures in several instruments at once included."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.busan_text import AGREEMENT, COVERED
from negotiation.truces.claims.by_text import text_terms
from negotiation.truces.claims.definition import Claim
from negotiation.truces.verdicts.incentives_by_draw import grim_margin
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin of complying over its best joint departure."""
    found, delta = text_terms(draws, AGREEMENT), draws.discount_factor
    return {
        f"{country}, all covered": grim_margin(found.gains[:, i], found.stakes[:, i], delta)
        for i, country in enumerate(draws.scenario.countries)
    }


CLAIM = Claim(
    "busan_covered",
    2,
    5,
    "Everything that Busan's text covers enforces itself, joint deviations included.",
    inequalities,
    COVERED,
    notes="The prescribed levels are ceilings; fees, listings and precursors are counted at assumed payoffs.",
)
