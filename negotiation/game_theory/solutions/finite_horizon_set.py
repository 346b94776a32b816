"""The sets of equilibrium payoffs of a finitely repeated game with public randomisation, by horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, payoff_tolerances
from negotiation.base.status import Status
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon, payoff_vector


@dataclass(frozen=True, eq=False)
class FiniteHorizonSet(Tabular, Drawable):
    """Subgame-perfect payoffs in pure strategies with public randomisation, for each number of periods.

    Parameters
    ----------
    polygons : tuple of arrays, shape (k, 2)
        For 1, ..., T periods, the vertices of the set of average payoffs per period, counter-clockwise. A
        point has k = 1, a segment k = 2, and the empty set k = 0. The numbers are `Fraction` objects if
        payoffs and discount factor are rational, otherwise floats.
    players : tuple of str
        Labels of the two players.
    discount_factor : int, float or Fraction
        The discount factor, in (0, 1].
    status : {"complete"}
        Always complete: the sets contain all these payoffs, and no others.
    reason : str
        What is proven, in words.
    method : str
        The method, in words.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.finite_horizon_payoff_set(stage, 2))
    subgame-perfect payoffs with public randomisation: complete (all payoffs)
    periods  0  1
          1  3  3
          2  3  3
    """

    _figure = "payoff_sets:finite_horizon_figure"

    polygons: tuple[NumberArray, ...]
    players: tuple[str, ...]
    discount_factor: Number
    status: Status = "complete"
    reason: str = "all payoffs"
    method: str = "backward induction over polygons"

    @property
    def periods(self) -> int:
        """Number of periods T."""
        return len(self.polygons)

    @property
    def vertices(self) -> NumberArray:
        """Vertices of the set for T periods, shape (k, 2), counter-clockwise."""
        return self.polygons[-1]

    @property
    def is_empty(self) -> bool:
        """Whether the game of T periods has no equilibrium in pure strategies."""
        return len(self.vertices) == 0

    @property
    def worst(self) -> tuple[Number, ...] | None:
        """Each player's worst equilibrium payoff in T periods, or `None` if there is no equilibrium."""
        return None if self.is_empty else tuple(self.vertices.min(axis=0).tolist())

    def contains(self, payoff: Sequence[Number] | npt.ArrayLike) -> bool:
        """Return whether a payoff pair is an equilibrium payoff of T periods.

        The test is exact if the set is rational; floats are then taken at their exact binary value. Otherwise
        payoffs count as in the set up to a distance of 1e-12, relative to each player's range in the set, or
        up to the resolution of doubles.

        Parameters
        ----------
        payoff : pair of numbers
            Average payoffs per period.

        Returns
        -------
        bool
            Whether the pair is in the set.

        Raises
        ------
        InvalidGame
            If the payoff is not a pair of finite numbers.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> found = ng.finite_horizon_payoff_set(stage, 2)
        >>> found.contains((3, 3)), found.contains((9, 9))
        (True, False)
        """
        point = payoff_vector(payoff)
        if self.is_empty:
            return False
        if self.vertices.dtype == object:
            x, y = np.asarray(payoff, dtype=object).tolist()
            return _within(as_fraction(x), as_fraction(y), self.vertices.tolist())
        # Each player's payoffs in units of what counts as none of them: a distance of one is near enough.
        near = payoff_tolerances(self.vertices[None], KNIFE_EDGE)[0]
        return (
            distance_to_polygon((point - self.vertices[0]) / near, (self.vertices - self.vertices[0]) / near)
            <= 1.0
        )

    def table(self) -> Table:
        """Return a table with one row for each vertex of the set for each horizon."""
        rows = tuple(
            (periods, float(x), float(y))
            for periods, polygon in enumerate(self.polygons, start=1)
            for x, y in polygon
        )
        title = f"subgame-perfect payoffs with public randomisation: {self.status} ({self.reason})"
        return Table(title, ("periods", *self.players), rows)


def _within(x: Fraction, y: Fraction, corners: Sequence[Sequence[Fraction]]) -> bool:
    """Return whether a point lies in a convex polygon or on its edges; it may be a segment or a point.

    `corners` lists the vertices of the polygon counter-clockwise.
    """
    turns = [
        (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
    ]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return min(turns) >= 0 and min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)
