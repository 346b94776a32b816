"""Exact pure-strategy subgame-perfect payoffs of a finitely repeated game with public randomisation.

Backward induction over polygons, for two players. V_1 is the hull of the pure stage equilibria's payoffs;
with t periods to go V_t is the hull, over all profiles a, of

    u(a) + delta v,  v in V_(t-1),  u_i(a) + delta v_i >= max_{a_i'} u_i(a_i', a_-i) + delta min_w w_i,

with w in V_(t-1) as well (Benoit and Krishna 1985; Abreu 1988 for the worst continuation as the punishment).
The sets are hulls because a public lottery is drawn before each period. A lottery over continuations can
enforce a profile that no single continuation enforces, so V_t can be larger than the hull of the payoffs
without lotteries (`finite_horizon_payoffs`). The cost of each period is profiles times vertices, in rational
numbers whose size grows with the horizon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from negotiation.base.numeric import Number
from negotiation.base.reading.numbers import expect_count
from negotiation.game_theory.exact.hulls import Point, hull
from negotiation.game_theory.games import StageGame, check_discount_factor
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.finite_horizon_set import FiniteHorizonSet
from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import averages, whole_numbers
from negotiation.game_theory.solvers.payoff_sets.numerics import NUMERICS


@Takes("a finite repetition", (StageGame,), (2,), questions=("repetition", "equilibria"))
def finite_horizon_payoff_set(
    stage: StageGame, periods: int, *, discount_factor: Number = 1
) -> FiniteHorizonSet:
    """Return the subgame-perfect payoffs of a finitely repeated game with public randomisation.

    Strategies are pure, given the outcomes of public lotteries.

    Parameters
    ----------
    stage : StageGame
        The game of each period, with two players. Float payoffs are read as nearby fractions, as in `solve`.
        If a payoff or the discount factor is a float, gains of up to 1e-12 of the player's payoff range count
        as zero.
    periods : int
        Number of periods, at least 1.
    discount_factor : int, float or Fraction, optional
        Common discount factor in (0, 1]; 1 by default, so that payoffs are plain averages.

    Returns
    -------
    FiniteHorizonSet
        The sets, as `.polygons` for each number of periods, and `.vertices`, `.worst` and `.contains` for
        the given number. They are exact if payoffs and discount factor are rational.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame of two players, or `periods` is not a whole number of at least 1.
    SizeLimit
        If there are more than 10,000 periods or 20,000,000 action profiles.
    InvalidDiscountFactor
        If the discount factor is not in (0, 1].

    Notes
    -----
    The sets are computed by backward induction over polygons (Benoit and Krishna 1985).

    Examples
    --------
    Both players gain 1 by deviating from (5, 5). In the last period one player gets 4 and the other 1; only a
    lottery between these outcomes deters both from deviating in the first period:

    >>> A = [[5, -5, -5], [6, 4, -5], [-5, -5, 1]]
    >>> B = [[5, -5, 6], [-5, 1, -5], [-5, -5, 4]]
    >>> stage = StageGame.from_matrices(A, B)
    >>> found = finite_horizon_payoff_set(stage, 2)
    >>> [tuple(float(v) for v in vertex) for vertex in found.vertices]
    [(1.0, 4.0), (4.0, 1.0), (4.0, 3.5), (3.5, 4.0)]
    >>> from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import finite_horizon_payoffs
    >>> [tuple(float(v) for v in payoff) for payoff in finite_horizon_payoffs(stage, 2).payoffs]
    [(1.0, 4.0), (2.5, 2.5), (4.0, 1.0)]
    """
    count = expect_count("periods", periods, most=NUMERICS.most_horizon)
    delta = (
        discount_factor if discount_factor == 1 else check_discount_factor(discount_factor, "other than 1")
    )
    game = whole_numbers(stage, delta)
    step = Fraction(game.p, game.q)
    # For each profile: payoffs, and how far the continuation must exceed each player's worst to enforce it.
    profiles = [
        (payoffs, [max(g - none, Fraction(0)) / step for g, none in zip(gains, game.slack, strict=True)])
        for payoffs, gains in zip(game.payoffs, game.gains, strict=True)
    ]
    polygon = _corners((Fraction(x), Fraction(y)) for (x, y), needed in profiles if not any(needed))
    weight, polygons = Fraction(1), [averages(polygon, game.scale, 2, exact=game.exact)]
    for _ in range(1, count):
        polygon = _corners(_generated(profiles, polygon, step))
        weight = 1 + step * weight
        polygons.append(averages(polygon, game.scale * weight, 2, exact=game.exact))
    return FiniteHorizonSet(tuple(polygons), stage.players, delta)


def _generated(
    profiles: Sequence[tuple[tuple[int, ...], list[Fraction]]], later: Sequence[Point], delta: Fraction
) -> Iterator[Point]:
    """Yield, for each profile, the corners of the payoffs that its enforcing continuations generate.

    `profiles` holds each profile's payoffs and the least excess of the continuation over the worst payoff.
    """
    if not later:
        return
    worst = [min(point[i] for point in later) for i in (0, 1)]
    most = [max(point[i] for point in later) for i in (0, 1)]
    for payoffs, more in profiles:
        needed = [worst[i] + more[i] for i in (0, 1)]
        if needed[0] > most[0] or needed[1] > most[1]:
            continue
        kept = later
        for i in (0, 1):
            kept = _clipped(kept, i, needed[i])
        for x, y in kept:
            yield payoffs[0] + delta * x, payoffs[1] + delta * y


def _clipped(polygon: Sequence[Point], player: int, least: Fraction) -> list[Point]:
    """Return the corners of the part of a convex polygon in which a player gets at least `least`."""
    points: list[Point] = []
    for a, b in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if a[player] >= least:
            points.append(a)
        if (a[player] < least) != (b[player] < least):
            share = (least - a[player]) / (b[player] - a[player])
            points.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
    return points


def _corners(points: Iterator[Point]) -> list[Point]:
    every = list(dict.fromkeys(points))
    return [every[k] for k in hull(every)]
