"""Check that the inner bound of a payoff set generates itself, vertex by vertex.

A bounded set W of payoffs is within the subgame-perfect payoffs if each of its points is a mixture of points
(1 - delta_i) g_i(a) + delta_i w_i with w in co W, where no player gains by departing from a once and then
getting his worst payoff in W (self-generation; Abreu, Pearce and Stacchetti 1990). For each vertex of the
inner bound the result names a profile a and a continuation w; here the payoffs, the deviation gains, the
worst payoffs and the convex hulls are computed again, from the game and these alone, in floats or in
rational numbers. Discount factors may differ. Shares no code with the solvers. Cost: m^2 comparisons for m
vertices, and one deviation for each vertex, player and action.

Slack is in units of payoffs: of a deviation, what complying is worth more, on average and discounted; of a
point and a polygon, the distance inside the nearest edge, along the larger axis or less. In floats a
shortfall of `KNIFE_EDGE` times the payoff range, or of what a double resolves at the payoffs' magnitude, is
none. In rationals none is allowed: the numbers count at their binary value, and where they fail so, as the
fractions with small denominators that they round, which decides points, segments and knife edges. A set
without interior whose vertices are neither has no room for rounding, and fails by about 1e-16 of its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.checks.polygons import Point, convex_hull, depth, distance
from negotiation.errors import InvalidStrategy
from negotiation.games import RepeatedGame, unilateral_payoffs
from negotiation.numeric import KNIFE_EDGE, FloatArray, Number, NumberArray, as_fraction, payoff_tolerance
from negotiation.solutions.payoff_set import PayoffSet
from negotiation.solutions.verdict import Deviation, Verdict

CONCEPT = "self-generating set of subgame perfect payoffs"
DENOMINATOR = 10_000_000
"""Largest denominator of the fractions that stored numbers may stand for in an exact check."""

Profile = tuple[int, int]


@dataclass(frozen=True)
class _Certificate:
    """What is checked: vertices, and the profile and continuation behind each; and the game's numbers."""

    game: RepeatedGame
    payoffs: NumberArray
    deltas: Sequence[Number]
    profiles: list[Profile]
    vertices: list[Point]
    continuations: list[Point]
    tolerance: Number


@dataclass(frozen=True)
class _Condition:
    """A condition at a vertex: its slack, the nearest deviation there, and what fails if it is negative."""

    slack: Number
    vertex: int
    deviation: Deviation | None
    fault: str = ""


def verify_payoff_set(game: RepeatedGame, payoff_set: PayoffSet, *, exact: bool = False) -> Verdict:
    """Check whether the inner bound of a payoff set consists of subgame-perfect equilibrium payoffs.

    Parameters
    ----------
    game : RepeatedGame
        Two players, perfect monitoring; discount factors may differ.
    payoff_set : PayoffSet
        Read for its `.inner`, `.profiles` and `.continuations` alone. An empty inner bound holds.
    exact : bool, optional
        Whether to compute in rational numbers, without tolerance.

    Returns
    -------
    Verdict
        The margin is the least slack of any condition. The deviation is the one nearest to paying at the
        vertex where the margin is attained; its `.state` names the profile, the vertex and, where it is
        not the incentives that fail, what does.

    Raises
    ------
    InvalidStrategy
        If the payoff_set does not fit the game.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> game = RepeatedGame(StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]]), 0.75)
    >>> verdict = verify_payoff_set(game, equilibrium_payoffs(game), exact=True)
    >>> verdict.holds, verdict.concept, verdict.checked
    (True, 'self-generating set of subgame perfect payoffs', 8)
    """
    _check_fit(game, payoff_set)
    first = _judged(_as_stored(game, payoff_set, exact), exact)
    if not exact or first.holds:
        return first
    rounded = _as_small_fractions(game, payoff_set)
    second = first if rounded is None else _judged(rounded, exact)
    return second if second.holds else first


def _check_fit(game: RepeatedGame, payoff_set: PayoffSet) -> None:
    count, profiles = len(payoff_set.inner), payoff_set.profiles
    total = int(np.prod(game.stage.n_actions))
    if game.stage.n_players != 2:
        raise InvalidStrategy(f"payoff sets are for two players; the game has {game.stage.n_players}")
    if len(profiles) != count or len(payoff_set.continuations) != count:
        raise InvalidStrategy(
            f"each inner vertex needs a profile and a continuation; got {count} vertices, "
            f"{len(profiles)} profiles and {len(payoff_set.continuations)} continuations"
        )
    if count and (profiles.min() < 0 or profiles.max() >= total):
        raise InvalidStrategy(f"the game has {total} action profiles; the set names {profiles.tolist()}")


def _as_stored(game: RepeatedGame, payoff_set: PayoffSet, exact: bool) -> _Certificate:
    """Return the certificate at the stored numbers; floats are moved by a constant, to save digits."""
    stage = game.stage
    base = 0.0 if exact else float(stage.payoffs.min())
    tolerance: Number = Fraction(0) if exact else payoff_tolerance(stage.payoffs, KNIFE_EDGE)
    deltas = game.exact_discount_factors if exact else [float(delta) for delta in game.discount_factors]
    payoffs: NumberArray = stage.exact_payoffs() if exact else stage.payoffs - base
    return _Certificate(
        game,
        payoffs,
        deltas,
        _profiles(game, payoff_set),
        _points(payoff_set.inner, base, exact),
        _points(payoff_set.continuations, base, exact),
        tolerance,
    )


