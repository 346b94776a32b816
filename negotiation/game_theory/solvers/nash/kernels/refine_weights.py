"""Compiled: iterative refinement of equalising weights, with residuals in twice the working precision.

The weights on a support that give a set of actions the same payoff solve a linear system. Two steps of
refinement with error-free sums and products in the residual (Dekker 1971; Higham 2002, section 12.1) give
them to nearly full precision, however the system is conditioned short of singular. Cost: cubic in the size.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.inverses import invert
from negotiation.game_theory.solvers.nash.numerics import NUMERICS

# Pivots below the least normal double are 0.
NO_PIVOT = float(np.finfo(np.float64).tiny)


@njit(cache=True, nogil=True)
def two_sum(a: float, b: float) -> tuple[float, float]:
    """Return the rounded sum and its rounding error."""
    # Knuth: exact whichever of a and b is the larger.
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@njit(cache=True, nogil=True)
def two_product(a: float, b: float) -> tuple[float, float]:
    """Return the rounded product and its rounding error."""
    product = a * b
    # a = a_high + a_low with 26 bits each (Veltkamp), so that the products of halves are exact.
    wide = NUMERICS.splitter * a
    a_high = wide - (wide - a)
    a_low = a - a_high
    wide = NUMERICS.splitter * b
    b_high = wide - (wide - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@njit(cache=True, nogil=True)
def residual(
    own: FloatArray, actions: IntArray, support: IntArray, k: int, row: int, vector: FloatArray
) -> float:
    """Return the residual of one equation: weights sum to 1 (row 0), or `actions[row]` pays as the first."""
    # Row 0: 1 - sum_t w_t. Row r: -sum_t (u_rt - u_0t) w_t, sums in `high`, their errors in `low`.
    high, low = (1.0, 0.0) if row == 0 else (0.0, 0.0)
    for t in range(k):
        c = support[t]
        if row == 0:
            high, error = two_sum(high, -vector[c])
            low += error
            continue
        # u_rt - u_0t as a double and its error, then the product as a double and its error: of all that is
        # lost only products of two errors are.
        difference, small = two_sum(own[actions[row], c], -own[actions[0], c])
        product, error = two_product(difference, vector[c])
        low -= error + small * vector[c]
        high, error = two_sum(high, -product)
        low += error
    return high + low


@njit(cache=True, nogil=True)
def refine_weights(own: FloatArray, actions: IntArray, support: IntArray, k: int, vector: FloatArray) -> None:
    """Refine, in place, the probabilities on a support that make the first k of `actions` pay the same."""
    # Solve for the error e of the weights, (u_r - u_0) e = residual and sum e as well, and add it.
    # The inverse itself may be rounded: it only has to lead to a smaller residual, and that one is known to
    # twice the digits.
    matrix, inverse, right = np.empty((k, k)), np.empty((k, k)), np.empty(k)
    for r in range(k):
        for t in range(k):
            c = support[t]
            matrix[r, t] = 1.0 if r == 0 else own[actions[r], c] - own[actions[0], c]
    if not invert(matrix, inverse, k, NO_PIVOT):
        return
    for _ in range(NUMERICS.refinement_steps):
        for r in range(k):
            right[r] = residual(own, actions, support, k, r, vector)
        for t in range(k):
            for r in range(k):
                vector[support[t]] += inverse[t, r] * right[r]
