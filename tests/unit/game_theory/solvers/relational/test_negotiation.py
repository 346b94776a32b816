from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidProbabilities, InvalidStrategy, UnknownMethod
from negotiation.game_theory.games.catalogue.dynamic_games import arms_race, intensifying, paradise
from negotiation.game_theory.games.transitions import SparseTransitions

DILEMMA = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))


def one_state(stage=DILEMMA, delta=0.5):
    transitions = np.ones((1, *stage.n_actions, 1))
    return ng.StochasticGame.from_stages({"0": stage}, transitions, delta)


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"negotiation_probability": 1.5}, InvalidProbabilities, "from 0 to 1; got 1.5"),
        ({"bargaining_weights": (0.5, 0.6)}, InvalidProbabilities, "with sum 1"),
        ({"bargaining_weights": (1, 0, 0)}, InvalidProbabilities, "two"),
        ({"bargaining_weights": {"0": 1}}, InvalidProbabilities, r"got \{'0': 1\}"),
        ({"static": [DILEMMA]}, InvalidGame, "mapping from state label"),
        ({"ties": "fair"}, UnknownMethod, "equal"),
    ],
)
def test_what_is_no_such_relation_is_refused(wrong, error, says):
    with pytest.raises(error, match=says):
        ng.negotiation_equilibrium(one_state(), **{"negotiation_probability": 0.5, **wrong})


def test_where_no_pure_profile_can_be_agreed_on_it_is_said():
    pennies = ng.StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    found = ng.negotiation_equilibrium(one_state(pennies, 0.1), negotiation_probability=0.5)
    assert found.status == "failed"
    assert "'0'" in found.reason
    assert "failed" in str(found)
    with pytest.raises(InvalidStrategy, match="nothing to check"):
        ng.verify(one_state(pennies, 0.1), found)


@pytest.mark.long
@pytest.mark.parametrize("horizon", [None, 0, 1, 2, 3, 7, 100])
def test_the_check_passes(horizon):
    for game, static in ((arms_race(most=2), None), intensifying(0.8, steps=3, efforts=4)):
        found = ng.negotiation_equilibrium(
            game, negotiation_probability=0.65, bargaining_weights=(0.3, 0.7), horizon=horizon, static=static
        )
        verdict = ng.verify(game, found)
        assert verdict.holds, verdict
        assert verdict.concept == "repeated negotiation equilibrium"


def _changed(found, name, by):
    return replace(found, **{name: by(getattr(found, name))})


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("joint", lambda joint: joint + 1e-3),
        ("worst", lambda worst: worst - 1e-3),
        ("worst", lambda worst: worst + np.array([1e-3, 0.0])),
        ("bargaining_weights", lambda _: (0.9, 0.1)),
        ("negotiation_probability", lambda _: 0.2),
        ("positions", lambda positions: np.where(positions == 3, 1, positions)),
    ],
)
def test_the_check_finds_what_is_changed(name, by):
    game = paradise(0.5)
    found = ng.negotiation_equilibrium(game, negotiation_probability=0.1)
    assert found.status == "complete"
    assert ng.verify(game, found).holds
    verdict = ng.verify(game, _changed(found, name, by))
    assert not verdict.holds
    assert verdict.margin < 0


def test_the_check_finds_what_follows_from_another_horizon():
    game = arms_race(most=2)
    found = ng.negotiation_equilibrium(game, negotiation_probability=0.65, horizon=12)
    assert ng.verify(game, found).holds
    assert not ng.verify(game, replace(found, horizon=13)).holds


def test_a_result_of_another_game_is_refused():
    found = ng.negotiation_equilibrium(one_state(), negotiation_probability=0.5)
    with pytest.raises(InvalidStrategy, match="belongs to a game with other states"):
        ng.verify(paradise(0.5), found)
    with pytest.raises(InvalidStrategy, match="double precision"):
        ng.verify(one_state(), found, exact=True)


def test_ties_are_counted_and_resolved_by_the_rule():
    # Both ways of agreeing are worth 2 together; they lead to states in which 2 is shared in another way.
    here = ng.StageGame([[[1, 1], [0, 0]], [[0, 0], [1, 1]]], actions=(("left", "right"),) * 2)
    stages = {"left": [[(2, 0)]], "right": [[(1, 1)]], "nowhere": [[(0, 0)]]}
    rows = SparseTransitions([{1: 1.0}, {3: 1.0}, {3: 1.0}, {2: 1.0}, {1: 1.0}, {2: 1.0}, {3: 1.0}], 4)
    game = ng.StochasticGame.from_stages(
        {"here": here, **{state: ng.StageGame(pay) for state, pay in stages.items()}}, rows, 0.5
    )
    for ties, agreed in (("equal", "right"), ("first", "left"), ("slack", "left")):
        found = ng.negotiation_equilibrium(game, negotiation_probability=1, ties=ties)
        assert found.policy["here"] == (agreed, agreed)
        assert found.tied.tolist() == [2, 1, 1, 1]
        assert found.joint_payoffs["here"] == 2
