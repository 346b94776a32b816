"""Slow plain programs for one period: everything in `Fraction`, by trying all there is.

They share nothing with the package: no solver, no check, no tolerance.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

Matrix = Sequence[Sequence[Fraction]]
Mixed = tuple[Fraction, ...]
ZERO, ONE = Fraction(0), Fraction(1)


def matrices(truth) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """Return player 1's payoffs with a row for each own action, and player 2's with a row for each own."""
    return truth[..., 0].tolist(), truth[..., 1].T.tolist()


def solved(rows: Matrix) -> list[Fraction] | None:
    """Return the one solution of a square system [A | b], or None."""
    rows = [list(row) for row in rows]
    for k in range(len(rows)):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r, row in enumerate(rows):
            if r != k and row[k]:
                rows[r] = [x - row[k] * y for x, y in zip(row, rows[k], strict=True)]
    return [row[-1] for row in rows]


def gain(own: Matrix, mine: Sequence[Fraction], theirs: Sequence[Fraction]) -> Fraction:
    """Return the most that a player gains by another action against a mixed action."""
    values = [sum(p * x for p, x in zip(theirs, row, strict=True)) for row in own]
    return max(values) - sum(p * v for p, v in zip(mine, values, strict=True))


def pure_profiles(truth) -> list[tuple[int, int]]:
    """Return all pure Nash equilibria."""
    own, other = matrices(truth)
    return [
        (a, b)
        for a, b in product(range(len(own)), range(len(other)))
        if own[a][b] == max(row[b] for row in own) and other[b][a] == max(row[a] for row in other)
    ]


def _vertices(own: Matrix) -> Iterator[Mixed]:
    """Yield the opponent's mixed actions at the vertices of the graph of the player's best payoff."""
    actions, others = len(own), len(own[0])
    # Unknowns: the opponent's probabilities and the player's best payoff.
    tight = [[*(-x for x in row), ONE, ZERO] for row in own]
    tight += [[ONE * (j == k) for j in range(others)] + [ZERO, ZERO] for k in range(others)]
    for chosen in combinations(range(actions + others), others):
        found = solved([[ONE] * others + [ZERO, ONE], *(tight[k] for k in chosen)])
        if found is None or min(found[:-1]) < 0:
            continue
        best = max(sum(p * x for p, x in zip(found[:-1], row, strict=True)) for row in own)
        if best == found[-1]:
            yield tuple(found[:-1])


def extreme_equilibria(truth) -> set[tuple[Mixed, Mixed]]:
    """Return all extreme Nash equilibria: pairs of vertices that are best replies to one another."""
    own, other = matrices(truth)
    pairs = product(set(_vertices(other)), set(_vertices(own)))
    return {(x, y) for x, y in pairs if gain(own, x, y) == 0 and gain(other, y, x) == 0}


def best_obedient(truth, weights: Sequence[Fraction]) -> Fraction:
    """Return the greatest weighted payoff of a correlated equilibrium, by the simplex method."""
    own, other = matrices(truth)
    n, m = len(own), len(other)
    cells = list(product(range(n), range(m)))
    rows = []
    for a, c in product(range(n), repeat=2):
        if a != c:
            rows.append([(own[c][b] - own[a][b]) * (x == a) for x, b in cells])
    for b, c in product(range(m), repeat=2):
        if b != c:
            rows.append([(other[c][a] - other[b][a]) * (y == b) for a, y in cells])
    worth = [weights[0] * own[a][b] + weights[1] * other[b][a] for a, b in cells]
    # A free constant makes every objective positive, so that probabilities are worth their full sum.
    least = min(worth) - 1
    return (
        largest([w - least for w in worth], [*rows, [ONE] * len(cells)], [ZERO] * len(rows) + [ONE]) + least
    )


def largest(worth: Sequence[Fraction], rows: Matrix, limits: Sequence[Fraction]) -> Fraction:
    """Return the most of worth . x over x >= 0 with rows . x <= limits >= 0 (Bland's rule)."""
    count = len(rows)
    table = [
        [*row, *(ONE * (k == r) for k in range(count)), limit]
        for r, (row, limit) in enumerate(zip(rows, limits, strict=True))
    ]
    cost = [*(-w for w in worth), *[ZERO] * count, ZERO]
    basis = list(range(len(worth), len(worth) + count))
    while True:
        enters = next((k for k, c in enumerate(cost[:-1]) if c < 0), None)
        if enters is None:
            return cost[-1]
        ratios = [(row[-1] / row[enters], basis[r], r) for r, row in enumerate(table) if row[enters] > 0]
        if not ratios:
            raise ArithmeticError("the program is not bounded")
        pivot = min(ratios)[2]
        table[pivot] = [x / table[pivot][enters] for x in table[pivot]]
        basis[pivot] = enters
        for row in (*(r for k, r in enumerate(table) if k != pivot), cost):
            if factor := row[enters]:
                row[:] = [x - factor * y if y else x for x, y in zip(row, table[pivot], strict=True)]


def zero_sum_value(own: Matrix) -> Fraction:
    """Return what the player can be held down to by a mixed action of the other."""
    least = min(min(row) for row in own) - 1
    # The least v with payoffs x . own <= v, x summing to 1, is 1 over the most of the sum of x / v.
    raised = [[x - least for x in row] for row in own]
    return 1 / largest([ONE] * len(own[0]), raised, [ONE] * len(own)) + least


def is_beaten(own: Matrix, action: int, *, weakly: bool) -> bool:
    """Return whether some mixture of the other actions dominates an action."""
    others = [row for k, row in enumerate(own) if k != action]
    if not others:
        return False
    differences = [[x - y for x, y in zip(row, own[action], strict=True)] for row in others]
    if not weakly:
        # Strictly: in the zero-sum game of these differences the chooser of the mixture gets more than 0.
        return -zero_sum_value([[-d for d in column] for column in zip(*differences, strict=True)]) > 0
    # Weakly: the most total gain of a mixture that never loses is positive.
    columns = list(zip(*differences, strict=True))
    never = [[-d for d in column] for column in columns]
    total = [sum(row, ZERO) for row in differences]
    # Probabilities sum to at most 1; what is left over is a mixture of nothing, which gains nothing.
    return largest(total, [*never, [ONE] * len(total)], [ZERO] * len(never) + [ONE]) > 0
