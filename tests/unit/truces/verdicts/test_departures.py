"""Sets of departures in several games at once, made up so that every game and every entry differs."""

import math

import numpy as np
import pytest

from negotiation.truces.verdicts.departures import (
    ANSWERING,
    CLASSES,
    JOINT,
    KEPT,
    OVER,
    Departures,
    Incentive,
    LegIncentives,
    changes_from,
    deciding_class,
    touched,
    without_knife_edge,
)

LOW, FEE, BOTH, PEAK = (
    "tariff=low fee=none", "tariff=low fee=some", "tariff=peak fee=some", "tariff=peak fee=none",
)  # fmt: skip
ACTIONS = (LOW, FEE, BOTH, PEAK)
ANNUAL = 0.9


def test_changes_are_told_from_the_posture_that_is_left_with_the_levels_that_are_gone_to():
    tariff, back = ("tariff", "peak"), ("tariff", "low")
    some, none = ("fee", "some"), ("fee", "none")
    assert changes_from(ACTIONS, 0) == [(), (some,), (tariff, some), (tariff,)]
    assert changes_from(ACTIONS, 2) == [(back, none), (back,), (), (none,)]
    assert changes_from((LOW,), 0) == [()]
    # Another menu with a first action of its own is another question.
    assert changes_from(ACTIONS[::-1], 0) == [(), (some,), (back, some), (back,)]


def test_an_instrument_is_touched_where_its_level_differs_and_by_nothing_else():
    tariff, fee = frozenset({"tariff"}), frozenset({"fee"})
    for names in (tariff, fee, tariff | fee, tariff | {"visa"}, frozenset({"visa"}), frozenset()):
        found = touched(ACTIONS, names)
        for i, start in enumerate(ACTIONS):
            for j, end in enumerate(ACTIONS):
                moved = {a.split("=")[0] for a, b in zip(start.split(), end.split(), strict=True) if a != b}
                assert found[i, j] == bool(moved & names), (names, start, end)


def test_a_margin_is_none_up_to_its_tolerance_and_that_of_its_own_game():
    margins = np.array([-0.25, -0.26, 0.25, 0.26, 0.0, -0.3])
    found = without_knife_edge(margins, np.array([0.25, 0.25, 0.25, 0.25, 0.0, 0.31]))
    assert found.tolist() == [0.0, -0.26, 0.0, 0.26, 0.0, 0.0]
    assert without_knife_edge(margins[:2], 0.255).tolist() == [0.0, -0.26]


def test_the_first_class_with_a_departure_that_gains_decides_and_none_at_all_leaves_the_first():
    margins = [[1.0, 0.0, 1.0, -1.0, 0.0], [1.0, -2.0, 1.0, -3.0, 0.0], [2.0, -5.0, -0.1, -9.0, 0.0]]
    assert deciding_class([np.array(row) for row in margins]).tolist() == [0, 1, 2, 0, 0]


MOVES = ((("tariff", "peak"),), (("fee", "some"),), (("tariff", "peak"), ("fee", "some")))


def departures(player="AAA", where=KEPT, best=(2, 0, 1), margin=(-3.0, 0.0, 2.0), covered=True):
    return Departures(
        player, covered, {"tariff": "low", "fee": "none"}, MOVES, np.array(best), np.array([1.0, 2.0, 0.3]),
        np.array([3.0, 0.5, 0.4]), np.array(margin), np.array([0.1, 0.1, 0.35]), where,
    )  # fmt: skip


def test_a_departure_is_told_with_the_numbers_of_the_game_that_is_asked():
    found = departures()
    assert found.instruments == {"tariff", "fee"}
    assert found.gains.tolist() == [True, False, False]  # a margin of zero is no gain
    joint, tariff, fee = (found.at(game, ANNUAL) for game in range(3))
    assert joint == Incentive(
        "AAA", JOINT, True, "all kept", "tariff=peak fee=some", MOVES[2], 1.0, 3.0, -3.0, 0.25,
        pytest.approx(365 * math.log(0.25) / math.log(ANNUAL)),
    )  # fmt: skip
    assert tariff == Incentive(
        "AAA", "tariff", True, "low", "peak", MOVES[0], 2.0, 0.5, 0.0, 0.8,
        pytest.approx(365 * math.log(0.8) / math.log(ANNUAL)),
    )  # fmt: skip
    # A gain of 0.3 is none where 0.35 is the knife edge: no patience is needed, and any lag will do.
    assert fee == Incentive("AAA", "fee", True, "none", "some", MOVES[1], 0.3, 0.4, 2.0, 0.0, math.inf)
    assert [str(one) for one in (joint, tariff, fee)] == [
        "AAA tariff to peak, fee to some", "AAA tariff to peak", "AAA fee to some",
    ]  # fmt: skip


