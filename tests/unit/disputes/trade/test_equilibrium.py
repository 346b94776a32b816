"""World trade equilibria: closed forms, invariants, and a slow plain program on the same worlds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar, root

from negotiation.disputes.trade.equilibrium import Trade, equilibrium

TWO = np.array([[8.0, 2.0], [2.0, 8.0]])


def some_trade(seed, n=4):
    """Return trade of n regions in which home sales are the largest."""
    rng = np.random.default_rng(seed)
    flows = rng.uniform(0.2, 2.0, (n, n)) + np.diag(rng.uniform(5.0, 30.0, n))
    rates = rng.uniform(0.0, 0.3, (n, n)) * (1 - np.eye(n))
    return Trade(flows, rates), rng.uniform(0.0, 1.5, (n, n)) * (1 - np.eye(n))


def plainly(trade, rates, e, deficits=1.0):
    """Return wages and payoffs by a general root finder, region by region."""
    n = len(rates)
    X = [[(1 + trade.rates[j, i]) * trade.flows[j, i] for i in range(n)] for j in range(n)]
    E = [sum(X[j][i] for j in range(n)) for i in range(n)]
    Y = [sum(trade.flows[j]) for j in range(n)]
    D = [E[i] - Y[i] - sum(X[j][i] - trade.flows[j, i] for j in range(n)) for i in range(n)]

    def economy(logs):
        w = np.exp(logs)
        price = [[w[j] * (1 + rates[j, i]) / (1 + trade.rates[j, i]) for i in range(n)] for j in range(n)]
        S = [sum(X[j][i] / E[i] * price[j][i] ** -e for j in range(n)) for i in range(n)]
        share = [[X[j][i] / E[i] * price[j][i] ** -e / S[i] for i in range(n)] for j in range(n)]
        r = [sum(share[j][i] * rates[j, i] / (1 + rates[j, i]) for j in range(n)) for i in range(n)]
        spent = [(w[i] * Y[i] + deficits * D[i]) / (1 - r[i]) for i in range(n)]
        gaps = [
            sum(share[j][i] / (1 + rates[j, i]) * spent[i] for i in range(n)) - w[j] * Y[j] for j in range(n)
        ]
        gaps[0] = sum(w[j] * Y[j] for j in range(n)) - sum(Y)
        return gaps, [100 * (spent[i] * S[i] ** (1 / e) - E[i]) / Y[i] for i in range(n)]

    logs = root(lambda x: economy(x)[0], np.zeros(n), tol=1e-13).x
    return np.exp(logs), np.array(economy(logs)[1])


@pytest.mark.parametrize("e", [0.75, 2.0, 5.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_slow_plain_program_finds_the_same_world(seed, e):
    trade, rates = some_trade(seed)
    for deficits in (1.0, 0.0):
        world = equilibrium(trade, rates, e, deficits=deficits)
        wages, payoffs = plainly(trade, rates, e, deficits)
        np.testing.assert_allclose(world.wages, wages, rtol=1e-9)
        np.testing.assert_allclose(world.payoffs, payoffs, atol=1e-7)
        assert world.imbalance < 1e-12


@pytest.mark.parametrize("e", [1.0, 2.0, 4.0])
def test_autarky_costs_what_the_home_share_says(e):
    # Arkolakis, Costinot, Rodriguez-Clare (2012): real income falls to l_ii^(1/e).
    closed = 10.0 ** (9 / e) * (1 - np.eye(2))
    world = equilibrium(Trade(TWO, np.zeros((2, 2))), closed, e)
    np.testing.assert_allclose(1 + world.payoffs / 100, 0.8 ** (1 / e), rtol=1e-8)


@pytest.mark.parametrize("e", [1.5, 4.0])
def test_the_best_tariff_of_a_small_country_is_one_over_e(e):
    small = 1e-5
    trade = Trade(np.array([[0.7 * small, 0.3 * small], [0.3 * small, 1.0]]), np.zeros((2, 2)))

    def loss(t):
        return -equilibrium(trade, np.array([[0.0, 0.0], [t, 0.0]]), e).payoffs[0]

    best = minimize_scalar(loss, bounds=(0.0, 3.0), method="bounded", options={"xatol": 1e-7}).x
    assert best == pytest.approx(1 / e, abs=1e-3)


@given(st.integers(0, 10**6), st.floats(0.75, 5.0), st.floats(1e-3, 1e3), st.permutations(range(4)))
def test_neither_the_unit_nor_the_order_of_regions_changes_an_answer(seed, e, unit, order):
    trade, rates = some_trade(seed)
    world = equilibrium(trade, rates, e)
    moved = np.ix_(order, order)
    again = equilibrium(Trade(unit * trade.flows[moved], trade.rates[moved]), rates[moved], e)
    np.testing.assert_allclose(again.payoffs, world.payoffs[list(order)], atol=1e-9)
    np.testing.assert_allclose(again.wages, world.wages[list(order)], rtol=1e-10)


@given(st.integers(0, 10**6), st.floats(0.75, 5.0))
def test_budgets_balance_and_no_change_changes_nothing(seed, e):
    trade, rates = some_trade(seed)
    world = equilibrium(trade, rates, e)
    assert world.imbalance < 1e-10
    assert (world.wages * trade.income).sum() == pytest.approx(trade.income.sum(), rel=1e-10)
    same = equilibrium(trade, trade.rates, e)
    np.testing.assert_allclose(same.wages, 1.0, rtol=1e-12)
    np.testing.assert_allclose([same.payoffs, same.revenue], 0.0, atol=1e-10)


def test_a_batch_is_its_worlds():
    trade, rates = some_trade(7)
    batch = np.stack([rates, trade.rates, 2 * rates])
    worlds = equilibrium(trade, batch, np.array([1.0, 2.0, 4.0]))
    for k, e in enumerate((1.0, 2.0, 4.0)):
        np.testing.assert_allclose(worlds.payoffs[k], equilibrium(trade, batch[k], e).payoffs, atol=1e-10)


def test_two_regions_that_trade_with_nobody_else_do_not_notice_the_others():
    # The walk from two countries to more: a region apart changes nothing, and a tie to it does.
    trade, rates = some_trade(3, 2)
    apart = np.zeros((3, 3))
    apart[2, 2] = 5.0

    def wide(a, tie=0.0):
        grown = apart * (a.sum() > 0) + tie * (1 - np.eye(3))
        grown[:2, :2] = a
        return grown

    alone = equilibrium(trade, rates, 2.0, deficits=0.0).payoffs
    new = np.zeros((3, 3))
    new[:2, :2] = rates
    old = np.zeros((3, 3))
    old[:2, :2] = trade.rates
    beside = equilibrium(Trade(wide(trade.flows, 1e-9), old), new, 2.0, deficits=0.0).payoffs
    np.testing.assert_allclose(beside[:2], alone, atol=1e-6)
    tied = equilibrium(Trade(wide(trade.flows, 0.5), old), new, 2.0, deficits=0.0).payoffs
    assert np.abs(tied[:2] - alone).max() > 1e-3


def test_given_prices_leave_the_others_their_wages():
    trade, rates = some_trade(5)
    world = equilibrium(trade, rates, 2.0, wages_move=False)
    assert (world.wages == 1.0).all()
