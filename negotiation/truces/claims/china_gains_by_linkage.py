"""Who gains by linkage: China, if nothing follows disagreement but the stage equilibrium."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.claims.linkage_bargains import DRAWS, INSTRUMENTS, gains_of
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return China's gain by linkage under each rule."""
    return gains_of(draws, 1, "worst stage equilibrium")


CLAIM = Claim(
    "china_gains_by_linkage",
    4,
    2,
    "With the stage equilibrium as disagreement, controls on the table raise China's payoff under Nash, "
    "Kalai-Smorodinsky and Rubinstein.",
    inequalities,
    INSTRUMENTS,
    TIME,
    notes="Which equilibrium is bargained for is not identified; Rubinstein's first offer is the USA's.",
    draws=DRAWS,
)
