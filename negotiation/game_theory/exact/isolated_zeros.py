"""All zeros of a function in the unit box, each proven to be the only one in some box, in ball arithmetic.

The method is branch and bound. A box X with centre c is excluded if the ball of some component, or its
mean-value form f(c) + f'(X) (X - c), does not contain 0. In the other boxes Krawczyk's operator

    K(X) = c - Y f(c) + (I - Y f'(X)) (X - c),   Y near f'(c)^-1,

proves that X contains exactly one zero if K(X) lies inside X (Krawczyk 1969; Moore 1977, "A test for
existence of solutions to nonlinear systems", SIAM J. Numer. Anal. 14). The ends of boxes are dyadic numbers,
which balls represent exactly. Cost: a few evaluations per box.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import NamedTuple, TypeAlias

import numpy as np
from flint import arb, fmpq

from negotiation.game_theory.exact.numerics import NUMERICS

# A box: the least and the greatest value of each unknown, multiples of `NUMERICS.grid`.
Ends: TypeAlias = tuple[tuple[float, float], ...]


class Enclosures(NamedTuple):
    """Balls around a function in a box: equations (= 0), inequalities (<= 0), and their derivatives."""

    equal: list[arb]
    below: list[arb]
    # equal_slopes, below_slopes: By component, the derivative with respect to each unknown.
    equal_slopes: list[list[arb]]
    below_slopes: list[list[arb]]


# From balls around the unknowns; raises ZeroDivisionError if these are too wide for a bound.
Function: TypeAlias = Callable[[Sequence[arb]], Enclosures]


class Zeros(NamedTuple):
    """Small boxes with one zero each, whether they are proven to be all, and how many boxes were examined."""

    found: list[list[arb]]
    decided: bool
    boxes: int


class _Balls(NamedTuple):
    """A box and its centre, with the function at the centre (`at`) and in the box (`here`)."""

    box: list[arb]
    centre: list[arb]
    at: Enclosures
    here: Enclosures


class _Region(NamedTuple):
    ends: Ends
    root: list[arb]


def ball(low: float, high: float) -> arb:
    """Return the ball of an interval with dyadic ends.

    Examples
    --------
    >>> ball(0.25, 0.75)
    [+/- 0.751]
    """
    return arb(0.5 * (low + high), 0.5 * (high - low))


def all_zeros(function: Function, unknowns: int, most_boxes: int) -> Zeros:
    """Return the zeros in the unit box, except those at which an inequality is proven to fail."""
    return _Search(function, unknowns, most_boxes).run()


class _Search:
    def __init__(self, function: Function, unknowns: int, most_boxes: int) -> None:
        self.function, self.unknowns, self.most_boxes = function, unknowns, most_boxes
        self.regions: list[_Region] = []
        self.roots: list[list[arb]] = []
        self.boxes = 0

    def run(self) -> Zeros:
        """Return the zeros that are found, and whether every box was excluded or lies around one of them."""
        # Branch and bound: a box is excluded, shrunk or halved. Depth first, so that the stack stays short.
        stack: list[Ends] = [((0.0, 1.0),) * self.unknowns]
        while stack:
            ends = stack.pop()
            self.boxes += 1
            if self.boxes > self.most_boxes:
                return Zeros(self.roots, False, self.boxes)
            # A region is proven to contain just one zero, which is known, so that boxes in it need no more
            # work.
            if any(_inside(ends, region.ends) for region in self.regions):
                continue
            left = self._left(ends)
            if left is None:
                continue
            if max(high - low for low, high in left) <= NUMERICS.least_box:
                return Zeros(self.roots, False, self.boxes)
            stack += _halves(left)
        return Zeros(self.roots, True, self.boxes)

    def _left(self, ends: Ends) -> Ends | None:
        """Return the part of a box that may contain an unknown zero; None if it contains none."""
        box = [ball(*pair) for pair in ends]
        try:
            here = self.function(box)
            centre = [arb(b.mid()) for b in box]
            at = self.function(centre)
        except ZeroDivisionError:
            return ends
        # Two enclosures of each component: its ball, and the mean-value form f(c) + f'(box) (box - c), which
        # is tighter in small boxes. If either does not contain 0, the box is excluded.
        away = [b - c for b, c in zip(box, centre, strict=True)]
        for value, middle, slopes in zip(here.equal, at.equal, here.equal_slopes, strict=True):
            if not value.contains(0) or not (middle + dot(slopes, away)).contains(0):
                return None
        for value, middle, slopes in zip(here.below, at.below, here.below_slopes, strict=True):
            if value > 0 or middle + dot(slopes, away) > 0:
                return None
        # Krawczyk's operator needs as many equations as unknowns.
        if len(here.equal) != self.unknowns:
            return ends
        return self._by_krawczyk(ends, _Balls(box, centre, at, here))

    def _by_krawczyk(self, ends: Ends, balls: _Balls) -> Ends | None:
        """Return the part of a box that may contain an unknown zero, after an attempt to prove one nearby."""
        image = _krawczyk(balls)
        if image is None:
            return ends
        # All zeros of the box are in the image. If the two are disjoint, there is none.
        if any(not k.overlaps(b) for k, b in zip(image, balls.box, strict=True)):
            return None
        left = tuple(_common(pair, k) for pair, k in zip(ends, image, strict=True))
        if max(float(k.rad()) for k in image) > NUMERICS.near_contraction * max(
            float(b.rad()) for b in balls.box
        ):
            return left  # too wide to try Newton's method
        root = self._newton([float(c) for c in balls.centre])
        if root is not None and not any(_inside(tuple((x, x) for x in root), r.ends) for r in self.regions):
            # The larger the region that is proven to contain just one zero, the more boxes need no more work.
            for radius in NUMERICS.radii:
                region = tuple((_grid(x - radius), _grid(x + radius)) for x in root)
                tight = self._proven(region)
                if tight is not None:
                    self._keep(region, tight)
                    break
        return None if any(_inside(left, r.ends) for r in self.regions) else left

    def _newton(self, point: list[float]) -> list[float] | None:
        """Return the limit of Newton's method; None if it diverges or moves far from the unit box."""
        for _ in range(NUMERICS.newton_steps):
            try:
                at = self.function([arb(x) for x in point])
                slopes = np.array([[float(x.mid()) for x in row] for row in at.equal_slopes])
                step = np.linalg.solve(slopes, [float(x.mid()) for x in at.equal])
            except (ZeroDivisionError, np.linalg.LinAlgError, ValueError):
                return None
            point = [x - float(d) for x, d in zip(point, step, strict=True)]
            if not all(-1.0 < x < 2.0 for x in point):
                return None
            if np.abs(step).max() < NUMERICS.newton_rest:
                return point
        return None

    def _proven(self, region: Ends) -> list[arb] | None:
        """Return a small box around the only zero in a region; None if there is no proof that it is."""
        box = [ball(*pair) for pair in region]
        # An image strictly inside the box proves that the box contains exactly one zero.
        inside = self._around(box)
        if inside is None or not all(_is_interior(k, b) for k, b in zip(inside, box, strict=True)):
            return None
        for _ in range(NUMERICS.tightened):
            again = self._around(inside)
            if again is None:
                break
            inside = [k.intersection(b) if k.overlaps(b) else b for k, b in zip(again, inside, strict=True)]
        return inside

    def _around(self, box: list[arb]) -> list[arb] | None:
        centre = [arb(b.mid()) for b in box]
        try:
            return _krawczyk(_Balls(box, centre, self.function(centre), self.function(box)))
        except ZeroDivisionError:
            return None

    def _keep(self, region: Ends, root: list[arb]) -> None:
        known = any(
            all(_is_within(x, pair) for x, pair in zip(root, r.ends, strict=True)) for r in self.regions
        )
        if not known:
            self.roots.append(root)
        self.regions.append(_Region(region, root))


