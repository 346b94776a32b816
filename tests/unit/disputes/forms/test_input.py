"""The form `input`: closed forms, limits, a slow twin, and the published losses that it has to meet."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.disputes import State
from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.forms.discovery import forms
from negotiation.disputes.forms.input import net_loss, output_kept, technology
from negotiation.disputes.instrument import Circumstances, Level
from negotiation.disputes.quantity import Parameters

# In percent of US GDP: what users of rare earths make, and imports and the whole market of rare earths.
USERS, IMPORTS, MARKET = 1.9, 0.00058, 0.0041

KEPT = st.floats(0.0, 1.0)
SIGMAS = st.floats(0.02, 5.0)
SHARES = st.floats(1e-5, 0.9)


@given(KEPT, SHARES)
def test_limits_have_their_closed_forms(q, share):
    assert output_kept(q, share, 0.0) == q
    assert output_kept(q, share, 1.0) == pytest.approx(q**share)
    assert output_kept(q, share, 1.0 + 1e-9) == pytest.approx(q**share, rel=1e-6, abs=1e-3 * (q < 1e-3))
    assert net_loss(q, 1.0, share, inf) == pytest.approx(0.0, abs=1e-15)


def test_with_nothing_left_complements_lose_everything_and_substitutes_do_not():
    assert output_kept(0.0, 0.1, 0.5) == output_kept(0.0, 0.1, 1.0) == 0.0
    assert output_kept(0.0, 0.1, 2.0) == pytest.approx(0.9**2)


@given(SHARES, SIGMAS)
def test_the_loss_rises_with_the_cut_ever_faster_and_falls_in_sigma(share, sigma):
    cuts = np.linspace(0.0, 0.98, 50)
    lost = np.array([net_loss(1.0 - cut, 1.0, share, sigma) for cut in cuts])
    assert (np.diff(lost) >= -1e-12).all()
    assert (np.diff(lost, 2) >= -1e-9).all()
    softer = np.array([net_loss(1.0 - cut, 1.0, share, 1.1 * sigma) for cut in cuts])
    assert (softer <= lost + 1e-12).all()


@pytest.mark.parametrize("sigma", [0.1, 0.3, 0.8, 1.0, 2.0])
def test_output_falls_by_the_marginal_product_of_what_is_cut(sigma):
    # A slow twin: dF/dq = a (F/q)^(1/sigma), followed down from F(1) = 1 by Runge and Kutta's fourth order.
    share, steps = 0.02, 20_000
    h, output = -0.9 / steps, 1.0

    def slope(q, f):
        return share * (f / q) ** (1.0 / sigma)

    for k in range(steps):
        q = 1.0 + k * h
        one = slope(q, output)
        two = slope(q + h / 2, output + h / 2 * one)
        three = slope(q + h / 2, output + h / 2 * two)
        output += h / 6 * (one + 2 * two + 2 * three + slope(q + h, output + h * three))
    assert output_kept(0.1, share, sigma) == pytest.approx(output, rel=1e-7)


def test_figures_that_were_worked_out_before():
    # General licences, q = .79, and the package of October, q = .3, before the imports that are saved.
    def gross(q, cost, sigma):
        return net_loss(q, USERS, cost, sigma) + cost * (1.0 - q)

    assert 0.0002 < gross(0.79, IMPORTS, 0.2) < gross(0.79, MARKET, 0.2) < 0.002
    assert [round(gross(0.3, cost, 0.2), 2) for cost in (IMPORTS, MARKET)] == [0.02, 0.11]
    assert [round(gross(0.3, cost, 0.1), 1) for cost in (IMPORTS, MARKET)] == [0.5, 0.8]
    assert gross(0.3, IMPORTS, 0.0) == pytest.approx(1.33)
    # To lose 1.5 at q = .2, V is 1.9 without substitution, and at sigma .2 no V does.
    assert technology(1.5, 0.8, 1.0, IMPORTS)[0] == pytest.approx(1.9, abs=0.03)
    assert net_loss(0.2, 1e6, MARKET, 0.2) < 1.5


@given(st.floats(0.01, 3.0), st.floats(0.05, 1.0), st.floats(0.01, 20.0), st.floats(1e-4, 1.0))
def test_the_published_loss_is_met_at_its_cut(target, cut, users, cost):
    there, sigma = technology(target, cut, users, cost)
    assert net_loss(1.0 - cut, there, cost, sigma) == pytest.approx(target, rel=1e-6, abs=1e-9)
    assert there == users or (sigma == 0.0 and there > users)


NUMBERS = {
    "lost_sales": 0.01, "erosion": -0.02, "harm": 1.5, "cut": 0.8, "users": 2.5, "input_cost": 0.002,
    "horizon": 100.0, "fade_from": 365.0, "fade": 200.0, "second_share": 0.25,
}  # fmt: skip


def paid(state=None, **changes):
    levels = tuple(Level(f"l{k}", "a level", "2025", "a source") for k in range(3))
    names = {role: f"p.{role}" for role in NUMBERS} | {"second_withheld": "y.{level}"}
    bound = Binding(
        forms()["input"], "curb", ("AAA", "BBB"), {"AAA": levels}, names, strength="x.{level}",
        component="curb_dependence", shares=("d.0", "d.1", "d.2"), stocks=True,
    )  # fmt: skip
    known = {f"p.{role}": number for role, number in (NUMBERS | changes).items()}
    known |= {"d.0": 0.4, "d.1": 0.6, "d.2": 0.8, "x.l1": 0.5, "x.l2": 1.0, "y.l1": 1.0, "y.l2": 1.0}
    return bound.effects(Circumstances("AAA", "BBB", Parameters(known), state or State()))


def test_a_level_pays_by_what_it_cuts_of_each_input():
    users, sigma = technology(1.5, 0.8, 2.5, 0.002)
    half, whole = (net_loss(q, users, 0.002, sigma) for q in (0.6, 0.2))
    assert paid().other == pytest.approx([0.0, -(0.75 * half + 0.25 * whole), -1.5])
    # What the holder pays may be a gain.
    assert paid().holder == pytest.approx([0.0, 0.005, 0.01])
    assert (paid(State(stocks=1)).other == 0.0).all()
    less = net_loss(1.0 - 0.4, users, 0.002, sigma)
    assert paid(State(curb_dependence=0)).other[2] == pytest.approx(-less)


def test_the_loss_halves_after_the_first_days():
    assert paid(horizon=365.0).other[2] == pytest.approx(-1.5)
    assert paid(horizon=565.0).other[2] == pytest.approx(-0.75)
