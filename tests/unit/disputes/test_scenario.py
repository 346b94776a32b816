from datetime import date

import numpy as np

from negotiation.disputes import State
from tests.us_china import SCENARIO


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


def test_parameters_are_drawn_independently():
    draws = [SCENARIO.draw(seed).parameters for seed in range(400)]
    names = ("tariff.demand_elasticity.USA", "tariff.demand_elasticity.CHN")
    values = np.array([[parameters[name] for name in names] for parameters in draws])
    assert abs(np.corrcoef(values.T)[0, 1]) < 0.2
