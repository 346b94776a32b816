"""Extreme equilibria against pygambit's exact ones: none missed, none false."""

from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

import numpy as np
import pytest

from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.nash.solve_many import solve_many

gb = pytest.importorskip("pygambit")

Profile: TypeAlias = tuple[tuple[Fraction, ...], ...]
Family: TypeAlias = Callable[[np.random.Generator, int, int], np.ndarray]


def gambit_equilibria(payoffs: np.ndarray) -> set[Profile]:
    # Pygambit 16.7 returns nothing for payoffs that span more than about ten decimal orders, and may take
    # fractions for floats: it is given the integers with no common factor that the payoffs stand for.
    common = lcm(*(Fraction(value).denominator for value in payoffs.ravel().tolist()))
    numbers = [int(value * common) for value in payoffs.ravel().tolist()]
    factor = gcd(*numbers) or 1
    integers = np.array([value // factor for value in numbers], dtype=object).reshape(payoffs.shape)
    game = gb.Game.from_arrays(integers[..., 0], integers[..., 1])
    found = gb.nash.enummixed_solve(game, rational=True).equilibria
    return {
        tuple(
            tuple(Fraction(int(e[s].numerator), int(e[s].denominator)) for s in player.strategies)
            for player in game.players
        )
        for e in found
    }


def generic(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    return rng.integers(-(10**6), 10**6, (n_1, n_2, 2))


def ties(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    return rng.integers(0, 4, (n_1, n_2, 2))


def duplicated(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    payoffs = rng.integers(-20, 20, (n_1, n_2, 2))
    payoffs[-1] = payoffs[0]
    if rng.random() < 0.5:
        payoffs[:, -1] = payoffs[:, 0]
    return payoffs


def dominated(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    payoffs = rng.integers(-9, 9, (n_1, n_2, 2))
    payoffs[-1, :, 0] = payoffs[0, :, 0] - rng.integers(0, 3, n_2)
    payoffs[:, -1, 1] = payoffs[:, 0, 1] - 1
    return payoffs


def huge_and_tiny(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    mantissas = rng.integers(-9, 10, (n_1, n_2, 2)).astype(object)
    powers = rng.integers(-4, 5, (n_1, n_2, 2)) + 12 * int(rng.integers(-1, 2))
    return np.vectorize(lambda m, p: Fraction(m) * Fraction(10) ** int(p), otypes=[object])(mantissas, powers)


def zero_sum(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    first = rng.integers(-6, 7, (n_1, n_2))
    return np.stack([first, -first], axis=-1)


def symmetric(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    first = rng.integers(-6, 7, (n_1, n_1))
    return np.stack([first, first.T], axis=-1)


def constant(rng: np.random.Generator, n_1: int, n_2: int) -> np.ndarray:
    payoffs = np.full((n_1, n_2, 2), int(rng.integers(-3, 4)))
    if rng.random() < 0.5:
        payoffs[..., 1] = rng.integers(0, 2, (n_1, n_2))
    return payoffs


FAMILIES: tuple[Family, ...] = (
    generic,
    ties,
    duplicated,
    dominated,
    huge_and_tiny,
    zero_sum,
    symmetric,
    constant,
)


def check(family: Family, seed: int, games: int, largest: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(games):
        n_1, n_2 = (int(n) for n in rng.integers(2, largest + 1, 2))
        payoffs = family(rng, n_1, n_2)
        stage = StageGame(payoffs)
        expected = gambit_equilibria(payoffs)
        solution = solve(stage, exact=True)
        assert solution.status == "complete"
        assert {e.exact for e in solution} == expected, f"missed or false: {payoffs.tolist()}"
        assert len(solution) == len(expected)
        batch = solve_many(payoffs[None])[0]
        assert batch.status == "complete"
        assert len(batch) == len(expected), f"solve_many: {payoffs.tolist()}"
        for one, other in zip(solution, batch, strict=True):
            for p, q in zip(one.strategies, other.strategies, strict=True):
                assert np.abs(p - q).max() <= 1e-12


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_none_missed_and_none_false(family: Family) -> None:
    check(family, seed=20251030, games=40, largest=5 if family is not ties else 4)


def test_none_missed_and_none_false_at_six_actions() -> None:
    check(generic, seed=7, games=4, largest=6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_none_missed_and_none_false_in_many_games(family: Family, seed: int) -> None:
    check(family, seed=1000 + seed, games=80, largest=6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_floats_as_the_rationals_they_stand_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(40):
        tenths = rng.integers(0, 30, (3, 4, 2))
        expected = gambit_equilibria(tenths)
        solution = solve(StageGame(tenths * 0.1))
        assert len(solution) == len(expected)
        as_floats = sorted([[float(p) for v in profile for p in v] for profile in expected])
        found = sorted([[float(p) for v in e.strategies for p in v] for e in solution])
        np.testing.assert_allclose(found, as_floats, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 3, 3), (2, 2, 2, 2)])
def test_what_gambit_finds_for_several_players_is_found(shape: tuple[int, ...], seed: int) -> None:
    # Global Newton and, of the smallest games, systems of polynomials find some.
    payoffs = np.random.default_rng(seed).integers(-(10**4), 10**4, (*shape, len(shape)))
    solution = solve(StageGame(payoffs))
    assert solution.status == "complete"
    game = gb.Game.from_arrays(*(payoffs[..., i] for i in range(len(shape))))
    found = list(gb.nash.gnm_solve(game).equilibria)
    if shape == (2, 2, 2):
        found += gb.nash.enumpoly_solve(game).equilibria
    for equilibrium in found:
        theirs = [[float(equilibrium[s]) for s in player.strategies] for player in game.players]
        away = [max(np.abs(p - q).max() for p, q in zip(theirs, e.strategies, strict=True)) for e in solution]
        assert min(away) < 1e-4
