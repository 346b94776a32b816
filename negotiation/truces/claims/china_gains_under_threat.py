"""Who gains by linkage: China, if disagreement is each side's worst equilibrium."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.claims.linkage_bargains import DRAWS, INSTRUMENTS, gains_of
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return China's gain by linkage under each rule."""
    return gains_of(draws, 1, "worst equilibrium")


CLAIM = Claim(
    "china_gains_under_threat",
    4,
    4,
    "With each side's worst equilibrium as disagreement, controls on the table raise China's payoff under "
    "all three rules.",
    inequalities,
    INSTRUMENTS,
    TIME,
    notes="The worst equilibria of the two sides need not be one equilibrium; they differ with the table.",
    draws=DRAWS,
)
