import numpy as np
import pytest

from negotiation.errors import InvalidGame, SizeLimit, UnknownAction, UnknownPlayer
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.stage import correlated_payoffs, obedience_program
from negotiation.game_theory.solvers.stage.correlated_equilibrium import correlated_equilibrium
from negotiation.game_theory.solvers.stage.correlated_payoffs import extreme_correlated_payoffs, hull
from negotiation.game_theory.solvers.stage.numerics import NUMERICS
from negotiation.game_theory.solvers.stage.obedience_program import ObedienceProgram, disobedience_gains

CHICKEN = StageGame.from_matrices(
    [[6, 2], [7, 0]], [[6, 7], [2, 0]], ("A", "B"), (("swerve", "dare"), ("swerve", "dare"))
)


def gains_by_hand(stage, distribution):
    worst = -np.inf
    for i, n in enumerate(stage.n_actions):
        for a in range(n):
            for b in range(n):
                if a == b:
                    continue
                total = 0.0
                for index in np.ndindex(stage.n_actions):
                    if index[i] == a:
                        other = (*index[:i], b, *index[i + 1 :])
                        gain = stage.payoffs[(*other, i)] - stage.payoffs[(*index, i)]
                        total += distribution[index] * gain
                worst = max(worst, total)
    return worst


def test_aumanns_game_of_chicken():
    result = correlated_equilibrium(CHICKEN)
    assert result.status == "complete"
    assert result.value == pytest.approx(10.5)
    assert result.bound == pytest.approx(10.5)
    assert result.probability(("swerve", "swerve")) == pytest.approx(0.5)
    assert result.probability(("swerve", "dare")) == pytest.approx(0.25)
    assert result.probability(("dare", "dare")) == 0.0
    assert result.margin == pytest.approx(0.0, abs=1e-9)
    assert ("dare", "dare") not in result.support


def test_objectives_by_name_mapping_and_array_agree():
    for first, second in [("A", {"A": 1}), ("A", [1.0, 0.0]), ("welfare", {"A": 1, "B": 1}), ("B", (0, 1))]:
        one, two = correlated_equilibrium(CHICKEN, first), correlated_equilibrium(CHICKEN, objective=second)
        assert one.value == pytest.approx(two.value)
    assert correlated_equilibrium(CHICKEN, "A").payoffs[0] == pytest.approx(7.0)
    assert correlated_equilibrium(CHICKEN, {"A": -1}).payoffs[0] == pytest.approx(2.0)


def test_an_objective_without_weight_gives_some_equilibrium():
    result = correlated_equilibrium(CHICKEN, [0, 0])
    assert result.status == "complete"
    assert gains_by_hand(CHICKEN, result.distribution) <= 1e-9


@pytest.mark.parametrize("counts", [(4, 5), (2, 3, 4), (2, 2, 2, 2), (5,), (1, 3), (1, 1)])
def test_random_games_of_any_number_of_players(counts):
    for seed in range(5):
        stage = StageGame(np.random.default_rng(seed).normal(size=(*counts, len(counts))))
        result = correlated_equilibrium(stage)
        assert result.status == "complete"
        assert result.distribution.sum() == pytest.approx(1.0)
        assert gains_by_hand(stage, result.distribution) <= 1e-9
        if np.isfinite(result.margin):
            assert result.margin == pytest.approx(-gains_by_hand(stage, result.distribution), abs=1e-12)
        expected = np.tensordot(result.distribution, stage.payoffs, axes=len(counts))
        assert result.payoffs == pytest.approx(expected)
        assert result.value <= result.bound + 1e-9
        assert result.bound - result.value <= 1e-8


def test_the_bound_holds_for_any_multipliers():
    rng = np.random.default_rng(0)
    stage = StageGame(rng.normal(size=(3, 3, 2)))
    program = ObedienceProgram(stage)
    objective = program.shares.reshape(9, 2) @ np.ones(2)
    best = program.run(np.ones(2)).value
    for _ in range(50):
        multipliers = rng.exponential(size=program.constraints.shape[0])
        assert (objective - program.constraints.T @ multipliers).max() >= best - 1e-9


