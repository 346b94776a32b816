from dataclasses import replace
from fractions import Fraction
from math import isfinite

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

PUBLISHED = ng.catalogue()["abreu-sannikov-2014"].game()
DILEMMA = np.array([[(9, 9), (1, 10)], [(10, 1), (3, 3)]])
COMMON_INTEREST = [[(4, 4), (0, 0)], [(0, 0), (1, 1)]]
PENNIES = [[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]]


def found(payoffs, delta, **options):
    return equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta), **options)


def vertices(payoffs, delta):
    """Return the outer vertices of a complete set that its certificate confirms."""
    result = found(payoffs, delta)
    assert result.status == "complete"
    assert isfinite(result.gap)
    assert verify(result.game, result).holds
    return result.vertices


def assert_is(array, expected, near=1e-7):
    assert len(array) == len(expected)
    np.testing.assert_allclose(array, np.reshape(expected, (-1, 2)), rtol=0, atol=near)


# --- computed values; published ones are in tests/golden ---------------------------------------------------


def test_the_set_jumps_at_the_threshold_and_says_so():
    below, at = found(DILEMMA, Fraction(1, 7) - Fraction(1, 10**15)), found(DILEMMA, Fraction(1, 7))
    assert (below.contains((9, 9)), at.contains((9, 9))) == (False, True)
    assert at.exact
    assert at.gap == 0.0
    assert verify(at.game, at, exact=True).margin == 0


@pytest.mark.long
def test_nearer_to_the_threshold_than_a_double_resolves_nothing_is_claimed():
    result = found(DILEMMA, Fraction(1, 7) - Fraction(1, 10**30))
    assert result.status == "partial"
    assert "do not meet" in result.reason
    assert result.contains((9, 9)) is None
    assert result.contains((3, 3)) is True
    assert verify(result.game, result, exact=True).holds


@pytest.mark.parametrize(
    ("payoffs", "delta", "expected"),
    [
        (COMMON_INTEREST, 0.5, [(1, 1), (4, 4)]),
        (COMMON_INTEREST, 0.3, [(1, 1), (4, 4)]),
        (np.full((3, 2, 2), 7.5), 0.9, [(7.5, 7.5)]),
        (np.full((2, 2, 2), -1e9), 0.9, [(-1e9, -1e9)]),
        (PENNIES, 0.9, []),
        ([[(2, 5)]], 0.5, [(2, 5)]),
        ([[(1, 0), (5, 2), (3, 2)]], 0.9, [(3, 2), (5, 2)]),
        ([[(1, 0)], [(1, 4)], [(0, 9)]], 0.9, [(1, 0), (1, 4)]),
    ],
)
def test_sets_without_interior_are_values(payoffs, delta, expected):
    result = vertices(payoffs, delta)
    assert_is(result[np.lexsort(result.T[::-1])] if len(result) else result, expected)


@pytest.mark.parametrize(
    ("payoffs", "delta", "expected"),
    [
        # Knife edges at which an end of a segment was once lost among points that differ by rounding.
        ([[(0, 1), (2, 0)], [(1, 2), (0, 1)], [(2, 2), (2, 2)], [(1, 2), (2, 1)]], 2 / 3, [(2, 1), (2, 2)]),
        (
            [
                [(1, 1), (2, 2), (2, 1), (1, 1)],
                [(2, 0), (1, 1), (1, 2), (1, 2)],
                [(1, 2), (0, 2), (0, 0), (1, 2)],
            ],
            Fraction(3, 5),
            [(1, 2), (2, 2)],
        ),
        ([[(0, 2), (2, 2), (2, 0), (0, 2)], [(1, 1), (0, 1), (1, 2), (0, 0)]], 0.6, [(0, 2), (2, 2)]),
        # Both constraints bind, at a point of a segment.
        ([[(3, 3), (1, 0)], [(0, 1), (-1, -1)]], Fraction(1, 2), [(1, 1), (3, 3)]),
        ([[(3, 3), (1, 0)], [(0, 1), (-1, -1)]], 0.5, [(1, 1), (3, 3)]),
    ],
)
def test_no_end_of_a_segment_is_lost(payoffs, delta, expected):
    result = vertices(payoffs, delta)
    assert_is(result[np.lexsort(result.T[::-1])], expected)


# --- the result ---------------------------------------------------------------------------------------------


