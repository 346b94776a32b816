"""Restraint held by a threat that both would renegotiate (Farrell and Maskin 1989).

Restraint pays both sides nothing against everything calm. What deters the USA gives it at most
-(1 - delta) g / delta. Of all payoffs that do, the best for China lies on the way from restraint to the curb
alone: -kappa times the share -(1 - delta) g / delta is of the harm h. Both are below restraint where g and
kappa are above zero, so some continuation is strictly worse for both, and no equilibrium with restraint on
its path is weakly renegotiation-proof.
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.verdicts.incentives_by_draw import small_payoffs, weapons
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much the mildest deterring punishment is worse than restraint, for each side."""
    found, delta = weapons(small_payoffs(draws)), draws.discount_factor
    lost = (1.0 - delta) * found.gain / delta
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(found.harm > 0, np.minimum(1.0, lost / found.harm), 1.0)
    applies = (found.gain > 0) & (found.cost > 0)
    return {
        "USA worse off": np.where(applies, lost, np.nan),
        "CHN worse off": np.where(applies, found.cost * share, np.nan),
    }


CLAIM = Claim(
    "restraint_not_renegotiation_proof",
    3,
    5,
    "Where curb and control tempt and cost as in the smallest case (g > 0, kappa > 0), what punishes the USA "
    "is worse for both than restraint.",
    inequalities,
    (("USA", "chip_control"), ("CHN", "rare_earth_curb")),
    TIME,
    notes="A theorem, measured: it says something only of the draws with g > 0 and kappa > 0, and there it "
    "has to hold. A failure would be an error.",
)
