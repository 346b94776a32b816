"""Estimates by hand, what a table of moves says, and what is refused and why."""

import json
import math
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidNumber, NotIdentified, UnknownEvent, UnknownParameter
from negotiation.game_theory.games.catalogue.dynamic_games import one_market_for_two


def shop(rate, other=0.0):
    """Return a shop that sells at a rate; `other` moves a constant, which nobody answers to."""
    maker = ng.DecisionMaker(0, rate, [[(0, 0.0, "sale")]], precision=1.0)
    return ng.ContinuousTimeGame([[other]], [maker], 0.5)


def trader(rate, price, cost=0.0):
    """Return one who opens and shuts at chances to move, and pays to open."""
    options = [[(0, 0.0), (1, -cost, "opens")], [(1, 0.0), (0, 0.0, "shuts")]]
    maker = ng.DecisionMaker("trader", rate, options, precision=1.0)
    return ng.ContinuousTimeGame([[0.0], [price]], [maker], 0.5, states=("shut", "open"), players=("trader",))


def days_of(rate, price, cost=0.0, *, paths=12, years=10.0, seed=1):
    """Return drawn paths of the trader."""
    game, rng = trader(rate, price, cost), np.random.default_rng(seed)
    play = ng.markov_perfect_equilibria(game).only()
    return [ng.simulate_moves(game, play, start="shut", years=years, rng=rng) for _ in range(paths)]


@pytest.mark.parametrize("count", [1, 4, 60])
def test_a_constant_hazard_is_events_by_years(count):
    years = 8.0
    times = np.sort(np.random.default_rng(count).uniform(0.0, years, count))
    found = ng.fit(shop, ng.EventPath("0", [(t, "sale") for t in times], years), start={"rate": 1.0})
    assert found.status == "complete"
    assert found.estimate["rate"] == pytest.approx(count / years, rel=1e-6)
    assert found.standard_errors["rate"] == pytest.approx(np.sqrt(count) / years, rel=1e-6)
    assert found.log_likelihood == pytest.approx(count * np.log(count / years) - count, rel=1e-9)
    # The ends of the profile solve 2 (l(n / T) - l(x)) = 1.959964^2.
    rate = count / years

    def lost(x):
        return 2.0 * (count * np.log(rate / x) + (x - rate) * years) - 1.959963984540054**2

    ends = (brentq(lost, rate * 1e-9, rate), brentq(lost, rate, rate * 30.0))
    assert found.interval("rate") == pytest.approx(ends, rel=1e-4)


def test_a_profile_is_as_deep_at_its_ends_as_its_level_says():
    paths, start = days_of(3.0, 0.6), {"rate": 2.0, "price": 0.1}
    found = ng.fit(trader, paths, start=start)
    assert all(
        abs(found.estimate[k] - v) < 3 * found.standard_errors[k]
        for k, v in {"rate": 3, "price": 0.6}.items()
    )
    for end in found.interval("price", 0.9):
        # With the price fixed at an end the best that the rate can do has lost 1.644854^2 / 2.
        held = ng.fit(partial(trader, price=end), paths, start={"rate": 2.0})
        assert found.log_likelihood - held.log_likelihood == pytest.approx(1.6448536**2 / 2.0, rel=1e-3)


def test_a_table_says_what_paths_say_and_weights_stand_for_copies():
    paths, start = days_of(3.0, 0.6, paths=3), {"rate": 2.0, "price": 0.1}
    rows = [
        row
        for k, path in enumerate(paths)
        for row in (
            {"path": k, "years": 5.0, "state": "shut"},
            *(
                {"path": k, "years": 5.0 + t, "event": e}
                for t, e in zip(path.times, path.events, strict=True)
            ),
            {"path": k, "years": 15.0},
        )
    ]
    table = pd.DataFrame(rows)
    seen, told = ng.fit(trader, paths, start=start), ng.fit(trader, table, start=start)
    assert told.estimate == pytest.approx(seen.estimate, rel=1e-9)
    # The state right after a move, where it is known anyhow, changes nothing.
    known = table.assign(state=table.state.where(table.event != "opens", "open"))
    assert ng.fit(trader, known, start=start).log_likelihood == pytest.approx(seen.log_likelihood, rel=1e-12)
    twice = ng.fit(trader, table.assign(weight=2), start=start)
    copies = ng.fit(trader, [*paths, *paths], start=start)
    for name in ("standard_errors", "cluster_errors"):
        assert getattr(twice, name) == pytest.approx(getattr(copies, name), rel=1e-6)
    assert twice.clusters == copies.clusters == 6
    # Two alike in one cluster are one draw: by cluster they say no more than one.
    pairs = ng.fit(trader, table.assign(weight=2, who=table.path), start=start, cluster="who")
    assert pairs.cluster_errors == pytest.approx(seen.cluster_errors, rel=1e-6)
    assert pairs.clusters == 3


