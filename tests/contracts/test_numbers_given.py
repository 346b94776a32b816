"""Numbers, seeds, states and names of a call that are none of their kind are refused in words."""

from functools import partial
from inspect import signature

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.estimation.fitting import Sampler

GENEVA, SCENARIO = ng.truce("2025-05-geneva"), ng.load_scenario("us-china-2025")
STAGE = ng.StageGame([[[2, 2], [0, 3]], [[3, 0], [1, 1]]])
GAME, STATES = ng.RepeatedGame(STAGE, 0.8), SCENARIO.stochastic_game("small")
GRIM = ng.strategies.grim_trigger(STAGE, ("0", "0"), ("1", "1"))
CLOCK = ng.ContinuousTimeGame(np.zeros((2, 1)), [], 0.5, nature=[[0, 1.0], [1.0, 0]])

CALLS = {
    "verdict": partial(ng.verdict, GENEVA, theories=["each for itself"], draws=2),
    "replay": partial(ng.replay, GENEVA),
    "forecast": partial(ng.forecast, "2025-10-busan"),
    "Agreement.survival": GENEVA.survival,
    "Agreement.compile": GENEVA.compile,
    "Agreement.continuous_game": partial(GENEVA.continuous_game, "moment", instruments=["tariff"]),
    "readings": GENEVA.compile().verdict,
    "Scenario.stage_game": partial(SCENARIO.stage_game, "small"),
    "Scenario.continuous_game": partial(SCENARIO.continuous_game, instruments=["tariff"]),
    "Sampler": Sampler,
    "solve": partial(ng.solve, STAGE),
    "solve_many": partial(ng.solve_many, np.zeros((1, 2, 2, 2))),
    "logit_equilibrium": partial(ng.logit_equilibrium, STAGE, precision=1.0),
    "logit_branch": partial(ng.logit_branch, STAGE, max_precision=1.0),
    "equilibrium_payoffs": partial(ng.equilibrium_payoffs, GAME),
    "bounded_payoffs": partial(ng.bounded_payoffs, GAME),
    "finite_horizon_payoffs": partial(ng.finite_horizon_payoffs, STAGE, periods=2),
    "finite_horizon_payoff_set": partial(ng.finite_horizon_payoff_set, STAGE, periods=2),
    "negotiation_equilibrium": partial(ng.negotiation_equilibrium, STATES, negotiation_probability=0.5),
    "markov_perfect_equilibria": partial(ng.markov_perfect_equilibria, STATES),
    "simulate": partial(ng.simulate, GAME, GRIM, periods=2),
    "simulate_moves": partial(ng.simulate_moves, CLOCK, [], start="0", years=1.0),
    "survival": partial(ng.survival, GAME, GRIM, off=["punish"]),
    "transition_probabilities": partial(ng.transition_probabilities, CLOCK, [], start="0", years=1.0),
    "penance": partial(ng.strategies.penance, STAGE, ("0", "0"), ("1", "1"), periods=2),
}
COUNTS = (
    "draws", "months", "particles", "islands", "seed", "threads", "max_steps", "limit", "fineness", "periods",
    "starts", "depth",
)  # fmt: skip
NUMBERS = (
    "rounds_a_year", "breach_cost", "precision", "move_rate", "adjustment", "years", "deadline", "horizon",
)  # fmt: skip
NONE_OF_THE_KIND = {
    **dict.fromkeys(COUNTS, (2.5, "two", True, -1, float("nan"), [1])),
    **dict.fromkeys(NUMBERS, ("two", -1, float("nan"), {})),
    **dict.fromkeys(("theories", "moving", "off"), (2.5, True)),
    "rng": (2.5, "two", -1),
    "state": ("stocks full", 1, True, {}),
}


@pytest.mark.long
@pytest.mark.parametrize("name", CALLS)
def test_what_is_none_of_its_kind_is_refused_by_an_error_of_the_house(name):
    asked = [option for option in signature(CALLS[name]).parameters if option in NONE_OF_THE_KIND]
    assert asked
    for option in asked:
        for value in NONE_OF_THE_KIND[option]:
            with pytest.raises(ng.NegotiationError):
                CALLS[name](**{option: value})


def test_a_whole_number_is_a_price_of_a_move_as_good_as_another():
    games = [CALLS["Agreement.continuous_game"](adjustment=cost).game for cost in (1, 1.0)]
    assert games[0].options[0].payoffs.tolist() == games[1].options[0].payoffs.tolist()
