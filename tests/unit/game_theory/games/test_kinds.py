"""A game of another kind is refused, and the message says what to do."""

import numpy as np
import pytest

import negotiation as ng

STAGE = ng.StageGame([[(2, 2), (-1, 3)], [(3, -1), (0, 0)]])
GAME = ng.StochasticGame([STAGE.payoffs, 2 * STAGE.payoffs], np.full((2, 2, 2, 2), 0.5), 0.5)
REPEATED = ng.RepeatedGame(STAGE, 0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ng.minmax(GAME), "game.stage\\(state\\)`"),
        (lambda: ng.minmax(REPEATED), "take its `.stage`"),
        (lambda: ng.solve(GAME), "`markov_perfect_equilibria`"),
        (lambda: ng.finite_horizon_payoffs(GAME, 3), "`markov_perfect_equilibria`"),
        (lambda: ng.logit_equilibrium(GAME, precision=1.0), "needs a StageGame; got StochasticGame"),
        (lambda: ng.correlated_equilibrium(GAME), "needs a StageGame; got StochasticGame"),
        (lambda: ng.equilibrium_payoffs(STAGE), "RepeatedGame\\(stage, discount_factor\\)"),
        (lambda: ng.markov_perfect_equilibria(REPEATED), "StochasticGame.from_stages"),
        (
            lambda: ng.simulate(GAME, ng.strategies.grim_trigger(STAGE, ("0", "0"), ("1", "1")), 3),
            "needs a RepeatedGame",
        ),
        (lambda: ng.strategy_for(ng.equilibrium_payoffs(GAME)["0"], (0, 0)), "got StatePayoffSet"),
        (lambda: ng.value(GAME, ("0", "0")), "no values of a tuple in a StochasticGame"),
        (lambda: ng.StochasticGame.from_stages([STAGE], np.ones((1, 2, 2, 1)), 0.5), "come as a mapping"),
        (lambda: ng.StochasticGame([STAGE.payoffs], np.ones((1, 2, 2, 1)), 0.5, states="a"), "one text 'a'"),
    ],
)
def test_the_message_says_what_to_do(call, message):
    with pytest.raises(ng.NegotiationError, match=message):
        call()


def test_what_was_found_can_be_valued_and_checked():
    found = ng.markov_perfect_equilibria(GAME)[0]
    assert ng.verify(GAME, found).holds
    assert ng.value(GAME, found).payoffs == pytest.approx(found.values)


def test_a_start_warns_of_states_that_no_play_reaches():
    moves = np.zeros((2, 2, 2, 2), int)
    moves[..., 0] = 1
    with pytest.warns(ng.errors.UnreachableStates, match="no play from 'low' reaches 1 of 2 states: high"):
        ng.StochasticGame([STAGE.payoffs, STAGE.payoffs], moves, 0.5, states=("low", "high"), start="low")


def test_labels_that_are_numbers_name_states():
    found = ng.equilibrium_payoffs(
        ng.StochasticGame([STAGE.payoffs, STAGE.payoffs], np.full((2, 2, 2, 2), 0.5), 0.5, states=(1, 2))
    )
    assert found[1] is found["1"]
    bounds = found.table().only(["state", "least 0", "most 0"])
    assert "e-1" not in str(bounds)
