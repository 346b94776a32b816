"""Check that the inner bound of a payoff set generates itself under a public signal, vertex by vertex.

A bounded set W of payoffs is within the perfect public equilibrium payoffs if each of its points is a mixture
of points (1 - delta_i) g_i(a) + delta_i sum_y pi(y | a) w_i(y), with w(y) in co W for every signal y, such
that for no player and action a'

    (1 - delta_i) g_i(a', a_-i) + delta_i sum_y pi(y | a', a_-i) w_i(y)

is more (self-generation; Abreu, Pearce and Stacchetti 1990, theorem 1). For each vertex of the inner bound
the result names a profile and a continuation for each signal; payoffs, deviation gains and hulls are computed
again from the game and these alone, in floats or in rational numbers. Shares no code with the solvers. Cost:
m^2 Y comparisons for m vertices and Y signals.

Slack and tolerances are those of `verify_payoff_set.py`: in floats a shortfall of `KNIFE_EDGE` times the
payoff range is none; in rationals none is allowed, the numbers counting at their binary value and, where they
fail so, as the fractions with small denominators that they round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.checks.polygons import Point, convex_hull, depth
from negotiation.errors import InvalidStrategy
from negotiation.games import PublicSignal, RepeatedGame, unilateral_payoffs
from negotiation.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, payoff_tolerance
from negotiation.solutions.payoff_set import PayoffSet
from negotiation.solutions.verdict import Deviation, Verdict

CONCEPT = "self-generating set of perfect public payoffs"
DENOMINATOR = 10_000_000
"""Largest denominator of the fractions that stored numbers may stand for in an exact check."""

Profile = tuple[int, ...]


@dataclass(frozen=True)
class _Certificate:
    """The game's numbers; vertices, and the profile and the continuation for each signal behind each."""

    game: RepeatedGame
    payoffs: NumberArray
    probabilities: NumberArray
    deltas: Sequence[Number]
    profiles: list[Profile]
    vertices: list[Point]
    continuations: list[list[Point]]
    tolerance: Number
    base: Number


@dataclass(frozen=True)
class _Condition:
    """A condition at a vertex: its slack, the nearest deviation there, and what fails if it is negative."""

    slack: Number
    vertex: int
    deviation: Deviation | None
    fault: str = ""


def verify_public_payoff_set(game: RepeatedGame, payoff_set: PayoffSet, *, exact: bool = False) -> Verdict:
    """Check whether the inner bound of a payoff set consists of perfect public equilibrium payoffs.

    Parameters
    ----------
    game : RepeatedGame
        Two players with a public signal; discount factors may differ.
    payoff_set : PayoffSet
        Read for its `.inner`, `.profiles` and `.continuations`, shape (m, Y, 2), alone. An empty inner bound
        holds.
    exact : bool, optional
        Whether to compute in rational numbers, without tolerance.

    Returns
    -------
    Verdict
        The margin is the least slack of any condition. The deviation is the one nearest to paying at the
        vertex where the margin is attained; its `.state` names the profile, the vertex and, where it is not
        the incentives that fail, what does.

    Raises
    ------
    InvalidStrategy
        If the payoff_set does not fit the game.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
    >>> stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    >>> signal = PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]])
    >>> game = RepeatedGame(stage, 0.9, signal)
    >>> verdict = verify_public_payoff_set(game, equilibrium_payoffs(game), exact=True)
    >>> verdict.holds, verdict.concept
    (True, 'self-generating set of perfect public payoffs')
    """
    signal = _checked_signal(game, payoff_set)
    first = _judged(_as_stored(game, signal, payoff_set, exact), exact)
    if not exact or first.holds:
        return first
    second = _judged(_as_small_fractions(game, signal, payoff_set), exact)
    return second if second.holds else first


def _checked_signal(game: RepeatedGame, payoff_set: PayoffSet) -> PublicSignal:
    signal, count, profiles = game.monitoring, len(payoff_set.inner), payoff_set.profiles
    if signal is None:
        raise InvalidStrategy("the game has no public signal: its payoff sets are checked as such")
    if game.stage.n_players != 2:
        raise InvalidStrategy(f"payoff sets are for two players; the game has {game.stage.n_players}")
    total, shape = int(np.prod(game.stage.n_actions)), payoff_set.continuations.shape
    if len(profiles) != count or shape != (count, signal.n_signals, 2):
        raise InvalidStrategy(
            f"each of {count} inner vertices needs a profile and a continuation for each of "
            f"{signal.n_signals} signals; got {len(profiles)} profiles and continuations of shape {shape}"
        )
    if count and (profiles.min() < 0 or profiles.max() >= total):
        raise InvalidStrategy(f"the game has {total} action profiles; the set names {profiles.tolist()}")
    return signal


def _as_stored(game: RepeatedGame, signal: PublicSignal, payoff_set: PayoffSet, exact: bool) -> _Certificate:
    """Return the certificate at the stored numbers; floats are moved by a constant, to save digits."""
    stage = game.stage
    base = 0.0 if exact else float(stage.payoffs.min())
    deltas = game.exact_discount_factors if exact else [float(delta) for delta in game.discount_factors]
    columns = stage.n_actions[1]
    return _Certificate(
        game,
        stage.exact_payoffs() if exact else stage.payoffs - base,
        signal.exact_probabilities() if exact else signal.probabilities,
        deltas,
        [divmod(int(position), columns) for position in payoff_set.profiles],
        [_point(pair, base, exact) for pair in payoff_set.inner],
        [[_point(pair, base, exact) for pair in row] for row in payoff_set.continuations],
        Fraction(0) if exact else payoff_tolerance(stage.payoffs, KNIFE_EDGE),
        base,
    )


