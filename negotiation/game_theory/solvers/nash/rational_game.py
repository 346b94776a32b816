"""The payoffs of a game as positive integers, with the treatment of knife edges.

A positive affine change of a player's payoffs changes no equilibrium. So the payoffs are mapped onto integers
whose least is 1, and all further decisions are made in integer arithmetic.

Integer and `Fraction` payoffs are mapped exactly, and with `exact` floats are too. Otherwise floats are read
as the nearest plain game (`game_theory/games/plain_payoffs.py`). Cost: one pass through the payoffs.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from negotiation.base.numeric import FloatArray, ObjectArray
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.plain_payoffs import has_exact_payoffs, plain_shares

IntegerMatrix: TypeAlias = list[list[int]]


def integer_payoffs(stage: StageGame, *, exact: bool = False) -> tuple[IntegerMatrix, IntegerMatrix]:
    """Return the payoffs of a two-player game as positive integers, by a positive affine change of each.

    Both matrices have shape (n_1, n_2). Floats are read as nearby fractions, or with `exact` at their exact
    binary values.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[0.1 + 0.2, 0.0]], [[0.3, 1e9]])
    >>> integer_payoffs(stage)
    ([[2, 1]], [[1, 2]])
    """
    return player_integers(stage, 0, exact=exact), player_integers(stage, 1, exact=exact)


def player_integers(stage: StageGame, player: int, *, exact: bool = False) -> IntegerMatrix:
    """Return one player's payoffs as positive integers, with one row for each action of the first player.

    The columns are the profiles of the remaining players, in the order of the payoff array. Floats are read
    as in `integer_payoffs`.

    Examples
    --------
    >>> import numpy as np
    >>> player_integers(StageGame(np.arange(24.0).reshape(2, 2, 2, 3)), 1)
    [[1, 2, 3, 4], [5, 6, 7, 8]]
    """
    rows = stage.n_actions[0]
    if exact or has_exact_payoffs(stage):
        return _from_fractions(stage.exact_payoffs()[..., player].reshape(rows, -1))
    return _from_floats(stage.payoffs[..., player].reshape(rows, -1))


def _from_fractions(values: ObjectArray) -> IntegerMatrix:
    fractions: list[list[Fraction]] = values.tolist()
    common = lcm(*(value.denominator for row in fractions for value in row))
    rows = [[value.numerator * (common // value.denominator) for value in row] for row in fractions]
    return _smallest_positive(rows)


def _from_floats(values: FloatArray) -> IntegerMatrix:
    shares, _ = plain_shares(values.ravel())
    width = values.shape[1]
    return _smallest_positive([shares[k : k + width] for k in range(0, len(shares), width)])


def _smallest_positive(rows: IntegerMatrix) -> IntegerMatrix:
    """Return the rows shifted and divided so that the least entry is 1 and the differences are coprime."""
    low = min(min(row) for row in rows)
    factor = gcd(*(value - low for row in rows for value in row)) or 1
    return [[(value - low) // factor + 1 for value in row] for row in rows]


def undominated_actions(A: IntegerMatrix, B: IntegerMatrix) -> tuple[list[int], list[int]]:
    """Return the actions that survive the repeated removal of actions strictly dominated by another action.

    The other actions are played in no equilibrium, and removing them changes no equilibrium. The order of
    removal does not matter (Gale 1953).

    Shapes: `A`, `B` (n_1, n_2).

    Examples
    --------
    >>> undominated_actions([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    ([1], [1])
    """
    rows, columns = list(range(len(A))), list(range(len(A[0])))
    while True:
        worse_rows = _dominated([[A[i][j] for j in columns] for i in rows])
        rows = [i for i, worse in zip(rows, worse_rows, strict=True) if not worse]
        worse_columns = _dominated([[B[i][j] for i in rows] for j in columns])
        columns = [j for j, worse in zip(columns, worse_columns, strict=True) if not worse]
        if not any(worse_rows) and not any(worse_columns):
            return rows, columns


def _dominated(own: IntegerMatrix) -> list[bool]:
    """Return which rows are strictly below another row in every column."""
    return [any(all(b > a for a, b in zip(row, other, strict=True)) for other in own) for row in own]
