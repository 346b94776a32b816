"""The program of the batch kernel: which minors of the payoff matrix decide which supports.

Take the rows R and columns C of a player's payoff matrix (own actions by the opponent's actions), with
|R| = |C| + 1, and append a column of ones. G(R, C) is the determinant of this matrix. Let the opponent mix
over J so that the actions I, |I| = |J|, pay the same. By Cramer's rule the weight of j in J is G(I, J - j),
and the shortfall of the payoff of an action r outside I is G(I + r, J). Both hold up to a sign by position
and a common denominator. So (I, J) is a vertex of the best-reply polytope exactly if these numbers have one
sign. Expanding along the first column computes each G from smaller ones without a division.

The program lists, once for each size of game, the differences of payoffs, the products in the expansions and
the minors of each pair of supports. Cost: of the order of C(n_1 + n_2, n_1) entries.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import comb
from typing import NamedTuple, TypeAlias

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, IntArray
from negotiation.game_theory.solvers.nash.numerics import NUMERICS

Actions: TypeAlias = tuple[int, ...]


class SidePlan(NamedTuple):
    """The plan of the minors and signs that the kernel computes from one player's payoffs."""

    # (k, 3): rows r and s and column c of the minors G({r, s}, {c}), which are entries 1, ..., k of the
    # table.
    differences: IntArray
    # (l, 2): for each level from 2, its number of columns and its number of entries.
    levels: IntArray
    # (t, 2): positions in the table of the two factors of each product, in the order of the entries.
    factors: IntArray
    # (pairs, own actions): for each pair of supports, the minors that must have one sign. Each is twice its
    # position in the table, plus 1 if its sign is reversed. The minors of the weights come first.
    tests: IntArray
    # (l + 1,): for each level from 1, the size below which the sign of an entry is uncertain, if payoffs have
    # range 1.
    tolerances: FloatArray


class Pairs(NamedTuple):
    """The pairs of supports of equal size."""

    # (pairs,): number of actions in either support.
    sizes: IntArray
    # rows, columns: (pairs, largest size): the actions in the supports of players 1 and 2, then -1.
    rows: IntArray
    columns: IntArray


class SupportPlan(NamedTuple):
    """The plan of the kernel for games of one size."""

    pairs: Pairs
    # first, second: the plans for the payoffs of players 1 and 2.
    first: SidePlan
    second: SidePlan


class Profiles(NamedTuple):
    """Mixed profiles of many games, one after another, with their payoffs and regrets."""

    # x, y: (E, n_1) and (E, n_2): the strategies of players 1 and 2.
    x: FloatArray
    y: FloatArray
    # (E, 2): expected payoffs.
    values: FloatArray
    # (E,): the most that any player gains from another action.
    regrets: FloatArray


@cache
def support_plan(n_1: int, n_2: int) -> SupportPlan:
    """Return the plan for games with `n_1` and `n_2` actions.

    Examples
    --------
    >>> plan = support_plan(2, 2)
    >>> plan.pairs.sizes.tolist(), plan.first.differences.tolist()
    ([1, 1, 1, 1, 2], [[0, 1, 0], [0, 1, 1]])
    """
    largest = min(n_1, n_2)
    pairs = [
        (rows, columns)
        for k in range(1, largest + 1)
        for rows in combinations(range(n_1), k)
        for columns in combinations(range(n_2), k)
    ]
    return SupportPlan(
        Pairs(
            np.array([len(rows) for rows, _ in pairs], dtype=np.intp),
            _padded([rows for rows, _ in pairs], largest),
            _padded([columns for _, columns in pairs], largest),
        ),
        _side_plan(n_1, n_2, pairs),
        _side_plan(n_2, n_1, [(columns, rows) for rows, columns in pairs]),
    )


