"""Proof that a stage game has an equilibrium near given bounds, by intervals with rational ends.

For given supports, the players' indifference f(x) = 0 has as many equations as unknowns. If X is a box, c its
middle and Y a matrix near f'(c)^-1, there is exactly one zero in X if

    K(X) = c - Y f(c) + (I - Y f'(X)) (X - c)

lies inside X (Krawczyk 1969; Moore 1977). Only Y is computed in doubles, and the proof holds for any Y. Cost:
some thousand products of fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import ObjectArray
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import StageGame, ranges_by_player
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge

# By player and action, the lower and upper bound of a probability; both 0 if the action is not played.
Bounds = Sequence[Sequence[tuple[Fraction, Fraction]]]


class _Interval(NamedTuple):
    """Arrays of the lower and the upper ends of intervals."""

    low: ObjectArray
    high: ObjectArray


def verify_between(stage: StageGame, bounds: Bounds) -> Verdict | None:
    """Return the verdict on an indifferent profile that is proven to be near bounds; None without a proof."""
    supports = [[a for a, (_, high) in enumerate(own) if high > 0] for own in bounds]
    payoffs = [_in_own_units(u) for u in np.moveaxis(stage.exact_payoffs(), -1, 0)]
    centre = [
        [(own[a][0] + own[a][1]) / 2 for a in support[:-1]]
        for own, support in zip(bounds, supports, strict=True)
    ]
    game = _Indifference(payoffs, supports)
    for radius in NUMERICS.box_radii:
        box = game.proven(centre, Fraction(radius))
        if box is not None:
            return _verdict(stage, supports, box)
    return None


def _verdict(stage: StageGame, supports: Sequence[Sequence[int]], box: list[_Interval]) -> Verdict:
    """Return the verdict from the most that deviations gain, wherever in the box the equilibrium is."""
    deviations = []
    payoffs = stage.exact_payoffs()
    for i, player in enumerate(stage.players):
        values = _expected(payoffs[..., i], supports, box, (i,))
        kept = supports[i][0]
        played = stage.actions[i][kept] if len(supports[i]) == 1 else "mixed"
        for a, action in enumerate(stage.actions[i]):
            if action != played:
                gain = Fraction(0) if a in supports[i] else values.high[a] - values.low[kept]
                deviations.append(Deviation(player, action, played, gain))
    ranges = ranges_by_player([stage], True)
    return judge("Nash equilibrium", deviations, {}, exact=True, ranges=ranges)


class _Indifference:
    """The players' indifference equations f(x) = 0 over their supports, and derivatives in intervals."""

    def __init__(self, payoffs: Sequence[ObjectArray], supports: Sequence[Sequence[int]]) -> None:
        self.payoffs, self.supports = payoffs, supports

    def proven(self, centre: list[list[Fraction]], radius: Fraction) -> list[_Interval] | None:
        """Return a box with one zero and positive probabilities; None without a proof."""
        middle = [_whole([(x, x) for x in own]) for own in centre]
        box = [_whole([(x - radius, x + radius) for x in own]) for own in centre]
        if any(low <= 0 for own in box for low in own.low):
            return None
        at, slopes = self._values(middle), self._slopes(box)
        inner = self._slopes(middle).low.astype(np.float64)
        if inner.shape[0] != inner.shape[1] or not inner.size or not np.linalg.det(inner):
            return None
        near = np.vectorize(Fraction, otypes=[object])(np.linalg.inv(inner))
        product = _times(near, slopes)
        unit = np.eye(len(near), dtype=int).astype(object)
        # (X - c) is symmetric around 0, so that the larger end decides how far its product reaches.
        reach = np.maximum(abs(unit - product.low), abs(unit - product.high)).sum(axis=1) * radius
        moved = abs(near @ at)
        return box if (moved + reach < radius).all() else None

    def _values(self, point: list[_Interval]) -> ObjectArray:
        worths = []
        for i, own in enumerate(self.supports):
            values = _expected(self.payoffs[i], self.supports, point, (i,)).low[own]
            worths += [value - values[0] for value in values[1:]]
        return np.array(worths, dtype=object)

    def _slopes(self, box: list[_Interval]) -> _Interval:
        """Return the derivatives, one row per equation and one column per free probability.

        All probabilities of a player but the last are free.
        """
        rows: list[list[tuple[Fraction, Fraction]]] = []
        for i, own in enumerate(self.supports):
            lines: list[list[tuple[Fraction, Fraction]]] = [[] for _ in own[1:]]
            for j, others in enumerate(self.supports):
                both = None
                if j != i:
                    gains = self.payoffs[i] - np.take(self.payoffs[i], [own[0]], axis=i)
                    apart = gains - np.take(gains, [others[-1]], axis=j)
                    both = _expected(apart, self.supports, box, (i, j))
                for line, a in zip(lines, own[1:], strict=True):
                    for b in others[:-1]:
                        at = (a, b) if i < j else (b, a)
                        line.append((Fraction(0),) * 2 if both is None else (both.low[at], both.high[at]))
            rows += lines
        low, high = ([[pair[end] for pair in row] for row in rows] for end in (0, 1))
        return _Interval(np.array(low, dtype=object), np.array(high, dtype=object))


def _whole(free: list[tuple[Fraction, Fraction]]) -> _Interval:
    """Return the intervals of all probabilities of a support from all but the last."""
    low, high = [a for a, _ in free], [b for _, b in free]
    ends = ([*low, 1 - sum(high, Fraction(0))], [*high, 1 - sum(low, Fraction(0))])
    return _Interval(*(np.array(end, dtype=object) for end in ends))


def _expected(
    array: ObjectArray, supports: Sequence[Sequence[int]], box: list[_Interval], kept: tuple[int, ...]
) -> _Interval:
    """Return the expectation of an array by the actions of the players in `kept`; the others mix."""
    low, high = array, array
    for j in range(len(supports) - 1, -1, -1):
        if j in kept:
            continue
        shape = [-1 if k == j else 1 for k in range(low.ndim)]
        low, high = np.take(low, supports[j], axis=j), np.take(high, supports[j], axis=j)
        least, most = box[j].low.reshape(shape), box[j].high.reshape(shape)
        # Probabilities are not negative, but payoffs may be.
        low, high = (
            np.minimum(low * least, low * most).sum(axis=j),
            np.maximum(high * least, high * most).sum(axis=j),
        )
    return _Interval(low, high)


def _times(matrix: ObjectArray, other: _Interval) -> _Interval:
    first, second = matrix[:, :, None] * other.low[None], matrix[:, :, None] * other.high[None]
    return _Interval(np.minimum(first, second).sum(axis=1), np.maximum(first, second).sum(axis=1))


def _in_own_units(payoffs: ObjectArray) -> ObjectArray:
    low, high = payoffs.min(), payoffs.max()
    shares: ObjectArray = (payoffs - low) / ((high - low) or 1)
    return shares
