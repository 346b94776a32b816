"""Exact optimal penal codes for given worst payoffs: sticks and carrots with public randomisation.

Given worst payoffs w (a guess, say from a float bound), the profiles that can be played for ever are those
with delta (u_i - w_i) >= (1 - delta) gain_i. Player i is held to w_i by a stick s with a best deviation that
pays at most w_i, followed by a lottery over carrots that makes the whole worth w_i (Abreu 1986, 1988). With
y the mean of that lottery, p = (1 - delta) u(s) + delta y; where y_i is too low for the carrots alone, the
lottery includes the punishment itself, and p lies between the stick and one carrot. Everything is rational
where w and delta are. Cost: profiles times corners of the set of carrots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import ceil

import numpy as np

from negotiation.exact.hulls import Point, hull
from negotiation.games import RepeatedGame, unilateral_payoffs
from negotiation.numeric import FloatArray, IntArray, as_fraction
from negotiation.solvers.penal_codes.numerics import NUMERICS
from negotiation.solvers.penal_codes.self_generation import SelfGeneration, Source


def penal_codes(game: RepeatedGame, threats: Sequence[float]) -> Iterator[SelfGeneration]:
    """Yield self-generating sets whose worst payoffs are rational numbers near the given ones.

    Parameters
    ----------
    game : RepeatedGame
        Two players, a common discount factor.
    threats : pair of floats
        Roughly the players' worst equilibrium payoffs.

    Yields
    ------
    SelfGeneration
        Not yet checked: ask `is_proven`.

    Examples
    --------
    >>> from negotiation.games import StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> code = next(penal_codes(RepeatedGame(stage, Fraction(1, 7)), (3.0, 3.0)))
    >>> code.is_proven(), [str(x) for x, y in code.points]
    (True, ['3', '9'])
    """
    setting = _Setting(game)
    for worst in product(*(_guesses(setting, i, float(threats[i])) for i in (0, 1))):
        found = _penal_code(setting, (worst[0], worst[1]))
        if found is not None:
            yield found


def sharpened(generation: SelfGeneration) -> SelfGeneration:
    """Return a proven set with the players' worst payoffs lowered to rational numbers just below, if it can.

    An inner bound found in floats is a little too small. Where a worst payoff is a rational number, a stick
    that holds the player to it exactly, with the set's own points as carrots, is added to the set.
    """
    setting = _Setting(generation.game)
    for i in (0, 1):
        now = generation.threat(i)
        for w in _guesses(setting, i, float(now)):
            if w >= now:
                continue
            worst = (w, generation.threat(1)) if i == 0 else (generation.threat(0), w)
            carrots = [generation.points[k] for k in generation.corners]
            source = _stick(setting, carrots, worst, i) or _for_ever(setting, worst, i)
            if source is not None:
                more = generation.with_source(source)
                if more.is_proven():
                    generation = more
                    break
    return generation


def _for_ever(setting: _Setting, worst: Point, player: int) -> Source | None:
    """Return a profile played for ever that gives a player exactly the worst payoff, or None."""
    return next(
        (source for source in _playable(setting, worst) if source.point[player] == worst[player]), None
    )


class _Setting:
    """The game's payoffs and best deviations, as floats to select by and as fractions to decide by."""

    def __init__(self, game: RepeatedGame) -> None:
        self.game = game
        self.delta = game.exact_discount_factors[0]
        self.exact = game.stage.exact_payoffs()
        self.payoffs = game.stage.payoffs - game.stage.payoffs.reshape(-1, 2).min(axis=0)
        self.low = [as_fraction(self.exact[..., i].min()) for i in (0, 1)]
        self.best = np.stack(
            [
                np.broadcast_to(self.payoffs[..., i].max(axis=i, keepdims=True), game.stage.n_actions)
                for i in (0, 1)
            ],
            axis=-1,
        )
        self.unit = [as_fraction(self.exact[..., i].max()) - self.low[i] or Fraction(1) for i in (0, 1)]
        self.near = NUMERICS.near_guess * np.array([float(unit) for unit in self.unit])
        self._replies: tuple[dict[int, Fraction], dict[int, Fraction]] = ({}, {})

    def entry(self, index: tuple[int, ...]) -> tuple[Point, Point]:
        """Return the payoffs of a profile and of the players' best deviations from it."""
        own = (as_fraction(self.exact[(*index, 0)]), as_fraction(self.exact[(*index, 1)]))
        return own, (self._best_reply(0, index), self._best_reply(1, index))

    def _best_reply(self, player: int, index: tuple[int, ...]) -> Fraction:
        """Return a player's best payoff against the other's action, found once for each."""
        against = index[1 - player]
        if against not in self._replies[player]:
            best = as_fraction(max(unilateral_payoffs(self.exact, index, player)))
            self._replies[player][against] = best
        return self._replies[player][against]

    def source(self, index: tuple[int, ...]) -> Source:
        """Return a profile as one that is played for ever."""
        own, _ = self.entry(index)
        return Source(index, own, own)

    def keeps(self, source: Source, worst: Point) -> bool:
        """Return whether nobody leaves a profile that is played for ever, the worst payoffs following."""
        _, best = self.entry(source.index)
        return all(
            self.delta * (source.point[i] - worst[i]) >= (1 - self.delta) * (best[i] - source.point[i])
            for i in (0, 1)
        )

    def above_floor(self, worst: Point) -> FloatArray:
        """Return worst payoffs as floats, measured from the least stage payoffs."""
        return np.array([float(worst[i] - self.low[i]) for i in (0, 1)])


