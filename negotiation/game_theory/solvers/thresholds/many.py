"""The critical discount factor of one profile in many two-player games of one size, compiled.

For each game this finds the least common discount factor at which the outer bound of the subgame-perfect
payoffs (Abreu and Sannikov 2014) no longer excludes that the profile is played for ever (Abreu 1988); see
`kernels/profile_thresholds`. Below `lower` no equilibrium plays the profile, up to rounding. At `upper` the
outer bound allows it, but this is no certificate; `[i]` computes one game in rational numbers, by
`critical_profile`. Games are independent, so a game's result does not depend on the others. Cost: about 20 to
40 payoff sets per game, a quarter of a millisecond for 4 x 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import index

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS
from negotiation.game_theory.solvers.thresholds.profile import critical_profile
from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor


@dataclass(frozen=True, eq=False)
class CriticalDiscountFactors(Tabular):
    """The critical discount factors of one profile in B games."""

    # (B, n_1, n_2, 2): the games.
    payoffs: FloatArray
    # Positions of the actions of players 1 and 2.
    profile: tuple[int, int]
    # lower, upper: (B,): bracket of the threshold. The profile is excluded below `lower` and not excluded at
    # `upper`. Both are infinite if no discount factor works; `upper` is infinite if none was found up to
    # `Numerics.largest_discount_factor`.
    lower: FloatArray
    upper: FloatArray
    method: str = "bisection of outer bounds, compiled"

    @property
    def values(self) -> FloatArray:
        """Upper end of the bracket of each game's threshold, shape (B,); infinite if none was found."""
        return self.upper

    @property
    def status(self) -> Status:
        """`complete` if in each game the bracket is closed or no discount factor works, else `partial`."""
        closed = (self.upper - self.lower <= 2 * NUMERICS.bracket_width) | np.isinf(self.lower)
        return "complete" if bool(closed.all()) else "partial"

    @property
    def reason(self) -> str:
        """Why the result is partial, and what is not proven."""
        left = int((np.isinf(self.upper) & np.isfinite(self.lower)).sum())
        excluded = (
            f"{left} games exclude the profile up to {NUMERICS.largest_discount_factor:.6g}; " if left else ""
        )
        return excluded + "upper ends are not certified: ask for one game, [i]"

    def __len__(self) -> int:
        return len(self.payoffs)

    def __getitem__(self, game: int) -> CriticalDiscountFactor:
        stage = StageGame(self.payoffs[range(len(self))[index(game)]])
        return critical_profile(stage, stage.labels(self.profile))

    def __iter__(self) -> Iterator[CriticalDiscountFactor]:
        return (self[i] for i in range(len(self)))

    def table(self) -> Table:
        """Return a table with one row for each game: the bracket of its threshold."""
        rows = tuple(
            (str(i), low, high)
            for i, (low, high) in enumerate(zip(self.lower.tolist(), self.upper.tolist(), strict=True))
        )
        return Table(f"critical discount factors of {len(self)} games", ("game", "lower", "upper"), rows)


def critical_discount_factors(payoffs: npt.ArrayLike, profile: Sequence[int]) -> CriticalDiscountFactors:
    """Return brackets of the least discount factors at which an equilibrium plays a profile for ever.

    `profile` has the position of each player's action.

    Shapes: `payoffs` (B, n_1, n_2, 2).

    Examples
    --------
    >>> found = critical_discount_factors([[[(9, 9), (1, 10)], [(10, 1), (3, 3)]]], (0, 0))
    >>> found.values.round(6).tolist(), found[0].value
    ([0.142857], Fraction(1, 7))
    """
    from negotiation.game_theory.solvers.thresholds.kernels.profile_thresholds import thresholds

    array = np.array(payoffs, dtype=np.float64, order="C")
    if array.ndim != 4 or array.shape[-1] != 2 or 0 in array.shape[1:]:
        raise InvalidGame(
            "`payoffs` must be of two-player games of one size, with shape (B, n_1, n_2, 2); got shape "
            f"{array.shape}"
        )
    if not np.isfinite(array).all():
        raise InvalidGame(f"`payoffs` must be finite; got {array[~np.isfinite(array)][0]}")
    row, column = (int(k) for k in profile)
    if not (0 <= row < array.shape[1] and 0 <= column < array.shape[2]):
        raise InvalidGame(
            f"`profile` must be two positions, from 0, below {array.shape[1]} and {array.shape[2]}; got "
            f"{(row, column)}"
        )
    # Each player's payoffs are scaled by a power of two; no threshold depends on a unit.
    moved = array - array.min(axis=(1, 2), keepdims=True)
    exponents = np.frexp(moved.max(axis=(1, 2), keepdims=True))[1]
    brackets = np.empty((len(array), 2))
    thresholds(
        np.ldexp(moved, -exponents),
        row,
        column,
        NUMERICS.largest_discount_factor,
        NUMERICS.bracket_width,
        NUMERICS.most_iterations,
        brackets,
    )
    brackets[brackets > 1.0] = np.inf
    lower, upper = np.ascontiguousarray(brackets[:, 0]), np.ascontiguousarray(brackets[:, 1])
    for each in (array, lower, upper):
        read_only(each)
    return CriticalDiscountFactors(array, (row, column), lower, upper)
