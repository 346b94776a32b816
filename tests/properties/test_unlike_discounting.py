from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.game_theory.solvers.payoff_sets.common.directions import direction_array
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import judd_yeltekin_conklin
from negotiation.testing import strategies as ngst

ROOM = 1e-8
NORMALS = direction_array(64)
FACTORS = ngst.discount_factors(low=Fraction(1, 10), high=Fraction(17, 20))
GAMES = ngst.repeated_games(factors=FACTORS, common=False)


def assert_within(points, polygon, room):
    for point in points:
        assert distance_to_polygon(point, polygon) <= room


def apart(one, other):
    """Return the largest difference of two sets' levels, 0 for two empty sets."""
    if len(one) == len(other) == 0:
        return 0.0
    return np.abs((NORMALS @ one.T).max(axis=1) - (NORMALS @ other.T).max(axis=1)).max()


@given(ngst.stage_games(), FACTORS)
def test_equal_discount_factors_agree_with_abreu_and_sannikov(stage, delta):
    game = RepeatedGame(stage, delta)
    one = equilibrium_payoffs(game, method="abreu_sannikov")
    for method in ("aps", "judd_yeltekin_conklin"):
        other = equilibrium_payoffs(game, method=method)
        assert_within(one.inner, other.outer, ROOM * one.size)
        assert_within(other.inner, one.outer, ROOM * one.size)
        if method == "aps":
            assert one.is_empty == other.is_empty
            if max(one.gap, other.gap) < 1e-5:
                assert apart(one.outer, other.outer) < 1e-7 * one.size


# A constraint is met exactly, by a continuation at which the set's vertices pile up.
PILED = StageGame(np.array([[[-1, -5], [1, -5], [1, -6]], [[0, -1]] * 3]))


@given(GAMES)
@example(RepeatedGame(PILED, (Fraction(1, 10), Fraction(1, 5))))
@example(RepeatedGame(PILED, (0.1, 0.2)))
def test_the_inner_bound_is_within_the_outer_and_both_within_the_players_own_ranges(game):
    found = equilibrium_payoffs(game, method="aps")
    assert found.status == "complete" or "may be met or missed" in found.reason
    assert_within(found.inner, found.outer, ROOM * found.size)
    low, high = game.stage.payoffs.min(axis=(0, 1)), game.stage.payoffs.max(axis=(0, 1))
    assert (found.outer >= low - ROOM * found.size).all()
    assert (found.outer <= high + ROOM * found.size).all()
    minmax = [game.stage.payoffs[..., 0].max(axis=0).min(), game.stage.payoffs[..., 1].max(axis=1).min()]
    assert (found.outer >= np.array(minmax) - ROOM * found.size).all()


@given(GAMES, st.sampled_from(["aps", "judd_yeltekin_conklin"]))
def test_every_inner_bound_generates_itself(game, method):
    found = equilibrium_payoffs(game, method=method)
    room = 1e-10 * found.size
    stage, deltas = game.stage, np.array([float(d) for d in game.discount_factors])
    generated = (1 - deltas) * stage.payoffs.reshape(-1, 2)[found.profiles] + deltas * found.continuations
    assert_within(found.inner, generated, room)
    for profile, w in zip(found.profiles, found.continuations, strict=True):
        row, column = np.unravel_index(profile, stage.n_actions)
        now = stage.payoffs[row, column]
        assert distance_to_polygon(w, found.inner) <= room
        best = np.array([stage.payoffs[:, column, 0].max(), stage.payoffs[row, :, 1].max()])
        tempted = (1 - deltas) * best + deltas * found.inner.min(axis=0)
        assert ((1 - deltas) * now + deltas * w >= tempted - room).all()
    assert verify(game, found).holds


@pytest.mark.long
@given(GAMES)
def test_nested_directions_bound_more_tightly_and_the_whole_operator_most(game):
    few, more = (judd_yeltekin_conklin(game, directions=count) for count in (8, 16))
    whole = equilibrium_payoffs(game, method="aps")
    assert few.is_empty <= more.is_empty <= whole.is_empty
    assert_within(more.outer, few.outer, ROOM * few.size)
    assert_within(whole.outer, more.outer, ROOM * few.size)


@given(GAMES)
def test_stage_equilibria_are_in_the_set(game):
    found = equilibrium_payoffs(game, method="aps")
    payoffs = game.stage.payoffs
    first = payoffs[..., 0] == payoffs[..., 0].max(axis=0, keepdims=True)
    second = payoffs[..., 1] == payoffs[..., 1].max(axis=1, keepdims=True)
    for index in np.argwhere(first & second):
        assert found.contains(payoffs[tuple(index)]) is not False


@pytest.mark.long
@settings(max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([(0.3, 0.9), (0.9, 0.3), (0.5, 0.7)]))
@example(0, (0.3, 0.9))
def test_near_ties_are_answered_by_bounds_that_hold(seed, deltas):
    rng, counts = np.random.default_rng(seed), (2, 2 + seed % 2)
    payoffs = rng.integers(0, 3, (*counts, 2)) + 1e-9 * rng.integers(-3, 4, (*counts, 2))
    if seed == 0:  # a set of a single point, whose polygon has edges without length
        payoffs = [[[1 - 3e-9, 1 - 2e-9], [2 + 3e-9, 2 + 2e-9]], [[2, 2 + 3e-9], [2 + 1e-9, -1e-9]]]
    game = RepeatedGame(StageGame(payoffs), deltas)
    found, other = equilibrium_payoffs(game), equilibrium_payoffs(game, method="judd_yeltekin_conklin")
    assert_within(found.inner, other.outer, ROOM)
    assert_within(other.inner, found.outer, ROOM)


def test_rational_numbers_and_their_floats_say_the_same_where_vertices_pile_up():
    exact, floats = (
        equilibrium_payoffs(RepeatedGame(PILED, deltas))
        for deltas in ((Fraction(1, 10), Fraction(1, 5)), (0.1, 0.2))
    )
    assert exact.status == floats.status == "complete"
    assert apart(exact.outer, floats.outer) < 1e-6 * exact.size
    assert exact.contains((0.9, -5)) is not False


def test_bounds_that_do_not_meet_are_not_called_complete():
    stage = ng.StageGame.from_matrices([[10, 4], [11, 6]], [[8, 9], [5, 6]])
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, (Fraction(1, 5), Fraction(1, 3))))
    assert found.status == "partial" or found.gap <= 1e-6 * found.size
    assert found.contains((10, 8)) is True
