"""The mixed strategy that makes a set of the opponent's actions equally good, in integers.

With support J and actions I of the opponent, the weights w on J with the same payoff from every action of I
solve a homogeneous system of |I| - 1 equations, which elimination without fractions decides (Bareiss 1968).
Cost: cubic in the size of the support.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from negotiation.games import StageGame
from negotiation.solvers.nash.numerics import NUMERICS
from negotiation.solvers.nash.rational_game import IntegerMatrix, integer_payoffs
from negotiation.solvers.nash.solution import Equilibrium, ExactProfile, NashSolution, kept_equilibria


def equalising_weights(payoffs: IntegerMatrix) -> tuple[int, list[int]]:
    """Return how far the weights are determined that give every row the same payoff, and the weights.

    Shapes: `payoffs` (|I|, |J|).

    Examples
    --------
    >>> equalising_weights([[2, 0], [0, 1]]), equalising_weights([[1, 0]])
    ((1, [1, 2]), (2, []))
    """
    width = len(payoffs[0])
    rows = [[a - b for a, b in zip(row, payoffs[0], strict=True)] for row in payoffs[1:]]
    pivots: list[int] = []
    det = 1
    for column in range(width):
        r = len(pivots)
        chosen = next((k for k in range(r, len(rows)) if rows[k][column]), None)
        if chosen is None:
            if column - r:  # a second free column
                return _nullity(rows, pivots, column, width, det), []
            continue
        rows[r], rows[chosen] = rows[chosen], rows[r]
        det = _eliminate(rows, r, column, det)
        pivots.append(column)
    return _read_off(rows, pivots, width, det)


def _eliminate(rows: IntegerMatrix, r: int, column: int, det: int) -> int:
    """Clear a column from all rows but r, in place; return the new common denominator."""
    pivot_row = rows[r]
    pivot = pivot_row[column]
    for k, row in enumerate(rows):
        if k != r:
            factor = row[column]
            rows[k] = [(a * pivot - factor * b) // det for a, b in zip(row, pivot_row, strict=True)]
    return pivot


def _nullity(rows: IntegerMatrix, pivots: list[int], column: int, width: int, det: int) -> int:
    """Return the dimension of the solutions, the columns before this one being done."""
    rank = len(pivots)
    for left in range(column + 1, width):
        chosen = next((k for k in range(rank, len(rows)) if rows[k][left]), None)
        if chosen is not None:
            rows[rank], rows[chosen] = rows[chosen], rows[rank]
            det = _eliminate(rows, rank, left, det)
            rank += 1
    return width - rank


def _read_off(rows: IntegerMatrix, pivots: list[int], width: int, det: int) -> tuple[int, list[int]]:
    if len(pivots) == width:
        return 0, []
    free = next(column for column in range(width) if column not in pivots)
    weights = [0] * width
    weights[free] = det
    for row, column in zip(rows, pivots, strict=False):
        weights[column] = -row[free]
    return 1, [-w for w in weights] if sum(weights) < 0 else weights


def mixed_strategy(weights: Sequence[int], support: Sequence[int], count: int) -> tuple[Fraction, ...]:
    """Return the weights on a support as probabilities of all actions.

    Examples
    --------
    >>> mixed_strategy([1, 2], [0, 2], 3)
    (Fraction(1, 3), Fraction(0, 1), Fraction(2, 3))
    """
    total = sum(weights)
    vector = [Fraction(0)] * count
    for position, weight in zip(support, weights, strict=True):
        vector[position] = Fraction(weight, total)
    return tuple(vector)


def certified(stage: StageGame, solution: NashSolution) -> NashSolution:
    """Return the solution with every equilibrium made rational and checked in exact arithmetic.

    A pure profile is rational as it stands. In a two-player game the supports of an equilibrium determine
    its probabilities when they are equal in size and independent; elsewhere the probabilities are read as
    fractions with small denominators. Equilibria that do not pass are left out, and the status is then
    `partial`.

    Examples
    --------
    >>> from negotiation.solvers.nash.pure_equilibria import pure_equilibria
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> certified(stage, pure_equilibria(stage)).equilibria[0].exact[0]
    (Fraction(1, 1), Fraction(0, 1))
    """
    profiles = [_rational(stage, equilibrium) for equilibrium in solution]
    kept = kept_equilibria(stage, profiles, certify=True)
    lost = len(profiles) - len(kept)
    if not lost:
        return replace(solution, equilibria=kept)
    reason = (
        f"{solution.reason}; {lost} of {len(profiles)} found in floats could not be certified in rationals"
    )
    return replace(
        solution,
        equilibria=kept,
        status="failed" if solution.status == "failed" else "partial",
        reason=reason,
        components=(),
    )


def _rational(stage: StageGame, equilibrium: Equilibrium) -> ExactProfile:
    supports = [[a for a, p in enumerate(vector) if p > 0] for vector in equilibrium.strategies]
    if stage.n_players == 2 and not equilibrium.is_pure and len(supports[0]) == len(supports[1]):
        profile = _from_supports(stage, supports[0], supports[1])
        if profile is not None:
            return profile
    vectors = [
        [Fraction(p).limit_denominator(NUMERICS.probability_denominator) for p in vector.tolist()]
        for vector in equilibrium.strategies
    ]
    return tuple(tuple(p / sum(vector) for p in vector) for vector in vectors)


def _from_supports(stage: StageGame, rows: list[int], columns: list[int]) -> ExactProfile | None:
    A, B = integer_payoffs(stage, exact=True)
    n_x, x = equalising_weights([[B[i][j] for i in rows] for j in columns])
    n_y, y = equalising_weights([[A[i][j] for j in columns] for i in rows])
    if n_x != 1 or n_y != 1 or min(x) < 0 or min(y) < 0:
        return None
    return mixed_strategy(x, rows, len(A)), mixed_strategy(y, columns, len(A[0]))
