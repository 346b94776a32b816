"""Check whether lower bounds of payoffs rule out that a subgame-perfect equilibrium plays a profile for ever.

A subgame perfect equilibrium in pure strategies plays a profile a for ever only if no player gains by leaving
it once and getting v_i in all later periods, for every lower bound v_i of the player's equilibrium payoffs
(Abreu 1988). So a gain at one such bound proves that there is no such equilibrium. Two bounds are computed
here, without any solver:

- The pure minmax payoff is computed first. It is one of the game's payoffs, so that the gain is a rational
  number without rounding.
- If it decides nothing, and there are two players with a common discount factor, a polygon that contains
  every equilibrium payoff gives a second bound. It begins as the hull of the payoffs of all profiles, above
  the minmax payoffs. Each step replaces it by the hull of the payoffs that one period and a continuation
  generate,

      (1 - delta) g(a) + delta w,   w in the polygon,   w_i >= v_i + (1 - delta) / delta (best_i(a) - g_i(a)),

  described by their maximum in a fixed number of directions (Abreu, Pearce and Stacchetti 1990; Judd,
  Yeltekin and Conklin 2003). Every polygon contains all equilibrium payoffs, since `outward` is added to
  every bound to cover rounding. So the steps may stop at any time, and they stop once the profile is ruled
  out.

A profile that is not ruled out is not proven to be possible. Cost: one pass over the payoffs, then K^2 N
numbers per step for N profiles and K directions. The steps are omitted if only few are affordable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray, as_fraction
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import RepeatedGame, StageGame, unilateral_payoffs
from negotiation.game_theory.solutions.verdict import Deviation, Verdict

CONCEPT = "path that is not ruled out"


def verify_possible_path(
    game: RepeatedGame, profile: Sequence[str], departures: Sequence[Collection[str]] | None = None
) -> Verdict:
    """Check whether a subgame-perfect equilibrium in pure strategies can play a profile for ever.

    The verdict holds unless such an equilibrium is ruled out. `departures` has, for each player, the actions
    to consider as departures; by default all.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> [verify_possible_path(RepeatedGame(stage, d), ("C", "C")).holds for d in (0.1, 0.2)]
    [False, True]
    """
    stage, index = game.stage, game.stage.profile_index(profile)
    own = [[as_fraction(x) for x in unilateral_payoffs(stage.payoffs, index, i)] for i in range(len(index))]
    looked_at = _looked_at(stage, index, departures)
    best = [max(some, key=own[i].__getitem__, default=None) for i, some in enumerate(looked_at)]
    minmax = [_minmax(stage.payoffs, i) for i in range(stage.n_players)]
    bounds: Iterable[Sequence[Fraction]] = [minmax]
    if stage.n_players == 2 and game.is_common:
        bounds = chain(bounds, _raised(game, minmax))
    least: list[Fraction] = []
    gains: list[Fraction | None] = []
    for bound in bounds:
        least = [max(pair) for pair in zip(bound, least or bound, strict=True)]
        gains = [
            None if to is None else (1 - delta) * own[i][to] + delta * least[i] - own[i][index[i]]
            for i, (to, delta) in enumerate(zip(best, game.exact_discount_factors, strict=True))
        ]
        if any(gain is not None and gain > 0 for gain in gains):
            break
    worst: Deviation | None = None
    worth = float("inf")
    for i, (to, gain) in enumerate(zip(best, gains, strict=True)):
        size = float(np.ptp(stage.payoffs[..., i])) or 1.0
        if to is not None and gain is not None and -float(gain) / size < worth:
            labels, worth = stage.actions[i], -float(gain) / size
            worst = Deviation(stage.players[i], labels[to], labels[index[i]], gain)
    margin = float("inf") if worst is None else -worst.gain
    return Verdict(bool(margin >= 0), CONCEPT, margin, worst, 0.0, True, sum(map(len, looked_at))).in_floats()


def _looked_at(
    stage: StageGame, index: tuple[int, ...], departures: Sequence[Collection[str]] | None
) -> list[list[int]]:
    """Return the positions of the departures that are considered, by player."""
    return [
        [
            a
            for a, label in enumerate(labels)
            if a != index[i] and (departures is None or label in departures[i])
        ]
        for i, labels in enumerate(stage.actions)
    ]


def least_payoffs(game: RepeatedGame) -> tuple[Fraction, ...]:
    """Return, for each player, a lower bound of the payoffs in subgame-perfect equilibria in pure strategies.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> [float(x) for x in least_payoffs(RepeatedGame(stage, 0.5))]
    [3.0, 3.0]
    """
    minmaxes = [_minmax(game.stage.payoffs, i) for i in range(game.stage.n_players)]
    if game.stage.n_players == 2 and game.is_common:
        for bounds in _raised(game, minmaxes):
            minmaxes = [max(pair) for pair in zip(minmaxes, bounds, strict=True)]
    return tuple(minmaxes)


def _minmax(payoffs: FloatArray, player: int) -> Fraction:
    """Return the player's pure minmax payoff, which is one of the game's payoffs."""
    return as_fraction(np.asarray(payoffs)[..., player].max(axis=player).min().item())


def _raised(game: RepeatedGame, least: Sequence[Fraction]) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield lower bounds, step by step, from polygons that contain all equilibrium payoffs."""
    shape = game.stage.n_actions
    given = np.asarray(game.stage.payoffs, dtype=np.float64)
    low = given.reshape(-1, 2).min(axis=0)
    ranges = np.ptp(given.reshape(-1, 2), axis=0)
    ranges[ranges == 0.0] = 1.0
    own = (given - low) / ranges
    best = np.stack([np.broadcast_to(own[..., i].max(axis=i, keepdims=True), shape) for i in (0, 1)], axis=-1)
    payoffs, delta = own.reshape(-1, 2), game.float_discount_factors[0]
    # A player who is to play a must be promised at least the floor plus this amount:
    # delta (w - floor) >= (1 - delta) (payoff of the best reply - payoff).
    tempted = (1.0 - delta) / delta * (best.reshape(-1, 2) - payoffs)
    outward = NUMERICS.outward
    floor = np.array(
        [float((x - as_fraction(a)) / as_fraction(b)) for x, a, b in zip(least, low, ranges, strict=True)]
    )
    floor -= outward
    # A polygon given by its supports in fixed directions contains the set, also after outward rounding, so
    # that bounds remain bounds.
    normals = _normals()
    support = (payoffs @ normals.T).max(axis=0) + outward
    # Fewer steps for more profiles, and none if they would be too few to raise the bound.
    steps = NUMERICS.polygon_work // len(payoffs)
    for _ in range(steps if steps >= NUMERICS.polygon_steps else 0):
        polygon = _cut(normals, support, floor)
        # Slightly lower continuations are also allowed: this only enlarges the polygon.
        reach = _reach(polygon, floor + tempted - outward, normals)
        # A profile that no continuation supports now is not played later either, as polygons only shrink.
        possible = np.isfinite(reach[:, 0])
        payoffs, tempted, reach = payoffs[possible], tempted[possible], reach[possible]
        if not len(payoffs):
            return
        generated = ((1.0 - delta) * payoffs @ normals.T + delta * reach).max(axis=0) + outward
        after = np.minimum(support, generated)
        moved = float((support - after).max())
        # The least payoffs in the polygon are bounds of equilibrium payoffs, like the minmax payoffs.
        support, floor = after, np.maximum(floor, -after[[_LEFT, _DOWN]])
        yield _in_payoffs(floor[0], low[0], ranges[0]), _in_payoffs(floor[1], low[1], ranges[1])
        if moved < NUMERICS.polygon_rest * (1.0 - delta):
            return


