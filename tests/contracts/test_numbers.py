"""Every result in numbers: no number of `tidy` and `to_json` stands inside a text."""

import json
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.base.labelled import Table, Tabular
from negotiation.text_design.anatomy import anatomy
from tests.contracts.figures import EXAMPLES, _swept, _wave, scenario, wandering
from tests.contracts.numbers_told import expect_numbers
from tests.contracts.test_results import CONTINUOUS, DILEMMA, GRIM, IN_STATES, REPEATED, made_here
from tests.contracts.test_shown import held

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
    "mixed in states": lambda: ng.markov_perfect_equilibria(wandering())[0].strategy,
    "several": lambda: ng.solve_many([CLASH.payoffs]),
    "many thresholds": lambda: ng.critical_discount_factor(DILEMMA, ("C", "C")),
    "three": lambda: ng.bounded_payoffs(
        ng.RepeatedGame(ng.StageGame(np.eye(8)[:, :3].reshape(2, 2, 2, 3), list("ABC")), 0.5)
    ),
    "stage": lambda: CLASH,
    "repeated": lambda: REPEATED,
    "stochastic": wandering,
    "continuous": lambda: CONTINUOUS,
    "grim": lambda: GRIM,
    "clauses": lambda: ng.verdict("2025-10-busan", remedy="as written", noise=True),
}


@pytest.mark.long
@pytest.mark.parametrize("name", MIXED)
def test_a_result_is_told_in_numbers(name):
    expect_numbers(MIXED[name]())


LABELS = {
    "state": "of a game", "next state": "of a game", "action": "of a game", "player": "of a game",
    "move 0": "of a game", "move 1": "of a game", "USA": "what is played", "CHN": "what is played",
    "commit": "its first digits", "statement": "a sentence", "statistic": "a sentence",
    "binding there": "which of two truces", "episode": "a move and its year",
}  # fmt: skip
"""Columns with names and sentences in which a number may stand, and what they are."""

NOT_ASKED = {
    "Bench", "EventRecord", "FirstNamed", "NegotiatedAnew", "PlaceboScores", "Restructuring",
    "Scores", "TheoryParts", "TruceInStates",
}  # fmt: skip
"""What takes seconds to compute, or is a row of what is asked."""


def others():
    """Yield results of the world that have no figure and are held by none that has."""
    from negotiation.disputes.ownership.graph import OwnershipGraph
    from negotiation.disputes.ownership.loophole import (
        coverage_by_threshold,
        coverage_left,
        ownership_loophole,
    )
    from negotiation.lab.shares import share
    from negotiation.lab.storing.stored import stored
    from negotiation.truces.prediction.questions import question_sets
    from negotiation.truces.prediction.weeks import cells_of
    from negotiation.truces.replay.noise_part import mismatch_path
    from negotiation.truces.revealed.next_choice import next_choice
    from negotiation.truces.studies.lag_and_path import lag_and_path
    from negotiation.truces.studies.turning_weights import turning_weights
    from negotiation.truces.verdicts.authority import authority_loss

    world, geneva, panel = scenario(), ng.truce("2025-05-geneva"), ng.panel()
    graph = OwnershipGraph.from_links([(0, 1, 0.6), (1, 2, 1.0), (0, 3, 0.3)], [True] + [False] * 3)
    yield coverage_left(graph, 0.5), coverage_by_threshold(graph, [0.5, 0.75])
    yield ownership_loophole(graph, [0.25, 0.5], share=0.5)
    yield world.agency_payoffs("USA", instruments=["visa"])
    yield (factored := world.factored_game("full", moving=[], agencies="instruments")), factored.solve()
    yield IN_STATES["automaton"], ng.catalogue()
    yield ng.simulate_moves(CONTINUOUS, [[0, [0.5, 0.5]]], start="0", years=2.0, rng=1)
    asked = ng.verdict(geneva, world, theories=["moment"], draws=4)
    yield asked.identified_set(), asked.turns, asked.by_definition(), asked.detail()
    small = {"size": "small", "theories": ["moment"], "draws": 4}
    yield anatomy(geneva, **small), ng.design(world, on="2025-10-30", fresh=16, **small)
    yield geneva.path(world), ng.aftermath("2025-10-busan", world), ng.theories()
    yield ng.truce("2025-10-busan").continuous_game("renegotiation", world)
    yield question_sets(world), cells_of(world), authority_loss(world, ("2025-05-geneva",))
    yield panel.scores("truce"), panel["2014-10-cotton"].theories(draws=16), panel.answers(), panel.renewals()
    few = {"size": "small", "theories": ["moment"], "draws": 2}
    yield ng.design(world, on="2025-10-30", fresh=4, **few), anatomy(geneva, world, **few)
    choices = ng.revealed(world, draws=16)
    yield choices.verdicts("2025-10-busan"), next_choice(choices, simulations=4)
    yield mismatch_path(geneva.compile(world)), lag_and_path(geneva, world, theories=["moment"])
    yield turning_weights(geneva, world, theories=["moment"])
    sweep = _swept(_wave, ng.space.draws(30, {"x": (0, 3), "y": (0, 1)}))
    yield sweep.summary(), share(sweep, "high"), stored("sweep", sweep.store)


@pytest.mark.long
def test_every_result_of_the_world_is_told_in_numbers():
    found, seen = {}, {}
    for made in (*EXAMPLES.values(), lambda: tuple(others())):
        for one in held(made(), seen):
            found.setdefault(type(one).__name__, []).append(one)
    tables = [one for one in seen.values() if isinstance(one, Table)]
    kinds = {k.__name__ for k in made_here() if issubclass(k, Tabular) and "game_theory" not in k.__module__}
    assert kinds - set(found) == set(NOT_ASKED)
    for one in (*tables, *(one for name in kinds & set(found) for one in found[name][:4])):
        expect_numbers(one, LABELS)


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