def test_what_no_patience_deters_has_no_threshold_and_no_lag():
    found = departures(covered=False).at(0, ANNUAL)
    assert not found.covered
    never = Departures("AAA", False, {"fee": "none"}, MOVES[1:2], *np.array([[0], [2], [0], [-2], [0]]))
    assert (never.at(0, ANNUAL).threshold, never.at(0, ANNUAL).reaction_lag) == (None, None)


A_KEPT = departures("AAA", margin=(1.0, -3.0, 0.0))
B_KEPT = departures("BBB", margin=(2.0, -4.0, 5.0), best=(0, 1, 2))
A_ANSWERING = departures("AAA", ANSWERING, margin=(-1.0, -5.0, 0.0), best=(1, 1, 1))
B_OVER = departures("BBB", OVER, margin=(-2.0, 3.0, 0.0), best=(0, 0, 0))
ASKED = LegIncentives("tariff", 3, (B_OVER, B_KEPT, A_ANSWERING, A_KEPT), ANNUAL)


def test_the_least_margin_of_a_class_of_states_is_taken_over_all_that_depart_in_it():
    assert [ASKED.margin_where(where).tolist() for where in CLASSES] == [
        [1.0, -4.0, 0.0], [-1.0, -5.0, 0.0], [-2.0, 3.0, 0.0],
    ]  # fmt: skip
    assert LegIncentives("tariff", 2, (), ANNUAL).margin_where(OVER).tolist() == [math.inf] * 2


def test_the_leg_has_the_margin_and_the_departure_of_the_class_that_decides_in_each_game():
    # Kept states come first if something gains there, though more be gained in an answer.
    assert ASKED.deciding.tolist() == [1, 0, 0]
    assert ASKED.margin.tolist() == [-1.0, -4.0, 0.0]
    assert ASKED.holds.tolist() == [False, False, True]
    closest = [ASKED.closest(game) for game in range(3)]
    assert [(one.player, one.instrument, one.margin) for one in closest] == [
        ("AAA", "fee", -1.0), ("BBB", "fee", -4.0), ("AAA", "fee", 0.0),
    ]  # fmt: skip
    assert ASKED.closest() == closest[0]


def test_departures_of_a_class_stand_by_margin_and_those_that_gain_by_class():
    assert [(one.player, one.margin) for one in ASKED.incentives()] == [("AAA", 1.0), ("BBB", 2.0)]
    assert [(one.player, one.margin) for one in ASKED.incentives(KEPT, 1)] == [("BBB", -4.0), ("AAA", -3.0)]
    assert [one.margin for one in ASKED.breaks()] == [-1.0, -2.0]
    assert [one.margin for one in ASKED.breaks(1)] == [-4.0, -3.0, -5.0]
    assert ASKED.breaks(2) == ()
    by_class = [{where: one.margin for where, one in ASKED.by_class(game).items()} for game in range(3)]
    assert by_class == [
        {KEPT: 1.0, ANSWERING: -1.0, OVER: -2.0},
        {KEPT: -4.0, ANSWERING: -5.0, OVER: 3.0},
        {KEPT: 0.0, ANSWERING: 0.0, OVER: 0.0},
    ]
    assert [list(ASKED.by_class(game)) for game in range(3)] == [list(CLASSES)] * 3
    # The reaction lag is that of the patience that was given.
    assert ASKED.incentives(KEPT, 1)[0].reaction_lag == pytest.approx(365 * math.log(0.8) / math.log(ANNUAL))


def test_one_player_is_asked_of_its_own_departures_alone():
    first, second = ASKED.of("AAA"), ASKED.of("BBB")
    assert (first.leg, first.games) == ("tariff", 3)
    assert first.margin.tolist() == [-1.0, -3.0, 0.0]
    assert second.margin.tolist() == [-2.0, -4.0, 5.0]
    assert list(second.by_class()) == [KEPT, OVER]
    assert ASKED.of("CCC").closest() is None
    assert ASKED.of("CCC").holds.all()