@pytest.mark.parametrize(("scale", "constant"), [(1e-250, 0.0), (1e250, 0.0), (1.0, 1e6), (3.0, -7.0)])
def test_payoffs_of_any_size(scale, constant):
    stage = StageGame(scale * CHICKEN.payoffs + constant, CHICKEN.players, CHICKEN.actions)
    result = correlated_equilibrium(stage)
    assert result.status == "complete"
    assert result.probability(("swerve", "swerve")) == pytest.approx(0.5)
    assert result.payoffs == pytest.approx(scale * np.array([5.25, 5.25]) + constant)


def test_players_of_very_different_size():
    payoffs = CHICKEN.payoffs * np.array([1e-8, 1e8])
    result = correlated_equilibrium(StageGame(payoffs), "0")
    assert result.status == "complete"
    assert result.payoffs[0] == pytest.approx(7e-8)


def test_zero_sum_games_have_one_payoff():
    A = np.random.default_rng(4).normal(size=(4, 4))
    stage = StageGame.from_matrices(A, -A)
    result = extreme_correlated_payoffs(stage)
    assert result.status == "complete"
    assert result.least == pytest.approx(result.greatest, abs=1e-7)
    assert result.vertices.shape == (1, 2)
    assert result.least[0] == pytest.approx(solve(stage).equilibria[0].payoffs[0], abs=1e-7)


def test_the_polygon_of_chicken():
    result = extreme_correlated_payoffs(CHICKEN)
    assert result.status == "complete"
    assert result.vertices == pytest.approx(np.array([[2, 7], [3.6, 3.6], [7, 2], [5.25, 5.25]]), abs=1e-6)
    assert result.least.tolist() == pytest.approx([2, 2])
    assert result.greatest.tolist() == pytest.approx([7, 7])
    assert result.gap <= result.tolerance
    assert result.margin >= -1e-9


def test_the_polygon_supports_every_direction():
    for seed in range(10):
        stage = StageGame(np.random.default_rng(seed).normal(size=(3, 4, 2)))
        result = extreme_correlated_payoffs(stage)
        assert result.status == "complete"
        for angle in np.linspace(0, 2 * np.pi, 17):
            direction = np.array([np.cos(angle), np.sin(angle)])
            best = correlated_equilibrium(stage, direction).value
            assert (result.vertices @ direction).max() == pytest.approx(best, abs=1e-6)


def test_segments_points_and_constant_games():
    common = StageGame.from_matrices([[4, 0], [0, 1]], [[4, 0], [0, 1]])
    assert extreme_correlated_payoffs(common).vertices.shape == (2, 2)
    constant = extreme_correlated_payoffs(StageGame(np.full((2, 2, 2), 3.0)))
    assert constant.vertices.tolist() == [[3.0, 3.0]]
    assert constant.status == "complete"
    one_sided = extreme_correlated_payoffs(StageGame.from_matrices([[0, 1]], [[2, 2]]))
    assert one_sided.vertices == pytest.approx(np.array([[0.0, 2.0], [1.0, 2.0]]))


def test_three_players_have_ranges_and_no_polygon():
    stage = StageGame(np.random.default_rng(1).normal(size=(2, 2, 2, 3)))
    result = extreme_correlated_payoffs(stage)
    assert result.vertices.shape == (0, 3)
    for i, player in enumerate(stage.players):
        assert result.greatest[i] == pytest.approx(correlated_equilibrium(stage, player).value)
        assert result.least[i] == pytest.approx(-correlated_equilibrium(stage, {player: -1}).value)


def test_a_limit_on_the_programs_gives_partial(monkeypatch):
    monkeypatch.setattr(correlated_payoffs, "NUMERICS", NUMERICS._replace(most_programs=5))
    result = extreme_correlated_payoffs(CHICKEN)
    assert result.status == "partial"
    assert "5 linear programs" in result.reason


def test_hull_is_counter_clockwise():
    points = np.random.default_rng(0).normal(size=(50, 2))
    corners = hull(points)
    edges = np.roll(corners, -1, axis=0) - corners
    turns = edges[:, 0] * np.roll(edges[:, 1], -1) - edges[:, 1] * np.roll(edges[:, 0], -1)
    assert (turns > 0).all()


