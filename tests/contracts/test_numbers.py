"""Every result in numbers: no number of `tidy` and `to_json` stands inside a text."""

import json
import re
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.base.labelled.numbers import LONG
from tests.contracts.test_results import CALLS, CONTINUOUS, DILEMMA, GRIM, REPEATED, STOCHASTIC

# A decimal, a fraction, or a number with a word after it: "0.97 C + 0.03 D", "1/7", "2 years".
NUMBER = re.compile(r"\d\.\d|\d/\d|\d [^\W\d]")
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
        ng.RepeatedGame(ng.StageGame(np.eye(8)[:, :3].reshape(2, 2, 2, 3)), 0.5)
    ),
    "stage": lambda: CLASH,
    "repeated": lambda: REPEATED,
    "stochastic": lambda: STOCHASTIC,
    "continuous": lambda: CONTINUOUS,
    "grim": lambda: GRIM,
    "clauses": lambda: ng.truce("2025-10-busan").verdict(),
}


def texts(value):
    """Yield the texts within what JSON holds, a fraction alone apart."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str) and not re.fullmatch(r"-?\d+/\d+", value):
        yield value


RESULTS = [
    *(pytest.param(lambda f=call.values[0], a=call.values[1]: f(**a), id=call.id) for call in CALLS),
    *(pytest.param(make, id=name) for name, make in MIXED.items()),
]


@pytest.mark.parametrize("make", RESULTS)
def test_a_result_is_told_in_numbers(make):
    result = make()
    frame, document = result.tidy(), json.loads(result.to_json())
    assert tuple(frame.columns[: len(LONG)]) == LONG
    assert len(frame) == 0 or frame.quantity.notna().all()
    named = {x for name in frame if name != "exact" for x in frame[name] if isinstance(x, str)}
    assert [text for text in named if NUMBER.search(text)] == []
    assert [text for text in {*texts(document["rows"])} if NUMBER.search(text)] == []
    exact = frame.exact.notna()
    near = [float(Fraction(text)) for text in frame.exact[exact]]
    assert np.allclose(frame.value[exact], near, rtol=1e-15)


def test_the_mixed_equilibrium_of_a_clash_in_numbers():
    found = ng.solve(CLASH, exact=True)
    frame = found.tidy()
    played = frame[frame.quantity == "probability"].set_index(["equilibrium", "player", "action"])
    for k, equilibrium in enumerate(found):
        for i, player in enumerate(CLASH.players):
            for action, chance in zip(CLASH.actions[i], equilibrium.exact[i], strict=True):
                place = (str(k), player, action)
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


def test_a_number_in_a_text_would_be_found():
    assert [t for t in ("0.97 C", "1/7", "2 of 3", "1 years") if not NUMBER.search(t)] == []
    assert not any(map(NUMBER.search, ("vertex 0", "player_1", "0: C, C")))
