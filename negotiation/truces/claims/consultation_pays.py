"""What a consultation channel is worth: the control clause goes from low to medium verifiability."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.noisy_issues import INSTRUMENTS, PARAMETERS, issue_numbers, linked_by_draw
from negotiation.world.parameter_draws import ParameterDraws

WORTH = 0.1
"""Least worth, as a share of the stake of a period."""

ALONE = "control"


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by side what the channel is worth less a tenth of the stake."""
    stakes = issue_numbers(draws)[ALONE].stakes
    return {
        country: _sustained(draws, "medium", i) - _sustained(draws, "low", i) - WORTH * stakes[:, i]
        for i, country in enumerate(draws.scenario.countries)
    }


def _sustained(draws: ParameterDraws, grade: str, player: int) -> FloatArray:
    found = [sides[player].alone[ALONE] for sides in linked_by_draw(draws, grade)]
    return np.array([float(one.value) if one.holds else 0.0 for one in found])


CLAIM = Claim(
    "consultation_pays",
    6,
    3,
    "A channel that brings the control clause from low to medium verifiability is worth a tenth of the stake "
    "or more to each side.",
    inequalities,
    INSTRUMENTS,
    (
        *PARAMETERS,
        *(f"signal.{kind}.{g}" for kind in ("ambiguity", "miss") for g in ("high", "medium", "low")),
    ),
    notes="Controls by themselves, without tariffs. Geneva's text has such a channel; that it works as a "
    "better check does is assumed.",
)
