import numpy as np
import pytest

import negotiation as ng


@pytest.fixture(scope="module")
def scenario():
    return ng.load_scenario("us-china-2025")


@pytest.fixture(scope="module")
def geneva(scenario):
    return ng.verdict("2025-05-geneva", scenario, size="core", draws=16)


def test_what_a_verdict_turns_on_turns_it():
    scenario = ng.load_scenario("us-china-2025", "central")
    found = ng.verdict("2025-05-geneva", scenario, theories=["each for itself"], size="core")
    (turn, *_) = found.turns.of("control", "each for itself")
    (name,), (at,) = turn.names, turn.at
    quantity = scenario.quantities[name]
    step = 0.02 * (quantity.high - quantity.low)
    sides = [
        ng.verdict(
            "2025-05-geneva",
            scenario.with_parameters({name: value}),
            theories=["each for itself"],
            size="core",
        ).find("control", "each for itself")
        for value in (at - step, at + step)
    ]
    assert sides[0].holds != sides[1].holds
    outer = sides[0] if turn.where == "below" else sides[1]
    assert outer.holds == turn.holds != found.find("control", "each for itself").holds
    inside = (at - quantity.low) / (quantity.high - quantity.low)
    below = inside if turn.where == "below" else 1.0 - inside
    assert turn.share == pytest.approx(below if turn.holds else 1.0 - below)


@pytest.mark.long
def test_shares_are_the_share_of_draws_at_which_the_leg_holds_when_solved_one_by_one(scenario):
    state = ng.State(stocks=1)
    one_pace = {"state": state, "size": "core", "rounds_a_year": 4.0}
    asked = ng.verdict("2025-10-busan", scenario, draws=8, rng=3, **one_pace)
    from negotiation.disputes.parameter_draws import sobol_draws

    draws = sobol_draws(scenario, 8, np.random.default_rng(3))
    alone = [ng.verdict("2025-10-busan", one, **one_pace) for one in draws]
    for row in asked:
        found = [one.find(row.leg, row.theory) for one in alone]
        sound = [one for one in found if one.rational]
        for name in ("any_harsher", "any_change", "dated", "last"):
            assert row.drawn.hits(name) == sum(getattr(one, name) >= 0.0 for one in sound)
        assert row.drawn.margin == pytest.approx([one.margin for one in found], rel=1e-9, abs=1e-12)
        assert row.drawn.rational.tolist() == [one.rational for one in found]
        assert row.share == (sum(one.holds for one in sound) / len(sound) if sound else None)


def test_best_punishments_hold_whatever_proof_answers_hold(geneva):
    for leg in ("tariff", "control", "other"):
        proof, best = (geneva.find(leg, name) for name in ("renegotiation", "shadow linkage"))
        ours, theirs = best.drawn, proof.drawn
        assert (ours.irrational, ours.hits()) >= (theirs.irrational, theirs.hits())
        assert best.holds or not proof.holds