def _point(pair: NumberArray, base: float, exact: bool) -> Point:
    x, y = float(pair[0]), float(pair[1])
    return (as_fraction(x), as_fraction(y)) if exact else (x - base, y - base)


def _as_small_fractions(game: RepeatedGame, signal: PublicSignal, payoff_set: PayoffSet) -> _Certificate:
    """Return the certificate whose points are the nearest fractions with small denominators."""
    stored = _as_stored(game, signal, payoff_set, exact=True)
    return _Certificate(
        game,
        stored.payoffs,
        stored.probabilities,
        stored.deltas,
        stored.profiles,
        [_rounded(point) for point in stored.vertices],
        [[_rounded(point) for point in row] for row in stored.continuations],
        Fraction(0),
        stored.base,
    )


def _rounded(point: Point) -> Point:
    x, y = (as_fraction(value).limit_denominator(DENOMINATOR) for value in point)
    return x, y


def _judged(certificate: _Certificate, exact: bool) -> Verdict:
    conditions = _conditions(certificate)
    stage = certificate.game.stage
    checked = len(certificate.vertices) * sum(count - 1 for count in stage.n_actions)
    tolerance = float(certificate.tolerance)
    if not conditions:
        return Verdict(True, CONCEPT, float("inf"), None, tolerance, exact, checked)
    worst = min(conditions, key=lambda condition: condition.slack)
    margin = worst.slack + 0  # minus zero is zero
    if not exact and -tolerance <= margin < 0:
        margin = 0.0
    return Verdict(
        margin >= 0, CONCEPT, margin, _named(certificate, worst, margin < 0), tolerance, exact, checked
    )


def _named(certificate: _Certificate, condition: _Condition, failed: bool) -> Deviation | None:
    """Return the deviation of a condition with the vertex, and what fails there, as its state."""
    found, k = condition.deviation, condition.vertex
    if found is None:
        return None
    x, y = (float(value + certificate.base) for value in certificate.vertices[k])
    profile = ", ".join(certificate.game.stage.labels(certificate.profiles[k]))
    fault = f": {condition.fault} by {float(-condition.slack):.3g}" if failed and condition.fault else ""
    return Deviation(
        found.player, found.action, found.prescribed, found.gain, f"{profile} at ({x:.6g}, {y:.6g}){fault}"
    )


def _conditions(certificate: _Certificate) -> list[_Condition]:
    """Return every condition: incentives, continuations in the set, vertices in what is generated."""
    polygon = convex_hull(certificate.vertices)
    count = len(certificate.vertices)
    generated = convex_hull([_generated(certificate, k) for k in range(count)])
    tolerance = certificate.tolerance
    conditions: list[_Condition] = []
    for k, vertex in enumerate(certificate.vertices):
        tempting = [d for i in (0, 1) if (d := _best_deviation(certificate, k, i)) is not None]
        nearest = max(tempting, key=lambda deviation: deviation.gain, default=None)
        if nearest is not None:
            conditions.append(_Condition(-nearest.gain, k, nearest))
        for y, w in enumerate(certificate.continuations[k]):
            label = certificate.game.monitoring.signals[y] if certificate.game.monitoring else ""
            fault = f"the continuation after {label!r} lies outside the set"
            conditions.append(_Condition(depth(w, polygon, tolerance), k, nearest, fault))
        slack = depth(vertex, generated, tolerance)
        conditions.append(_Condition(slack, k, nearest, "the vertex lies outside what is generated"))
    return conditions


def _expected(certificate: _Certificate, k: int, index: Profile, player: int) -> Number:
    """Return a player's expected continuation at a vertex when this profile is played."""
    return sum(
        (
            p * w[player]
            for p, w in zip(certificate.probabilities[index], certificate.continuations[k], strict=True)
        ),
        start=0 * certificate.tolerance,
    )


def _generated(certificate: _Certificate, k: int) -> Point:
    """Return (1 - delta_i) g_i + delta_i E w_i for both players."""
    index = certificate.profiles[k]
    x, y = (
        (1 - certificate.deltas[i]) * certificate.payoffs[(*index, i)]
        + certificate.deltas[i] * _expected(certificate, k, index, i)
        for i in (0, 1)
    )
    return x, y


def _best_deviation(certificate: _Certificate, k: int, player: int) -> Deviation | None:
    """Return the player's most tempting departure from the profile of a vertex, or None without any."""
    stage, delta = certificate.game.stage, certificate.deltas[player]
    index = certificate.profiles[k]
    own = unilateral_payoffs(certificate.payoffs, index, player)
    kept = _expected(certificate, k, index, player)
    labels = stage.actions[player]
    found: Deviation | None = None
    for action in range(len(own)):
        if action == index[player]:
            continue
        other = (*index[:player], action, *index[player + 1 :])
        gain = (1 - delta) * (own[action] - own[index[player]])
        gain += delta * (_expected(certificate, k, other, player) - kept)
        if found is None or gain > found.gain:
            found = Deviation(stage.players[player], labels[action], labels[index[player]], gain)
    return found
