"""Published games with states, with noise and in continuous time: their values, or what is known of them."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games.catalogue.dynamic_games import quality_ladder

ENTRIES = ng.catalogue()
COOPERATION = {"poor": ("C", "C"), "rich": ("C", "C")}


def known(name):
    return ENTRIES[name].known


# --- states -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transfers", [False, True])
@pytest.mark.parametrize(
    ("value", "cooperate"), [("cooperation in both states", True), ("none in either", False)]
)
def test_two_dilemmas_from_which_discount_factor_on(value, cooperate, transfers):
    name = "abreu-brooks-sannikov-2016"
    game = ENTRIES[name].game(delta=known(name)[value])
    found = ng.equilibrium_payoffs(game, transfers=transfers)
    assert found.status == "complete"
    for (state, payoff), worst in zip(
        played_for_ever(game, "C").items(), played_for_ever(game, "D").values(), strict=True
    ):
        assert found[state].contains(payoff) is cooperate
        assert found[state].contains(worst)
        if not cooperate:
            assert found[state].outer == pytest.approx(np.array([worst]), abs=1e-9)


def played_for_ever(game, action):
    """Return by state what either gets if both play an action in each state, by hand."""
    delta, kept = game.discount_factors[0], 1 / 3
    # The state changes with chance 2/3: V = (1 - d) g + d (1/3 V + 2/3 V'), two states alike.
    moves = np.array([[kept, 1 - kept], [1 - kept, kept]])
    paid = np.array([2.0, 4.0]) if action == "C" else np.array([0.0, 2.0])
    values = np.linalg.solve(np.eye(2) - delta * moves, (1 - delta) * paid)
    return {state: (v, v) for state, v in zip(game.states, values, strict=True)}


def test_two_dilemmas_have_their_threshold_between_the_published_ones():
    name = "abreu-brooks-sannikov-2016"
    game = ENTRIES[name].game()
    for transfers in (False, True):
        found = ng.critical_discount_factor(game, COOPERATION, transfers=transfers)
        assert known(name)["none in either"] < found.value <= known(name)["cooperation in both states"]


def test_reserves_of_water():
    name = "goldluecke-kranz-2018"
    found = ng.equilibrium_payoffs(ENTRIES[name].game(), transfers=True)
    assert found.status == "complete"
    for state, (joint, worst) in known(name)["joint and worst payoffs from the first states"].items():
        assert found[state].joint == pytest.approx(joint, abs=0.00501)
        assert found[state].threats == pytest.approx(worst, abs=0.00501)
        assert found[state].table().rows[0][2] == state.replace("_", ", ")


def test_reserves_are_alike_for_both_firms():
    game = ENTRIES["goldluecke-kranz-2018"].game(most=4, least=1)
    found = ng.equilibrium_payoffs(game, transfers=True)
    for state in game.states:
        turned = found["_".join(reversed(state.split("_")))]
        assert found[state].joint == pytest.approx(turned.joint, abs=1e-9)
        assert found[state].threats == pytest.approx(turned.threats[::-1], abs=1e-9)


def test_capacity_is_not_built_beyond_what_pays():
    # "yeltekin-cai-judd-2017": no number of theirs is known here. At the top both sell 3/2 for ever, at 1.
    game = ENTRIES["yeltekin-cai-judd-2017"].game()
    found = ng.equilibrium_payoffs(game)
    assert found.status == "complete"
    assert found["2_2"].outer == pytest.approx(np.array([[1.5, 1.5]]), abs=1e-9)
    # From 1 against 3/2 a step turns 1 x 3/2 into 3/2 x 1, which is no more, and costs: it is not built.
    assert found["1_2"].outer == pytest.approx(np.array([[1.5, 2.25]]), abs=1e-9)
    with_them = ng.equilibrium_payoffs(game, transfers=True)
    for state in game.states:
        assert all(with_them[state].contains(payoff) for payoff in found[state].inner)


def test_a_step_of_capacity_that_pays_is_built_at_once():
    for delta in (Fraction(1, 2), Fraction(9, 10)):
        game = ENTRIES["yeltekin-cai-judd-2017"].game(delta=delta, steps=2, cost=Fraction(1, 4))
        # From 1/2 against 1: (4 - 3/2)/2 = 5/4 now; a step on it is (4 - 2) 1 = 2 for ever, for 1/4 once.
        expected = (1 - delta) * (Fraction(5, 4) - Fraction(1, 4)) + delta * 2
        found = ng.equilibrium_payoffs(game)
        assert found["0_1"].outer[:, 0] == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        ("largest gain at cover 1", {}),
        ("at cover 2 and a loss of 21/40", {"cover": 2, "loss": Fraction(21, 40)}),
    ],
)
def test_a_control_is_deterred_up_to_a_gain_and_no_further(value, changed):
    name = "threats-that-run-out-2026"
    for share, kept in ((Fraction(99, 100), True), (Fraction(101, 100), False)):
        game = ENTRIES[name].game(gain=share * known(name)[value], **changed)
        # Only restraint for ever costs the side that holds the curb nothing.
        best = ng.equilibrium_payoffs(game)[game.states[-1]].outer[:, 1].max()
        assert (best >= -1e-9) == kept


# --- noise --------------------------------------------------------------------------------------------------


def test_price_wars_cost_more_the_less_the_price_says():
    # "green-porter-1984": no number of theirs is known here.
    entry = ENTRIES["green-porter-1984"]
    joint = []
    for noise in (0.0, 0.3, 0.6, 0.9, 1.0):
        found = ng.equilibrium_payoffs(entry.game(noise=noise), transfers=True)
        assert found.status == "complete"
        assert found.contains((16, 16))
        joint.append(found.joint)
    assert (np.diff(joint) < 0).all()
    # A price that tells totals apart keeps up the monopoly of 36; one that tells nothing leaves Cournot's 32.
    assert joint[0] == pytest.approx(36, abs=1e-9)
    assert joint[-1] == pytest.approx(32, abs=1e-9)


def test_without_transfers_price_wars_hold_no_more():
    game = ENTRIES["green-porter-1984"].game(noise=0.5)
    without, with_them = ng.equilibrium_payoffs(game), ng.equilibrium_payoffs(game, transfers=True)
    assert (without.inner.sum(axis=1) <= with_them.joint + 1e-6).all()
    assert (without.inner >= with_them.threats - 1e-6).all()


# --- continuous time ----------------------------------------------------------------------------------------


@pytest.mark.long
def test_bus_engines_are_replaced_as_a_plain_program_says():
    # "rust-1987": his estimates were on no page at hand, his clock is another; held by a plain program.
    game = ENTRIES["rust-1987"].game(bins=30)
    found = ng.markov_perfect_equilibria(game)
    play = found.only()
    assert found.status == "complete"
    assert np.asarray(play.choice_probabilities[0])[:, 1] == pytest.approx(plain_replacement(30), abs=1e-8)
    assert ng.verify(game, play).holds


def plain_replacement(bins):
    """Return the chances of replacement by iterating the Bellman equation from event to event."""
    one, two, rate = 12 * 0.5953, 12 * (1 - 0.3919 - 0.5953), 12.0
    discount, values = -12 * np.log(0.9999), np.zeros(bins)
    at = np.arange(bins)
    first, second = np.minimum(at + 1, bins - 1), np.minimum(at + 2, bins - 1)
    ticks = discount + one + two + rate
    for _ in range(400_000):
        replace = values[0] - 10.075
        # The mean of the larger of two payoffs with Gumbel shocks less their own mean.
        chosen = np.logaddexp(values, replace)
        following = (-12 * 0.002293 * at + one * values[first] + two * values[second] + rate * chosen) / ticks
        moved, values = np.abs(following - values).max(), following
        if moved < 1e-13:
            break
    return 1 / (1 + np.exp(values - (values[0] - 10.075)))


def test_firms_enter_less_often_where_another_is_inside_and_are_alike():
    # "doraszelski-judd-2012": no number of theirs is known here.
    entry = ENTRIES["doraszelski-judd-2012"]
    game = entry.game()
    play = ng.markov_perfect_equilibria(game)[0]
    one, other = (np.asarray(chances) for chances in play.choice_probabilities)
    assert one[0, 1] > one[1, 1]
    assert one[[0, 1, 2, 3], 1] == pytest.approx(other[[0, 2, 1, 3], 1], abs=1e-8)
    assert ng.verify(game, play).holds


def test_in_a_market_of_no_size_whoever_is_inside_leaves_for_what_it_returns():
    game = ENTRIES["doraszelski-judd-2012"].game(size=0.0, fixed=50.0)
    play = ng.markov_perfect_equilibria(game)[0]
    chances = np.asarray(play.choice_probabilities[0])
    assert chances[2, 1] == pytest.approx(1, abs=1e-6)
    assert chances[0, 1] == pytest.approx(0, abs=1e-3)


def test_on_the_ladder_firms_are_alike_and_those_behind_a_leader_climb_less():
    # "pakes-mcguire-1994": no number of theirs is known here.
    game = ENTRIES["pakes-mcguire-1994"].game()
    play = ng.markov_perfect_equilibria(game)[0]
    place = {state: k for k, state in enumerate(game.states)}
    climbs = [[float(chances[-1]) for chances in rows] for rows in play.choice_probabilities]
    for state, k in place.items():
        turned = place["-".join(reversed(state.split("-")))]
        if not state.startswith("3"):
            assert climbs[0][k] == pytest.approx(climbs[1][turned], abs=1e-8)
    assert climbs[0][place["0-3"]] < climbs[0][place["0-0"]]
    assert ng.verify(game, play).holds


@pytest.mark.parametrize(
    ("value", "estimates", "fixed"),
    [
        ("log likelihood", "estimates", {}),
        pytest.param(
            "log likelihood at a rate of one",
            "estimates at a rate of one",
            {"rate": 1.0},
            marks=pytest.mark.long,
        ),
        pytest.param("log likelihood of two rates", "estimates of two rates", {}, marks=pytest.mark.long),
    ],
)
def test_the_buses_are_estimated_as_published(value, estimates, fixed):
    entry = ENTRIES["blevins-2025"]
    published = entry.known[estimates]
    # From a tenth off the printed values, up to the maximum.
    start = {name: 1.1 * number for name, number in published.items()}
    found = ng.fit(partial(entry.build, **fixed), entry.parts(), start=start, equilibria=1)
    assert found.status == "complete"
    assert found.log_likelihood == pytest.approx(entry.known[value], abs=0.006)
    # To the printed digits, of the flattest likelihood to two units of the last: its maximum is this one.
    assert found.estimate == pytest.approx(published, abs=0.0021 if "rate_above" in published else 0.00051)
    if not fixed and "rate_above" not in published:
        assert found.log_likelihood == pytest.approx(-13938.507068, abs=1e-6)
        # The printed errors are neither of the information nor of the scores' spread; they are near both.
        assert found.standard_errors == pytest.approx(entry.known["standard errors"], rel=0.21)
        by_differences = {"rate": 0.0060, "mileage": 0.0059, "cost": 0.298, "replacement": 1.379}
        assert found.standard_errors == pytest.approx(by_differences, rel=0.02)


@pytest.mark.long
def test_from_records_of_each_of_several_equilibria_that_one_is_estimated():
    # "pesendorfer-schmidt-dengler-2008": their payoffs; the equilibria of this clock are found here.
    entry = ENTRIES["pesendorfer-schmidt-dengler-2008"]
    game = entry.game()
    plays = ng.markov_perfect_equilibria(game, starts=20)
    assert len(plays) == 3
    true = {"duopoly": -1.2, "enter": -0.2}
    for k, play in enumerate(plays):
        rng = np.random.default_rng(k)
        seen = [ng.simulate_moves(game, play, start="00", years=250.0, rng=rng) for _ in range(8)]
        found = ng.fit(entry.build, seen, start={"duopoly": -1.0, "enter": -0.3}, equilibria=12)
        assert found.status == "complete", found.reason
        for name, value in true.items():
            assert abs(found.estimate[name] - value) < 3.0 * found.standard_errors[name]
        apart = [
            max(
                abs(mine.flat - its.flat).max()
                for mine, its in zip(
                    found.equilibrium.choice_probabilities, other.choice_probabilities, strict=True
                )
            )
            for other in plays
        ]
        assert int(np.argmin(apart)) == k
        # Of all climbs the best is the estimate, and what the others led to is lower.
        assert found.optima[0].estimate == found.estimate
        assert all(other.log_likelihood <= found.log_likelihood for other in found.optima if not other.reason)


def test_on_the_ladder_a_step_costs_and_waiting_does_not():
    paid = {x for rows in quality_ladder(step=0.5).options for x in rows.payoffs.tolist()}
    assert paid == {0.0, -0.5}
