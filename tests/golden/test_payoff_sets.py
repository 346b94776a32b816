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
SIXTH = Fraction(1, 10**6)

PUBLISHED = [
    (ABREU_SANNIKOV, 0.3, PAPER.known["vertices at 0.3"]),
    (DILEMMA, Fraction(3, 4), [(3, 3), (39 / 4, 3), (9, 9), (3, 39 / 4)]),
    (DILEMMA, 0.75, [(3, 3), (39 / 4, 3), (9, 9), (3, 39 / 4)]),
    (DILEMMA, Fraction(1, 7), [(3, 3), (9, 9)]),
    (DILEMMA, 1 / 7, [(3, 3), (9, 9)]),
    (DILEMMA, Fraction(1, 7) - SIXTH, [(3, 3)]),
    (DILEMMA, 1 / 7 - 1e-6, [(3, 3)]),
    (COMMON_INTEREST, 0.5, [(1, 1), (4, 4)]),
    (CONSTANT, 0.5, [(5, 7)]),
    (PENNIES, 0.5, []),
]


def same_vertices(found, expected, tolerance=1e-7):
    return len(found) == len(expected) and all(
        min(np.abs(np.asarray(e) - vertex).max() for vertex in found) <= tolerance for e in expected
    )


@pytest.mark.parametrize(("matrices", "delta", "expected"), PUBLISHED)
def test_published_sets(matrices, delta, expected):
    found = ng.equilibrium_payoffs(game(*matrices, delta))
    assert same_vertices(found.vertices, expected), found
    assert found.status == "complete"
    assert found.is_empty == (not expected)
    assert found.gap <= 1e-6


@pytest.mark.parametrize(("matrices", "delta", "expected"), PUBLISHED)
@pytest.mark.parametrize("shift", [1e6, -1e3])
def test_a_constant_changes_no_answer(matrices, delta, expected, shift):
    moved = [np.asarray(matrix) + shift for matrix in matrices]
    found = ng.equilibrium_payoffs(game(*moved, float(delta)))
    assert same_vertices(found.vertices - shift, expected)


@pytest.mark.parametrize(("matrices", "delta", "expected"), PUBLISHED)
def test_every_published_set_is_certified_independently(matrices, delta, expected):
    repeated = game(*matrices, delta)
    found = ng.equilibrium_payoffs(repeated)
    assert ng.verify(repeated, found).holds
    if len(found.inner) > 2:
        assert ng.verify(repeated, found, exact=True).holds
    for vertex in found.inner:
        assert found.contains(vertex) is True
    if expected:
        outside = np.max(np.asarray(expected, dtype=float), axis=0) + 0.01
        assert found.contains(outside) is False


def test_knife_edge_is_decided_exactly_on_rationals():
    just_below = Fraction(1, 7) - Fraction(1, 10**13)
    assert same_vertices(ng.equilibrium_payoffs(game(*DILEMMA, just_below)).vertices, [(3, 3)])
    # A float that close counts as on the edge.
    assert same_vertices(ng.equilibrium_payoffs(game(*DILEMMA, 1 / 7 - 1e-13)).vertices, [(3, 3), (9, 9)])


@pytest.mark.parametrize(("delta", "status"), [(0.999, "complete"), (0.9999, "complete"), (0.01, "complete")])
def test_patient_and_impatient_players(delta, status):
    for matrices in (ABREU_SANNIKOV, DILEMMA):
        repeated = game(*matrices, delta)
        found = ng.equilibrium_payoffs(repeated)
        assert found.status == status
        assert ng.verify(repeated, found).holds


def test_iteration_limit_is_partial_and_says_by_how_much_it_moved():
    found = ng.equilibrium_payoffs(game(*ABREU_SANNIKOV, 0.3), limit=5)
    assert found.status == "partial"
    assert found.residual > 1e-11
    assert "after 5 iterations" in found.reason
    full = ng.equilibrium_payoffs(game(*ABREU_SANNIKOV, 0.3))
    assert all(found.contains(vertex) is not False for vertex in full.inner)


def test_thresholds_of_linked_issues():
    def issue(gain, stake):
        # Cooperation 0, temptation gain, punishment -stake, the sucker's payoff below it.
        low = -stake - gain - 1
        return ng.StageGame.from_matrices(
            [[0, low], [gain, -stake]], [[0, gain], [low, -stake]], actions=(("C", "D"),) * 2
        )

    tariffs, chips = issue(1, 2), issue(1, Fraction(3, 10))
    for stage, expected in ((tariffs, Fraction(1, 3)), (chips, Fraction(10, 13))):
        grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
        assert ng.critical_discount_factor(stage, grim).value == expected
    linked = ng.linking([tariffs, chips], [("C", "C")] * 2, [("D", "D")] * 2, discount_factor=Fraction(1, 2))
    assert linked.value == Fraction(20, 43)


@pytest.mark.parametrize(
    ("g", "h", "c", "kappa", "expected"),
    [
        (1, 2, 3, 1, Fraction(1, 2)),  # max(g/h, kappa/(kappa + c)) = max(1/2, 1/4)
        (1, 4, 1, 2, Fraction(2, 3)),  # max(1/4, 2/3)
        (1, 2, 5, -1, Fraction(1, 2)),  # kappa < 0: max(g/h, -kappa/c) = max(1/2, 1/5)
        (1, 4, 2, -1, Fraction(1, 2)),  # max(1/4, 1/2)
    ],
)
def test_leverage_in_its_smallest_case(g, h, c, kappa, expected):
    # USA: a control worth g that costs China c. China: a curb that costs it kappa and the USA h.
    A = [[0, -h], [g, g - h]]
    B = [[0, -kappa], [-c, -c - kappa]]
    stage = ng.StageGame.from_matrices(
        A, B, ("USA", "CHN"), (("restraint", "control"), ("restraint", "curb"))
    )
    found = ng.critical_discount_factor(stage, ("restraint", "restraint"))
    assert float(found.value) == pytest.approx(float(expected), abs=1e-9)
    assert found.lower <= float(expected) <= found.upper


def test_no_patience_is_enough_when_the_curb_hurts_less_than_the_control_gains():
    stage = ng.StageGame.from_matrices([[0, -1], [2, 1]], [[0, -1], [-3, -4]])
    assert ng.critical_discount_factor(stage, ("0", "0")).value is None
