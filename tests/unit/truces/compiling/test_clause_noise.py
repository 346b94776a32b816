"""One clause has one noise: what is compiled and what is forecast take it from the same clauses."""

from datetime import timedelta

import pytest

import negotiation as ng
from negotiation.disputes.observation import slip_chance
from negotiation.truces.compiling.clause_noise import level_noise
from negotiation.truces.record.agreement_text import papers_of
from negotiation.truces.record.past import past_of
from tests.us_china import SCENARIO

AGREEMENTS = tuple(
    ng.truce(name) for name in ng.truce_names(ng.load_scenario("us-china-2025"), placebos=True)
)


def test_the_papers_in_force_are_those_that_a_forecast_knows():
    for agreement in AGREEMENTS:
        past = past_of(SCENARIO, agreement.signed + timedelta(days=1), agreements=AGREEMENTS)
        whole = past.agreement()
        known = (whole, *past.amendments(whole))
        assert [one.id for one in known] == [one.id for one in papers_of(agreement)]


@pytest.mark.parametrize(
    ("first", "last"), [("fractured", "coordinated"), ("coordinated", "fractured"), (None, "fractured")]
)
def test_agencies_are_as_coordinated_as_the_last_paper_says(first, last):
    papers = [
        one.model_copy(
            update={"coordination": regime and one.coordination.model_copy(update={"regime": regime})}
        )
        for one, regime in zip(
            [ng.truce("2025-05-geneva"), ng.truce("2025-06-london")], (first, last), strict=True
        )
    ]
    found = level_noise(papers, SCENARIO, "CHN", "tariff", "geneva")
    assert found.slip == slip_chance(SCENARIO.parameters, "tariff", last)
    other = "coordinated" if last == "fractured" else "fractured"
    assert found.slip != slip_chance(SCENARIO.parameters, "tariff", other)
