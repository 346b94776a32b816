"""From a point near a Markov perfect equilibrium to the equilibrium: Newton's method on its support.

With the support fixed, every action in it gives its player the same: Q_sia = h_si + g_i for all a played, in
the notation of `kernels/equations.py`, and the probabilities sum to 1. That is a square system, linear
where all is pure and smooth otherwise (McKelvey and McLennan 1996, section 2, for one state). Where it is
singular, as at equilibria that are not isolated, the shortest step is taken. Cost: a few linear systems in
the probabilities and the values.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.game_theory.solvers.markov.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.markov.kernels.equations import MarkovArrays


def polished(game: MarkovArrays, play: FloatArray, levels: FloatArray) -> Iterator[FloatArray]:
    """Yield probabilities that solve the equations of a support suggested by a point.

    Shapes: `play` (actions,), `levels` (S, N).
    """
    tried: list[bytes] = []
    for threshold in NUMERICS.support_thresholds:
        support = _support(game, play, threshold)
        if support.tobytes() in tried:
            continue
        tried.append(support.tobytes())
        found = _newton(game, support, play, levels)
        if found is not None:
            yield found


def _support(game: MarkovArrays, play: FloatArray, threshold: float) -> BoolArray:
    support: BoolArray = play >= threshold
    for row in game.ends:
        for lo, hi in itertools.pairwise(row):
            support[lo + int(play[lo:hi].argmax())] = True
    return support


def _newton(
    game: MarkovArrays, support: BoolArray, play: FloatArray, levels: FloatArray
) -> FloatArray | None:
    point = np.where(support, play, 0.0)
    now = levels.copy()
    free = np.flatnonzero(support)
    error = np.inf
    for _ in range(NUMERICS.support_steps):
        residual, slopes = _equations(game, free, point, now)
        last, error = error, float(np.abs(residual).max())
        if error < NUMERICS.solved or error > last / 2:
            break
        try:
            step = np.linalg.solve(slopes, -residual)
        except np.linalg.LinAlgError:
            step = np.linalg.lstsq(slopes, -residual)[0]
        if not np.isfinite(step).all():
            return None
        point[free] += step[: len(free)]
        now += step[len(free) :].reshape(now.shape)
        if np.abs(point - play).max() > NUMERICS.farthest:
            return None
    if error > NUMERICS.nearly_solved:
        return None
    return _cleaned(game, point)


def _equations(
    game: MarkovArrays, free: np.ndarray, play: FloatArray, levels: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the residual and its derivatives: one equation an action played, one a state and player."""
    from negotiation.game_theory.solvers.markov.kernels.equations import action_values

    states, n = levels.shape
    position = np.full(len(play), -1)
    position[free] = np.arange(len(free))
    size = len(free) + states * n
    residual, slopes = np.zeros(size), np.zeros((size, size))
    for s in range(states):
        base = game.ends[s, 0]
        q, cross, ahead = action_values(game, s, play, levels)
        own = np.flatnonzero(position[base : game.ends[s, n]] >= 0)
        rows = position[base + own]
        slopes[np.ix_(rows, rows)] = cross[np.ix_(own, own)]
        for i in range(n):
            mine = own[(own >= game.ends[s, i] - base) & (own < game.ends[s, i + 1] - base)]
            slots, value = position[base + mine], len(free) + s * n + i
            slopes[np.ix_(slots, len(free) + np.arange(states) * n + i)] = ahead[mine]
            slopes[slots, value] -= s > 0
            slopes[slots, len(free) + i] -= 1.0
            residual[slots] = q[mine] - levels[0, i] - (levels[s, i] if s > 0 else 0.0)
            slopes[value, slots] = 1.0
            residual[value] = play[base + mine].sum() - 1.0
    return residual, slopes


def _cleaned(game: MarkovArrays, play: FloatArray) -> FloatArray | None:
    """Return the probabilities with rounding removed, or None where one is negative."""
    if play.min() < -NUMERICS.negative:
        return None
    clean: FloatArray = np.where(play < NUMERICS.no_probability, 0.0, play)
    for row in game.ends:
        for lo, hi in itertools.pairwise(row):
            clean[lo:hi] /= clean[lo:hi].sum()
    return clean
