"""Equilibria of a bimatrix game by complementary pivoting (Lemke and Howson 1964).

A path starts at the artificial equilibrium, where one label is dropped. When a variable leaves the basis of
one best-reply polytope, its complement enters the basis of the other, until the dropped label is met again
(von Stengel 2002, algorithm 2.5). Pivots are lexicographic and in integers. So no basis repeats, however
degenerate the game, and the path ends at an equilibrium. Each of the n_1 + n_2 labels is dropped in turn.
Equilibria that no path reaches remain unknown, so the status is `partial`. Cost: one pivot for each step of
the path. Paths are short in most games, but can be exponentially long (Savani and von Stengel 2006); the
deadline stops them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import inf
from time import monotonic

from negotiation.base.progress import stop_time
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.exact_supports import mixed_strategy
from negotiation.game_theory.solvers.nash.integer_tableau import Tableau, first_tableau
from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix, integer_payoffs
from negotiation.game_theory.solvers.nash.solution import (
    ExactProfile,
    NashMethod,
    NashSolution,
    kept_equilibria,
    regret_tolerance,
)


def lemke_howson(stage: StageGame, *, exact: bool = False, deadline: float | None = None) -> NashSolution:
    """Return the equilibria at which the paths from all labels end, at least one without a deadline.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> [equilibrium.support for equilibrium in lemke_howson(stage)]
    [(('0',), ('0',)), (('1',), ('1',))]
    """
    stop_at = stop_time(deadline)
    A, B = integer_payoffs(stage, exact=exact)
    ends = list(path_ends(A, B, stop_at))
    equilibria = kept_equilibria(stage, dict.fromkeys(ends), certify=exact)
    walked, labels = len(ends), sum(stage.n_actions)
    late = "" if walked == labels else ", where the deadline stopped it"
    return NashSolution(
        equilibria,
        "partial" if equilibria else "failed",
        "lemke_howson",
        f"the paths from {walked} of {labels} labels{late}; equilibria off these paths were not looked for",
        regret_tolerance(stage),
        stage=stage,
    )


def path_ends(A: IntegerMatrix, B: IntegerMatrix, stop_at: float = inf) -> Iterator[ExactProfile]:
    """Yield the equilibrium at the end of the path of each label, until `monotonic()` passes `stop_at`.

    Shapes: `A`, `B` (n_1, n_2).

    Examples
    --------
    >>> next(path_ends([[2, 1], [1, 2]], [[1, 2], [2, 1]]))[0]
    (Fraction(1, 2), Fraction(1, 2))
    """
    for label in range(len(A) + len(A[0])):
        profile = _path_end(A, B, label, stop_at)
        if profile is None:
            return
        yield profile


def _path_end(A: IntegerMatrix, B: IntegerMatrix, label: int, stop_at: float) -> ExactProfile | None:
    n_1, n_2 = len(A), len(A[0])
    # Variable v of player 1's polytope has label v; of player 2's, own actions have labels from n_1.
    tableaux = [first_tableau([list(column) for column in zip(*B, strict=True)]), first_tableau(A)]
    entering, side = label, 0 if label < n_1 else 1
    while True:
        if monotonic() > stop_at:
            return None
        tableau = tableaux[side]
        variable = entering if side == 0 else (entering - n_1) % (n_1 + n_2)
        column = tableau.nonbasic.index(variable)
        row = tableau.leaving_row(column)
        left = tableau.basic[row]
        tableaux[side] = tableau.pivoted(row, column)
        entering = left if side == 0 else (left + n_1) % (n_1 + n_2)
        if entering == label:
            return _strategy(tableaux[0]), _strategy(tableaux[1])
        side = 1 - side


def _strategy(tableau: Tableau) -> tuple[Fraction, ...]:
    weights = tableau.weights()
    return mixed_strategy(weights, range(len(weights)), len(weights))


METHOD = NashMethod(
    "lemke_howson",
    "at least one equilibrium of a two-player game, by the paths from all labels",
    2,
    lemke_howson,
    frozenset({"exact", "deadline"}),
)
