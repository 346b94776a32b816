"""Bargaining rules against their axioms, brute force and closed forms."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.bargaining.bargain import bargain, individually_rational_frontier
from negotiation.game_theory.solvers.bargaining.rules import (
    Egalitarian,
    KalaiSmorodinsky,
    NashBargaining,
    Rubinstein,
)
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

DILEMMA = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
GAME = RepeatedGame(DILEMMA, 0.75)
COORDINATES = st.integers(0, 20).map(float)


@st.composite
def frontiers(draw):
    """A concave decreasing chain of gains, from the best for player 2 to the best for player 1."""
    points = np.array(draw(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=8)))
    frontier = individually_rational_frontier(_hull(points), np.zeros(2), 2e-11)
    assume((frontier.max(axis=0) > 0).all())
    return frontier


@st.composite
def whole_frontiers(draw):
    """A frontier on which either player may get nothing."""
    inner = draw(st.lists(st.tuples(COORDINATES, COORDINATES), max_size=5))
    ends = [(0.0, 0.0), (draw(st.integers(21, 40)), 0.0), (0.0, draw(st.integers(21, 40)))]
    return individually_rational_frontier(_hull(np.array([*inner, *ends], dtype=float)), np.zeros(2), 2e-11)


def _hull(points):
    """Vertices counter-clockwise, by gift wrapping in exact small integers."""
    points = np.unique(points, axis=0)
    if len(points) < 3:
        return points
    hull, current = [], points[0]
    while True:
        hull.append(current)
        ahead = points[0] if (points[0] != current).any() else points[1]
        for p in points:
            (x1, y1), (x2, y2) = ahead - current, p - current
            turn = x1 * y2 - y1 * x2
            if turn < 0 or (turn == 0 and ((p - current) ** 2).sum() > ((ahead - current) ** 2).sum()):
                ahead = p
        if (ahead == hull[0]).all():
            return np.array(hull)
        current = ahead


def dense(frontier):
    """Many points along the frontier."""
    if len(frontier) == 1:
        return frontier
    t = np.linspace(0, 1, 801)[:, None]
    return np.concatenate([a + t * (b - a) for a, b in pairwise(frontier)])


@given(
    points=st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=8),
    unit=st.sampled_from([2.0**-20, 2.0**20]),
)
def test_the_frontier_is_the_same_in_every_unit(points, unit):
    hull = _hull(np.array(points))
    one, other = (individually_rational_frontier(k * hull, np.zeros(2), k * 2e-11) for k in (1.0, unit))
    assert (other / unit).tolist() == one.tolist()


@given(frontier=frontiers(), weights=st.tuples(st.floats(0.2, 5), st.floats(0.2, 5)))
def test_nash_has_the_largest_product(frontier, weights):
    found = NashBargaining(weights).agree(frontier, (0.9, 0.9))
    product = dense(frontier) ** np.array(weights)
    assert np.prod(found ** np.array(weights)) >= product.prod(axis=1).max() * (1 - 1e-12)


@given(frontier=frontiers())
def test_egalitarian_has_the_largest_least_gain_and_kalai_smorodinsky_the_largest_least_share(frontier):
    for rule, unit in ((Egalitarian(), np.ones(2)), (KalaiSmorodinsky(), frontier.max(axis=0))):
        found = rule.agree(frontier, (0.9, 0.9))
        assert (found / unit).min() >= (dense(frontier) / unit).min(axis=1).max() * (1 - 1e-12)


RULES = [NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Rubinstein(), Rubinstein((0.6, 0.95), 1)]


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@given(frontier=frontiers())
def test_the_agreement_is_a_pareto_point(rule, frontier):
    found = rule.agree(frontier, (0.9, 0.8))
    better = dense(frontier)
    assert not ((better > found + 1e-6).all(axis=1)).any()
    second = np.interp(found[0], frontier[:, 0], frontier[:, 1])
    assert found[1] == pytest.approx(second, abs=1e-9)


@given(frontier=whole_frontiers(), deltas=st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95)))
def test_offers_leave_the_other_indifferent(frontier, deltas):
    x = Rubinstein(deltas, 0).agree(frontier, (0.9, 0.9))
    y = Rubinstein(deltas, 1).agree(frontier, (0.9, 0.9))
    assert y[0] == pytest.approx(deltas[0] * x[0], abs=1e-6)
    assert x[1] == pytest.approx(deltas[1] * y[1], abs=1e-6)


@given(deltas=st.tuples(st.floats(0.05, 0.99), st.floats(0.05, 0.99)))
def test_a_cake_is_split_as_by_rubinstein(deltas):
    found = Rubinstein(deltas).agree(np.array([[0.0, 1.0], [1.0, 0.0]]), (0.5, 0.5))
    assert found[0] == pytest.approx((1 - deltas[1]) / (1 - deltas[0] * deltas[1]), abs=1e-9)


@given(frontier=whole_frontiers(), ratio=st.floats(0.3, 3))
def test_patient_offers_tend_to_nash_by_patience(frontier, ratio):
    step = 1e-5
    patient = Rubinstein((np.exp(-step), np.exp(-ratio * step))).agree(frontier, (0.9, 0.9))
    nash = NashBargaining((1.0, 1.0 / ratio)).agree(frontier, (0.9, 0.9))
    assert patient == pytest.approx(nash, abs=1e-3 * frontier.max())


def test_a_found_set_is_used_and_the_answer_is_an_equilibrium_payoff():
    found = equilibrium_payoffs(GAME)
    for rule in RULES:
        solution = bargain(found, rule)
        assert solution.payoff_set is found
        assert solution.agreed
        assert found.contains(solution.payoffs)
        assert (solution.gains >= -1e-12).all()


def test_nothing_better_for_both_means_no_agreement():
    solution = bargain(GAME, disagreement=(9.5, 9.5))
    assert not solution.agreed
    assert solution.payoffs.tolist() == [9.5, 9.5]


def test_the_one_equilibrium_there_is_is_agreed_on_even_where_the_bound_falls_short():
    found = equilibrium_payoffs(RepeatedGame(DILEMMA, 0.05))
    short = replace(found, inner=found.inner - 3e-10, gap=5e-10)
    solution = bargain(short, disagreement=("D", "D"))
    assert solution.agreed
    assert solution.payoffs.tolist() == [3, 3]
