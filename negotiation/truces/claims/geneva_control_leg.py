"""Geneva's control leg: what the text leaves free, answered by nothing."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.by_text import free_gains
from negotiation.truces.claims.definition import Claim
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the largest gain of a harsher control that the text leaves free."""
    gains = free_gains(draws, "2025-05-geneva", "control")
    return {"best free control": np.stack(list(gains.values())).max(axis=0)}


CLAIM = Claim(
    "geneva_control_leg",
    2,
    2,
    "As written, Geneva leaves some side a gain by a harsher control, which nothing answers.",
    inequalities,
    (
        ("USA", "entity_list"),
        ("USA", "chip_control"),
        ("CHN", "rare_earth_curb"),
        ("CHN", "minerals_ban"),
    ),
    (),
    notes="A disjunction over four instruments: it is easier to hold than a claim about one. The security "
    "weight cannot be told apart from the security value.",
)
