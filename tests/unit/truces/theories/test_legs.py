"""Legs from margins of departures, with margins that are made up and told apart by their numbers."""

import numpy as np
import pytest

from negotiation.truces.theories.common.legs import (
    legs_of,
)
from tests.unit.truces.theories.made_up import asked_about, scattered

ASKED = asked_about(scattered(2), delta=(0.9, 0.8))
SPREAD = [float(np.ptp(ASKED.whole[0, ..., i])) for i in (0, 1)]


def margins(*changed, player=0, value=1.0, setting=0, into=None):
    """Return margins of 5 for everything, but for one departure at one setting."""
    found = into or [np.full((2, len(own)), 5.0) for own in ASKED.changes]
    for one in changed:
        found[player][setting, list(ASKED.changes[player]).index(one)] = value
    return found


def test_the_least_margin_is_found_whoever_and_whatever_and_at_whichever_setting():
    found = margins({"tariff": "peak"}, value=1.0)
    margins({"rare_earth_curb": "licences_flow"}, player=1, value=2.0, into=found)
    margins({"rare_earth_curb": "october_package"}, player=1, value=-3.0, setting=1, into=found)
    legs = legs_of(ASKED, found)
    assert list(legs) == ["tariff", "control", "other"]
    tariff, control, other = legs.values()
    assert tariff.margin.tolist() == [1.0, 5.0]
    assert (tariff.player[0], ASKED.changes[0][tariff.action[0]]) == (0, {"tariff": "peak"})
    assert control.margin.tolist() == [2.0, -3.0]
    assert control.holds.tolist() == [True, False]
    assert control.player.tolist() == [1, 1]
    assert [ASKED.changes[1][k] for k in control.action] == [
        {"rare_earth_curb": "licences_flow"},
        {"rare_earth_curb": "october_package"},
    ]
    # Nobody has an instrument in the other leg.
    assert other.margin.tolist() == [np.inf, np.inf]
    assert other.player.tolist() == other.action.tolist() == [-1, -1]
    assert other.holds.all()
    assert (other.leg, other.as_close) == ("other", ())


def test_a_departure_in_several_legs_is_one_in_each():
    both = {"tariff": "peak", "entity_list": "affiliates_rule"}
    legs = legs_of(ASKED, margins(both, value=-1.0))
    for leg in ("tariff", "control"):
        assert legs[leg].margin.tolist() == [-1.0, 5.0]
        assert ASKED.changes[0][legs[leg].action[0]] == both
    # To keep everything is in no leg, whatever its margin.
    legs = legs_of(ASKED, margins({}, value=-1.0))
    assert [one.margin[0] for one in legs.values()] == [5.0, 5.0, np.inf]


@pytest.mark.parametrize("player", [0, 1])
def test_within_a_knife_edge_of_zero_a_margin_is_zero_and_beyond_it_is_not(player):
    one = ({"entity_list": "affiliates_rule"}, {"rare_earth_curb": "october_package"})[player]
    edge = float(ASKED.tolerances[0, player])
    for value, told in ((-0.9 * edge, 0.0), (-1.1 * edge, -1.1 * edge), (0.5 * edge, 0.5 * edge)):
        leg = legs_of(ASKED, margins(one, player=player, value=value))["control"]
        assert leg.margin[0] == told
        assert leg.holds[0] == (told >= 0.0)
        assert leg.player[0] == player


@pytest.mark.parametrize("player", [0, 1])
def test_what_is_as_close_is_another_departure_of_the_player_in_the_leg(player):
    least, near, far = (
        ({"tariff": "peak"}, {"tariff": "january"}, {"tariff": "peak", "entity_list": "affiliates_rule"}),
        (
            {"rare_earth_curb": "october_package"},
            {"rare_earth_curb": "april_licensing"},
            {"rare_earth_curb": "licences_flow"},
        ),
    )[player]
    leg = ("tariff", "control")[player]
    found = margins(least, player=player, value=-1.0)
    margins(near, player=player, value=-1.0 + 1.9e-5 * SPREAD[player], into=found)
    margins(far, player=player, value=-1.0 + 2.1e-5 * SPREAD[player], into=found)
    # At the second setting another is as close: only the first is asked.
    margins(far, player=player, value=5.0 - 1e-9, setting=1, into=found)
    if player == 0:  # as near, but in another leg
        margins({"entity_list": "affiliates_rule"}, value=-1.0, into=found)
    one = legs_of(ASKED, found)[leg]
    assert one.player[0] == player
    assert [ASKED.changes[player][k] for k in one.as_close] == [near]
