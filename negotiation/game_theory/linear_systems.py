"""Linear systems in floats or in rational numbers, and the discounted values of a Markov chain.

Rational systems are solved by Gaussian elimination. The pivot is the first entry that is not zero, rows hold
whole numbers without a common divisor, and rows that need no change are left alone, so that sparse systems
stay cheap. The cost is cubic in the number of unknowns.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from negotiation.base.numeric import Number, NumberArray, fraction_array


def solve_linear(system: NumberArray, right: NumberArray) -> NumberArray:
    """Return the x that solves `system` x = `right`: `Fraction` objects if `system` is an object array.

    A singular system raises `numpy.linalg.LinAlgError`.

    Shapes: `system` (n, n); `right` and the result (n,) or (n, k).

    Examples
    --------
    >>> half = np.array([[Fraction(1, 2), Fraction(0)], [Fraction(-1), Fraction(1)]], dtype=object)
    >>> solve_linear(half, np.array([Fraction(1), Fraction(0)], dtype=object)).tolist()
    [Fraction(2, 1), Fraction(2, 1)]
    """
    if system.dtype != object:
        solution: NumberArray = np.linalg.solve(system, right)
        return solution
    columns = right if right.ndim == 2 else right[:, None]
    rows = [_whole(row) for row in fraction_array(np.concatenate([system, columns], axis=1)).tolist()]
    size = len(rows)
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r][k] != 0), None)
        if pivot is None:
            raise np.linalg.LinAlgError("the matrix `system` is singular: no unique solution exists")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        head = rows[k][k]
        for r in range(size):
            factor = rows[r][k]
            if r != k and factor != 0:
                shared = gcd(head, factor)
                ours, theirs = head // shared, factor // shared
                rows[r] = _without_divisor(
                    [ours * entry - theirs * other for entry, other in zip(rows[r], rows[k], strict=True)]
                )
    result: NumberArray = np.empty(columns.shape, dtype=object)
    for r, row in enumerate(rows):
        result[r] = [Fraction(entry, row[r]) for entry in row[size:]]
    return result if right.ndim == 2 else result[:, 0]


def _whole(row: list[Fraction]) -> list[int]:
    """Return an equation in whole numbers without a common divisor."""
    together = lcm(*(entry.denominator for entry in row))
    return _without_divisor([entry.numerator * (together // entry.denominator) for entry in row])


def _without_divisor(row: list[int]) -> list[int]:
    shared = gcd(*row)
    return [entry // shared for entry in row] if shared > 1 else row


def discounted_values(moves: NumberArray, flows: NumberArray, deltas: Sequence[Number]) -> NumberArray:
    """Return the average discounted values of a Markov chain, V_i = (1 - delta_i) u_i + delta_i T V_i.

    T is `moves`, the transition probabilities. u_i is column i of `flows`, the payoffs of player i, and
    delta_i is entry i of `deltas`, the player's discount factor. Object arrays give rational numbers.

    Shapes: `moves` (S, S), `flows` (S, N), `deltas` (N,); returns (S, N).

    Examples
    --------
    >>> discounted_values(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([[3.0], [0.0]]), [0.5]).tolist()
    [[2.0], [0.0]]
    """
    values: NumberArray = np.empty_like(flows)
    unit: NumberArray = np.eye(len(moves), dtype=moves.dtype)
    if moves.dtype == object and len(set(deltas)) == 1:
        return solve_linear(unit - deltas[0] * moves, (1 - deltas[0]) * flows)
    for i, delta in enumerate(deltas):
        values[:, i] = solve_linear(unit - delta * moves, (1 - delta) * flows[:, i])
    return values
