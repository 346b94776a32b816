"""Compiled stage games of two players: payoffs and gains from deviations by profile.

Each player's least payoff is subtracted, so that rounding is relative to the player's range.
"""

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.payoff_sets.common.polygons import Pair, bounds


class Stage(NamedTuple):
    """A stage game by action profile, in row-major order."""

    # (profiles, 2): payoffs g, with each player's least payoff at zero.
    payoffs: FloatArray
    # (profiles, 2): gains h from the best deviation.
    gains: FloatArray
    # The number of player 2's actions.
    columns: int
    # The larger range of a player's payoffs, or 1 if both are constant.
    size: float


@njit(cache=True, nogil=True)
def shifted_stage(payoffs: FloatArray) -> tuple[Stage, Pair]:
    """Return the stage game with least payoffs at zero, and the least payoffs that were subtracted.

    Shapes: `payoffs` (n, m, 2).
    """
    n, m, _ = payoffs.shape
    shift = least_payoffs(payoffs)
    moved, gains = np.empty((n * m, 2)), np.empty((n * m, 2))
    best = np.empty(m)
    for j in range(m):
        best[j] = -np.inf
    # h_1(i, j) = max_k g_1(k, j) - g_1(i, j), and likewise along the row for player 2.
    for i in range(n):
        row = -np.inf
        for j in range(m):
            x, y = payoffs[i, j, 0] - shift[0], payoffs[i, j, 1] - shift[1]
            moved[i * m + j, 0], moved[i * m + j, 1] = x, y
            best[j], row = max(best[j], x), max(row, y)
        for j in range(m):
            gains[i * m + j, 1] = row - moved[i * m + j, 1]
    for i in range(n):
        for j in range(m):
            gains[i * m + j, 0] = best[j] - moved[i * m + j, 0]
    box = bounds(moved, n * m)
    size = max(box.x_max - box.x_min, box.y_max - box.y_min)
    return Stage(moved, gains, m, size if size > 0.0 else 1.0), shift


@njit(cache=True, nogil=True)
def least_payoffs(payoffs: FloatArray) -> Pair:
    """Return each player's least payoff; `payoffs` has the shape (n, m, 2)."""
    x, y = payoffs[0, 0, 0], payoffs[0, 0, 1]
    for i in range(payoffs.shape[0]):
        for j in range(payoffs.shape[1]):
            x, y = min(x, payoffs[i, j, 0]), min(y, payoffs[i, j, 1])
    return x, y


@njit(cache=True, nogil=True)
def pure_minmax(stage: Stage) -> FloatArray:
    """Return the pure minmax payoffs, shape (2,): each player's least best-response payoff."""
    least = np.array((np.inf, np.inf))
    for k in range(len(stage.payoffs)):
        for axis in range(2):
            least[axis] = min(least[axis], stage.payoffs[k, axis] + stage.gains[k, axis])
    return least
