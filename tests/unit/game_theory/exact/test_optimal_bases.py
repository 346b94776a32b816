from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from negotiation.game_theory.exact import optimal_bases
from negotiation.game_theory.exact.optimal_bases import (
    Basis,
    BasisSolution,
    WholeProgram,
    is_optimal,
    proven_optimum,
)


def random_program(seed):
    rng = np.random.default_rng(seed)
    rows, unknowns = int(rng.integers(1, 5)), int(rng.integers(2, 6))
    entries = rng.integers(-3, 4, size=(rows, unknowns))
    matrix = [{j: int(a) for j, a in enumerate(row) if a} for row in entries]
    # The last row bounds the unknowns: they sum to 1, as probabilities do.
    program = WholeProgram(
        [*matrix, dict.fromkeys(range(unknowns), 1)],
        [*(int(b) for b in rng.integers(-1, 3, size=rows)), 1],
        frozenset((rows,)),
        [int(c) for c in rng.integers(-5, 6, size=unknowns)],
    )
    return program, entries


@pytest.mark.parametrize("seed", range(40))
def test_every_basis_leads_to_the_optimum_or_to_nothing(seed):
    program, entries = random_program(seed)
    rows, unknowns = entries.shape
    best = linprog(
        [-c for c in program.objective],
        A_ub=entries,
        b_ub=program.levels[:-1],
        A_eq=np.ones((1, unknowns)),
        b_eq=[1.0],
    )
    for size in range(1, min(rows + 1, unknowns) + 1):
        for columns in combinations(range(unknowns), size):
            for tight in combinations(range(rows), size - 1):
                found = proven_optimum(program, Basis(columns, (*tight, rows)))
                if best.status == 2:
                    assert found is None
                elif found is not None:
                    assert float(found.value(program)) == pytest.approx(-best.fun)
    if best.status == 0:
        assert proven_optimum(program, Basis((0,), (rows,))) is not None


def test_a_sign_that_is_wrong_by_the_least_amount_proves_nothing():
    program = WholeProgram([{0: 10**30, 1: 10**30 + 1}], [10**30], frozenset(), [10**30, 10**30 + 2])
    right = BasisSolution({1: 10**30}, 10**30 + 1, {0: 10**30 + 2}, 10**30 + 1)
    assert is_optimal(program, right)
    assert right.value(program) == Fraction(10**30 * (10**30 + 2), 10**30 + 1)
    assert not is_optimal(program, right._replace(point={1: 10**30 + 1}))
    assert not is_optimal(program, right._replace(multipliers={0: 10**30 + 1}))
    assert not is_optimal(program, BasisSolution({0: 1}, 1, {0: 1}, 1))


def test_a_program_too_large_for_pivots_is_left_undecided(monkeypatch):
    program = WholeProgram([{0: 1, 1: 1}, {1: 3}], [4, 5], frozenset(), [1, 2])
    assert proven_optimum(program, Basis((0,), (0,))) is not None
    few = optimal_bases.NUMERICS._replace(most_tableau_entries=1)
    monkeypatch.setattr(optimal_bases, "NUMERICS", few)
    assert proven_optimum(program, Basis((0,), (0,))) is None
    assert proven_optimum(program, Basis((0, 1), (0, 1))) is not None


def test_a_row_that_holds_with_equality_may_not_fall_short():
    # Maximise x over x <= 1 and x + y = 3: x = 1 alone is worth as much as its multiplier says, and no point.
    program = WholeProgram([{0: 1}, {0: 1, 1: 1}], [1, 3], frozenset((1,)), [1, 0])
    assert not is_optimal(program, BasisSolution({0: 1}, 1, {0: 1}, 1))
    found = proven_optimum(program, Basis((0,), (0,)))
    assert found is not None
    assert found.point == {0: 1, 1: 2}
