"""Equilibria of a bimatrix game by search over supports, with conditional dominance, in integers.

Pairs of supports are tried from small and balanced to large and unbalanced. Given one player's support, an
action of the other that is strictly worse than another at every action of that support is out, and with it
every pair that plays it (Porter, Nudelman and Shoham 2008, algorithm 1). What remains is a linear system for
each player, solved without fractions.

Supports of unequal size, and systems with several solutions, occur in equilibrium only in degenerate games.
They are tried too: an equilibrium is listed where both systems have one solution, and the status is
`complete` only where no pair of supports left in the search has a system that could belong to an equilibrium
and is not determined: every equilibrium is then found. Cost: at most 2**(n_1 + n_2) pairs, each cubic; vertex
enumeration is faster from about 6x6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from time import monotonic

from negotiation.base.progress import stop_time
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.exact_supports import equalising_weights, mixed_strategy
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix, integer_payoffs
from negotiation.game_theory.solvers.nash.solution import (
    ExactProfile,
    NashMethod,
    NashSolution,
    expect_two_players,
    kept_equilibria,
    regret_tolerance,
)


@dataclass
class _Search:
    """The game and what has been found so far."""

    A: IntegerMatrix
    B: IntegerMatrix
    stop_at: float
    profiles: dict[ExactProfile, None] = field(default_factory=dict)
    undetermined: int = 0
    tried: int = 0
    stopped: bool = False


def support_enumeration(
    stage: StageGame, *, exact: bool = False, deadline: float | None = None
) -> NashSolution:
    """Return the equilibria whose probabilities their supports determine.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> solution = support_enumeration(stage, exact=True)
    >>> solution.status, [str(equilibrium.exact[0][0]) for equilibrium in solution]
    ('complete', ['1', '2/3', '0'])
    """
    expect_two_players(stage, "support enumeration")
    A, B = integer_payoffs(stage, exact=exact)
    search = _Search(A, B, stop_time(deadline))
    _run(search)
    equilibria = kept_equilibria(stage, search.profiles, certify=exact)
    refused = len(search.profiles) - len(equilibria)
    complete = not (search.stopped or search.undetermined or refused)
    return NashSolution(
        equilibria,
        "complete" if complete else "partial",
        "support_enumeration",
        _reason(search, refused),
        regret_tolerance(stage),
        stage=stage,
    )


def _run(search: _Search) -> None:
    for rows, columns in _support_pairs(search):
        if search.tried >= NUMERICS.most_support_pairs or (monotonic() > search.stop_at):
            search.stopped = True
            return
        search.tried += 1
        _try(search, rows, columns)


def _support_pairs(search: _Search) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the pairs of supports without a conditionally dominated action."""
    n_1, n_2 = len(search.A), len(search.A[0])
    by_column = [list(column) for column in zip(*search.B, strict=True)]
    sizes = [(k, m) for k in range(1, n_1 + 1) for m in range(1, n_2 + 1)]
    for k, m in sorted(sizes, key=lambda size: (abs(size[0] - size[1]), sum(size))):
        for support in combinations(range(n_1), k):
            rows = list(support)
            columns = _undominated(by_column, rows)
            if len(columns) < m or set(rows) - set(_undominated(search.A, columns)):
                continue
            for other in combinations(columns, m):
                if set(rows) <= set(_undominated(search.A, list(other))):
                    yield rows, list(other)


def _undominated(own: IntegerMatrix, against: list[int]) -> list[int]:
    """Return the actions (rows of own) that no action beats strictly at every action of `against`."""
    seen = [[row[j] for j in against] for row in own]
    return [
        a
        for a, row in enumerate(seen)
        if not any(all(d > c for c, d in zip(row, other, strict=True)) for other in seen)
    ]


def _try(search: _Search, rows: list[int], columns: list[int]) -> None:
    """Note the equilibrium with these supports, or that they do not determine it."""
    A, B = search.A, search.B
    n_x, x = equalising_weights([[B[i][j] for i in rows] for j in columns])
    if n_x == 0 or (n_x == 1 and min(x) <= 0):
        return
    n_y, y = equalising_weights([[A[i][j] for j in columns] for i in rows])
    if n_y == 0 or (n_y == 1 and min(y) <= 0):
        return
    if n_x == 1 and not _best(list(zip(*B, strict=True)), rows, x, columns[0]):
        return
    if n_y == 1 and not _best(A, columns, y, rows[0]):
        return
    if n_x > 1 or n_y > 1:
        search.undetermined += 1
        return
    search.profiles[mixed_strategy(x, rows, len(A)), mixed_strategy(y, columns, len(A[0]))] = None


def _best(own: Sequence[Sequence[int]], support: list[int], weights: list[int], action: int) -> bool:
    """Return whether no action pays more than this one against the weights on the opponent's support."""
    values = [sum(w * row[j] for j, w in zip(support, weights, strict=True)) for row in own]
    return max(values) == values[action]


def _reason(search: _Search, refused: int) -> str:
    if refused:
        return f"{refused} of {len(search.profiles)} equilibria failed the independent check"
    tried = f"{search.tried} pairs of supports were left by conditional dominance and tried"
    if search.stopped:
        return f"stopped by the deadline or at {NUMERICS.most_support_pairs} pairs of supports; {tried}"
    if search.undetermined:
        return (
            f"a degenerate game: {search.undetermined} pairs of supports may carry equilibria that they do "
            "not determine; vertex_enumeration finds them all"
        )
    return f"{tried}, and no other pair can carry an equilibrium"


METHOD = NashMethod(
    "support_enumeration",
    "the equilibria that their supports determine, complete for non-degenerate two-player games",
    2,
    support_enumeration,
    frozenset({"exact", "deadline"}),
)
