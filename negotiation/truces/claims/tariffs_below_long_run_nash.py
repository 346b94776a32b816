"""Tariffs in the long run: Ossa (2014) on unilateral optima near 62 percent."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.tariff_rates import INSTRUMENTS, rate_above_nash
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return how far each side's rate is below what it would choose by itself in the long run."""
    return {country: -margin for country, margin in rate_above_nash(draws, "long").items()}


CLAIM = Claim(
    "tariffs_below_long_run_nash",
    1,
    2,
    "With long-run supply slopes the Geneva rates of both sides are below their stage Nash rates.",
    inequalities,
    INSTRUMENTS,
    (),
    unit="tariff rate, fraction",
    notes="The export-supply elasticity is an average over all partners of a country.",
)
