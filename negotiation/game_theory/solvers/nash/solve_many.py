"""The entry point `solve_many`: all equilibria of many bimatrix games of one size.

A compiled kernel decides, by the signs of minors of the payoff matrices, which supports carry equilibria
(Cramer's rule on the conditions of von Stengel 2002, algorithm 3.4, for every pair of supports of equal
size). It solves a game only if it proves that the game is non-degenerate. All other games, and games of more
than `NUMERICS.most_compiled_pairs` pairs of supports, are solved one by one in integers by
`vertex_enumeration`. Every equilibrium passes a regret check that shares no code with the search. Games are
independent, so the answer is the same to the bit for any number of threads. Cost per game:
C(n_1 + n_2, n_1) pairs, about one microsecond at 3x3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from operator import index

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray, NumberArray, read_only
from negotiation.base.reading.numbers import expect_count
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.kinds import no_array
from negotiation.game_theory.games.stage import expect_resolved
from negotiation.game_theory.solvers.nash.components import Component
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.solution import NashSolution, checked_equilibrium, regret_tolerance
from negotiation.game_theory.solvers.nash.support_program import Profiles, count_pairs, support_plan
from negotiation.game_theory.solvers.nash.vertex_enumeration import vertex_enumeration


@dataclass(frozen=True, eq=False)
class NashBatch(Tabular):
    """All Nash equilibria of B two-player games of one size; all extreme ones if a game is degenerate.

    The E equilibria of all games are stored one after another. Those of game b are at the positions from
    `offsets[b]` up to, but not including, `offsets[b + 1]`.

    Parameters
    ----------
    payoffs : array, shape (B, n_1, n_2, 2)
        The games, as given.
    offsets : array of int, shape (B + 1,)
        Position of the first equilibrium of each game, followed by the total number of equilibria.
    strategies : tuple of two arrays, shapes (E, n_1) and (E, n_2)
        Mixed strategies of the two players in all E equilibria.
    equilibrium_payoffs : array, shape (E, 2)
        Expected payoffs in each equilibrium.
    regrets : array, shape (E,)
        Largest gain of any player from another action in each equilibrium, in payoffs.
    status : array of str, shape (B,)
        "complete" or "partial", for each game.
    slow : mapping from int to NashSolution
        Solutions of the games that "vertex_enumeration" solved one by one, by position of the game: those
        that are degenerate, numerically doubtful or too large for the compiled kernel.
    method : str
        Name of the method that solved the other games.

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
        equilibria = tuple(equilibrium for equilibrium in checked if equilibrium is not None)
        return NashSolution(
            equilibria,
            "complete" if len(equilibria) == len(checked) else "partial",
            self.method,
            "the signs of all minors that decide the supports are certain; the game is non-degenerate",
            regret_tolerance(stage),
            tuple(Component((k,), ((k,),)) for k in range(len(equilibria))),
            stage,
        )

    def __iter__(self) -> Iterator[NashSolution]:
        return (self[i] for i in range(len(self)))

    def table(self) -> Table:
        """Return a table with one row for each game: equilibria, status, method and largest regret."""
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


def solve_many(payoffs: npt.ArrayLike, *, threads: int = 1) -> NashBatch:
    """Return all Nash equilibria of many two-player games of one size.

    For a degenerate game all extreme equilibria are returned, as by `solve`.

    Parameters
    ----------
    payoffs : array_like, shape (B, n_1, n_2, 2)
        `payoffs[b, i, j, p]` is the payoff of player p of game b at row i and column j.
    threads : int, optional
        Number of threads that share the games; 1 by default. The answer does not depend on it.

    Returns
    -------
    NashBatch
        The equilibria of all games. `batch[b]` is the `NashSolution` of game b; `.counts` and `.status` have
        one entry for each game.

    Raises
    ------
    InvalidGame
        If the shape is wrong, a player has no action, a payoff is not finite, a player's payoffs differ by
        less than normal doubles can represent, or `threads` is not a whole number of at least 1.

    Examples
    --------
    >>> pennies = [[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]]
    >>> coordination = [[(2, 1), (0, 0)], [(0, 0), (1, 2)]]
    >>> batch = solve_many([pennies, coordination])
    >>> batch.counts.tolist(), batch.status.tolist()
    ([1, 3], ['complete', 'complete'])
    >>> batch[0].only().strategies[0].tolist()
    [0.5, 0.5]
    """
    threads = expect_count("threads", threads)
    source, array = _checked_payoffs(payoffs)
    games, n_1, n_2, _ = array.shape
    counts = np.full(games, -1, dtype=np.intp)
    rooms = [_room(0, n_1, n_2)]
    if games and count_pairs(n_1, n_2) <= NUMERICS.most_compiled_pairs:
        starts = range(0, games, NUMERICS.games_a_call)
        if threads == 1:
            parts = [_kernel_chunk(array, counts, start) for start in starts]
        else:
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(lambda start: _kernel_chunk(array, counts, start), starts))
        rooms = list(chain.from_iterable(parts))
    return _assembled(source, counts, rooms)


