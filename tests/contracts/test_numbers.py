"""Every result in numbers: no number of `tidy` and `to_json` stands inside a text."""

import json
import pickle
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from tests.contracts.numbers_told import NUMBER, expect_numbers
from tests.contracts.test_results import CONTINUOUS, DILEMMA, GRIM, REPEATED, STOCHASTIC

CLASH = ng.StageGame.from_matrices(
    [[2, 0, 0], [0, 1, 0], [0, 0, 0]], [[1, 0, 0], [0, 2, 0], [0, 0, 0]],
    players=("A", "B"), actions=(("U", "M", "D"), ("L", "C", "R")),
)  # fmt: skip
MIXED = {
    "solve": lambda: ng.solve(CLASH),
    "exact": lambda: ng.solve(CLASH, exact=True),
    "equilibrium": lambda: ng.solve(CLASH)[1],
    "minmax": lambda: ng.minmax(CLASH, mixed=True),
    "dominated": lambda: ng.dominated_actions(CLASH),
    "logit": lambda: ng.logit_equilibrium(CLASH, 1.0),
    "branch": lambda: ng.logit_branch(CLASH, max_precision=1.0),
    "correlated": lambda: ng.correlated_equilibrium(CLASH),
    "verdict": lambda: ng.verify(CLASH, ([Fraction(1, 3), Fraction(2, 3), 0], [0, 1, 0]), exact=True),
    "markov": lambda: ng.markov_perfect_equilibria(
        ng.StochasticGame.from_stages({"one": CLASH}, np.ones((1, 3, 3, 1)), 0.5)
    ),
    "times": lambda: ng.transition_probabilities(CONTINUOUS, [[0, [0.5, 0.5]]], start="0", years=[0.5, 1.5]),
    "events": lambda: ng.event_probabilities(CONTINUOUS, [[0, [0.5, 0.5]]], start="0", years=[0.5, 1.5]),
    "several": lambda: ng.solve_many([CLASH.payoffs]),
    "many thresholds": lambda: ng.critical_discount_factor(DILEMMA, ("C", "C")),
    "three": lambda: ng.bounded_payoffs(
        ng.RepeatedGame(ng.StageGame(np.eye(8)[:, :3].reshape(2, 2, 2, 3), list("ABC")), 0.5)
    ),
    "stage": lambda: CLASH,
    "repeated": lambda: REPEATED,
    "stochastic": lambda: STOCHASTIC,
    "continuous": lambda: CONTINUOUS,
    "grim": lambda: GRIM,
    "clauses": lambda: ng.truce("2025-10-busan").verdict(),
}


@pytest.mark.parametrize("name", MIXED)
def test_a_result_is_told_in_numbers(name):
    expect_numbers(MIXED[name]())


def test_the_mixed_equilibrium_of_a_clash_in_numbers():
    found = ng.solve(CLASH, exact=True)
    frame = found.tidy()
    played = frame[frame.quantity == "probability"].set_index(["equilibrium", "player", "action"])
    for k, equilibrium in enumerate(found):
        for i, player in enumerate(CLASH.players):
            for action, chance in zip(CLASH.actions[i], equilibrium.exact[i], strict=True):
                place = (k, player, action)
                assert (Fraction(played.exact.get(place, 0)), played.value.get(place, 0.0)) == (
                    chance,
                    float(chance),
                )
    paid = frame[frame.quantity == "payoff"].pivot(index="equilibrium", columns="player", values="value")
    assert np.array_equal(paid[[*CLASH.players]], [e.payoffs for e in found])
    assert {"A": {"U": "2/3", "M": "1/3"}}.items() <= json.loads(found.to_json())["rows"][1].items()


def test_a_threshold_keeps_its_fraction_and_its_bracket():
    frame = ng.critical_discount_factor(DILEMMA, GRIM).tidy().set_index("quantity")
    assert frame.exact["value"] == "1/7"
    assert frame.lower["value"] <= 1 / 7 <= frame.upper["value"]


def test_a_mixed_action_is_the_same_in_another_process():
    cell = ng.solve(CLASH).table().rows[1][1]
    again = pickle.loads(pickle.dumps(cell))  # noqa: S301 - what was just made
    assert (again, again.chances) == (cell, cell.chances)


def test_a_number_in_a_text_would_be_found():
    assert [t for t in ("0.97 C", "1/7", "2 of 3", "1 years") if not NUMBER.search(t)] == []
    assert not any(map(NUMBER.search, ("vertex 0", "player_1", "0: C, C")))
