"""Effects of a change of tariffs on every region of the world, in exact hat algebra.

Dekle, Eaton, Kortum (2007), American Economic Review 97(2); Costinot, Rodriguez-Clare (2014), Handbook of
International Economics 4, chapter 4. Region j sells to region i the value F_ji before tariff; i spends
X_ji = (1 + t_ji) F_ji on it and E_i = sum_j X_ji in all, of which l_ji = X_ji / E_i goes to j. Income is
Y_j = sum_i F_ji, and the deficit D_i is spending less income and tariff revenue. Primes mark values after the
change. With w the ratio of the new wage to the old, e the trade elasticity of spending and
T_ji = (1 + t'_ji) / (1 + t_ji):

    (1) l'_ji = l_ji (w_j T_ji)^-e / S_i,  S_i = sum_j l_ji (w_j T_ji)^-e,
    (2) P_i = S_i^(-1 / e),
    (3) E'_i = (w_i Y_i + D'_i) / (1 - r_i),  r_i = sum_j l'_ji t'_ji / (1 + t'_ji),
    (4) w_j Y_j = sum_i l'_ji E'_i / (1 + t'_ji),
    (5) payoff_i = 100 (E'_i / (E_i P_i) - 1) E_i / Y_i.

World income is the numeraire, and each deficit keeps its share of it. Newton's method solves for log w in all
worlds of a batch. With m_ji = l'_ji / (1 + t'_ji), q_i = sum_j m_ji and G_j = sum_i m_ji E'_i, the Jacobian
of G - w Y is

    m diag(w Y / q) + e m diag(E' / q) m^T - diag(e G + w Y).

Its columns add up to zero, since one market clears if all others do. The change of world income, divided by
the number of regions, is therefore added to every equation. About five steps are needed, each of which solves
one linear system per world.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.numerics import NUMERICS
from negotiation.errors import InvalidGame


@dataclass(frozen=True, eq=False)
class Trade:
    """Trade of n regions and the tariffs under which it was observed, for one world or a batch.

    Examples
    --------
    >>> Trade(np.array([[8.0, 2.0], [2.0, 8.0]]), np.zeros((2, 2))).income.tolist()
    [10.0, 10.0]
    """

    # (..., n, n): what the row sells to the column, before tariffs; home sales on the diagonal.
    flows: FloatArray
    # (..., n, n): the column's tariff on the row, a fraction of the value; 0 on the diagonal.
    rates: FloatArray

    @cached_property
    def spending(self) -> FloatArray:
        """Spending E of each region, tariffs included, shape (..., n)."""
        total: FloatArray = ((1.0 + self.rates) * self.flows).sum(-2)
        return total

    @cached_property
    def income(self) -> FloatArray:
        """Income Y of each region, without tariff revenue, shape (..., n)."""
        total: FloatArray = self.flows.sum(-1)
        return total

    @cached_property
    def revenue(self) -> FloatArray:
        """Tariff revenue of each region, shape (..., n)."""
        total: FloatArray = (self.rates * self.flows).sum(-2)
        return total


@dataclass(frozen=True, eq=False)
class World:
    """The effects of a change of tariffs, by region; shapes (..., n)."""

    # Ratio of each new wage to the old, in units of world income.
    wages: FloatArray
    # Ratio of each new price index to the old.
    prices: FloatArray
    # Gain of real spending in percent of the region's income before the change: equation (5).
    payoffs: FloatArray
    # Change of tariff revenue at the prices before the change, in percent of income before it.
    revenue: FloatArray
    # Largest excess demand for any region's goods, as a share of its income.
    imbalance: float


def equilibrium(
    trade: Trade,
    rates: FloatArray,
    elasticity: FloatArray | float,
    *,
    deficits: float = 1.0,
    wages_move: bool = True,
) -> World:
    """Return the world under new tariffs.

    `rates` has the new tariffs as fractions, shape (..., n, n), and `elasticity` the trade elasticities,
    shape (...). `deficits` is the share of each deficit that is kept. If `wages_move` is false, no wage
    moves, and tariffs pass through completely. `InvalidGame` is raised if the wages are not found.

    Examples
    --------
    >>> trade = Trade(np.array([[8.0, 2.0], [2.0, 8.0]]), np.zeros((2, 2)))
    >>> both = equilibrium(trade, np.array([[0.0, 0.5], [0.5, 0.0]]), 4.0)
    >>> both.wages.round(6).tolist(), both.payoffs.round(2).tolist()
    ([1.0, 1.0], [-2.75, -2.75])
    """
    e = np.asarray(elasticity, dtype=np.float64)[..., None]
    shares = trade.flows * (1.0 + trade.rates) / trade.spending[..., None, :]
    # l T^-e, without the factor of wages.
    taxed = shares * np.exp(-e[..., None] * np.log((1.0 + rates) / (1.0 + trade.rates)))
    kept = 1.0 / (1.0 + rates)
    owed = deficits * (trade.spending - trade.income - trade.revenue)
    logs = np.zeros(np.broadcast_shapes(taxed.shape[:-1], trade.income.shape))
    if wages_move:
        logs = _wages(taxed, kept, trade.income, owed, e, logs)
    return _world(trade, rates, taxed, owed, e, np.exp(logs))


def _wages(
    taxed: FloatArray, kept: FloatArray, income: FloatArray, owed: FloatArray, e: FloatArray, logs: FloatArray
) -> FloatArray:
    """Return the logs of the wages that clear all markets, shape (..., n), by Newton's method."""
    for _ in range(NUMERICS.most_wage_steps):
        try:
            change = _newton_step(taxed, kept, income, owed, e, logs)
        except np.linalg.LinAlgError:  # regions without trade between them have no common wage
            break
        # A step of more than a factor e in a wage is cut, since the tangent is poor far from the solution.
        logs = logs + np.clip(change, -1.0, 1.0)
        if np.abs(change).max(initial=0.0) <= NUMERICS.wage_step:
            return logs
    raise InvalidGame(
        f"the wages of the world were not found within {NUMERICS.most_wage_steps} Newton steps, since some "
        "regions hardly trade; give smaller tariffs, a smaller trade elasticity or larger trade flows"
    )


