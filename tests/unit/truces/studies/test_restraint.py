import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.solvers.thresholds.many import critical_discount_factors
from negotiation.truces.studies import restraint as module
from negotiation.truces.studies.restraint import HORIZONS, restraint
from negotiation.world import State
from negotiation.world.posture import posture_from_label

SCENARIO = ng.load_scenario("us-china-2025")
CALM = {"calm": {}}


def test_with_stocks_that_stand_still_it_is_the_threshold_of_the_stage_game():
    found = restraint(SCENARIO, CALM, games=["still"], draws=6, rng=3, horizons=HORIZONS[::2])
    generator = np.random.default_rng(3)
    for d in range(6):
        one = SCENARIO.draw(generator)
        lag = one.parameters["reaction_lag_days"] / 365
        for stocks in range(3):
            payoffs = one.stage_game(state=State(stocks=stocks)).payoffs[None]
            least = critical_discount_factors(payoffs, (0, 0)).values[0]
            expected = [np.exp(-lag / years) >= least for years in HORIZONS[::2]]
            assert found.find("calm", "still", stocks).holds[d].tolist() == expected


def test_stocks_that_do_not_move_are_stocks_that_stand_still():
    # Ages to empty. From stocks that are gone a path is to be held in states that it will hardly ever reach.
    slow = SCENARIO.with_parameters({"state.stock_days": 1e9, "state.fill_days": 1e9})
    found = restraint(slow, CALM, games=["still", "moving"], horizons=[0.25, 4.0])
    still, moving = (found.find("calm", game, 2) for game in ("still", "moving"))
    assert still.holds.tolist() == moving.holds.tolist()


def test_a_harm_that_is_surely_the_mean_teaches_nothing():
    for harm in ("low", "high"):
        quantity = getattr(SCENARIO.quantities["rare_earth_curb.harm"], harm)
        sure = SCENARIO.with_parameters({"rare_earth_curb.harm": quantity})
        found = restraint(sure, CALM, games=["moving", "learned"], horizons=[0.1, 1.0])
        for stocks in (0, 2):
            moving, learned = (found.find("calm", game, stocks) for game in ("moving", "learned"))
            assert moving.holds.tolist() == learned.holds.tolist()


def test_the_table_has_a_row_for_each_question():
    found = restraint(SCENARIO, CALM, horizons=[0.25])
    assert [(row.game, row.stocks) for row in found] == [
        (game, stocks) for game in ("still", "moving", "learned") for stocks in (2, 1, 0)
    ]
    assert "3 mo" in found.table().columns
    with pytest.raises(UnknownMethod, match="Known: learned, moving, still"):
        restraint(SCENARIO, CALM, games=["frozen"])


def test_one_row_that_is_open_leaves_the_table_partial(monkeypatch):
    harsher = posture_from_label(SCENARIO.stage_game("small").actions[1][1])
    paths = {"calm": {}, "harsher": {"CHN": harsher}}
    asked = {"games": ["still"], "horizons": [1.0]}
    assert restraint(SCENARIO, paths, **asked).status == "complete"
    held = module._held

    def open_once(game, paths, stands):
        found = held(game, paths, stands)
        return {key: (False, True) if key == ("calm", 1) else value for key, value in found.items()}

    monkeypatch.setattr(module, "_held", open_once)
    found = restraint(SCENARIO, paths, **asked)
    assert sum(row.undecided.any() for row in found) == 1
    assert found.status == "partial"


def test_a_path_that_the_game_does_not_have_is_refused_by_name():
    for wrong in ({"rare_earth_curb": "april"}, {"visas": "open"}):
        with pytest.raises(InvalidGame, match=r"asks CHN for .* no posture of the game .*larger size"):
            restraint(SCENARIO, {"odd": {"CHN": wrong}}, games=["still"], horizons=[1.0])
