"""Check payoff sets of a finitely repeated game with public randomisation, horizon by horizon.

The set for one period must be the convex hull of the payoffs of the pure stage equilibria. The set V_t for t
periods must be the convex hull of what the profiles generate from V_(t-1). These are the average payoffs

    (1 - c) u(a) + c v,

where c is the weight of the later periods, for all v in V_(t-1) at which no player gains by leaving a and
then getting the player's least payoff in V_(t-1). Both inclusions are checked, so that no payoff is missing
and none is too much. The corners of the admissible v are found one by one: corners of V_(t-1), points in
which an edge crosses a constraint, and the point in which the constraints meet. The check imports no solver.
Cost: profiles times edges of each set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, is_exact, payoff_tolerances
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.checks.polygons import Point, convex_hull, depth
from negotiation.game_theory.games import StageGame, own_units, unilateral_payoffs
from negotiation.game_theory.solutions.finite_horizon_set import FiniteHorizonSet
from negotiation.game_theory.solutions.verdict import Verdict

CONCEPT = "sequence of sets of subgame perfect payoffs of finitely many periods"


@dataclass(frozen=True)
class _Numbers:
    """Stage payoffs and best deviation gains, in floats in the players' own units or in rational numbers."""

    # payoffs, gains: (rows, 2)
    payoffs: NumberArray
    gains: NumberArray
    # least, units: The zero and the unit of each player's payoffs; 0 and 1 in an exact check.
    least: Sequence[Fraction]
    units: Sequence[Fraction]
    # The gain of each player that counts as zero; 0 in an exact check.
    nothing: Sequence[Number]
    # The distance in the plane that counts as zero: the larger of the players' tolerances.
    near: Number

    def point(self, pair: NumberArray, exact: bool) -> Point:
        """Return a stored point in these numbers."""
        x, y = (
            (as_fraction(v) - low) / unit for v, low, unit in zip(pair, self.least, self.units, strict=True)
        )
        return (x, y) if exact else (float(x), float(y))


def verify_finite_horizon(stage: StageGame, horizon_set: FiniteHorizonSet, *, exact: bool = False) -> Verdict:
    """Check whether polygons are exactly the subgame-perfect payoffs of finitely many periods.

    Examples
    --------
    >>> from negotiation.game_theory.solvers.payoff_sets.finite.payoff_set import finite_horizon_payoff_set
    >>> stage = StageGame.from_matrices([[5, 0, 0], [6, 4, 0], [0, 0, 1]], [[5, 0, 6], [0, 1, 0], [0, 0, 4]])
    >>> verify_finite_horizon(stage, finite_horizon_payoff_set(stage, 3), exact=True).holds
    True
    """
    if stage.n_players != 2:
        raise InvalidStrategy(
            f"a FiniteHorizonSet is for two players; the game has {stage.n_players}: check a profile instead"
        )
    rational = is_exact(horizon_set.discount_factor) and all(
        polygon.dtype == object for polygon in horizon_set.polygons
    )
    if exact and not rational:
        raise InvalidStrategy(
            "an exact check needs `polygons` and a `discount_factor` in rational numbers (int or Fraction), "
            "and some of these are in floats: check the set with exact=False"
        )
    numbers = _numbers(stage, exact)
    delta: Number = as_fraction(horizon_set.discount_factor) if exact else float(horizon_set.discount_factor)
    weight, checked = 0 * delta, 0
    margin: Number = 0 * delta
    before: list[Point] = []
    for polygon in ([numbers.point(pair, exact) for pair in array] for array in horizon_set.polygons):
        # A period of weight 1 precedes the later ones.
        share = delta * weight / (1 + delta * weight)
        weight = 1 + delta * weight
        every = _generated(numbers, before, share) if share else _equilibria(numbers)
        checked += len(every) + len(polygon)
        margin = min(margin, _apart(polygon, every, numbers.near))
        before = polygon
    if not exact and -numbers.near <= margin < 0:
        margin = 0.0
    # Distances in the plane are in the larger of the players' units.
    unit = max(numbers.units)
    margin, near = margin * (unit if exact else float(unit)), float(numbers.near) * float(unit)
    return Verdict(bool(margin >= 0), CONCEPT, margin, None, near, exact, checked)


def _numbers(stage: StageGame, exact: bool) -> _Numbers:
    least, units, nothing, near = [Fraction(0)] * 2, [Fraction(1)] * 2, [Fraction(0)] * 2, Fraction(0)
    payoffs: NumberArray = stage.exact_payoffs()
    if not exact:
        measured = own_units(stage)
        least, units = payoffs.reshape(-1, 2).min(axis=0).tolist(), [Fraction(u) for u in measured.units()]
        payoffs = measured.payoffs[0] / measured.units()
        nothing = (np.array(measured.tolerances()) / measured.units()).tolist()
        near = max(payoff_tolerances(stage.payoffs[None], KNIFE_EDGE)[0] / measured.units())
    gains: NumberArray = np.empty_like(payoffs)
    for index in np.ndindex(stage.n_actions):
        for i in (0, 1):
            gains[(*index, i)] = max(unilateral_payoffs(payoffs, index, i)) - payoffs[(*index, i)]
    return _Numbers(payoffs.reshape(-1, 2), gains.reshape(-1, 2), least, units, nothing, near)


def _equilibria(numbers: _Numbers) -> list[Point]:
    return [
        (u[0], u[1])
        for u, h in zip(numbers.payoffs, numbers.gains, strict=True)
        if all(gain <= none for gain, none in zip(h, numbers.nothing, strict=True))
    ]


def _generated(numbers: _Numbers, before: Sequence[Point], share: Number) -> list[Point]:
    """Return the corners of what each profile generates from the set for one period less."""
    if not before:
        return []
    least = [min(v[i] for v in before) for i in (0, 1)]
    points: list[Point] = []
    for u, h in zip(numbers.payoffs, numbers.gains, strict=True):
        # A gain within the tolerance counts as zero: the least continuation is then enough.
        low = [
            least[i] + ((1 - share) * (h[i] - none) / share if h[i] > none else 0)
            for i, none in enumerate(numbers.nothing)
        ]
        points += [
            ((1 - share) * u[0] + share * v[0], (1 - share) * u[1] + share * v[1])
            for v in _admissible(before, low[0], low[1], numbers.near)
        ]
    return points


def _admissible(polygon: Sequence[Point], x: Number, y: Number, tolerance: Number) -> list[Point]:
    """Return the corners of the part of a polygon with coordinates of at least `x` and `y`."""
    points = [v for v in polygon if v[0] >= x and v[1] >= y]
    for a, b in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if min(a[0], b[0]) < x <= max(a[0], b[0]):
            height = a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
            points += [(x, height)] if height >= y else []
        if min(a[1], b[1]) < y <= max(a[1], b[1]):
            along = a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])
            points += [(along, y)] if along >= x else []
    if depth((x, y), polygon, tolerance) >= 0:
        points.append((x, y))
    return points


def _apart(polygon: Sequence[Point], every: Sequence[Point], tolerance: Number) -> Number:
    """Return minus the distance of a polygon from the hull of the generated points, or 0 if they agree."""
    if not polygon and not every:
        return 0 * tolerance
    if not polygon or not every:
        return -float("inf")
    given, hull = convex_hull(polygon), convex_hull(every)
    slacks = [depth(v, hull, tolerance) for v in given] + [depth(v, given, tolerance) for v in every]
    return min(0 * tolerance, *slacks)
