import pytest

import negotiation as ng
from negotiation.disputes.observation import LEGS
from tests.us_china import SCENARIO


@pytest.mark.long
@pytest.mark.parametrize("name", ng.truce_names(ng.load_scenario("us-china-2025")))
def test_every_truce_replays_with_a_verdict_for_each_leg(name):
    result = ng.replay(name, SCENARIO, draws=2)
    assert [verdict.leg for verdict in result.legs] == list(LEGS)
    assert result.status == "complete"
    for check in result.checks:
        assert check.verdict.checked > 0
        assert check.status == "complete"
        for (country, instrument), level in check.incentives.terms.items():
            assert level in SCENARIO.instruments[instrument].labels(country)
    signed = result.agreement.signed
    assert all(move.day >= result.agreement.window_start for move in result.moves.moves)
    assert all(step.day > signed for verdict in result.legs for step in verdict.steps)
    for check in result.checks:  # each is reproduced by the independent verdict
        game = ng.RepeatedGame(check.incentives.stage, SCENARIO.discount_factor)
        assert ng.verify(game, check.automaton).holds == check.verdict.holds
        inside = any(
            float(low) <= SCENARIO.discount_factor <= float(high) for low, high in check.critical.intervals
        )
        assert inside == check.verdict.holds
