"""Legs from what departures are worth, with values that are made up and told apart by their numbers."""

import numpy as np
import pytest

from negotiation.truces.theories.common.legs import Departures, legs_of
from tests.unit.truces.theories.made_up import CALMER, LEGS, asked_about, scattered

ASKED = asked_about(scattered(2), delta=(0.9, 0.8))


def worth(*entries, rational=(True, True), answered=True, loss=2.0):
    """Return departures worth -5 all, but for some, as (player, changes, value at both settings)."""
    value = [np.full((2, len(own)), -5.0) for own in ASKED.changes]
    for player, changed, found in entries:
        value[player][:, list(ASKED.changes[player]).index(changed)] = found
    follows = [np.full(own.shape, answered) for own in value]
    return [
        Departures(own + loss, np.full(own.shape, loss), answered, np.array(rational) | (i == 1))
        for i, (own, answered) in enumerate(zip(value, follows, strict=True))
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_leg_s_margins_are_those_of_all_departures_one_by_one(seed):
    rng = np.random.default_rng(seed)
    value = [rng.normal(size=(2, len(own))) for own in ASKED.changes]
    loss = [rng.normal(size=x.shape) for x in value]
    sound = np.ones(2, dtype=bool)
    found = legs_of(ASKED, [Departures(x + y, y, x > 0, sound) for x, y in zip(value, loss, strict=True)])
    assert list(found) == ["tariff", "control", "other"]
    for leg, told in found.items():
        for d in (0, 1):
            least, names = np.inf, ("any_harsher", "any_change", "alone", "joint")
            wider = dict.fromkeys(names, np.inf)
            for i, changes in enumerate(ASKED.changes):
                into, rest = [-np.inf], [0.0]
                for k, one in enumerate(changes):
                    harsher = {LEGS[n] for n, x in one.items() if (n, x) not in CALMER}
                    calms, legs = any(move in CALMER for move in one.items()), {LEGS[n] for n in one}
                    (into if leg in harsher else rest).append(value[i][d, k])
                    inside = (leg in harsher, leg in legs, leg in harsher and legs == {leg} and not calms,
                              leg in harsher and not calms)  # fmt: skip
                    for name, counts in zip(names, inside, strict=True):
                        if counts:
                            wider[name] = min(wider[name], -value[i][d, k])
                least = min(least, max(rest) - max(into))
            assert told.margin[d] == pytest.approx(least)
            assert {name: getattr(told, name)[d] for name in names} == pytest.approx(wider)
            assert told.holds[d] == (least >= 0)
            if told.player[d] >= 0:
                at = told.player[d], d, told.action[d]
                assert told.gain[d] - told.loss[d] == pytest.approx(value[at[0]][at[1:]])
                assert told.loss[d] == loss[at[0]][at[1:]]
                inside = ASKED.harsher_in(at[0], leg)
                assert value[at[0]][at[1:]] == value[at[0]][d, inside].max()
                assert told.by_path[d] == (least < 0 and value[at[0]][at[1:]] <= 0)
    # Nobody has an instrument in the other leg.
    other = found["other"]
    assert other.margin.tolist() == [np.inf, np.inf]
    assert other.player.tolist() == other.action.tolist() == [-1, -1]
    assert (other.leg, other.as_close) == ("other", ())


@pytest.mark.parametrize("player", [0, 1])
def test_within_a_knife_edge_of_zero_a_margin_is_zero_and_beyond_it_is_not(player):
    one = ({"entity_list": "affiliates_rule"}, {"rare_earth_curb": "october_package"})[player]
    edge = float(ASKED.tolerances[0, player])
    for value, told in ((0.9 * edge, 0.0), (1.1 * edge, -1.1 * edge), (-0.5 * edge, 0.0)):
        leg = legs_of(ASKED, worth((player, one, value), loss=0.0))["control"]
        assert leg.margin[0] == told
        assert leg.holds[0] == (told >= 0.0)
        assert leg.player[0] == player
