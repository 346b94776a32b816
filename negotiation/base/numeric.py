"""Number types and conversions, and the tolerances that all packages share.

A tolerance on payoffs is relative to the range of the player's own payoffs (largest less smallest), not to
their distance from zero or to another player's range. So no answer depends on the unit of payoffs.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import nan
from numbers import Rational
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

AnyEntry = TypeVar("AnyEntry", bound=np.generic)
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]
ObjectArray: TypeAlias = npt.NDArray[np.object_]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Number: TypeAlias = float | Fraction
# Floats or Fraction objects: NumPy has no type for the second.
NumberArray: TypeAlias = npt.NDArray[Any]

# Floats within this distance of a knife edge, relative to the player's payoff range, count as on it.
KNIFE_EDGE = 1e-12

# Largest regret, relative to the payoff range, of a mixed profile that is still called an equilibrium.
REGRET_TOLERANCE = 1e-9

# Largest distance from 1 of a sum of probabilities.
PROBABILITY_TOLERANCE = 1e-9

# Largest violation of a constraint of a linear program and of dual feasibility, absolute: the least that
# HiGHS takes. The numbers of a program are scaled to order 1.
PROGRAM_TOLERANCE = 1e-10


def payoff_scale(payoffs: npt.ArrayLike) -> float:
    """Return the range of one player's payoffs, or 1 if they are constant.

    Examples
    --------
    >>> payoff_scale([1e9 + 3, 1e9])
    3.0
    >>> payoff_scale([5.0, 5.0])
    1.0
    """
    array = np.asarray(payoffs, dtype=np.float64)
    return float(np.ptp(array)) or 1.0


def payoff_tolerances(
    payoffs: FloatArray, relative: float = REGRET_TOLERANCE, *, constant: float = 1.0
) -> FloatArray:
    """Return the absolute tolerance of each player in each of many games, (D, N).

    The tolerance is `relative` times the range of the player's own payoffs in the game, but at least four
    times the distance between doubles at the payoff of largest magnitude (1.2e-7 near 1e9). The unit of one
    player's payoffs does not affect another player. The range of constant payoffs counts as `constant`.
    Callers that add up the payoffs of the players, which then have one unit, pass 0.

    Shapes: `payoffs` (D, n_1, ..., n_N, N) for D games.

    Examples
    --------
    >>> payoff_tolerances(np.array([[[0.0, 0.0], [10.0, 1.0]]]), 1e-9).tolist()
    [[1e-08, 1e-09]]
    """
    own = payoffs.reshape(len(payoffs), -1, payoffs.shape[-1])
    low, high = own.min(axis=1), own.max(axis=1)
    scale = high - low
    scale[scale == 0.0] = constant
    resolution = 4.0 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
    tolerances: FloatArray = np.maximum(relative * scale, resolution)
    return tolerances


def is_exact(value: object) -> bool:
    """Return whether a value is rational by type (an integer or a `Fraction`)."""
    return isinstance(value, Rational)


def as_fraction(value: object) -> Fraction:
    """Return a number as the `Fraction` of exactly the same value.

    Examples
    --------
    >>> as_fraction(0.5)
    Fraction(1, 2)
    """
    if type(value) is int:
        return Fraction(value)
    if type(value) is Fraction and type(value.numerator) is int and type(value.denominator) is int:
        return value
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(float(value))  # type: ignore[arg-type]


def as_float(value: object) -> float:
    """Return a number as a double; NaN if the value is not a number or does not fit in a double.

    Examples
    --------
    >>> as_float(Fraction(1, 4)), as_float("1"), as_float(10**400)
    (0.25, nan, nan)
    """
    try:
        return nan if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return nan


def own_copy(array: npt.NDArray[AnyEntry]) -> npt.NDArray[AnyEntry]:
    """Return a copy of an array, or the array itself if it owns its data and is read-only.

    Examples
    --------
    >>> kept = own_copy(np.arange(3))
    >>> kept.flags.writeable = False
    >>> own_copy(kept) is kept
    True
    """
    settled = not array.flags.writeable and array.base is None
    return array if settled else array.copy()


def fraction_array(values: npt.ArrayLike) -> ObjectArray:
    """Return an object array of `Fraction` of the same shape.

    Examples
    --------
    >>> fraction_array([0.5, 2])
    array([Fraction(1, 2), Fraction(2, 1)], dtype=object)
    """
    source = np.asarray(values, dtype=object)
    result = np.empty(source.shape, dtype=object)
    entries = result.reshape(-1)  # a view: the array is new and in order
    for k, value in enumerate(source.flat):
        entries[k] = as_fraction(value)
    return result


def read_only(*arrays: npt.NDArray[np.generic]) -> None:
    """Mark arrays as not writeable, in place."""
    for array in arrays:
        array.flags.writeable = False


def is_probability_vector(values: Iterable[float]) -> bool:
    """Return whether the values are numbers of at least 0 that sum to 1, each up to a tolerance.

    The tolerances are `KNIFE_EDGE` for each value and `PROBABILITY_TOLERANCE` for the sum.

    Examples
    --------
    >>> is_probability_vector([0.25, 0.75]), is_probability_vector([0.5, 0.6])
    (True, False)
    """
    try:
        array = np.fromiter((float(value) for value in values), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return False
    return bool((array >= -KNIFE_EDGE).all() and abs(array.sum() - 1.0) <= PROBABILITY_TOLERANCE)
