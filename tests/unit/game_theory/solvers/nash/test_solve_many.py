from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.kernels.support_signs import fill_signs, side_of
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.nash.solve_many import solve_many
from negotiation.game_theory.solvers.nash.support_program import support_plan
from tests.command import python


def assert_same(batch, payoffs):
    for i, game in enumerate(payoffs):
        alone, together = solve(StageGame(game)), batch[i]
        assert (len(together), together.status) == (len(alone), alone.status)
        assert len(together.components) == len(alone.components)
        start = batch.offsets[i]
        for k, (one, other) in enumerate(zip(alone, together, strict=True)):
            for player in range(2):
                flat = batch.strategies[player][start + k]
                assert np.abs(one.strategies[player] - other.strategies[player]).max() <= 1e-12
                assert np.abs(one.strategies[player] - flat).max() <= 1e-12
            np.testing.assert_allclose(
                batch.equilibrium_payoffs[start + k], one.payoffs, rtol=1e-12, atol=1e-12
            )


@pytest.mark.long
@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (2, 2), (3, 3), (2, 4), (4, 4), (5, 3), (6, 6)])
def test_generic_games_as_one_by_one(shape):
    payoffs = np.random.default_rng(9).random((40, *shape, 2))
    batch = solve_many(payoffs)
    assert not batch.slow
    assert_same(batch, payoffs)


def test_degenerate_games_among_others_as_one_by_one():
    rng = np.random.default_rng(10)
    payoffs = rng.random((60, 3, 4, 2))
    payoffs[::3] = rng.integers(0, 3, (20, 3, 4, 2))
    payoffs[1] = 2.0
    batch = solve_many(payoffs)
    assert 1 in batch.slow
    assert 0 < len(batch.slow) <= 21
    assert_same(batch, payoffs)


def test_ill_conditioned_games_as_one_by_one():
    rng = np.random.default_rng(11)
    payoffs = 1.0 + 1e-6 * rng.random((60, 4, 4, 2)) + rng.random((60, 1, 4, 1))
    payoffs[30:, 1:] = payoffs[30:, :1] + 1e-4 * rng.random((30, 3, 4, 2))
    batch = solve_many(payoffs)
    for i, game in enumerate(payoffs):
        alone = solve(StageGame(game), exact=True)
        assert len(batch[i]) == len(alone)
        for one, other in zip(alone, batch[i], strict=True):
            for p, q in zip(one.strategies, other.strategies, strict=True):
                assert np.abs(p - q).max() <= 1e-12


def test_integers_and_fractions_are_kept_exactly():
    tiny = Fraction(1, 10**15)
    game = np.array([[[[Fraction(1), 0]], [[1 + tiny, 0]], [[Fraction(0), 0]]]], dtype=object)
    assert solve_many(game)[0].only().support == (("1",), ("0",))


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_same_bits_for_any_number_of_threads(threads):
    payoffs = np.random.default_rng(12).random((5000, 3, 3, 2))
    payoffs[::500] = 1.0
    one, many = solve_many(payoffs), solve_many(payoffs, threads=threads)
    assert one.offsets.tobytes() == many.offsets.tobytes()
    assert one.equilibrium_payoffs.tobytes() == many.equilibrium_payoffs.tobytes()
    assert one.regrets.tobytes() == many.regrets.tobytes()
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one.strategies, many.strategies, strict=True))
    assert one.status.tolist() == many.status.tolist()


def test_more_equilibria_than_the_first_buffer_holds():
    # The identity game has 2**n - 1 equilibria.
    payoffs = np.repeat(np.stack([np.eye(5), np.eye(5)], axis=-1)[None], 300, axis=0)
    payoffs += 1e-3 * np.random.default_rng(14).random(payoffs.shape)
    batch = solve_many(payoffs)
    assert batch.counts.tolist() == [31] * 300
    assert not batch.slow


@pytest.mark.parametrize(("own", "other"), [(2, 2), (3, 3), (4, 3), (3, 5), (5, 5)])
def test_the_table_holds_the_minors(own, other):
    matrix = np.random.default_rng(16).random((own, other))
    side = side_of(support_plan(own, other).first, own, other)
    side.own[:] = matrix
    fill_signs(side, 1.0, 1.0)
    table, signs = side.table, side.signs
    expected = [1.0]
    for k in range(1, min(own - 1, other) + 1):
        for rows in combinations(range(own), k + 1):
            expected.extend(
                np.linalg.det(np.c_[matrix[np.ix_(rows, columns)], np.ones(k + 1)])
                for columns in combinations(range(other), k)
            )
    np.testing.assert_allclose(table, expected, atol=1e-13)
    assert (signs[::2] == np.sign(table)).all()
    assert (signs[1::2] == -signs[::2]).all()


def test_solving_a_game_loads_the_rooms_of_nash_alone_and_no_compiler():
    code = (
        "import sys, negotiation as ng; "
        "ng.solve(ng.StageGame([[[3, 0], [5, 1]]])); "
        "print(*(name for name in sys.modules if name.startswith('negotiation.game_theory.solvers.'))); "
        "print(*({'numba', 'nashpy', 'pandas', 'matplotlib'} & sys.modules.keys()))"
    )
    shown = python("-c", code, check=True)
    solvers, heavy = shown.stdout.splitlines()
    # The index reads profiles as best replies do: of the other rooms these two modules alone.
    shared = {"negotiation.game_theory.solvers.stage", "negotiation.game_theory.solvers.stage.best_replies"}
    shared.add("negotiation.game_theory.solvers.stage.best_replies")
    others = {name for name in solvers.split() if not name.startswith("negotiation.game_theory.solvers.nash")}
    assert others <= shared
    assert not heavy


def test_payoffs_apart_by_less_than_doubles_resolve_are_refused():
    whole = np.array([[[3, 0], [0, 2]], [[0, 1], [1, 0]]])
    for unit in (1e-312, 5e-324):
        for call in (lambda game: solve(StageGame(game)), lambda game: solve_many([game])):
            with pytest.raises(InvalidGame, match="lose digits"):
                call(unit * whole)
        exact = [[[Fraction(unit) * x for x in cell] for cell in row] for row in whole.tolist()]
        assert len(solve(StageGame(exact))) == 1
    assert solve_many([1e-307 * whole]).counts.tolist() == [1]
