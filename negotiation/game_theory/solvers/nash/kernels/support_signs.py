"""Compiled: all equilibria of many small non-degenerate bimatrix games, by the signs of minors.

The kernel follows a `SupportPlan` (`support_program.py` explains the mathematics). For each game it computes
the minors of both payoff matrices and their signs, and decides for each pair of supports whether the signs
agree on both sides. If a sign that matters is uncertain, the game is left unsolved. So a game that is solved
is certainly non-degenerate, and these are all its equilibria. Cost: about a microsecond per 3x3 game, growing
as C(n_1 + n_2, n_1).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.nash.kernels.refine_weights import refine_weights
from negotiation.game_theory.solvers.nash.kernels.regret_check import regret_check
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.support_program import Pairs, Profiles, SidePlan

Signs: TypeAlias = npt.NDArray[np.int8]

LISTED = 10.0**NUMERICS.listed_decimals


class Side(NamedTuple):
    """One player's payoffs, minors and signs, in arrays that are reused for each game."""

    plan: SidePlan
    # (own actions, other's actions): the player's payoffs.
    own: FloatArray
    # (entries,): the minors of the payoffs.
    table: FloatArray
    # (2 x entries,): the sign of each minor at twice its position, followed by the opposite sign; 0 if it is
    # uncertain.
    signs: Signs


def side_of(plan: SidePlan, own: int, others: int) -> Side:
    """Return empty arrays for one player, by the numbers of own actions and of the other's actions."""
    entries = 1 + int(plan.tests.max()) // 2
    return Side(plan, np.empty((own, others)), np.empty(entries), np.empty(2 * entries, dtype=np.int8))


@njit(cache=True, nogil=True)
def fill_signs(side: Side, spread: float, resolution: float) -> None:
    """Compute the minors of a player's payoffs, divided by their range `spread`, and the signs of these."""
    plan, own, table, signs = side.plan, side.own, side.table, side.signs
    # Position 0 is the empty minor: the tests of the smallest supports need it.
    table[0], signs[0], signs[1] = 1.0, 1, -1
    scale = 1.0 / spread
    entry, product = 1, 0
    # G({r, s}, {c}) = u_rc - u_sc, payoffs having range 1.
    # A sign counts beyond a knife edge, which grows with the size of the minor and with how coarse the
    # doubles are.
    threshold = plan.tolerances[0] * resolution
    for d in range(plan.differences.shape[0]):
        r, s, c = plan.differences[d, 0], plan.differences[d, 1], plan.differences[d, 2]
        value = (own[r, c] - own[s, c]) * scale
        table[entry] = value
        sign = 1 if value > threshold else (-1 if value < -threshold else 0)
        signs[2 * entry], signs[2 * entry + 1] = sign, -sign
        entry += 1
    # G(R, C) = sum_q (-1)^(q - 1) G({R_0, R_q}, C_1) G(R - R_q, C - C_1), q = 1, ..., |C|.
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
    """Return 1 if the pair of supports is a vertex, 0 if it is not, and 2 if this is uncertain."""
    orientation, uncertain = 0, False
    for t in range(tests.shape[1]):
        sign = signs[tests[pair, t]]
        if sign == 0:
            uncertain = True
        elif orientation == 0:
            orientation = sign
        # Two certain signs that differ settle it, whatever the uncertain ones are.
        elif sign != orientation:
            return 0
    return 2 if uncertain else 1


@njit(cache=True, nogil=True)
def write_strategy(
    side: Side, pair: int, actions: IntArray, other: IntArray, k: int, vector: FloatArray
) -> None:
    """Write the other player's mixed strategy, on k actions, that makes k actions of a side pay the same."""
    vector[:] = 0.0
    total = 0.0
    # Cramer: the weight of j is |G(I, J - j)| over the sum of them.
    for t in range(k):
        # Tests are positions of signs, at twice those of minors: halved they are the minors that Cramer's
        # rule asks for.
        weight = abs(side.table[side.plan.tests[pair, t] >> 1])
        vector[other[t]] = weight
        total += weight
    for t in range(k):
        vector[other[t]] /= total
    # A small sum of minors is a system near singular, whose weights have lost digits; two weights are two
    # differences of payoffs over their sum, and lose none.
    if k >= 3 and total < NUMERICS.well_conditioned:
        refine_weights(side.own, actions, other, k, vector)


