"""Equilibria on supports on which at most two players mix: pairs of points of two cones.

The conditions that make one of the two indifferent, and keep it to its support, are linear in the other's
mixture. So the mixtures of each form a cone, given by its extreme rays (Motzkin, Raiffa, Thompson and Thrall
1953). The other players play one action. Their gains from another action are linear in the mixture of each of
the two. All numbers are integers. Cost: one elimination for each set of conditions that may be tight, and
just one in a non-degenerate game.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import comb
from typing import Any

from negotiation.game_theory.exact.numerics import NUMERICS
from negotiation.game_theory.exact.polynomials import null_space, rank
from negotiation.game_theory.exact.support_game import Numbers, SupportGame, SupportPart, Undecided, vector


class Cones:
    """The mixtures of two players while the others play one action each."""

    def __init__(self, game: SupportGame) -> None:
        self.game = game
        players = range(len(game.sizes))
        self.i, self.j = (game.movers + [k for k in players if k not in game.movers])[:2]
        self.idle = [k for k in players if k not in (self.i, self.j) and game.below[k].size]

    def parts(self) -> list[SupportPart]:
        """Return a point inside the set of equilibria, with its dimension, then the corners of a continuum.

        The list is empty if there is no equilibrium on the supports. `Undecided` is raised if the equilibria
        cannot be determined.
        """
        i, j, game = self.i, self.j, self.game
        cones = {i: self._cone(j, i, []), j: self._cone(i, j, [])}
        # The gain of a third player is bilinear in both mixtures, so linear if one of them is a point.
        for first, second in ((i, j), (j, i)):
            if len(cones[first]) == 1:
                fixed = {first: vector(cones[first][0])}
                more = [row for k in self.idle for row in game.linear(k, second, fixed, game.below).tolist()]
                cones[second] = self._cone(first, second, more)
        if not all(cones.values()):
            return []
        middle = [vector([sum(column) for column in zip(*cones[k], strict=True)]) for k in (i, j)]
        # The sum of the rays is inside the cone: where it is 0, all points of the cone are.
        if min(*middle[0], *middle[1]) == 0:
            return []
        if min(map(len, cones.values())) > 1 and self.idle:
            middle = self._allowed(cones, middle)
            if not middle:
                return []
        dimension = sum(rank([[Fraction(x) for x in ray] for ray in cones[k]]) - 1 for k in (i, j))
        if not dimension:
            strict = all(value < 0 for value in game.deviations(self._point(middle)))
            return [self._part(middle, 0, strict and game.sizes[i] == game.sizes[j])]
        # The extreme points of a continuum that have the full supports are listed as well.
        corners = [[vector(first), vector(second)] for first, second in product(cones[i], cones[j])]
        ends = [
            corner
            for corner in corners
            if min(*corner[0], *corner[1]) > 0 and max(game.deviations(self._point(corner)), default=0) <= 0
        ]
        return [self._part(middle, dimension, False), *(self._part(end, 0, False) for end in ends)]

    def _point(self, pair: list[Numbers]) -> list[Any]:
        return self.game.point(dict(zip((self.i, self.j), pair, strict=True)))

    def _part(self, pair: list[Numbers], dimension: int, regular: bool) -> SupportPart:
        shares = tuple(tuple((Fraction(int(x), int(sum(v))),) * 2 for x in v) for v in self._point(pair))
        return SupportPart(shares, dimension, regular)

    def _cone(self, player: int, mover: int, more: list[list[int]]) -> list[list[int]]:
        """Return the extreme rays of the mixtures of `mover` at which the support of `player` is best.

        `more` has further conditions, as rows of integers whose product with the mixture is at most 0.
        """
        game = self.game
        equal, below = (game.linear(player, mover, {}, gains).tolist() for gains in (game.equal, game.below))
        return rays(equal, below + more, game.sizes[mover])

    def _allowed(self, cones: dict[int, list[list[int]]], middle: list[Numbers]) -> list[Numbers]:
        """Return a point inside both cones at which no third player gains; an empty list if there is none."""
        corners = [[vector(first), vector(second)] for first, second in product(cones[self.i], cones[self.j])]
        at_corners = list(zip(*map(self._gains, corners), strict=True))
        # Bilinear gains are extreme at corners: a gain that is positive at all corners is positive
        # everywhere, and a gain that is positive at none excludes nothing.
        if any(min(gains) > 0 for gains in at_corners):
            return []
        watched = [k for k, gains in enumerate(at_corners) if max(gains) > 0]
        for corner in (middle, *corners):
            weight = 1
            # From the middle towards a corner at which all lose, until all lose.
            while all(self._gains(corner)[k] < 0 for k in watched):
                near = [weight * x + y for x, y in zip(corner, middle, strict=True)]
                if all(self._gains(near)[k] < 0 for k in watched):
                    return near
                weight *= 2
        raise Undecided("a continuum that deviations of third players cut")

    def _gains(self, pair: list[Numbers]) -> list[int]:
        point = self._point(pair)
        return [value for k in self.idle for value in self.game.values(self.game.below, k, point)]


def rays(equal: list[list[int]], below: list[list[int]], width: int) -> list[list[int]]:
    """Return the extreme rays of {x >= 0: equal x = 0, below x <= 0}, each in whole numbers.

    `equal` and `below` are rows of coefficients, and `width` is the number of unknowns. `Undecided` is raised
    if too many sets of tight conditions would have to be tried.

    Examples
    --------
    >>> rays([[1, -1, 0]], [[0, 0, 1]], 3), rays([], [[1, -2]], 2)
    ([[1, 1, 0]], [[0, 1], [2, 1]])
    """
    dimension, only = null_space(equal, width)
    if dimension == 0:
        return []
    limits = [[-int(k == m) for m in range(width)] for k in range(width)] + below
    if comb(len(limits), dimension - 1) > NUMERICS.most_tight_sets:
        raise Undecided("a continuum with many corners")
    ray_set: dict[tuple[int, ...], None] = {}
    for tight in combinations(limits, dimension - 1):
        left, ray = (dimension, only) if not tight else null_space([*equal, *tight], width)
        if left != 1:
            continue
        for signed in (ray, [-x for x in ray]):
            if all(sum(a * x for a, x in zip(row, signed, strict=True)) <= 0 for row in limits):
                ray_set[tuple(signed)] = None
    return [list(ray) for ray in ray_set]
