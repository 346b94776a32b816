"""Margins of a text as its clauses are misread more often."""

from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.observation import VERIFIABILITIES
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.verdicts.under_noise import SWEPT, false_alarms, noise_sweep
from tests.us_china import SCENARIO

CHANCE = 0.3


@pytest.mark.parametrize("name", ["2025-06-london", "2025-08-stockholm"])
def test_a_margin_is_that_of_the_most_tempting_departure(name):
    (point,) = noise_sweep(ng.truce(name), SCENARIO, (CHANCE,)).points
    at = SCENARIO.with_parameters({f"signal.ambiguity.{grade}": CHANCE for grade in VERIFIABILITIES})
    for kind in SWEPT:
        found = compiled_text(ng.truce(name), at, Choices(linkage=kind, clock="memoryless"))
        # By values of the states alone: what each action earns at the start, today and after its signal.
        game, automaton, start = found.game, found.automaton, found.automaton.initial
        worth = ng.value(game, automaton)
        kept = game.stage.profile_index(automaton.actions[start])
        gains = []
        for i, delta in enumerate(map(float, game.discount_factors)):
            after = [
                sum(
                    float(chance) * worth.values[automaton.states.index(state), i]
                    for state, chance in automaton.next_states(start, signal).items()
                )
                for signal in found.signal.signals
            ]
            for action in range(game.stage.n_actions[i]):
                index = (*kept[:i], action, *kept[i + 1 :])
                value = (1 - delta) * game.stage.payoffs[(*index, i)]
                value += delta * float(found.signal.probabilities[index] @ np.array(after))
                if action != kept[i]:
                    gains.append(float(value) - worth.values[automaton.states.index(start), i])
        assert dict(point.margins)[kind] == pytest.approx(-max(gains), abs=1e-9)
        assert max(gains) > min(gains)


def test_a_leg_is_quiet_where_each_clause_is_and_all_are_where_each_leg_is():
    chances = (("control", 0.5), ("tariff", 0.5), ("tariff", 0.2))
    bound = [SimpleNamespace(issue=leg, noise=SimpleNamespace(false_alarm=p)) for leg, p in chances]
    found = dict(false_alarms(SimpleNamespace(bound=bound)))
    assert found == pytest.approx({"control": 0.5, "tariff": 1 - 0.5 * 0.8, "any": 1 - 0.5 * 0.5 * 0.8})
