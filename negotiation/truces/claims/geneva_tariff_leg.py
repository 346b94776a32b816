"""Geneva's tariff leg as written, under grim trigger (Bagwell and Staiger 2002 on self-enforcing tariffs)."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.by_text import leg_margins
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.tariff_rates import INSTRUMENTS
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin of complying over its best harsher tariff."""
    margins = leg_margins(draws, "2025-05-geneva", "tariff")
    return {f"{player} tariff": margin for player, margin in margins.items()}


CLAIM = Claim(
    "geneva_tariff_leg",
    2,
    1,
    "As written, Geneva's tariff leg enforces itself under grim trigger with reversion to the worst stage "
    "equilibrium.",
    inequalities,
    (*INSTRUMENTS, ("CHN", "rare_earth_curb")),
    notes="Calmer levels are no breach; patience cannot be told apart from a hazard of break-up.",
)
