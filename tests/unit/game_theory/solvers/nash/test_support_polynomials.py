"""All equilibria of three players and more: published games, and what a generic game keeps."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve

HALF = Fraction(1, 2)
IRRATIONAL = ng.catalogue()["nau-gomez-canovas-hansen-2004-irrational"].game()
REGULAR = "all equilibria are regular"


def on_a_grid(payoffs, parts):
    """Return the equilibria with probabilities in so many parts, by the definition, in whole numbers."""
    own = [[v for v in product(range(parts + 1), repeat=n) if sum(v) == parts] for n in payoffs.shape[:-1]]
    letters = "abcd"[: len(own)]
    found = []
    for point in product(*own):
        best = True
        for i, mine in enumerate(point):
            others = [j for j in range(len(own)) if j != i]
            sums = ",".join([letters, *(letters[j] for j in others)]) + "->" + letters[i]
            values = np.einsum(sums, payoffs[..., i], *(np.array(point[j]) for j in others))
            best = best and all(p == 0 or v == values.max() for p, v in zip(mine, values, strict=True))
        if best:
            found.append(point)
    return found


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("shape", "parts"), [((2, 2, 2), 6), ((2, 2, 3), 6), ((2, 2, 2, 2), 6), ((3, 3, 3), 3)]
)
def test_every_equilibrium_on_a_grid_is_listed_or_in_a_continuum(shape, parts, seed):
    payoffs = np.random.default_rng(seed).integers(0, 3, (*shape, len(shape)))
    found = solve(StageGame(payoffs), exact=True)
    listed = {e.exact for e in found}
    continua = {c.support for c in found.continua}
    for point in on_a_grid(payoffs, parts):
        support = tuple(tuple(str(a) for a, p in enumerate(v) if p) for v in point)
        exact = tuple(tuple(Fraction(p, parts) for p in v) for v in point)
        assert exact in listed or support in continua or found.status == "partial"


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 2, 3), (2, 2, 2, 2), (3, 3, 2), (3, 3, 3)])
def test_generic_games_have_an_odd_number_of_regular_equilibria(shape):
    rng = np.random.default_rng(7)
    for _ in range(20 if len(shape) == 3 and max(shape) < 3 else 2):
        found = solve(StageGame(rng.integers(-(10**6), 10**6, (*shape, len(shape)))))
        assert (found.status, len(found) % 2) == ("complete", 1)
        assert REGULAR in found.reason


def test_an_irrational_equilibrium_is_proven_between_bounds():
    equilibrium = solve(IRRATIONAL, exact=True).only()
    assert equilibrium.exact is None
    verdict = ng.verify(IRRATIONAL, equilibrium, exact=True)
    assert (verdict.holds, verdict.exact) == (True, True)
    low, high = equilibrium.bounds[0][0]
    assert 0 < high - low < Fraction(1, 10**30)
    # Its doubles are off by rounding, which exact arithmetic does not forgive.
    assert not ng.verify(IRRATIONAL, equilibrium.strategies, exact=True).holds


def test_bounds_around_nothing_are_not_proven():
    equilibrium = solve(IRRATIONAL, exact=True).only()
    aside = tuple(
        tuple(
            (low + side, high + side)
            for (low, high), side in zip(own, (Fraction(1, 100), -Fraction(1, 100)), strict=True)
        )
        for own in equilibrium.bounds
    )
    assert not ng.verify(IRRATIONAL, replace(equilibrium, bounds=aside), exact=True).holds


def test_where_everything_is_the_same_there_is_a_continuum():
    found = solve(StageGame(np.zeros((1, 2, 2, 3))), exact=True)
    assert (found.status, len(found)) == ("complete", 9)
    assert sorted(c.dimension for c in found.continua) == [1, 1, 1, 1, 2]


def test_a_curve_may_come_in_two_parts():
    # Player 1 has no stake in its first two actions, played 1 - t and t; 2 plays its second with t, 3 with
    # 1 - t. A third action would pay player 1 more where t (1 - t) > 3 / 16.
    payoffs = np.zeros((3, 2, 2, 3), dtype=int)
    payoffs[2, :, :, 0] = [[-3, -3], [-3, 13]]
    payoffs[:, 1, 1, 1], payoffs[0, 0, :, 1] = 1, 1
    payoffs[:, 1, 1, 2], payoffs[1, :, 0, 2] = 1, 1
    found = solve(StageGame(payoffs), exact=True)
    everywhere = (("0", "1"), ("0", "1"), ("0", "1"))
    at = [found[c.equilibrium].exact[0][1] for c in found.continua if c.support == everywhere]
    assert sorted(t < HALF for t in at) == [False, True]
    assert all(t * (1 - t) <= Fraction(3, 16) for t in at)
    assert [e.support for e in found].count(everywhere) == 2  # an end of a part is no point by itself


def with_a_copy(shape, seed, player=0):
    """Return a random game in whole numbers, and the same with the player's first action twice."""
    payoffs = np.random.default_rng(seed).integers(-(10**6), 10**6, size=(*shape, len(shape)))
    copies = np.concatenate([payoffs, np.take(payoffs, [0], axis=player)], axis=player)
    return ng.StageGame(payoffs), ng.StageGame(copies)


@pytest.mark.parametrize(("shape", "seed"), [((2, 2, 2), k) for k in range(6)] + [((1, 2, 2, 2), 3)])
def test_a_copy_of_an_action_shares_its_probability(shape, seed):
    once, twice = (ng.solve(game) for game in with_a_copy(shape, seed))
    assert once.status == twice.status == "complete"
    copy = str(shape[0])
    wanted = []
    for found in once:
        first = found.support[0]
        ways = [first, (*first[1:], copy), (*first, copy)] if "0" in first else [first]
        wanted += [((*way,), *found.support[1:]) for way in ways]
    assert sorted(found.support for found in twice) == sorted(wanted)
    # Of a continuum on a support a point and the dimension: both play the action, at any shares of it.
    shared = {c.support: c.dimension for c in twice.continua}
    assert shared == {s: 1 for s in wanted if {"0", copy} <= {*s[0]}}
    assert all(ng.verify(twice.stage, found).holds for found in twice)


def test_a_player_who_does_not_care_leaves_a_continuum_that_is_shown():
    """What is not proven is partial, and a point of each continuum is there all the same."""
    payoffs = np.random.default_rng([0, 8, 2, 2, 2, 2]).integers(-9, 10, size=(2, 2, 2, 2, 4))
    payoffs[..., 0] = 3
    found = ng.solve(ng.StageGame(payoffs))
    assert found.status == "partial"
    assert "not decided, among others: " in found.reason
    assert any(len(c.support[0]) == 2 and c.dimension == 1 for c in found.continua)
    for continuum in found.continua:
        assert ng.verify(found.stage, found[continuum.equilibrium]).holds
