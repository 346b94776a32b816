"""Linear programs for the payments after public signals that support one action profile.

Sets of payoffs with transfers are computed from bounds on these programs for every liquidity L at once. A
profile a is supported by a payment q_i(y) >= 0 to each player after each signal, with a sum of at most L:

    sum over y of (p(y|a) - p(y|a_i', a_-i)) q_i(y) >= g_i(a_i', a_-i) - g_i(a)    for all i and a_i',
    sum over i of q_i(y) <= L                                                      for all y.

The joint payoff G(a) + E[sum of q_i(y)|a] is maximised, and the payoff of a player who is held down, g_i(a) +
E[q_i(y)|a], is minimised. L appears only on the right-hand side, so the first is concave in L and the second
convex. The multipliers of the rows with L give a line that bounds the value for every L.

Cost: one linear program with N unknowns for each signal that a, or one departure from it, can produce.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.games import departures
from negotiation.game_theory.linear_programs import SmallProgram


class Line(NamedTuple):
    """A bound on a value at all levels of liquidity, tight at the level at which it was found."""

    # The value without liquidity, and what one unit of it adds: their sum would hide the first where there is
    # much.
    base: float
    slope: float
    # (N, Y): what attains the value there.
    payments: FloatArray


class Payments(NamedTuple):
    """The result of a program of payments."""

    # The largest value of the aim; infinite where the program came to no conclusion.
    value: float
    # (N, Y): what attains it.
    payments: FloatArray
    # What one unit more of each gain that has to be made up for adds.
    gains: FloatArray
    # (Y,): what one unit more of liquidity after each signal adds.
    liquidity: FloatArray


class PaymentProgram:
    """The linear program of the payments of one profile.

    Shapes: `payoffs` (n_1, ..., n_N, N), `chances` (n_1, ..., n_N, Y).
    """

    def __init__(self, payoffs: FloatArray, chances: FloatArray, position: int) -> None:
        counts, n_players = payoffs.shape[:-1], payoffs.shape[-1]
        profile = tuple(int(k) for k in np.unravel_index(position, counts))
        self.likely: FloatArray = chances[profile]
        self.own: FloatArray = payoffs[profile]
        self.departures: list[tuple[int, FloatArray]] = []
        gains, seen = [], self.likely > 0.0
        for i in range(n_players):
            for _, other in departures(profile, i, range(counts[i])):
                # sum_y [p_y(a) - p_y(a')] q_i(y) >= gain: what a departure loses of the payments has to make
                # up for what it gains.
                gains.append(float(payoffs[other][i] - self.own[i]))
                self.departures.append((i, self.likely - chances[other]))
                seen = seen | (chances[other] > 0.0)
        self.gains: FloatArray = np.array(gains)
        # Signals that neither the profile nor a departure sends cost nothing and deter nobody: no variables
        # for them.
        self.signals: IntArray = np.flatnonzero(seen)
        count = len(self.signals)
        matrix = np.zeros((len(gains) + count, n_players * count))
        for r, (i, difference) in enumerate(self.departures):
            matrix[r, i * count : (i + 1) * count] = difference[self.signals]
        for y in range(count):
            # All payments after a signal together are at most the liquidity there.
            matrix[len(gains) + y, y::count] = 1.0
        self._program = SmallProgram(matrix)

    def together(self) -> FloatArray:
        """Return the objective that pays all players as much as possible."""
        return np.tile(self.likely[self.signals], len(self.own))

    def little(self, player: int) -> FloatArray:
        """Return the objective that pays one player as little as possible."""
        count = len(self.signals)
        objective = np.zeros(len(self.own) * count)
        objective[player * count : (player + 1) * count] = -self.likely[self.signals]
        return objective

    def most(self, aim: FloatArray, gains: FloatArray, liquidity: FloatArray) -> Payments | None:
        """Return the payments that are best for an objective, or None if they cannot offset the gains.

        Shapes: `liquidity` (Y,).
        """
        count = len(self.signals)
        low = np.concatenate([gains, np.full(count, -np.inf)])
        high = np.concatenate([np.full(len(gains), np.inf), liquidity[self.signals]])
        self._program.set_rows(low, high)
        result = self._program.maximum(aim)
        if result is None:
            return None
        value, point = result
        payments, by_signal = np.zeros((len(self.own), len(self.likely))), np.zeros(len(self.likely))
        if not np.isfinite(value):
            return Payments(value, payments, np.zeros(len(gains)), by_signal)
        multipliers = self._program.multipliers()
        payments[:, self.signals] = np.maximum(point.reshape(-1, count), 0.0)
        by_signal[self.signals] = multipliers[len(gains) :]
        return Payments(value, payments, multipliers[: len(gains)], by_signal)


class LiquidityProgram(PaymentProgram):
    """The linear program of one profile with the same liquidity after every signal: see `PaymentProgram`."""

    def joint(self, liquidity: float) -> Line | None:
        """Return the largest joint payoff, or None if the profile cannot be enforced."""
        return self._solved(self.together(), liquidity, float(self.own.sum()), 1.0)

    def least(self, player: int, liquidity: float) -> Line | None:
        """Return the least payoff of a player, or None if the profile cannot be enforced."""
        return self._solved(self.little(player), liquidity, float(self.own[player]), -1.0)

    def _solved(self, aim: FloatArray, liquidity: float, base: float, sign: float) -> Line | None:
        solved = self.most(aim, self.gains, np.full(len(self.likely), liquidity))
        if solved is None:
            return None
        if not np.isfinite(solved.value):
            # The program came to no conclusion. All of the liquidity, or nothing, bounds it all the same.
            slope = max(sign, 0.0)
            return Line(base, slope, solved.payments)
        # By duality the value is what the gains cost, and what the liquidity adds.
        cost, slope = float(solved.gains @ self.gains), float(solved.liquidity.sum())
        return Line(base + sign * cost, sign * slope, solved.payments)
