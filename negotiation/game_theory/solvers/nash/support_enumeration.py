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

from collections.abc import Iterator
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
    kept_equilibria,
    regret_tolerance,
)


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
    stop_at = stop_time(deadline)
    A, B = integer_payoffs(stage, exact=exact)
    by_column = [list(column) for column in zip(*B, strict=True)]
    profiles: dict[ExactProfile, None] = {}
    tried, undetermined, stopped = 0, 0, False
    for rows, columns in _support_pairs(A, by_column):
        if tried >= NUMERICS.most_support_pairs or monotonic() > stop_at:
            stopped = True
            break
        tried += 1
        x = _weights(by_column, columns, rows)
        y = None if x is None else _weights(A, rows, columns)
        if x and y:
            profiles[mixed_strategy(x, rows, len(A)), mixed_strategy(y, columns, len(B[0]))] = None
        elif x is not None and y is not None:
            undetermined += 1
    equilibria = kept_equilibria(stage, profiles, certify=exact)
    refused = len(profiles) - len(equilibria)
    reason = f"{tried} pairs of supports were left by conditional dominance and tried"
    if refused:
        reason = f"{refused} of {len(profiles)} equilibria failed the independent check"
    elif stopped:
        reason = f"stopped by the deadline or at {NUMERICS.most_support_pairs} pairs of supports; {reason}"
    elif undetermined:
        reason = (
            f"a degenerate game: {undetermined} pairs of supports may carry equilibria that they do "
            "not determine; vertex_enumeration finds them all"
        )
    else:
        reason = f"{reason}, and no other pair can carry an equilibrium"
    return NashSolution(
        equilibria,
        "partial" if stopped or undetermined or refused else "complete",
        "support_enumeration",
        reason,
        regret_tolerance(stage),
        stage=stage,
    )


def _support_pairs(A: IntegerMatrix, by_column: IntegerMatrix) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the pairs of supports without a conditionally dominated action."""
    n_1, n_2 = len(A), len(by_column)
    sizes = [(k, m) for k in range(1, n_1 + 1) for m in range(1, n_2 + 1)]
    for k, m in sorted(sizes, key=lambda size: (abs(size[0] - size[1]), sum(size))):
        for support in combinations(range(n_1), k):
            rows = list(support)
            columns = _undominated(by_column, rows)
            if len(columns) < m or set(rows) - set(_undominated(A, columns)):
                continue
            for other in combinations(columns, m):
                if set(rows) <= set(_undominated(A, list(other))):
                    yield rows, list(other)


def _undominated(own: IntegerMatrix, against: list[int]) -> list[int]:
    """Return the actions (rows of own) that no action beats strictly at every action of `against`."""
    seen = [[row[j] for j in against] for row in own]
    return [
        a
        for a, row in enumerate(seen)
        if not any(all(d > c for c, d in zip(row, other, strict=True)) for other in seen)
    ]


def _weights(own: IntegerMatrix, actions: list[int], support: list[int]) -> list[int] | None:
    """Return the weights on the opponent's support that make these actions, rows of own, best.

    None where no weights do, and an empty list where the support does not determine them.
    """
    count, weights = equalising_weights([[own[a][b] for b in support] for a in actions])
    if count > 1:
        return []
    if count == 0 or min(weights) <= 0:
        return None
    values = [sum(w * row[b] for b, w in zip(support, weights, strict=True)) for row in own]
    return weights if max(values) == values[actions[0]] else None


METHOD = NashMethod(
    "support_enumeration",
    "the equilibria that their supports determine, complete for non-degenerate two-player games",
    2,
    support_enumeration,
    frozenset({"exact", "deadline"}),
)
