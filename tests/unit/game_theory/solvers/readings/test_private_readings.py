from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.checks import readings as verify
from negotiation.game_theory.checks.readings import verify_readings
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.readings.values import (
    departure_gains,
    posterior,
    reached_beliefs,
    reading_tables,
    reading_values,
    true_regret,
)
from negotiation.game_theory.solvers.readings.verdict import obedience_sets, reading_verdict

R, S, T, P = 9, 1, 10, 3
DELTA = Fraction(4, 5)
STAGE = ng.StageGame.from_matrices(
    [[R, S], [T, P]], [[R, T], [S, P]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
)
SIGNALS = ("CC", "CD", "DC", "DD")


def trembling(slip):
    """Each side's act is seen, and slips from C to D with a chance; what is seen is what was done."""
    seen = [[1 - slip, slip], [0, 1]]
    return ng.PublicSignal(
        [[[seen[a][x] * seen[b][y] for x in (0, 1) for y in (0, 1)] for b in (0, 1)] for a in (0, 1)], SIGNALS
    )


GRIM = ng.Automaton(
    ["on", "off"],
    "on",
    {"on": ("C",), "off": ("D",)},
    {"on": {"CC": "on", "otherwise": "off"}, "off": {"otherwise": "off"}},
)
ALWAYS = ng.Automaton(["d"], "d", {"d": ("D",)}, {"d": {"otherwise": "d"}})


def pair(chance=Fraction(1, 2), slip=Fraction(0), delta=DELTA):
    game = ng.RepeatedGame(STAGE, delta, monitoring=trembling(slip))
    return PrivateReadings(
        game,
        ({"grim": GRIM}, {"grim": GRIM, "always": ALWAYS}),
        ({"grim": 1}, {"grim": chance, "always": 1 - chance}),
    )


def closed_threshold(delta):
    """The chance of grim from which C is worth it: m [R - (1-d)T - dP] >= (1-m)(1-d)(P - S)."""
    stay, sucker = R - (1 - delta) * T - delta * P, (1 - delta) * (P - S)
    return sucker / (stay + sucker)


def test_values_of_readings_are_those_of_the_joint_automata():
    found = reading_values(pair(slip=Fraction(1, 10)))
    for k, name in enumerate(("grim", "always")):
        joint = pair(slip=Fraction(1, 10)).joint("grim", name)
        # Joint automata leave out what no signal leads to, so that values are compared at the start.
        states = list(joint.states)
        move, flow = np.zeros((len(states),) * 2), np.zeros((len(states), 2))
        signal = trembling(Fraction(1, 10))
        for r, state in enumerate(states):
            index = STAGE.profile_index(joint.actions[state])
            flow[r] = STAGE.payoffs[index]
            for y, label in enumerate(SIGNALS):
                for target, chance in joint.next_states(state, label).items():
                    move[r, states.index(target)] += float(chance) * signal.probabilities[(*index, y)]
        direct = np.linalg.solve(np.eye(len(states)) - 0.8 * move, 0.2 * flow)
        np.testing.assert_allclose(found.values[0, 0, k], direct[0], atol=1e-12)


@pytest.mark.parametrize("delta", [Fraction(1, 5), Fraction(1, 2), Fraction(4, 5), Fraction(99, 100)])
def test_the_interval_of_beliefs_at_the_start_has_its_closed_form(delta):
    sets = obedience_sets(pair(delta=delta))
    first = next(s for s in sets.sets if s.player == "A")
    low, high = first.interval
    assert (low, high) == pytest.approx((float(closed_threshold(delta)), 1.0), abs=1e-12)
    assert first.contains([low + 1e-9, 1 - low - 1e-9])
    assert not first.contains([low - 1e-9, 1 - low + 1e-9])


@pytest.mark.parametrize("chance", [Fraction(1, 20), Fraction(1, 4), Fraction(1, 2), Fraction(1)])
def test_equilibrium_iff_the_prior_is_above_the_threshold_and_the_check_agrees(chance):
    readings = pair(chance)
    verdict, check = reading_verdict(readings), verify_readings(readings, exact=True)
    # B as "always" defects against grim, which is a best reply only if C pays less: never here, at the start.
    margin_b = min(0, _margin_of_always(DELTA))
    margin_a = chance * (R - (1 - DELTA) * T - DELTA * P) - (1 - chance) * (1 - DELTA) * (P - S)
    expected = min(margin_a, margin_b)
    assert check.margin == expected
    assert float(verdict.margin) == pytest.approx(float(expected), abs=1e-12)
    assert verdict.holds == check.holds == (expected >= 0)
    assert verdict.status == check.status == "complete"


def _margin_of_always(delta):
    """D gives T, then P; C once gives R, and then D gives T against C, then P."""
    defect = (1 - delta) * T + delta * P
    cooperate_once = (1 - delta) * R + delta * ((1 - delta) * T + delta * P)
    return defect - cooperate_once


def test_one_reading_each_is_the_ordinary_check():
    game = ng.RepeatedGame(STAGE, DELTA, monitoring=trembling(Fraction(1, 10)))
    single = PrivateReadings(game, ({"grim": GRIM},) * 2, ({"grim": 1},) * 2)
    found = verify_readings(single, exact=True)
    values = reading_verdict(single)
    ordinary = ng.verify(game, single.joint("grim", "grim"), exact=True)
    assert found.margin == ordinary.margin
    assert found.holds == ordinary.holds
    assert float(ordinary.margin) == pytest.approx(values.margin, abs=1e-12)
    assert values.belief_free == found.holds
    assert min(s.margin for s in values.subjective) == pytest.approx(values.margin, abs=1e-12)


def test_posterior_odds_are_prior_odds_times_likelihoods():
    readings = pair(Fraction(1, 2), Fraction(1, 10))
    tables = reading_tables(readings)
    reached = reached_beliefs(readings, tables, 0, 3)
    # After CC nobody can be an "always"; after CD the odds are 1 to 10 against grim.
    after = {(reached.states[k], round(float(reached.beliefs[k][0]), 12)) for k in range(len(reached.states))}
    assert (0, 1.0) in after
    assert any(chance == round(1 / 11, 12) for _, chance in after)
    assert not reached.open_states


def test_beliefs_stay_where_a_signal_is_impossible_under_all_believed_readings():
    chances = np.array([[1.0, 0.0], [0.5, 0.5]])
    np.testing.assert_array_equal(posterior(chances, np.array([1.0, 0.0]))[1], [1.0, 0.0])


def test_true_regret_of_trust_in_a_reading_that_is_not_shared():
    values = reading_values(pair())
    always = values.names[1].index("always")
    assert true_regret(values, 0, 0, always) == pytest.approx(float((1 - DELTA) * (P - S)), abs=1e-12)
    assert true_regret(values, 0, 0, 0) == 0.0
    found = reading_verdict(pair()).subjective[0]
    assert found.margin == pytest.approx(
        float(min(R - (1 - DELTA) * T - DELTA * P, (1 - DELTA) * (P - S))), abs=1e-12
    )
    assert dict(found.regrets) == {"always": pytest.approx(float((1 - DELTA) * (P - S)), abs=1e-12)}


def test_what_a_departure_gains_at_the_prior_is_its_average_over_the_readings():
    gains = departure_gains(reading_values(pair(slip=Fraction(1, 10))), 0)[0, 0, 1]
    for chance in (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)):
        readings = pair(chance, Fraction(1, 10))
        start = [d for d in verify_departures(readings, chance) if d.state.startswith("on")]
        assert float(start[0].gain) == pytest.approx(gains @ [float(chance), float(1 - chance)], abs=1e-12)


def verify_departures(readings, chance):
    check = verify._setting(readings.game, readings, True)
    verify._solve_values(check)
    return verify._departures(check, 0, "grim", check.start(), (chance, 1 - chance))
