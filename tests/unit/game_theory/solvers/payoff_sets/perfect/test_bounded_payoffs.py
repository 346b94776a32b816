import numpy as np
import pytest

from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.perfect.bounded_payoffs import (
    bounded_payoffs,
    sphere_directions,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import judd_yeltekin_conklin

NASH_ONLY = np.zeros((2, 2, 2, 3))  # each has a dominant second action, and nobody's action moves another
for profile in np.ndindex(2, 2, 2):
    NASH_ONLY[profile] = profile


# A contribution costs 2 and gives 1 to each of three. All contribute for ever from 1/2 on: a gain of 1
# against a stake of 1; below, each would need more than 1 next, and their sum is at most 3.
PUBLIC_GOOD = np.array(
    [[sum(profile) - 2.0 * own for own in profile] for profile in np.ndindex(2, 2, 2)]
).reshape(2, 2, 2, 3)


def test_in_a_small_unit_a_bound_is_no_wider():
    found = bounded_payoffs(RepeatedGame(StageGame(2.0**-40 * PUBLIC_GOOD), 0.6))
    assert found.contains(2.0**-40 * np.ones(3)) is True
    assert found.contains(2.0**-40 * np.full(3, 1.01)) is False


def with_a_dummy(stage, payoff=0.0):
    payoffs = np.full((*stage.n_actions, 2, 3), payoff)
    payoffs[..., :2] = stage.payoffs[:, :, None, :]
    return StageGame(payoffs)


@pytest.mark.parametrize("deltas", [(0.3, 0.3), (0.1, 0.3), (0.6, 0.25)])
def test_with_a_dummy_third_player_the_bound_is_that_of_two(dilemma, deltas):
    three = bounded_payoffs(RepeatedGame(with_a_dummy(dilemma), (*deltas, 0.2)))
    two = judd_yeltekin_conklin(RepeatedGame(dilemma, deltas), directions=three_normals())
    assert three.status == "complete"
    flat = np.abs(three.directions[:, 2]) < 1e-12
    levels = (three.directions[flat, :2] @ two.outer.T).max(axis=1)
    assert three.levels[flat] == pytest.approx(levels, abs=2e-6)
    for point in two.outer:
        assert three.contains((*point, 0.0)) is not False


def three_normals():
    normals = sphere_directions(3, 1)[:, :2]
    return normals[np.abs(normals).sum(axis=1) > 0]


def test_where_nothing_can_be_enforced_the_set_is_the_stage_equilibrium():
    found = bounded_payoffs(RepeatedGame(StageGame(NASH_ONLY), 0.4))
    assert found.status == "complete"
    assert found.inner == pytest.approx(np.ones((1, 3)), abs=1e-6)
    assert found.gap < 1e-5
    assert found.contains((1, 1, 1)) is True
    assert found.contains((1, 1, 0.9)) is False


def test_three_contribute_for_ever_from_one_half_on():
    above = bounded_payoffs(RepeatedGame(StageGame(PUBLIC_GOOD), 0.55))
    assert above.status == "complete"
    assert above.contains((1, 1, 1)) is True
    assert above.contains((0, 0, 0)) is True
    below = bounded_payoffs(RepeatedGame(StageGame(PUBLIC_GOOD), 0.45))
    assert below.contains((1, 1, 1)) is False
