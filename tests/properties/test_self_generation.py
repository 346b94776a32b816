"""Payoff sets against an operator written anew: clip, map, hull, in plain Python."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial import ConvexHull, QhullError

import negotiation as ng
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon

PAYOFFS = arrays(
    np.int64, st.tuples(st.integers(1, 3), st.integers(1, 3), st.just(2)), elements=st.integers(-5, 5)
)
DELTAS = st.sampled_from([0.2, 0.35, 0.5, 0.65, 0.8])


def clip(polygon, axis, level):
    kept = []
    for k, point in enumerate(polygon):
        after = polygon[(k + 1) % len(polygon)]
        if point[axis] >= level:
            kept.append(point)
        if (point[axis] >= level) != (after[axis] >= level):
            share = (level - point[axis]) / (after[axis] - point[axis])
            kept.append(tuple(p + share * (q - p) for p, q in zip(point, after, strict=True)))
    return kept


def hull(points):
    points = np.unique(np.round(np.array(points), 12), axis=0)
    try:
        return [tuple(points[k]) for k in ConvexHull(points).vertices]
    except (QhullError, ValueError):
        return [tuple(p) for p in {tuple(points[0]), tuple(points[-1])}]


def generated(payoffs, delta, polygon, slack):
    """Return the vertices of B(W): every profile, every vertex of the clipped set."""
    worst = np.min(np.array(polygon), axis=0)
    points = []
    for i, j in np.ndindex(payoffs.shape[:2]):
        gains = payoffs[:, j, 0].max() - payoffs[i, j, 0], payoffs[i, :, 1].max() - payoffs[i, j, 1]
        rest = list(polygon)
        for axis in (0, 1):
            rest = clip(rest, axis, worst[axis] + (1 - delta) / delta * gains[axis] - slack) if rest else []
        points += [tuple((1 - delta) * payoffs[i, j] + delta * np.array(w)) for w in rest]
    return hull(points) if points else []


@settings(max_examples=60)
@given(payoffs=PAYOFFS, delta=DELTAS)
def test_sets_lie_between_what_the_plain_operator_says(payoffs, delta):
    repeated = ng.RepeatedGame(ng.StageGame(payoffs), delta)
    found = ng.equilibrium_payoffs(repeated)
    assert found.status == "complete"
    polygon = hull(payoffs.reshape(-1, 2).astype(float))
    for _ in range(400):
        after = generated(payoffs.astype(float), delta, polygon, 1e-10)
        if not after:
            break
        moved = max(distance_to_polygon(np.array(p), np.array(after)) for p in polygon)
        polygon = after
        if moved < 1e-9:
            break
    # Each iterate from above contains the set, so the certified points lie in it.
    assert bool(len(found.inner)) <= bool(after)
    for vertex in found.inner:
        assert distance_to_polygon(vertex, np.array(polygon)) <= 1e-6
    if after and moved < 1e-9:
        for point in polygon:
            assert distance_to_polygon(np.array(point), found.outer) <= 1e-6


@given(payoffs=PAYOFFS, delta=DELTAS)
def test_every_set_is_certified_by_the_independent_check(payoffs, delta):
    repeated = ng.RepeatedGame(ng.StageGame(payoffs), delta)
    found = ng.equilibrium_payoffs(repeated)
    assert ng.verify(repeated, found).holds
    if len(found.inner) > 2:
        assert ng.verify(repeated, found, exact=True).holds


@given(payoffs=PAYOFFS, delta=DELTAS)
def test_stage_equilibria_are_in_and_minmax_is_below(payoffs, delta):
    stage = ng.StageGame(payoffs)
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta))
    floor = ng.minmax(stage).values
    if len(found.outer):
        assert (found.outer.min(axis=0) >= floor - 1e-9).all()
    for equilibrium in ng.solve(stage, method="pure_equilibria"):
        assert found.contains(equilibrium.payoffs) is True
