"""Estimates by hand, what a table of moves says, and what is refused and why."""

import json
import math
import re
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


def test_errors_by_cluster_of_a_constant_hazard_are_the_spread_of_its_counts():
    counts, years = np.array([2, 5, 11]), 8.0
    paths = [ng.EventPath("0", [(t, "sale") for t in np.linspace(1.0, 7.0, n)], years) for n in counts]
    found = ng.fit(shop, paths, start={"rate": 1.0})
    # The score of a path is n / x - T, and minus the second derivative is the number of events over x^2.
    rate = counts.sum() / (3 * years)
    spread = np.sqrt(((counts / rate - years) ** 2).sum())
    assert found.cluster_errors["rate"] == pytest.approx(spread * rate**2 / counts.sum(), rel=1e-6)


@pytest.mark.long
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


@pytest.mark.long
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
    with pytest.raises(InvalidGame, match="with `cluster` every entry must be a table"):
        ng.fit(shop, [path, path], start={"rate": 1.0}, cluster="who")


def test_parameters_that_the_factory_refuses_shorten_the_step():
    sales = ng.EventPath("0", [(1.0, "sale")], 4.0)
    found = ng.fit(lambda square: shop(math.sqrt(square)), sales, start={"square": 2.0})
    assert found.estimate["square"] == pytest.approx(1.0 / 16.0, rel=1e-6)
    with pytest.raises(InvalidGame, match="cannot make a game at square -1"):
        ng.fit(lambda square: shop(math.sqrt(square)), sales, start={"square": -1.0})


@pytest.mark.long
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
        (3.0, "columns `years`"),
        ("moves.csv", r"pandas first: pd.read_csv\('moves.csv'\)"),
        ([], r"of 0 path\(s\)"),
        ({"years": [], "state": []}, r"of 0 path\(s\)"),
        ({"years": [0.0], "state": ["shut"]}, "must have a row after its first"),
        ({"years": [0.0, 1.0, 2.0], "state": ["shut", "open"]}, "lengths differ: years 3, state 2"),
        ({"years": [0.0, 1.0], "event": [None], "state": ["shut", None]}, "lengths differ"),
        ({"path": ["a"], "years": [0.0, 1.0], "state": ["shut", None]}, "lengths differ"),
        ({"years": [0.0, 1.0], "event": None, "state": ["shut", None]}, "'event' must be a list"),
        ({"years": [0.0, 1.0], "state": ["shut", ["open", "shut"]]}, "a cell must be a name or a number"),
        ({"years": [0.0, 1.0], "state": ["shut", None], "path": ["a", None]}, "row 2 has an empty cell"),
        ({"years": [0.0, 1.0], "state": ["shut", None], "weight": [1, 2]}, "column 'weight', or none; path"),
        ({"years": [0.0]}, "got the columns"),
        ({"years": [0.0, 1.0], "event": ["opens", None]}, "first row of path '0' must give the state"),
        ({"years": [1.0, 0.0], "state": ["", "shut"]}, "the table has no column `path`"),
        (
            {"path": [1, 1], "years": [1.0, 0.0], "state": ["", "shut"]},
            "times of path '1' must not decrease.* sort the table by years",
        ),
        ({"years": [np.nan], "state": ["shut"]}, "must be finite"),
        ({"date": ["soon"], "state": ["shut"]}, "a day in `date`, such as"),
        ({"years": [0.0], "state": ["shut"], "weight": [-1]}, "number of paths"),
        (pd.DataFrame([[0.0, "shut", "a"]], columns=["years", "state", "state"]), "'state' twice"),
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


@pytest.mark.parametrize("start", [None, 1.0, "rate", {}, [], [1.0], [{}]])
def test_a_start_names_each_parameter(start):
    with pytest.raises(InvalidNumber, match="start must give a value to each parameter by name"):
        ng.fit(shop, ng.EventPath("0", [(0.5, "sale")], 2.0), start=start)


def test_counts_names_and_clusters_are_checked_at_the_door():
    fit = partial(ng.fit, shop, start={"rate": 1.0})
    sales = ng.EventPath("0", [(0.5, "sale")], 2.0)
    for count in (1.5, 0, -1, None):
        with pytest.raises(InvalidNumber, match="number of equilibria"):
            fit(sales, equilibria=count)
    with pytest.raises(InvalidGame, match="unobserved must be a list"):
        fit(sales, unobserved="sale")
    table = {"years": [0.0, 1.0], "event": [None, "sale"], "state": ["0", None], "who": ["a", "b"]}
    with pytest.raises(InvalidGame, match="the same entry in the column 'who'"):
        fit(table, cluster="who")
    # Empty cells beside the one that counts are no second answer.
    assert fit(table | {"weight": [2.0, None]}).clusters == 2


def test_a_chain_that_nobody_moves_is_fitted():
    def chain(rate):
        return ng.ContinuousTimeGame([[0.0], [0.0]], [], 0.5, nature=[[0.0, rate], [rate, 0.0]])

    states = {"years": [0.0, 1.0, 2.0, 3.0], "state": ["0", "0", "1", "1"]}
    # Two of three years without a change: the chance of one is (1 - exp(-2 rate)) / 2 = 1/3.
    found = ng.fit(chain, states, start={"rate": 1.0})
    assert (found.status, found.estimate["rate"]) == ("complete", pytest.approx(np.log(3.0) / 2.0))


