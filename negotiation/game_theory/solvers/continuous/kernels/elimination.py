"""Compiled: elimination of the states of a chain without subtractions (Grassmann, Taksar and Heyman 1985)."""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit


@njit(cache=True)
def eliminate(rates: FloatArray, exits: FloatArray) -> FloatArray:
    """Eliminate states in place, the last first; return the rate of leaving each when it is eliminated, (S,).

    Play that moves from i to k moves on to j with probability q(k, j) / (sum_h q(k, h) + e(k)), where the sum
    is over the remaining states h and e is the rate of exit. Eliminating k thus raises q(i, j) and e(i) by
    q(i, k) times the probabilities of moving on from k. The diagonal is not read.

    Shapes: `rates` (S, S), `exits` (S,).
    """
    pivots = np.zeros(len(rates))
    for k in range(len(rates) - 1, -1, -1):
        # The rounding error of the sum is added to the next term (Kahan 1965), so that it does not grow.
        total, lost = exits[k], 0.0
        for j in range(k):
            term = rates[k, j] - lost
            grown = total + term
            lost, total = (grown - total) - term, grown
        pivots[k] = total
        for i in range(k):
            # Rates below the smallest double are zero, and no play goes through k.
            if rates[i, k] > 0.0 and total > 0.0:
                share = rates[i, k] / total
                exits[i] += share * exits[k]
                for j in range(k):
                    rates[i, j] += share * rates[k, j]
    return pivots


@njit(cache=True)
def left_for_good(rates: FloatArray, exits: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution x of (diag(e + q 1) - q) x = right, shape (S,).

    Here q are the rates, with the diagonal ignored, and e the exits. Both arrays are overwritten.

    Shapes: `rates` (S, S), `exits` and `right` (S,).
    """
    pivots, solution = eliminate(rates, exits), right.copy()
    for k in range(len(solution) - 1, 0, -1):
        for i in range(k):
            solution[i] += rates[i, k] * (solution[k] / pivots[k])
    for k in range(len(solution)):
        for j in range(k):
            solution[k] += rates[k, j] * solution[j]
        solution[k] /= pivots[k]
    return solution
