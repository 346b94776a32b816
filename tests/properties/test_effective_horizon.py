"""Whether paths are held by best punishments: invariants, and games in which it can be said by hand."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors
from negotiation.lab import load_experiment
from tests.us_china import SCENARIO

FILE = Path(__file__).parents[2] / "experiments" / "effective_horizon.py"
EXPERIMENT = runpy.run_path(str(FILE))
CALM = {"calm": {}}
YEARS = (1 / 12, 0.25, 1.0, 4.0)


def restraint(scenario, name, years, paths=CALM):
    return EXPERIMENT["restraint"](scenario, paths, name, years, size="small")


def test_with_stocks_that_stand_still_it_is_the_threshold_of_the_stage_game():
    generator = np.random.default_rng(3)
    for _ in range(4):
        drawn = SCENARIO.draw(generator)
        lag = drawn.parameters["reaction_lag_days"] / 365
        letters = restraint(drawn, "still", YEARS)
        for stocks in range(3):
            payoffs = drawn.stage_game(state=State(stocks=stocks)).payoffs[None]
            least = critical_discount_factors(payoffs, (0, 0)).values[0]
            for years in YEARS:
                assert letters["calm", stocks, years] == "01"[int(np.exp(-lag / years) >= least)]


def test_stocks_that_do_not_move_are_stocks_that_stand_still():
    # Ages to empty. From stocks that are gone a path is to be held in states that it will hardly ever reach.
    slow = SCENARIO.with_parameters({"state.stock_days": 1e9, "state.fill_days": 1e9})
    still, moving = (restraint(slow, name, (0.25, 4.0)) for name in ("still", "moving"))
    assert [still["calm", 2, years] == moving["calm", 2, years] for years in (0.25, 4.0)] == [True, True]


def test_a_harm_that_is_surely_the_mean_teaches_nothing():
    for end in ("low", "high"):
        harm = getattr(SCENARIO.quantities["rare_earth_curb.harm"], end)
        sure = SCENARIO.with_parameters({"rare_earth_curb.harm": harm})
        assert restraint(sure, "moving", (0.1, 1.0)) == restraint(sure, "learned", (0.1, 1.0))


@pytest.mark.long
def test_a_cell_says_what_holds_with_stocks_full_and_gone():
    measure = load_experiment(FILE).measure
    cell = ng.lab.Cell({"years": 4.0, "setting": 0, "stocks": "still"}, base=SCENARIO)
    letters = EXPERIMENT["restraint"](SCENARIO, EXPERIMENT["PATHS"], "still", [4.0])
    told = {
        (path, "full" if stocks else "gone"): x for (path, stocks, _), x in letters.items() if stocks != 1
    }
    assert measure(cell) == {f"{path}_{stocks}": letter == "1" for (path, stocks), letter in told.items()}


FULL, HALF, GONE, LEARNED = "d2 c2 I2 n0 L1", "d2 c2 I1 n0 L1", "d2 c2 I0 n0 L1", "d2 c2 I2 n0 L1 b1"
PATHS = {"calm": {}, "war": {country: {"tariff": "high"} for country in ("USA", "CHN")}}


def game(tempting, after):
    """Return a game of states by label at patience one half; each goes on to one state whatever is played.

    Calm gives 2 to each and no agreement 0; who departs alone has so much and leaves the other -1.
    """
    labels = list(tempting)
    moves = np.zeros((len(labels), 2, 2, len(labels)))
    for k, label in enumerate(labels):
        moves[k, :, :, labels.index(after[label])] = 1.0
    stages = {
        label: StageGame(
            np.array([[[2.0, 2.0], [-1.0, t]], [[t, -1.0], [0.0, 0.0]]]), players=("USA", "CHN"),
            actions=[["tariff=low", "tariff=high"]] * 2,
        )
        for label, t in tempting.items()
    }  # fmt: skip
    plain = StochasticGame([stage.payoffs for stage in stages.values()], moves, 0.5)
    return StochasticGame.from_stages(stages, plain.transitions, 0.5)


STAYS = {label: label for label in (FULL, HALF, GONE, LEARNED)}
DOWN = {FULL: HALF, HALF: GONE, GONE: GONE}


@pytest.mark.parametrize(
    ("tempting", "after", "calm"),
    [
        # Repeated for ever at one half: 2 against a half of the temptation, which holds below 4.
        ({FULL: 3.9, HALF: 4.1, GONE: 3.0}, STAYS, "101"),
        # Stocks run down to where calm does not hold: what comes two periods later breaks it from the start.
        ({FULL: 2.5, HALF: 2.5, GONE: 9.0}, DOWN, "000"),
        ({FULL: 2.5, HALF: 2.5, GONE: 9.0}, dict.fromkeys(DOWN, FULL), "110"),
        # It begins where nothing has been learned.
        ({LEARNED: 9.0, FULL: 2.5, HALF: 2.5, GONE: 2.5}, STAYS, "111"),
    ],
)
def test_a_path_is_held_where_it_holds_wherever_play_leads(tempting, after, calm):
    letters = EXPERIMENT["held"](game(tempting, after), PATHS)
    assert "".join(letters["calm", stocks] for stocks in (2, 1, 0)) == calm
    assert {letters["war", stocks] for stocks in (2, 1, 0)} == {"1"}  # the equilibrium of every stage
    alone = EXPERIMENT["held"](game({HALF: 4.1}, {HALF: HALF}), PATHS, 1)
    assert alone == {("calm", 1): "0", ("war", 1): "1"}
