from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame, SeveralEquilibria, UnknownMethod
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.best_reply_polytope import certified_vertices, polytope_vertices
from negotiation.game_theory.solvers.nash.nashpy_methods import nashpy_vertex_enumeration
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.solve import solve

REFERENCE = [[(3, 3), (3, 3)], [(2, 2), (5, 6)], [(0, 3), (6, 1)]]
HUNT = StageGame.from_matrices(
    [[4, 0], [3, 3]], [[4, 3], [0, 3]], actions=(("stag", "hare"), ("stag", "hare"))
)


def exact_profiles(solution):
    return {equilibrium.exact for equilibrium in solution}


def test_reference_game_has_three_extreme_equilibria():
    solution = solve(StageGame(REFERENCE), exact=True)
    third = Fraction(1, 3)
    assert solution.status == "complete"
    assert exact_profiles(solution) == {
        ((1, 0, 0), (1, 0)),
        ((1, 0, 0), (2 * third, third)),
        ((0, third, 2 * third), (third, 2 * third)),
    }
    assert [component.equilibria for component in solution.components] == [(0, 1), (2,)]
    assert [component.maximal_subsets for component in solution.components] == [((0, 1),), ((2,),)]


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (3, 3), (2, 5), (4, 4), (5, 5)])
def test_the_same_as_support_by_support_in_generic_games(shape):
    rng = np.random.default_rng(5)
    for _ in range(5):
        stage = StageGame(rng.random((*shape, 2)))
        by_supports = solve(stage, method="support_polynomials", exact=True)
        by_vertices = solve(stage, exact=True)
        assert by_supports.status == by_vertices.status == "complete"
        assert [e.exact for e in by_supports] == [e.exact for e in by_vertices]


def test_a_method_that_is_unknown_is_refused_with_those_that_there_are():
    with pytest.raises(UnknownMethod, match=r"'support_enumeration'.*Known: auto, lemke_howson"):
        solve(HUNT, method="support_enumeration")


def test_constant_game_is_one_component_with_one_maximal_subset():
    solution = solve(StageGame(np.full((3, 4, 2), 7.5)))
    assert (len(solution), solution.status) == (12, "complete")
    (component,) = solution.components
    assert component.equilibria == tuple(range(12))
    assert component.maximal_subsets == (tuple(range(12)),)


def test_one_component_can_have_several_maximal_subsets():
    # Only (1, 1) is no equilibrium: two edges of the square of profiles, meeting in a corner.
    solution = solve(StageGame.from_matrices([[1, 1], [1, 0]], [[1, 1], [1, 0]]))
    (component,) = solution.components
    assert len(solution) == 3
    assert component.maximal_subsets == ((0, 1), (0, 2))


def test_floats_that_differ_by_rounding_are_ties():
    stage = StageGame.from_matrices([[0.1 + 0.2, 0.0], [0.3, 0.0]], [[1.0, 0.5], [1.0, 0.5]])
    assert len(solve(stage)) == 2
    assert len(solve(stage, exact=True)) == 1


def test_fractions_within_a_knife_edge_are_not_ties():
    tiny = Fraction(1, 10**15)
    stage = StageGame(np.array([[[Fraction(1), 0]], [[1 + tiny, 0]], [[Fraction(0), 0]]], dtype=object))
    assert solve(stage).only().support == (("1",), ("0",))


def test_equilibria_that_are_close_are_all_listed():
    big = 10**9
    stage = StageGame.from_matrices([[big, 0], [0, 1]], [[big, 0], [0, 1]])
    solution = solve(stage, exact=True)
    assert len(solution) == 3
    assert (Fraction(1, big + 1), Fraction(big, big + 1)) in {e.exact[0] for e in solution}


def test_payoffs_at_the_ends_of_the_range_of_doubles():
    for scale in (1e-300, 1e300):
        stage = StageGame.from_matrices(
            np.array([[1, 0], [0, 1]]) * scale, np.array([[0, 1], [1, 0]]) * scale
        )
        assert solve(stage).only().strategies[0].tolist() == [0.5, 0.5]


