from fractions import Fraction

import numpy as np
import pytest

from negotiation.errors import InvalidGame, SeveralEquilibria
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.best_reply_polytope import most_bases, polytope_vertices
from negotiation.game_theory.solvers.nash.certified_vertices import certified_vertices
from negotiation.game_theory.solvers.nash.components import nash_components
from negotiation.game_theory.solvers.nash.integer_tableau import first_tableau
from negotiation.game_theory.solvers.nash.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.rational_game import integer_payoffs, undominated_actions
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.nash.vertex_enumeration import vertex_enumeration

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


def test_default_is_vertex_enumeration_and_leaves_exact_unset():
    solution = solve(StageGame(REFERENCE))
    assert solution.method == "vertex_enumeration"
    assert all(equilibrium.exact is None for equilibrium in solution)
    assert solution.max_regret <= solution.tolerance


def test_exact_equilibria_pass_the_exact_check():
    stage = StageGame(np.random.default_rng(3).random((5, 4, 2)))
    for equilibrium in solve(stage, exact=True):
        profile = [np.array(vector, dtype=object) for vector in equilibrium.exact]
        assert verify(stage, profile, exact=True).holds


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


def test_components_of_a_path_of_equilibria():
    (component,) = nash_components([("a", 1), ("a", 2), ("b", 2), ("b", 3)])
    assert component.maximal_subsets == ((0, 1), (1, 2), (2, 3))
    assert component.complete


def test_one_action_each():
    solution = solve(StageGame([[[1.0, 2.0]]]))
    assert solution.only().payoffs.tolist() == [1.0, 2.0]


def test_one_action_against_several():
    stage = StageGame(np.array([[[0.0, 1.0], [0.0, 3.0], [0.0, 3.0]]]))
    assert len(solve(stage)) == 2


def test_floats_that_differ_by_rounding_are_ties():
    stage = StageGame.from_matrices([[0.1 + 0.2, 0.0], [0.3, 0.0]], [[1.0, 0.5], [1.0, 0.5]])
    assert len(solve(stage)) == 2
    assert len(solve(stage, exact=True)) == 1


def test_irregular_floats_within_a_knife_edge_are_ties():
    base = np.pi / 7
    stage = StageGame.from_matrices([[base], [base + 1e-14], [-np.e]], [[0.0], [0.0], [0.0]])
    assert len(solve(stage)) == 2


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


@pytest.mark.parametrize("shift", [-1e9, 0.0, 3e6])
def test_a_constant_added_to_the_payoffs_changes_nothing(shift):
    payoffs = np.random.default_rng(4).integers(0, 100, (4, 4, 2)).astype(float)
    plain, shifted = solve(StageGame(payoffs)), solve(StageGame(payoffs + shift))
    assert len(plain) == len(shifted)
    for one, other in zip(plain, shifted, strict=True):
        np.testing.assert_allclose(one.strategies[0], other.strategies[0], atol=1e-12)


def test_payoffs_at_the_ends_of_the_range_of_doubles():
    for scale in (1e-300, 1e300):
        stage = StageGame.from_matrices(
            np.array([[1, 0], [0, 1]]) * scale, np.array([[0, 1], [1, 0]]) * scale
        )
        assert solve(stage).only().strategies[0].tolist() == [0.5, 0.5]


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


def test_what_strict_dominance_leaves_is_reported():
    solution = solve(StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]]))
    assert "1 by 1 of 2 by 2" in solution.reason


def test_a_deadline_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="positive number of seconds; got 0"):
        solve(StageGame([[[1, 1]]]), deadline=0)


def test_a_size_limit_stops_the_vertices():
    found = polytope_vertices(np.random.default_rng(0).integers(1, 999, (6, 6)).tolist(), max_bases=5)
    assert not found.complete
    assert found.bases == 5


def test_bases_never_exceed_the_upper_bound():
    rng = np.random.default_rng(1)
    for high in (2, 3, 50):
        for _ in range(20):
            rows, dimension = rng.integers(1, 6, 2)
            matrix = rng.integers(1, high + 1, (rows, dimension)).tolist()
            found = polytope_vertices(matrix)
            assert found.complete
            assert found.bases <= most_bases(int(dimension), int(rows))


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (2, 2), (3, 5), (6, 6), (9, 8)])
def test_vertices_proven_in_doubles_are_those_found_in_integers(shape):
    rng = np.random.default_rng(2)
    for _ in range(10):
        matrix = rng.integers(1, 10**9, shape).tolist()
        proven, found = certified_vertices(matrix), polytope_vertices(matrix)
        assert proven is not None
        assert proven.complete
        assert proven.bases == found.bases
        assert [vertex.tight for vertex in proven.vertices] == [vertex.tight for vertex in found.vertices]


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
            assert [vertex.tight for vertex in proven.vertices] == [v.tight for v in found.vertices]
    assert refused


