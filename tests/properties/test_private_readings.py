"""Private readings over random games, signals, automata and priors: two independent computations agree."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.checks.readings import verify_readings
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.values import reading_values
from negotiation.game_theory.solvers.readings.verdict import reading_verdict

SIGNALS = ("x", "y")
CHANCES = st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=10)


@st.composite
def own_automata(draw, actions):
    states = [f"s{k}" for k in range(draw(st.integers(1, 2)))]
    rows = {s: {y: draw(st.sampled_from(states)) for y in SIGNALS} for s in states}
    chosen = {s: (draw(st.sampled_from(actions)),) for s in states}
    whole = ng.Automaton(states, states[0], chosen, rows)
    kept = whole.reachable()
    return ng.Automaton(kept, states[0], {s: chosen[s] for s in kept}, {s: rows[s] for s in kept})


@st.composite
def private_readings(draw, readings=2):
    payoffs = [[[draw(st.integers(-4, 4)) for _ in range(2)] for _ in range(2)] for _ in range(2)]
    stage = ng.StageGame(payoffs, ("A", "B"), (("C", "D"),) * 2)
    chances = [[[p, 1 - p] for p in (draw(CHANCES), draw(CHANCES))] for _ in range(2)]
    delta = draw(st.fractions(Fraction(1, 5), Fraction(9, 10), max_denominator=10))
    game = ng.RepeatedGame(stage, delta, monitoring=ng.PublicSignal(chances, SIGNALS))
    held = [{f"k{k}": draw(own_automata(("C", "D"))) for k in range(readings)} for _ in range(2)]
    first = [draw(st.fractions(0, 1, max_denominator=5)) for _ in range(2)]
    priors = [{"k0": p, "k1": 1 - p} if readings == 2 else {"k0": 1} for p in first]
    return PrivateReadings(game, held, priors)


@pytest.mark.long
@given(private_readings())
def test_the_verdict_and_its_independent_check_agree_to_a_depth(readings):
    found = reading_verdict(readings, depth=3)
    check = verify_readings(readings, depth=3)
    assert found.margin == pytest.approx(float(check.margin), abs=1e-9)
    assert found.holds == check.holds


@pytest.mark.long
@given(private_readings())
def test_belief_free_implies_the_equilibrium_at_every_prior_and_completes_it(readings):
    found = reading_verdict(readings, depth=2)
    game = readings.game
    stage = ng.StageGame(game.stage.payoffs * [2.0**40, 1.0], game.stage.players, game.stage.actions)
    game = ng.RepeatedGame(stage, game.discount_factors, monitoring=game.monitoring)
    larger = reading_verdict(PrivateReadings(game, readings.readings, readings.priors), depth=2)
    for name in ("margin", "belief_free_margin"):
        assert getattr(larger, name) in (getattr(found, name), getattr(found, name) * 2.0**40)
    if found.belief_free:
        assert found.holds
        assert found.status == "complete"


@pytest.mark.long
@given(private_readings())
def test_a_degenerate_prior_at_the_start_gives_the_values_of_the_joint_automaton(readings):
    values = reading_values(readings)
    for k, one in enumerate(readings.names[0]):
        for m, other in enumerate(readings.names[1]):
            joint = ng.value(readings.game, readings.joint(one, other))
            np.testing.assert_allclose(values.values[0, k, m], joint.values[0], atol=1e-9)


@pytest.mark.long
@given(private_readings(readings=1))
def test_one_reading_each_is_the_ordinary_check(readings):
    joint = readings.joint("k0", "k0")
    ordinary = ng.verify(readings.game, joint, exact=True)
    assert ng.verify(readings.game, readings, exact=True).margin == ordinary.margin


@pytest.mark.long
@given(private_readings())
def test_subjective_margins_are_those_of_the_shared_reading(readings):
    for found in reading_verdict(readings, depth=1).subjective:
        joint = readings.joint(found.reading, found.reading)
        everyone = ng.verify(readings.game, joint)
        worst = everyone.deviation.player
        ranges = dict(
            zip(readings.game.stage.players, np.ptp(readings.game.stage.payoffs, axis=(0, 1)), strict=True)
        )
        # Nobody's margin is less than the least of all, each in the range of the side's own payoffs.
        least = float(everyone.margin) / (ranges[worst] or 1)
        assert found.margin / (ranges[found.player] or 1) >= least - 1e-9
        assert all(regret >= 0 for _, regret in found.regrets)
