"""What a breach costs in the model of the week."""

from datetime import date

import numpy as np
import pytest

from negotiation.truces.prediction.agreement_in_force import agreement_in_force, noise_in_force
from negotiation.truces.prediction.model import MechanismModel, _Situation
from negotiation.truces.prediction.stakes import SolvedTerms
from negotiation.truces.record.past import past_of
from negotiation.world import load_scenario

SCENARIO = load_scenario("us-china-2025")
PAST = past_of(SCENARIO, date(2025, 11, 24))


@pytest.mark.parametrize("country", SCENARIO.countries)
def test_a_breach_forfeits_the_stake_as_far_as_it_adds_to_the_chance_of_an_alarm(country, monkeypatch):
    model = MechanismModel(["coverage", "noise", "weights"])
    agreements = {c: agreement_in_force(SCENARIO, PAST, model.rules, c) for c in SCENARIO.countries}
    state = SCENARIO.default_state
    solved = SolvedTerms(dict.fromkeys(SCENARIO.countries, 2.0), {})
    monkeypatch.setattr(MechanismModel, "_solved", lambda *_: solved)
    situation = _Situation(SCENARIO, PAST, state, PAST.postures(), agreements)
    agreement, pair = agreements[country], (country, "tariff")
    level = agreement.terms[pair]
    limit = SCENARIO.instruments["tariff"].position(country, level)
    positions = np.array([limit, limit, limit + 1])
    kept, within, beyond = model._contract(situation, *pair, positions, np.array([0, 1, 1]))
    noise = noise_in_force(SCENARIO, agreement.papers, model.rules, *pair, level)
    answered = 1.0 - model._cause(agreement, "tariff")
    cost = answered * agreement.weight * 2.0 * (noise.detection - noise.false_alarm)
    assert kept == 0.0
    assert within == beyond == pytest.approx(-cost, rel=1e-12)
    assert cost > 0.0
    assert noise.false_alarm > 0.0
