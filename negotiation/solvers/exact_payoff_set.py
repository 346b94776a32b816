"""Deciding knife edges: whether a rounded outer bound is a self-generating set, in rational numbers.

The vertices are replaced by the nearest fractions with small denominators. If every one of them is generated
by some action profile with a continuation in their convex hull that satisfies the incentive constraints, the
hull generates itself and is within the equilibrium payoff set (Abreu, Pearce and Stacchetti 1990); being also
an outer bound, it is the set. With a discount factor or payoffs given as floats a shortfall of `KNIFE_EDGE`,
relative to the payoff range, counts as none; with rational ones none is allowed.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from negotiation.games import RepeatedGame, unilateral_payoffs
from negotiation.numeric import KNIFE_EDGE, is_exact, read_only
from negotiation.solvers.payoff_set import PayoffSet

DENOMINATOR = 10_000_000
Point = tuple[Fraction, Fraction]


def exact_generation(found: PayoffSet) -> PayoffSet | None:
    """Return the set with its outer bound, rounded to fractions, as exact inner bound, or None.

    Parameters
    ----------
    found : PayoffSet
        A set whose outer bound has settled.

    Returns
    -------
    PayoffSet or None
        None where the rounded outer bound does not generate itself.
    """
    hull = [
        (Fraction(float(x)).limit_denominator(DENOMINATOR), Fraction(float(y)).limit_denominator(DENOMINATOR))
        for x, y in found.outer
    ]
    rounded = np.array([[float(x), float(y)] for x, y in hull])
    if not len(hull) or np.abs(rounded - found.outer).max() > 1e-10 * found.size:
        return None
    slack = Fraction(0) if is_rational(found.game) else Fraction(KNIFE_EDGE * found.size)
    sources = [_source(found, hull, vertex, slack) for vertex in hull]
    if any(source is None for source in sources):
        return None
    profiles = np.array([source[0] for source in sources if source], dtype=np.intp)
    continuations = np.array([[float(w) for w in source[1]] for source in sources if source])
    for array in (rounded, profiles, continuations):
        read_only(array)
    return replace(
        found,
        outer=rounded,
        inner=rounded,
        profiles=profiles,
        continuations=continuations,
        status="complete",
        reason="self-generating in rational numbers",
        gap=0.0,
        exact=True,
    )


def is_rational(game: RepeatedGame) -> bool:
    """Return whether payoffs and discount factors were given as integers or fractions."""
    exact = all(is_exact(delta) for delta in game.discount_factors)
    return exact and game.stage.given_payoffs().dtype == object


def _source(found: PayoffSet, hull: list[Point], vertex: Point, slack: Fraction) -> tuple[int, Point] | None:
    """Return a profile and a continuation in the hull that generate a vertex, or None."""
    stage, delta = found.game.stage, found.game.exact_discount_factors[0]
    payoffs, exact = stage.payoffs, stage.exact_payoffs()
    worst = tuple(min(point[i] for point in hull) for i in (0, 1))
    near = 1e-9 * found.size + float(slack)
    for position, index in enumerate(np.ndindex(stage.n_actions)):
        guess = [
            (float(vertex[i]) - (1.0 - float(delta)) * float(payoffs[(*index, i)])) / float(delta)
            for i in (0, 1)
        ]
        if any(guess[i] < float(worst[i]) - near for i in (0, 1)):
            continue
        w = tuple((vertex[i] - (1 - delta) * exact[(*index, i)]) / delta for i in (0, 1))
        if _satisfied(found, index, w, worst, slack) and within_hull((w[0], w[1]), hull, slack):
            return position, (w[0], w[1])
    return None


def _satisfied(
    found: PayoffSet,
    index: tuple[int, ...],
    w: tuple[Fraction, ...],
    worst: tuple[Fraction, ...],
    slack: Fraction,
) -> bool:
    stage, delta = found.game.stage, found.game.exact_discount_factors[0]
    exact = stage.exact_payoffs()
    for i in (0, 1):
        own = unilateral_payoffs(exact, index, i)
        gain = max(own) - own[index[i]]
        if delta * (w[i] - worst[i]) - (1 - delta) * gain < -slack:
            return False
    return True


def within_hull(point: Point, hull: list[Point], slack: Fraction) -> bool:
    """Return whether a point lies in a convex polygon, up to `slack`; exact where that is zero.

    Examples
    --------
    >>> one = Fraction(1)
    >>> within_hull((one / 2, one / 2), [(0 * one, 0 * one), (one, one)], 0 * one)
    True
    """
    if len(hull) == 1:
        return max(abs(point[i] - hull[0][i]) for i in (0, 1)) <= slack
    for k, (x, y) in enumerate(hull):
        nx, ny = hull[(k + 1) % len(hull)]
        ex, ey = nx - x, ny - y
        if ex * (point[1] - y) - ey * (point[0] - x) < -slack * (abs(ex) + abs(ey)):
            return False
        if len(hull) == 2 and ex * (point[0] - x) + ey * (point[1] - y) < -slack * (abs(ex) + abs(ey)):
            return False
    return True
