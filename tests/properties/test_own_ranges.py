"""What one player's payoffs are measured in changes no set of equilibrium payoffs but by that measure."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import judd_yeltekin_conklin

RICH = ([[2, 0], [3, 1]], [[2, 3], [0, 1]])  # cooperation from 1/2 on
BLURRED = ng.PublicSignal([[[0.9, 0.1], [0.3, 0.7]], [[0.3, 0.7], [0.1, 0.9]]])


def entries(A, B, delta):
    """Yield for every entry point its name and its sets, as (status, outer, inner, threats)."""
    stage = ng.StageGame.from_matrices(A, B)
    game = ng.RepeatedGame(stage, delta)
    unlike = ng.RepeatedGame(stage, (delta, delta / 2))
    yield "abreu_sannikov", ng.equilibrium_payoffs(game)
    yield "aps", ng.equilibrium_payoffs(unlike)
    yield "judd_yeltekin_conklin", judd_yeltekin_conklin(game, directions=16)
    yield "public_perfect_payoffs", ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta, BLURRED))
    chances = np.array([[[[0.5, 0.5], [1.0, 0.0]], [[0.0, 1.0], [0.5, 0.5]]]] * 2)
    states = ng.StochasticGame.from_stages(
        {"as it is": stage, "the other way round": ng.StageGame(stage.payoffs[::-1, ::-1])}, chances, delta
    )
    for state, found in ng.equilibrium_payoffs(states).items():
        yield f"stochastic_payoffs in {state}", found


def distance(points, others):
    """Return how far the first points are from the hull of the others."""
    from negotiation.game_theory.solutions.bounded_set import distance_to_polygon

    if not len(points) or not len(others):
        return 0.0 if len(points) == len(others) else np.inf
    return max(distance_to_polygon(point, others) for point in points)


numbers = st.lists(st.integers(-9, 9), min_size=4, max_size=4)


@pytest.mark.long
@settings(max_examples=60)
@given(
    numbers, numbers, st.sampled_from([0.3, 0.6, Fraction(1, 2)]), st.integers(0, 1),
    st.integers(-40, 40), st.sampled_from([0, 10**6, -(10**13)]),
)  # fmt: skip
@example([2, 0, 3, 1], [2, 3, 0, 1], 0.3, 1, -40, 0)
@example([2, 0, 3, 1], [2, 3, 0, 1], Fraction(1, 2), 0, 0, 10**13)
@example([2, 0, 3, 1], [2, 3, 0, 1], 0.6, 0, 40, 0)
def test_the_unit_of_one_player_moves_the_sets_and_nothing_else(first, second, delta, player, power, shift):
    tables = [np.array(first).reshape(2, 2), np.array(second).reshape(2, 2)]
    unit = Fraction(2) ** power if shift == 0 else Fraction(1)
    moved = list(tables)
    moved[player] = np.array([[unit * int(x) + shift for x in row] for row in tables[player]], dtype=object)
    ranges = np.array([max(np.ptp(table), 1) for table in tables])
    scale, base = np.ones(2), np.zeros(2)
    scale[player], base[player] = float(unit), float(shift)
    # What floats resolve so far from zero, in shares of the range.
    room = 1e-7 + 8.0 * np.spacing(abs(float(shift)))
    pairs = zip(entries(*tables, delta), entries(*moved, delta), strict=True)
    for (name, before), (_, after) in pairs:
        assert after.status == before.status, (name, before.reason, after.reason)
        for bound in ("outer", "inner"):
            one = getattr(before, bound) / ranges
            other = (getattr(after, bound) - base) / scale / ranges
            assert max(distance(one, other), distance(other, one)) <= room, (name, bound)


@pytest.mark.parametrize("shift", [10**9, 10**13, -(10**15)])
def test_whole_numbers_far_from_zero_keep_every_difference(shift):
    stage = ng.StageGame.from_matrices(np.array(RICH[0]) + shift, RICH[1])
    for delta, vertices in (
        (Fraction(1, 3), [[1, 1]]),
        (Fraction(1, 2), [[1, 1], [2.5, 1], [2, 2], [1, 2.5]]),
    ):
        found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, delta))
        assert found.status == "complete"
        assert (found.outer - (shift, 0)).tolist() == vertices


@pytest.mark.parametrize("shift", [10**9, 10**15, -(10**17)])
def test_with_transfers_only_the_zero_is_each_players_own(shift):
    first = np.array(RICH[0]).astype(object)
    near, far = (
        ng.RepeatedGame(ng.StageGame.from_matrices(first + zero, RICH[1]), Fraction(1, 3))
        for zero in (0, shift)
    )
    before, after = (ng.equilibrium_payoffs(game, transfers=True) for game in (near, far))
    assert before.plan == after.plan
    assert after.joint == before.joint + shift
    assert after.threats.tolist() == np.add(before.threats, (shift, 0)).tolist()
    assert (after.status, after.contains((1 + shift, 1))) == (before.status, before.contains((1, 1)))


def test_directions_that_are_given_are_those_of_the_half_planes():
    stage = ng.StageGame.from_matrices(RICH[0], np.array(RICH[1]) * 1024)
    found = judd_yeltekin_conklin(ng.RepeatedGame(stage, 0.7), directions=[[1024.0, 1.0]])
    assert (found.outer @ (1024.0, 1.0)).max() == pytest.approx(4096.0)
    assert len(found.outer) >= 4


BESIDE = [
    [[3.0000000013367956, 3.9999999986041166], [-2.2091021020071145e-09, 4.999999999705245]],
    [[-2.9999999998710734, 8.00000000038126], [5.000000000347943, 1.772870066063136e-10]],
    [[4.9999999993017346, -1.0000000000127667], [5.000000000250267, 6.000000000691842]],
]
"""Player 1 gains 1e-10 by leaving the last profile: at 0.9 just more than 1e-12 of the range."""


@pytest.mark.parametrize("factor", [1.0, 3.0, 1e11, 2.0**36, 1e-9])
def test_just_beside_a_knife_edge_nothing_is_found_to_be_complete_in_one_unit_alone(factor):
    payoffs = np.array(BESIDE) * [1.0, factor]
    found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), 0.9))
    assert found.is_empty or found.status == "partial"
