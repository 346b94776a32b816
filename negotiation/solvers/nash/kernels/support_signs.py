"""Compiled: all equilibria of many small non-degenerate bimatrix games, by the signs of minors.

Follows a `SupportPlan` (`support_program.py` has the mathematics). For each game: the minors of both payoff
matrices, the sign of each, and for each pair of supports whether the signs agree on both sides. Where a sign
that matters is uncertain the game is handed back unsolved, so that what is returned is certain: the game is
non-degenerate and these are all its equilibria. Cost: about a microsecond a 3x3 game, growing as
C(n_1 + n_2, n_1).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from negotiation.numeric import FloatArray, IntArray
from negotiation.solvers.nash.kernels.refine_weights import refine_weights
from negotiation.solvers.nash.kernels.regret_check import regret_check
from negotiation.solvers.nash.support_program import SidePlan, SupportPlan

Signs: TypeAlias = npt.NDArray[np.int8]
Work: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, Signs]

WELL_CONDITIONED = 0.05
"""Sum of the minors, payoffs having range 1, from which the weights need no refinement."""


@njit(cache=True, nogil=True)
def fill_signs(
    own: FloatArray, spread: float, resolution: float, plan: SidePlan, table: FloatArray, signs: Signs
) -> None:
    """Compute the minors of one player's payoffs, shape (own actions, other's actions), and their signs."""
    table[0], signs[0], signs[1] = 1.0, 1, -1
    scale = 1.0 / spread
    entry, product = 1, 0
    threshold = plan.tolerances[0] * resolution
    for d in range(plan.differences.shape[0]):
        r, s, c = plan.differences[d, 0], plan.differences[d, 1], plan.differences[d, 2]
        value = (own[r, c] - own[s, c]) * scale
        table[entry] = value
        sign = 1 if value > threshold else (-1 if value < -threshold else 0)
        signs[2 * entry], signs[2 * entry + 1] = sign, -sign
        entry += 1
    for level in range(plan.levels.shape[0]):
        k = plan.levels[level, 0]
        threshold = plan.tolerances[k - 1] * resolution
        for _ in range(plan.levels[level, 1]):
            value = 0.0
            for q in range(k):
                term = table[plan.factors[product, 0]] * table[plan.factors[product, 1]]
                value += term if q % 2 == 0 else -term
                product += 1
            table[entry] = value
            sign = 1 if value > threshold else (-1 if value < -threshold else 0)
            signs[2 * entry], signs[2 * entry + 1] = sign, -sign
            entry += 1


@njit(cache=True, nogil=True)
def vertex_kind(tests: IntArray, pair: int, signs: Signs) -> int:
    """Return 1 if the pair of supports is a vertex, 0 if it is not, and 2 if that is uncertain."""
    orientation, uncertain = 0, False
    for t in range(tests.shape[1]):
        sign = signs[tests[pair, t]]
        if sign == 0:
            uncertain = True
        elif orientation == 0:
            orientation = sign
        elif sign != orientation:
            return 0
    return 2 if uncertain else 1


@njit(cache=True, nogil=True)
def write_strategy(
    own: FloatArray,
    actions: IntArray,
    other: IntArray,
    k: int,
    tests: IntArray,
    pair: int,
    table: FloatArray,
    vector: FloatArray,
) -> None:
    """Write the other player's mixed strategy that makes these actions pay the same."""
    vector[:] = 0.0
    total = 0.0
    for t in range(k):
        weight = abs(table[tests[pair, t] >> 1])
        vector[other[t]] = weight
        total += weight
    for t in range(k):
        vector[other[t]] /= total
    if k >= 3 and total < WELL_CONDITIONED:
        refine_weights(own, actions, other, k, vector)


@njit(cache=True, nogil=True)
def comes_before(one_x: FloatArray, one_y: FloatArray, other_x: FloatArray, other_y: FloatArray) -> bool:
    """Return whether one profile is listed before another: larger rounded probabilities first."""
    for i in range(one_x.size):
        a, b = np.rint(one_x[i] * 1e6), np.rint(other_x[i] * 1e6)
        if a != b:
            return bool(a > b)
    for j in range(one_y.size):
        a, b = np.rint(one_y[j] * 1e6), np.rint(other_y[j] * 1e6)
        if a != b:
            return bool(a > b)
    return False


