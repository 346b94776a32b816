"""Where each payoff comes from: by the parameter that moves it most."""

import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.step_effects import origins_table, payoff_origins

CENTRAL, SOURCED = (load_scenario("us-china-2025", name) for name in ("central", "sourced"))


def test_the_mover_is_the_parameter_whose_ends_are_furthest_apart():
    rows = [r for r in payoff_origins(SOURCED) if (r.instrument, r.side) == ("port_fee", "CHN")]
    fee = next(r for r in rows if r.holder == "USA")
    burden = SOURCED.quantities["port_fee.foreign_burden.USA"]
    assert (fee.standing, fee.mover) == ("sourced", "port_fee.foreign_burden.USA")
    assert fee.usd_bn == pytest.approx(-burden.value)
    assert fee.percent == pytest.approx(-100.0 * burden.value / SOURCED.parameters["CHN.gdp"])


def test_every_level_above_the_base_has_a_row_for_either_side():
    levels = sum(
        len(world.labels(country)) - 1
        for country in SOURCED.countries
        for world in (SOURCED.instruments[name] for name in SOURCED.held(country))
    )
    assert len(payoff_origins(SOURCED)) == len(origins_table(SOURCED, CENTRAL).rows) == 2 * levels


def test_most_of_central_is_assumed_and_most_of_sourced_is_not():
    assumed = [sum(r.standing == "assumed" for r in payoff_origins(world)) for world in (CENTRAL, SOURCED)]
    assert assumed[1] < 15 < 40 < assumed[0]