def test_rates_that_are_zero_at_the_start_are_no_verdict_on_others():
    sales = ng.EventPath("0", [(0.5, "sale")], 2.0)
    with pytest.raises(InvalidGame, match="start where such a rate is positive") as refused:
        ng.fit(shop, sales, start={"rate": 0.0})
    assert "at any parameters" not in str(refused.value)

    def hidden(rate):
        # A second state that is entered unseen, at a rate that the start has as zero.
        makers = [
            ng.DecisionMaker(0, rate, [[(0, 0.0), (1, 0.0)], [(1, 0.0)]], 1.0),
            ng.DecisionMaker(0, [0.5, 2.0], [[(0, 0.0, "sale")], [(1, 0.0, "sale")]], 1.0),
        ]
        return ng.ContinuousTimeGame([[0.0], [0.0]], makers, 0.5)

    with pytest.raises(InvalidGame, match="A rate must be positive at all"):
        ng.fit(hidden, sales, start={"rate": 0.0})


@pytest.mark.long
def test_a_maximum_far_from_the_start_is_reached():
    sales = ng.EventPath("0", [(k / 1e4, "sale") for k in range(10_000)], 1.0)
    found = ng.fit(shop, sales, start={"rate": 1.0})
    assert (found.status, found.estimate["rate"]) == ("complete", pytest.approx(1e4))


def chooser(gain, rate=2.0):
    """Return one who sells more of what gains more."""
    return ng.ContinuousTimeGame(
        [[0.0]], [ng.DecisionMaker(0, rate, [[(0, gain, "x"), (0, 0.0, "y")]], 1.0)], 0.5
    )


def entrant(cost):
    options = [[(0, 0.0), (1, -cost, "enters")], [(1, 0.0), (0, 0.0, "leaves")]]
    return ng.ContinuousTimeGame([[0.0], [1.0]], [ng.DecisionMaker(0, 2.0, options, 1.0)], 0.3)


def chain_of(up, down):
    return ng.ContinuousTimeGame([[0.0], [0.0]], [], 0.5, nature=[[0.0, up], [down, 0.0]])


def quartic(root, rate=None):
    """Return a shop whose sales say nothing of `root` at 0, and perhaps one that sells at a rate."""
    makers = [ng.DecisionMaker(0, 0.5 + root**4, [[(0, 0.0, "sale")]], 1.0)]
    if rate is not None:
        makers.append(ng.DecisionMaker(0, rate, [[(0, 0.0, "other")]], 1.0))
    return ng.ContinuousTimeGame([[0.0]], makers, 0.5)


BOUGHT = ng.EventPath("0", [(1.0, "x"), (2.0, "x"), (3.0, "x")], years=4.0)
STATES = {"years": [0, 1, 2, 3, 4], "state": ["0", "1", "1", "0", "0"]}
SOLD = ng.EventPath("0", [(1.0, "sale")], 2.0)
BOTH = ng.EventPath("0", [(1.0, "sale"), (1.5, "other")], 2.0)
RISES, NOTHING = "where the likelihood may rise for ever: moving ", "next to no information .*: moving "


@pytest.mark.long
@pytest.mark.parametrize(
    ("factory", "data", "start", "words", "known"),
    [
        (chooser, BOUGHT, {"gain": 0.0}, RISES + r"gain by \+", {}),
        (chooser, BOUGHT, {"gain": 40.0}, RISES + r"gain by \+", {}),
        (chooser, BOUGHT, {"gain": 0.0, "rate": 1.0}, RISES + r"gain by \+[^,]*, the", {"rate": 0.75}),
        (chooser, BOUGHT, {"gain": 40.0, "rate": 1.0}, RISES + r"gain by \+[^,]*, the", {"rate": 0.75}),
        (entrant, ng.EventPath("0", [], 5.0), {"cost": 1.0}, RISES + r"cost by \+", {}),
        (chain_of, STATES, {"up": 1.0, "down": 1.0}, RISES + r"up by \+.*, down by \+", {}),
        (quartic, SOLD, {"root": 1.0}, NOTHING + "root by", {}),
        (quartic, SOLD, {"root": 0.0}, NOTHING + "root by", {}),
        (quartic, BOTH, {"root": 1.0, "rate": 1.0}, NOTHING + "root by [^,]*, the", {"rate": 0.5}),
        (shop, ng.EventPath("0", [], 2.0), {"rate": 1.0}, "still rises as rate falls", {}),
    ],
)
def test_what_has_no_maximum_or_no_information_is_partial_in_a_named_direction(
    factory, data, start, words, known
):
    found = ng.fit(factory, data, start=start)
    assert found.status == "partial"
    assert re.search(words, found.reason), found.reason
    for name in start:
        if name in known:
            # The parameter beside it is as well estimated as by itself.
            assert found.estimate[name] == pytest.approx(known[name], rel=1e-6)
            low, high = found.interval(name)
            assert low < known[name] < high
            assert np.isfinite(found.standard_errors[name])
        else:
            assert np.isnan(found.standard_errors[name])
            with pytest.raises(InvalidNumber, match=f"{name} has no standard error"):
                found.interval(name)


@pytest.mark.long
@pytest.mark.parametrize(("power", "start"), [(-1.0, 3.0), (-0.5, 1.0), (0.5, 1.0), (2.0, 1.0), (4.0, 1.0)])
def test_a_skew_likelihood_of_one_sale_has_its_maximum(power, start):
    found = ng.fit(lambda a: shop(a**power), SOLD, start={"a": start})
    assert (found.status, found.estimate["a"]) == ("complete", pytest.approx(0.5 ** (1.0 / power), rel=1e-6))


def test_a_curve_of_maxima_is_not_identified():
    with pytest.raises(NotIdentified, match="moving a by"):
        ng.fit(lambda a, b: shop(a * b), SOLD, start={"a": 1.0, "b": 2.0})


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
