"""What payments after public signals do for one action profile, as a function of what may be paid.

A profile a is kept up by what each player is given after each signal, q_i(y) >= 0, of which no more than the
liquidity L may be given away in all:

    sum over y of (p(y|a) - p(y|a_i', a_-i)) q_i(y) >= g_i(a_i', a_-i) - g_i(a)    for all i and a_i',
    sum over i of q_i(y) <= L                                                      for all y.

The joint payoff G(a) + E[sum of q_i(y)|a] is to be large, what a player who is held down gets,
g_i(a) + E[q_i(y)|a], small. L stands on the right-hand side alone, so that the first is concave in L and the
second convex, and the multipliers of the rows with L give a line that bounds it for every L.

Cost: one linear program of N unknowns for each signal that a, or one departure from it, can bring about.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.linear_programs import SmallProgram
from negotiation.numeric import FloatArray, IntArray


class Line(NamedTuple):
    """A bound of a value for all levels of liquidity, tight at the one where it was found.

    Parameters
    ----------
    value : float
        The value where it was found.
    at : float
        The liquidity there.
    slope : float
        What one unit more of liquidity adds.
    payments : array, shape (N, Y)
        What attains the value there.
    """

    value: float
    at: float
    slope: float
    payments: FloatArray


class LiquidityProgram:
    """The linear program of one profile.

    Parameters
    ----------
    payoffs : array, shape (n_1, ..., n_N, N)
        Stage payoffs, scaled to order 1.
    chances : array, shape (n_1, ..., n_N, Y)
        The distribution over signals of every profile.
    position : int
        Row-major position of the profile.

    Examples
    --------
    A signal that reveals what is played: the two gains from defection, 1 each, can be made up for from 2 on.

    >>> payoffs = np.array([[[9.0, 9.0], [1.0, 10.0]], [[10.0, 1.0], [3.0, 3.0]]])
    >>> program = LiquidityProgram(payoffs, np.eye(4).reshape(2, 2, 4), 0)
    >>> program.joint(1.9) is None, program.joint(2.0).value, program.least(0, 2.0).value
    (True, 20.0, 10.0)
    """

    def __init__(self, payoffs: FloatArray, chances: FloatArray, position: int) -> None:
        counts, n_players = payoffs.shape[:-1], payoffs.shape[-1]
        profile = tuple(int(k) for k in np.unravel_index(position, counts))
        likely = chances[profile]
        self._own = payoffs[profile]
        gains, rows, seen = [], [], likely > 0.0
        for i in range(n_players):
            for action in range(counts[i]):
                if action == profile[i]:
                    continue
                other = (*profile[:i], action, *profile[i + 1 :])
                gains.append(float(payoffs[other][i] - self._own[i]))
                rows.append((i, likely - chances[other]))
                seen = seen | (chances[other] > 0.0)
        self._signals: IntArray = np.flatnonzero(seen)
        self._shape = (n_players, chances.shape[-1])
        self._likely = likely[self._signals]
        count = len(self._signals)
        matrix = np.zeros((len(rows) + count, n_players * count))
        for r, (i, difference) in enumerate(rows):
            matrix[r, i * count : (i + 1) * count] = difference[self._signals]
        for y in range(count):
            matrix[len(rows) + y, y::count] = 1.0
        self._gains = np.array(gains)
        self._program = SmallProgram(matrix)

    def joint(self, liquidity: float) -> Line | None:
        """Return the most that the players get together, or None where the profile is not kept up."""
        n_players = self._shape[0]
        return self._solved(np.tile(self._likely, n_players), liquidity, float(self._own.sum()), 1.0)

    def least(self, player: int, liquidity: float) -> Line | None:
        """Return the least that a player gets, or None where the profile is not kept up."""
        objective = np.zeros(self._shape[0] * len(self._likely))
        objective[player * len(self._likely) : (player + 1) * len(self._likely)] = -self._likely
        return self._solved(objective, liquidity, float(self._own[player]), -1.0)

    def _solved(self, objective: FloatArray, liquidity: float, base: float, sign: float) -> Line | None:
        count = len(self._signals)
        low = np.concatenate([self._gains, np.full(count, -np.inf)])
        high = np.concatenate([np.full(len(self._gains), np.inf), np.full(count, liquidity)])
        self._program.set_rows(low, high)
        found = self._program.maximum(objective)
        if found is None:
            return None
        value, point = found
        if not np.isfinite(value):
            # The program came to no conclusion. All of the liquidity, or nothing, bounds it all the same.
            slope = max(sign, 0.0)
            return Line(base + slope * liquidity, liquidity, slope, np.zeros(self._shape))
        slope = float(self._program.multipliers()[len(self._gains) :].sum())
        payments = np.zeros(self._shape)
        payments[:, self._signals] = np.maximum(point.reshape(-1, count), 0.0)
        return Line(base + sign * value, liquidity, sign * slope, payments)
