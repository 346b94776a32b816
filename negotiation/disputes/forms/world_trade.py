"""Tariff in world trade: the effects of a rate on both sides and on third countries (`trade.equilibrium`).

Each level is a world: rates change from the rates under the trade flows to the rates of the day, the holder's
rate on the other side is that level, and the other side keeps its base. Prices hardly react over the first
days, and in the end wages clear all markets. If s is the share of this adjustment that is complete after n
days,

    own = (1 - s) own at given prices + s own in the world,  given = s given in the world,

and third countries are treated as the other side. s, at most 1, equates the pass-through of the form with the
observed one:

    1 - s (1 - p) = 1 - (1 - rho) min(1, n / N).

Here rho is the pass-through observed N days after a step between two rates. p is the pass-through of the
same step in the world: the rise of the domestic price of the other side's goods, in units of the holder's
wage, over the rise of the tariff, both in logs. Effects of both sides' steps are added up, although the
effect of a joint step differs from their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.domains import NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE, SHARE
from negotiation.disputes.forms.form import HORIZON, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.trade.equilibrium import Trade, World, equilibrium


class Steps(NamedTuple):
    """Worlds of B cases at R + 2 rates: R given ones, then the two rates of the observed step.

    Arrays of the worlds have the shape (B, R + 2, n), for n regions.
    """

    # Positions of the holder and of the other side among the regions.
    holder: int
    other: int
    regions: tuple[str, ...]
    # (B, n, n): trade flows, and the tariffs under them.
    flows: FloatArray
    then: FloatArray
    # The worlds in which wages clear all markets, and those in which no wage moves.
    world: World
    given: World
    # (B, 1): s, the share of the adjustment from `given` to `world`.
    share: FloatArray

    def mixed(self, world: FloatArray, given: FloatArray) -> FloatArray:
        """Return (1 - s) `given` + s `world`, each of shape (B, rates)."""
        between: FloatArray = (1.0 - self.share) * given + self.share * world
        return between


def steps(cases: Sequence[Case], rates: FloatArray) -> Steps:
    """Return the worlds at each of R rates of the holder on the other side, fractions, shape (R,)."""
    markets = [case.market for case in cases]
    flows, then, now = (
        np.array([getattr(each, name) for each in markets]) for name in ("flows", "then", "now")
    )
    regions, h, o = markets[0].regions, markets[0].holder, markets[0].other
    # Two more rates: before and after the step whose pass-through is known.
    probed = np.stack([_numbers(cases, "step_from"), _numbers(cases, "step_to")], axis=1) / 100.0
    levels = np.concatenate([np.broadcast_to(rates, (len(cases), len(rates))), probed], axis=1)
    there = np.repeat(now[:, None], levels.shape[1], axis=1)
    there[:, :, o, h] = levels
    answered, closing = _numbers(cases, "answered"), _numbers(cases, "closing")[:, None]
    for third in (k for k in range(len(regions)) if k not in (h, o)):
        for side in (h, o):
            rise = np.maximum(0.0, now[:, third, side] - then[:, third, side])
            there[:, :, side, third] += (answered * rise)[:, None]
        there[:, :, o, third] += closing * np.maximum(0.0, levels - then[:, None, o, h])
    trade, e = Trade(flows[:, None], then[:, None]), _numbers(cases, "elasticity")[:, None]
    world = equilibrium(trade, there, e)
    given = equilibrium(trade, there, e, wages_move=False)
    logs = np.log(world.wages[:, -2:])
    risen = np.diff(np.log1p(probed))[:, 0]
    # If the two rates are equal, no wage moves.
    fall = -np.diff(logs[:, :, o] - logs[:, :, h])[:, 0] / np.where(risen == 0.0, 1.0, risen)
    return Steps(h, o, regions, flows, then, world, given, _share(cases, fall)[:, None])


def _numbers(cases: Sequence[Case], role: str) -> FloatArray:
    return np.array([case.value(role) for case in cases], dtype=np.float64)


def _share(cases: Sequence[Case], fall: FloatArray) -> FloatArray:
    """Return s, shape (B,); `fall` is 1 - p."""
    gone = np.minimum(1.0, _numbers(cases, HORIZON) / _numbers(cases, "observed_days"))
    seen = (1.0 - _numbers(cases, "observed_pass_through")) * gone
    # An observed fall at least as large as the world's, which may be 0, means complete adjustment.
    return np.where(seen < fall, seen / np.where(seen < fall, fall, 1.0), (seen > 0.0) * 1.0)


def effects_of_many(cases: Sequence[Case]) -> list[Effects]:
    """Return the payoffs of each level to both sides and to the other regions, for each case."""
    rates = np.array([level.value or 0.0 for level in cases[0].levels]) / 100.0
    made = steps(cases, rates)
    h, o, world, given = made.holder, made.other, made.world, made.given
    own = made.mixed(world.payoffs[:, :, h], given.payoffs[:, :, h])
    abroad = made.share[..., None] * world.payoffs
    revenue = made.mixed(world.revenue[:, :, h], given.revenue[:, :, h])
    # Protected producers gain by the price of the imports that they compete with.
    price = (1.0 + rates) * made.mixed((world.wages[..., o] / world.wages[..., h])[:, :-2], np.ones(1))
    price = price / (1.0 + made.then[:, None, o, h]) - 1.0
    sold = _numbers(cases, "protected_ratio") * made.flows[:, o, h] / made.flows[:, h].sum(-1)
    rents, count = 100.0 * sold[:, None] * price, len(rates)
    thirds = [k for k in range(len(made.regions)) if k not in (h, o)]
    return [
        Effects(
            own[b, :count],
            abroad[b, :count, o],
            {made.regions[k]: abroad[b, :count, k] for k in thirds},
            {"revenue": revenue[b, :count], "rents": rents[b]},
        )
        for b in range(len(cases))
    ]


def effects(case: Case) -> Effects:
    """Return the payoffs of each level to both sides and to the other regions."""
    return effects_of_many([case])[0]


def best_rate(case: Case) -> float:
    """Return the best rate for the holder while the other side keeps its base, as a fraction."""
    low, high = 0.0, NUMERICS.highest_rate
    while high - low > NUMERICS.rate_step:
        grid = np.linspace(low, high, NUMERICS.rates_at_once)
        made = steps([case], grid)
        at = (..., made.holder)
        own = made.mixed(made.world.payoffs[at], made.given.payoffs[at])[0, :-2]
        k = int(own.argmax())
        low, high = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
    return float(low + high) / 2.0


FORM = Form(
    "world_trade",
    "duties on a whole trade, with third countries",
    (
        Role("elasticity", "e, trade elasticity of spending", POSITIVE),
        Role(HORIZON, "days since the rate changed", NOT_NEGATIVE),
        Role(
            "observed_pass_through",
            "rho, share of a tariff in the importer's price when observed",
            POSITIVE_SHARE,
        ),
        Role("observed_days", "N, days from a step to that observation", POSITIVE),
        Role("step_from", "rate before the step whose pass-through is known, percent", NOT_NEGATIVE),
        Role("step_to", "rate after it, percent", NOT_NEGATIVE),
        Role("answered", "share of the rise in rates on third countries that they answer in kind", SHARE),
        Role("closing", "share of a rise on the other side that third countries put on it as well", SHARE),
        Role("protected_ratio", "protected output, as a multiple of imports", NOT_NEGATIVE),
    ),
    effects,
    takes=("trade",),
    graded=False,
    measured=True,
    values="percent",
    best_rate=best_rate,
    effects_of_many=effects_of_many,
)
