"""Invariants of repeated-game payoff sets, beside an operator in plain rational numbers."""

from fractions import Fraction

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.product import product_game
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from tests.properties.plane import beyond, clipped, hull, pairs

DELTAS = st.sampled_from([Fraction(1, 10), Fraction(1, 3), Fraction(1, 2), Fraction(3, 5), Fraction(4, 5)])
NEAR = 1e-7


@st.composite
def payoff_arrays(draw, largest=4, bound=6):
    shape = draw(st.integers(1, largest)), draw(st.integers(1, largest)), 2
    count = shape[0] * shape[1] * 2
    spread = draw(st.sampled_from([1, 2, bound]))
    entries = draw(st.lists(st.integers(-spread, spread), min_size=count, max_size=count))
    return np.array(entries, dtype=object).reshape(shape)


def solved(payoffs, delta):
    return equilibrium_payoffs(RepeatedGame(StageGame(payoffs), delta))


# --- the operator, written again ----------------------------------------------------------------------------


def operator(payoffs, delta, polygon, relax=0):
    """Return B(W): for each profile the whole admissible part of W, not its binding points alone."""
    worst = [min(point[i] for point in polygon) for i in (0, 1)]
    points = []
    for index in np.ndindex(payoffs.shape[:2]):
        g = payoffs[index]
        gains = max(payoffs[:, index[1], 0]) - g[0], max(payoffs[index[0], :, 1]) - g[1]
        part = polygon
        for i in (0, 1):
            part = clipped(part, i, worst[i] + (1 - delta) / delta * gains[i] - relax)
        points += [tuple((1 - delta) * g[i] + delta * w[i] for i in (0, 1)) for w in part]
    return hull(points)


def assert_same(points, others, near=NEAR):
    assert beyond(points, others) <= near
    assert beyond(others, points) <= near


# --- what is brute force ------------------------------------------------------------------------------------


@given(payoff_arrays(largest=3), DELTAS)
@example(
    np.array([[(0, 1), (2, 0)], [(1, 2), (0, 1)], [(2, 2), (2, 2)], [(1, 2), (2, 1)]], object), Fraction(2, 3)
)
@example(
    np.array([[(0, 2), (2, 2), (2, 0), (0, 2)], [(1, 1), (0, 1), (1, 2), (0, 0)]], object), Fraction(3, 5)
)
def test_the_set_is_a_fixed_point_and_none_larger_is(payoffs, delta):
    outer = pairs(solved(payoffs, delta).vertices)
    rough = payoffs.astype(float)
    if outer:
        assert_same(operator(rough, float(delta), outer, 1e-10), outer)
    # Iterates from the feasible set hold every equilibrium payoff: none may be missing from the bound.
    polygon = hull([tuple(row) for row in rough.reshape(-1, 2).tolist()])
    for _ in range(120):
        polygon = operator(rough, float(delta), polygon, 1e-11) if polygon else []
    assert beyond(polygon, outer) <= 1e-5


@given(payoff_arrays(largest=3), DELTAS)
def test_two_exact_steps_hold_the_set(payoffs, delta):
    polygon = hull([tuple(Fraction(x) for x in row) for row in payoffs.reshape(-1, 2).tolist()])
    outer = pairs(solved(payoffs, delta).vertices)
    for _ in range(2):
        polygon = operator(payoffs, delta, polygon) if polygon else []
        assert not outer or polygon
        assert beyond(outer, polygon) <= NEAR


@given(payoff_arrays(), DELTAS)
def test_every_certified_set_passes_the_check(payoffs, delta):
    found = solved(payoffs, delta)
    assert found.status == "complete"
    assert found.gap <= 1e-6 * found.size
    assert beyond(pairs(found.inner), pairs(found.outer)) <= 1e-10 * found.size
    assert verify(found.game, found).holds
    if found.exact or len(found.outer) != 2:
        assert verify(found.game, found, exact=True).holds


