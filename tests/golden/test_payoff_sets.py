from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng


def game(A, B, delta):
    return ng.RepeatedGame(ng.StageGame.from_matrices(A, B), delta)


PAPER = ng.catalogue()["abreu-sannikov-2014"]
ABREU_SANNIKOV = tuple(np.moveaxis(PAPER.game().stage.payoffs, -1, 0))
DILEMMA = ([[9, 1], [10, 3]], [[9, 10], [1, 3]])
COMMON_INTEREST = ([[4, 0], [0, 1]], [[4, 0], [0, 1]])
PENNIES = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
CONSTANT = (np.full((2, 2), 5.0), np.full((2, 2), 7.0))

PUBLISHED = [
    (ABREU_SANNIKOV, 0.3, PAPER.known["vertices at 0.3"]),
    (DILEMMA, Fraction(3, 4), [(3, 3), (39 / 4, 3), (9, 9), (3, 39 / 4)]),
    (DILEMMA, 0.75, [(3, 3), (39 / 4, 3), (9, 9), (3, 39 / 4)]),
    (DILEMMA, Fraction(1, 7), [(3, 3), (9, 9)]),
    (DILEMMA, 1 / 7, [(3, 3), (9, 9)]),
    # A float that close counts as on the edge.
    (DILEMMA, 1 / 7 - 1e-13, [(3, 3), (9, 9)]),
    (DILEMMA, Fraction(1, 7) - Fraction(1, 10**15), [(3, 3)]),
    (DILEMMA, 1 / 7 - 1e-6, [(3, 3)]),
    (DILEMMA, 1e-9, [(3, 3)]),
    (ABREU_SANNIKOV, Fraction(3, 10), PAPER.known["vertices at 0.3"]),
    (COMMON_INTEREST, 0.5, [(1, 1), (4, 4)]),
    (CONSTANT, 0.5, [(5, 7)]),
    (PENNIES, 0.5, []),
]


def same_vertices(found, expected, tolerance=1e-7):
    return len(found) == len(expected) and all(
        min(np.abs(np.asarray(e) - vertex).max() for vertex in found) <= tolerance for e in expected
    )


@pytest.mark.parametrize(("matrices", "delta", "expected"), PUBLISHED)
@pytest.mark.parametrize("shift", [0, 10**6, -(10**9)])
def test_a_constant_changes_no_published_set(matrices, delta, expected, shift):
    # In floats where the discount factor is one, else in rational numbers.
    repeated = game(*(np.asarray(matrix) + type(delta)(shift) for matrix in matrices), delta)
    found = ng.equilibrium_payoffs(repeated)
    assert same_vertices(found.vertices - shift, expected, 1e-7 if abs(shift) < 1e9 else 2e-7), found
    assert found.status == "complete"
    assert found.is_empty == (not expected)
    assert found.gap <= 1e-6
    assert ng.verify(repeated, found).holds


@pytest.mark.parametrize(("matrices", "delta", "expected"), PUBLISHED)
def test_every_published_set_is_certified_in_rational_numbers(matrices, delta, expected):
    repeated = game(*matrices, delta)
    found = ng.equilibrium_payoffs(repeated)
    if len(found.inner) > 2:
        assert ng.verify(repeated, found, exact=True).holds
    for vertex in found.inner:
        assert found.contains(vertex) is True
    if expected:
        outside = np.max(np.asarray(expected, dtype=float), axis=0) + 0.01
        assert found.contains(outside) is False
    else:
        assert found.contains((0, 0)) is False


@pytest.mark.parametrize("delta", [0.999, 0.9999, 0.01])
def test_patient_and_impatient_players(delta):
    for matrices in (ABREU_SANNIKOV, DILEMMA):
        repeated = game(*matrices, delta)
        found = ng.equilibrium_payoffs(repeated)
        assert found.status == "complete"
        assert ng.verify(repeated, found).holds


def test_no_patience_is_enough_when_the_curb_hurts_less_than_the_control_gains():
    stage = ng.StageGame.from_matrices([[0, -1], [2, 1]], [[0, -1], [-3, -4]])
    assert ng.critical_discount_factor(stage, ("0", "0")).value is None
