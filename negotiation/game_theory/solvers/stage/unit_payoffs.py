"""Payoffs scaled affinely into [0, 1], player by player: what floating-point solvers work on.

A positive affine change of a player's payoffs changes no best reply, no dominance and no Nash or correlated
equilibrium, so tolerances can be given once, in shares of the player's own payoff range. The scale is a power
of two, so that scaling rounds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, read_only
from negotiation.game_theory.games import StageGame


@dataclass(frozen=True, eq=False)
class UnitPayoffs:
    """A game's payoffs, scaled for each player."""

    # (n_1, ..., n_N, N): payoffs between 0 and 1, the largest above 1/2; all 0 for a player whose payoffs are
    # constant.
    shares: FloatArray
    # low, scale: (N,): A payoff is low + scale x share; the scale is a power of two, 0 where payoffs are
    # constant.
    low: FloatArray
    scale: FloatArray
    # (N,): distance, in shares, within which values count as equal: `KNIFE_EDGE` of the range, or what
    # doubles of the payoffs' size resolve.
    knife_edge: FloatArray

    def payoff(self, player: int, share: npt.ArrayLike) -> FloatArray:
        """Return shares of the player at this position as payoffs."""
        half = self.low[player] / 2 + self.scale[player] / 2 * np.asarray(share, dtype=np.float64)
        return np.asarray(2.0 * half)

    def difference(self, player: int, shares: float) -> float:
        """Return a difference in shares as one in payoffs; infinite where it exceeds what doubles hold."""
        return float(self.scale[player]) * shares


def unit_payoffs(stage: StageGame) -> UnitPayoffs:
    """Return the payoffs of a game in shares of each player's range.

    Examples
    --------
    >>> unit = unit_payoffs(StageGame([[[3, 10], [6, 10]]]))
    >>> unit.shares.tolist(), unit.scale.tolist()
    ([[[0.0, 0.0], [0.75, 0.0]]], [4.0, 0.0])
    """
    values = stage.payoffs
    profiles = tuple(range(stage.n_players))
    low, high = values.min(axis=profiles), values.max(axis=profiles)
    half = high / 2 - low / 2  # halves, so that the range of huge payoffs is finite
    resolution = 2.0 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
    constant = half <= resolution
    mantissa, exponent = np.frexp(np.where(constant, 1.0, half))
    power = np.ldexp(1.0, np.minimum(np.where(mantissa == 0.5, exponent - 1, exponent), 1022))
    shares = np.where(constant, 0.0, (values / 2 - low / 2) / power)
    scale = np.where(constant, 0.0, 2.0 * power)
    edge = np.maximum(KNIFE_EDGE * half, resolution) / power
    read_only(shares, low, scale, edge)
    return UnitPayoffs(shares, low, scale, edge)