@given(payoff_arrays(), DELTAS)
def test_each_extreme_point_is_a_stage_payoff_or_has_a_binding_constraint(payoffs, delta):
    found = solved(payoffs, delta)
    rough, d = payoffs.astype(float), float(delta)
    near = 1e-5 * found.size / d
    for position, w in zip(found.profiles, found.continuations, strict=True):
        i, j = divmod(int(position), payoffs.shape[1])
        g = rough[i, j]
        gains = np.array([rough[:, j, 0].max() - g[0], rough[i, :, 1].max() - g[1]])
        slack = w - found.outer.min(axis=0) - (1 - d) / d * gains
        assert np.abs(w - g).max() <= near or slack.min() <= near
    if not found.exact:  # an exact certificate takes the first profile that will do
        assert max(np.bincount(found.profiles), default=0) <= 3


# --- what lies in what --------------------------------------------------------------------------------------


@given(payoff_arrays(), DELTAS)
def test_between_the_stage_equilibria_and_the_individually_rational_payoffs(payoffs, delta):
    found = solved(payoffs, delta)
    own = payoffs[..., 0].max(axis=0), payoffs[..., 1].max(axis=1)
    minmax = min(own[0]), min(own[1])
    feasible = hull([tuple(row) for row in payoffs.astype(float).reshape(-1, 2).tolist()])
    assert beyond(pairs(found.vertices), feasible) <= NEAR
    assert not len(found.vertices) or (found.vertices >= np.array(minmax, float) - NEAR).all()
    for i, j in np.ndindex(payoffs.shape[:2]):
        if payoffs[i, j, 0] == own[0][j] and payoffs[i, j, 1] == own[1][i]:
            assert found.contains(payoffs[i, j].astype(float)) is True


@given(payoff_arrays(), DELTAS, DELTAS)
def test_patience_loses_nothing(payoffs, one, other):
    less, more = sorted((one, other))
    assert beyond(pairs(solved(payoffs, less).vertices), pairs(solved(payoffs, more).vertices)) <= NEAR


@given(payoff_arrays(largest=2, bound=3), payoff_arrays(largest=2, bound=3), DELTAS)
def test_two_issues_together_sustain_the_sums(first, second, delta):
    stages = [StageGame(first), StageGame(second)]
    apart = [equilibrium_payoffs(RepeatedGame(stage, delta)).inner for stage in stages]
    assume(len(apart[0]) and len(apart[1]))
    joint = equilibrium_payoffs(RepeatedGame(product_game(*stages), delta)).vertices
    sums = [(x + a, y + b) for x, y in pairs(apart[0]) for a, b in pairs(apart[1])]
    assert beyond(sums, pairs(joint)) <= NEAR


# --- what changes nothing -----------------------------------------------------------------------------------


@given(
    payoff_arrays(), DELTAS, st.tuples(st.integers(1, 5), st.integers(1, 5)), st.sampled_from([-7, 0, 10**6])
)
def test_affine_changes_carry_over(payoffs, delta, scale, shift):
    base, changed = solved(payoffs, delta), solved(payoffs * np.array(scale, object) + shift, delta)
    assert_same(pairs(base.vertices * scale + shift), pairs(changed.vertices), 1e-6)
    assert base.is_empty == changed.is_empty


@given(payoff_arrays(), DELTAS)
def test_a_symmetric_game_has_a_symmetric_set(payoffs, delta):
    size = min(payoffs.shape[:2])
    own = payoffs[:size, :size, 0]
    found = pairs(solved(np.stack([own, own.T], axis=-1), delta).vertices)
    assert_same(found, [(y, x) for x, y in found])


@given(payoff_arrays(largest=3), DELTAS, st.data())
def test_a_duplicated_action_changes_nothing(payoffs, delta, data):
    axis = data.draw(st.integers(0, 1))
    again = payoffs.take([data.draw(st.integers(0, payoffs.shape[axis] - 1))], axis=axis)
    doubled = np.concatenate([payoffs, again], axis=axis)
    assert_same(pairs(solved(payoffs, delta).vertices), pairs(solved(doubled, delta).vertices))


def test_what_the_other_does_to_a_player_matters():
    # Added to each payoff: a function of the other's action alone. It changes no deviation gain, yet the set.
    dilemma = np.array([[(9, 9), (1, 10)], [(10, 1), (3, 3)]], object)
    changed = dilemma + np.array([[(0, 0), (-9, 0)], [(0, -9), (-9, -9)]], object)
    delta = Fraction(1, 10)
    assert len(solved(dilemma, delta).vertices) == 1
    assert len(solved(changed, delta).vertices) > 1
