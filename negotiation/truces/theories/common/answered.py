"""The values of departures with and without an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.game_theory.solvers.penal_codes.returning_answers import ReturningAnswers
from negotiation.truces.theories.common.game_batch import GameBatch
from negotiation.truces.theories.common.grim_trigger import deviation_gains
from negotiation.truces.theories.common.legs import Departures


def answered(
    batch: GameBatch, player: int, stake: FloatArray, rational: BoolArray | None = None
) -> Departures:
    """Return a player's departures, each of which costs a stake in every later period.

    `stake`, shape (D, n_i) or (D, 1), is NaN for departures that nothing follows. `rational`, shape (D,), is
    true by default.
    """
    delta = batch.delta[:, None]
    gains = deviation_gains(batch.whole, player)
    stake = np.broadcast_to(stake, gains.shape).copy()
    # Keeping everything is no departure.
    stake[:, 0] = np.nan
    sound = np.ones(len(batch), dtype=np.bool_) if rational is None else rational
    return Departures((1.0 - delta) * gains, delta * np.nan_to_num(stake), np.isfinite(stake), sound)


def unanswered(batch: GameBatch, player: int) -> Departures:
    """Return a player's departures without any answer."""
    return answered(batch, player, np.full((len(batch), 1), np.nan))


def stage_values(batch: GameBatch) -> FloatArray:
    """Return the payoffs of the worst stage equilibrium of the whole game, shape (D, 2)."""
    return batch.stage_values


def credible_stake(answers: Sequence[ReturningAnswers], kept: FloatArray, player: int) -> FloatArray:
    """Return the cost per period to a player of the answer to its departure, shape (D,); NaN if not credible.

    `answers` has one entry for each of the D settings, and `kept`, shape (D, 2), the payoffs of keeping.
    """
    worst = np.array([answer.worst[player] for answer in answers])
    stake: FloatArray = np.where(np.isfinite(worst), kept[:, player] - worst, np.nan)
    return stake
