"""A game in continuous time as its solvers read it: players in their own units, options in one list.

Only this module measures flows from the middle of their range and divides them by the player's unit.
Precisions are multiplied by the unit. A constant in the flows is worth the constant divided by the discount
rate, which is added back at the end. Neither the constant nor the unit thus changes an answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solvers.continuous.kernels.equations import Chances, Moves, Slope


@dataclass(frozen=True, eq=False)
class InUnits:
    """A game in units, with the conversion of values from and to units."""

    game: ContinuousTimeGame
    moves: Moves
    # (N,): the middle of the range of each player's flows, in the player's own payoffs.
    middles: FloatArray

    def values(self, inside: FloatArray) -> FloatArray:
        """Return values in units as values in each player's own payoffs, shape (S, N)."""
        constant = self.middles / self.moves.discount_rates
        values: FloatArray = inside * self.game.units + constant
        return values

    @property
    def far(self) -> FloatArray:
        """Rounding error per year of flows far from zero, in each player's own payoffs, shape (N,)."""
        rounded: FloatArray = float(np.finfo(np.float64).eps) * abs(self.middles)
        return rounded

    def inside(self, values: FloatArray) -> FloatArray:
        """Return values in each player's own payoffs as values in units, shape (S, N)."""
        inside: FloatArray = (values - self.middles / self.moves.discount_rates) / self.game.units
        return inside

    def no_choices(self) -> Chances:
        """Return empty arrays for the choices of all makers."""
        return Chances(np.empty(len(self.moves.targets)), np.empty(self.moves.rates.shape))

    def no_slope(self) -> Slope:
        """Return empty arrays for a derivative of the residuals."""
        shape = self.moves.flows.shape
        count = len(self.moves.targets)
        return Slope(np.empty(shape), np.empty(shape), np.empty(count), np.empty((count, shape[1])))


def in_units(game: ContinuousTimeGame) -> InUnits:
    """Return a game in units, with the options of all makers in one list."""
    units = game.units
    middles = (game.flows.max(axis=0) + game.flows.min(axis=0)) / 2.0
    count = sum(rows.n_options for rows in game.options)
    starts, targets, payoffs = [np.zeros(1, dtype=np.intp)], np.empty(count, dtype=np.int32), np.empty(count)
    for rows, owner in zip(game.options, game.owners, strict=True):
        first = int(starts[-1][-1])
        starts.append(rows.indptr[1:] + first)
        part = slice(first, first + rows.n_options)
        targets[part] = rows.targets
        np.divide(rows.payoffs, units[owner], out=payoffs[part])
    owners = np.array(game.owners, dtype=np.intp)
    moves = Moves(
        np.concatenate(starts),
        targets,
        payoffs,
        owners,
        np.array(game.precisions, dtype=np.float64) * units[owners],
        np.ascontiguousarray(game.rates),
        game.nature.indptr,
        game.nature.targets.astype(np.int32),
        game.nature.rates,
        np.ascontiguousarray((game.flows - middles) / units),
        np.array(game.discount_rates),
    )
    return InUnits(game, moves, middles)
