"""The exact optimum of a linear program from a basis: its point and multipliers, with proof.

The program is to maximise c x over A x <= b, some rows with equality, and x >= 0. A basis has as many
unknowns, which may differ from 0, as rows, which hold with equality. Two linear systems give its point x and
its vector of multipliers y. The point is proven to be an optimum if c x = y b and

    x >= 0,   A x <= b,   y >= 0 on the inequalities,   y A >= c.

A solver in floats proposes the basis, and nothing else that it returns is used. If a condition fails, exact
pivots improve the basis. The dual simplex method first makes it feasible, for the objective 0, at which every
basis is dual feasible. Then the primal simplex method improves the objective. Both use Bland's rule, which
does not cycle.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import flint

from negotiation.game_theory.exact.numerics import NUMERICS


class WholeProgram(NamedTuple):
    """The linear program: maximise c x over A x <= b and x >= 0, in integers.

    b is `levels`, and c is `objective`.
    """

    # The entries of each row of A by column; the others are 0.
    matrix: list[dict[int, int]]
    levels: list[int]
    # The rows that hold with equality.
    equal: frozenset[int]
    objective: list[int]


class Basis(NamedTuple):
    """The positions of unknowns that may differ from 0, and of as many rows that hold with equality."""

    unknowns: tuple[int, ...]
    rows: tuple[int, ...]


class BasisSolution(NamedTuple):
    """The point and the multipliers of a basis: integers by position, over positive common denominators."""

    point: dict[int, int]
    point_denominator: int
    multipliers: dict[int, int]
    multiplier_denominator: int

    def value(self, program: WholeProgram) -> Fraction:
        """Return the objective at the point."""
        total = sum(program.objective[j] * x for j, x in self.point.items())
        return Fraction(total, self.point_denominator)


def proven_optimum(program: WholeProgram, basis: Basis) -> BasisSolution | None:
    """Return the solution of a basis, after exact pivots if necessary, if it is optimal; otherwise None."""
    solution = basis_solution(program, basis)
    if solution is not None and is_optimal(program, solution):
        return solution
    improved = _improved(program, basis)
    solution = basis_solution(program, improved) if improved is not None else None
    return solution if solution is not None and is_optimal(program, solution) else None


def is_optimal(program: WholeProgram, solution: BasisSolution) -> bool:
    """Return whether a point and multipliers are feasible with equal objectives, and therefore optimal."""
    if not is_feasible(program, solution):
        return False
    if any(y < 0 and r not in program.equal for r, y in solution.multipliers.items()):
        return False
    dual = sum(y * program.levels[r] for r, y in solution.multipliers.items())
    short = shortfalls(program, solution.multipliers, solution.multiplier_denominator)
    return max(short) <= 0 and solution.value(program) == Fraction(dual, solution.multiplier_denominator)


def is_feasible(program: WholeProgram, solution: BasisSolution) -> bool:
    """Return whether the point satisfies every constraint, including x >= 0."""
    if min(solution.point.values(), default=0) < 0:
        return False
    for r, row in enumerate(program.matrix):
        excess = sum(a * solution.point[j] for j, a in row.items() if j in solution.point)
        excess -= program.levels[r] * solution.point_denominator
        if excess > 0 or (excess and r in program.equal):
            return False
    return True


def shortfalls(program: WholeProgram, multipliers: dict[int, int], denominator: int) -> list[int]:
    """Return c - y A by unknown, times the denominator of the multipliers.

    Examples
    --------
    >>> program = WholeProgram([{0: 1, 1: 1}, {1: 3}], [4, 5], frozenset(), [1, 2])
    >>> shortfalls(program, {0: 3, 1: 1}, 3)
    [0, 0]
    """
    short = [c * denominator for c in program.objective]
    for r, y in multipliers.items():
        for j, a in program.matrix[r].items():
            # c_j - sum_r a_rj y_r is at most 0 for all unknowns, and 0 for those in the basis, at an optimum.
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
    """Return the optimal basis after exact pivots; None if there is none or the work is too large."""
    rows, unknowns = len(program.matrix), len(program.objective)
    if (rows + 1) * (rows + unknowns + 1) > NUMERICS.most_tableau_entries:
        return None
    # The basic variables are the unknowns of the basis and the slacks of the other rows: as many as rows.
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
    """The equations A x + s = b, solved for the basic variables. Slacks s have numbers after the unknowns."""

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
        """Pivot until no basic variable is negative and fixed ones are 0; return whether this succeeds."""
        for _ in range(NUMERICS.most_pivots):
            wrong = [(self.basic[r], r) for r, row in enumerate(self.entries) if self._is_wrong(r, row[-1])]
            if not wrong:
                return True
            _, r = min(wrong)
            row = self.entries[r]
            # A negative variable rises if a variable with a negative entry enters. A positive one that is
            # fixed at 0 falls if a variable with a positive entry enters.
            sign = -1 if row[-1] < 0 else 1
            held = set(self.basic) | self.fixed
            # The first that may enter and the first that is wrong: Bland's rule, which does not cycle.
            entering = next((k for k in range(self.width) if k not in held and sign * row[k] > 0), None)
            if entering is None:
                return False
            self._pivot(r, entering)
        return False

    def _is_wrong(self, r: int, level: flint.fmpq) -> bool:
        return bool(level < 0 or (level > 0 and self.basic[r] in self.fixed))

    def optimal(self) -> bool:
        """Pivot until no entering variable raises the objective; return whether this succeeds."""
        for _ in range(NUMERICS.most_pivots):
            entering = self._worth_entering()
            if entering is None:
                return True
            ratios = []
            for r, row in enumerate(self.entries):
                # A fixed variable stays at 0: it leaves before it would change.
                if row[entering] > 0 or (row[entering] < 0 and self.basic[r] in self.fixed):
                    ratios.append((row[-1] / row[entering], self.basic[r], r))
            if not ratios:
                return False
            # The smallest ratio; among equal ones the variable with the smallest number.
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
