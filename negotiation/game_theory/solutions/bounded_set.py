"""Base classes of sets of payoff pairs between two bounds: containment, ranges and vertices.

The outer bound contains every equilibrium payoff, and the inner bound contains only equilibrium payoffs. A
set may be a point, a segment or empty.

Distances and containment in the plane are for results and checks, not for inner loops.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, Number
from negotiation.errors import InvalidGame, shown
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solutions.numerics import NUMERICS


def distance_to_polygon(point: FloatArray, polygon: FloatArray) -> float:
    """Return the distance of a point from a convex polygon; 0 inside.

    Shapes: `point` (2,), `polygon` (k, 2), counter-clockwise vertices of a polygon, segment or point.
    """
    edges = np.roll(polygon, -1, axis=0) - polygon
    offsets = point - polygon
    if len(polygon) > 2 and (edges[:, 0] * offsets[:, 1] - edges[:, 1] * offsets[:, 0] >= 0.0).all():
        return 0.0
    lengths = np.maximum((edges**2).sum(axis=1), np.finfo(np.float64).tiny)
    along = np.clip((edges * offsets).sum(axis=1) / lengths, 0.0, 1.0)
    return float(np.sqrt(((offsets - along[:, None] * edges) ** 2).sum(axis=1)).min())


def is_within(point: FloatArray, polygon: FloatArray, room: FloatArray) -> bool:
    """Return whether a point is in a convex polygon, or at most a margin away from it.

    Distances are measured with each axis divided by its margin in `room`. Shapes: `point` (2,), `polygon`
    (k, 2), counter-clockwise, `room` (2,).
    """
    return distance_to_polygon(np.zeros(2), (polygon - point) / room) <= 1.0


def payoff_vector(payoff: Sequence[Number] | npt.ArrayLike, players: int = 2) -> FloatArray:
    """Return a payoff vector as an array, shape (N,).

    Examples
    --------
    >>> payoff_vector((1, 2)).tolist()
    [1.0, 2.0]
    """
    try:
        point = np.asarray(payoff, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        point = np.empty(0)
    if point.shape != (players,) or not np.isfinite(point).all():
        what = "a pair of finite numbers" if players == 2 else "one finite number for each player"
        raise InvalidGame(f"a payoff must be {what}; got {shown(payoff)}")
    return point


class BoundedSet(Tabular, Drawable):
    """A set of payoff pairs of two players between an outer and an inner bound.

    A subclass has the vertices of its bounds, `outer` and `inner`, shapes (k, 2) and (m, 2), and
    the `size`, the larger range of a player's payoffs. Tolerances are relative to each player's own range.
    """

    _figure = "payoff_sets:payoff_set_figure"

    outer: FloatArray
    inner: FloatArray
    size: float

    @property
    def vertices(self) -> FloatArray:
        """Vertices of the outer bound, shape (k, 2), counter-clockwise."""
        return self.outer

    @property
    def ranges(self) -> FloatArray:
        """Range of each player's stage payoffs, shape (2,); 1 if they are constant."""
        spread = np.ptp(self._paid(), axis=0)
        return np.where(spread > 0.0, spread, 1.0)

    def _paid(self) -> FloatArray:
        """Return the payoffs of the stage games, one profile in each row."""
        return np.concatenate([stage.payoffs.reshape(-1, 2) for stage in self._stages()])

    @property
    def is_empty(self) -> bool:
        """Whether there is no equilibrium in pure strategies: the outer bound is empty."""
        return len(self.outer) == 0

    def contains(self, payoff: Sequence[float] | npt.ArrayLike) -> bool | None:
        """Return whether a payoff pair is an equilibrium payoff.

        A pair counts as outside if it lies outside the outer bound by more than 1e-10 of a player's range. It
        counts as inside if it is in the inner bound, up to 1e-12 of a player's range, or is proven to be an
        equilibrium payoff in another way. Both tolerances are at least the resolution of doubles at the
        payoffs' magnitude.

        Parameters
        ----------
        payoff : pair of numbers
            Average discounted payoffs.

        Returns
        -------
        bool or None
            `True` if the pair is an equilibrium payoff, `False` if it is not, and `None` if it lies between
            the two bounds and neither is proven.

        Raises
        ------
        InvalidGame
            If the payoff is not a pair of finite numbers.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.75))
        >>> found.contains((9, 9)), found.contains((10, 10))
        (True, False)
        """
        point = payoff_vector(payoff)
        flat, ranges = self._paid(), self.ranges
        # Four units of the last place of each player's largest payoff.
        resolution = 4.0 * np.spacing(np.abs(flat).max(axis=0))
        if self.is_empty or not is_within(
            point, self.outer, np.maximum(NUMERICS.outside * ranges, resolution)
        ):
            return False
        near = np.maximum(NUMERICS.rounding * ranges, resolution)
        if len(self.inner) and is_within(point, self.inner, near):
            return True
        return True if self._is_proven(point, near) else None

    @abstractmethod
    def _stages(self) -> Sequence[StageGame]:
        """Return the stage games of the set."""

    @abstractmethod
    def _is_proven(self, point: FloatArray, near: FloatArray, /) -> bool:
        """Return whether a point within the outer bound, outside the inner one, is proven to be a payoff."""

    def _rows(self) -> list[tuple[str, float, float]]:
        """Return the rows of the table: one for each vertex of either bound."""
        return [
            (name, float(x), float(y))
            for name, bound in (("outer", self.outer), ("inner", self.inner))
            for x, y in bound
        ]


class Triangle:
    """A set given by three numbers: all payoffs of at least `threats` with a sum of at most `joint`.

    A subclass has the number `joint`, the `threats`, shape (2,), and the `plan`: the positions of the action
    profiles that attain the joint payoff and punish each player, or None if there is no equilibrium.
    """

    joint: float
    threats: FloatArray
    plan: tuple[int, int, int] | None

    def _three_rows(self, title: str, stage: StageGame) -> Table:
        """Return the three numbers as a table, with the profiles that attain them."""
        names = ("highest joint payoff", *(f"lowest payoff of {player}" for player in stage.players))
        profiles = [np.unravel_index(position, stage.n_actions) for position in self.plan or ()]
        labels = [", ".join(stage.labels([int(k) for k in profile])) for profile in profiles]
        values = (self.joint, *self.threats.tolist())
        rows = tuple(zip(names, values, labels or ("", "", ""), strict=True))
        return Table(title, ("bound", "payoff", "profile"), rows)
