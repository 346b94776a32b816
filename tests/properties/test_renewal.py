from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.closed_forms import renewal
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import renewed_truce

C, D = ("C", "C"), ("D", "D")
PARTS = st.fractions(Fraction(1, 10), 10, max_denominator=10)
DELTAS = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20)
PERIODS = st.integers(1, 8)
CHANCES = st.fractions(0, 1, max_denominator=20)


def dilemma(gain, stake):
    """Return a dilemma in which a breach gains `gain`, peace is worth `stake`, and giving in loses a lot."""
    return StageGame.from_matrices(
        [[stake, -100], [stake + gain, 0]],
        [[stake, stake + gain], [-100, 0]],
        players=("A", "B"),
        actions=(("C", "D"), ("C", "D")),
    )


@given(PARTS, PARTS, PERIODS, DELTAS)
def test_the_truce_is_an_equilibrium_from_the_threshold_on_and_never_where_it_is_above_1(g, s, n, delta):
    least = renewal.least_renewal_probability(g, s, n, delta)
    rough = renewal.least_renewal_probability(float(g), float(s), n, float(delta))
    assert abs(rough - least) <= 1e-10 * max(1, least)
    game = RepeatedGame(dilemma(g, s), delta)

    def holds(phi):
        return verify(game, renewed_truce(game.stage, C, D, n, phi), exact=True).holds

    if least > 1:
        assert not holds(Fraction(1))
        return
    assert holds(least)
    assert verify(game, renewed_truce(game.stage, C, D, n, least), exact=True).margin == 0
    assert not holds(least - Fraction(1, 10**12))
    assert holds((least + 1) / 2)


@given(PARTS, PARTS, PARTS, PERIODS, DELTAS)
def test_it_falls_in_the_stake_always_and_in_the_clock_iff_patience_says_so(g, s, more, n, delta):
    least = renewal.least_renewal_probability(g, s, n, delta)
    assert renewal.least_renewal_probability(g, s + more, n, delta) < least
    longer = renewal.least_renewal_probability(g, s, n + 1, delta)
    edge = g / (g + s)
    assert (longer < least) == (delta > edge)
    assert (longer == least) == (delta == edge)
    if delta == edge:
        assert least == 1


@given(PARTS, PARTS, PERIODS, DELTAS, CHANCES)
def test_values_by_period_are_those_of_the_automaton(g, s, n, delta, phi):
    stage = dilemma(g, s)
    automaton = renewed_truce(stage, C, D, n, phi)
    found = renewal.clock_values(g, s, n, delta, phi)
    values = value(RepeatedGame(stage, delta), automaton)
    for left in range(1, n + 1):
        assert abs(values[f"{left} left", "A"] - found.kept[left]) < 1e-10
    assert found.kept[n] == renewal.renewed_value(s, n, delta, phi)
    assert found.kept[0] == phi * found.kept[n]
    verdict = verify(RepeatedGame(stage, delta), automaton, exact=True)
    assert found.holds == verdict.holds
    if verdict.deviation.state != "off":
        assert verdict.margin == min(found.margins)
    assert list(found.margins) == sorted(found.margins)


@given(PARTS, PARTS, PERIODS, DELTAS)
def test_without_renewal_the_truce_unravels_from_its_end(g, s, n, delta):
    found = renewal.clock_values(g, s, n, delta, 0)
    assert not found.holds
    assert (found.equilibrium == 0).all()
    assert found.margins[0] == -(1 - delta) * g
    np.testing.assert_array_equal(found.kept[1:], [s * (1 - delta**k) for k in range(1, n + 1)])
