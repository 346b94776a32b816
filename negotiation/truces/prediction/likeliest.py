"""Maximum likelihood within bounds, accurate to the last digits and so equal on every machine.

A search that stops when the likelihood hardly grows leaves a relative error of about the square root of the
machine precision. This error depends on how a processor rounds. The search is therefore continued until the
slopes are zero. Slopes come from complex steps, which avoid cancellation: Squire and Trapp (1998), "Using
complex variables to estimate derivatives of real functions".
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
    """Return the gradient of a log likelihood, exact up to rounding, shape (numbers,).

    `log_likelihood` is evaluated at complex numbers. Shapes: `at` (numbers,).

    Examples
    --------
    >>> slope(lambda x: -((x**2).sum()), np.array([1.0, 3.0])).tolist()
    [-2.0, -6.0]
    """
    # f(x + ih) = f(x) + ih f'(x) + O(h^2): the imaginary part over h is the slope, without a subtraction.
    turned = at + 1j * NUMERICS.imaginary_step * np.eye(len(at))
    return np.array([np.imag(log_likelihood(row)) for row in turned]) / NUMERICS.imaginary_step


def most_likely(
    log_likelihood: LogLikelihood,
    starts: Sequence[npt.ArrayLike],
    bounds: Sequence[tuple[float, float]],
) -> FloatArray:
    """Return the parameters with the largest likelihood found by searches from several starts.

    `log_likelihood` is evaluated at real and complex numbers. `bounds` contains the least and the greatest
    value of each number. Each start and the result have shape (numbers,).

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
        """Return the slopes of minus the log likelihood."""
        return -slope(log_likelihood, x)

    ends = []
    for start in starts:
        # Versions of the search differ in how they move a start from outside the bounds to inside.
        begins = np.clip(np.asarray(start, dtype=np.float64), low, high)
        fitted = minimize(missed, begins, jac=falls, method="L-BFGS-B", bounds=bounds)
        ends.append(_settled(falls, np.clip(fitted.x, low, high), low, high))
    return min(ends, key=missed)


def _settled(
    falls: Callable[[FloatArray], FloatArray], at: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Return parameters near the end of a search with zero slopes where no bound is reached.

    Returns the end of the search, `at`, if no such parameters are found. `falls` gives the slopes of minus
    the log likelihood. Shapes: `at`, `low`, `high` (numbers,).
    """
    # A number at its bound stays there: its slope need not be zero.
    free = (at > low) & (at < high)
    if not free.any():
        return at

    def those(some: FloatArray) -> FloatArray:
        """Return the slopes of the free parameters."""
        return falls(_with(at, free, some))[free]

    # The method of Levenberg and Marquardt does not move parameters on which the likelihood does not depend.
    tight = NUMERICS.slope_left
    options: Any = {"xtol": tight, "ftol": tight, "gtol": 0.0, "maxiter": NUMERICS.steps_of_settling}
    solution = root(those, at[free], method="lm", options=options)
    # The root may be far away or beyond a bound, or there may be none: then the end of the search is kept.
    near = np.abs(solution.x - at[free]).max() <= NUMERICS.way_of_settling
    within = bool(((solution.x >= low[free]) & (solution.x <= high[free])).all())
    flatter = np.abs(solution.fun).max() <= np.abs(those(at[free])).max()
    return _with(at, free, solution.x) if near and within and flatter else at


def _with(at: FloatArray, free: npt.NDArray[np.bool_], some: FloatArray) -> FloatArray:
    """Return a copy of the parameters in which the free ones are replaced by `some`."""
    taken = at.copy()
    taken[free] = some
    return taken
