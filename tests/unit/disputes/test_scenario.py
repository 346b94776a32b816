from datetime import date

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.disputes.loading import folder_structure
from negotiation.errors import InvalidGame, UnknownCountry, UnknownInstrument, UnknownParameter
from tests.us_china import SCENARIO


def test_who_and_what():
    assert (SCENARIO.name, SCENARIO.countries) == ("us-china-2025", ("USA", "CHN"))
    assert (SCENARIO.other("USA"), SCENARIO.other("CHN")) == ("CHN", "USA")
    assert SCENARIO.default_state == State(2, 2, 0, 0, 1)
    assert SCENARIO.discount_factor == pytest.approx(0.9 ** (14 / 365))


def test_calm_is_the_first_level_of_everything():
    calm = SCENARIO.calm()
    for country in SCENARIO.countries:
        assert dict(calm[country]) == {
            name: SCENARIO.instruments[name].labels(country)[0] for name in SCENARIO.held(country)
        }


def labels(levels):
    return [level.label for level in levels]


def test_levels_by_state_and_day():
    everything = ["january", "busan", "geneva", "peak", "threatened"]
    assert labels(SCENARIO.levels("USA", "tariff")) == everything
    assert labels(SCENARIO.levels("USA", "tariff", State(authority=0))) == ["january"]
    assert labels(SCENARIO.levels("USA", "tariff", day=date(2025, 1, 31))) == ["january"]
    assert labels(SCENARIO.levels("USA", "tariff", day=date(2025, 2, 1))) == everything
    assert labels(SCENARIO.levels("USA", "port_fee", State(authority=0))) == ["none", "usd_50"]
    assert labels(SCENARIO.levels("USA", "port_fee", day=date(2025, 3, 31))) == ["none"]


@pytest.mark.parametrize("ask", ["held", "other"])
def test_unknown_country(ask):
    with pytest.raises(UnknownCountry, match="no country 'FRA'"):
        getattr(SCENARIO, ask)("FRA")


def test_an_instrument_of_the_other_side_is_unknown():
    for ask in (SCENARIO.instrument, SCENARIO.levels):
        with pytest.raises(UnknownInstrument, match="no instrument 'rare_earth_curb'"):
            ask("USA", "rare_earth_curb")


def test_changed_parameters_make_another_scenario():
    before = SCENARIO.stage_game()
    changed = SCENARIO.with_parameters({"chip_control.harm": 0.1})
    profile = ("tariff=geneva chip_control=h20_stopped", "tariff=geneva rare_earth_curb=licences_flow")
    harm = [game.payoff(profile)[1] for game in (before, changed.stage_game())]
    assert harm[1] - harm[0] == pytest.approx(-0.05)
    assert SCENARIO.stage_game() == before


def test_an_unknown_parameter_is_refused():
    with pytest.raises(UnknownParameter, match=r"did you mean 'chip_control\.harm'"):
        SCENARIO.with_parameters({"chip_control.harms": 0.1})


def test_effects_cannot_be_written_over():
    effects = SCENARIO.effects("USA", "tariff", SCENARIO.default_state)
    for array in (effects.holder, effects.other):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_draws_lie_within_their_ranges_and_fill_them():
    draws = [SCENARIO.draw(seed).parameters for seed in range(60)]
    for name, quantity in SCENARIO.quantities.items():
        values = np.array([parameters[name] for parameters in draws])
        assert (quantity.low <= values).all(), name
        assert (values <= quantity.high).all(), name
        middle = (quantity.low + quantity.high) / 2
        if quantity.low < quantity.high:
            assert (values < middle).any(), name
            assert (values > middle).any(), name
            assert len(set(values.tolist())) == 60, name


def test_draws_come_back_by_seed():
    first, again = SCENARIO.draw(3), SCENARIO.draw(np.random.default_rng(3))
    assert dict(first.parameters) == dict(again.parameters)
    assert first.stage_game("core") == again.stage_game("core")
    assert dict(first.parameters) != dict(SCENARIO.draw(4).parameters)


def test_draws_of_one_generator_differ_and_do_not_depend_on_the_present_values():
    rng = np.random.default_rng(3)
    first, second = SCENARIO.draw(rng), SCENARIO.draw(rng)
    assert dict(first.parameters) != dict(second.parameters)
    assert dict(first.draw(3).parameters) == dict(first.parameters)


def test_parameters_are_drawn_independently():
    draws = [SCENARIO.draw(seed).parameters for seed in range(400)]
    names = ("tariff.demand_elasticity.USA", "tariff.demand_elasticity.CHN")
    values = np.array([[parameters[name] for name in names] for parameters in draws])
    assert abs(np.corrcoef(values.T)[0, 1]) < 0.2


def test_a_percentage_of_gdp_in_dollars_a_period():
    assert SCENARIO.usd_bn("USA", 1.0) == pytest.approx(292.0 * 14 / 365)
    weekly = SCENARIO.with_parameters({"reaction_lag_days": 7.0})
    assert weekly.usd_bn("CHN", -2.0) == pytest.approx(-374.0 * 7 / 365)


def test_without_a_calibration_there_are_levels_and_no_payoffs():
    found, unread = folder_structure("us-china-2025")
    assert unread == ()
    assert found.instrument("CHN", "tariff").labels("CHN") == SCENARIO.instrument("CHN", "tariff").labels(
        "CHN"
    )
    with pytest.raises(InvalidGame, match="the payoffs of USA are not known"):
        found.effects("USA", "tariff", found.default_state)
