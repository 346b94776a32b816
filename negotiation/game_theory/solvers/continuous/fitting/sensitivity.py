"""How intensities of options answer to parameters: the implicit function theorem at an equilibrium.

The values solve F(v, theta) = 0, so that dv = -A^-1 dF with A the derivative of the *whole* fixed point, in
which others' choices answer to their own values. A is factorised once and solved for each parameter: next to
the factors a solve is cheap, it gives derivatives path by path, and with them a sandwich, at no further cost.
The filter, whose cost would be multiplied by the parameters, is gone through backwards (`filtering.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.continuous.fitting.arrays import GameArrays
from negotiation.game_theory.solvers.continuous.newton import Equations, Point
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


class Intensities(NamedTuple):
    """How often a year each option is taken and nature moves, and how that answers to parameters."""

    # (K + Q,): options of all makers first, then nature.
    rates: FloatArray
    # (K + Q, P)
    slopes: FloatArray


def intensities(equations: Equations, point: Point) -> FloatArray:
    """Return how often a year each option is taken and nature moves, shape (K + Q,)."""
    moves = equations.moves
    taken = np.repeat(moves.rates.ravel(), np.diff(moves.indptr)) * point.choices.chances
    return np.concatenate([taken, moves.nature_rates])


def sensitivities(equations: Equations, point: Point, derivatives: GameArrays) -> Intensities:
    """Return intensities at an equilibrium and their derivatives in the parameters.

    Shapes: those of `GameArrays`, with P parameters on the last axis, in each player's own units.
    """
    moves, values, chances = equations.moves, point.values, point.choices.chances
    n_states, units = len(values), equations.setting.game.units
    sizes = np.diff(moves.indptr)
    blocks = np.repeat(np.arange(len(sizes)), sizes)
    sources, makers = blocks % n_states, blocks // n_states
    owners, starts = moves.owners[makers], moves.indptr[:-1]
    # Everything in units of each player, which parameters do not move: the equations hold in any.
    flows = derivatives.flows / units[:, None]
    payoffs = derivatives.payoffs / units[owners][:, None]
    precisions = derivatives.precisions * units[moves.owners][:, None]
    speed = derivatives.rates.reshape(len(sizes), flows.shape[-1])
    worth = moves.payoffs + values[moves.targets, owners]

    def mean(x: FloatArray) -> FloatArray:
        """Return the expectation over each maker's options in each state."""
        weighted = chances[:, None] * x
        found: FloatArray = np.add.reduceat(weighted, starts) if len(starts) else weighted
        return found

    def tilt(lift: FloatArray) -> FloatArray:
        """Return how probabilities answer where options are lifted so much, precisions as they are moved."""
        rise = moves.precisions[makers][:, None] * lift + worth[:, None] * precisions[makers]
        found: FloatArray = chances[:, None] * (rise - mean(rise)[blocks])
        return found

    gap = derivatives.discount_rates * values[:, :, None] - flows
    heads, goals = np.repeat(np.arange(n_states), np.diff(moves.nature_indptr)), moves.nature_targets
    np.add.at(gap, heads, -derivatives.nature[:, None, :] * (values[goals] - values[heads])[:, :, None])
    # (1 / mu) log sum exp(mu x) moves by sum sigma dpsi, and by (sum sigma x - itself) / mu as mu does.
    own = point.choices.worth.ravel()
    block_states, block_makers = np.arange(len(sizes)) % n_states, np.arange(len(sizes)) // n_states
    block_owners, sharp = moves.owners[block_makers], moves.precisions[block_makers]
    dull = (mean(worth[:, None])[:, 0] - own) / sharp
    gained = (own - values[block_states, block_owners])[:, None] * speed + moves.rates.ravel()[:, None] * (
        mean(payoffs) + dull[:, None] * precisions[block_makers]
    )
    np.add.at(gap, (block_states, block_owners), -gained)
    flow = (chances[:, None] * speed[blocks]) + moves.rates.ravel()[blocks][:, None] * tilt(payoffs)
    for i in range(values.shape[1]):
        brought = flow * (values[moves.targets, i] - values[sources, i])[:, None]
        np.subtract.at(gap[:, i], sources[owners != i], brought[owners != i])
    lift = _solved(equations, point, gap)
    slopes = (chances[:, None] * speed[blocks]) + moves.rates.ravel()[blocks][:, None] * tilt(
        payoffs + lift[moves.targets, owners]
    )
    return Intensities(intensities(equations, point), np.concatenate([slopes, derivatives.nature]))


def _solved(equations: Equations, point: Point, gap: FloatArray) -> FloatArray:
    """Return how values answer, -A^-1 dF, or refuse a derivative that is next to singular.

    Shapes: `gap` (S, N, P).
    """

    def solve(right: FloatArray) -> FloatArray:
        """Return -A^-1 of what is given."""
        equations.gaps[:] = right
        return equations.step(point.values, point.choices, reply=True, left=NUMERICS.finest)

    # A single player's system has at least this; a fold, or a switch of branch, brings it to zero.
    least = NUMERICS.near_fold * float(equations.moves.discount_rates.min()) / np.sqrt(point.values.size)
    if point.values.size <= NUMERICS.direct:
        matrix = equations.jacobian(point).toarray()
        size = float(np.linalg.svd(matrix, compute_uv=False)[-1])
        right = -gap.reshape(len(matrix), -1)
        found = (np.linalg.solve(matrix, right) if size >= least else right).reshape(gap.shape)
    else:
        found = np.stack([solve(gap[..., p]) for p in range(gap.shape[-1])], axis=-1)
        # Inverse iteration from what the parameters bring, which is one step of it, bounds it from above.
        size, x = np.inf, found.sum(axis=-1)
        for _ in range(NUMERICS.inverse_steps if x.any() else 0):
            x = x / np.linalg.norm(x)
            x, before = solve(x), x
            size = min(size, float(np.linalg.norm(before) / np.linalg.norm(x)))
    if not size >= least:
        raise InvalidGame(
            "the equilibrium is next to a fold or to a switch of branch: the least singular value of its "
            f"equations is {size:.2g}, below {least:.2g}, and no derivative can be had there. Move the "
            "parameters, or take a lower precision"
        )
    return found