def test_dates_are_years_and_states_at_dates_need_no_moves():
    rng = np.random.default_rng(3)
    dates = pd.date_range("2024-01-01", periods=400, freq="30D")
    chance = 1.0 - np.exp(-2.0 * 2.0 * 30 / 365.25)
    states, at = [], 0
    for _ in dates:
        states.append(("shut", "open")[at])
        at = 1 - at if rng.random() < chance / 2.0 else at
    # At price 0 the trader moves with chance one half, so that the state is a chain of two rates alike.
    found = ng.fit(
        partial(trader, price=0.0), pd.DataFrame({"date": dates, "state": states}), start={"rate": 1.0}
    )
    moved = np.mean([a != b for a, b in pairwise(states)])
    rate = -np.log(1.0 - 2.0 * moved) / (30 / 365.25)
    assert found.estimate["rate"] == pytest.approx(rate, rel=1e-8)


def test_whole_numbers_beside_missing_ones_are_labels():
    table = pd.DataFrame({"years": [0.0, 1.0, 4.0], "state": [0, None, None], "event": [None, "sale", pd.NA]})
    assert table.state.dtype == float
    assert ng.fit(shop, table, start={"rate": 1.0}).estimate["rate"] == pytest.approx(0.25)
    path = ng.EventPath("0", [(1.0, "sale")], 4.0)
    with pytest.raises(InvalidGame, match="where cluster names a column"):
        ng.fit(shop, [path, path], start={"rate": 1.0}, cluster="who")


def test_parameters_that_the_factory_refuses_shorten_the_step():
    sales = ng.EventPath("0", [(1.0, "sale")], 4.0)
    found = ng.fit(lambda square: shop(math.sqrt(square)), sales, start={"square": 2.0})
    assert found.estimate["square"] == pytest.approx(1.0 / 16.0, rel=1e-6)
    with pytest.raises(InvalidGame, match="makes no game at square -1"):
        ng.fit(lambda square: shop(math.sqrt(square)), sales, start={"square": -1.0})


def test_a_result_prints_as_a_table_and_tells_its_numbers():
    found = ng.fit(
        trader, days_of(3.0, 0.6, paths=4), start=[{"rate": 2.0, "price": 0.1}, {"price": 1.0, "rate": 5.0}]
    )
    text = str(found)
    assert all(word in text for word in ("maximum likelihood: complete", "P>|z|", "rate", "price"))
    assert len(found.optima) == 1
    told = found.tidy()
    assert told[(told.quantity == "error")].value.tolist() == pytest.approx([*found.standard_errors.values()])
    document = json.loads(found.to_json())
    assert document["status"] == "complete"
    assert document["log_likelihood"] == pytest.approx(found.log_likelihood)
    with pytest.raises(UnknownParameter):
        found.interval("prise")
    with pytest.raises(InvalidNumber, match="between 0 and 1"):
        found.interval("price", 95)


def test_a_flat_direction_is_named():
    sales = ng.EventPath("0", [(0.5, "sale"), (1.0, "sale")], 2.0)
    with pytest.raises(NotIdentified, match="moving other by"):
        ng.fit(shop, sales, start={"rate": 1.0, "other": 3.0})
    with pytest.raises(NotIdentified, match=r"moving (a by .*, b by|b by .*, a by)"):
        ng.fit(lambda a, b: shop(a + b), sales, start={"a": 0.7, "b": 0.7})


