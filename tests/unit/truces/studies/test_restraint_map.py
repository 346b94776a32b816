"""The map of restraint: places by the closed form one by one, days of the record, what the curves say."""

from dataclasses import replace
from datetime import date
from math import exp

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.studies.restraint_map import restraint_in_game, restraint_map

FOUND = restraint_map(ng.load_scenario("us-china-2025").as_of(date(2026, 10, 10)), draws=8)


@pytest.mark.parametrize("lag", FOUND.lags)
@pytest.mark.parametrize("row", [0, 30, 60, 120])
@pytest.mark.parametrize("column", [0, 7, 21, 45])
def test_each_place_is_one_closed_form(lag, row, column):
    g, h, c, kappa = (FOUND.numbers[name][0] for name in ("g", "h", "c", "kappa"))
    cover, horizon = FOUND.covers[column], FOUND.horizons[row]
    numbers = {"gain": g, "harm": h, "loss": c, "cost": kappa, "horizons": horizon}
    kept = FOUND.central[FOUND.lags.index(lag), row, column]
    if not lag:
        assert kept == ng.restraint(**numbers, cover=cover).holds
        return
    # A cover of no whole number of periods lies between the two nearest.
    ends = (ng.restraint(**numbers, cover=n * lag, period=lag) for n in (cover // lag, -(-cover // lag)))
    assert kept in {end.holds for end in ends}


def test_more_cover_a_longer_lag_and_a_shorter_horizon_never_help():
    assert (np.diff(FOUND.share, axis=2) <= 0).all()
    assert (np.diff(FOUND.share, axis=1) >= 0).all()
    by_lag = FOUND.share[np.argsort(FOUND.lags)]
    assert (np.diff(by_lag, axis=0) <= 0).all()


def test_least_horizons_are_where_the_closed_forms_turn():
    g, h, c, kappa = (FOUND.numbers[name][0] for name in ("g", "h", "c", "kappa"))
    for least in FOUND.least:
        after = least.cover + least.lag
        assert np.exp(-after / least.target) * h == pytest.approx(g)
        borne = kappa * (1 - np.exp(-after / least.user)) / c
        assert borne == pytest.approx(np.exp(-least.lag / least.user), abs=2e-3)


def test_no_name_of_a_day_is_struck_by_a_curve_and_the_legend_names_shades_that_are_there():
    host = FOUND.plot()
    host.figure.draw_without_rendering()
    *maps, _ = host.child_axes
    for axis in maps:
        for name in axis.texts:
            box = name.get_window_extent()
            for line in axis.lines[:2]:
                cover, horizon = line.get_data()
                fine = np.linspace(cover[0], cover[-1], 400)
                at = axis.transData.transform(np.column_stack([fine, np.interp(fine, cover, horizon)]))
                assert not box.count_contains(at), name.get_text()
    highest = 100 * max(FOUND.share[k].max() for k, lag in enumerate(FOUND.lags) if lag)
    assert maps[0].get_legend().get_texts()[0].get_text().endswith(f"to {highest:.0f}% of draws")


def departure_from_calm(game):
    """Return the most that a side gains by leaving calm once in the first state, its worst to follow."""
    state, sets = game.states[0], ng.equilibrium_payoffs(game)
    stage, delta = game.stage(state), game.discount_factor
    gains = []
    for i in range(2):
        for k in range(1, len(stage.actions[i])):
            chosen = (k, 0) if i == 0 else (0, k)
            labels = tuple(stage.actions[j][chosen[j]] for j in range(2))
            after = sum(p * sets[s].threats[i] for s, p in game.next_states(state, labels).items())
            gains.append((1 - delta) * stage.payoffs[chosen][i] + delta * after - stage.payoffs[0, 0][i])
    return max(gains)


def test_the_own_game_keeps_restraint_where_no_departure_pays():
    dispute, horizons = ng.load_scenario("us-china-2025"), [20.0, 29.0, 60.0, 90.0]
    one = dispute.with_parameters({"state.stock_days": 120.0})
    game = one.stochastic_game("small", state=replace(one.default_state, stocks=2), moving=["stocks"])
    stages = dict(zip(game.states, game.stages, strict=True))
    games = [ng.StochasticGame.from_stages(stages, game.transitions, exp(-14 / h)) for h in horizons]
    found = restraint_in_game(dispute, covers=[120.0], horizons=horizons).kept[:, 0]
    assert found.tolist() == [departure_from_calm(each) <= 1e-9 for each in games] == [0, 0, 1, 1]