def count_pairs(n_1: int, n_2: int) -> int:
    """Return the number of pairs of supports of equal size in a game with `n_1` and `n_2` actions.

    Examples
    --------
    >>> count_pairs(3, 3), count_pairs(8, 8)
    (19, 12869)
    """
    return comb(n_1 + n_2, n_1) - 1


def sign_tolerances(levels: int) -> FloatArray:
    """Return the size below which a minor of each level has an uncertain sign, for payoffs of range 1.

    A minor of level k has k columns and entries of at most 1. With unit roundoff u, it is at most
    h(k) = k**(k/2) (Hadamard), and its error is at most e(k) = k (e(k-1) + (k+4) u h(k-1)), with e(1) = 4 u.
    If every payoff moves by a knife edge, the minor moves by at most 4e-12 k h(k-1). The tolerance is ten
    times the first bound plus twice the second, and at least 1e-10.

    Shapes: returns (levels,), for the levels from 1.

    Examples
    --------
    >>> [f"{tolerance:.0e}" for tolerance in sign_tolerances(8)]
    ['1e-10', '1e-10', '1e-10', '2e-10', '6e-10', '3e-09', '1e-08', '6e-08']
    """
    unit, error, tolerances = 2.0**-53, 0.0, []
    for k in range(1, levels + 1):
        # Hadamard's bound of a minor whose entries are at most 1: products of such a one with an entry have
        # that rounding.
        smaller = float(max(k - 1, 1)) ** ((k - 1) / 2)
        error = 4 * unit if k == 1 else k * (error + (k + 4) * unit * smaller)
        tolerances.append(max(NUMERICS.least_sign, 10 * error + 8 * KNIFE_EDGE * k * smaller))
    return np.array(tolerances)


def _padded(supports: list[Actions], width: int) -> IntArray:
    return np.array([[*support, *[-1] * (width - len(support))] for support in supports], dtype=np.intp)


def _side_plan(own: int, other: int, pairs: list[tuple[Actions, Actions]]) -> SidePlan:
    position: dict[tuple[Actions, Actions], int] = {((r,), ()): 0 for r in range(own)}
    differences: list[tuple[int, int, int]] = []
    levels: list[tuple[int, int]] = []
    factors: list[tuple[int, int]] = []
    for k in range(1, min(own - 1, other) + 1):
        entries = [(R, C) for R in combinations(range(own), k + 1) for C in combinations(range(other), k)]
        position.update({entry: len(position) - own + 1 + i for i, entry in enumerate(entries)})
        if k == 1:
            differences = [(R[0], R[1], C[0]) for R, C in entries]
            continue
        levels.append((k, len(entries)))
        for R, C in entries:
            for q in range(1, k + 1):
                # Expansion along the first column, the first row taken off the others: signs alternate with
                # q.
                minor = position[(*R[:q], *R[q + 1 :]), C[1:]]
                factors.append((position[(R[0], R[q]), C[:1]], minor))
    return SidePlan(
        np.array(differences, dtype=np.intp).reshape(-1, 3),
        np.array(levels, dtype=np.intp).reshape(-1, 2),
        np.array(factors, dtype=np.intp).reshape(-1, 2),
        np.array([_tests(position, own, rows, support) for rows, support in pairs], dtype=np.intp),
        sign_tolerances(max(min(own - 1, other), 1)),
    )


def _tests(
    position: dict[tuple[Actions, Actions], int], own: int, equal: Actions, support: Actions
) -> list[int]:
    """Return the minors that must have one sign: weights on the support, then slacks of other actions."""
    k = len(equal)
    # Cramer's rule gives minors with signs by position: the odd ones are read reversed.
    weights = [2 * position[equal, (*support[:p], *support[p + 1 :])] + (k - 1 - p) % 2 for p in range(k)]
    slacks = []
    for r in range(own):
        if r not in equal:
            rows = tuple(sorted((*equal, r)))
            slacks.append(2 * position[rows, support] + (k - rows.index(r)) % 2)
    return weights + slacks
