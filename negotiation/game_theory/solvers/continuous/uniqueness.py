"""When the equilibrium that was found is the only one: one player moves, and best replies are strict.

With one player who can move the state, that player's values solve dynamic programming, a contraction, and
are the only ones. So are choices that answer to shocks. A best reply without shocks is the only one where the
next best is worth less by more than values may be off: two options alike are chosen at will, and what others,
who do not move, are paid depends on it. Cost: a pass through the options.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solvers.continuous.newton import Equations
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import InUnits


def one_moves(game: ContinuousTimeGame) -> bool:
    """Return whether one player at most can move the state: who stays, or gets no chance, moves nobody."""
    movers = set()
    for rows, owner, rates in zip(game.options, game.owners, game.rates, strict=True):
        if (rates[rows.sources[rows.targets != rows.sources]] > 0.0).any():
            movers.add(owner)
    return len(movers) <= 1


def open_choices(setting: InUnits, values: FloatArray) -> str:
    """Return the best replies without shocks that rounding may have decided, in words; none is empty.

    Shapes: `values` (S, N).
    """
    game, moves, off = setting.game, setting.moves, _off(setting, values)
    found: list[str] = []
    for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
        if not np.isinf(moves.precisions[m]):
            continue
        worth = rows.payoffs / game.units[owner] + values[rows.targets, owner]
        best = np.repeat(np.maximum.reduceat(worth, rows.indptr[:-1]), np.diff(rows.indptr))
        near = np.add.reduceat((worth >= best - 2.0 * off[owner]).astype(np.intp), rows.indptr[:-1])
        tied = np.flatnonzero((near > 1) & (game.rates[m] > 0.0)).tolist()
        found += [f"{near[s]} options of {game.makers[m].label} in {game.states[s]}" for s in tied]
    more = len(found) - NUMERICS.named
    return ", ".join(found[: NUMERICS.named]) + (f" and {more} more" if more > 0 else "")


def _off(setting: InUnits, values: FloatArray) -> FloatArray:
    """Return how far what an option is worth may be off by player, in units, shape (N,)."""
    equations = Equations(setting)
    equations.point(values)
    size = equations.size(values)
    off: FloatArray = equations.bounds(values) / setting.moves.discount_rates
    return off + 2.0 * float(np.finfo(np.float64).eps) * size
