"""What is beside a knife edge, and why bounds of two players' payoffs may not meet."""

from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.common.stage import Stage
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.kernels.certified_bounds import certified


@pytest.mark.parametrize("seed", [5, 23, 25, 36])
def test_a_game_a_billionth_beside_one_with_a_knife_edge_is_decided(seed):
    generator = np.random.default_rng(seed)
    payoffs = generator.integers(-5, 6, (3, 3, 2))
    beside = payoffs + generator.uniform(-1e-9, 1e-9, payoffs.shape)
    on_it = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), Fraction(1, 2)))
    assert (on_it.status, on_it.exact) == ("complete", True)
    for given in (beside, np.vectorize(Fraction, otypes=[object])(beside)):
        game = RepeatedGame(StageGame(given), Fraction(1, 2))
        found = equilibrium_payoffs(game)
        assert found.status == "complete"
        assert found.gap < 1e-6
        assert verify(game, found).holds


@pytest.mark.parametrize(("off", "status"), [(1e-9, "complete"), (1e-10, "complete"), (5e-12, "partial")])
def test_what_is_nearer_than_bounds_resolve_is_said_to_be_so(off, status):
    # Cooperation is worth its temptation by a multiple of `off` at 1/2: the set jumps close below.
    irrational = np.sqrt(2.0) * 1e-3
    payoffs = np.array([[[2.0, 2.0], [0.0, 3.0]], [[3.0, 0.0], [1.0, 1.0]]])
    payoffs[1, 0, 0] -= 4 * off
    payoffs[0, 1, 0] += irrational
    found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), 0.5))
    assert found.contains((1, 1)) is True
    assert found.status == status
    if status == "partial":
        assert "met or missed by less than they resolve (1e-11)" in found.reason


def test_a_set_too_thin_for_room_inside_is_said_to_be_so():
    payoffs = [
        [[-999999999, 1], [3000000003, -2], [-1000000003, 2999999998]],
        [[999999996, 1000000004], [1000000000, 2], [-1000000000, -3]],
        [[999999996, 1999999997], [-1000000004, -999999996], [-999999998, 2999999997]],
    ]
    found = equilibrium_payoffs(RepeatedGame(StageGame(payoffs), Fraction(1, 4)))
    assert found.status == "partial"
    width = float(found.reason.split("the set is ")[1].split()[0])
    assert "too thin for an inner bound" in found.reason
    # In a triangle the width times the longest edge is twice the area; in other sets as long, less.
    points = found.outer / np.ptp(np.array(payoffs).reshape(-1, 2), axis=0)
    (x, y), (u, v) = points.T, np.roll(points, -1, axis=0).T
    area = abs(float((x * v - u * y).sum())) / 2
    longest = np.linalg.norm(points[:, None] - points, axis=2).max()
    assert area <= width * longest * 1.1 <= 2.5 * area


@pytest.mark.parametrize("tempted", [None, 0, 1])
def test_an_inner_bound_is_certified_only_if_neither_player_gains(tempted):
    corners = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]])
    gains = np.zeros((3, 2))
    if tempted is not None:
        gains[tempted, tempted] = 3.0
    stage = Stage(corners, gains, 3, 2.0)
    holds = certified(stage, corners.copy(), np.arange(3), np.empty((3, 2)), 0.5, 0.49)
    assert holds == (tempted is None)