def _krawczyk(balls: _Balls) -> list[arb] | None:
    """Return the image of a box under Krawczyk's operator; None if the Jacobian at the centre is singular."""
    slopes = np.array([[float(x.mid()) for x in row] for row in balls.at.equal_slopes])
    try:
        near = np.linalg.inv(slopes)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(near).all():
        return None
    away = [b - c for b, c in zip(balls.box, balls.centre, strict=True)]
    results = []
    for i, row in enumerate([[arb(float(x)) for x in row] for row in near]):
        left = [
            arb(int(i == j)) - dot(row, [slope[j] for slope in balls.here.equal_slopes])
            for j in range(len(row))
        ]
        results.append(balls.centre[i] - dot(row, balls.at.equal) + dot(left, away))
    return results


def _common(pair: tuple[float, float], image: arb) -> tuple[float, float]:
    """Return the part of an interval that a ball may reach, with ends on the grid."""
    middle, radius = float(image.mid()), float(image.rad())
    low, high = (middle + side * (radius + NUMERICS.grid) for side in (-1.0, 1.0))
    return max(pair[0], floor(low / NUMERICS.grid) * NUMERICS.grid), min(
        pair[1], ceil(high / NUMERICS.grid) * NUMERICS.grid
    )


def dot(weights: Sequence[arb | fmpq], values: Sequence[arb]) -> arb:
    """Return the ball of a sum of products."""
    return sum((w * v for w, v in zip(weights, values, strict=True)), arb(0))


def _grid(x: float) -> float:
    return round(x / NUMERICS.grid) * NUMERICS.grid


def _is_interior(inner: arb, outer: arb) -> bool:
    return bool(outer.contains_interior(inner))


def _is_within(x: arb, pair: tuple[float, float]) -> bool:
    return bool(ball(*pair).contains(x))


def _inside(ends: Ends, region: Ends) -> bool:
    return all(a <= low and high <= b for (low, high), (a, b) in zip(ends, region, strict=True))


def _halves(ends: Ends) -> list[Ends]:
    """Return two parts of a box, cut across its longest side but not in the middle, where zeros often are."""
    k = max(range(len(ends)), key=lambda i: ends[i][1] - ends[i][0])
    low, high = ends[k]
    cut = _grid(low + NUMERICS.cut * (high - low))
    return [(*ends[:k], part, *ends[k + 1 :]) for part in ((low, cut), (cut, high))]
