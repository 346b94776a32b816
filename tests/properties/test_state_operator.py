"""Payoff sets of stochastic games beside the operator written again, plainly, on whole polygons."""

from functools import reduce
from math import inf

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import negotiation as ng
from tests.properties.plane import beyond, clipped, hull, pairs

DELTAS = st.sampled_from([0.15, 0.3, 0.5, 0.6])
NEAR = 1e-7
STEPS = 60


@st.composite
def games(draw):
    states, shape = draw(st.integers(1, 3)), (draw(st.integers(1, 3)), draw(st.integers(1, 2)))
    count = states * shape[0] * shape[1]
    payoffs = draw(st.lists(st.integers(-4, 4), min_size=2 * count, max_size=2 * count))
    pairs = st.tuples(st.integers(0, states - 1), st.integers(0, states - 1))
    after = draw(st.lists(pairs, min_size=count, max_size=count))
    rows = np.array([(np.eye(states)[a] + np.eye(states)[b]) / 2 for a, b in after])
    return ng.StochasticGame(
        np.array(payoffs).reshape(states, *shape, 2), rows.reshape(states, *shape, states), draw(DELTAS)
    )


def expected_set(sets, row):
    """Return the set of expected continuations: all sums, however many, and their hull."""
    parts = [[(p * x, p * y) for x, y in sets[s]] for s, p in row]
    return reduce(lambda one, other: hull([(a + x, b + y) for a, b in one for x, y in other]), parts)


def operator(game, sets, relax):
    """Return B(W) by state: every profile, and the whole admissible part of its expected continuations."""
    delta, dense = float(game.discount_factor), np.asarray(game.transitions.to_dense(), dtype=float)
    worst = [[min(p[i] for p in part) if part else inf for i in (0, 1)] for part in sets]
    out = []
    for s, stage in enumerate(game.stages):
        points = []
        rows = dense[game.offsets[s] : game.offsets[s + 1]].reshape(*stage.n_actions, -1)
        for a in np.ndindex(stage.n_actions):
            row = [(t, p) for t, p in enumerate(rows[a]) if p > 0]
            if any(not sets[t] for t, _ in row):
                continue
            part = expected_set(sets, row)
            for i in (0, 1):
                for k in range(stage.n_actions[i]):
                    other = (k, a[1]) if i == 0 else (a[0], k)
                    if other != a:
                        after = sum(p * worst[t][i] for t, p in enumerate(rows[other]) if p > 0)
                        gain = (1 - delta) * (stage.payoffs[other][i] - stage.payoffs[a][i])
                        part = clipped(part, i, gain / delta + after - relax)
            points += [tuple((1 - delta) * stage.payoffs[a][i] + delta * w[i] for i in (0, 1)) for w in part]
        out.append(hull(points))
    return out


@given(games())
def test_the_sets_are_fixed_points(game):
    found = ng.equilibrium_payoffs(game)
    outer = [pairs(found[state].vertices) for state in game.states]
    for before, after in zip(outer, operator(game, outer, 1e-9), strict=True):
        assert bool(before) == bool(after)
        assert beyond(before, after) <= NEAR
        assert beyond(after, before) <= NEAR


@pytest.mark.long
@given(games())
def test_no_larger_fixed_point_is_missed(game):
    # Iterates from all payoffs hold every equilibrium payoff; few steps suffice at these discount factors.
    found = ng.equilibrium_payoffs(game)
    sets = [hull(pairs(game.flat_payoffs()))] * game.n_states
    for _ in range(STEPS):
        sets = operator(game, sets, 1e-11)
        assume(sum(len(part) for part in sets) < 60)
    for state, part in zip(game.states, sets, strict=True):
        assert bool(part) == (not found[state].is_empty)
        assert beyond(part, pairs(found[state].vertices)) <= 1e-5
        assert beyond(pairs(found[state].inner), part) <= 1e-5


@given(games())
def test_certified_bounds_meet_and_pass_the_check(game):
    found = ng.equilibrium_payoffs(game)
    assert found.status == "complete"
    assert ng.verify(game, found).holds
    for part in found.values():
        assert part.gap <= 1e-6 * part.size
        if not part.is_empty:
            assert beyond(pairs(part.inner), pairs(part.outer)) <= 1e-9 * part.size
            assert (part.vertices >= part.threats - 1e-9 * part.size).all()
