"""Where play goes in the year after Busan, by theory: time in kinds of posture, and moves between them."""

import numpy as np
import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.game_theory.solvers.continuous.generator import process
from negotiation.game_theory.solvers.continuous.transient import transition_probabilities
from negotiation.truces.theories import theories_by_name
from negotiation.truces.verdicts.agreements import truce

MAKES = ("flows", "stays")
WITHOUT = "repeated negotiation"
"""The theory that has payments, and so no form in continuous time."""

WEEKS = np.arange(0, 53)
KINDS = ("as agreed", "USA harsher", "CHN harsher", "both harsher")
"""Kinds of posture: who has an instrument at a harsher level than the one that Busan keeps."""


def compute(budget):
    """Return expected moves between kinds of posture and the share of the year spent in each, by theory."""
    del budget
    scenario, busan = load_scenario("us-china-2025"), truce("2025-10-busan")
    flows, stays = [], []
    for theory in theories_by_name():
        if theory == WITHOUT:
            continue
        game = busan.continuous_game(theory, scenario)
        kinds = np.array([kind_of(label, game) for label in game.game.states])
        found = process(game.game, game.response.choice_probabilities)
        ahead = transition_probabilities(
            game.game, game.response.choice_probabilities, start=game.start, years=WEEKS / 52.0
        )
        spent = np.trapezoid(ahead.probabilities, WEEKS / 52.0, axis=0)
        moves = found.moves.tocoo()
        from_kind, to_kind = kinds[moves.coords[0]], kinds[moves.coords[1]]
        expected = spent[moves.coords[0]] * moves.data
        still = moves.coords[0] == moves.coords[1]
        for a, name in enumerate(KINDS):
            stays.append((theory, name, float(spent[kinds == a].sum())))
            for b, other in enumerate(KINDS):
                chosen = (from_kind == a) & (to_kind == b) & ~still
                flows.append((theory, name, other, float(expected[chosen].sum())))
    return {
        "flows": pd.DataFrame(flows, columns=["theory", "begin", "end", "moves"]),
        "stays": pd.DataFrame(stays, columns=["theory", "kind", "share"]),
    }


def kind_of(label, game):
    """Return the place in `KINDS` of a state: whose levels are harsher than those that are kept."""
    harsher = set()
    for part in label.split("; "):
        country, _, levels = part.partition(": ")
        for pair in levels.split(" "):
            name, _, level = pair.partition("=")
            ladder = game.ladders.get((country, name))
            if ladder and ladder.index(level) > ladder.index(game.kept[country][name]):
                harsher.add(country)
    return ("USA" in harsher) + 2 * ("CHN" in harsher)
