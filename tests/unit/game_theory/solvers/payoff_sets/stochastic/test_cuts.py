"""Walks around polygons beside plain searches of all vertices: cuts, extreme vertices, distances."""

from math import hypot, inf

import numpy as np
import pytest

from negotiation.game_theory.solvers.payoff_sets.common.polygons import largest_distance, simplified
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.certificates import mixture
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.cuts import levels_of, polygon_of
from negotiation.game_theory.solvers.payoff_sets.stochastic.kernels.polygons import HalfPlanes, keep_inside
from tests.properties.plane import hull

SEEDS = range(20)


def random_polygon(rng, count=12):
    """Return the hull of random points of the unit square, counter-clockwise."""
    return np.array(hull([tuple(map(float, p)) for p in rng.random((count, 2))]))


def unit_vectors(angles):
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_levels_are_the_greatest_over_all_vertices(seed):
    rng = np.random.default_rng(seed)
    polygons = [random_polygon(rng) for _ in range(3)]
    counts = np.array([len(p) for p in polygons])
    room = np.zeros((3, counts.max() + 2, 2))
    for s, polygon in enumerate(polygons):
        room[s, : len(polygon)] = polygon
    directions = unit_vectors(np.sort(rng.uniform(0, 2 * np.pi, 40)))
    found = levels_of(room, counts, directions, 1.0)
    for s, polygon in enumerate(polygons):
        assert found[s] == pytest.approx((polygon @ directions.T).max(axis=0), abs=1e-14)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_a_cut_polygon_is_what_all_half_planes_hold(seed):
    # Plainly: the crossings of all pairs of lines that no half-plane excludes.
    rng = np.random.default_rng(seed)
    normals = unit_vectors(np.sort(rng.uniform(0, 2 * np.pi, 15)))
    levels = normals @ rng.uniform(0.3, 0.7, 2) + rng.uniform(0.05, 0.2, 15)
    order = np.concatenate([np.arange(0, 15, 2), np.arange(1, 15, 2)])
    used, out = np.zeros(15, bool), np.empty((30, 2))
    count = polygon_of(normals, order, levels, 1.0, 1e-14, used, out)
    # The square around all payoffs, from -1 to 2, is cut along with the others.
    lines = np.concatenate([normals, [[1, 0], [0, 1], [-1, 0], [0, -1]]])
    reach = np.concatenate([levels, [2, 2, 1, 1]])
    corners = []
    for a in range(len(lines)):
        for b in range(a):
            if abs(np.linalg.det(lines[[a, b]])) > 1e-9:
                point = np.linalg.solve(lines[[a, b]], reach[[a, b]])
                if (lines @ point <= reach + 1e-10).all():
                    corners.append(tuple(point))
    plain = np.array(corners)
    turn = unit_vectors(np.linspace(0, 2 * np.pi, 60))
    assert (out[:count] @ turn.T).max(axis=0) == pytest.approx((plain @ turn.T).max(axis=0), abs=1e-10)
    shown = np.abs(normals @ plain.T - levels[:, None]).min(axis=1) <= 1e-10
    assert (shown >= used).all()


def test_half_planes_without_a_point_in_common_leave_nothing():
    normals, out = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.empty((12, 2))
    used = np.zeros(2, bool)
    assert polygon_of(normals, np.arange(2), np.array([0.2, -0.3]), 1.0, 1e-14, used, out) == 0


def plain_distance(outer, inner):
    """Return the largest distance of a vertex of one polygon from another, every edge asked for each."""
    largest = 0.0
    for px, py in outer:
        nearest, inside = inf, len(inner) > 2
        for (ax, ay), (bx, by) in zip(inner, np.roll(inner, -1, axis=0), strict=True):
            ux, uy = bx - ax, by - ay
            inside = inside and ux * (py - ay) - uy * (px - ax) >= 0
            length = ux * ux + uy * uy
            part = min(1, max(0, (ux * (px - ax) + uy * (py - ay)) / length)) if length else 0
            nearest = min(nearest, hypot(px - ax - part * ux, py - ay - part * uy))
        largest = max(largest, 0.0 if inside else nearest)
    return largest


@pytest.mark.parametrize("seed", SEEDS)
def test_distances_that_stop_early_are_those_of_all_edges(seed):
    rng = np.random.default_rng(seed)
    one, other = random_polygon(rng), 0.1 + 0.8 * random_polygon(rng)
    for outer, inner in ((one, other), (other, one), (one, one[:2]), (one, one[:1])):
        found = largest_distance(outer, len(outer), inner, len(inner))
        assert found == pytest.approx(plain_distance(outer, inner), abs=1e-15)


def plain_simplified(polygon, distance):
    """Drop the first vertex that is near the segment of its neighbours, and begin again."""
    points = [tuple(p) for p in polygon]
    while len(points) > 2:
        for k, (px, py) in enumerate(points):
            (ax, ay), (bx, by) = points[k - 1], points[(k + 1) % len(points)]
            ux, uy = bx - ax, by - ay
            length, along = np.sqrt(ux * ux + uy * uy), ux * (px - ax) + uy * (py - ay)
            between = length > 0 and -distance * length <= along <= (length + distance) * length
            if between and abs(ux * (py - ay) - uy * (px - ax)) <= distance * length:
                del points[k]
                break
        else:
            break
    return points


@pytest.mark.parametrize("seed", SEEDS)
def test_a_polygon_is_simplified_as_by_beginning_again_each_time(seed):
    polygon = unit_vectors(np.sort(np.random.default_rng(seed).uniform(0, 2 * np.pi, 60)))
    here = polygon.copy()
    count = simplified(here, len(here), 2e-3)
    assert 2 < count < 60
    assert [tuple(p) for p in here[:count]] == plain_simplified(polygon, 2e-3)


@pytest.mark.long
def test_a_mixture_of_near_neighbours_misses_its_target_by_rounding_alone():
    # Two vertices 1e-10 apart seen from 0.3 away: shares by Cramer's rule alone miss by 1e-13 and more.
    rng = np.random.default_rng(3)
    for _ in range(200):
        ring = unit_vectors(rng.uniform(0, 2 * np.pi) + np.array([0.0, 1e-10, 2.1, 4.2])) * 0.3 + 0.5
        around = np.array([0.5, 0.5]) + rng.normal(size=2) * 0.01
        share = rng.random()
        target = around + (1 - 1e-9) * (share * ring[0] + (1 - share) * ring[1] - around)
        found = mixture(ring, around, target, 1.0, 1e-12)
        assert found.p + found.q <= 1.0
        assert found.miss <= 2e-16


def test_points_beyond_half_planes_are_replaced_by_one_within():
    planes = HalfPlanes(unit_vectors(np.arange(4) * np.pi / 2), np.ones((1, 4)))
    points = np.array([[[2.0, 0.0], [0.5, 0.5], [0.0, 3.0]]])
    assert keep_inside(points, planes, np.array([False]), 1e-9)
    assert points.tolist() == [[[0.5, 0.5]] * 3]
