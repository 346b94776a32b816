"""The sets of equilibrium payoffs of a stochastic game, one for each state, between two bounds.

`equilibrium_payoffs` returns them for a stochastic game, because bounds and continuations differ by state.
The base class `ByState` makes such a result a mapping from state labels to sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.status import Status
from negotiation.errors import UnknownState
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.solutions.bounded_set import BoundedSet
from negotiation.game_theory.solutions.numerics import NUMERICS

Part = TypeVar("Part")


class ByState(Tabular, Drawable, Mapping[str, Part]):
    """A mapping from states to sets, in the order of the game's states; a subclass has `game` and `sets`."""

    game: StochasticGame
    sets: tuple[Part, ...]

    def __getitem__(self, state: object) -> Part:
        UnknownState.unless_in(str(state), self.game.states)
        return self.sets[self.game.state_index(str(state))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.game.states)

    def __len__(self) -> int:
        return len(self.sets)


@dataclass(frozen=True, eq=False)
class StatePayoffSet(BoundedSet):
    """Bounds of the equilibrium payoffs of two players in a stochastic game that starts in a given state.

    If the bounds nearly meet (`complete`), a payoff between them counts as an equilibrium payoff; it is at
    most `gap` away from a proven one.
    """

    game: StochasticGame
    state: str
    # outer, inner: (k, 2) and (m, 2): vertices of the bounds, counter-clockwise; one is a point, two a
    # segment, none the empty set.
    outer: FloatArray
    inner: FloatArray
    # (2,): lower bounds of the players' worst equilibrium payoffs; infinite where there is no equilibrium.
    threats: FloatArray
    # (m,): for each inner vertex the action profile (row-major position in the state) that generates it.
    profiles: IntArray
    # (entries, 2): the continuation payoffs that go with it, one for each state that may follow, in the order
    # of the game's transition row; those of the first vertex come first. Empty where transfers are allowed.
    continuations: FloatArray
    # `complete` where the bounds are certified and all but meet.
    status: Status
    # The method, and what is not proven.
    method: str
    reason: str
    iterations: int
    # Last change of the outer bounds, relative to the size.
    residual: float
    # Larger range of a player's payoffs in the game.
    size: float
    # Largest distance of a point of the outer bound from the inner bound; infinite if only the inner bound is
    # empty. Each player's payoffs are divided by their range, so the gap has no unit.
    gap: float
    # Whether players may pay each other, and burn money, before they act.
    transfers: bool = False

    def _stages(self) -> tuple[StageGame, ...]:
        return self.game.stages

    def _is_proven(self, _point: FloatArray, _near: FloatArray, /) -> bool:
        return self.status == "complete"

    def table(self) -> Table:
        """Return a table with one row for each vertex of either bound."""
        rows = tuple((name, *_shown(point, self.size)) for name, *point in self._rows())
        title = (
            f"equilibrium payoffs in state {self.state!r} by {self.method}: {self.status}, "
            f"gap {self.gap:.2g} ({self.reason})"
        )
        return Table(title, ("bound", *self.game.players), rows)


@dataclass(frozen=True, eq=False)
class StatePayoffSets(ByState[StatePayoffSet]):
    """The equilibrium payoffs of a stochastic game: a mapping from state label to `StatePayoffSet`.

    Parameters
    ----------
    game : StochasticGame
        The game.
    sets : tuple of StatePayoffSet
        The set for each state, in the order of the game's states.
    status : {"complete", "partial"}
        `complete` if the set for every state is complete.
    method, reason : str
        The method, and what is not proven.

    Examples
    --------
    >>> import negotiation as ng
    >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
    >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
    >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
    >>> found = ng.equilibrium_payoffs(game)
    >>> {state: found[state].vertices.max(axis=0).round(4).tolist() for state in found}
    {'calm': [9.0, 9.0], 'tense': [8.2727, 8.2727]}
    """

    _figure = "payoff_sets:state_sets_figure"

    game: StochasticGame
    sets: tuple[StatePayoffSet, ...]
    status: Status
    method: str
    reason: str

    @property
    def gap(self) -> float:
        """Largest distance between the bounds in any state, as in `PayoffSet.gap`."""
        return max(part.gap for part in self.sets)

    @property
    def iterations(self) -> int:
        """Number of times that the operator was applied."""
        return self.sets[0].iterations

    def table(self) -> Table:
        """Return a table by state: number of vertices, players' least and most payoffs, gap and status."""
        first, second = self.game.players
        columns = (
            "state",
            "vertices",
            f"least {first}",
            f"most {first}",
            f"least {second}",
            f"most {second}",
            "gap",
            "status",
        )
        rows = tuple(
            (part.state, len(part.outer), *_shown(_ranges(part.outer), part.size), part.gap, part.status)
            for part in self.sets
        )
        return Table(f"equilibrium payoffs by {self.method}: {self.status} ({self.reason})", columns, rows)


def _shown(values: Iterable[float | None], size: float) -> tuple[float | None, ...]:
    """Return values for a table; values that are zero up to rounding become zero."""
    return tuple(
        0.0 if value is not None and abs(value) < NUMERICS.shown * size else value for value in values
    )


def _ranges(outer: FloatArray) -> tuple[float | None, ...]:
    if not len(outer):
        return (None,) * 4
    low, high = outer.min(axis=0), outer.max(axis=0)
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])
