"""The coverage that was needed on 30 October 2025, the day of Busan."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.coverage_by_date import (
    INSTRUMENTS,
    NOTES,
    PARAMETERS,
    UNIT,
    inequalities_on,
)
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return how far patience falls short without the curb in the coverage, and suffices with it."""
    return inequalities_on(draws, "Busan")


CLAIM = Claim(
    "coverage_at_busan",
    5,
    3,
    "On 30 October 2025 tariffs and chip control hold only if the curb is covered too.",
    inequalities,
    INSTRUMENTS,
    PARAMETERS,
    unit=UNIT,
    notes=NOTES,
)
