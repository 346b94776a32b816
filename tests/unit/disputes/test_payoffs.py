import numpy as np
import pytest

from negotiation.disputes.payoffs import control_gain, harm_left, security_gained


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_the_first_step_of_a_control_denies_most(kept):
    steps = np.arange(-2.0, 5.0)
    units = np.diff(security_gained(steps, 0.06, kept))
    assert units[1:] == pytest.approx(kept * units[:-1])
    assert security_gained(np.array([0.0, 1.0]), 0.06, kept) == pytest.approx([0.0, 0.06])
    # However strong, a control denies no more than the sum of all units.
    assert security_gained(np.array([1e4]), 0.06, kept) == pytest.approx([0.06 / (1.0 - kept)])


def test_a_concave_control_is_best_where_a_further_unit_is_worth_its_business():
    weight, security, business, kept = 0.5, 0.06, 0.02, 0.5
    x = np.linspace(0.0, 8.0, 8001)
    best = x[np.argmax(control_gain(x, weight, security, business, kept))]
    # theta s'(x) = (1 - theta) b, with s'(x) = -sigma log(rho) rho^x / (1 - rho).
    slope = -security * np.log(kept) / (1.0 - kept)
    assert best == pytest.approx(np.log(business / slope) / np.log(kept), abs=1e-3)


def test_harm_is_greatest_at_full_dependence_and_convex_in_it():
    losses = np.array([harm_left(0.5, float(d), 0.8, 2.5) for d in np.linspace(0.1, 0.8, 8)])
    assert losses[-1] == pytest.approx(0.5)
    assert (np.diff(losses) > 0).all()
    assert (np.diff(losses, 2) > 0).all()
    # A little diversification buys much: a tenth less dependence takes more than a tenth off the harm.
    assert harm_left(0.5, 0.72, 0.8, 2.5) < 0.9 * 0.5