def test_a_row_that_cannot_happen_is_named():
    fit = partial(ng.fit, partial(trader, price=0.5), start={"rate": 1.0})
    with pytest.raises(
        InvalidGame, match=r"row 2 after the start of path 'x', 'opens' at 0.5 years.*\['open'\]"
    ):
        fit(
            {
                "path": ["x"] * 3,
                "years": [0, 0.2, 0.5],
                "event": ["", "opens", "opens"],
                "state": ["shut", "", ""],
            }
        )
    with pytest.raises(InvalidGame, match=r"row 1 .*'shut' at 1 years"):
        fit({"years": [0.0, 1.0], "event": [None, None], "state": ["open", "shut"]})
    with pytest.raises(UnknownEvent):
        fit(ng.EventPath("shut", [(0.5, "shots")], 1.0))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (3.0, "columns years"),
        ("moves.csv", r"pandas first: pd.read_csv\('moves.csv'\)"),
        ([], "empty list"),
        ({"years": [0.0]}, "got the columns"),
        ({"years": [0.0, 1.0], "event": ["opens", None]}, "first row of path '0' says the state"),
        ({"years": [1.0, 0.0], "state": ["", "shut"]}, "the table has no column `path`"),
        (
            {"path": [1, 1], "years": [1.0, 0.0], "state": ["", "shut"]},
            "times of path '1' never .* sort by years",
        ),
        ({"years": [np.nan], "state": ["shut"]}, "are finite"),
        ({"date": ["soon"], "state": ["shut"]}, "dates are as"),
        ({"years": [0.0], "state": ["shut"], "weight": [-1]}, "number of paths"),
    ],
)
def test_data_of_another_form_are_refused(data, words):
    with pytest.raises(InvalidGame, match=words):
        ng.fit(partial(trader, price=0.5), data, start={"rate": 1.0})


@pytest.mark.parametrize(
    ("factory", "start", "error", "words"),
    [
        (shop, {"rate": 1.0, "othr": 1.0}, UnknownParameter, "did you mean 'other'"),
        (shop, {"other": 1.0}, InvalidGame, "missing .* 'rate'"),
        (shop(rate=1.0), {"rate": 1.0}, InvalidGame, "factory"),
    ],
)
def test_what_is_no_factory_of_the_parameters_is_refused(factory, start, error, words):
    with pytest.raises(error, match=words):
        ng.fit(factory, ng.EventPath("0", [(0.5, "sale")], 2.0), start=start)


def test_what_has_no_gradient_is_refused():
    sales = ng.EventPath("0", [(0.5, "sale")], 2.0)

    def sharp(rate):
        return ng.ContinuousTimeGame([[0.0]], [ng.DecisionMaker(0, rate, [[(0, 0.0, "sale")]])], 0.5)

    with pytest.raises(InvalidGame, match="finite precision"):
        ng.fit(sharp, sales, start={"rate": 1.0})
    # At this precision the symmetric equilibrium branches into two of unlike firms.
    moves = ng.EventPath("00", [(0.5, "firm 1 enters"), (1.5, "firm 2 enters")], 2.0)
    with pytest.raises(InvalidGame, match="fold or to a switch of branch"):
        ng.fit(
            partial(one_market_for_two, precision=2.083650499), moves, start={"duopoly": -1.2}, equilibria=1
        )


def test_a_game_of_another_form_is_refused():
    def growing(rate):
        count = 2 if rate > 1.0 else 1
        maker = ng.DecisionMaker(0, rate, [[(0, 0.0, "sale")] * count], precision=1.0)
        return ng.ContinuousTimeGame([[0.0]], [maker], 0.5)

    with pytest.raises(InvalidGame, match="other states, options, events"):
        ng.fit(growing, ng.EventPath("0", [(0.5, "sale")], 2.0), start={"rate": 1.0})


def test_without_a_maximum_the_answer_is_partial_and_says_why():
    # Nothing was sold: the likelihood rises to the rate zero, where it has no maximum.
    found = ng.fit(shop, ng.EventPath("0", [], 2.0), start={"rate": 1.0})
    assert found.status == "partial"
    assert "no maximum" in found.reason or "without derivatives" in found.reason
    with pytest.raises(InvalidNumber):
        ng.fit(shop, ng.EventPath("0", [], 2.0), start=[])