def test_the_check_sees_a_distribution_that_is_no_equilibrium():
    both_dare = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert disobedience_gains(CHICKEN.payoffs, both_dare).tolist() == [2.0, 2.0]


def test_results_print_and_become_frames():
    result = correlated_equilibrium(CHICKEN)
    assert "payoffs A 5.25, B 5.25" in str(result)
    assert result.to_pandas()["probability"].sum() == pytest.approx(1.0)
    assert "vertex 0" in str(extreme_correlated_payoffs(CHICKEN))
    with pytest.raises(ValueError, match="read-only"):
        result.distribution[0, 0] = 1.0


def test_bad_input_is_named(monkeypatch):
    with pytest.raises(UnknownPlayer, match="'C'"):
        correlated_equilibrium(CHICKEN, "C")
    with pytest.raises(UnknownPlayer):
        correlated_equilibrium(CHICKEN, {"C": 1.0})
    with pytest.raises(InvalidGame, match="a weight for each"):
        correlated_equilibrium(CHICKEN, [1.0, 2.0, 3.0])
    with pytest.raises(InvalidGame, match="finite"):
        correlated_equilibrium(CHICKEN, [1.0, np.nan])
    with pytest.raises(UnknownAction):
        correlated_equilibrium(CHICKEN).probability(("swerve", "stop"))
    monkeypatch.setattr(obedience_program, "NUMERICS", NUMERICS._replace(most_obedience_entries=7))
    with pytest.raises(SizeLimit, match="8 entries"):
        correlated_equilibrium(CHICKEN)


def test_a_dominated_action_is_not_played_however_little_it_loses():
    own = np.array([[2 * 10**9, 0], [2 * 10**9 + 2, 10**9]], dtype=object)
    stage = StageGame.from_matrices(own, own.T)
    for objective in ("welfare", "0", [0, 0]):
        result = correlated_equilibrium(stage, objective)
        assert result.status == "complete"
        assert result.support == (("1", "1"),)
        assert result.payoffs.tolist() == [1e9, 1e9]
    assert extreme_correlated_payoffs(stage).vertices.tolist() == [[1e9, 1e9]]


def test_a_shift_of_one_players_payoffs_shifts_the_answer():
    rng = np.random.default_rng(3)
    for _ in range(10):
        payoffs = rng.integers(-9, 10, size=(3, 3, 2)).astype(object)
        moved = payoffs.copy()
        moved[..., 0] = moved[..., 0] * 7 + 10**20
        first, second = (
            correlated_equilibrium(StageGame(payoffs), "1"),
            correlated_equilibrium(StageGame(moved), "1"),
        )
        assert first.status == second.status == "complete"
        assert first.value == second.value


def test_what_is_not_proven_is_not_complete(monkeypatch):
    monkeypatch.setattr(obedience_program, "NUMERICS", NUMERICS._replace(most_proven_entries=1))
    result = correlated_equilibrium(CHICKEN)
    assert result.status == "partial"
    assert "too many" in result.reason
    assert result.value <= result.bound + 1e-9
    assert result.bound == pytest.approx(10.5)
    assert extreme_correlated_payoffs(CHICKEN).status == "partial"


BESIDE_TIES = [
    [[[-3.000000002, 3.0], [-2.999999998, 1.000000001]], [[-2.999999997, -2.999999996], [2e-9, 1.0]]],
    [
        [[-1.999999996, 3.000000003], [3.000000002, 2.999999998]],
        [[-2.0, 3.000000002], [1.999999996, 1.999999998]],
        [[-2.000000004, -3.000000002], [-2.999999999, -4e-9]],
    ],
]
"""Games in which linear programming finds no optimum: it takes differences of 1e-9 for none."""


@pytest.mark.parametrize("payoffs", BESIDE_TIES, ids=["two by two", "three by two"])
def test_where_linear_programming_fails_exact_pivots_find_the_optimum(payoffs):
    stage = StageGame(payoffs)
    for player in stage.players:
        for sign in (1.0, -1.0):
            found = correlated_equilibrium(stage, {player: sign})
            assert found.status == "complete"
            assert disobedience_gains(stage.payoffs, found.distribution).max() <= 1e-14
    assert extreme_correlated_payoffs(stage).status == "complete"
