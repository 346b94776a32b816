"""A basis of a linear program solved in whole numbers: what its optimum is, and whether it is one.

Maximise c x over A x <= b, some rows with equality, and x >= 0. A basis names as many unknowns as rows: the
unknowns may differ from 0 and the rows hold with equality. They give one point x and one vector of
multipliers y, both by a linear system. The point is an optimum where

    x >= 0,   A x <= b,   y >= 0 on the inequalities,   y A >= c,

and then c x = y b proves it. A solver in floating-point numbers proposes the basis; nothing else that it
returns is used. Where a sign is wrong, the basis is improved by exact pivots: first towards A x <= b and x >=
0, by the dual simplex method for the objective 0, for which every basis is dual feasible; then towards the
objective, by the primal one; both by Bland's rule, which does not cycle.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import flint

from negotiation.game_theory.exact.numerics import NUMERICS


class WholeProgram(NamedTuple):
    """Maximise c x over A x <= b and x >= 0, in whole numbers."""

    # For each row of A its entries by column; those left out are 0.
    matrix: list[dict[int, int]]
    levels: list[int]
    # The rows that hold with equality.
    equal: frozenset[int]
    objective: list[int]


class Basis(NamedTuple):
    """The unknowns that may differ from 0, and as many rows that hold with equality."""

    unknowns: tuple[int, ...]
    rows: tuple[int, ...]


class BasisSolution(NamedTuple):
    """The point of a basis and its multipliers, each over a positive common denominator."""

    point: dict[int, int]
    point_denominator: int
    multipliers: dict[int, int]
    multiplier_denominator: int

    def value(self, program: WholeProgram) -> Fraction:
        """Return the objective at the point."""
        total = sum(program.objective[j] * x for j, x in self.point.items())
        return Fraction(total, self.point_denominator)


def proven_optimum(program: WholeProgram, basis: Basis) -> BasisSolution | None:
    """Return the optimum that a basis leads to, if it is proven; otherwise None."""
    solution = basis_solution(program, basis)
    if solution is not None and is_optimal(program, solution):
        return solution
    improved = _improved(program, basis)
    solution = basis_solution(program, improved) if improved is not None else None
    return solution if solution is not None and is_optimal(program, solution) else None


def is_optimal(program: WholeProgram, solution: BasisSolution) -> bool:
    """Return whether a point and multipliers prove each other best, by signs of whole numbers alone."""
    if not is_feasible(program, solution):
        return False
    if any(y < 0 and r not in program.equal for r, y in solution.multipliers.items()):
        return False
    dual = sum(y * program.levels[r] for r, y in solution.multipliers.items())
    short = shortfalls(program, solution.multipliers, solution.multiplier_denominator)
    return max(short) <= 0 and solution.value(program) == Fraction(dual, solution.multiplier_denominator)


def is_feasible(program: WholeProgram, solution: BasisSolution) -> bool:
    """Return whether the point satisfies every constraint."""
    if min(solution.point.values(), default=0) < 0:
        return False
    for r, row in enumerate(program.matrix):
        excess = sum(a * solution.point[j] for j, a in row.items() if j in solution.point)
        excess -= program.levels[r] * solution.point_denominator
        if excess > 0 or (excess and r in program.equal):
            return False
    return True


def shortfalls(program: WholeProgram, multipliers: dict[int, int], denominator: int) -> list[int]:
    """Return c - y A, unknown by unknown, over the denominator of the multipliers.

    Examples
    --------
    >>> program = WholeProgram([{0: 1, 1: 1}, {1: 3}], [4, 5], frozenset(), [1, 2])
    >>> shortfalls(program, {0: 3, 1: 1}, 3)
    [0, 0]
    """
    short = [c * denominator for c in program.objective]
    for r, y in multipliers.items():
        for j, a in program.matrix[r].items():
            # c_j - sum_r a_rj y_r: at most 0 for all unknowns, and 0 for those of the basis, proves the basis
            # optimal.
            short[j] -= a * y
    return short


def basis_solution(program: WholeProgram, basis: Basis) -> BasisSolution | None:
    """Return the point and the multipliers of a basis; None if it is singular or too large."""
    size = len(basis.unknowns)
    if size != len(basis.rows) or not 0 < size <= NUMERICS.most_basis_unknowns:
        return None
    square = [[program.matrix[r].get(j, 0) for j in basis.unknowns] for r in basis.rows]
    system = flint.fmpq_mat(square)
    try:
        point = system.solve(flint.fmpq_mat([[program.levels[r]] for r in basis.rows]))
        objective = flint.fmpq_mat([[program.objective[j]] for j in basis.unknowns])
        multipliers = system.transpose().solve(objective)
    except ZeroDivisionError:
        return None
    x, x_common = point.numer_denom()
    y, y_common = multipliers.numer_denom()
    return BasisSolution(
        {j: int(x[k, 0]) for k, j in enumerate(basis.unknowns)},
        int(x_common),
        {r: int(y[k, 0]) for k, r in enumerate(basis.rows)},
        int(y_common),
    )


def _improved(program: WholeProgram, basis: Basis) -> Basis | None:
    """Return the basis where no pivot is left to make; None where the program is too large for pivots."""
    rows, unknowns = len(program.matrix), len(program.objective)
    if (rows + 1) * (rows + unknowns + 1) > NUMERICS.most_tableau_entries:
        return None
    # Unknowns that are not zero and slacks of rows that are not tight are the basic variables: as many as
    # there are rows.
    tight = set(basis.rows)
    basic = [*basis.unknowns, *(unknowns + r for r in range(rows) if r not in tight)]
    if len(basic) != rows:
        return None
    try:
        tableau = _Tableau(program, basic)
    except ZeroDivisionError:  # the proposal is no basis
        return None
    if not tableau.feasible() or not tableau.optimal():
        return None
    slack = {k - unknowns for k in tableau.basic if k >= unknowns}
    return Basis(
        tuple(sorted(k for k in tableau.basic if k < unknowns)),
        tuple(r for r in range(rows) if r not in slack),
    )


class _Tableau:
    """The equations A x + s = b solved for the basic variables; unknowns first, then the rows' slacks."""

    def __init__(self, program: WholeProgram, basic: list[int]) -> None:
        rows, unknowns = len(program.matrix), len(program.objective)
        self.basic = basic
        self.fixed = {unknowns + r for r in program.equal}
        self.width = unknowns + rows
        table = [[0] * (self.width + 1) for _ in range(rows)]
        for r, row in enumerate(program.matrix):
            for j, a in row.items():
                table[r][j] = a
            table[r][unknowns + r] = 1
            table[r][self.width] = program.levels[r]
        square = flint.fmpz_mat([[row[k] for k in basic] for row in table])
        self.objective = [flint.fmpq(c) for c in program.objective] + [flint.fmpq(0)] * rows
        solved = square.solve(flint.fmpz_mat(table))
        self.entries = [[solved[r, k] for k in range(self.width + 1)] for r in range(rows)]

    def feasible(self) -> bool:
        """Pivot until no basic variable is negative and fixed ones are 0; return whether that succeeds."""
        for _ in range(NUMERICS.most_pivots):
            wrong = [(self.basic[r], r) for r, row in enumerate(self.entries) if self._is_wrong(r, row[-1])]
            if not wrong:
                return True
            _, r = min(wrong)
            row = self.entries[r]
            # A negative variable rises by entering a negative entry; one that is fixed at 0 but positive
            # falls by entering a positive one.
            sign = -1 if row[-1] < 0 else 1
            held = set(self.basic) | self.fixed
            # The first that may enter and the first that is wrong: Bland's rule, which cannot go in a circle.
            entering = next((k for k in range(self.width) if k not in held and sign * row[k] > 0), None)
            if entering is None:
                return False
            self._pivot(r, entering)
        return False

    def _is_wrong(self, r: int, level: flint.fmpq) -> bool:
        return bool(level < 0 or (level > 0 and self.basic[r] in self.fixed))

    def optimal(self) -> bool:
        """Pivot until no variable is worth entering; return whether that succeeds."""
        for _ in range(NUMERICS.most_pivots):
            entering = self._worth_entering()
            if entering is None:
                return True
            ratios = []
            for r, row in enumerate(self.entries):
                # A fixed variable stays at 0: it leaves rather than move either way.
                if row[entering] > 0 or (row[entering] < 0 and self.basic[r] in self.fixed):
                    ratios.append((row[-1] / row[entering], self.basic[r], r))
            if not ratios:
                return False
            # The least ratio, of equals the variable of the least number.
            self._pivot(min(ratios)[2], entering)
        return False

    def _worth_entering(self) -> int | None:
        held = set(self.basic) | self.fixed
        for k in range(self.width):
            if k not in held:
                paid = sum(
                    (
                        self.objective[j] * row[k]
                        for j, row in zip(self.basic, self.entries, strict=True)
                        if row[k]
                    ),
                    flint.fmpq(0),
                )
                if self.objective[k] > paid:
                    return k
        return None

    def _pivot(self, r: int, entering: int) -> None:
        pivot = self.entries[r][entering]
        top = self.entries[r] = [a / pivot if a else a for a in self.entries[r]]
        for other, row in enumerate(self.entries):
            factor = row[entering]
            if other != r and factor:
                self.entries[other] = [a - factor * b if b else a for a, b in zip(row, top, strict=True)]
        self.basic[r] = entering
