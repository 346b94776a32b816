"""Which agreements are better than none, in a game made up so that one side can be left as it is."""

from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.studies import linkage as module
from negotiation.truces.studies.linkage import trade_war, win_sets
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
