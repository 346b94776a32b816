"""The losses that a threat with cover can impose on its target, and the largest gain that it deters.

The harm of a period of the curb without cover is 1, and so is the cost of the curb to its user. The discount
factors of the target and of the user are delta_U and delta_C. The control gains g per period, T is the full
cover, and M is the budget of the user (`StockGame`). At each cover a continuation is a point: the user's
discounted cost w and the target's discounted loss l. The *frontier* is the largest l at each w, a concave
line from (0, 0) up to its last vertex, whose loss at cover s is l_s. With omega = (M - 1) / delta_C,

    cover 0:   period n = 0, 1, ... adds (delta_C^n, delta_U^n), up to w = M and l = (1 - g) / (1 - delta_U);
    cover s:   the concave hull of (0, 0) and (1 + delta_C w, delta_U l), (w, l) on the frontier at s - 1 with
               w <= omega (the user goes on) and l <= l_{s-1} - g / delta_U (the target does not depart).

`docs/theory/threats-that-run-out.md` proves that restraint is kept for delta_U <= delta_C iff the last vertex
at full cover has delta_U l_T >= g. The functions take floats when compiled, and rational numbers when run by
Python. Cost: O(T) vertices at each of T + 1 covers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable

from negotiation.base.numeric import IntArray, Number, NumberArray
from negotiation.game_theory.compiling import njit


class StockGame(NamedTuple):
    """A game in units of its harm and of the cost of the curb."""

    # M = delta_C c / ((1 - delta_C) kappa), at least 1, at most what T + 1 periods of the curb cost.
    budget: Number
    # Whether M pays for T + 1 periods of the curb.
    lasting: bool
    # Discount factors of the target and of the user.
    target: Number
    user: Number
    # T, periods of the curb before it harms.
    cover: int
    # Relative error that a knife edge allows: 0 in rational numbers.
    edge: Number


class Frontier(NamedTuple):
    """The vertices of the frontiers, by cover; each frontier starts at (0, 0)."""

    # (T + 1, 2 T + 4): discounted cost w and loss l of each vertex; entries beyond `size` are not set.
    cost: NumberArray
    loss: NumberArray
    # (T + 1,): number of vertices.
    size: IntArray


@register_jitable
def fill(gain: Number, game: StockGame, to: Frontier) -> None:
    """Fill in the frontier at every cover; `gain` is the gain from the control in units of the harm."""
    cost, loss = to.cost, to.loss
    nothing = game.budget * 0
    last, width, slope = 0, nothing + 1, nothing + 1
    most = (1 - gain) / (1 - game.target)
    cost[0, 0] = loss[0, 0] = nothing
    for _ in range(game.cover + 1):
        if cost[0, last] >= game.budget or loss[0, last] >= most:
            break
        # In floats a harm in the distant future adds nothing.
        if loss[0, last] + slope * width <= loss[0, last]:
            break
        step = min(width, game.budget - cost[0, last], (most - loss[0, last]) / slope)
        cost[0, last + 1], loss[0, last + 1] = cost[0, last] + step, loss[0, last] + slope * step
        last, width, slope = last + 1, width * game.user, slope * game.target / game.user
    to.size[0] = last + 1
    for s in range(1, game.cover + 1):
        to.size[s] = _carry(gain, game, to, s)


@register_jitable
def _carry(gain: Number, game: StockGame, to: Frontier, s: int) -> int:
    """Fill in the frontier at cover s from the frontier at s - 1, and return its number of vertices."""
    before, size = s - 1, to.size[s - 1]
    cost, loss = to.cost, to.loss
    spared = (game.budget - 1) / game.user
    bearable = loss[before, size - 1] - gain / game.target
    cost[s, 0] = loss[s, 0] = game.budget * 0
    m = 1
    for i in range(size):
        w, x = cost[before, i], loss[before, i]
        cut = w >= spared or x >= bearable
        if cut:
            if i == 0:
                break
            # The last segment is cut off where the first of the two limits is met.
            w0, x0 = cost[before, i - 1], loss[before, i - 1]
            # In floats two vertices may have the same cost.
            slope = (x - x0) / (w - w0) if w > w0 else x * 0
            w = min(w, spared, w0 + (bearable - x0) / slope) if slope > 0 else w0
            x = x0 + slope * (w - w0)
        w, x = 1 + game.user * w, game.target * x
        # Drop vertices on or below the chord from their predecessor to the new point.
        while m > 1 and (loss[s, m - 1] - loss[s, m - 2]) * (w - cost[s, m - 2]) <= (x - loss[s, m - 2]) * (
            cost[s, m - 1] - cost[s, m - 2]
        ):
            m -= 1
        cost[s, m], loss[s, m] = w, x
        m += 1
        if cut:
            break
    return m


@register_jitable
def least_of_departures(loss: NumberArray, delta: Number, cover: int) -> Number:
    """Return the minimum over k of delta^(k + 1) l_(T-k) / (1 + ... + delta^k), for k + 1 departures."""
    power = delta
    total = power * 0 + 1
    least: Number = power * loss[cover]
    for k in range(1, cover + 1):
        power, total = power * delta, 1 + delta * total
        least = min(least, power * loss[cover - k] / total)
    return least


@register_jitable
def largest_gains(game: StockGame, to: Frontier, loss: NumberArray) -> tuple[Number, Number]:
    """Return a gain that is deterred, and one above which none is; `to` and `loss` (T + 1,) are scratch."""
    delta, cover = game.target, game.cover
    # A target that departs always pays the harm from period T + 1 on.
    always = delta ** (cover + 1)
    if game.lasting:
        return always, always
    zeta = (game.budget - 1) / (game.user * game.budget)
    loss[0] = 1 / (1 - delta * zeta)
    for s in range(1, cover + 1):
        loss[s] = delta * zeta * loss[s - 1]
    renewed = min(always, least_of_departures(loss, delta, cover))
    if game.target >= game.user and (cover == 1 or delta * delta * zeta <= game.user):
        return renewed, renewed
    if game.target > game.user:
        # Pauses may pay although they restore cover, so only an upper bound is left: the harm at cover 1
        # comes from cover 0.
        return renewed, min(always, delta * delta * zeta * loss[0])
    fill(always * 0, game, to)
    for s in range(cover + 1):
        loss[s] = to.loss[s, to.size[s] - 1]
    most = min(always, least_of_departures(loss, delta, cover))
    fill(most * (1 - game.edge), game, to)
    reached = delta * to.loss[cover, to.size[cover] - 1] >= most * (1 - game.edge)
    return (most if reached else renewed), most


@njit(cache=True, nogil=True)
def fill_largest_gains(
    budgets: NumberArray,
    targets: NumberArray,
    users: NumberArray,
    covers: IntArray,
    edge: float,
    out: NumberArray,
) -> None:
    """Fill in the results of `largest_gains` for each of B games, in units of the harm; `out` (B, 2)."""
    most = covers.max()
    shape = (most + 1, 2 * most + 4)
    to = Frontier(np.empty(shape), np.empty(shape), np.empty(most + 1, dtype=np.intp))
    loss = np.empty(most + 1)
    for i in range(len(budgets)):
        out[i] = 0.0
        if budgets[i] >= 1.0 - edge:
            enough = (1 - users[i] ** (covers[i] + 1)) / (1 - users[i])
            lasting = budgets[i] >= enough * (1 - edge)
            budget = max(1.0, min(budgets[i], enough))
            game = StockGame(budget, lasting, targets[i], users[i], covers[i], edge)
            out[i, 0], out[i, 1] = largest_gains(game, to, loss)
