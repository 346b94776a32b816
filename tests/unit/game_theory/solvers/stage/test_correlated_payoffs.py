import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.solvers.stage.correlated_payoffs import hull
from negotiation.game_theory.solvers.stage.numerics import NUMERICS


def test_a_vertex_beyond_the_ends_of_a_segment_is_kept_however_near_their_line_it_is():
    near = 1e-9
    points = np.array([[0.0, 0.4], [near, 0.0], [2 * near, 1.0], [near, 0.4]])
    assert hull(points)[:, 1].min() == 0.0
    assert hull(points)[:, 1].max() == 1.0


@given(
    st.lists(st.tuples(*[st.integers(-3, 3)] * 2), min_size=1, max_size=9),
    st.sampled_from([1.0, 1e-3, 1e-7, 1e-9, 1e-12]),
    st.sampled_from([1.0, 1e-3, 1e-7, 1e-9, 1e-12]),
)
def test_a_hull_reaches_as_far_as_its_points_in_every_direction(points, wide, high):
    cloud = np.array(points, dtype=float) * [wide, high]
    corners = hull(cloud)
    angles = np.linspace(0, 2 * np.pi, 33)
    for direction in np.column_stack([np.cos(angles), np.sin(angles)]):
        assert (cloud @ direction).max() - (corners @ direction).max() <= NUMERICS.same_point
    assert {tuple(corner) for corner in corners} <= {tuple(point) for point in cloud}