def _newton_step(
    taxed: FloatArray, kept: FloatArray, income: FloatArray, owed: FloatArray, e: FloatArray, logs: FloatArray
) -> FloatArray:
    """Return the Newton step in the logs of wages, shape (..., n); zeros if markets clear to rounding."""
    spread = taxed * np.exp(-e * logs)[..., None]
    m = spread * kept / spread.sum(-2)[..., None, :]
    q, earned = m.sum(-2), np.exp(logs) * income
    spent = (earned + owed) / q
    sold = (m @ spent[..., None])[..., 0]
    excess = (
        sold - earned + (earned.sum(-1, keepdims=True) - income.sum(-1, keepdims=True)) / income.shape[-1]
    )
    # If regions hardly trade, markets clear to rounding although wages are known less precisely.
    if float(np.abs(excess / income).max(initial=0.0)) <= NUMERICS.cleared:
        return np.zeros_like(excess)
    jacobian = m * (earned / q)[..., None, :]
    jacobian = jacobian + np.matmul(m * (e * spent / q)[..., None, :], np.swapaxes(m, -1, -2))
    n = income.shape[-1]
    jacobian[..., range(n), range(n)] -= e * sold + earned
    # The sum of incomes, added to all equations.
    jacobian += earned[..., None, :] / n
    change: FloatArray = np.linalg.solve(jacobian, -excess[..., None])[..., 0]
    return change


def _world(
    trade: Trade, rates: FloatArray, taxed: FloatArray, owed: FloatArray, e: FloatArray, wages: FloatArray
) -> World:
    """Return the world at given ratios of wages, with the remaining excess demand."""
    spread = taxed * (wages**-e)[..., None]
    total = spread.sum(-2)
    shares, prices = spread / total[..., None, :], total ** (-1.0 / e)
    collected = (shares * rates / (1.0 + rates)).sum(-2)
    spent = (wages * trade.income + owed) / (1.0 - collected)
    sold = (shares / (1.0 + rates) * spent[..., None, :]).sum(-1)
    payoffs = 100.0 * (spent / prices - trade.spending) / trade.income
    revenue = 100.0 * (collected * spent / prices - trade.revenue) / trade.income
    return World(
        wages, prices, payoffs, revenue, float(np.abs(sold / (wages * trade.income) - 1.0).max(initial=0.0))
    )
