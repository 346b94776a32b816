"""Which agreements are better than none, in a game made up so that one side can be left as it is."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.studies import win_sets as module
from negotiation.truces.studies.win_sets import win_sets

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
