"""The mixed strategy that makes a set of the opponent's actions pay the same, in whole numbers.

For a support J and actions I of the opponent, the weights on J for which all actions of I pay the same solve
a homogeneous system of |I| - 1 equations. It is solved by elimination without fractions (Bareiss 1968). Cost:
cubic in the size of the support.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from negotiation.game_theory.exact.polynomials import null_space
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix, integer_payoffs
from negotiation.game_theory.solvers.nash.solution import (
    Equilibrium,
    ExactProfile,
    NashSolution,
    kept_equilibria,
)


def equalising_weights(payoffs: IntegerMatrix) -> tuple[int, list[int]]:
    """Return the dimension of the weights that give every row the same payoff, and the weights if it is 1.

    The weights are integers without a common divisor, and their sum is not negative. They are an empty list
    if the dimension is not 1.

    Shapes: `payoffs` (|I|, |J|), one row for each action of the opponent.

    Examples
    --------
    >>> equalising_weights([[2, 0], [0, 1]]), equalising_weights([[1, 0]])
    ((1, [1, 2]), (2, []))
    """
    differences = [[a - b for a, b in zip(row, payoffs[0], strict=True)] for row in payoffs[1:]]
    return null_space(differences, len(payoffs[0]))


def mixed_strategy(weights: Sequence[int], support: Sequence[int], count: int) -> tuple[Fraction, ...]:
    """Return the weights on a support as probabilities of all `count` actions.

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

    A pure profile is already rational. In a two-player game the supports of an equilibrium determine its
    probabilities if they have equal size and their equations are independent. Otherwise the probabilities are
    read as fractions with small denominators. Equilibria that do not pass are left out; then the status
    `complete` becomes `partial`, and the components are left out too.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> certified(stage, pure_equilibria(stage)).equilibria[0].exact[0]
    (Fraction(1, 1), Fraction(0, 1))
    """
    profiles = [_rational(stage, equilibrium) for equilibrium in solution]
    equilibria = kept_equilibria(stage, profiles, certify=True)
    lost = len(profiles) - len(equilibria)
    if not lost:
        return replace(solution, equilibria=equilibria)
    reason = (
        f"{solution.reason}; {lost} of {len(profiles)} found in floats could not be certified in rationals"
    )
    return replace(
        solution,
        equilibria=equilibria,
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
