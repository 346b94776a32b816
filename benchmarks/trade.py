"""Times a world of trade: seven regions of the dispute's table, new tariffs, market-clearing wages.

`python benchmarks/trade.py [worlds]`. Draws are of all cells and of the elasticity. A grid of 8 x 8 levels is
what a game takes: the steps of both sides, 16 worlds a draw, which it adds up; the joint grid has 64.
The peer is SciPy's root finder on the same equations with the same arrays. Target: a second, and 10 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.optimize import root
from tables import Row, benchmark, main, timed

import negotiation as ng
from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.quantity import Parameters
from negotiation.disputes.trade.equilibrium import Trade, equilibrium

DRAWS, LEVELS = 1024, 8
SIDES, BASE = ("USA", "CHN"), (20.8, 21.2)


def drawn(count: int) -> tuple[Trade, FloatArray, FloatArray]:
    """Return trade by draw, the rates of the day, shape (B, n, n), and elasticities, shape (B,)."""
    world = ng.load_scenario("us-china-2025", "sourced")
    draws, table = sobol_draws(world, count), world.trade
    assert table is not None
    columns = [
        {**world.parameters, **{name: float(values[k]) for name, values in draws.values.items()}}
        for k in range(count)
    ]
    markets = [table.market(Parameters(column), SIDES, BASE) for column in columns]
    flows, then, now = (
        np.array([getattr(one, part) for one in markets]) for part in ("flows", "then", "now")
    )
    return Trade(flows, then), now, np.array([column["tariff.trade_elasticity"] for column in columns])


def grids() -> Iterator[tuple[str, int, FloatArray]]:
    """Yield pairs of rates, in percent, shape (R, 2)."""
    levels = np.linspace(21.2, 150.0, LEVELS)
    alone = np.array([(rate, BASE[1]) for rate in levels] + [(BASE[0], rate) for rate in levels])
    joint = np.stack([each.ravel() for each in np.meshgrid(levels, levels)], axis=1)
    yield "8 and 8 steps of either side", DRAWS, alone
    yield "8 x 8 joint rates", DRAWS, joint
    yield "one pair of rates", 1, np.array([(51.1, 32.6)])


def wages(trade: Trade, rates: FloatArray, e: float) -> FloatArray:
    """Return the wages of one world by SciPy."""

    def excess(logs: FloatArray) -> FloatArray:
        spread = trade.flows * (1 + trade.rates) / trade.spending
        spread = spread * (np.exp(logs)[:, None] * (1 + rates) / (1 + trade.rates)) ** -e
        m = spread / spread.sum(0) / (1 + rates)
        earned = np.exp(logs) * trade.income
        sold = m @ ((earned + trade.spending - trade.income - trade.revenue) / m.sum(0))
        return sold - earned + (earned.sum() - trade.income.sum()) / len(earned)

    return np.exp(np.asarray(root(excess, np.zeros(len(rates)), tol=1e-12).x))


@benchmark(
    "worlds of trade", "rates", "draws", "worlds", "seconds", "microseconds a world", "SciPy's, one world",
    "ratio", "wages apart",
)  # fmt: skip
def worlds() -> Iterator[Row]:
    trade, now, e = drawn(DRAWS)
    for name, count, pairs in grids():
        rates = np.repeat(now[:count, None], len(pairs), axis=1)
        rates[:, :, 1, 0], rates[:, :, 0, 1] = pairs.T / 100.0
        there = Trade(trade.flows[:count, None], trade.rates[:count, None])
        ours, found = timed(partial(equilibrium, there, rates, e[:count, None]))
        first = Trade(trade.flows[0], trade.rates[0])
        scipys, peer = timed(partial(wages, first, rates[0, -1], float(e[0])))
        each, size = ours / (count * len(pairs)), count * len(pairs)
        apart = float(np.abs(peer - found.wages[0, -1]).max())
        yield name, count, size, ours, 1e6 * each, 1e6 * scipys, scipys / each, apart


if __name__ == "__main__":
    main("trade", worlds)
