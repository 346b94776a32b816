"""One question, one predicate: a leg holds where its margin is not negative, and that by every way to ask."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.base.numeric import KNIFE_EDGE, payoff_tolerances
from negotiation.disputes import load_scenario
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.posture import posture_from_label
from negotiation.strategies import grim_trigger
from negotiation.testing.strategies import agreements
from negotiation.truces.claims import claim
from negotiation.truces.compiling.coverage_game import with_terms
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.verdicts.departures import deciding_class
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.truces.verdicts.shares_of_draws import legs_holding, verdicts_of

SCENARIO = load_scenario("us-china-2025")
SEEDS = st.integers(0, 2**32 - 1)


def drawn_scenario(seed):
    return SCENARIO.draw(np.random.default_rng(seed))


def by_brute_force(scenario, terms, before, state):
    """Return by leg the least margin over all postures one by one: while kept, once over, and left free."""
    stage = incentives_of(scenario, terms, before, state).stage
    off = [
        stage.actions[i].index(label)
        for i, label in enumerate(incentives_of(scenario, terms, before, state).off)
    ]
    delta, legs = scenario.discount_factor, {n: one.leg for n, one in scenario.instruments.items()}
    found = {leg: {"kept": np.inf, "over": np.inf} for leg in scenario.legs}

    def note(changed, where, margin, tolerance):
        margin = 0.0 if abs(margin) <= tolerance else margin
        for leg in {legs[name] for name in changed}:
            found[leg][where] = min(found[leg][where], margin)

    tolerances = payoff_tolerances(np.asarray(stage.payoffs)[None], KNIFE_EDGE)[0]
    for i in range(2):
        for where, at in (("kept", [0, 0]), ("over", off)):
            now = posture_from_label(stage.actions[i][at[i]])
            worth = stage.payoffs[tuple(at)][i]
            forfeit = stage.payoffs[0, 0][i] - stage.payoffs[tuple(off)][i] if where == "kept" else 0.0
            for a, label in enumerate(stage.actions[i]):
                changed = [n for n, level in posture_from_label(label).items() if level != now[n]]
                deviant = list(at)
                deviant[i] = a
                gain = stage.payoffs[tuple(deviant)][i] - worth
                note(changed, where, -(1 - delta) * gain + delta * forfeit, tolerances[i])
    kept = with_terms(before, terms)
    for i, country in enumerate(scenario.countries):
        for name in scenario.held(country):
            if (country, name) in terms:
                continue
            labels = scenario.instruments[name].labels(country)
            lawful = [one.label for one in scenario.levels(country, name, state)]
            harsher = [x for x in labels[labels.index(kept[country][name]) + 1 :] if x in lawful]
            if not harsher:
                continue
            game = scenario.stage_game(
                instruments=[name],
                levels={
                    (c, name): (kept[c][name], *(harsher if c == country else ()))
                    for c in scenario.countries
                    if name in scenario.held(c)
                },
                fixed=kept,
                state=state,
            )
            own = np.asarray(game.payoffs)[..., i].reshape(-1)
            tolerance = payoff_tolerances(own.reshape(1, -1, 1), KNIFE_EDGE)[0, 0]
            for gain in own[1:] - own[0]:
                note([name], "kept", -gain, tolerance)
    return found


@settings(max_examples=20)
@given(agreements(scenario=SCENARIO, clauses=(1, 6)), SEEDS)
def test_a_leg_s_verdict_is_that_of_every_posture_tried_by_itself(agreement, seed):
    one, terms, state = drawn_scenario(seed), agreement.covered(), SCENARIO.default_state
    before = postures_before(agreement, one)
    found, expected = incentives_of(one, terms, before, state), by_brute_force(one, terms, before, state)
    for leg in one.legs:
        asked, least = found.leg(leg), expected[leg]
        for where in ("kept", "over"):
            assert asked.margin_where(where)[0] == pytest.approx(least[where], abs=1e-11)
        assert found.holds(leg)[0] == (min(least.values()) >= 0.0)


@settings(max_examples=20)
@given(agreements(scenario=SCENARIO, clauses=(1, 6)), SEEDS)
def test_the_margin_has_the_verdict_s_sign_and_is_that_of_the_departure_that_is_named(agreement, seed):
    one, state = drawn_scenario(seed), SCENARIO.default_state
    before = postures_before(agreement, one)
    found = incentives_of(one, agreement.covered(), before, state)
    for leg in one.legs:
        assert found.holds(leg)[0] == (found.margin(leg)[0] >= 0.0)
        closest = found.leg(leg).closest()
        assert (np.inf if closest is None else closest.margin) == found.margin(leg)[0]
        assert found.holds(leg)[0] == (not found.leg(leg).breaks())
        if closest is not None:
            assert leg in {one.instruments[name].leg for name, _ in closest.changes}
        assert found.leg(leg).margin_where("kept")[0] <= found.alone(leg).margin[0]
    for verdict in verdicts_of(one, agreement, found, before, state, 0, 0):
        assert verdict.model_holds == (verdict.margin >= 0.0) == (not verdict.model_breaks)


@settings(max_examples=20)
@given(agreements(scenario=SCENARIO, clauses=(1, 6)), SEEDS)
def test_the_agreement_is_an_equilibrium_exactly_where_every_leg_of_what_it_covers_holds(agreement, seed):
    one, state = drawn_scenario(seed), SCENARIO.default_state
    found = incentives_of(one, agreement.covered(), postures_before(agreement, one), state)
    trigger = grim_trigger(found.stage, found.kept, found.off)
    verdict = ng.verify(ng.RepeatedGame(found.stage, one.discount_factor), trigger)
    assert verdict.holds == all(found.bound(leg).holds[0] for leg in one.legs)


@pytest.mark.parametrize(
    ("name", "claimed", "leg"),
    [
        ("2025-05-geneva", "geneva_tariff_leg", "tariff"),
        ("2025-10-busan", "busan_tariff_leg", "tariff"),
        ("2025-05-geneva", "geneva_control_leg", "control"),
    ],
)
def test_claims_and_shares_say_the_same_of_a_leg_in_every_draw(name, claimed, leg):
    draws, agreement = sobol_draws(SCENARIO, 64, rng=4), ng.truce(name)
    before = postures_on(SCENARIO, agreement.signed - timedelta(days=1))
    holding = legs_holding(list(draws), agreement.covered(), before, SCENARIO.default_state)[leg]
    expected = ~holding if claimed == "geneva_control_leg" else holding
    assert (claim(claimed).holds(draws) == expected).all()


def test_an_agreement_of_one_s_own_that_is_no_equilibrium_breaks_in_a_leg_with_a_negative_margin():
    wider = ng.truce("2025-10-busan").with_clause("USA", "chip_control", "h20_stopped")
    found = ng.replay(wider, draws=0)
    assert found.check().verdict.holds == all(leg.model_holds for leg in found.legs)
    for leg in found.legs:
        assert leg.model_holds == (leg.margin >= 0.0), leg.leg


def test_a_leg_fails_off_the_path_only_where_it_holds_while_kept():
    margins = [
        np.array([1.0, -1.0, 1.0, 0.0]),
        np.array([-2.0, -2.0, 1.0, 0.0]),
        np.array([-3.0, 1.0, -3.0, 0.0]),
    ]
    assert deciding_class(margins).tolist() == [1, 0, 2, 0]