def test_the_iteration_limit_makes_a_result_partial():
    result = equilibrium_payoffs(PUBLISHED, limit=3)
    assert result.status == "partial"
    assert result.iterations == 3
    assert result.residual > 1e-11
    assert "moved by" in result.reason
    settled = equilibrium_payoffs(PUBLISHED)
    # What there is of an outer bound is one.
    assert all(result.contains(vertex) is not False for vertex in settled.vertices)


@pytest.mark.parametrize("delta", [0.75, Fraction(3, 4)])
def test_what_the_set_contains(delta):
    result = found(DILEMMA, delta)
    for inside in ((9, 9), (3, 3), (39 / 4, 3), (5, 5), (3, 9.75)):
        assert result.contains(inside) is True
    for outside in ((9, 9.000001), (9.000001, 9), (2.999999, 3), (9.751, 3), (0, 0), (10, 1)):
        assert result.contains(outside) is False


def test_between_the_bounds_the_answer_is_open():
    result = equilibrium_payoffs(PUBLISHED)
    assert 0.0 < result.gap < 1e-7
    assert result.contains(result.vertices[0]) is None
    assert result.contains(result.inner[0]) is True
    assert result.contains(result.vertices.mean(axis=0)) is True
    assert result.contains(result.vertices[0] - 1e-6) is False


# --- the certificate ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certified():
    return equilibrium_payoffs(PUBLISHED)


@pytest.mark.parametrize("exact", [False, True])
def test_a_certificate_holds_with_room(certified, exact):
    verdict = verify(certified.game, certified, exact=exact)
    assert verdict.holds
    assert verdict.margin > 0
    assert verdict.concept == "self-generating set of subgame perfect payoffs"
    assert verdict.checked == len(certified.inner) * 4
    assert verdict.deviation is not None


def moved(array, k, by):
    changed = np.array(array)
    changed[k] += by
    return changed


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("size", [1e-6, 1.0])
def test_a_set_that_was_tampered_with_fails(certified, exact, size):
    outward = certified.inner - certified.inner.mean(axis=0)
    for k in range(len(certified.inner)):
        vertex = replace(certified, inner=moved(certified.inner, k, size * outward[k]))
        assert not verify(certified.game, vertex, exact=exact).holds
        inwards = replace(certified, continuations=moved(certified.continuations, k, -size * outward[k]))
        assert not verify(certified.game, inwards, exact=exact).holds


@pytest.mark.parametrize("exact", [False, True])
def test_less_patience_breaks_the_incentives(certified, exact):
    # Both the incentives and what is generated depend on the discount factor.
    other = RepeatedGame(certified.game.stage, 0.29)
    assert not verify(other, certified, exact=exact).holds


def test_a_certificate_for_unlike_discount_factors():
    game = RepeatedGame(StageGame(DILEMMA), (Fraction(3, 4), Fraction(1, 2)))
    base = found(DILEMMA, Fraction(3, 4))
    segment = replace(
        base,
        game=game,
        inner=np.array([[3.0, 3.0], [9.0, 9.0]]),
        profiles=np.array([3, 0]),
        continuations=np.array([[3.0, 3.0], [9.0, 9.0]]),
    )
    verdict = verify(game, segment, exact=True)
    assert verdict.holds
    assert verdict.margin == 0
    impatient = RepeatedGame(StageGame(DILEMMA), (Fraction(3, 4), Fraction(1, 10)))
    verdict = verify(impatient, replace(segment, game=impatient), exact=True)
    # Player 2 gains 1 at once and loses 6 for ever: 9/10 - 6/10.
    assert (verdict.holds, verdict.margin, verdict.deviation.player) == (False, Fraction(-3, 10), "1")


def test_a_point_beyond_the_tip_of_a_sliver_is_outside():
    stage = StageGame([[(0.0, 0.0), (3.0, 3.0)]])
    base = equilibrium_payoffs(RepeatedGame(stage, 0.5))
    thin = replace(
        base,
        inner=np.array([[0.0, 0.0], [1.0, 1.0 - 1e-16], [2.0, 2.0 + 4e-16]]),
        profiles=np.array([0, 0, 1]),
        continuations=np.array([[0.0, 0.0], [2.0, 2.0], [3.0, 3.0]]),
    )
    verdict = verify(thin.game, thin)
    assert not verdict.holds
    assert verdict.margin < -0.4