def _as_small_fractions(game: RepeatedGame, payoff_set: PayoffSet) -> _Certificate | None:
    """Return the certificate whose vertices are the nearest small fractions, or None if it is another one."""
    stored = _as_stored(game, payoff_set, exact=True)
    near = as_fraction(payoff_tolerance(game.stage.payoffs, KNIFE_EDGE))
    vertices: list[Point] = [
        (as_fraction(x).limit_denominator(DENOMINATOR), as_fraction(y).limit_denominator(DENOMINATOR))
        for x, y in stored.vertices
    ]
    continuations: list[Point] = []
    for profile, vertex in zip(stored.profiles, vertices, strict=True):
        x, y = (
            (vertex[i] - (1 - stored.deltas[i]) * stored.payoffs[(*profile, i)]) / stored.deltas[i]
            for i in (0, 1)
        )
        continuations.append((x, y))
    moved = [
        *zip(vertices, stored.vertices, strict=True),
        *zip(continuations, stored.continuations, strict=True),
    ]
    if any(distance(p, q) > near / min(stored.deltas) for p, q in moved):
        return None
    return _Certificate(
        game, stored.payoffs, stored.deltas, stored.profiles, vertices, continuations, Fraction(0)
    )


def _profiles(game: RepeatedGame, payoff_set: PayoffSet) -> list[Profile]:
    columns = game.stage.n_actions[1]
    return [divmod(int(position), columns) for position in payoff_set.profiles]


def _points(array: FloatArray, base: float, exact: bool) -> list[Point]:
    if exact:
        return [(as_fraction(x), as_fraction(y)) for x, y in array]
    return [(float(x - base), float(y - base)) for x, y in array]


def _judged(certificate: _Certificate, exact: bool) -> Verdict:
    count = len(certificate.vertices)
    checked = count * sum(n - 1 for n in certificate.game.stage.n_actions)
    conditions = _conditions(certificate) if count else []
    worst = min(conditions, key=lambda condition: condition.slack, default=None)
    margin: Number = float("inf") if worst is None else worst.slack
    if not exact and -certificate.tolerance <= margin < 0:
        margin = 0.0
    deviation = None if worst is None else _named(certificate, worst, bool(margin < 0))
    return Verdict(
        bool(margin >= 0), CONCEPT, margin, deviation, float(certificate.tolerance), exact, checked
    )


def _named(certificate: _Certificate, condition: _Condition, failed: bool) -> Deviation | None:
    found = condition.deviation
    if found is None:
        return None
    stage, k = certificate.game.stage, condition.vertex
    # Float points are kept less the smallest payoff; the label shows the vertex as the user has it.
    base = 0.0 if isinstance(certificate.tolerance, Fraction) else float(stage.payoffs.min())
    x, y = (float(value) + base for value in certificate.vertices[k])
    place = f"{', '.join(stage.labels(certificate.profiles[k]))} at ({x:.6g}, {y:.6g})"
    fault = f": {condition.fault} by {float(-condition.slack):.3g}" if failed and condition.fault else ""
    return Deviation(found.player, found.action, found.prescribed, found.gain, place + fault)


def _conditions(certificate: _Certificate) -> list[_Condition]:
    """Return every condition: incentives, continuations in the set, vertices in what is generated."""
    polygon = convex_hull(certificate.vertices)
    worst = (min(p[0] for p in polygon), min(p[1] for p in polygon))
    generated = convex_hull(
        [
            _generated(certificate, profile, w)
            for profile, w in zip(certificate.profiles, certificate.continuations, strict=True)
        ]
    )
    tolerance = certificate.tolerance
    conditions: list[_Condition] = []
    for k, (vertex, w) in enumerate(zip(certificate.vertices, certificate.continuations, strict=True)):
        tempting = [
            deviation
            for i in (0, 1)
            if (deviation := _best_deviation(certificate, k, i, worst[i])) is not None
        ]
        nearest = max(tempting, key=lambda deviation: deviation.gain, default=None)
        if nearest is not None:
            conditions.append(_Condition(-nearest.gain, k, nearest))
        for slack, fault in (
            (depth(w, polygon, tolerance), "the continuation lies outside the set"),
            (depth(vertex, generated, tolerance), "the vertex lies outside what is generated"),
        ):
            conditions.append(_Condition(slack, k, nearest, fault))
    return conditions


def _generated(certificate: _Certificate, profile: Profile, w: Point) -> Point:
    """Return (1 - delta_i) g_i + delta_i w_i for both players."""
    x, y = (
        (1 - certificate.deltas[i]) * certificate.payoffs[(*profile, i)] + certificate.deltas[i] * w[i]
        for i in (0, 1)
    )
    return x, y


def _best_deviation(certificate: _Certificate, k: int, player: int, worst: Number) -> Deviation | None:
    """Return the player's most tempting departure from the profile of a vertex, or None without any."""
    stage, delta = certificate.game.stage, certificate.deltas[player]
    profile = certificate.profiles[k]
    own = unilateral_payoffs(certificate.payoffs, profile, player)
    others = [a for a in range(len(own)) if a != profile[player]]
    if not others:
        return None
    best = max(others, key=lambda a: own[a])
    lost = delta * (certificate.continuations[k][player] - worst)
    gain = (1 - delta) * (own[best] - own[profile[player]]) - lost
    labels = stage.actions[player]
    return Deviation(stage.players[player], labels[best], labels[profile[player]], gain)
