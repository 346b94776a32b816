import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from negotiation.disputes.forms.tariff import (
    TariffSide,
    demand_gap,
    demand_slope,
    supply_slope,
    supply_slope_after,
)
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.strategies import grim_trigger

SLOPES = st.floats(0.01, 10.0)
GAPS = st.floats(0.1, 10.0)
SIDES = st.builds(TariffSide, GAPS, SLOPES, SLOPES)
# Supply slopes are zero or far from it: their squares decide, and below 1e-8 they vanish in a double.
PROTECTED_SIDES = st.builds(
    TariffSide, GAPS, SLOPES, st.one_of(st.just(0.0), SLOPES), st.floats(0.0, 1.0), st.floats(0.0, 20.0)
)


@given(PROTECTED_SIDES)
def test_the_importers_payoff_is_single_peaked_at_the_nash_tariff(side):
    assert 0.0 <= side.nash_tariff() <= side.gap
    grid = np.linspace(0.0, 2.0 * side.gap, 401)
    rises = np.diff(side.own_payoff(grid))
    scale = side.gap**2 / side.demand_slope + float(side.rent(side.gap))
    before, after = grid[1:] <= side.nash_tariff(), grid[:-1] >= side.nash_tariff()
    assert (rises[before] >= -1e-12 * scale).all()
    assert (rises[after] <= 1e-12 * scale).all()


@given(PROTECTED_SIDES)
def test_payoffs_are_continuous_at_the_prohibitive_tariff(side):
    below, at, above = side.gap * (1 - 1e-9), side.gap, side.gap * (1 + 1e-9)
    for payoff in (side.own_payoff, side.given_payoff, side.imports):
        scale = abs(float(payoff(0.0))) + abs(float(payoff(at))) + 1.0
        bound = 1e-7 * scale * (1 + side.gap / side.demand_slope)
        assert abs(float(payoff(at)) - float(payoff(below))) <= bound
        assert payoff(above) == payoff(at) == payoff(5 * side.gap)
    assert side.imports(at) == side.given_payoff(at) == 0.0


@given(PROTECTED_SIDES)
def test_a_higher_tariff_never_helps_the_exporters(side):
    grid = np.linspace(0.0, 2.0 * side.gap, 201)
    given_payoffs = side.given_payoff(grid)
    assert (np.diff(given_payoffs) <= 0).all()
    assert (given_payoffs >= 0).all()
    assert (given_payoffs[0] > given_payoffs[-1]) == (side.supply_slope > 0)


@given(SIDES, SIDES)
def test_the_threshold_of_two_unlike_countries(first, second):
    def squares(side):
        b, d, g = side.demand_slope, side.supply_slope, side.gap
        gain = d**2 * g**2 / ((b + 2 * d) * (b + d) ** 2)
        harm = d**2 * g**2 * (2 * b + 3 * d) / ((b + d) ** 2 * (b + 2 * d) ** 2)
        return gain, harm

    (gain_1, harm_1), (gain_2, harm_2) = squares(first), squares(second)
    expected = max(gain_1 / harm_2, gain_2 / harm_1)
    assume(abs(expected - 1.0) > 1e-3)
    # A small country's game is lost in the rounding of a large one's payoffs.
    assume(1e-3 < gain_1 / gain_2 < 1e3)
    payoffs = np.empty((2, 2, 2))
    for i, own in enumerate((0.0, first.nash_tariff())):
        for j, other in enumerate((0.0, second.nash_tariff())):
            payoffs[i, j, 0] = first.own_payoff(own) + second.given_payoff(other)
            payoffs[i, j, 1] = second.own_payoff(other) + first.given_payoff(own)
    assume(min(gain_1, gain_2) > 1e-6 * np.abs(payoffs).max())
    stage = StageGame(payoffs, actions=[("free", "nash")] * 2)
    found = critical_discount_factor(stage, grim_trigger(stage, ("free", "free"), ("nash", "nash")))
    if expected < 1:
        assert float(found.value) == pytest.approx(expected, rel=1e-6)
        assert [float(high) for _, high in found.intervals] == [1.0]
    else:
        assert found.value is None


@given(
    st.floats(0.0, 1.0), st.floats(0.2, 8.0), st.floats(0.0, 3.0), st.floats(0.1, 1000.0), st.floats(0.5, 2.0)
)
def test_calibrated_imports_at_the_base_tariff(base, elasticity, inverse, imports, factor):
    b, d = demand_slope(base, elasticity, imports), supply_slope(inverse, imports)
    side = TariffSide(demand_gap(base, b, d, imports), b, d)
    assert side.imports(base) == pytest.approx(imports, rel=1e-9)
    # Doubling the market doubles quantities and payoffs and leaves prices, tariffs among them, alone.
    b2, d2 = demand_slope(base, elasticity, factor * imports), supply_slope(inverse, factor * imports)
    scaled = TariffSide(demand_gap(base, b2, d2, factor * imports), b2, d2)
    assert scaled.nash_tariff() == pytest.approx(side.nash_tariff(), rel=1e-9)
    for tariff in (0.0, base, 2 * base, side.gap):
        assert scaled.own_payoff(tariff) == pytest.approx(
            factor * side.own_payoff(tariff), abs=1e-9 * imports
        )


@given(SIDES, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_without_rents_both_sides_lose_the_triangle(side, first, second):
    before, after = sorted((first * side.gap, second * side.gap))
    lost = sum(float(paid(before) - paid(after)) for paid in (side.own_payoff, side.given_payoff))
    triangle = (after**2 - before**2) / (2 * (side.demand_slope + side.supply_slope))
    assert lost == pytest.approx(triangle, rel=1e-9, abs=1e-12 * side.gap**2 / side.demand_slope)


@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.floats(1.0, 1e4), st.floats(0.0, 1e4))
def test_supply_goes_from_its_short_run_slope_to_its_long_run_one(short, long, half_life, days):
    def slope(n):
        return supply_slope_after(n, short, long, half_life)

    assert slope(0.0) == pytest.approx(short)
    assert slope(float("inf")) == long
    # After a half-life half of what was left is left, whenever one begins to count.
    assert slope(days + half_life) - long == pytest.approx((slope(days) - long) / 2, abs=1e-12)
