"""Check that the inner points of payoff bounds are payoffs of subgame-perfect play, for several players.

Each point has an action profile, which is played there, and a lottery over the points that follow. The
payoffs of this play solve v = (1 - delta) g + delta L v, player by player, where L has the lotteries as rows.
The play is subgame perfect if at every point no player gains by departing once and then getting the player's
worst payoff among the points, since the worst point can follow any departure (Abreu 1988). Stage payoffs,
continuations, worst payoffs and gains are computed again from the game, the profiles and the lotteries. The
check imports no solver. Cost: m^2 N products for m points.

The points are rounded numbers. Let e_i be the largest residual of player i's equations. Then each point is
within e_i / (1 - delta_i) of the payoff of the play, and twice this distance is subtracted from what a
departure loses later. In floats, e_i may be up to `KNIFE_EDGE` times the payoff range. In rational numbers
the lotteries are divided by their exact sums and e_i is computed exactly, so that a verdict that holds is a
proof for the play. The points are its payoffs up to that distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.numeric import (
    KNIFE_EDGE,
    PROBABILITY_TOLERANCE,
    Number,
    NumberArray,
    fraction_array,
    payoff_tolerances,
)
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import RepeatedGame, own_units, unilateral_payoffs
from negotiation.game_theory.solutions.payoff_bounds import PayoffBounds
from negotiation.game_theory.solutions.verdict import Deviation, Verdict

CONCEPT = "self-generating set of subgame perfect payoffs"


@dataclass(frozen=True)
class _Play:
    """The play to be checked, in floats or rational numbers.

    Shapes: `payoffs` (n_1, ..., n_N, N), `points` and expected continuations `later` (m, N), `errors` and
    `tolerances` (N,).
    """

    game: RepeatedGame
    payoffs: NumberArray
    deltas: Sequence[Number]
    profiles: list[tuple[int, ...]]
    points: NumberArray
    later: NumberArray
    errors: list[Number]
    tolerances: list[Number]


def verify_payoff_bounds(game: RepeatedGame, bounds: PayoffBounds, *, exact: bool = False) -> Verdict:
    """Check whether the inner points of payoff bounds are subgame-perfect equilibrium payoffs."""
    _check_fit(game, bounds)
    play = _play(game, bounds, exact)
    worst: Deviation | None = None
    worth: tuple[Number, Number] = (float("inf"), float("inf"))
    none = 0.0
    for k in range(len(play.profiles)):
        for i in range(game.stage.n_players):
            nearest = _nearest(play, k, i)
            if nearest is None:
                continue
            rounding = -play.tolerances[i] <= -nearest.gain < 0
            if (key := (0 * nearest.gain if rounding else -nearest.gain, -nearest.gain)) < worth:
                worst, worth, none = nearest, key, float(play.tolerances[i])
    margin = worth[0] + 0  # minus zero is zero
    if not exact:
        off = [float(e) for e, near in zip(play.errors, play.tolerances, strict=True) if e > near]
        margin = -max(off) if off else margin
    checked = len(play.profiles) * sum(n - 1 for n in game.stage.n_actions)
    return Verdict(bool(margin >= 0), CONCEPT, margin, worst, none, exact, checked)


def _check_fit(game: RepeatedGame, bounds: PayoffBounds) -> None:
    count, players = len(bounds.profiles), game.stage.n_players
    total = int(np.prod(game.stage.n_actions))
    if game.monitoring is not None:
        raise InvalidStrategy(
            "payoff bounds are checked under perfect monitoring, but the game has a signal; give the game "
            "without `monitoring`"
        )
    if bounds.inner.shape != (count, players) or bounds.weights.shape != (count, count):
        raise InvalidStrategy(
            f"`inner` must have shape {(count, players)} and `weights` {(count, count)}, to match `profiles` "
            f"and the players; got {bounds.inner.shape} and {bounds.weights.shape}: solve this game again"
        )
    if count and (bounds.profiles.min() < 0 or bounds.profiles.max() >= total):
        raise InvalidStrategy(
            f"each profile of the bounds must be a position from 0 to {total - 1} among the game's action "
            f"profiles; got {shown(bounds.profiles.tolist())}: check the bounds in their own game"
        )
    off = np.abs(bounds.weights.sum(axis=1) - 1.0).max(initial=0.0)
    if bounds.weights.min(initial=0.0) < 0.0 or off > PROBABILITY_TOLERANCE:
        raise InvalidStrategy(
            "each row of `weights` must be numbers of at least 0 that sum to 1; got a least number of "
            f"{bounds.weights.min():.6g} and a sum that differs from 1 by {off:.2g}"
        )


def _play(game: RepeatedGame, bounds: PayoffBounds, exact: bool) -> _Play:
    """Return the play in floats, counted from each player's least payoff, or in rational numbers."""
    stage = game.stage
    payoffs: NumberArray = stage.exact_payoffs()
    points: NumberArray = fraction_array(bounds.inner)
    if not exact:
        points = (points - payoffs.reshape(-1, stage.n_players).min(axis=0)).astype(np.float64)
        payoffs = own_units(stage).payoffs[0]
    weights: NumberArray = fraction_array(bounds.weights) if exact else bounds.weights
    weights = weights / weights.sum(axis=1, keepdims=True) if len(weights) else weights
    later: NumberArray = weights.dot(points)
    deltas: Sequence[Number] = game.exact_discount_factors if exact else game.float_discount_factors
    profiles = [tuple(int(a) for a in np.unravel_index(p, stage.n_actions)) for p in bounds.profiles]
    errors: list[Number] = []
    for i, delta in enumerate(deltas):
        off = [
            abs((1 - delta) * payoffs[(*profile, i)] + delta * later[k, i] - points[k, i])
            for k, profile in enumerate(profiles)
        ]
        errors.append(max(off, default=0 * delta))
    near = [Fraction(0)] * stage.n_players if exact else payoff_tolerances(stage.payoffs[None], KNIFE_EDGE)[0]
    return _Play(game, payoffs, deltas, profiles, points, later, errors, list(near))


def _nearest(play: _Play, k: int, player: int) -> Deviation | None:
    """Return the player's most tempting departure at point k; None if the player has one action.

    What the player loses later is reduced by the possible error of the points, but not below 0.
    """
    stage, delta = play.game.stage, play.deltas[player]
    profile = play.profiles[k]
    own = unilateral_payoffs(play.payoffs, profile, player)
    others = [a for a in range(len(own)) if a != profile[player]]
    if not others:
        return None
    best = max(others, key=lambda a: own[a])
    stake = play.later[k, player] - min(play.points[:, player])
    stake = max(stake - 2 * play.errors[player] / (1 - delta), 0 * delta)
    gain = (1 - delta) * (own[best] - own[profile[player]]) - delta * stake
    labels = stage.actions[player]
    place = f"{', '.join(stage.labels(profile))}, point {k}"
    return Deviation(stage.players[player], labels[best], labels[profile[player]], gain, place)