def _in_payoffs(share: float, low: float, extent: float) -> Fraction:
    """Return a share of a player's range as a payoff, lowered by what rounding may hide."""
    return as_fraction(low) + as_fraction(extent) * as_fraction(share - NUMERICS.outward)


# Positions of the directions in which the first and the second player do worst.
_LEFT, _DOWN = NUMERICS.directions // 2, 3 * NUMERICS.directions // 4


def _normals() -> FloatArray:
    """Return K unit vectors at equal angles, beginning with (1, 0), shape (K, 2)."""
    angle = 2.0 * np.pi * np.arange(NUMERICS.directions) / NUMERICS.directions
    result = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    result[np.abs(result) < np.finfo(np.float64).eps] = 0.0
    return result


def _cut(normals: FloatArray, support: FloatArray, floor: FloatArray) -> FloatArray:
    """Return the corners of the intersection of half-planes above a floor, counter-clockwise.

    Shapes: `normals` (K, 2), `support` (K,), `floor` (2,); returns (m, 2).
    """
    corners = np.array([[floor[0], floor[1]], [2.0, floor[1]], [2.0, 2.0], [floor[0], 2.0]])
    for normal, most in zip(normals, support, strict=True):
        if not len(corners):
            break
        over = corners @ normal - most
        kept = []
        for k in range(len(corners)):
            here, there = corners[k], corners[(k + 1) % len(corners)]
            a, b = over[k], over[(k + 1) % len(corners)]
            if a <= 0.0:
                kept.append(here)
            # The edge crosses the line where the excess, which is linear along the edge, is zero.
            if a * b < 0.0:
                kept.append(here + (there - here) * (a / (a - b)))
        corners = np.array(kept).reshape(-1, 2)
    return corners


def _reach(corners: FloatArray, floors: FloatArray, normals: FloatArray) -> FloatArray:
    """Return the supports of the part of a polygon above each of many floors; minus infinity if it is empty.

    Shapes: `corners` (m, 2), `floors` (A, 2), `normals` (K, 2); returns (A, K).
    """
    result = np.full((len(floors), len(normals)), -np.inf)
    inside: BoolArray = np.full(len(floors), len(corners) > 0)
    if len(corners):
        inside &= (floors <= corners.max(axis=0) + NUMERICS.outward).all(axis=1)
        inside &= (floors >= corners.min(axis=0) - NUMERICS.outward).all(axis=1)
    for k, here in enumerate(corners):
        there = corners[(k + 1) % len(corners)]
        above = (here >= floors).all(axis=1)
        result[above] = np.maximum(result[above], normals @ here)
        edge = there - here
        # A floor is inside a counter-clockwise polygon if it is to the left of every edge.
        turn = edge[0] * (floors[:, 1] - here[1]) - edge[1] * (floors[:, 0] - here[0])
        inside &= turn >= -NUMERICS.outward
        for i in (0, 1):
            if edge[i] == 0.0:
                continue
            share = (floors[:, i] - here[i]) / edge[i]
            other = here[1 - i] + share * edge[1 - i]
            # The points at which the edge crosses this coordinate of the floor, if they are above the other
            # one.
            on = (share >= 0.0) & (share <= 1.0) & (other >= floors[:, 1 - i])
            points = np.empty((int(on.sum()), 2))
            points[:, i], points[:, 1 - i] = floors[on, i], other[on]
            result[on] = np.maximum(result[on], points @ normals.T)
    result[inside] = np.maximum(result[inside], floors[inside] @ normals.T)
    return result
