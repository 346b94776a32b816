from datetime import date, datetime

import numpy as np
import pytest

from negotiation.disputes import State, load_scenario
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.errors import InvalidDate, InvalidNumber, InvalidOptions, SizeLimit
from negotiation.lab.scenarios import scenario_hash
from tests.us_china import CENTRAL


def labels(levels):
    return [level.label for level in levels]


def test_levels_by_state_and_day():
    everything = ["january", "busan", "geneva", "peak", "threatened"]
    assert labels(CENTRAL.levels("USA", "tariff")) == everything
    assert labels(CENTRAL.levels("USA", "tariff", State(authority=0))) == ["january"]
    assert labels(CENTRAL.levels("USA", "tariff", day=date(2025, 1, 31))) == ["january"]
    assert labels(CENTRAL.levels("USA", "tariff", day=date(2025, 2, 1))) == everything
    assert labels(CENTRAL.levels("USA", "port_fee", State(authority=0))) == ["none", "usd_50"]
    assert labels(CENTRAL.levels("USA", "port_fee", day=date(2025, 3, 31))) == ["none"]


def test_draws_lie_within_their_ranges_and_fill_them():
    draws = [CENTRAL.draw(seed).parameters for seed in range(60)]
    for name, quantity in CENTRAL.quantities.items():
        values = np.array([parameters[name] for parameters in draws])
        assert (quantity.low <= values).all(), name
        assert (values <= quantity.high).all(), name
        middle = (quantity.low + quantity.high) / 2
        if quantity.low < quantity.high:
            assert (values < middle).any(), name
            assert (values > middle).any(), name
            assert len(set(values.tolist())) == 60, name


def test_draws_come_back_by_seed():
    first, again = CENTRAL.draw(3), CENTRAL.draw(np.random.default_rng(3))
    assert dict(first.parameters) == dict(again.parameters)
    assert first.stage_game("core") == again.stage_game("core")
    assert dict(first.parameters) != dict(CENTRAL.draw(4).parameters)


def test_parameters_are_drawn_independently():
    draws = [CENTRAL.draw(seed).parameters for seed in range(400)]
    names = ("tariff.demand_elasticity.USA", "tariff.demand_elasticity.CHN")
    values = np.array([[parameters[name] for name in names] for parameters in draws])
    assert abs(np.corrcoef(values.T)[0, 1]) < 0.2


def test_a_parameter_that_was_set_is_held_in_draws_and_has_to_lie_where_equations_take_it():
    world, name = CENTRAL.with_parameters({"security_weight": 0.3}), "security_weight"
    low, high = CENTRAL.quantities[name].low, CENTRAL.quantities[name].high
    assert low < 0.3 < high
    for scenario, ends in ((CENTRAL, (low, high)), (world, (0.3, 0.3))):
        values = sobol_draws(scenario, 64).number(name)
        assert ends[0] <= values.min() <= values.max() <= ends[1]
        assert sobol_draws(scenario, 64).number("reaction_lag_days").std() > 0.0
    central = CENTRAL.with_parameters({name: CENTRAL.parameters[name]})  # held at its central value too
    assert np.ptp(sobol_draws(central, 64).number(name)) == 0.0
    assert scenario_hash(central) != scenario_hash(CENTRAL)
    fixed = CENTRAL.with_parameters(dict(CENTRAL.parameters))
    assert len(sobol_draws(fixed, 8)) == 8
    assert CENTRAL.with_parameters({name: 1.0}).parameters[name] == 1.0  # outside its range, and possible
    for value, allowed in ((-0.3, "from 0 to 1"), (30.0, "from 0 to 1"), (float("nan"), "a finite number")):
        with pytest.raises(
            InvalidNumber, match=f"every number for 'security_weight' must be {allowed}; got {value}"
        ):
            CENTRAL.with_parameters({name: value})
    with pytest.raises(InvalidNumber, match=r"'USA.gdp' must be above 0; got -1.0"):
        CENTRAL.with_parameters({"USA.gdp": -1.0})
    for given in ((0.7, "a", 0.8), (0.7, 0.6), (0.7, 0.8, 0.6)):
        with pytest.raises(InvalidNumber, match=r"an end of security_weight's range|range that contains it"):
            CENTRAL.with_parameters({name: given})
    with pytest.raises(SizeLimit, match="at most 262,144 draws"):
        sobol_draws(CENTRAL, 10**12)
    for days in ("foo", -1.0, float("nan")):
        with pytest.raises(InvalidOptions, match="`days` must be a number >= 0, 'lag', 'path' or None"):
            CENTRAL.with_payoffs_after(days)


def test_a_day_is_given_as_a_date_or_as_text():
    days = date(2025, 10, 1), "2025-10-01", datetime(2025, 10, 1, 12)
    assert {CENTRAL.as_of(day).definition.known for day in days} == {date(2025, 10, 1)}
    assert load_scenario("us-china-2025", as_of="2025-10-01").definition.known == date(2025, 10, 1)
    with pytest.raises(InvalidDate, match="a text such as 2025-10-30; got 20251001"):
        CENTRAL.as_of(20251001)
