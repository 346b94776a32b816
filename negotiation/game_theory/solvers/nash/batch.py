"""The equilibria of many bimatrix games of one size, in flat arrays with offsets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import index

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, NumberArray
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.components import Component
from negotiation.game_theory.solvers.nash.solution import NashSolution, checked_equilibrium, regret_tolerance


@dataclass(frozen=True, eq=False)
class NashBatch(Tabular):
    """All equilibria of B games; game i has those at positions `offsets[i]` to `offsets[i + 1]`.

    Parameters
    ----------
    payoffs : array, shape (B, n_1, n_2, 2)
        The games, as given.
    offsets : array of int, shape (B + 1,)
        Where each game's equilibria begin.
    strategies : tuple of two arrays, shapes (E, n_1) and (E, n_2)
        Mixed strategies in all E equilibria, a game's in its listing order.
    equilibrium_payoffs : array, shape (E, 2)
        Expected payoffs.
    regrets : array, shape (E,)
        The most that any player gains from any other action, in payoff units.
    status : array of str, shape (B,)
        `complete` or `partial`, for each game.
    slow : mapping from int to NashSolution
        The games that were degenerate or numerically doubtful, as `vertex_enumeration` solved them.
    method : str
        Name of the method.

    Examples
    --------
    >>> import negotiation as ng
    >>> dilemma = [[[9, 9], [1, 10]], [[10, 1], [3, 3]]]
    >>> battle = [[[2, 1], [0, 0]], [[0, 0], [1, 2]]]
    >>> found = ng.solve_many([dilemma, battle])
    >>> [len(solution) for solution in found]
    [1, 3]
    """

    payoffs: NumberArray
    offsets: IntArray
    strategies: tuple[FloatArray, FloatArray]
    equilibrium_payoffs: FloatArray
    regrets: FloatArray
    status: npt.NDArray[np.str_]
    slow: Mapping[int, NashSolution] = field(default_factory=dict, repr=False)
    method: str = "solve_many"

    @property
    def counts(self) -> IntArray:
        """Number of equilibria of each game, shape (B,)."""
        return np.diff(self.offsets)

    @property
    def max_regret(self) -> float:
        """Largest regret of all equilibria; 0 if there are none."""
        return float(self.regrets.max(initial=0.0))

    def __len__(self) -> int:
        return len(self.payoffs)

    def __getitem__(self, game: int) -> NashSolution:
        i = range(len(self))[index(game)]
        if i in self.slow:
            return self.slow[i]
        stage = StageGame(self.payoffs[i])
        first, second = self.strategies
        places = range(int(self.offsets[i]), int(self.offsets[i + 1]))
        checked = [checked_equilibrium(stage, (first[k], second[k])) for k in places]
        kept = tuple(equilibrium for equilibrium in checked if equilibrium is not None)
        return NashSolution(
            kept,
            "complete" if len(kept) == len(checked) else "partial",
            self.method,
            "the signs of all minors that decide the supports are certain; the game is non-degenerate",
            regret_tolerance(stage),
            tuple(Component((k,), ((k,),)) for k in range(len(kept))),
            stage,
        )

    def __iter__(self) -> Iterator[NashSolution]:
        return (self[i] for i in range(len(self)))

    def table(self) -> Table:
        """Return one row for each game."""
        counts, edges = self.counts.tolist(), self.offsets.tolist()
        rows = tuple(
            (
                str(i),
                count,
                str(self.status[i]),
                "vertex_enumeration" if i in self.slow else self.method,
                float(self.regrets[edges[i] : edges[i + 1]].max(initial=0.0)),
            )
            for i, count in enumerate(counts)
        )
        title = f"equilibria of {len(self)} games: {len(self.regrets)}"
        return Table(title, ("game", "equilibria", "status", "method", "max regret"), rows)
