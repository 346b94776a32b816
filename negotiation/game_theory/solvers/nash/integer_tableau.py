"""A best-reply polytope as an integer simplex tableau, pivoted without fractions.

The polytope is {z >= 0 : M z <= 1} for a matrix M of positive integers. Its points z are non-negative
multiples of one player's mixed strategies against which no action (row) of the other player pays more than 1.
Variables 0, ..., d - 1 are z; variable d + j is the slack of row j. A tableau holds
`det * basic = rhs - coefficients * nonbasic` in integers, and a pivot divides by the old determinant without
remainder (Edmonds 1967; Bareiss 1968; as in lrs, Avis 2000). Ties in the ratio test are broken
lexicographically, as if the bound of row j were 1 + epsilon**(j + 1) (Charnes 1952). So every basis that is
met is a vertex of a simple polytope, however degenerate the game. Cost of a pivot, or of all ratio tests at a
basis: (rows x columns) integer products.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from negotiation.game_theory.solvers.nash.rational_game import IntegerMatrix


@dataclass(frozen=True, eq=False, slots=True)
class Tableau:
    """One feasible basis of a best-reply polytope."""

    # One row for each basic variable: the coefficients of the nonbasic variables, then the right-hand side.
    rows: IntegerMatrix
    # basic, nonbasic: the variables of the rows and of the columns.
    basic: tuple[int, ...]
    nonbasic: tuple[int, ...]
    det: int

    @property
    def dimension(self) -> int:
        """Number of variables that are not slacks."""
        return len(self.nonbasic)

    def pivoted(self, row: int, column: int) -> Tableau:
        """Return the tableau in which this row's variable has changed places with this column's."""
        pivot_row, det = self.rows[row], self.det
        pivot = pivot_row[column]
        rows: IntegerMatrix = []
        for i, old in enumerate(self.rows):
            factor = old[column]
            if i == row:
                new = pivot_row.copy()
                new[column] = det
            elif factor:
                new = [(a * pivot - factor * b) // det for a, b in zip(old, pivot_row, strict=True)]
                new[column] = -factor
            else:
                new = [a * pivot // det for a in old]
            rows.append(new)
        basic = (*self.basic[:row], self.nonbasic[column], *self.basic[row + 1 :])
        nonbasic = (*self.nonbasic[:column], self.basic[row], *self.nonbasic[column + 1 :])
        return Tableau(rows, basic, nonbasic, pivot)

    def leaving_row(self, column: int) -> int:
        """Return the row of the lexicographic ratio test: the one that blocks the column's variable first.

        True division of integers is correctly rounded and therefore monotone. So unequal quotients decide the
        comparison, and only equal quotients need the exact rule.
        """
        candidates = [i for i, row in enumerate(self.rows) if row[column] > 0]
        try:
            ratios = [self.rows[i][-1] / self.rows[i][column] for i in candidates]
        except OverflowError:  # a quotient beyond the range of doubles
            return self._lexicographic_least(candidates, column)
        least = min(ratios)
        ties = [i for i, ratio in zip(candidates, ratios, strict=True) if ratio == least]
        return ties[0] if len(ties) == 1 else self._lexicographic_least(ties, column)

    def _lexicographic_least(self, left: list[int], column: int) -> int:
        """Return the row of `left` whose `_lexicographic_columns`, over its pivot, come first."""
        for values in self._lexicographic_columns():
            best = left[:1]
            for i in left[1:]:
                j = best[0]
                difference = values[i] * self.rows[j][column] - values[j] * self.rows[i][column]
                if difference < 0:
                    best = [i]
                elif difference == 0:
                    best.append(i)
            left = best
            if len(left) == 1:
                break
        return left[0]

    def _lexicographic_columns(self) -> Iterator[list[int]]:
        """Yield the right-hand sides, then each slack's column of the inverse basis, all times `det`."""
        yield [row[-1] for row in self.rows]
        for slack in range(self.dimension, self.dimension + len(self.rows)):
            if slack in self.nonbasic:
                position = self.nonbasic.index(slack)
                yield [row[position] for row in self.rows]
            else:
                yield [self.det if variable == slack else 0 for variable in self.basic]

    def tight(self) -> int:
        """Return, as bits, the variables that are zero at the vertex: the labels of von Stengel (2002)."""
        zero = (v for v, row in zip(self.basic, self.rows, strict=True) if row[-1] == 0)
        return sum(1 << variable for variable in (*self.nonbasic, *zero))

    def weights(self) -> tuple[int, ...]:
        """Return the values of z at the vertex, times the determinant."""
        levels = {variable: row[-1] for variable, row in zip(self.basic, self.rows, strict=True)}
        return tuple(levels.get(variable, 0) for variable in range(self.dimension))


def first_tableau(matrix: IntegerMatrix) -> Tableau:
    """Return the tableau of the vertex z = 0, for a matrix whose rows bound the polytope.

    Shapes: `matrix` (rows, d).

    Examples
    --------
    >>> vertex = first_tableau([[2, 1], [1, 3]])
    >>> moved = vertex.pivoted(vertex.leaving_row(0), 0)
    >>> moved.basic, moved.weights(), moved.det
    ((0, 3), (1, 0), 2)
    """
    dimension = len(matrix[0])
    rows = [[*row, 1] for row in matrix]
    slacks = tuple(range(dimension, dimension + len(matrix)))
    return Tableau(rows, slacks, tuple(range(dimension)), 1)