@njit(cache=True, nogil=True)
def insert_in_order(x: FloatArray, y: FloatArray, start: int, last: int) -> None:
    """Move the last profile of a game to its place in the listing order."""
    k = last
    while k > start and comes_before(x[k], y[k], x[k - 1], y[k - 1]):
        for i in range(x.shape[1]):
            x[k, i], x[k - 1, i] = x[k - 1, i], x[k, i]
        for j in range(y.shape[1]):
            y[k, j], y[k - 1, j] = y[k - 1, j], y[k, j]
        k -= 1


@njit(cache=True, nogil=True)
def game_equilibria(
    plan: SupportPlan,
    first: FloatArray,
    second: FloatArray,
    tables: FloatArray,
    signs: Signs,
    x: FloatArray,
    y: FloatArray,
    written: int,
) -> int:
    """Write one game's equilibria from this position on; return their number, -1 unsolved, -2 no room."""
    found = written
    for pair in range(plan.sizes.size):
        kind_y = vertex_kind(plan.first.tests, pair, signs[0])
        kind_x = vertex_kind(plan.second.tests, pair, signs[1])
        if kind_x == 2 or kind_y == 2:
            return -1
        if kind_x == 1 and kind_y == 1:
            if found == x.shape[0]:
                return -2
            k, rows, columns = plan.sizes[pair], plan.rows[pair], plan.columns[pair]
            write_strategy(second, columns, rows, k, plan.second.tests, pair, tables[1], x[found])
            write_strategy(first, rows, columns, k, plan.first.tests, pair, tables[0], y[found])
            insert_in_order(x, y, written, found)
            found += 1
    return found - written


@njit(cache=True, nogil=True)
def load_player(payoffs: FloatArray, game: int, player: int, own: FloatArray) -> tuple[float, float]:
    """Copy a player's payoffs, own actions first; return their range and the resolution of the doubles.

    The resolution is 1, or how much coarser than a knife edge of the range the doubles are.
    """
    low, high = np.inf, -np.inf
    for r in range(own.shape[0]):
        for c in range(own.shape[1]):
            value = payoffs[game, r, c, 0] if player == 0 else payoffs[game, c, r, 1]
            own[r, c] = value
            low, high = min(low, value), max(high, value)
    spread = high - low if own.shape[0] > 1 else 1.0  # a player without a choice has no regret
    step = 8.9e-16 * max(abs(low), abs(high))
    return spread, max(1.0, step / (spread * 1e-12)) if spread > 0.0 else 1.0


@njit(cache=True, nogil=True)
def enumerate_games(
    payoffs: FloatArray,
    start: int,
    plan: SupportPlan,
    work: Work,
    x: FloatArray,
    y: FloatArray,
    values: FloatArray,
    regrets: FloatArray,
    counts: IntArray,
) -> tuple[int, int]:
    """Solve games from `start` until the last one or until there is no room.

    Parameters
    ----------
    payoffs : array, shape (B, n_1, n_2, 2)
    start : int
    plan : SupportPlan
    work : tuple of arrays
        Payoffs of either player, tables of minors (2, entries), their signs (2, 2 x entries).
    x, y, values, regrets : arrays, shapes (room, n_1), (room, n_2), (room, 2), (room,)
        Written from the beginning: strategies, payoffs and regrets.
    counts : array, shape (B,)
        Number of equilibria of each game, -1 where it is handed back unsolved.

    Returns
    -------
    tuple of two int
        The first game that was not tried, and the number of equilibria written.
    """
    first, second, tables, signs = work
    written = 0
    for game in range(start, payoffs.shape[0]):
        spread_1, resolution_1 = load_player(payoffs, game, 0, first)
        spread_2, resolution_2 = load_player(payoffs, game, 1, second)
        counts[game] = -1
        if not (1e-250 < spread_1 < 1e250 and 1e-250 < spread_2 < 1e250):
            continue
        if resolution_1 > 1e4 or resolution_2 > 1e4:
            continue
        fill_signs(first, spread_1, resolution_1, plan.first, tables[0], signs[0])
        fill_signs(second, spread_2, resolution_2, plan.second, tables[1], signs[1])
        count = game_equilibria(plan, first, second, tables, signs, x, y, written)
        if count == -2:
            return game, written
        if count < 0 or not regret_check(
            first, second, spread_1, spread_2, x, y, written, count, values, regrets
        ):
            continue
        counts[game] = count
        written += count
    return payoffs.shape[0], written
