"""Who gains by linkage: the USA, if disagreement is each side's worst equilibrium."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.claims.linkage_bargains import DRAWS, INSTRUMENTS, gains_of
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the USA's gain by linkage under each rule."""
    return gains_of(draws, 0, "worst equilibrium")


CLAIM = Claim(
    "usa_gains_under_threat",
    4,
    3,
    "With each side's worst equilibrium as disagreement, controls on the table raise the USA's payoff "
    "under all three rules.",
    inequalities,
    INSTRUMENTS,
    TIME,
    notes="The worst equilibria of the two sides need not be one equilibrium; they differ with the table.",
    draws=DRAWS,
)
