"""What departures are worth where something follows them, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.game_theory.solvers.penal_codes.returning_answers import ReturningAnswers
from negotiation.truces.theories.common.grim_trigger import deviation_gains
from negotiation.truces.theories.common.legs import Departures
from negotiation.truces.theories.common.question import Question


def answered(
    asked: Question, player: int, stake: FloatArray, rational: BoolArray | None = None
) -> Departures:
    """Return a player's departures that cost a stake a period from the next one on; nan where none follows.

    Shapes: `stake` (D, n_i) or (D, 1), `rational` (D,).
    """
    delta = asked.delta[:, None]
    gains = deviation_gains(asked.whole, player)
    stake = np.broadcast_to(stake, gains.shape).copy()
    # Keeping everything is no departure.
    stake[:, 0] = np.nan
    sound = np.ones(len(asked), dtype=np.bool_) if rational is None else rational
    return Departures((1.0 - delta) * gains, delta * np.nan_to_num(stake), np.isfinite(stake), sound)


def unanswered(asked: Question, player: int) -> Departures:
    """Return a player's departures where nothing follows any."""
    return answered(asked, player, np.full((len(asked), 1), np.nan))


def stage_values(asked: Question) -> FloatArray:
    """Return what the worst stage equilibrium of the whole game pays, shape (D, 2)."""
    return asked.stage_values


def credible_stake(answers: Sequence[ReturningAnswers], kept: FloatArray, player: int) -> FloatArray:
    """Return what a player's answer costs him a period, shape (D,); nan where none is credible.

    Shapes: `kept` (D, 2).
    """
    worst = np.array([one.worst[player] for one in answers])
    stake: FloatArray = np.where(np.isfinite(worst), kept[:, player] - worst, np.nan)
    return stake
