"""What deterring deviations costs a profile in each direction: the dual of the score program, all of it.

See `patient_limit.py`. With u_i(y) = |q_i| x_i(y) and s the signs of q, the dual of a profile's score
program at q is

    max sum_m |q_i(m)| mu_m c_m   over mu, z >= 0 with s_i z_y - sum_m mu_m d_my = s_i pi_y  for all i and y,

m running over player i's deviations, c their gains and d what they take from each signal's probability. Only
the objective depends on more than the signs. A solution is a price for each player, t_i = sum_m mu_m c_m, and
the score is q . g - sum_i |q_i| t_i. On an axis the other player has no rows but z = 0, hence no price.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.payoff_sets.public.constraints import SignalConstraints
from negotiation.game_theory.solvers.payoff_sets.public.enforceability import mimicking_gain
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS

# The quadrants, counter-clockwise.
SIGNS = ((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))

# From a position between 0 and 1 the values at 0 and 1 of the linear piece that is highest there.
Oracle = Callable[[float], FloatArray]


def linear_pieces(oracle: Oracle) -> tuple[FloatArray, FloatArray]:
    """Return the pieces of a convex piecewise linear function on [0, 1] and where it bends.

    Eisner and Severance (1976): where two pieces cross, either the function is no higher, and bends there,
    or a third piece is found.

    Returns shape (k, 2) and (b,).

    Examples
    --------
    >>> lines = np.array([[0.0, 1.0], [1.0, 0.0], [0.6, 0.6]])
    >>> pieces, bends = linear_pieces(highest(lines))
    >>> len(pieces), bends.round(3).tolist()
    (3, [0.0, 0.4, 0.6, 1.0])
    """
    first, last = oracle(0.0), oracle(1.0)
    pieces, bends, waiting = [first, last], [0.0, 1.0], [(first, last)]
    while waiting and len(pieces) < NUMERICS.most_pieces:
        left, right = waiting.pop()
        # Two pieces of a convex function cross where the one falls below the other; parallel or ordered ones
        # do not.
        fall, rise = left[0] - right[0], right[1] - left[1]
        if fall <= NUMERICS.agree or rise <= NUMERICS.agree:
            continue
        at = float(fall / (fall + rise))
        value = (1.0 - at) * left[0] + at * left[1]
        found = oracle(at)
        # Nothing is higher at the crossing: a bend of the function. Else the piece found there lies between,
        # and both sides are looked at.
        if (1.0 - at) * found[0] + at * found[1] <= value + NUMERICS.agree:
            bends.append(at)
        else:
            pieces.append(found)
            waiting += [(left, found), (found, right)]
    return np.array(pieces), np.sort(bends)


def highest(lines: FloatArray) -> Oracle:
    """Return which of some lines, given by their values at 0 and 1, is highest at a position."""

    def oracle(at: float) -> FloatArray:
        """Return the line that is highest at one point."""
        return np.asarray(lines[int((lines @ [1.0 - at, at]).argmax())])

    return oracle


def quadrant_prices(constraints: SignalConstraints, profile: int, quadrant: int) -> FloatArray | None:
    """Return every pair of prices of a profile in a quadrant, shape (k, 2); None where a program failed."""
    owners, gains, falls, chances = _numbers(constraints, profile)
    signs, n_signals = SIGNS[quadrant], len(chances)
    matrix = np.zeros((2 * n_signals, len(gains) + n_signals))
    for i in (0, 1):
        rows = slice(i * n_signals, (i + 1) * n_signals)
        matrix[rows, : len(gains)] = np.where(owners == i, -falls.T, 0.0)
        matrix[rows, len(gains) :] = signs[i] * np.eye(n_signals)
    program = SmallProgram(matrix)
    program.set_low(np.zeros(matrix.shape[1]))
    level = np.concatenate([signs[i] * chances for i in (0, 1)])
    program.set_rows(level, level)
    failed = False

    def oracle(at: float) -> FloatArray:
        """Return the prices that are best at one weight of the players."""
        nonlocal failed
        worth = np.where(owners == 0, 1.0 - at, at) * gains
        best = program.maximum(np.r_[worth, np.zeros(n_signals)])
        if best is None or not np.isfinite(best[0]):
            failed = True
            return np.zeros(2)
        paid = np.maximum(best[1][: len(gains)], 0.0) * gains
        return np.array([paid[owners == 0].sum(), paid[owners == 1].sum()])

    pieces, _ = linear_pieces(oracle)
    return None if failed else np.unique(pieces, axis=0)


def axis_price(constraints: SignalConstraints, profile: int, player: int, sign: float) -> float | None:
    """Return the price of a profile along an axis, where the other player's transfers are free."""
    owners, gains, falls, chances = _numbers(constraints, profile)
    own = owners == player
    program = SmallProgram(np.hstack([-falls[own].T, sign * np.eye(len(chances))]))
    program.set_low(np.zeros(int(own.sum()) + len(chances)))
    program.set_rows(sign * chances, sign * chances)
    best = program.maximum(np.r_[gains[own], np.zeros(len(chances))])
    return None if best is None or not np.isfinite(best[0]) else float(best[0])


def is_enforceable(constraints: SignalConstraints, profile: int) -> bool:
    """Return whether some continuation payments deter every deviation from a profile."""
    if constraints.hopeless[profile]:
        return False
    owners, gains, falls, _ = _numbers(constraints, profile)
    return all(mimicking_gain(falls[owners == i], gains[owners == i])[0] <= 0.0 for i in (0, 1))


def _numbers(
    constraints: SignalConstraints, profile: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return a profile's deviations: whose, gains and falls of probability; and the probabilities."""
    count, width = constraints.n_constraints[profile], constraints.n_signals[profile]
    return (
        constraints.owners[profile, :count].astype(np.float64),
        constraints.gains[profile, :count],
        constraints.coefficients[profile, :count, :width],
        constraints.probabilities[profile, :width],
    )
