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

from negotiation.games import RepeatedGame, unilateral_payoffs
from negotiation.numeric import FloatArray, as_fraction
from negotiation.solvers.exact_hull import Point, hull
from negotiation.solvers.self_generation import SelfGeneration, Source

NEAR = 1e-6
"""How far a rational guess of a worst payoff may be from the float, relative to the payoff range."""

GUESSES = 3

ROUNDINGS = (100, 1000, 100_000)
"""Parts of the payoff range to which a worst payoff that need not be met exactly is rounded up."""


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
        self.near = NEAR * np.array([float(unit) for unit in self.unit])

    def entry(self, index: tuple[int, ...]) -> tuple[Point, Point]:
        """Return the payoffs of a profile and of the players' best deviations from it."""
        own = (as_fraction(self.exact[(*index, 0)]), as_fraction(self.exact[(*index, 1)]))
        best = [as_fraction(max(unilateral_payoffs(self.exact, index, i))) for i in (0, 1)]
        return own, (best[0], best[1])

    def above_floor(self, worst: Point) -> FloatArray:
        """Return worst payoffs as floats, measured from the least stage payoffs."""
        return np.array([float(worst[i] - self.low[i]) for i in (0, 1)])


def _guesses(setting: _Setting, player: int, threat: float) -> list[Fraction]:
    """Return rational numbers near a worst payoff: stage payoffs, simple fractions, and some above it."""
    near, low, unit = float(setting.near[player]), setting.low[player], setting.unit[player]
    exact = as_fraction(threat)
    close = np.argwhere(np.abs(setting.game.stage.payoffs[..., player] - threat) <= near)
    known = {as_fraction(setting.exact[(*index, player)]) for index in close.tolist()}
    found = sorted(known, key=lambda w: abs(w - exact))[:GUESSES]
    simple = [low + unit * ((exact - low) / unit).limit_denominator(d) for d in (1000, 1_000_000)]
    found += [w for w in simple if abs(float(w - exact)) <= near]
    found += [low + unit * Fraction(ceil((exact - low) / unit * parts), parts) for parts in ROUNDINGS]
    return list(dict.fromkeys(found))


def _playable(setting: _Setting, worst: Point) -> list[Source]:
    """Return the profiles that can be played for ever, given what follows a deviation."""
    delta = setting.delta
    part = float((1 - delta) / delta)
    held = (
        setting.payoffs - part * (setting.best - setting.payoffs) >= setting.above_floor(worst) - setting.near
    )
    found: list[Source] = []
    for row in np.argwhere(held.all(axis=-1)).tolist():
        u, best = setting.entry(tuple(row))
        if all(delta * (u[i] - worst[i]) >= (1 - delta) * (best[i] - u[i]) for i in (0, 1)):
            found.append(Source(tuple(row), u, u))
    return found


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
    """Return the punishment that holds a player to the worst payoff, the best of them for the other."""
    i, j, delta = player, 1 - player, setting.delta
    found: Source | None = None
    harsh = setting.best[..., i] <= setting.above_floor(worst)[i] + setting.near[i]
    for row in np.argwhere(harsh).tolist():
        u, best = setting.entry(tuple(row))
        if best[i] > worst[i]:
            continue
        y = (worst[i] - (1 - delta) * u[i]) / delta
        height = _height(carrots, u, y, i)
        if height is None or delta * (height - worst[j]) < (1 - delta) * (best[j] - u[j]):
            continue
        other = (1 - delta) * u[j] + delta * height
        if other >= worst[j] and (found is None or other > found.point[j]):
            found = Source(tuple(row), _pair(worst[i], other, i), _pair(y, height, i))
    return found


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
