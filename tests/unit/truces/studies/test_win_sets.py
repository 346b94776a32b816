"""Which agreements are better than none, in a game made up so that one side can be left as it is."""

from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.studies import win_sets as module
from negotiation.truces.studies.linkage import trade_war
from negotiation.truces.studies.win_sets import WinSets, win_sets
from tests.us_china import SCENARIO

# Rows and columns: full calm first; the last profile is the one equilibrium of the stage game.
PAYOFFS = np.array(
    [
        # both gain,   one gains and the other as before
        [[2.0, 2.0], [0.0, 3.0]],
        # one loses,   what there is without an agreement
        [[3.0, -1.0], [0.0, 0.0]],
    ]
)


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr(module, "posture_payoffs", lambda *_, **__: PAYOFFS[None].copy())
    return win_sets(ng.load_scenario("us-china-2025"), [0.5])


def test_an_agreement_that_leaves_one_side_as_it_is_is_better_for_the_other(found):
    assert found.no_agreement.tolist() == [[0.0, 0.0]]
    assert found.agreements == 4
    assert found.sizes.tolist() == [[4, 3]]  # the USA refuses none, China the one in which it loses
    assert found.overlap.tolist() == [3]  # without an agreement nobody has less than without one
    assert found.better.tolist() == [2]
    assert found.calm.tolist() == [[True, True]]


def test_losses_and_gains_on_a_knife_edge_of_the_range_are_none(monkeypatch):
    close = np.stack([PAYOFFS, 1e6 * PAYOFFS])
    close[:, 1, 0] = [[3.0, -1e-12], [3e6, -1e-6]]
    close[:, 0, 1] = [[-1e-12, 1e-12], [-1e-6, 1e-6]]
    monkeypatch.setattr(module, "posture_payoffs", lambda *_, **__: close.copy())
    found = win_sets(SCENARIO, [0.25, 0.75])
    assert found.overlap.tolist() == [4, 4]
    assert found.better.tolist() == [2, 2]  # calm, and the one in which the USA gains all
    assert found.sizes.tolist() == [[4, 4], [4, 4]]


@pytest.mark.parametrize("against", ["stage equilibrium", "trade war"])
@pytest.mark.parametrize(
    "state", [None, replace(SCENARIO.default_state, curb_dependence=0, stocks=1, authority=0)]
)
def test_agreements_are_those_of_a_size_in_a_state_at_each_weight(against, state):
    found = win_sets(SCENARIO, iter([0.1, 0.9]), against=against, state=state)
    for k, theta in enumerate((0.1, 0.9)):
        names = SCENARIO.playing("security_weight")
        stage = SCENARIO.with_parameters(dict.fromkeys(names, theta)).stage_game("small", state=state)
        none = found.no_agreement[k]
        gains = stage.payoffs - none
        yes = gains >= -1e-8
        assert found.agreements == stage.payoffs[..., 0].size
        assert found.sizes[k].tolist() == yes.sum(axis=(0, 1)).tolist()
        assert found.calm[k].tolist() == yes[0, 0].tolist()
        # Without an agreement some profile is played; in a trade war the harshest that was in force.
        places = np.argwhere(np.abs(gains).max(axis=-1) < 1e-9)
        assert len(places)
        if against == "trade war":
            assert [stage.actions[0][places[0][0]], stage.actions[1][places[0][1]]] == list(
                trade_war(SCENARIO, stage)
            )
    assert found.against == against
    assert found.weights.tolist() == [0.1, 0.9]
    assert len(found) == 2


@pytest.mark.parametrize("weights", [[], [-0.01, 0.5], [0.5, 1.01], [np.nan]])
def test_weights_outside_their_range_and_other_alternatives_are_refused(weights):
    with pytest.raises(InvalidGame, match=r"weights of the hawks are in \[0, 1\], at least one; got \["):
        win_sets(SCENARIO, weights)
    with pytest.raises(InvalidGame, match="no alternative 'peace'; allowed: stage equilibrium, trade war"):
        win_sets(SCENARIO, [0.5], against="peace")
    with pytest.raises(InvalidGame, match="two"):
        win_sets(ng.load_scenario("us-china-netherlands-2023"), [0.5])


def test_a_dispute_in_which_nothing_weighs_security_has_no_win_sets():
    other = ng.load_scenario("japan-korea-2019")
    assert not other.playing("security_weight")
    with pytest.raises(InvalidGame, match="no instrument of 'japan-korea-2019' weighs security"):
        win_sets(other, [0.5])


def test_the_first_side_turns_at_the_least_weight_at_which_it_refuses_calm():
    calm = np.array([[True, False], [False, True], [True, True], [False, False]])
    some = np.zeros((4, 2), dtype=int)
    found = WinSets(
        ("A", "B"), np.array([0.1, 0.2, 0.3, 0.4]), 4, some, some[:, 0], some[:, 0], calm, some, "trade war"
    )
    assert found.turning_weight == 0.2
    assert (found.status, found.method) == ("complete", "all combinations of levels")
    assert found.table().title == "win-sets among 4 combinations of levels, against trade war"


def test_a_loss_of_a_hundredth_of_a_millionth_of_the_range_is_one(monkeypatch):
    close = PAYOFFS.copy()
    close[1, 0], close[0, 1] = [3.0, -4e-8], [4e-8, 0.0]  # of ranges of three and of four
    monkeypatch.setattr(module, "posture_payoffs", lambda *_, **__: close[None])
    found = win_sets(SCENARIO, [0.25])
    assert (found.sizes.tolist(), found.overlap.tolist(), found.better.tolist()) == ([[4, 3]], [3], [2])
    with pytest.raises(InvalidGame, match="a win-set"):
        win_sets(ng.load_scenario("us-china-netherlands-2023"), [0.5])