def _guesses(setting: _Setting, player: int, threat: float) -> list[Fraction]:
    """Return rational numbers near a worst payoff: stage payoffs, simple fractions, and some above it."""
    near, low, unit = float(setting.near[player]), setting.low[player], setting.unit[player]
    exact = as_fraction(threat)
    close = np.argwhere(np.abs(setting.game.stage.payoffs[..., player] - threat) <= near)
    known = {as_fraction(setting.exact[(*index, player)]) for index in close.tolist()}
    found = sorted(known, key=lambda w: abs(w - exact))[: NUMERICS.stage_guesses]
    simple = [low + unit * ((exact - low) / unit).limit_denominator(d) for d in NUMERICS.guess_denominators]
    found += [w for w in simple if abs(float(w - exact)) <= near]
    found += [
        low + unit * Fraction(ceil((exact - low) / unit * parts), parts) for parts in NUMERICS.roundings
    ]
    return list(dict.fromkeys(found))


def _playable(setting: _Setting, worst: Point) -> list[Source]:
    """Return the profiles that can be played for ever, given what follows a deviation.

    Of those that clearly can only the outermost are returned: the others are no corners of any hull.
    """
    part = float((1 - setting.delta) / setting.delta)
    room = setting.payoffs - part * (setting.best - setting.payoffs) - setting.above_floor(worst)
    held = (room >= -setting.near).all(axis=-1)
    clear = (room >= setting.near).all(axis=-1)
    rows = [*outermost(setting, np.argwhere(clear)), *np.argwhere(held & ~clear).tolist()]
    found = [setting.source(tuple(row)) for row in rows]
    return [source for source in found if setting.keeps(source, worst)]


def outermost(setting: _Setting, rows: IntArray) -> list[list[int]]:
    """Return the rows whose payoffs are not inside the others' convex hull, by more than rounding.

    They are the corners of the hull in floats, and whatever is within rounding of one of its edges.
    """
    if len(rows) <= NUMERICS.few_profiles:
        few: list[list[int]] = rows.tolist()
        return few
    points = setting.payoffs[rows[:, 0], rows[:, 1]] / np.array([float(unit) for unit in setting.unit])
    kept = np.zeros(len(rows), dtype=bool)
    kept[_chain(points)] = True
    corners = points[kept]
    corners = corners[np.argsort(np.arctan2(*(corners - corners.mean(axis=0)).T[::-1]))]
    edges = np.roll(corners, -1, axis=0) - corners
    normals = np.column_stack([edges[:, 1], -edges[:, 0]])
    lengths = np.maximum(np.linalg.norm(normals, axis=1), np.finfo(np.float64).tiny)
    normals /= lengths[:, None]
    heights = points @ normals.T
    kept |= (heights >= heights.max(axis=0) - NUMERICS.near_guess).any(axis=1)
    near: list[list[int]] = rows[kept].tolist()
    return near


