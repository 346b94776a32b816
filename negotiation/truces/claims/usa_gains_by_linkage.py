"""Who gains by linkage: the USA, if nothing follows disagreement but the stage equilibrium."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.claims.linkage_bargains import DRAWS, INSTRUMENTS, gains_of
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the USA's gain by linkage under each rule."""
    return gains_of(draws, 0, "worst stage equilibrium")


CLAIM = Claim(
    "usa_gains_by_linkage",
    4,
    1,
    "With the stage equilibrium as disagreement, controls on the table raise the USA's payoff under "
    "Nash, Kalai-Smorodinsky and Rubinstein.",
    inequalities,
    INSTRUMENTS,
    TIME,
    notes="Which equilibrium is bargained for is not identified; Rubinstein's first offer is the USA's.",
    draws=DRAWS,
)