@pytest.mark.long
def test_a_deadline_gives_partial_and_says_why():
    stage = StageGame(np.random.default_rng(0).random((25, 25, 2)))
    solution = solve(stage, deadline=1.0)
    assert solution.status == "partial"
    assert solution.equilibria
    assert solution.components == ()
    assert "deadline" in solution.reason


def test_a_game_that_is_too_large_is_partial_with_its_pure_equilibria(monkeypatch):
    monkeypatch.setattr(
        "negotiation.game_theory.solvers.nash.vertex_enumeration.NUMERICS",
        NUMERICS._replace(most_tableau_entries=300),
    )
    payoffs = np.random.default_rng(0).random((7, 7, 2))
    payoffs[3, 4] = 2.0
    solution = solve(StageGame(payoffs), exact=True)
    assert solution.status == "partial"
    assert "size limit" in solution.reason
    assert (("3",), ("4",)) in [e.support for e in solution]
    assert all(e.exact is not None for e in solution)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (2, 2), (3, 5), (6, 6), (9, 8)])
def test_vertices_proven_in_doubles_are_those_found_in_integers(shape):
    rng = np.random.default_rng(2)
    for _ in range(10):
        matrix = rng.integers(1, 10**9, shape).tolist()
        proven, found = certified_vertices(matrix), polytope_vertices(matrix)
        assert proven is not None
        assert proven.complete
        assert proven.bases == found.bases
        assert proven.vertices == found.vertices


@pytest.mark.parametrize("high", [2, 4, 30])
def test_no_degenerate_polytope_is_proven_in_doubles(high):
    rng = np.random.default_rng(high)
    refused = 0
    for _ in range(150):
        matrix = rng.integers(1, high + 1, rng.integers(1, 6, 2)).tolist()
        proven, found = certified_vertices(matrix), polytope_vertices(matrix)
        refused += proven is None
        if proven is not None:
            assert not found.degenerate
            assert proven.vertices == found.vertices
    assert refused


def test_a_polytope_a_rounding_away_from_degenerate_is_left_to_integers():
    # The third row passes the vertex of the first two within 1e-17: beyond what doubles can tell.
    big = 10**17
    matrix = [[2 * big, big], [big, 2 * big], [(3 * big) // 2 + 1, (3 * big) // 2]]
    assert certified_vertices(matrix) is None
    assert not polytope_vertices(matrix).degenerate


def test_payoff_dominance_and_risk_dominance_in_the_stag_hunt():
    solution = solve(HUNT)
    assert solution.payoff_dominant().support == (("stag",), ("stag",))
    assert solution.risk_dominant().support == (("hare",), ("hare",))
    assert solution.welfare() is solution.payoff_dominant()
    with pytest.raises(SeveralEquilibria, match="found 3"):
        solution.only()


def test_nash_product_leaves_out_what_pays_less_than_disagreement():
    solution = solve(StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert solution.nash_product((1.5, 0)).payoffs.tolist() == [2.0, 1.0]
    with pytest.raises(SeveralEquilibria, match="none"):
        solution.nash_product((3, 3))
    for wrong in ((1.0,), "ab"):
        with pytest.raises(InvalidGame, match="each of 2 players"):
            solution.nash_product(wrong)
    with pytest.raises(InvalidGame, match="finite"):
        solution.nash_product((1.0, float("nan")))


@pytest.mark.parametrize("shape", [(1, 3, 2), (3, 1, 2)])
def test_by_nashpy_a_player_whose_rival_has_one_action_takes_the_best(shape):
    payoffs = np.repeat([[1.0], [4.0], [2.0]], 2, axis=1).reshape(shape)
    (equilibrium,) = nashpy_vertex_enumeration(StageGame(payoffs))
    assert sorted(map(tuple, equilibrium.strategies), key=len) == [(1.0,), (0.0, 1.0, 0.0)]