def _chain(points: FloatArray) -> list[int]:
    """Return the positions of the corners of the convex hull of float points (Andrew 1979)."""
    order = np.lexsort((points[:, 1], points[:, 0])).tolist()
    found: list[int] = []
    for sequence in (order, order[::-1]):
        half: list[int] = []
        for k in sequence:
            while len(half) > 1 and _turn(points[half[-2]], points[half[-1]], points[k]) <= 0.0:
                half.pop()
            half.append(k)
        found += half
    return found


def _turn(a: FloatArray, b: FloatArray, c: FloatArray) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _penal_code(setting: _Setting, worst: Point) -> SelfGeneration | None:
    playable = _playable(setting, worst)
    sources = [playable[k] for k in hull([source.point for source in playable])]
    carrots = [source.point for source in sources]
    for i in (0, 1):
        if not any(carrot[i] == worst[i] for carrot in carrots):
            stick = _stick(setting, carrots, worst, i)
            if stick is None:
                return None
            sources.append(stick)
    return SelfGeneration(setting.game, tuple(sources)) if sources else None


def _stick(setting: _Setting, carrots: Sequence[Point], worst: Point, player: int) -> Source | None:
    """Return the punishment that holds a player to the worst payoff, the best of them for the other.

    Profiles are tried in the order of the other's payoff in floats, until the best one found is beyond reach.
    """
    i, j, delta = player, 1 - player, setting.delta
    found: Source | None = None
    for row, reach in _promising(setting, carrots, worst, i):
        if found is not None and reach < float(found.point[j] - setting.low[j]) - setting.near[j]:
            break
        u, best = setting.entry(row)
        if best[i] > worst[i]:
            continue
        y = (worst[i] - (1 - delta) * u[i]) / delta
        height = _height(carrots, u, y, i)
        if height is None or delta * (height - worst[j]) < (1 - delta) * (best[j] - u[j]):
            continue
        other = (1 - delta) * u[j] + delta * height
        if other >= worst[j] and (found is None or other > found.point[j]):
            found = Source(row, _pair(worst[i], other, i), _pair(y, height, i))
    return found


def _promising(
    setting: _Setting, carrots: Sequence[Point], worst: Point, player: int
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield profiles that may punish a player, and what they give the other in floats, the most first."""
    i, j, delta = player, 1 - player, float(setting.delta)
    floor = setting.above_floor(worst)
    rows = np.argwhere(setting.best[..., i] <= floor[i] + setting.near[i])
    if not len(rows) or not carrots:
        return
    ends = np.array([[float(c[k] - setting.low[k]) for k in (i, j)] for c in carrots])
    u = setting.payoffs[rows[:, 0], rows[:, 1]]
    y = (floor[i] - (1.0 - delta) * u[:, i]) / delta
    order = np.argsort(ends[:, 0])
    # The highest carrot is a bound of the height where carrots alone do, and the lines to carrots elsewhere.
    heights = np.where(y <= ends[order[-1], 0] + setting.near[i], ends[:, 1].max(), -np.inf)
    below = y < ends[order[0], 0] - setting.near[i]
    for k in np.flatnonzero(below).tolist():
        share = (y[k] - u[k, i]) / np.maximum(ends[:, 0] - u[k, i], setting.near[i])
        lines = u[k, j] + (ends[:, 1] - u[k, j]) * share
        heights[k] = lines.max() + setting.near[j] if y[k] >= u[k, i] - setting.near[i] else -np.inf
    reach = (1.0 - delta) * u[:, j] + delta * heights
    for k in np.argsort(-reach).tolist():
        if np.isfinite(reach[k]) and reach[k] >= floor[j] - setting.near[j]:
            yield tuple(rows[k].tolist()), float(reach[k])


def _height(carrots: Sequence[Point], stick: Point, y: Fraction, player: int) -> Fraction | None:
    """Return the other player's most in a continuation that gives the punished one y, or None.

    Candidates are the segments between two carrots, and those between the punishment and a carrot, which
    lie on the line from the stick to the carrot.
    """
    i, j = player, 1 - player
    heights: list[Fraction] = [c[j] for c in carrots if c[i] == y]
    ends = [*carrots, stick] if all(c[i] > y for c in carrots) else carrots
    for low in ends:
        heights += [
            low[j] + (high[j] - low[j]) * (y - low[i]) / (high[i] - low[i])
            for high in carrots
            if low[i] < y < high[i]
        ]
    return max(heights, default=None)


def _pair(own: Fraction, other: Fraction, player: int) -> Point:
    return (own, other) if player == 0 else (other, own)
