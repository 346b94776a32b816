"""Restraint in games made up so that what is held, what is open, and from where can be said by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.games import StageGame, StochasticGame
from negotiation.numeric import KNIFE_EDGE
from negotiation.truces.studies import restraint as module
from negotiation.truces.studies.restraint import HORIZONS, Restraint, RestraintTable, restraint

SCENARIO = ng.load_scenario("us-china-2025")
FULL, HALF, GONE, LEARNED = "d2 c2 I2 n0 L1", "d2 c2 I1 n0 L1", "d2 c2 I0 n0 L1", "d2 c2 I2 n0 L1 b1"
ACTIONS = [["tariff=low", "tariff=high"]] * 2


def dilemma(tempting):
    """Calm gives 2 to each and no agreement 0; who departs alone has so much and leaves the other -1."""
    payoffs = np.array([[[2.0, 2.0], [-1.0, tempting]], [[tempting, -1.0], [0.0, 0.0]]])
    return StageGame(payoffs, players=("USA", "CHN"), actions=ACTIONS)


def game(tempting, after, discount_factor=0.5):
    """Return a game of states by label; each goes on to one state whatever is played."""
    labels = list(tempting)
    moves = np.zeros((len(labels), 2, 2, len(labels)))
    for k, label in enumerate(labels):
        moves[k, :, :, labels.index(after[label])] = 1.0
    plain = StochasticGame([dilemma(t).payoffs for t in tempting.values()], moves, discount_factor)
    stages = {label: dilemma(t) for label, t in tempting.items()}
    return StochasticGame.from_stages(stages, plain.transitions, discount_factor)


PATHS = {"calm": {}, "war": {c: {"tariff": "high"} for c in ("USA", "CHN")}}
STAYS = {label: label for label in (FULL, HALF, GONE)}


def test_a_path_is_held_where_what_is_gained_is_below_what_is_lost():
    """Repeated for ever at one half: 2 against a half of the temptation, which holds below 4."""
    found = module._held(game({FULL: 3.9, HALF: 4.1, GONE: 3.0}, STAYS), PATHS, None)
    assert found == {
        ("calm", 2): (True, False), ("calm", 1): (False, False), ("calm", 0): (True, False),
        ("war", 2): (True, False), ("war", 1): (True, False), ("war", 0): (True, False),
    }  # fmt: skip
    alone = module._held(game({HALF: 4.1}, {HALF: HALF}), PATHS, 1)
    assert alone == {("calm", 1): (False, False), ("war", 1): (True, False)}


def test_a_path_has_to_hold_wherever_play_leads():
    """Stocks run down to where calm does not hold: what comes two periods later breaks it from the start."""
    down = {FULL: HALF, HALF: GONE, GONE: GONE}
    labels = {FULL: 2.5, HALF: 2.5, GONE: 9.0}
    found = module._held(game(labels, down), {"calm": {}}, None)
    assert [found["calm", stocks][0] for stocks in (2, 1, 0)] == [False, False, False]
    found = module._held(game(labels, {FULL: FULL, HALF: FULL, GONE: FULL}), {"calm": {}}, None)
    assert [found["calm", stocks][0] for stocks in (2, 1, 0)] == [True, True, False]
    assert module._reached(game(labels, down), dict.fromkeys(labels, ("tariff=low",) * 2), HALF) == [
        HALF,
        GONE,
    ]


def test_it_begins_where_nothing_has_been_learned():
    learned = {LEARNED: 9.0, FULL: 2.5, HALF: 2.5, GONE: 2.5}
    found = module._held(game(learned, {label: label for label in learned}), {"calm": {}}, None)
    assert found["calm", 2] == (True, False)


@pytest.mark.parametrize(
    ("excluded", "proven", "told"),
    [
        (-1.0, -1.0, (True, False)), (-1.0, 1.0, (False, True)), (1.0, 1.0, (False, False)),
        (KNIFE_EDGE, KNIFE_EDGE, (True, False)), (KNIFE_EDGE, 2 * KNIFE_EDGE, (False, True)),
        (2 * KNIFE_EDGE, 2 * KNIFE_EDGE, (False, False)),
        (1.0, -1.0, (False, False)),  # bounds that cross prove nothing
    ],
)  # fmt: skip
def test_what_neither_bound_decides_is_open(monkeypatch, excluded, proven, told):
    low = np.full((2, 3), -1.0)
    out, sure = low.copy(), low.copy()
    out[1, 1], sure[1, 1] = excluded, proven
    monkeypatch.setattr(module, "policy_gains", lambda *_: (out, sure))
    found = module._held(game({FULL: 3.0, HALF: 3.0, GONE: 3.0}, STAYS), PATHS, None)
    assert found["war", 1] == told
    assert all(value == (True, False) for key, value in found.items() if key != ("war", 1))


def test_levels_that_a_path_does_not_name_are_the_calmest_and_others_are_refused():
    stage = StageGame(
        np.zeros((4, 2, 2)), players=("USA", "CHN"),
        actions=[[f"tariff={t} visa={v}" for t in ("low", "high") for v in ("open", "shut")], ACTIONS[1]],
    )  # fmt: skip
    stub = SimpleNamespace(stage=lambda state: {FULL: stage}[state])
    kept = module._kept(stub, FULL, {"USA": {"visa": "shut"}})
    assert kept == ("tariff=low visa=shut", "tariff=low")
    assert module._kept(stub, FULL, {"CHN": {"tariff": "high"}}) == ("tariff=low visa=open", "tariff=high")
    with pytest.raises(
        InvalidGame, match=rf"asks CHN for .*'odd'.* in {FULL}; there are tariff=low, tariff=high"
    ):
        module._kept(stub, FULL, {"USA": {}, "CHN": {"tariff": "odd"}})


def test_games_stand_at_each_step_of_the_stocks_or_move_from_all():
    steps, played = [], []
    home = replace(SCENARIO.default_state, authority=0)

    def made(size, state, moving):
        steps.append((size, state, tuple(moving)))
        return f"game {len(steps)}"

    stub = SimpleNamespace(default_state=home, stochastic_game=made)
    for name in ("still", "moving", "learned"):
        played += list(module._models(stub, "core", name))
    assert played == [(2, "game 1"), (1, "game 2"), (0, "game 3"), (None, "game 4"), (None, "game 5")]
    assert [s[0] for s in steps] == ["core"] * 5
    assert [s[1].stocks for s in steps[:3]] == [2, 1, 0]
    assert all(replace(s[1], stocks=0) == replace(home, stocks=0) for s in steps)
    assert [s[2] for s in steps] == [(), (), (), ("stocks",), ("stocks", "belief")]


def test_every_draw_and_horizon_is_asked_at_its_own_patience(monkeypatch):
    asked = []

    def models(one, size, name):
        return [(stocks, (one, size, name)) for stocks in (2, 1, 0)]

    def held(patient, paths, stands):
        (one, size, name), delta = patient
        asked.append((one.parameters["reaction_lag_days"], size, name, stands, delta))
        long = -1 / np.log(delta) > 20  # in periods
        return {(path, stands): (long and path == "calm", stands == 1 and not long) for path in paths}

    monkeypatch.setattr(module, "_models", models)
    monkeypatch.setattr(module, "_at", lambda *given: given)
    monkeypatch.setattr(module, "_held", held)
    told = []
    asking = {"horizons": [0.25, 2.0], "games": ["moving", "still"], "size": "core", "draws": 3, "rng": 8}
    found = restraint(SCENARIO, PATHS, progress=lambda *done: told.append(done), **asking)
    generator = np.random.default_rng(8)
    lags = [SCENARIO.draw(generator).parameters["reaction_lag_days"] for _ in range(3)]
    expected = [
        (lag, "core", name, stocks, pytest.approx(np.exp(-lag / 365 / horizon)))
        for lag in lags for name in ("moving", "still") for stocks in (2, 1, 0) for horizon in (0.25, 2.0)
    ]  # fmt: skip
    assert asked == expected
    assert told == [(1, 3), (2, 3), (3, 3)]
    keys = [(row.path, row.game, row.stocks) for row in found]
    assert keys == [(p, g, s) for p in ("calm", "war") for g in ("moving", "still") for s in (2, 1, 0)]
    for row in found:
        for d, lag in enumerate(lags):
            for h, horizon in enumerate((0.25, 2.0)):
                long = horizon * 365 / lag > 20
                assert row.holds[d, h] == (long and row.path == "calm")
                assert row.undecided[d, h] == (row.stocks == 1 and not long)
    assert (found.horizons, found.draws, found.size, found.status) == ((0.25, 2.0), 3, "core", "partial")
    # A share stands below its own horizon, in whatever order they are asked.
    turned = restraint(SCENARIO, PATHS, **{**asking, "horizons": [2.0, 0.25]}).table()
    given = found.table()
    assert turned.columns == (*given.columns[:3], *given.columns[:2:-1])
    assert turned.rows == tuple((*row[:3], *row[:2:-1]) for row in given.rows)
    assert len({row[3:] for row in given.rows}) > 1
    alone = restraint(SCENARIO, PATHS, horizons=[2.0], games=["still"])
    assert alone.draws == 1
    assert asked[-1][0] == SCENARIO.parameters["reaction_lag_days"]
    usual = restraint(SCENARIO, PATHS)
    assert (usual.horizons, usual.size) == (HORIZONS, "small")
    assert {row.game for row in usual} == {"still", "moving", "learned"}


def test_shares_are_of_draws_and_words_say_months_below_a_year():
    holds = np.array([[True, False], [True, True], [False, False], [True, False]])
    row = Restraint("calm", "moving", 1, holds, np.zeros_like(holds))
    assert row.shares == (0.75, 0.25)
    assert HORIZONS == (1 / 12, 1 / 6, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
    table = RestraintTable((0.75, 1.0), (row,), 4, "core").table()
    assert table.columns == ("path", "stocks", "at first", "9 mo", "1 y")
    assert table.rows == (("calm", "moving", "half", 0.75, 0.25),)
    assert "4 draws" in table.title
    assert "core game" in table.title


def test_a_game_of_another_patience_is_the_same_otherwise():
    one = game({FULL: 3.0, GONE: 4.0}, {FULL: GONE, GONE: FULL})
    other = module._at(one, 0.875)
    assert [float(one) for one in other.discount_factors] == [0.875, 0.875]
    assert other.states == one.states
    np.testing.assert_array_equal(other.flat_payoffs(), one.flat_payoffs())
    np.testing.assert_array_equal(other.transitions.to_dense(), one.transitions.to_dense())


def test_a_row_is_found_by_its_path_game_and_stocks():
    some = np.zeros((1, 1), dtype=bool)
    keys = [(p, g, s) for p in ("calm", "war") for g in ("still", "moving") for s in (2, 0)]
    table = RestraintTable((1.0,), tuple(Restraint(*key, some, some) for key in keys), 1, "small")
    for key in keys:
        found = table.find(*key)
        assert (found.path, found.game, found.stocks) == key
    assert list(table) == list(table.rows)
    assert table.status == "complete"


def test_a_game_of_another_name_is_refused_before_anything_is_solved():
    for games in (["frozen"], ["still", "frozen"]):
        with pytest.raises(UnknownMethod, match="'frozen'"):
            restraint(None, PATHS, games=games)


def test_without_a_seed_draws_are_those_of_the_seed_nought(monkeypatch):
    lags = []

    def models(one, *_):
        lags.append(one.parameters["reaction_lag_days"])
        return []

    monkeypatch.setattr(module, "_models", models)
    for seed in ({}, {"rng": 0}, {"rng": 1}):
        restraint(SCENARIO, PATHS, games=["still"], draws=3, **seed)
    assert lags[:3] == lags[3:6] != lags[6:]
