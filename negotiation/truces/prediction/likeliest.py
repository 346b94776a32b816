"""Maximum likelihood within bounds, to the last digits and so the same on every machine.

A search that stops when the likelihood hardly grows leaves a relative error of about the square root of the
precision, which depends on how a processor rounds. So the search continues until the slope is zero. Slopes
come from a complex step, without cancellation: Squire and Trapp (1998), "Using complex variables to estimate
derivatives of real functions".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, root

from negotiation.base.numeric import FloatArray
from negotiation.truces.numerics import NUMERICS

LogLikelihood: TypeAlias = Callable[[npt.NDArray[Any]], complex]


def slope(log_likelihood: LogLikelihood, at: FloatArray) -> FloatArray:
    """Return the slopes of a log likelihood, exact up to rounding, shape (numbers,).

    Shapes: `at` (numbers,).

    Examples
    --------
    >>> slope(lambda x: -((x**2).sum()), np.array([1.0, 3.0])).tolist()
    [-2.0, -6.0]
    """
    # f(x + ih) = f(x) + ih f'(x) + O(h^2): the imaginary part over h is the slope, nothing being subtracted.
    turned = at + 1j * NUMERICS.imaginary_step * np.eye(len(at))
    return np.array([np.imag(log_likelihood(row)) for row in turned]) / NUMERICS.imaginary_step


def most_likely(
    log_likelihood: LogLikelihood,
    starts: Sequence[npt.ArrayLike],
    bounds: Sequence[tuple[float, float]],
) -> FloatArray:
    """Return the parameters with the largest likelihood found from several starts.

    Returns shape (numbers,).

    Examples
    --------
    >>> def likelihood(x):
    ...     return -((x[0] - 2) ** 2) - (x[1] - 9) ** 2
    >>> most_likely(likelihood, [[0.0, 0.0]], [(-5.0, 5.0), (-5.0, 5.0)]).round(12).tolist()
    [2.0, 5.0]
    """
    low, high = np.array(bounds, dtype=np.float64).T

    def missed(x: FloatArray) -> float:
        """Return minus the log likelihood."""
        return -float(np.real(log_likelihood(x)))

    def falls(x: FloatArray) -> FloatArray:
        """Return its slopes."""
        return -slope(log_likelihood, x)

    ends = []
    for start in starts:
        # A start outside the bounds would be moved in by the search, each version of it in its own way.
        begins = np.clip(np.asarray(start, dtype=np.float64), low, high)
        fitted = minimize(missed, begins, jac=falls, method="L-BFGS-B", bounds=bounds)
        ends.append(_settled(falls, np.clip(fitted.x, low, high), low, high))
    return min(ends, key=missed)


def _settled(
    falls: Callable[[FloatArray], FloatArray], at: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Return the parameters at which slopes within bounds are zero, near the end of a search."""
    # A number at its bound stays there: its slope need not be nil.
    free = (at > low) & (at < high)
    if not free.any():
        return at

    def those(some: FloatArray) -> FloatArray:
        """Return the slopes of the free parameters."""
        return falls(_with(at, free, some))[free]

    # Levenberg and Marquardt's way leaves alone what the likelihood does not depend on.
    tight = NUMERICS.slope_left
    options: Any = {"xtol": tight, "ftol": tight, "gtol": 0.0, "maxiter": NUMERICS.steps_of_settling}
    solution = root(those, at[free], method="lm", options=options)
    # The root may lie far off, beyond a bound, or be none: then what the search found is kept.
    near = np.abs(solution.x - at[free]).max() <= NUMERICS.way_of_settling
    within = bool(((solution.x >= low[free]) & (solution.x <= high[free])).all())
    flatter = np.abs(solution.fun).max() <= np.abs(those(at[free])).max()
    return _with(at, free, solution.x) if near and within and flatter else at


def _with(at: FloatArray, free: npt.NDArray[np.bool_], some: FloatArray) -> FloatArray:
    """Return the parameters with the free ones replaced."""
    taken = at.copy()
    taken[free] = some
    return taken
