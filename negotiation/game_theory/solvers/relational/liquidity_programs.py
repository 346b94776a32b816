"""Linear programs for the payments after public signals that support one action profile.

Sets of payoffs with transfers are computed from bounds on these programs for every liquidity L at once. A
profile a is supported by a payment q_i(y) >= 0 to each player after each signal, with a sum of at most L:

    sum over y of (p(y|a) - p(y|a_i', a_-i)) q_i(y) >= g_i(a_i', a_-i) - g_i(a)    for all i and a_i',
    sum over i of q_i(y) <= L                                                      for all y.

The joint payoff G(a) + E[sum of q_i(y)|a] is maximised, and the payoff of a player who is punished, g_i(a) +
E[q_i(y)|a], is minimised. L appears only on the right-hand side, so the maximum is concave in L and the
minimum convex. The multipliers of the rows with L give a line that bounds the value for every L.

Cost: one linear program with N unknowns for each signal that a, or one deviation from it, can produce.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.games import departures
from negotiation.game_theory.linear_programs import SmallProgram


class Line(NamedTuple):
    """A linear bound on a value at all levels of liquidity, tight at the level at which it was found."""

    # The bound at liquidity 0, and its increase per unit of liquidity. They are separate because their sum
    # would lose the digits of the first if liquidity is large.
    base: float
    slope: float
    # (N, Y): the payments that attain the value there.
    payments: FloatArray


class Payments(NamedTuple):
    """The result of a program of payments."""

    # The largest value of the objective; infinite if the program came to no conclusion.
    value: float
    # (N, Y): the payments that attain it.
    payments: FloatArray
    # (deviations,): the multiplier of each deviation's gain.
    gains: FloatArray
    # (Y,): the multiplier of the liquidity after each signal.
    liquidity: FloatArray


class PaymentProgram:
    """The linear program of the payments that support one profile.

    `position` is the profile's position in row-major order, and `chances` has the chances of the Y signals.

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
                # sum_y [p_y(a) - p_y(a')] q_i(y) >= gain: the payments lost by a deviation must at least
                # equal its gain.
                gains.append(float(payoffs[other][i] - self.own[i]))
                self.departures.append((i, self.likely - chances[other]))
                seen = seen | (chances[other] > 0.0)
        self.gains: FloatArray = np.array(gains)
        # Signals that neither the profile nor a deviation can produce have no effect and get no variables.
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
        """Return the objective of the largest expected sum of payments, shape (N x signals,)."""
        return np.tile(self.likely[self.signals], len(self.own))

    def little(self, player: int) -> FloatArray:
        """Return the objective of the least expected payment to one player, shape (N x signals,)."""
        count = len(self.signals)
        objective = np.zeros(len(self.own) * count)
        objective[player * count : (player + 1) * count] = -self.likely[self.signals]
        return objective

    def most(self, aim: FloatArray, gains: FloatArray, liquidity: FloatArray) -> Payments | None:
        """Return the payments that are best for an objective, or None if no payments offset the gains.

        `gains` are the gains from the deviations, in the order of `departures`. `liquidity` bounds the sum of
        payments after each signal. If the program comes to no conclusion, the value is infinite, and payments
        and multipliers are 0.

        Shapes: `aim` (N x signals,), `gains` (deviations,), `liquidity` (Y,).
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
    """The `PaymentProgram` of one profile, with the same liquidity after every signal."""

    def joint(self, liquidity: float) -> Line | None:
        """Return the line of the largest joint payoff, or None if the profile cannot be enforced."""
        return self._solved(self.together(), liquidity, float(self.own.sum()), 1.0)

    def least(self, player: int, liquidity: float) -> Line | None:
        """Return the line of the least payoff of a player, or None if the profile cannot be enforced."""
        return self._solved(self.little(player), liquidity, float(self.own[player]), -1.0)

    def _solved(self, aim: FloatArray, liquidity: float, base: float, sign: float) -> Line | None:
        solved = self.most(aim, self.gains, np.full(len(self.likely), liquidity))
        if solved is None:
            return None
        if not np.isfinite(solved.value):
            # The program came to no conclusion. All of the liquidity, or none, is still a valid bound.
            slope = max(sign, 0.0)
            return Line(base, slope, solved.payments)
        # By duality the value is the sum of multipliers times gains and multipliers times liquidity.
        cost, slope = float(solved.gains @ self.gains), float(solved.liquidity.sum())
        return Line(base + sign * cost, sign * slope, solved.payments)