def test_a_polytope_a_rounding_away_from_degenerate_is_left_to_integers():
    # The third row passes the vertex of the first two within 1e-17: beyond what doubles can tell.
    big = 10**17
    matrix = [[2 * big, big], [big, 2 * big], [(3 * big) // 2 + 1, (3 * big) // 2]]
    assert certified_vertices(matrix) is None
    assert not polytope_vertices(matrix).degenerate


def test_large_games_agree_with_integers(monkeypatch):
    stage = StageGame(np.random.default_rng(7).random((9, 9, 2)))
    fast = solve(stage, exact=True)
    monkeypatch.setattr(
        "negotiation.game_theory.solvers.nash.vertex_enumeration.NUMERICS",
        NUMERICS._replace(fewest_certified_payoffs=10**9),
    )
    slow = solve(stage, exact=True)
    assert fast.status == slow.status == "complete"
    assert [e.exact for e in fast] == [e.exact for e in slow]


def test_large_degenerate_games_are_solved_in_integers():
    payoffs = np.random.default_rng(3).integers(0, 40, (8, 8, 2))
    payoffs[1] = payoffs[0]
    solution = solve(StageGame(payoffs), exact=True)
    assert solution.status == "complete"
    assert "non-degenerate" not in solution.reason


def test_pivoting_back_restores_the_tableau():
    start = first_tableau([[3, 1], [2, 5]])
    row = start.leaving_row(0)
    moved = start.pivoted(row, 0)
    back = moved.pivoted(row, 0)
    assert (back.rows, back.basic, back.nonbasic, back.det) == (start.rows, start.basic, start.nonbasic, 1)


def test_iterated_strict_dominance_leaves_the_prisoners_dilemma_one_profile():
    A, B = integer_payoffs(StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]]))
    assert undominated_actions(A, B) == ([1], [1])


@pytest.mark.parametrize("method", ["vertex_enumeration", "support_enumeration", "lemke_howson"])
def test_three_players_are_refused_by_name(method):
    stage = StageGame(np.zeros((2, 2, 2, 3)))
    with pytest.raises(InvalidGame, match="takes 2 players; the game has 3"):
        solve(stage, method=method)


def test_three_players_are_refused_by_the_function():
    with pytest.raises(InvalidGame, match="two players; the game has 3"):
        vertex_enumeration(StageGame(np.zeros((2, 2, 2, 3))))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_payoffs_that_are_not_finite_are_refused(bad):
    with pytest.raises(InvalidGame, match="must be finite"):
        solve(StageGame([[[1.0, bad]]]))


def test_matrices_of_different_shapes_are_refused():
    with pytest.raises(InvalidGame, match="one shape"):
        StageGame.from_matrices([[1, 2]], [[1], [2]])


def test_payoff_dominance_and_risk_dominance_in_the_stag_hunt():
    solution = solve(HUNT)
    assert solution.payoff_dominant().support == (("stag",), ("stag",))
    assert solution.risk_dominant().support == (("hare",), ("hare",))
    assert solution.welfare() is solution.payoff_dominant()
    with pytest.raises(SeveralEquilibria, match="found 3"):
        solution.only()


def test_selection_refuses_ties():
    battle = solve(StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    for rule in (battle.payoff_dominant, battle.risk_dominant, battle.welfare):
        with pytest.raises(SeveralEquilibria, match="of 3 found"):
            rule()
    with pytest.raises(SeveralEquilibria, match="product of gains"):
        battle.nash_product((0, 0))


def test_nash_product_leaves_out_what_pays_less_than_disagreement():
    solution = solve(StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert solution.nash_product((1.5, 0)).payoffs.tolist() == [2.0, 1.0]
    with pytest.raises(SeveralEquilibria, match="none"):
        solution.nash_product((3, 3))
    with pytest.raises(InvalidGame, match="each of 2 players"):
        solution.nash_product((1.0,))
    with pytest.raises(InvalidGame, match="finite"):
        solution.nash_product((1.0, float("nan")))


def test_risk_dominance_is_for_two_players():
    with pytest.raises(InvalidGame, match="two players"):
        solve(StageGame(np.zeros((1, 2, 2, 3)))).risk_dominant()
