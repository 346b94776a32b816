"""What Busan leaves out: the chip control, on which its text is silent."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.busan_text import AGREEMENT
from negotiation.truces.claims.by_text import free_gains
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the loss from the best harsher chip control."""
    return {"USA chip control": -free_gains(draws, AGREEMENT, "control")["USA chip_control"]}


CLAIM = Claim(
    "busan_free_control",
    2,
    6,
    "Busan leaves the USA no gain by a harsher chip control, which its text does not cover.",
    inequalities,
    (("USA", "chip_control"),),
    (),
    notes="The security weight cannot be told apart from the security value; the strengths of the harsher "
    "levels are assumed.",
)