def _checked_payoffs(payoffs: npt.ArrayLike) -> tuple[NumberArray, FloatArray]:
    """Return the payoffs as given, read-only and not shared, and as floats."""
    try:
        source = np.array(payoffs)
        array = np.ascontiguousarray(source, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        games = payoffs if isinstance(payoffs, (list, tuple)) else [payoffs]
        stages = any(isinstance(game, StageGame) for game in games)
        advice = "; of stage games take `np.stack([stage.payoffs for stage in stages])`" if stages else ""
        raise InvalidGame(
            f"`payoffs` must be an array of numbers of shape (B, n_1, n_2, 2): {no_array(error)}{advice}"
        ) from None
    if array.ndim != 4 or array.shape[-1] != 2:
        raise InvalidGame(
            "`payoffs` must be of two-player games of one size, with shape (B, n_1, n_2, 2); got shape "
            f"{source.shape}. Solve games of other sizes or numbers of players one by one, with `solve`"
        )
    if 0 in array.shape[1:]:
        raise InvalidGame(f"`payoffs` must have an action of each player; got shape {array.shape}")
    if not np.isfinite(array).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise InvalidGame(f"`payoffs` must be finite; got {array[where]} at position {where}")
    if source.dtype.kind == "f":
        expect_resolved(array.reshape(len(array), -1, 2))
    read_only(source)
    return source, array


def _room(count: int, n_1: int, n_2: int) -> Profiles:
    return Profiles(np.empty((count, n_1)), np.empty((count, n_2)), np.empty((count, 2)), np.empty(count))


def _kernel_chunk(array: FloatArray, counts: IntArray, begin: int) -> list[Profiles]:
    """Return the profiles of the games of a chunk that the kernel can solve, and write their counts."""
    from negotiation.game_theory.solvers.nash.kernels.support_signs import enumerate_games, side_of

    n_1, n_2 = array.shape[1:3]
    plan = support_plan(n_1, n_2)
    first, second = side_of(plan.first, n_1, n_2), side_of(plan.second, n_2, n_1)
    end = min(begin + NUMERICS.games_a_call, len(array))
    games, own_counts = array[begin:end], counts[begin:end]
    profileses: list[Profiles] = []
    position = 0
    while position < len(games):
        part = _room(4 * (len(games) - position) + len(plan.pairs.sizes), n_1, n_2)
        position, written = enumerate_games(games, position, plan.pairs, first, second, part, own_counts)
        profileses.append(Profiles(*(field[:written] for field in part)))
    return profileses


def _assembled(source: NumberArray, counts: IntArray, profileses: list[Profiles]) -> NashBatch:
    """Return the kernel's games and those solved one by one as one batch."""
    fast = Profiles(*(np.concatenate(fields) for fields in zip(*profileses, strict=True)))
    slow = {i: vertex_enumeration(StageGame(source[i])) for i in np.flatnonzero(counts < 0).tolist()}
    status = np.full(len(counts), "complete", dtype="<U8")
    for i, solution in slow.items():
        counts[i] = len(solution)
        status[i] = solution.status
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    arrays = _merged(fast, slow, counts, offsets) if slow else fast
    read_only(*arrays, offsets, status)
    return NashBatch(source, offsets, (arrays.x, arrays.y), arrays.values, arrays.regrets, status, slow)


def _merged(fast: Profiles, slow: dict[int, NashSolution], counts: IntArray, offsets: IntArray) -> Profiles:
    """Return the arrays in the order of the games."""
    from_kernel = np.ones(len(counts), dtype=np.bool_)
    from_kernel[list(slow)] = False
    places = np.repeat(from_kernel, counts)
    total = int(offsets[-1])
    merged = Profiles(*(np.empty((total, *field.shape[1:])) for field in fast))
    for target, part in zip(merged, fast, strict=True):
        target[places] = part
    for i, solution in slow.items():
        for k, equilibrium in enumerate(solution, start=int(offsets[i])):
            merged.x[k], merged.y[k] = equilibrium.strategies
            merged.values[k], merged.regrets[k] = equilibrium.payoffs, equilibrium.regret
    return merged
