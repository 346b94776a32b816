"""A slow plain operator of Abreu, Pearce and Stacchetti: two players, public lotteries.

Written once for both kinds of number. In floats the operator with constraints loosened bounds the set from
outside at every step, and a fixed point with constraints tightened is within it; a polygon that generates
itself in `Fraction` is within it without any room.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import ceil, log
from typing import NamedTuple

from tests.properties.plane import clipped, distance, hull

Point = tuple
Polygon = list

LOOSE, TIGHT = 1e-10, 1e-7
"""By how much constraints are moved, in shares of each player's range."""

PLAIN, ROUNDED = 5000, 1e-7
"""Denominators of vertices that are tried in rational numbers, and how far from the outer bound."""

SETTLED = 1e-12
MOST_STEPS = 600


class Plain(NamedTuple):
    """A game as the operator reads it: each player's payoffs from the least one, in shares of the range.

    Parameters
    ----------
    cells : list of (payoffs, gains)
        By profile; a gain is that of the best deviation.
    deltas : pair
        Discount factors.
    """

    cells: list
    deltas: tuple


def plain(truth, deltas: Sequence[Fraction], number: type) -> Plain:
    """Return a game on each player's own range."""
    low = [truth[..., i].min() for i in (0, 1)]
    span = [truth[..., i].max() - low[i] or Fraction(1) for i in (0, 1)]
    cells = []
    for a, b in product(range(truth.shape[0]), range(truth.shape[1])):
        g = [(truth[a, b, i] - low[i]) / span[i] for i in (0, 1)]
        best = [(truth[:, b, 0].max() - low[0]) / span[0], (truth[a, :, 1].max() - low[1]) / span[1]]
        cells.append(
            (tuple(number(x) for x in g), tuple(number(x - y) for x, y in zip(best, g, strict=True)))
        )
    return Plain(cells, tuple(number(delta) for delta in deltas))


def applied(game: Plain, polygon: Polygon, moved=0) -> Polygon:
    """Return what profiles generate from a polygon; continuations may fall short by `moved`."""
    if not polygon:
        return []
    (d0, d1), worst = game.deltas, [min(p[i] for p in polygon) for i in (0, 1)]
    found = []
    for g, h in game.cells:
        part = polygon
        for i, d in enumerate(game.deltas):
            if part:
                part = clipped(part, i, worst[i] + (1 - d) / d * h[i] - moved)
        found += [((1 - d0) * g[0] + d0 * w[0], (1 - d1) * g[1] + d1 * w[1]) for w in part]
    return hull(found)


def _start(game: Plain) -> Polygon:
    zero, one = type(game.deltas[0])(0), type(game.deltas[0])(1)
    return [(zero, zero), (one, zero), (one, one), (zero, one)]


def _iterated(game: Plain, moved: float) -> tuple[Polygon, bool]:
    polygon = _start(game)
    for _ in range(min(MOST_STEPS, ceil(log(SETTLED) / log(max(game.deltas))) + 20)):
        after = applied(game, polygon, moved)
        if len(after) == len(polygon) and all(
            abs(x - y) <= SETTLED
            for p, q in zip(after, polygon, strict=True)
            for x, y in zip(p, q, strict=True)
        ):
            return after, True
        polygon = after
    return polygon, False


def bounds(truth, deltas: Sequence[Fraction]) -> tuple[Polygon, Polygon]:
    """Return an outer and an inner bound, in shares of ranges; the inner one is exact where it can be.

    It is the outer one with plain fractions for vertices where that generates itself, else the fixed point
    with constraints tightened, empty where that did not settle.
    """
    game = plain(truth, deltas, float)
    outer, _ = _iterated(game, LOOSE)
    guess = hull([tuple(Fraction(x).limit_denominator(PLAIN) for x in p) for p in outer])
    if all(distance(p, guess) <= ROUNDED for p in outer) and _generates_itself(truth, deltas, guess):
        return outer, guess
    inner, settled = _iterated(game, -TIGHT)
    return outer, inner if settled else []


def _generates_itself(truth, deltas: Sequence[Fraction], polygon: Polygon) -> bool:
    """Return whether every vertex is within what the polygon generates, in rational numbers."""
    made = applied(plain(truth, deltas, Fraction), polygon)
    return hull([*made, *polygon]) == made
