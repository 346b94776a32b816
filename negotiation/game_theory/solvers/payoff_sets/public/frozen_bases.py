"""From the levels of an outer bound far down towards the set in one linear system: bases are frozen.

The multipliers of a solved program bound a profile's reach in a direction by a linear function of the levels
b of W, whatever these are (`kernels/operator.py`): with one basis for each profile a and direction k

    F(b)_k = max_a f_ak + L_ak . b,  L >= 0.

F is monotone, convex, and nowhere below the operator. So the levels h of the set sought have h <= F(h). What
the operator would come to under these bases is the fixed point of F below b, found by policy iteration
(Howard 1960): choose the best profile of each direction, solve the linear system, choose again.

That it bounds the set is proven afterwards, whatever led there. Let h <= b, and let b* and u > 0 have
F(b*) <= b*, and L_ak . u < u_k for every pair that matters, f_ak + L_ak . b > b*_k. Then h <= b*: else take
the least t with h <= b* + t u, attained in direction k by profile a, h_k <= f_ak + L_ak . h. That is more
than b*_k, so the pair matters, and h_k <= f_ak + L_ak . b* + t L_ak . u < b*_k + t u_k, a contradiction.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS


class Bases(NamedTuple):
    """One linear bound of each profile's reach in each direction, of the profiles that are left."""

    # (A, L): the parts f without levels.
    fixed: FloatArray
    # (A, L, J): nonnegative multipliers.
    shares: FloatArray
    # (A, L, J): the directions whose levels they multiply.
    held: IntArray

    def bounds(self, levels: FloatArray) -> FloatArray:
        """Return f + L b for each profile and direction, shape (A, L)."""
        return self.fixed + self.growth(levels)

    def growth(self, levels: FloatArray) -> FloatArray:
        """Return L b for each profile and direction, shape (A, L)."""
        found: FloatArray = np.einsum("akj,akj->ak", self.shares, levels[self.held])
        return found


def settled_levels(bases: Bases, levels: FloatArray, *, proven: bool = True) -> FloatArray | None:
    """Return levels that the set cannot exceed if it is within the given ones; None where none are proven.

    Shapes: `levels` (L,).
    """
    now = bases.bounds(levels)
    chosen = now.argmax(axis=0)
    for _ in range(NUMERICS.policies):
        found = _solution(bases, chosen, bases.fixed[chosen, np.arange(len(levels))] + NUMERICS.lifted)
        if found is None:
            return None
        then = bases.bounds(found)
        # F(b*) <= b*: what was chosen is best at its own solution, lifted by a little so that rounding does
        # not undo the inequality.
        if (then.max(axis=0) <= found).all():
            return found if not proven or _falls(bases, chosen, now > found) else None
        chosen = then.argmax(axis=0)
    return None


def _falls(bases: Bases, chosen: IntArray, matters: BoolArray) -> bool:
    """Return whether there are weights u with L u < u for every pair that matters.

    They solve u = 1 + max L u, by policy iteration too.
    """
    any_matters = matters.any(axis=0)
    for _ in range(NUMERICS.policies):
        weights = _solution(bases, chosen, np.ones(len(chosen)))
        if weights is None or weights.min() <= 0.0:
            return False
        # u solves u = 1 + L u for one choice of profiles: L u < u for these; for the others it is seen, and
        # the worst are chosen next.
        growth = bases.growth(weights)
        if (growth < weights - NUMERICS.falls)[matters].all():
            return True
        chosen = np.where(any_matters, np.where(matters, growth, -np.inf).argmax(axis=0), chosen)
    return False


def _solution(bases: Bases, chosen: IntArray, right: FloatArray) -> FloatArray | None:
    """Return the solution of x = right + L x, a profile for each direction; None where there is none."""
    every = np.arange(len(chosen))
    matrix = np.eye(len(chosen))
    np.subtract.at(matrix, (every[:, None], bases.held[chosen, every]), bases.shares[chosen, every])
    try:
        found: FloatArray = np.linalg.solve(matrix, right).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found).all() else None
