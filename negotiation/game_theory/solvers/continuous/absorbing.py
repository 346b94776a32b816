"""States that play leaves for good: times spent there, exits, and bounds on the effect of rounding.

With rates q among the states and e out of them, M = diag(q 1 + e) - q. Times to the exit solve M x = 1, and
the times spent in each state from an initial distribution b solve M' y = b. In a sum on the diagonal a rare
exit would be lost by rounding, and ordinary elimination would then subtract the other terms. Elimination
without subtractions (`kernels/elimination.py`) gives every entry with a small relative error, however much
rates differ (O'Cinneide 1993). Eliminating one of n states rounds each rate by 5 u, where u is half of the
machine epsilon. This changes x and y by 2 n times as much, since they are ratios of sums of products of n
rates. Rounding of the rates themselves has the same effect. The cost is cubic. With more than 2,000 states
the sparse matrix is factorised instead. Bounds then follow from residuals, since M has an inverse without
negative entries: if |M x - 1| <= r < 1, x has a relative error of at most r / (1 - r).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.linalg import splu

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidRate
from negotiation.game_theory.solvers.continuous.generator import intensity
from negotiation.game_theory.solvers.continuous.kernels.elimination import eliminate
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS

EPS = float(np.finfo(np.float64).eps)


class Visits(NamedTuple):
    """The time spent in each state before play leaves, and bounds on its error."""

    # (S,): `scale` times the time in each state, since the times themselves may not fit into doubles.
    times: FloatArray
    scale: float
    # Bound on the error of the times: relative to each if states are few, otherwise relative to their sum.
    error: float
    # Bound on the relative error of the probabilities with which play leaves by each exit.
    left: float


class Absorbing:
    """States from which an exit can be reached, prepared for computing times and visits."""

    def __init__(self, rates: csr_array, exits: FloatArray, terms: int) -> None:
        """Take rates (S, S) with a zero diagonal and exits (S,), each a sum of `terms` products at most."""
        size = len(exits)
        self.rates, self.exits, self.few = rates, exits, size <= NUMERICS.eliminated
        # A rounding is eps / 2. For each state: the sum, its terms and a division.
        self._error = EPS * (3.0 * size**2 + (terms + 4) * size)
        self._residual = EPS * (terms + 3)
        if self.few:
            self._dense = rates.toarray()
            self._pivots = eliminate(self._dense, exits.copy())
            if not (self._pivots > 0.0).all():
                raise self._unlike()
            return
        self._matrix = csc_array(diags_array(intensity(rates) + exits) - rates)
        try:
            self._factors: Any = splu(self._matrix)  # whose types do not know "T"
        except RuntimeError:
            raise self._unlike() from None

    @np.errstate(over="ignore", divide="ignore", invalid="ignore")
    def times(self) -> tuple[FloatArray, float]:
        """Return the expected time to the exit, shape (S,), and a bound on its relative error."""
        ones = np.ones(len(self.exits))
        if self.few:
            expected, scale = self._substituted(self._dense, ones)
            return self._checked(expected / scale), self._error
        expected = self._checked(self._factors.solve(ones))
        off = float(self._off(self._matrix, expected, ones).max())
        return expected, off / (1.0 - off) if off < 1.0 else np.inf

    @np.errstate(over="ignore", invalid="ignore")
    def visits(self, begin: FloatArray) -> Visits:
        """Return the time spent in each state from an initial distribution of shape (S,)."""
        if self.few:
            spent, scale = self._substituted(self._dense.T, begin)
            return Visits(self._checked(spent), scale, self._error, self._error)
        spent = self._checked(self._factors.solve(begin, "T"))
        off, (times, error) = self._off(csc_array(self._matrix.T), spent, begin), self.times()
        missed = float(off @ times) * (1.0 + error) / float(spent.sum())
        return Visits(spent, 1.0, missed, float(off.sum() / begin.sum()))

    def _substituted(self, rates: FloatArray, right: FloatArray) -> tuple[FloatArray, float]:
        """Return the solution of an eliminated system for `scale` times the right-hand side, and `scale`."""
        solution, pivots, scale = right.copy(), self._pivots, 1.0
        for k in range(len(solution) - 1, 0, -1):
            solution[:k] += rates[:k, k] * (solution[k] / pivots[k])
        for k in range(len(solution)):
            solution[k] = (solution[k] + rates[k, :k] @ solution[:k]) / pivots[k]
            if solution[k] > NUMERICS.large:
                scale /= solution[k]
                solution /= solution[k]
        return solution, scale

    def _checked(self, times: FloatArray) -> FloatArray:
        """Return the times, or raise if one does not fit into a double."""
        if not np.isfinite(times).all():
            raise self._unlike()
        return times

    def _off(self, matrix: csc_array, solution: FloatArray, right: FloatArray) -> FloatArray:
        """Return bounds on the residuals of a solution, including rounding, shape (S,)."""
        rounded = self._residual * (abs(matrix) @ abs(solution) + abs(right))
        off: FloatArray = abs(matrix @ solution - right) + rounded
        return off

    def _unlike(self) -> InvalidRate:
        fastest = max(float(self.rates.max()), float(self.exits.max()))
        return InvalidRate(
            f"the rates at which {len(self.exits):,} states are left, up to {fastest:g} per year, differ too "
            "much for times to be computed in double precision. Bring the rates closer to one another"
        )
