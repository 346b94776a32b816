from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.disputes.posture import posture_from_label
from negotiation.game_theory.games import RepeatedGame
from negotiation.testing import strategies as ngst
from tests.several_countries import THREE, dispute, with_a_bystander

SCENARIO = ng.load_scenario(THREE)
COUNTRIES = SCENARIO.countries
NEAR = 1e-14


def drawn(scenario, seed):
    return scenario.draw(np.random.default_rng(seed))


def paid(scenario, postures, state):
    """Return what each country is paid, posture by posture: effects one by one, without arrays of games."""
    found = dict.fromkeys(scenario.countries, 0.0)
    for holder in scenario.countries:
        for name, label in postures[holder].items():
            instrument, effects = scenario.instruments[name], scenario.effects(holder, name, state)
            k = instrument.position(holder, label)
            found[holder] += effects.holder[k]
            found[scenario.target(holder, name)] += effects.other[k]
            for third in found.keys() & effects.bystanders.keys():  # regions of trade play no part
                found[third] += effects.bystanders[third][k]
    interacts = scenario.definition.interaction
    if interacts is not None:
        labels = [postures[c].get(interacts.tariff) for c in scenario.countries]
        tariff = scenario.instruments[interacts.tariff]
        peak = any(
            label is not None and tariff.position(c, label) >= tariff.position(c, interacts.from_level)
            for c, label in zip(scenario.countries, labels, strict=True)
        )
        for holder in scenario.countries:
            if peak and interacts.curb in postures[holder]:
                k = scenario.instruments[interacts.curb].position(holder, postures[holder][interacts.curb])
                gross = sum(scenario.parameters[name] for name in interacts.cost)
                weight = scenario.parameters[interacts.weight]
                found[holder] -= weight * gross * scenario.strength(holder, interacts.curb, state)[k]
    return [found[country] for country in scenario.countries]


@settings(max_examples=16)
@given(st.integers(0, 10_000), st.sampled_from(["us-china-2025", THREE, "japan-korea-2019"]), ngst.states())
def test_a_game_of_any_number_pays_the_sum_of_effects_in_any_state(seed, name, state):
    world = drawn(ng.load_scenario(name), seed)
    state = state if name == "us-china-2025" else world.default_state
    game, calm = world.stage_game("small", state=state), world.calm()
    for profile in product(*map(range, game.n_actions)):
        postures = calm
        for i, k in enumerate(profile):
            postures = postures.after(game.players[i], posture_from_label(game.actions[i][k]))
        assert game.payoffs[profile] == pytest.approx(paid(world, postures, state), rel=0, abs=NEAR)


@pytest.mark.long
@pytest.mark.parametrize("name", ["us-china-2025", "japan-korea-2019", "australia-china-2020"])
@pytest.mark.parametrize("size", ["small", "core"])
def test_a_third_country_without_instruments_changes_nothing(name, size):
    two, three = ng.load_scenario(name), ng.load_scenario(with_a_bystander(name, "FRA"))
    old, new = two.stage_game(size), three.stage_game(size)
    assert new.n_actions == (*old.n_actions, 1)
    assert new.players == (*old.players, "FRA")
    assert (new.payoffs[..., 0, :2] == old.payoffs).all()
    assert (new.payoffs[..., 2] == 0).all()


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(list(permutations(range(3)))))
def test_another_order_of_countries_permutes_the_payoffs(seed, order):
    again = dispute(THREE)
    again["scenario"]["countries"] = [COUNTRIES[i] for i in order]
    values = dict(drawn(SCENARIO, seed).parameters)
    game = SCENARIO.with_parameters(values).stage_game("core")
    other = ng.load_scenario(again).with_parameters(values).stage_game("core")
    assert other.players == tuple(COUNTRIES[i] for i in order)
    assert other.n_actions == tuple(game.n_actions[i] for i in order)
    expected = game.payoffs.transpose(*order, 3)[..., list(order)]
    np.testing.assert_allclose(other.payoffs, expected, rtol=0, atol=NEAR)


def test_a_bystander_is_concerned_and_a_country_without_a_rule_is_not():
    state = SCENARIO.default_state
    reach = SCENARIO.effects("USA", "tool_reach", state)
    assert reach.other.tolist() == [0, -0.1]
    assert {code: values.tolist() for code, values in reach.bystanders.items()} == {"CHN": [0, -0.02]}
    assert SCENARIO.effects("USA", "chip_control", state).bystanders == {}
    control = SCENARIO.stage_game(instruments=["chip_control"])
    assert (control.payoffs[..., COUNTRIES.index("NLD")] == 0).all()
    assert control.payoffs[1, 0, 0, COUNTRIES.index("CHN")] < 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_what_solves_games_of_any_number_takes_three_countries(seed):
    game = drawn(SCENARIO, seed).stage_game("small")
    # Payoffs add up over countries, so that the best reply of each does not hang on the others.
    best = [
        int(np.argmax(game.payoffs[(*(slice(None) if j == i else 0 for j in range(3)), i)])) for i in range(3)
    ]
    payoff = game.payoffs[tuple(best)]
    nash = ng.solve(game)
    assert len(nash.equilibria) == 1
    assert [int(np.argmax(mixture)) for mixture in nash.equilibria[0].strategies] == best
    assert nash.equilibria[0].is_pure
    correlated = ng.extreme_correlated_payoffs(game)
    assert correlated.status == "complete"
    np.testing.assert_allclose(correlated.least, payoff, atol=1e-12)
    np.testing.assert_allclose(correlated.greatest, payoff, atol=1e-12)
    logit = ng.logit_equilibrium(game, 1e6)
    assert [int(np.argmax(mixture)) for mixture in logit.strategies] == best
    bounds = ng.bounded_payoffs(RepeatedGame(game, 0.3))
    assert bounds.contains(payoff)
    assert not bounds.contains(payoff + 1.0)