@njit(cache=True, nogil=True)
def comes_before(profiles: Profiles, first: int, other: int) -> bool:
    """Return whether one profile is listed before another: larger rounded probabilities first."""
    for side in (profiles.x, profiles.y):
        for i in range(side.shape[1]):
            a, b = np.rint(side[first, i] * LISTED), np.rint(side[other, i] * LISTED)
            if a != b:
                return bool(a > b)
    return False


@njit(cache=True, nogil=True)
def insert_in_order(profiles: Profiles, start: int, last: int) -> None:
    """Move the last profile of a game, whose profiles begin at `start`, to its place in the listing order."""
    k = last
    # Insertion: there are few equilibria, and those before are in order.
    while k > start and comes_before(profiles, k, k - 1):
        for side in (profiles.x, profiles.y):
            for i in range(side.shape[1]):
                side[k, i], side[k - 1, i] = side[k - 1, i], side[k, i]
        k -= 1


@njit(cache=True, nogil=True)
def game_equilibria(pairs: Pairs, first: Side, second: Side, profiles: Profiles, written: int) -> int:
    """Write a game's equilibria from `written` on; return their number, -1 if unsolved, -2 if out of room."""
    end = written
    for pair in range(pairs.sizes.size):
        kind_y = vertex_kind(first.plan.tests, pair, first.signs)
        kind_x = vertex_kind(second.plan.tests, pair, second.signs)
        # Uncertain: the whole game goes to the exact method, since this pair may be an equilibrium or not.
        if kind_x == 2 or kind_y == 2:
            return -1
        if kind_x == 1 and kind_y == 1:
            if end == profiles.x.shape[0]:
                return -2
            k, rows, columns = pairs.sizes[pair], pairs.rows[pair], pairs.columns[pair]
            write_strategy(second, pair, columns, rows, k, profiles.x[end])
            write_strategy(first, pair, rows, columns, k, profiles.y[end])
            insert_in_order(profiles, written, end)
            end += 1
    return end - written


@njit(cache=True, nogil=True)
def load_player(payoffs: FloatArray, game: int, player: int, own: FloatArray) -> tuple[float, float]:
    """Copy a player's payoffs, own actions first; return their range and the resolution of the doubles.

    The range is 1 for a player with one action. The resolution is the spacing of the doubles in knife edges
    of the range, and at least 1.
    """
    low, high = np.inf, -np.inf
    for r in range(own.shape[0]):
        for c in range(own.shape[1]):
            value = payoffs[game, r, c, 0] if player == 0 else payoffs[game, c, r, 1]
            own[r, c] = value
            low, high = min(low, value), max(high, value)
    spread = high - low if own.shape[0] > 1 else 1.0  # a player without a choice has no regret
    step = NUMERICS.resolution * max(abs(low), abs(high))
    return spread, max(1.0, step / (spread * KNIFE_EDGE)) if spread > 0.0 else 1.0


@njit(cache=True, nogil=True)
def is_plain(spread: float, resolution: float) -> bool:
    """Return whether doubles can decide the signs of a player's minors."""
    least = NUMERICS.least_range
    return least < spread < 1.0 / least and resolution <= NUMERICS.most_resolution


@njit(cache=True, nogil=True)
def enumerate_games(
    payoffs: FloatArray,
    start: int,
    pairs: Pairs,
    first: Side,
    second: Side,
    profiles: Profiles,
    counts: IntArray,
) -> tuple[int, int]:
    """Solve games from `start` until the last one or until `profiles` has no room for a game.

    Returns the position of the next game to solve, and the number of profiles written. `counts` gets the
    number of equilibria of each game, or -1 if the game is not solved.

    Shapes: `payoffs` (B, n_1, n_2, 2), `counts` (B,).
    """
    written = 0
    for game in range(start, payoffs.shape[0]):
        spread_1, resolution_1 = load_player(payoffs, game, 0, first.own)
        spread_2, resolution_2 = load_player(payoffs, game, 1, second.own)
        counts[game] = -1
        if not (is_plain(spread_1, resolution_1) and is_plain(spread_2, resolution_2)):
            continue
        fill_signs(first, spread_1, resolution_1)
        fill_signs(second, spread_2, resolution_2)
        count = game_equilibria(pairs, first, second, profiles, written)
        if count == -2:
            return game, written
        if count < 0 or not regret_check(first.own, second.own, spread_1, spread_2, profiles, written, count):
            continue
        counts[game] = count
        written += count
    return payoffs.shape[0], written
