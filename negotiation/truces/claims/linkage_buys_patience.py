"""Linkage and patience: the joint game against the issues' own (Bernheim and Whinston 1990)."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.verdicts.incentives_by_draw import NEAR, small_levels, small_payoffs, thresholds
from negotiation.world.parameter_draws import ParameterDraws

SMALL = (("USA", "tariff"), ("USA", "chip_control"), ("CHN", "tariff"), ("CHN", "rare_earth_curb"))


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the larger of the issues' thresholds less the joint game's."""
    tariffs = thresholds(draws.payoffs(small_levels(draws, "tariff")))
    controls = thresholds(draws.payoffs(small_levels(draws, "chip_control", "rare_earth_curb")))
    saved = np.maximum(tariffs, controls) - thresholds(small_payoffs(draws))
    return {"patience saved": np.where(np.abs(saved) < NEAR, 0.0, saved)}


CLAIM = Claim(
    "linkage_buys_patience",
    4,
    5,
    "The joint game keeps the whole truce at a strictly lower discount factor than the issues' own games.",
    inequalities,
    SMALL,
    (),
    unit="discount factor of a period",
    notes="Best punishments, tariffs at the Geneva levels. It can only fail by equality: the joint game can "
    "do what the issues do.",
)
