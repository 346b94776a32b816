import numpy as np
import pytest

from negotiation.disputes.payoffs import (
    control_gain,
    curb_cost,
    harm_left,
    interaction,
    security_gained,
    share_of_gdp,
)

LEVELS = np.array([0.0, 0.5, 1.0, 2.0])


def test_hawks_gain_and_business_loses_from_a_control():
    assert control_gain(LEVELS, 1.0, security=0.06, business=0.02) == pytest.approx(0.06 * LEVELS)
    assert control_gain(LEVELS, 0.0, security=0.06, business=0.02) == pytest.approx(-0.02 * LEVELS)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_the_first_step_of_a_control_denies_most(kept):
    steps = np.arange(-2.0, 5.0)
    units = np.diff(security_gained(steps, 0.06, kept))
    assert units[1:] == pytest.approx(kept * units[:-1])
    assert security_gained(np.array([0.0, 1.0]), 0.06, kept) == pytest.approx([0.0, 0.06])
    # However strong, a control denies no more than the sum of all units.
    assert security_gained(np.array([1e4]), 0.06, kept) == pytest.approx([0.06 / (1.0 - kept)])


def test_a_control_whose_units_keep_their_worth_is_linear_and_nothing_jumps_there():
    assert security_gained(LEVELS, 0.06) == pytest.approx(0.06 * LEVELS)
    assert security_gained(LEVELS, 0.06, 1.0 - 1e-12) == pytest.approx(0.06 * LEVELS, rel=1e-9)


def test_a_concave_control_is_best_where_a_further_unit_is_worth_its_business():
    weight, security, business, kept = 0.5, 0.06, 0.02, 0.5
    x = np.linspace(0.0, 8.0, 8001)
    best = x[np.argmax(control_gain(x, weight, security, business, kept))]
    # theta s'(x) = (1 - theta) b, with s'(x) = -sigma log(rho) rho^x / (1 - rho).
    slope = -security * np.log(kept) / (1.0 - kept)
    assert best == pytest.approx(np.log(business / slope) / np.log(kept), abs=1e-3)


def test_the_weight_at_which_a_control_is_worth_nothing():
    security, business = 0.06, 0.02
    weight = business / (security + business)
    assert control_gain(LEVELS, weight, security, business) == pytest.approx(np.zeros(4), abs=1e-15)
    assert control_gain(np.ones(1), weight + 0.01, security, business)[0] > 0
    assert control_gain(np.ones(1), weight - 0.01, security, business)[0] < 0


def test_harm_is_greatest_at_full_dependence_and_convex_in_it():
    losses = np.array([harm_left(0.5, float(d), 0.8, 2.5) for d in np.linspace(0.1, 0.8, 8)])
    assert losses[-1] == pytest.approx(0.5)
    assert (np.diff(losses) > 0).all()
    assert (np.diff(losses, 2) > 0).all()
    # A little diversification buys much: a tenth less dependence takes more than a tenth off the harm.
    assert harm_left(0.5, 0.72, 0.8, 2.5) < 0.9 * 0.5


def test_harm_with_exponent_one_is_proportional():
    assert harm_left(0.4, dependence=0.2, full=0.8, exponent=1.0) == pytest.approx(0.1)


def test_a_curb_costs_its_user_lost_sales_and_erosion():
    paid = curb_cost(LEVELS, lost_sales=0.01, erosion=0.03)
    assert paid == pytest.approx(-0.04 * LEVELS)
    assert (np.diff(paid) < 0).all()


def test_the_interaction_is_there_only_with_a_curb_at_peak_tariffs():
    curb, at_peak = np.array([0.0, 1.0])[:, None], np.array([0.0, 1.0])[None, :]
    extra = interaction(curb, at_peak, weight=0.25, gross_cost=0.04)
    assert extra == pytest.approx(np.array([[0.0, 0.0], [0.0, -0.01]]))
    assert (interaction(curb, at_peak, weight=0.0, gross_cost=0.04) == 0.0).all()


def test_a_flow_as_a_percentage_of_gdp():
    assert share_of_gdp(np.array([187.0, -18.7]), 18700.0) == pytest.approx([1.0, -0.1])
