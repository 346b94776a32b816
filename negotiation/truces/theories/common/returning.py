"""Margins of departures that are answered for a while."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.penal_codes.returning_answers import ReturningAnswers
from negotiation.truces.verdicts.grim_trigger import grim_margin


def answered(
    gains: FloatArray,
    kept: FloatArray,
    answers: Sequence[ReturningAnswers],
    player: int,
    delta: FloatArray,
) -> FloatArray:
    """Return the margin of a player's departures, shape (D, n_i).

    Where no answer is credible nothing follows, and the margin is minus the gain of a period, as it is where
    nothing is answered.

    Shapes: `gains` (D, n_i), `kept` (D,), `delta` (D,).
    """
    worst = np.array([one.worst[player] for one in answers])
    there = np.isfinite(worst)
    stake = kept - np.where(there, worst, kept)
    margins: FloatArray = np.where(there[:, None], grim_margin(gains, stake[:, None], delta[:, None]), -gains)
    return margins
